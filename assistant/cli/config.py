"""The commands about settings: all of them with where they come from, one of them, the file that they stand in,
and where everything else is."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from assistant.cli import DONE, Failure
from assistant.desk.config import NAMES, VARIABLES, Settings, Source, Wrong, change, config_file, is_in_file, meant, settings
from assistant.words import say
from assistant.words.formats import clean, safe_json

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_KEYS = "keys."


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_context
def config(ctx: click.Context, as_json: bool) -> int:
    """Show what is set, and set it.

    Alone, it shows every setting, its value, and where it comes from. A variable of the environment wins over the file.
    """
    if ctx.invoked_subcommand is not None:
        return DONE
    found = settings()
    rows = list(_rows(found))
    if as_json:
        listed = [{"name": name, "value": value, "from": source.kind, "where": source.where} for name, value, source in rows]
        mistakes = [{"where": one.where, "problem": one.problem} for one in found.mistakes]
        click.echo(safe_json({"file": str(config_file()), "settings": listed, "mistakes": mistakes}, indent=2))
        return DONE
    shown = [(name, _words(value), say(f"settings.{source.kind}", where=source.where)) for name, value, source in rows]
    widths = [max(len(row[column]) for row in shown) + 2 for column in (0, 1)]
    for name, value, source in shown:
        click.echo(
            clean(name.ljust(widths[0]) + value.ljust(min(widths[1], 32)) + ("  " if len(value) > 30 else "") + source)
        )
    return DONE


@config.command("get")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
def get_one(name: str, as_json: bool) -> int:
    """Print the value of the setting NAME."""
    _known(name)
    found = settings()
    values = {one: value for one, value, _ in _rows(found)}
    value = values.get(
        name, {one: value for one, value in values.items() if one.startswith(_KEYS)} if name == "keys" else ""
    )
    if as_json:
        click.echo(safe_json(value, indent=2))
    elif isinstance(value, dict):
        for one, keys in value.items():
            click.echo(clean(f"{one} = {keys}"))
    else:
        click.echo(clean("\n".join(value) if isinstance(value, tuple) else _plain(value)))
    return DONE


@config.command("set", context_settings={"ignore_unknown_options": True})
@click.argument("name")
@click.argument("values", nargs=-1, metavar="VALUE")
def set_one(name: str, values: tuple[str, ...]) -> int:
    """Set NAME to VALUE in the file: theme dark, or keys.guide.back b,f2. Folders of flows may be several."""
    _known(name)
    if not values or name == "keys":
        raise Failure(say("settings.value_needed" if name != "keys" else "settings.keys_by_name", name=name))
    if name.startswith(_KEYS):
        _fitting(name, values)
    try:
        change(name, _meant(name, values))
    except Wrong as wrong:
        raise Failure(str(wrong)) from None
    value = next((value for one, value, _ in _rows(settings()) if one == name), "")
    click.echo(clean(say("settings.set", name=name, value=_words(value), file=config_file())))
    _wins(name)
    return DONE


@config.command("unset")
@click.argument("name")
def unset_one(name: str) -> int:
    """Take NAME out of the file."""
    if name == "keys":
        raise Failure(say("settings.keys_by_name"))
    try:
        if not is_in_file(name):  # a setting that there is not may stand there too: it can be taken out
            _known(name)
            click.echo(clean(say("settings.not_set", name=name, file=config_file())))
            return DONE
        change(name, None)
    except Wrong as wrong:
        raise Failure(str(wrong)) from None
    click.echo(clean(say("settings.unset", name=name, file=config_file())))
    _wins(name)
    return DONE


@config.command("path")
def path() -> int:
    """Print where the file of settings is, whether it is there or not."""
    click.echo(clean(str(config_file())))
    return DONE


@config.command("schema")
def print_schema() -> int:
    """Print the JSON Schema of the file, for editors."""
    from assistant.desk.config import schema

    click.echo(safe_json(schema(), indent=2))
    return DONE


def _rows(found: Settings) -> Iterator[tuple[str, object, Source]]:
    """Every setting that counts, as (name, value, where from); what holds without one is worked out as it is when used."""
    from assistant.desk.memory import place, shown_place
    from assistant.desk.who import own_name

    for name in NAMES:
        value = getattr(found.config, name)
        source = found.sources.get(name, Source("default"))
        if name == "name":
            value = own_name()
        elif name == "store":
            value = shown_place(place())
        if name != "keys":
            yield name, value, source
    for name, keys in found.config.keys.items():
        yield _KEYS + name, keys, found.sources[_KEYS + name]


def _known(name: str) -> None:
    if name not in NAMES and not name.startswith(_KEYS):
        from assistant.flow.problem import near

        shown = clean(name)[:40]
        raise Failure(say("settings.unknown", name=shown, near=near(shown, NAMES)))


def _meant(name: str, values: Sequence[str]) -> object:
    """What is meant by words of a command line."""
    if len(values) > 1 and name not in ("flows", "name"):
        raise Failure(say("settings.one_value", name=name))
    return meant(name, values)


def _fitting(name: str, values: Sequence[str]) -> None:
    """Hold a key against the screens before it is written."""
    from assistant.desk.config import checked, keys_of
    from assistant.tui.keymap import checked as fitting

    binding = name.removeprefix(_KEYS)
    try:
        keys = str(checked(name, _meant(name, values)))
    except Wrong as wrong:
        raise Failure(str(wrong)) from None
    refused = dict(fitting({**keys_of(settings().config), binding: keys}).refused)
    if binding in refused:
        raise Failure(refused[binding])


def _wins(name: str) -> None:
    source = settings().sources.get(name, Source("default"))
    if source.kind == "environment":
        click.echo(say("settings.wins", variable=VARIABLES[name]), file=sys.stderr)


def _plain(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _words(value: object) -> str:
    """A value in a list."""
    if isinstance(value, bool):
        return say(f"settings.{str(value).lower()}")
    return ", ".join(value) if isinstance(value, tuple) and value else str(value) if value else say("settings.none")


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def locate(as_json: bool) -> int:
    """Tell where flows, sessions and the cache are on this machine."""
    from assistant.desk.places import located

    found = located()
    if as_json:
        click.echo(safe_json([{"what": one.what, "where": one.where} for one in found], indent=2))
        return DONE
    width = max(len(say(f"locate.{one.what}")) for one in found) + 2
    for one in found:
        click.echo(clean(say(f"locate.{one.what}").ljust(width) + one.where))
    return DONE
