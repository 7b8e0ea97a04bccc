"""The packs at hand: where they are looked for, and which flow of which pack a name means.

Packs ship inside the program (or beside it, in a checkout); the settings and the user's data folder add others.
What stands in a pack is for `flow` to read.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Set
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from assistant.flow.cache import Entry, Index, open_flow, open_index
from assistant.flow.problem import near

if TYPE_CHECKING:
    from assistant.flow.model import Pack
    from assistant.store.protocol import Store, Summary

PACK_FILE = "pack.yaml"


class Found(NamedTuple):
    """A flow: the pack that it stands in (a folder, or a flow file without a pack), and its id."""

    pack: Path
    flow: str


class Offer(NamedTuple):
    """A flow as it is offered to somebody who has a problem. `is_otherwise` marks where "none of these" leads."""

    found: Found
    entry: Entry
    language: str
    is_otherwise: bool
    pack_title: str = ""


class NotFound(Exception):
    """A name that means no flow. `code` and `arguments` make the sentence."""

    def __init__(self, code: str, **arguments: str) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = arguments


class Shelf(NamedTuple):
    """What the packs at hand hold, by their folders, and the folders of those that can't be used."""

    packs: dict[Path, Index]
    broken: tuple[Path, ...]

    def offers(self) -> list[Offer]:
        """Every flow that is held by itself, pack by pack."""
        return [
            Offer(Found(folder, entry.id), entry, pack.language, entry.id == pack.otherwise, pack.title)
            for folder, pack in self.packs.items()
            for entry in pack.offered
        ]


def at_hand() -> list[Path]:
    """The folders of all packs at hand, each once: those that ship first, then the team's, then the user's own."""
    packs: dict[Path, None] = {}
    for folder in folders():
        if folder.is_dir():
            packs.update(dict.fromkeys(packs_in(folder)))
    return list(packs)


def here() -> list[Path]:
    """The pack of the folder that one stands in; where that is none, all packs at hand."""
    from assistant.flow.files import pack_root

    root = pack_root(Path.cwd())
    return [root] if (root / PACK_FILE).is_file() else at_hand()


def packs_in(folder: Path) -> list[Path]:
    """The packs that a folder holds: itself, or those of its folders that are packs."""
    if (folder / PACK_FILE).is_file():
        return [folder]
    return [one for one in sorted(folder.iterdir()) if (one / PACK_FILE).is_file()]


def folders() -> Iterator[Path]:
    """Where packs are looked for, whether there are any or not."""
    from platformdirs import user_data_path

    program = Path(__file__).resolve().parent.parent
    inside = program / "flows"
    yield inside if inside.is_dir() else program.parent / "flows"
    yield from _named()
    yield user_data_path("assistant") / "flows"


def _named() -> list[Path]:
    """The folders that the settings name."""
    from assistant.desk.config import settings

    return [Path(folder) for folder in settings().config.flows]


def shelf() -> Shelf:
    """What all packs at hand hold."""
    from assistant.flow.problem import LoadError

    packs: dict[Path, Index] = {}
    broken = [folder for folder in _named() if not folder.is_dir()]
    for folder in at_hand():
        try:
            packs[folder] = open_index(folder)
        except LoadError:
            broken.append(folder)
    return Shelf(packs, tuple(broken))


def find(name: str) -> Found:
    """The flow that a name means: an id of the packs at hand, or a path to a flow file or to a pack.

    Raises:
        NotFound: there is none, or a pack was named that doesn't say which of its flows comes first.
        LoadError: a pack was named that can't be used.
    """
    from assistant.flow.files import pack_root

    packs = at_hand()
    found = next((Found(pack, name) for pack in packs if _holds(pack, name)), None)
    if found is not None:
        return found
    path = Path(name)
    try:
        exists = name != "" and path.exists()
    except (OSError, ValueError):  # too long for a path, or a character that none may have
        exists = False
    if not exists and (os.sep in name or path.suffix in (".yaml", ".yml")):
        raise NotFound("cli.no_path", name=name)
    if not exists:
        raise NotFound("cli.no_flow", name=name, near=near(name, (flow for pack in packs for flow in _flows_in(pack))))
    return _first_of(path) if path.is_dir() else Found(pack_root(path), path.stem)


def _holds(pack: Path, name: str) -> bool:
    """Whether a pack has a flow of that id, by the names of its files."""
    from assistant.flow.files import RESERVED_FILES

    file = f"{name}.yaml"
    is_id = name.isprintable() and not any(sign in name for sign in "/\\.") and file not in RESERVED_FILES
    return is_id and len(file) < 256 and ((pack / file).is_file() or name in _flows_in(pack))


def _flows_in(pack: Path) -> set[str]:
    """The ids of all flows of a pack, from the names of its files: a pack with errors has them too."""
    from assistant.flow.files import RESERVED_FILES, source_files

    return {Path(name).stem for name in source_files(pack) if name.endswith(".yaml") and name not in RESERVED_FILES}


def _first_of(folder: Path) -> Found:
    """Where a pack begins: its `start`, else the only flow that it offers."""
    packs = packs_in(folder)
    if len(packs) > 1:
        raise NotFound("cli.which_pack", name=str(folder), packs=", ".join(pack.name for pack in packs))
    folder = next(iter(packs), folder)
    index = open_index(folder)
    offered = [entry.id for entry in index.offered]
    if index.start or len(offered) == 1:
        return Found(folder, index.start or offered[0])
    raise NotFound("cli.which_flow", name=str(folder), flows=", ".join(f"{flow}.yaml" for flow in offered))


def open_pack(found: Found) -> Pack:
    """The pack with all that one flow can reach.

    Raises:
        LoadError: it can't be used.
        NotFound: it has no such flow.
    """
    try:
        return open_flow(found.pack, found.flow)
    except KeyError:
        raise NotFound("cli.no_flow", name=found.flow, near=near(found.flow, _flows_in(found.pack))) from None


class Current(NamedTuple):
    """A pack as it is now: where it lies, and all of it that a session may need."""

    found: Found
    pack: Pack


def pack_now(summary: Summary, facts: Set[str] = frozenset()) -> Current | None:
    """The pack of a session as it is now: where it was when the session began, else the one at hand with the same name.
    Nothing where there is none, or it can't be used.

    Args:
        summary: the session.
        facts: what was answered in it: some may have been brought along from another flow of the pack.
    """
    from assistant.flow.problem import LoadError

    places = [Path(summary.origin)] if summary.origin else []
    places += [folder for folder in at_hand() if folder.name == summary.pack_id]
    for folder in places:
        if not folder.exists():
            continue
        pack: Pack | None
        try:
            pack = open_flow(folder, summary.flow)
        except LoadError:
            return None
        except KeyError:  # the flow has another name by now
            pack = _whole(folder)
        if pack is not None and not facts <= pack.facts.keys():
            from assistant.flow.reach import with_facts

            pack = with_facts(pack, _whole(folder) or pack, facts)
        if pack is not None:
            return Current(Found(folder, summary.flow), pack)
    return None


def _whole(folder: Path) -> Pack | None:
    from assistant.flow.load import load

    return load(folder).pack


def pack_kept(store: Store, digest: str, flow: str, other: Pack | None = None, facts: Set[str] = frozenset()) -> Pack:
    """The part of a pack that one flow can reach, from the sources that the store keeps.

    Args:
        store: the store.
        digest: of the pack.
        flow: the flow's id.
        other: a pack that may be the same one: then it is taken.
        facts: as for `pack_now`.

    Raises:
        KeyError: the store does not have its sources, or they can't be read by this program.
        StoreError: the store fails.
    """
    if other is not None and other.digest == digest and flow in other.flows:
        return other
    from assistant.flow.load import compile_sources
    from assistant.flow.reach import part, with_facts

    sources = store.pack(digest)
    pack = compile_sources(sources.files, sources.id).pack if sources is not None else None
    if pack is None:
        raise KeyError(digest)
    return with_facts(part(pack, flow), pack, facts)


def called(found: Found) -> str:
    """What a flow can be called by on a command line: its id where that finds it, else the path of its file."""
    from assistant.flow.files import source_files

    first = next((pack for pack in at_hand() if _holds(pack, found.flow)), None)
    if first is not None and first.resolve() == found.pack.resolve():
        return found.flow
    files = source_files(found.pack).values()
    return str(next((file for file in files if file.name == f"{found.flow}.yaml"), found.pack))
