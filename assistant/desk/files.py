"""Files that a person gives: what was typed is read as paths, and every file is checked and copied at once.

The copies lie in a private folder until the conversation is closed; what the engine gets to know is their names. Nothing
here knows how they leave the machine: that is `case.parcel`, and the person's own doing.
"""

from __future__ import annotations

import os
import stat
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from decimal import ROUND_CEILING, Decimal
from errno import ENAMETOOLONG
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from assistant.engine import Refused
from assistant.engine.answers import MAX_FILES, MAX_TEXT
from assistant.engine.answers import clean as engine_clean
from assistant.engine.events import UNSURE, Answered, Changed, Started, TakenBack
from assistant.engine.prompt import Form, Question
from assistant.words import say
from assistant.words.formats import clean, show_number

if TYPE_CHECKING:
    from assistant.engine import Session

MOST_BYTES = 25_000_000
"""How large one file may be."""
MOST_BYTES_IN_ALL = 100_000_000
"""How large all files of a conversation may be together; the same content counts once."""

_NONE = "none"
_NOTHING = object()
_MOST_COMMAS = 8
"""A path with more commas in it is found only when it is given by itself."""
_LONGEST = 4096
_LONGEST_SHOWN = 120
_CHUNK = 1 << 20
_OPENED = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
"""Never waits: a pipe that took the file's place since it was looked at opens at once, and is refused then."""


class Given(NamedTuple):
    """A file that was given: its name, unique among those of the conversation, and where its copy lies.

    `digest` is the SHA-256 of its content.
    """

    name: str
    size: int
    media_type: str
    digest: str
    path: Path

    def open(self) -> IO[bytes]:
        """The copy, to be read."""
        return self.path.open("rb")


class Files:
    """The files of one conversation. The folder of the copies is made for the first of them, and goes with `close`."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._remove: weakref.finalize[[str], Files] | None = None
        self._given: dict[str, Given] = {}
        self._session: Session | None = None
        self._in_form: dict[str, tuple[object, tuple[str, ...]]] = {}
        """What was given in fields of the form that stands, by place, with the names that it came to."""
        self._in_preview: tuple[str, ...] = ()

    def find(self, name: str) -> Given | None:
        """The file that an answer names; nothing where only the name is known."""
        return self._given.get(name)

    def close(self) -> None:
        """Remove all copies."""
        if self._remove is not None:
            self._remove()
        self._folder = self._remove = None
        self._given.clear()
        self._in_form.clear()

    def answer(self, session: Session, value: object, anew: str = "") -> tuple[object, dict[str, Refused]]:
        """An answer to what stands, with the names of files in the place of what was given for them.

        Args:
            session: the conversation as it stands.
            value: the answer as typed; for a form a mapping.
            anew: the field that is being answered: its files are read though the same was given there before. Those
                of the other fields stay as they were read then.

        Returns:
            the answer for the engine, and for a form the refusals by place; what they are about is left out of it.

        Raises:
            Refused: a file of a single question can't be taken.
        """
        if session is not self._session:
            self._session, self._in_form = session, {}
        prompt = session.prompt
        if not isinstance(value, Mapping):
            is_files = isinstance(prompt, Question) and prompt.type == "files"
            return (self.read(session, prompt.place, value) if is_files else value), {}
        fields = prompt.fields if isinstance(prompt, Form) else (prompt,) if isinstance(prompt, Question) else ()
        taken, wrong = dict(value), {}
        for field in fields:
            if field.type == "files" and field.fact in taken:
                try:
                    taken[field.fact] = self._field(session, field, taken[field.fact], field.fact == anew)
                except Refused as refused:
                    wrong[field.place] = refused
                    del taken[field.fact]
        return taken, wrong

    def change(self, session: Session, place: str, value: object) -> object:
        """Another answer to an earlier place, with names as above. They stay until the next such change is read.

        Raises:
            Refused: a file can't be taken.
        """
        fact = next((entry.fact for entry in session.trail if entry.place == place), "")
        if not fact or session.pack.facts[fact].type != "files":
            return value
        self._in_preview = ()
        found = self.read(session, place, value)
        self._in_preview = found if isinstance(found, tuple) else ()
        return found

    def adopt(self, others: Files, session: Session) -> None:
        """Copy those files of another conversation that this one's session names."""
        for name in _named(session):
            given = others.find(name)
            if given is not None:
                with suppress(Refused):  # then the name alone goes along
                    self._given[name] = self._copied(str(given.path), name)

    def read(self, session: Session, place: str, value: object) -> object:
        """Take the files of an answer to one place.

        Args:
            session: its names of files stay as they are, and are not read again. Typed text is looked up as paths first.
            place: for refusals.
            value: typed text with commas, or several names or paths.

        Returns:
            their names; the answer itself where it is none of files ("unsure", "none", nothing).

        Raises:
            Refused: one can't be taken.
        """
        names: dict[str, None] = {}
        try:
            parts = _parts(value)
            if not parts or [part.strip().casefold() for part in parts] in ([_NONE], [UNSURE]):
                return value
            held = _named(session)
            self._forget_others(held)
            for one in _paths(parts, {*held, *self._given}, is_typed=isinstance(value, str)):
                names[one.text if one.is_name else self._take(one.text)] = None
                if len(names) > MAX_FILES:
                    raise Refused("too_many", max=str(MAX_FILES), count=str(MAX_FILES))
        except Refused as refused:
            refused.place = place
            raise
        return tuple(names)

    def _field(self, session: Session, field: Question, value: object, is_anew: bool) -> object:
        before, names = self._in_form.get(field.place, (_NOTHING, ()))
        if before == value and not is_anew:
            return names
        try:
            found = self.read(session, field.place, value)
        except Refused as refused:
            if before == value and refused.code == "file_missing":
                return names  # it was copied while it was there
            raise
        if isinstance(found, tuple):
            self._in_form[field.place] = (value, found)
        return found

    def _forget_others(self, held: Collection[str]) -> None:
        """Remove the copies that no answer names: of refused answers, and of what was typed over before it was sent."""
        wanted = {*held, *self._in_preview, *(name for _, names in self._in_form.values() for name in names)}
        for name in [name for name in self._given if name not in wanted]:
            with suppress(OSError):
                self._given[name].path.unlink()
            del self._given[name]

    def _take(self, path: str) -> str:
        """Copy a file; its name among the files given."""
        from assistant.case.parcel import numbered

        given = self._copied(path, _name(path))
        same = next((one for one in self._given.values() if one.digest == given.digest), None)
        if same is not None:
            given.path.unlink()
            return same.name
        if sum(one.size for one in self._given.values()) + given.size > MOST_BYTES_IN_ALL:
            given.path.unlink()
            raise Refused("files_too_large", max=show_size(MOST_BYTES_IN_ALL))
        name = numbered(given.name, {*self._given, _NONE})
        self._given[name] = given._replace(name=name)
        return name

    def _copied(self, path: str, name: str) -> Given:
        shown = _shown(name if os.path.basename(path.rstrip(os.sep)) else path)
        try:
            if not stat.S_ISREG(os.stat(path).st_mode):  # before it is opened: opening alone moves some devices
                raise Refused("file_not_a_file", name=shown)
            source = os.open(path, _OPENED)
        except (FileNotFoundError, NotADirectoryError, ValueError):
            raise Refused("file_missing", name=_shown(path)) from None
        except OSError as error:
            if error.errno == ENAMETOOLONG:
                raise Refused("file_missing", name=_shown(path)) from None
            raise Refused("file_unreadable", name=shown, reason=_reason(error)) from None
        try:
            found = os.fstat(source)
            if not stat.S_ISREG(found.st_mode):
                raise Refused("file_not_a_file", name=shown)
            if found.st_size > MOST_BYTES:
                raise _too_large(shown, found.st_size)
            return self._written(source, name, shown)
        except OSError as error:
            raise Refused("file_unreadable", name=shown, reason=_reason(error)) from None
        finally:
            os.close(source)

    def _written(self, source: int, name: str, shown: str) -> Given:
        """The content of an open file in the folder. It is measured as it is read: what a file says of its size may be
        wrong, or become so."""
        import hashlib  # nobody gives files in most conversations, and starting is to be quick
        import mimetypes
        import tempfile

        digest, size = hashlib.sha256(), 0
        handle, copy = tempfile.mkstemp(dir=self._own_folder())
        try:
            with os.fdopen(handle, "wb") as target:
                while chunk := os.read(source, _CHUNK):
                    size += len(chunk)
                    if size > MOST_BYTES:
                        raise _too_large(shown, size)
                    digest.update(chunk)
                    target.write(chunk)
        except BaseException:
            os.unlink(copy)
            raise
        media_type, packed = mimetypes.guess_type(name)
        known = media_type if media_type is not None and packed is None else "application/octet-stream"
        return Given(name, size, known, digest.hexdigest(), Path(copy))

    def _own_folder(self) -> Path:
        """The folder of the copies, which nobody else may read."""
        if self._folder is None:
            import shutil
            import tempfile

            self._folder = Path(tempfile.mkdtemp(prefix="assistant-"))
            self._remove = weakref.finalize(self, shutil.rmtree, str(self._folder), ignore_errors=True)
        return self._folder


def limits_words(language: str) -> str:
    """How large files may be, to be said before they are given."""
    return say("files.limits", language, each=show_size(MOST_BYTES, language), all=show_size(MOST_BYTES_IN_ALL, language))


def entry_words(name: str, given: Given | None, language: str) -> str:
    """A file in a list: its name, and its size where it is known."""
    return name if given is None else say("files.entry", language, name=name, size=show_size(given.size, language))


def show_size(size: int, language: str = "en") -> str:
    """A size in bytes as people read it, rounded up: "214 kB"."""
    if size < 1000:
        return say("size.bytes", language, count=size)
    code, unit, places = ("size.kb", 1000, "1") if size <= 999_000 else ("size.mb", 1_000_000, "0.1")
    number = (Decimal(size) / unit).quantize(Decimal(places), ROUND_CEILING)
    whole = number.to_integral_value()
    return say(code, language, number=show_number(whole if whole == number else number, language))


class _Read(NamedTuple):
    text: str
    is_name: bool = False


def _parts(value: object) -> list[str]:
    """What stands between commas; nothing for an empty answer."""
    if value is None or isinstance(value, str):
        if value is not None and len(value) > MAX_TEXT:
            raise Refused("too_long", max=str(MAX_TEXT))
        parts = (value or "").split(",")
    else:
        parts = [str(part) for part in value] if isinstance(value, list | tuple) else [str(value)]
    return parts if any(part.strip() for part in parts) else []


def _paths(parts: Sequence[str], names: Collection[str], *, is_typed: bool) -> Iterator[_Read]:
    """What the parts name, one file after the other; as many parts as make up an existing path are one.

    Args:
        parts: what stands between commas.
        names: the names of files that were given before.
        is_typed: whether the commas stood as typed; else blanks may be missing behind them.
    """
    at = 0
    while at < len(parts):
        most = min(len(parts), at + _MOST_COMMAS + 1)
        ends = [len(parts)] * (at == 0 and most < len(parts)) + list(range(most, at, -1))
        joined = [(comma.join(parts[at:end]), end) for end in ends for comma in ((",",) if is_typed else (",", ", "))]
        for text, end in joined:
            found = _existing(text.strip(), names, is_typed=is_typed)
            if found:
                yield from found
                at = end
                break
        else:
            is_blank = not parts[at].strip()
            text, at = _missing(parts, at)
            if not is_blank:
                yield _Read(text)


def _existing(text: str, names: Collection[str], *, is_typed: bool) -> tuple[_Read, ...]:
    """The file or files that a text names; nothing where any of them is not there."""
    is_name = text in names
    if not text or (is_name and not is_typed):
        return (_Read(text, is_name=True),) if text else ()
    if len(text) > _LONGEST:
        return ()
    for paths in _readings(text):
        if paths and all(map(_is_there, paths)):
            return tuple(map(_Read, paths))
    return (_Read(text, is_name=True),) if is_name else ()


def _readings(text: str) -> Iterator[list[str]]:
    """The paths that a text may stand for: as it is, as a URL, and as a shell would read it."""
    yield [os.path.expanduser(text)]
    if text.casefold().startswith("file:"):
        yield [_from_url(text)]
    elif any(mark in text for mark in "'\"\\"):
        import shlex

        with suppress(ValueError):  # a quotation mark without its other half
            yield [_from_url(word) if word.casefold().startswith("file:") else os.path.expanduser(word)
                   for word in shlex.split(text)]  # fmt: skip


def _from_url(url: str) -> str:
    """The path of a `file:` URL; of another host's there is none here."""
    from urllib.parse import unquote

    rest = url[len("file:") :]
    if rest.startswith("//"):
        host, slash, path = rest[2:].partition("/")
        if host.casefold() not in ("", "localhost"):
            return url
        rest = slash + path
    return unquote(rest, errors="surrogateescape")


def _is_there(path: str) -> bool:
    try:
        os.stat(path)
    except (OSError, ValueError):
        return False
    return True


def _missing(parts: Sequence[str], at: int) -> tuple[str, int]:
    """Where nothing is found: the path that was probably meant, and the part behind it."""
    text, end = parts[at].strip(), at + 1
    quote = text[:1]
    if quote in ("'", '"') and not (len(text) > 1 and text.endswith(quote)):
        closed = next((n for n in range(end, len(parts)) if parts[n].strip().endswith(quote)), None)
        if closed is not None:
            text, end = ",".join(parts[at : closed + 1]).strip(), closed + 1
    readings = list(_readings(text)) if len(text) <= _LONGEST else []
    for paths in reversed(readings):
        if len(paths) == 1:
            return paths[0] or text, end
        for path in paths:
            if not _is_there(path):
                return path, end
    return text, end


def _name(path: str) -> str:
    """The name of a file as it can be shown and kept: one line, no control characters, no marks of direction."""
    base = os.path.basename(path.rstrip(os.sep))
    return " ".join(engine_clean(clean(base)).split()) or "file"


def _shown(path: str) -> str:
    text = " ".join(engine_clean(clean(path)).split())
    return text if len(text) <= _LONGEST_SHOWN else "…" + text[-_LONGEST_SHOWN:]


def _reason(error: OSError) -> str:
    return error.strerror or type(error).__name__


def _too_large(name: str, size: int) -> Refused:
    return Refused("file_too_large", name=name, size=show_size(size), max=show_size(MOST_BYTES))


def _named(session: Session) -> set[str]:
    """All names of files in the answers of a session, in force or not: what was taken back is offered again."""
    found: set[str] = set()
    for event in session.log:
        if isinstance(event, Started | Answered | Changed | TakenBack):
            for answer in event.given if isinstance(event, Started) else event.answers:
                fact = session.pack.facts.get(answer.fact)
                if fact is not None and fact.type == "files" and isinstance(answer.value, tuple):
                    found.update(answer.value)
    return found
