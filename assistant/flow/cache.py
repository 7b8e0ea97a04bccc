"""Compiled packs on disk, so that opening one flow of a thousand costs what opening one of one does.

For each pack there is a folder with a manifest (path, size and time of every source file, and their digests), an index
of titles and phrases, and for each flow a blob with just what that flow can reach. Nothing here is ever needed: what is
missing, damaged or older than its sources is made anew in silence, and where nothing can be written nothing is.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
import time
from pathlib import Path
from typing import NamedTuple, TypeVar

import msgspec
import platformdirs

from assistant import __version__
from assistant.flow.expression import Name, Rule
from assistant.flow.files import Stamp, digest_of, file_digest, pack_root, source_files, stamps
from assistant.flow.model import Fact, Flow, Pack
from assistant.flow.problem import LoadError, Problem
from assistant.flow.reads import nodes
from assistant.flow.text import Text

FORMAT = "3"
"""Part of every cache's name, as the version is: it changes with the structs of the model, so that no other's are read."""

TOO_FRESH = 2_000_000_000
"""A file that was written less than so many nanoseconds before it was cached may change again without its time changing."""

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
    """What a cache was made from, and when: each file's size, time of change and time of its entry, and its contents."""

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
    return index_of(_rebuild(path))


def open_flow(path: Path, flow: str) -> Pack:
    """The pack at `path`, with what one of its flows can reach.

    Raises:
        LoadError: the pack can't be used.
        KeyError: it has no such flow.
    """
    fresh = _fresh(path)
    if fresh is not None:
        pack = _read(fresh.folder / _blob_name(flow), Pack)
        if pack is not None and pack.digest == fresh.digest and flow in pack.flows:
            return pack
    return part(_rebuild(path), flow)


def index_of(pack: Pack) -> Index:
    """The index of a compiled pack."""
    entries = tuple(Entry(flow.id, flow.title, flow.summary, flow.phrases, flow.offered) for flow in pack.flows.values())
    return Index(pack.id, pack.title, pack.language, pack.start, pack.otherwise, pack.digest, entries)


def part(pack: Pack, flow: str) -> Pack:
    """The part of a pack that one flow can reach: flows, facts, outcomes, portals, tables, and all titles.

    Raises:
        KeyError: it has no such flow.
    """
    flows: dict[str, Flow] = {}
    pending = [flow]
    while pending:
        one = pack.flows[pending.pop()]
        if one.id not in flows:
            flows[one.id] = one
            pending.extend(step.run for step in one.steps.values() if step.run in pack.flows)
    targets = {target for one in flows.values() for target in _targets(one)}
    outcomes = {name: outcome for name, outcome in pack.outcomes.items() if name in targets}
    related = {
        name for one in (*outcomes.values(), *(o for f in flows.values() for o in f.outcomes.values()))
        for name in one.related
    }  # fmt: skip
    facts = _facts(pack, flows, outcomes)
    spoken = (flows, outcomes, facts, pack.portals, pack.glossary)
    tables = pack.tables if any(fact.table for fact in facts.values()) or _look_up(spoken) else {}
    return msgspec.structs.replace(
        pack, flows=flows, outcomes=outcomes, facts=facts, tables=tables,
        titles={name: title for name, title in pack.titles.items() if name in related or name in flows},
    )  # fmt: skip


def _targets(flow: Flow) -> set[str]:
    return {target for step in flow.steps.values() for target in step.targets}


def _names(value: object) -> set[str]:
    """Every fact that a struct speaks of, in rules and in texts."""
    found: set[str] = set()
    pending = [value]
    while pending:
        one = pending.pop()
        if isinstance(one, Rule):
            found.update(node.name for node in nodes(one.expression) if isinstance(node, Name))
        elif isinstance(one, Text):
            found.update(one.facts())
            pending.extend(part.when for part in one.parts if part.when is not None)
        elif isinstance(one, msgspec.Struct):
            pending.extend(getattr(one, name) for name in one.__struct_fields__)
        elif isinstance(one, dict):
            pending.extend(one.values())
        elif isinstance(one, tuple):
            pending.extend(one)
    return found


def facts_needed(pack: Pack) -> frozenset[str]:
    """The facts that something of a pack asks, reads or shows."""
    return frozenset(_facts(pack, pack.flows, pack.outcomes))


def _facts(pack: Pack, flows: dict[str, Flow], outcomes: object) -> dict[str, Fact]:
    wanted = _names(flows) | _names(outcomes) | _names(pack.portals) | _names(pack.glossary)
    for flow in flows.values():
        for step in flow.steps.values():
            wanted.update((*step.facts, *((step.each,) if step.each else ())))
    for group in (outcomes, *(flow.outcomes for flow in flows.values())):
        assert isinstance(group, dict)
        for outcome in group.values():
            wanted.update((*outcome.needs, *outcome.wants))
    wanted.update(portal.attach for portal in pack.portals.values() if portal.attach)
    pending, found = list(wanted), set()
    while pending:
        name = pending.pop()
        if name in pack.facts and name not in found:
            found.add(name)
            pending.extend(_names(pack.facts[name]))
    return {name: fact for name, fact in pack.facts.items() if name in found}


def _look_up(value: object) -> bool:
    """Whether something in it may read a table."""
    return b"lookup" in msgspec.msgpack.encode(value)


def _folder(path: Path) -> Path:
    where = hashlib.sha256(os.fsencode(path.absolute())).hexdigest()[:24]
    return platformdirs.user_cache_path("assistant") / f"packs-{__version__}-{FORMAT}" / where


def _blob_name(flow: str) -> str:
    return "flow-" + hashlib.sha256(flow.encode(errors="surrogateescape")).hexdigest()[:32]


class _Fresh(NamedTuple):
    """A cache of just these files as they are now: its folder, and the digest of its pack."""

    folder: Path
    digest: str


def _fresh(path: Path) -> _Fresh | None:
    root = pack_root(path)
    folder = _folder(root)
    manifest = _read(folder / "manifest", Manifest)
    try:
        if manifest is None or manifest.files != stamps(root):
            return None
        newest = max((max(stamp[1:]) for stamp in manifest.files.values()), default=0)
        if newest > manifest.made - TOO_FRESH:
            now = time.time_ns()
            if manifest.contents != _contents(root):
                return None
            with contextlib.suppress(OSError):
                _write(folder / "manifest", msgspec.msgpack.encode(msgspec.structs.replace(manifest, made=now)))
        return _Fresh(folder, manifest.digest)
    except OSError:
        return None


def _contents(root: Path) -> dict[str, str]:
    return {name: file_digest(file.read_bytes()) for name, file in source_files(root).items()}


def _rebuild(path: Path) -> Pack:
    """Load from the sources, and write the cache for the next time."""
    from assistant.flow.load import load  # the compiler is not needed where the cache is fresh

    root, made = pack_root(path), time.time_ns()
    loaded = load(path)
    if loaded.pack is None:
        raise LoadError(_errors(loaded.problems))
    with contextlib.suppress(OSError, ValueError):  # a ValueError is text that can't be written, such as an odd name
        found, contents = stamps(root), _contents(root)
        if digest_of(contents) == loaded.pack.digest:  # nothing was written meanwhile
            _write_all(_folder(root), loaded.pack, Manifest(loaded.pack.digest, found, contents, made))
    return loaded.pack


def _errors(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(problem for problem in problems if problem.severity == "error")


def _write_all(folder: Path, pack: Pack, manifest: Manifest) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        (folder / "manifest").unlink()  # until the new one stands, the cache is not to be used
    encode = msgspec.msgpack.encode
    for flow in pack.flows:
        _write(folder / _blob_name(flow), encode(part(pack, flow)))
    _write(folder / "index", encode(index_of(pack)))
    _write(folder / "manifest", encode(manifest))


def _write(file: Path, data: bytes) -> None:
    """Whole or not at all, with a checksum in front."""
    handle, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(hashlib.sha256(data).digest() + data)
        os.replace(name, file)
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _read(file: Path, kind: type[T]) -> T | None:
    try:
        data = file.read_bytes()
        if hashlib.sha256(data[32:]).digest() != data[:32]:
            return None
        return msgspec.msgpack.decode(data[32:], type=kind)
    except (OSError, msgspec.MsgspecError, ValueError):
        return None
