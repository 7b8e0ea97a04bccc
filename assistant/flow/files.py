"""The files of a pack: which folder a path belongs to, which files count, and what names their contents."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

RESERVED_FILES = ("pack.yaml", "facts.yaml", "outcomes.yaml", "portals.yaml", "glossary.yaml", "texts.yaml")

Stamp = tuple[int, int, int]
"""A file's size, the time of its last change, and that of its entry in the folder."""


def pack_root(path: Path) -> Path:
    """The pack of a file or folder: the nearest folder, itself included, with a `pack.yaml`; else just what was given."""
    folders = [path, *path.absolute().parents] if os.path.isdir(path) else path.absolute().parents
    return next((folder for folder in folders if os.path.isfile(folder / "pack.yaml")), path)


def source_files(root: Path) -> dict[str, Path]:
    """The files that make up a pack, by their path inside it, in a fixed order. Flow tests and catalogues don't count."""
    if not os.path.isdir(root):  # of `os.path`, since a path's own `is_dir` raises where a name is too long for the disk
        return {root.name: root}
    return {name: Path(entry.path) for name, entry in sorted(_entries(root), key=lambda found: found[0])}


def stamps(root: Path) -> dict[str, Stamp]:
    """What the disk says of each file of a pack without reading it.

    Raises:
        OSError: one of them is not there, or no file.
    """
    if not os.path.isdir(root):
        return {root.name: _stamp(root.stat())}
    return {name: _stamp(entry.stat()) for name, entry in _entries(root)}


def _stamp(status: os.stat_result) -> Stamp:
    if not stat.S_ISREG(status.st_mode):  # a pipe is never read, and so never cached
        raise OSError
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _entries(root: Path) -> Iterator[tuple[str, os.DirEntry[str]]]:
    pending = [""]
    while pending:
        inside = pending.pop()
        with contextlib.suppress(OSError), os.scandir(root / inside) as entries:  # what may not be read is not there
            for entry in entries:
                name = inside + entry.name
                if entry.name.startswith("."):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    pending.extend([f"{name}/"] if entry.name != "locale" else [])
                elif name.endswith((".yaml", ".csv")) and not name.endswith(".test.yaml"):
                    yield name, entry


def digest_of(digests: dict[str, str]) -> str:
    """One digest for a pack, from those of its files."""
    from hashlib import sha256  # a start on a fresh cache needs no digests, and it is slow to import

    whole = sha256()
    for name in sorted(digests):
        whole.update(f"{name}\0{digests[name]}\n".encode(errors="surrogateescape"))
    return whole.hexdigest()


def file_digest(data: bytes) -> str:
    """The digest of one file."""
    from hashlib import sha256

    return sha256(data).hexdigest()
