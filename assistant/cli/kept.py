"""What the commands about what is kept share: the store, a session by its code, a new file.

What goes wrong is said in a sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from assistant.cli import FAULTY, Failure
from assistant.desk.conversation import local_now
from assistant.desk.memory import Memory, trouble_words
from assistant.store.protocol import StoreError, WrongCode
from assistant.words import say
from assistant.words.formats import clean

if TYPE_CHECKING:
    from assistant.store.protocol import Stored

T = TypeVar("T")


@contextmanager
def kept_memory() -> Iterator[Memory]:
    """The store, let go of at the end; what goes wrong with it is said in a sentence."""
    memory = Memory()
    try:
        yield memory
        aside = memory.set_aside()
        if aside:
            click.echo(clean(aside), err=True)
    except StoreError as error:
        raise Failure(trouble_words(error), FAULTY) from None
    finally:
        memory.close()


def stored_session(memory: Memory, code: str) -> Stored:
    """A session by its code; a code that means none is said in a sentence."""
    from assistant.desk.resuming import NoCode, by_code

    try:
        return by_code(memory, code, local_now())
    except NoCode:
        raise Failure(say("resume.no_code", code=clean(code)[:40])) from None
    except WrongCode as error:
        if error.wait:
            raise Failure(say("resume.wait", count=error.wait)) from None
        raise Failure(say("resume.wrong_code", code=clean(code)[:40])) from None


def to_file(path: Path, write: Callable[[], T]) -> T:
    """Write a new file by `write`; where that can't be, it is said in a sentence."""
    try:
        return write()
    except FileExistsError:
        raise Failure(say("sessions.exists", name=path)) from None
    except OSError as error:
        raise Failure(say("saved.failed", name=path, reason=error.strerror or str(error)), FAULTY) from None
