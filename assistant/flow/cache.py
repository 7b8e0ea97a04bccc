"""Compiled packs on disk, so that opening one flow of a thousand costs what opening one of one does.

For each pack there is a folder with a manifest (path, size and time of every source file, and their digests), an index
of titles and phrases, and for each flow a blob with just what that flow can reach. Nothing here is ever needed: what is
missing, damaged or older than its sources is made anew in silence (`recache`). Every start of the program comes through
here, so nothing is imported that reading a fresh cache does not need.
"""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar
from zlib import crc32

import msgspec
import platformdirs

from assistant import __version__
from assistant.flow.files import Stamp, pack_root, stamps

if TYPE_CHECKING:
    from assistant.flow.model import Pack

FORMAT = "4"
"""Part of every cache's name, as the version is: it changes with the structs of the model, so that no other's are read."""

TOO_FRESH = 2_000_000_000
"""A file that was written less than so many nanoseconds before it was cached may change again without its time changing."""

_CHECKED = 4

T = TypeVar("T")


class Entry(msgspec.Struct, frozen=True):
    """One flow, as the list of flows shows it. `offered` is false for one that only serves others."""

    id: str
    title: str
    summary: str
    phrases: tuple[str, ...]
    offered: bool


class Index(msgspec.Struct, frozen=True):
    """What a list of flows needs of a pack."""

    id: str
    title: str
    language: str
    start: str
    otherwise: str
    digest: str
    flows: tuple[Entry, ...]

    @property
    def offered(self) -> tuple[Entry, ...]:
        """The flows that are held by themselves: the pack's `start` first, `otherwise` last."""
        named = (self.start, self.otherwise)
        first = [entry for entry in self.flows if entry.id == self.start]
        middle = [entry for entry in self.flows if entry.offered and entry.id not in named]
        last = [entry for entry in self.flows if entry.id == self.otherwise and entry.id != self.start]
        return (*first, *middle, *last)


class Manifest(msgspec.Struct, frozen=True):
    """What a cache was made from, and when: the pack's own path, each file's size, time of change and time of its entry, and
    its contents."""

    root: bytes
    digest: str
    files: dict[str, Stamp]
    contents: dict[str, str]
    made: int


def open_index(path: Path) -> Index:
    """The index of the pack at `path`.

    Raises:
        LoadError: the pack can't be used.
    """
    fresh = _fresh(path)
    if fresh is not None:
        index = _read(fresh.folder / "index", Index)
        if index is not None and index.digest == fresh.digest:
            return index
    from assistant.flow.recache import index_of, rebuild

    return index_of(rebuild(path))


def open_flow(path: Path, flow: str) -> Pack:
    """The pack at `path`, with what one of its flows can reach.

    Raises:
        LoadError: the pack can't be used.
        KeyError: it has no such flow.
    """
    from assistant.flow.model import Pack

    fresh = _fresh(path)
    if fresh is not None:
        pack = _read(fresh.folder / blob_name(flow), Pack)
        if pack is not None and pack.digest == fresh.digest and flow in pack.flows:
            return pack
    from assistant.flow.reach import part
    from assistant.flow.recache import rebuild

    return part(rebuild(path), flow)


def folder_of(root: Path) -> Path:
    """Where the cache of the pack at `root` stands."""
    return platformdirs.user_cache_path("assistant") / f"packs-{__version__}-{FORMAT}" / _short(own_path(root))


def own_path(root: Path) -> bytes:
    """A pack's own path, as its manifest holds it: two paths may come to have the same folder here."""
    return os.fsencode(root.absolute())


def blob_name(flow: str) -> str:
    """The name of a flow's file; where two flows have the same, one of them is made anew each time."""
    return "flow-" + _short(flow.encode(errors="surrogateescape"))


def _short(name: bytes) -> str:
    """A name for a file. Sums that protect against nobody will do, and cost nothing to import."""
    return f"{crc32(name):08x}{crc32(name[::-1]):08x}"


def checksum(data: bytes) -> bytes:
    """What stands in front of a file's contents, so that damage is seen."""
    return crc32(data).to_bytes(_CHECKED, "big")


class _Fresh(NamedTuple):
    """A cache of just these files as they are now: its folder, and the digest of its pack."""

    folder: Path
    digest: str


def _fresh(path: Path) -> _Fresh | None:
    root = pack_root(path)
    folder = folder_of(root)
    manifest = _read(folder / "manifest", Manifest)
    try:
        if manifest is None or manifest.root != own_path(root) or manifest.files != stamps(root):
            return None
        newest = max((max(stamp[1:]) for stamp in manifest.files.values()), default=0)
        if newest > manifest.made - TOO_FRESH:
            from assistant.flow.recache import contents_of, write

            now = time.time_ns()
            if manifest.contents != contents_of(root):
                return None
            with contextlib.suppress(OSError):
                write(folder / "manifest", msgspec.msgpack.encode(msgspec.structs.replace(manifest, made=now)))
        return _Fresh(folder, manifest.digest)
    except OSError:
        return None


def _read(file: Path, kind: type[T]) -> T | None:
    try:
        data = file.read_bytes()
        if checksum(data[_CHECKED:]) != data[:_CHECKED]:
            return None
        return msgspec.msgpack.decode(data[_CHECKED:], type=kind)
    except (OSError, msgspec.MsgspecError, ValueError):
        return None
