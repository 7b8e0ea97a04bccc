"""Files that a person is given: a case in one of its forms, a session to go on with elsewhere. Never over anything that is
there.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO, TYPE_CHECKING

from assistant.engine.prompt import WITH_CASE, Ending

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation

SESSION = ".assistant"
"""What the name of a file with a session ends in (`desk.handing`)."""
SAVED_AS = (".md", ".txt", ".json", ".eml", ".zip")


class UnknownKind(ValueError):
    """A file name that ends in none of `SAVED_AS`."""


def write_new(path: Path, write: Callable[[IO[bytes]], None]) -> None:
    """Write a new file, readable by its owner only, whole or not at all.

    Raises:
        OSError: the file is there already, or cannot be written.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(handle, "w+b") as file:
            write(file)
    except BaseException:  # half a file is worse than none
        path.unlink(missing_ok=True)
        raise


def save_case(conversation: Conversation, path: Path) -> None:
    """Write the case of a conversation to a new file, readable by its owner only.

    The name's ending tells how: Markdown, text or JSON; a draft for a mail program; all of these with the files that were
    given, in an archive.

    Raises:
        UnknownKind: another ending.
        OSError: the file is there already, or cannot be written.
    """
    ending = path.suffix.lower()
    if ending not in SAVED_AS:
        raise UnknownKind(ending)
    from assistant.case import parcel

    case, prompt = conversation.case(), conversation.prompt
    letter = getattr(prompt, "letter", None)
    given = filter(None, map(conversation.files.find, case.attachments))
    files = tuple(parcel.Attached(file.name, file.media_type, file.open) for file in given)
    is_case = isinstance(prompt, Ending) and prompt.kind in WITH_CASE
    whole = parcel.Parcel(
        case, letter, files, conversation.language, conversation.clock(), has_message=letter is not None or is_case
    )
    write_new(path, lambda file: parcel.write(whole, ending, file))
