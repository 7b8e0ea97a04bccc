"""What can be set, and what is set: by a variable of the environment, else in the file of settings, else as it is without.

A mistake in the file is told with its line and stops nothing: what is wrong is passed over, all else counts. The file is
read when something that it may set is first wanted. What a setting does is said where it is used.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args, get_type_hints

import msgspec

from assistant.words import is_language, say
from assistant.words.formats import clean

VARIABLE = "ASSISTANT_CONFIG"
LARGEST = 64_000
"""Bytes that the file may have."""
SERVER = ("postgresql://", "postgres://")
_LONGEST_NAME = 80

Theme = Literal["auto", "dark", "light", "high-contrast", "ansi"]
Audience = Literal["customer", "agent"]
Keys = Annotated[str, msgspec.Meta(examples=["b,f2"])] | tuple[str, ...]


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All that can be set, and what holds without it."""

    name: Annotated[str, msgspec.Meta(max_length=_LONGEST_NAME)] = ""
    theme: Theme = "auto"
    motion: bool = False
    plain: bool = False
    audience: Audience = "customer"
    flows: tuple[str, ...] = ()
    store: str = ""
    language: str = ""
    keys: dict[str, Keys] = {}


NAMES = Config.__struct_fields__
VARIABLES = {
    "name": "ASSISTANT_NAME", "theme": "ASSISTANT_THEME", "plain": "ASSISTANT_PLAIN", "flows": "ASSISTANT_FLOWS",
    "store": "ASSISTANT_STORE",
}  # fmt: skip
"""The variables that win over the file, by setting."""
YES_NO = ("motion", "plain")
"""The settings that are true or false."""
_TRUTH = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}
_ADDRESS = re.compile(r"\w[\w+.-]*:/+|file:", re.IGNORECASE)
_ONE_OF: dict[str, tuple[str, ...]] = {"theme": get_args(Theme), "audience": get_args(Audience)}


@cache
def _types() -> dict[str, Any]:
    """The type of each setting."""
    return get_type_hints(Config, include_extras=True)


class Mistake(NamedTuple):
    """Something that is wrong with a setting: where (a file and line, or a variable), and what, in a sentence."""

    where: str
    problem: str

    def __str__(self) -> str:
        return say("settings.mistake", where=self.where, problem=self.problem)


class Wrong(Exception):
    """A value that a setting can't have, or a file that can't be changed; a sentence says why."""


class Source(NamedTuple):
    """Where a value comes from: `default`, `file` or `environment`, and its file and line, or its variable."""

    kind: str
    where: str = ""


class Settings(NamedTuple):
    """What is set, where each value comes from (keys by `keys.` and their name), and what is wrong."""

    config: Config
    sources: Mapping[str, Source]
    mistakes: tuple[Mistake, ...]


class _Read(NamedTuple):
    values: dict[str, object]
    lines: dict[str, int]
    mistakes: tuple[Mistake, ...]


def config_file() -> Path:
    """The file of settings, whether it is there or not."""
    named = os.environ.get(VARIABLE, "").strip()
    if named:
        return _absolute(named, Path.cwd())
    from platformdirs import user_config_path

    return user_config_path("assistant") / "config.toml"


def settings() -> Settings:
    """What is set now. The file is read once."""
    file = config_file()
    read = _read(file)
    values, mistakes = dict(read.values), list(read.mistakes)
    sources = {name: Source("file", f"{file}:{line}") for name, line in read.lines.items()}
    for name, variable in VARIABLES.items():
        given = os.environ.get(variable, "").strip()
        if not given:
            continue
        try:
            values[name] = checked(name, meant(name, given.split(os.pathsep) if name == "flows" else [given]))
        except Wrong as wrong:
            mistakes.append(Mistake(variable, str(wrong)))
        else:
            sources[name] = Source("environment", variable)
    return Settings(Config(**values), sources, tuple(mistakes))  # type: ignore[arg-type]


def meant(name: str, words: Sequence[str]) -> object:
    """What is meant by the words of a command line or of a variable: a truth, several folders, or one text."""
    if name == "flows":
        return [word for word in words if word]
    text = " ".join(words)
    return _TRUTH.get(text.lower(), text) if name in YES_NO else text


def checked(name: str, value: object, folder: Path | None = None) -> object:
    """A value as a setting keeps it.

    Args:
        name: of the setting; `keys.` and a name for a key.
        value: what it is to be.
        folder: where its paths begin; the one that one stands in if left out.

    Raises:
        Wrong: the setting can't have this value.
    """
    if name.startswith("keys."):
        return _keys(name, value)
    if name in _ONE_OF:
        from assistant.flow.problem import near

        if value not in _ONE_OF[name]:
            raise Wrong(
                say("settings.not_one_of", name=name, value=_short(value), near=near(str(value)[:40], _ONE_OF[name]))
            )
        return value
    try:
        found = msgspec.convert(value, _types()[name])
    except msgspec.ValidationError:
        raise Wrong(_not_of_its_kind(name, value)) from None
    folder = folder or Path.cwd()
    if name == "flows":
        return tuple(str(_absolute(one, folder)) for one in found if one.strip())
    if name == "store":
        if _ADDRESS.match(found) and not found.lower().startswith(SERVER):
            raise Wrong(say("settings.not_a_store", value=_short(found.partition(":")[0]) + "://…"))
        return found if not found or found.lower().startswith(SERVER) else str(_absolute(found, folder))
    if name == "language" and found and not is_language(found):
        raise Wrong(say("settings.not_a_language", value=_short(found)))
    return " ".join(clean(found).split()) if isinstance(found, str) else found


def keys_of(config: Config) -> dict[str, str]:
    """Keys of one's own, with commas between them, by what they do."""
    return {name: keys if isinstance(keys, str) else ",".join(keys) for name, keys in config.keys.items()}


def schema() -> dict[str, Any]:
    """The JSON Schema of the file of settings."""
    _, parts = msgspec.json.schema_components([Config])
    found = parts["Config"]
    for name, one in found["properties"].items():
        one["description"] = say(f"settings.about_{name}")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **found, "title": "assistant"}


def change(name: str, value: object) -> None:
    """Set something in the file; with nothing as value, take it out. All other lines stay as they are.

    Raises:
        Wrong: the value can't be, or the file can't be changed.
        OSError: the file can't be written.
    """
    from assistant.desk.settingsfile import put, take_out

    file = config_file()
    text = _text(file) if file.exists() else ""
    value = checked(name, value) if value is not None else None
    changed = put(text, name, value) if value is not None else take_out(text, name)
    read = _understood(changed, file)
    if _in(read.values, name) != value:
        raise Wrong(say("settings.by_hand", file=file))
    _write(file, changed)
    _read.cache_clear()


def is_in_file(name: str) -> bool:
    """Whether the file sets something, well or badly."""
    from assistant.desk.settingsfile import lines_of, named, statements

    file = config_file()
    return file.exists() and any(name in named(one) for one in statements(lines_of(_text(file))))


def _in(values: Mapping[str, object], name: str) -> object:
    group, _, key = name.partition(".")
    found = values.get(group)
    return found.get(key) if key and isinstance(found, dict) else found


def _write(file: Path, text: str) -> None:
    """Write it whole or not at all; nobody else may read a new one, since the address of a server may stand in it."""
    import shutil
    import tempfile

    real = Path(os.path.realpath(file))  # a link stays a link
    real.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=real.parent, prefix=".config-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as stream:
            stream.write(text)
        if real.exists():
            shutil.copymode(real, name)
        os.replace(name, real)
    except BaseException:
        os.unlink(name)
        raise


@cache
def _read(file: Path) -> _Read:
    if not os.path.lexists(file):
        return _Read({}, {}, ())
    try:
        return _understood(_text(file), file)
    except Wrong as wrong:
        return _Read({}, {}, (Mistake(str(file), str(wrong)),))


def _text(file: Path) -> str:
    """What stands in the file.

    Raises:
        Wrong: it can't be read.
    """
    try:
        if not file.is_file():  # a pipe would be waited for without end
            raise Wrong(say("settings.unreadable", reason=say("settings.no_file")))
        with file.open("rb") as stream:
            data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise Wrong(say("settings.unreadable", reason=say("settings.too_big")))
        return data.decode("utf-8-sig")
    except OSError as error:
        raise Wrong(say("settings.unreadable", reason=error.strerror or type(error).__name__)) from None
    except UnicodeDecodeError:
        raise Wrong(say("settings.unreadable", reason=say("settings.no_utf8"))) from None


def _understood(text: str, file: Path) -> _Read:
    """What a file sets, statement by statement; what is wrong is told and passed over."""
    from assistant.desk.settingsfile import leaves, lines_of, statements
    from assistant.flow.problem import near

    values: dict[str, object] = {}
    keys: dict[str, object] = {}
    lines: dict[str, int] = {}
    mistakes: list[Mistake] = []
    for one in statements(lines_of(text)):

        def wrong(problem: str, line: int = one.start + 1) -> None:
            mistakes.append(Mistake(f"{file}:{line}", problem))

        if one.data is None:
            wrong(say("settings.not_toml"))
            continue
        if one.table and one.table[0] != "keys":
            if one.is_header:
                wrong(
                    say("settings.no_table", name=clean(".".join(one.table))[:40], near=near(one.table[0][:40], ("keys",)))
                )
            continue
        if one.is_header:
            continue
        for name, value in leaves(one.data, *one.table) if one.table or "keys" in one.data else one.data.items():
            if name not in NAMES and not name.startswith("keys."):
                wrong(say("settings.unknown", name=_short(name), near=near(_short(name), NAMES)))
            elif name == "keys":
                wrong(say("settings.keys_by_name"))
            elif name in lines:
                wrong(say("settings.twice", name=clean(name)[:80], line=lines[name]))
            else:
                lines[name] = one.start + 1
                try:
                    found = checked(name, value, file.parent)
                except Wrong as error:
                    wrong(str(error))
                    del lines[name]
                else:
                    (keys if name.startswith("keys.") else values)[name.removeprefix("keys.")] = found
    if keys:
        values["keys"] = keys
        lines["keys"] = min(line for name, line in lines.items() if name.startswith("keys."))
    return _Read(values, lines, tuple(mistakes))


def _keys(name: str, value: object) -> str:
    """Keys for something, with commas between them, however they were written."""
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        value = ",".join(value)
    if not isinstance(value, str) or len(value) > 200:
        raise Wrong(say("settings.not_keys", name=clean(name)[:80]))
    parts = clean(value).replace(",,", ",comma").split(",")
    return ",".join("space" if one == " " else one.strip() for one in parts if one)


def _not_of_its_kind(name: str, value: object) -> str:
    if name in YES_NO:
        return say("settings.not_yes_no", name=name)
    if name == "flows":
        return say("settings.not_a_list", name=name)
    if isinstance(value, str):
        return say("settings.too_long", name=name, max=_LONGEST_NAME)
    return say("settings.not_text", name=name)


def _short(value: object) -> str:
    return clean(str(value))[:40]


def _absolute(path: str, folder: Path) -> Path:
    return folder.absolute() / os.path.expanduser(path)
