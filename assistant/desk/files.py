"""Files that a person gives: every one is checked and copied at once.

The copies lie in a private folder until the conversation is closed (and in the store, as long as that keeps the session);
what the engine gets to know is their names. How paths are read from what was typed is `desk.paths`; how files leave the
machine is `case.parcel`, and the person's own doing.
"""

from __future__ import annotations

import os
import stat
import weakref
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from decimal import ROUND_CEILING, Decimal
from errno import ENAMETOOLONG
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

from assistant.desk.paths import named_in, parts_of
from assistant.engine import Refused
from assistant.engine.answers import MAX_FILES
from assistant.engine.answers import clean as engine_clean
from assistant.engine.events import UNSURE, Answer, Attached
from assistant.engine.prompt import Form, Question
from assistant.words import say
from assistant.words.formats import clean, show_number

if TYPE_CHECKING:
    from assistant.engine import Session
    from assistant.engine.book import Entry

MOST_BYTES = 25_000_000
"""How large one file may be."""
MOST_BYTES_IN_ALL = 100_000_000
"""How large all files of a conversation may be together; the same content counts once."""

_NONE = "none"
_NOTHING = object()
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
    fetch: Callable[[], bytes | None] | None = None
    """Brings the content of a file that was given before the conversation was taken up again."""

    def open(self) -> IO[bytes]:
        """The copy, to be read.

        Raises:
            OSError: it is not there any more.
        """
        if self.fetch is None:
            return self.path.open("rb")
        data = self.fetch()
        if data is None:
            raise FileNotFoundError(self.name)
        return BytesIO(data)


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

    def restore(self, attached: Iterable[Attached], fetch: Callable[[str], bytes | None]) -> None:
        """Know the files again that were given before; `fetch` brings a content by its digest when it is needed."""
        for one in attached:
            self._given[one.name] = Given(
                one.name, one.size, one.media_type, one.digest, Path(one.name), partial(fetch, one.digest)
            )

    def content(self, digest: str) -> bytes | None:
        """The content of a file that was given, by its digest."""
        given = next((one for one in self._given.values() if one.digest == digest), None)
        if given is None:
            return None
        with given.open() as file:
            return file.read()

    def unattached(self, session: Session, value: object) -> list[Given]:
        """The files that an answer names and that no event of the log tells of yet."""
        values = value.values() if isinstance(value, Mapping) else [value]
        names = {name for one in values if isinstance(one, tuple) for name in one}
        told = {(one.name, one.digest) for one in session.attached}
        found = (self._given.get(name) for name in sorted(names))
        return [given for given in found if given is not None and (given.name, given.digest) not in told]

    def take(self, path: str, held: Session) -> Given:
        """Take a file that is given beside the questions.

        Raises:
            Refused: it can't be taken.
        """
        self._forget_others(_named(held))
        return self.take_beside(path)

    def take_beside(self, path: str) -> Given:
        """Take one more file, whatever the answers name.

        Raises:
            Refused: it can't be taken.
        """
        named = list(named_in([path], (), is_typed=True))
        if len(named) != 1:
            raise Refused("one_file")
        return self._given[self._take(named[0].text)]

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
                    self._given[name] = given if given.fetch is not None else self._copied(str(given.path), name)

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
            parts = parts_of(value)
            if not parts or [part.strip().casefold() for part in parts] in ([_NONE], [UNSURE]):
                return value
            held = _named(session)
            self._forget_others(held)
            for one in named_in(parts, {*held, *self._given}, is_typed=isinstance(value, str)):
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
            if self._given[name].fetch is None:
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
    """All names of files in the answers of a session, in force or not (what was taken back is offered again), and of those
    that were given beside them."""
    found = {one.name for one in session.attached if one.beside}
    book = session.book
    said: list[Entry | Answer] = [*book.places.values(), *book.taken_back.values(), *book.late.values()]
    for answer in said:
        fact = session.pack.facts.get(answer.fact)
        if fact is not None and fact.type == "files" and isinstance(answer.value, tuple):
            found.update(answer.value)
    return found
