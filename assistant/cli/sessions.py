"""The commands about what is kept: taking up again, sessions, exporting and removing them."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import DONE, FAULTY, RAN_OUT, Failure, plain_lines, wants_screens
from assistant.cli.bar import bar
from assistant.cli.kept import kept_memory, stored_session, to_file
from assistant.desk.conversation import local_now
from assistant.words import say
from assistant.words.formats import clean, safe_json

if TYPE_CHECKING:
    from assistant.desk.memory import Memory
    from assistant.desk.resuming import Reopened
    from assistant.store.protocol import Stored

_AGE = re.compile(r"(\d{1,5})\s*d(?:ays?)?", re.IGNORECASE)
_FILE_NAME = re.compile(r"\w\.[A-Za-z]{1,9}$")
_MOST_LISTED = 1000
_LONGEST_PATH = 4096


@click.command()
@click.argument("what", nargs=-1, metavar="[CODE|FILE]")
@click.option("--agent", is_flag=True, help="Go on as the agent: see notes, facts and the case.")
@click.option("--stay", is_flag=True, help="Stay on the flow as it was when the conversation began.")
@click.option("--plain", is_flag=True, help="Numbered text, line by line, instead of screens.")
@click.option("--json", "as_json", is_flag=True, help="Print where it stands and what is different as one JSON object.")
def resume(what: tuple[str, ...], agent: bool, stay: bool, plain: bool, as_json: bool) -> int:
    """Go on with a conversation: by its code, or from a file of another machine. Alone, list those that are open."""
    from assistant.desk.resuming import Unreadable, reopen

    with kept_memory() as memory:
        if not what:
            return _open_ones(memory, as_json)
        called = " ".join(what)  # a code that was read out is typed in two words
        stored = _from_file(memory, Path(called)) if _is_path(called) else stored_session(memory, called)
        try:
            found = reopen(memory, stored, audience="agent" if agent else "")
        except Unreadable:
            from assistant.store.codes import shown

            code = shown(stored.summary.code)
            raise Failure(say("resume.unreadable", title=stored.summary.title, code=code), FAULTY) from None
        if as_json:
            click.echo(safe_json(_reopened_object(found, stay), indent=2))
            return DONE
        if not plain and wants_screens():
            from assistant.tui.start import hold as hold_screens

            if stay:
                return hold_screens(conversation=found.go_on(stay=True), memory=memory)
            return hold_screens(reopened=found, memory=memory)
        from assistant.plain.hold import go_on

        return go_on(found, plain_lines(), stay=stay)


def _is_path(what: str) -> bool:
    from assistant.desk.saving import SESSION
    from assistant.store.codes import read_code

    if len(what) >= _LONGEST_PATH:
        return False
    is_named = _FILE_NAME.search(what) is not None and read_code(what) is None
    return is_named or os.sep in what or what.endswith(SESSION) or Path(what).is_file()


def _from_file(memory: Memory, path: Path) -> Stored:
    from assistant.desk.handing import NotASession, bring_in
    from assistant.store.codes import shown

    try:
        with bar(say("sessions.bringing_in")) as progress:
            brought = bring_in(memory, Path(os.path.expanduser(path)), local_now(), progress)
        if brought.parted:
            click.echo(say("handing.parted", code=shown(brought.stored.summary.code)), err=True)
        return brought.stored
    except NotASession as error:
        raise Failure(say(error.code, **error.arguments)) from None
    except FileNotFoundError:
        raise Failure(say("handing.no_such_file", name=path)) from None
    except OSError as error:
        raise Failure(say("cli.unreadable", name=path, reason=error.strerror or str(error))) from None


def _open_ones(memory: Memory, as_json: bool) -> int:
    from assistant.desk.resuming import open_sessions
    from assistant.desk.sessions import as_object, line_of
    from assistant.store.codes import shown

    found = open_sessions(memory)
    if as_json:
        click.echo(safe_json([as_object(one) for one in found], indent=2))
        return DONE
    lines = plain_lines()
    lines.say(say("resume.title" if found else "resume.none"))
    for one in found:
        lines.say(line_of(one), f"  {shown(one.code)}  ")
    if found:
        lines.say(say("resume.how"))
    return DONE


def _reopened_object(found: Reopened, stay: bool) -> dict[str, object]:
    from assistant.desk.scripted import standing

    return {**standing(found.session(stay=stay), local_now()), "different": found.as_object()}


@click.group(invoke_without_command=True)
@click.option("--find", "words", default="", metavar="WORDS", help="Only those with these words, or words that begin so.")
@click.option("--state", type=click.Choice(["open", "later", "ended"]), help="Only those in this state.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def sessions(ctx: click.Context, words: str, state: str | None, as_json: bool) -> int:
    """The sessions that are kept: list, show, export, purge."""
    if ctx.invoked_subcommand is not None:
        return DONE
    from assistant.desk.sessions import as_object, line_of, listed
    from assistant.store.codes import shown

    with kept_memory() as memory:
        found = listed(memory, state=state or "", words=words, limit=_MOST_LISTED)
        if as_json:
            click.echo(safe_json([as_object(one) for one in found], indent=2))
            return DONE
        lines = plain_lines()
        for one in found:
            lines.say(line_of(one), f"{shown(one.code)}  ")
        if not found:
            lines.say(say("sessions.none"))
    return DONE


@sessions.command("show")
@click.argument("code")
@click.option("--sensitive", is_flag=True, help="Show sensitive answers too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show_session(code: str, sensitive: bool, as_json: bool) -> int:
    """Show all that was said in a session."""
    from assistant.desk.sessions import whole, whole_object, whole_text

    with kept_memory() as memory:
        found = whole(memory, stored_session(memory, code), sensitive=sensitive)
        click.echo(safe_json(whole_object(found), indent=2) if as_json else clean(whole_text(found)), nl=as_json)
    return DONE


@sessions.command("export")
@click.argument("code", required=False)
@click.option(
    "--as", "form", type=click.Choice(["file", "jsonl", "md"]),
    help="file: to go on with it on another machine (with CODE, unless said otherwise); jsonl: one JSON object a line; "
    "md: Markdown to read.",
)  # fmt: skip
@click.option("--to", "path", type=click.Path(path_type=Path), metavar="FILE", help="Where to write it.")
@click.option("--sensitive", is_flag=True, help="Take sensitive answers along.")
def export_session(code: str | None, form: str | None, path: Path | None, sensitive: bool) -> int:
    """Export one session, or all of them."""
    from assistant.desk.sessions import every, whole, whole_object, whole_text

    form = form or ("file" if code else "jsonl")
    with kept_memory() as memory:
        if form == "file":
            if not code:
                raise click.UsageError(say("sessions.file_needs_code"))
            return _export_file(memory, stored_session(memory, code), path, sensitive)
        with bar(say("sessions.exporting"), prints=path is None) as progress:
            chosen = [stored_session(memory, code)] if code else every(memory, progress)
            found = (whole(memory, one, sensitive=sensitive) for one in chosen)
            texts = (safe_json(whole_object(one)) + "\n" if form == "jsonl" else whole_text(one) + "\n" for one in found)
            _write_texts(texts, path)
        if path is not None:
            click.echo(say("sessions.exported", name=path.absolute()))
    return DONE


def _write_texts(texts: Iterator[str], path: Path | None) -> None:
    if path is None:
        for text in texts:
            sys.stdout.write(clean(text))
        return
    from assistant.desk.saving import write_new

    to_file(path, lambda: write_new(path, lambda file: file.writelines(text.encode() for text in texts)))


def _export_file(memory: Memory, stored: Stored, path: Path | None, sensitive: bool) -> int:
    from assistant.desk.handing import export, file_name
    from assistant.desk.resuming import Unreadable, as_held

    target = path or Path(file_name(stored))
    try:
        pack = as_held(memory, stored).pack
    except Unreadable:
        pack = None
    with bar(say("sessions.exporting")) as progress:
        left_out = to_file(target, lambda: export(memory, stored, target, progress, sensitive=sensitive, pack=pack))
    lines = plain_lines()
    lines.say(say("sessions.exported", name=target.absolute()))
    if left_out:
        lines.say(say("sessions.left_out", count=left_out))
    lines.say(say("sessions.how_on", name=target.name))
    return DONE


@sessions.command("test")
@click.argument("code")
@click.option("--name", default="", help="What the test is called.")
@click.option("--to", "path", type=click.Path(path_type=Path), metavar="FILE", help="Put it at the end of FLOW.test.yaml.")
def test_session(code: str, name: str, path: Path | None) -> int:
    """Save a session as a test of its flow: its answers, and what came of them."""
    from assistant.author.saved import NotAdded, add_test, as_test
    from assistant.desk.resuming import Unreadable, as_held

    with kept_memory() as memory:
        stored = stored_session(memory, code)
        try:
            text = as_test(as_held(memory, stored), name or stored.summary.at)
        except Unreadable:
            raise Failure(say("resume.unreadable", title=stored.summary.title, code=code), FAULTY) from None
        if path is None:
            click.echo(clean(text), nl=False)
            return DONE
        try:
            to_file(path, lambda: add_test(path, text))
        except NotAdded as error:
            raise Failure(str(error)) from None
        click.echo(say("sessions.exported", name=path.absolute()))
    return DONE


@sessions.command()
@click.option("--older-than", "age", metavar="DAYS", help="Nobody has spoken in them for so many days: 90d.")
@click.option("--person", default="", metavar="NAME", help="Held by somebody of this name, or with this name or address.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def purge(age: str | None, person: str, yes: bool) -> int:
    """Remove sessions for good: what was said, cases, files, and what they are found by."""
    from assistant.desk.sessions import to_purge

    if age is None and not person.strip():
        raise click.UsageError(say("sessions.purge_what"))
    days = _AGE.fullmatch(age.strip()) if age is not None else None
    if age is not None and days is None:
        raise click.UsageError(say("sessions.age", text=age))
    with kept_memory() as memory:
        before = local_now() - timedelta(days=int(days[1])) if days is not None else None
        with bar(say("sessions.looking")) as progress:
            found = to_purge(memory, progress, before=before, person=person)
        if not found:
            click.echo(say("sessions.purge_none"))
            return DONE
        if not yes and not _sure(len(found)):
            return RAN_OUT
        click.echo(say("sessions.purged", count=memory.store().purge(one.id for one in found)))
        aside: list[Path] = getattr(memory.store(), "put_aside", list)()
        if aside:  # they may hold what was removed
            click.echo(clean(say("sessions.put_aside", files=", ".join(map(str, aside)))))
    return DONE


def _sure(count: int) -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo(say("sessions.purge_not"), err=True)
        return False
    return click.confirm(say("sessions.purge_sure", count=count))
