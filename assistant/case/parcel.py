"""A case as a file to hand on: text, JSON, a draft that a mail program opens, or all of it in one archive.

It turns a case into bytes and neither finds nor opens anything by itself: the files come with a way to open them, and
the time is an input. Nothing is sent.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from typing import IO, TYPE_CHECKING, NamedTuple

from assistant.case.build import Case
from assistant.case.render import Told, as_json, as_markdown, as_text
from assistant.engine.prompt import Letter
from assistant.engine.record import entry, listing
from assistant.flow.text import plain
from assistant.words.formats import clean, safe_json

if TYPE_CHECKING:
    from email.message import EmailMessage
    from zipfile import ZipFile

_ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@([A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}")
_UNFIT = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
_PLAIN = 60
"""Subjects of more characters are written in several lines."""
_LONGEST = 200
"""So many bytes of a name fit every file system, with a number put to it."""
_CHUNK = 1 << 20
_OLDEST, _NEWEST = 1980, 2107
"""The years that an archive can tell."""


class Attached(NamedTuple):
    """A file that goes along."""

    name: str
    media_type: str
    open: Callable[[], IO[bytes]]


class Parcel(NamedTuple):
    """All that is to be handed on.

    Attributes:
        case: the case.
        letter: the message of the ending, or nothing.
        files: what is attached.
        language: of headings.
        now: the time at which it is written.
        has_message: whether there is something to send, a letter or a case that is called for.
        told: what the ending says where no case is called for.
    """

    case: Case
    letter: Letter | None
    files: tuple[Attached, ...]
    language: str
    now: datetime
    has_message: bool
    told: Told | None = None


def write(parcel: Parcel, ending: str, out: IO[bytes]) -> None:
    """Write a parcel.

    Args:
        parcel: what to write.
        ending: `.md`, `.txt`, `.json`, `.eml` or `.zip`.
        out: where to; for an archive it must be able to seek.

    Raises:
        KeyError: another ending.
        OSError: a file can't be read, or `out` can't be written.
    """
    _WRITERS[ending](parcel, out)


def numbered(name: str, taken: Collection[str]) -> str:
    """A name that is not taken: itself, else with the first number that makes it so, such as `name-2.png`."""
    if name not in taken:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not stem:
        stem, dot, suffix = name, "", ""
    number = 2
    while (other := f"{stem}-{number}{dot}{suffix}") in taken:
        number += 1
    return other


def fit_names(names: Iterable[str]) -> list[str]:
    """Names as every system can write them, each once: no folders, no dots in front, nothing that is reserved."""
    found: list[str] = []
    taken: set[str] = set()
    for name in names:
        fit = _fit(name)
        while _key(fit) in taken:
            fit = numbered(fit, {*found, fit})
        taken.add(_key(fit))
        found.append(fit)
    return found


def _fit(name: str) -> str:
    base = _UNFIT.sub("_", " ".join(re.split(r"[/\\]", clean(name))[-1].split()))
    base = base.strip(" .") or "file"
    if _RESERVED.fullmatch(base):
        base = "_" + base
    if len(base.encode()) > _LONGEST:
        stem, dot, suffix = base.rpartition(".")
        if not stem or len(suffix.encode()) > _LONGEST // 4:
            stem, dot, suffix = base, "", ""
        room = _LONGEST - len((dot + suffix).encode())
        base = stem.encode()[:room].decode(errors="ignore").rstrip(" .") + dot + suffix
    return base


def _key(name: str) -> str:
    """What makes two names one on some system."""
    return unicodedata.normalize("NFC", name).casefold()


def _markdown(parcel: Parcel, out: IO[bytes]) -> None:
    out.write(_lines(as_markdown(parcel.case, parcel.language, told=parcel.told, letter=parcel.letter)))


def _text(parcel: Parcel, out: IO[bytes]) -> None:
    out.write(_lines(as_text(parcel.case, parcel.language, told=parcel.told, letter=parcel.letter)))


def _json(parcel: Parcel, out: IO[bytes]) -> None:
    told, letter = parcel.told, parcel.letter
    whole = as_json(parcel.case)
    if told is not None:
        whole["ending"] = {"title": told.title, "text": plain(told.blocks)}
    if letter is not None:
        whole["message"] = {"to": letter.to, "subject": letter.subject, "body": plain(letter.body)}
    out.write(_lines(safe_json(whole, indent=2)))


def _lines(text: str) -> bytes:
    return (text.rstrip() + "\n").encode("utf-8", "replace")


def _mail(parcel: Parcel, out: IO[bytes]) -> None:
    from email.generator import BytesGenerator

    message = _message(parcel)
    out.write(_subject(parcel.letter.subject if parcel.letter is not None else parcel.case.subject))
    BytesGenerator(out, mangle_from_=False, policy=message.policy).flatten(message)


def _message(parcel: Parcel) -> EmailMessage:
    """The letter, else the case, as a draft: without a sender, and marked as not sent. All of it but the subject."""
    from email.message import EmailMessage
    from email.policy import SMTP

    letter, case = parcel.letter, parcel.case
    message = EmailMessage(policy=SMTP)
    to = _addresses(letter.to) if letter is not None else ""
    if to:
        message["To"] = to
    message["Date"] = parcel.now
    message["X-Unsent"] = "1"
    body = plain(letter.body) if letter is not None else _case_body(case, parcel.language)
    message.set_content(clean(body).rstrip() + "\n")
    for file, name in zip(parcel.files, fit_names(file.name for file in parcel.files), strict=True):
        kind, _, sort = file.media_type.partition("/")
        if not sort or kind in ("message", "multipart"):  # these can't be written as they are
            kind, sort = "application", "octet-stream"
        with file.open() as source:
            message.add_attachment(source.read(), maintype=kind, subtype=sort, filename=name)
    if parcel.files:  # else one is drawn by lot
        message.set_boundary(f"{'=' * 15}{sha256(body.encode('utf-8', 'replace')).hexdigest()[:32]}==")
    return message


def _subject(text: str) -> bytes:
    """The header of the subject. Written here, since a message decodes what it is given as one, with line breaks and all:
    words that look encoded would become headers of their own."""
    from email.header import Header

    words = " ".join(clean(text).split())
    is_plain = words.isascii() and len(words) <= _PLAIN and "=?" not in words
    value = words if is_plain else Header(words, "utf-8", header_name="Subject").encode(linesep="\r\n")
    return f"Subject: {value}\r\n".encode("ascii") if words else b""


def _addresses(to: str) -> str:
    """Those whom a message goes to, where each is really an address; else nothing."""
    found = [part.strip() for part in re.split("[,;]", to)]
    return ", ".join(found) if "=?" not in to and all(map(_ADDRESS.fullmatch, found)) else ""


def _case_body(case: Case, language: str) -> str:
    fields = plain((listing(*(entry(name, value, language) for name, value in case.fields.items())),))
    return f"{fields}\n\n{case.notes}" if case.fields else case.notes


def _archive(parcel: Parcel, out: IO[bytes]) -> None:
    from zipfile import ZIP_DEFLATED, ZipFile

    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, write_part in _parts(parcel):
            with _entry(archive, name, parcel.now) as part:
                write_part(parcel, part)
        for file, name in zip(parcel.files, fit_names(file.name for file in parcel.files), strict=True):
            with _entry(archive, f"attachments/{name}", parcel.now) as part, file.open() as source:
                while chunk := source.read(_CHUNK):
                    part.write(chunk)


def _parts(parcel: Parcel) -> Iterator[tuple[str, Callable[[Parcel, IO[bytes]], None]]]:
    yield "case.md", _markdown
    yield "case.txt", _text
    yield "case.json", _json
    if parcel.has_message:
        yield "message.eml", _mail


def _entry(archive: ZipFile, name: str, now: datetime) -> IO[bytes]:
    """A new file in an archive, of this moment, readable by its owner."""
    from zipfile import ZIP_DEFLATED, ZipInfo

    year = min(max(now.year, _OLDEST), _NEWEST)
    info = ZipInfo(name, (year, now.month, now.day, now.hour, now.minute, now.second))
    info.compress_type, info.create_system, info.external_attr = ZIP_DEFLATED, 3, 0o100600 << 16
    return archive.open(info, "w")


_WRITERS: dict[str, Callable[[Parcel, IO[bytes]], None]] = {
    ".md": _markdown, ".txt": _text, ".json": _json, ".eml": _mail, ".zip": _archive,
}  # fmt: skip
