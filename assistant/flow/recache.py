"""Making the cache of a pack: compiled from its sources, and written whole or not at all.

Where nothing can be written, nothing is, and the pack is opened all the same.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

import msgspec

from assistant.flow.cache import Entry, Index, Manifest, blob_name, checksum, folder_of, own_path
from assistant.flow.files import digest_of, file_digest, pack_root, source_files, stamps
from assistant.flow.load import load
from assistant.flow.model import Pack
from assistant.flow.problem import LoadError, Problem
from assistant.flow.reach import part


def index_of(pack: Pack) -> Index:
    """The index of a compiled pack."""
    entries = tuple(Entry(flow.id, flow.title, flow.summary, flow.phrases, flow.offered) for flow in pack.flows.values())
    return Index(pack.id, pack.title, pack.language, pack.start, pack.otherwise, pack.digest, entries)


def rebuild(path: Path) -> Pack:
    """Load from the sources, and write the cache for the next time.

    Raises:
        LoadError: the pack can't be used.
    """
    root, made = pack_root(path), time.time_ns()
    loaded = load(path)
    if loaded.pack is None:
        raise LoadError(_errors(loaded.problems))
    with contextlib.suppress(OSError, ValueError):  # a ValueError is text that can't be written, such as an odd name
        found, contents = stamps(root), contents_of(root)
        if digest_of(contents) == loaded.pack.digest:  # nothing was written meanwhile
            _write_all(folder_of(root), loaded.pack, Manifest(own_path(root), loaded.pack.digest, found, contents, made))
    return loaded.pack


def _errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.severity == "error")


def _write_all(folder: Path, pack: Pack, manifest: Manifest) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        (folder / "manifest").unlink()  # until the new one stands, the cache is not to be used
    encode = msgspec.msgpack.encode
    for flow in pack.flows:
        write(folder / blob_name(flow), encode(part(pack, flow)))
    write(folder / "index", encode(index_of(pack)))
    write(folder / "manifest", encode(manifest))


def write(file: Path, data: bytes) -> None:
    """Whole or not at all, with a checksum in front."""
    handle, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(checksum(data) + data)
        os.replace(name, file)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def contents_of(root: Path) -> dict[str, str]:
    """The digest of each file of a pack."""
    return {name: file_digest(file.read_bytes()) for name, file in source_files(root).items()}
