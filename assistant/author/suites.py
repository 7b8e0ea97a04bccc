"""Which tests a path means, and reading them: those of a pack, of a folder, of one flow, or one file of tests.

Loads each pack once, from its sources. Running the tests is `author.testing`.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from assistant.author.testfile import FlowTests, read_tests
from assistant.flow.files import pack_root
from assistant.flow.load import load
from assistant.flow.model import Pack
from assistant.flow.problem import Problem, Problems
from assistant.flow.source import decode, read_file

ENDING = ".test.yaml"
_PACK_FILE = "pack.yaml"


class Suite(msgspec.Struct, frozen=True):
    """The tests of one pack.

    Attributes:
        root: the pack: its folder, or a flow file that has none.
        pack: what was loaded; nothing where it has an error.
        files: the tests, file by file.
        flows: the flows that are meant, by id; those of the whole pack where it was named.
        problems: the errors of the pack, and every problem of the tests. Their paths are as they can be opened.
    """

    root: Path
    pack: Pack | None
    files: tuple[FlowTests, ...]
    flows: tuple[str, ...]
    problems: tuple[Problem, ...]


def suites(paths: Iterable[Path]) -> list[Suite]:
    """The tests that paths mean, pack by pack.

    Args:
        paths: packs, folders with packs or tests in them, flow files, and files of tests; all of them exist.
    """
    wanted: dict[Path, _Wanted] = {}
    for path in paths:
        for root, one in _meant(path):
            known = wanted.get(root, _Wanted())
            wanted[root] = _Wanted(known.files | one.files, known.flows | one.flows, known.whole or one.whole)
    return [_suite(root, one) for root, one in wanted.items()]


def open_tests(file: Path, pack: Pack) -> tuple[FlowTests, tuple[Problem, ...]]:
    """The tests of a file, and its problems.

    Args:
        file: the file.
        pack: its pack, as it was loaded.
    """
    path, flow = shown(file), flow_of(file)
    problems = Problems()
    data = read_file(file, path, problems)
    text = decode(data, path, problems) if data is not None else None
    if text is None:
        return FlowTests(path=path, flow=flow), problems.all()
    return read_tests(text, path, pack, flow)


def flow_of(file: Path) -> str:
    """The flow that a file of tests is about, by the file's name."""
    return file.name.removesuffix(ENDING)


def shown(path: Path) -> str:
    """A path as it can be opened from where the user stands."""
    here = Path.cwd()
    path = path.absolute()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)


def errors_of(root: Path, problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The errors of a pack, with paths as they can be opened."""
    errors = [problem for problem in problems if problem.severity == "error"]
    return tuple(
        msgspec.structs.replace(one, path=shown(root / one.path if root.is_dir() else root)) for one in errors
    )  # fmt: skip


class _Wanted(msgspec.Struct, frozen=True):
    """What is meant of one pack; `whole` for all of its flows."""

    files: frozenset[Path] = frozenset()
    flows: frozenset[str] = frozenset()
    whole: bool = False


def _meant(path: Path) -> Iterator[tuple[Path, _Wanted]]:
    path = Path(os.path.abspath(path))
    if path.is_dir():
        yield from _meant_by_folder(path)
    elif path.name.endswith(ENDING):
        root = pack_root(path)
        if root == path:
            root = path.with_name(f"{flow_of(path)}.yaml")  # the flow beside it, which has no pack
        yield root, _Wanted(frozenset([path]), frozenset([flow_of(path)]))
    else:
        root = pack_root(path)
        name = path.stem + ENDING
        found = [file for file in _tests_in(root) if file.name == name] if root.is_dir() else [path.with_name(name)]
        yield root, _Wanted(frozenset(file for file in found if file.is_file()), frozenset([path.stem]))


def _meant_by_folder(path: Path) -> Iterator[tuple[Path, _Wanted]]:
    root = pack_root(path)
    files = _tests_in(path)
    if root != path and (root / _PACK_FILE).is_file():  # a part of a pack
        yield root, _Wanted(frozenset(files), frozenset(map(flow_of, files)))
        return
    for pack in sorted({file.parent for file in _files_in(path, _PACK_FILE) if file.name == _PACK_FILE}):
        yield pack, _Wanted(whole=True)
    for file in files:
        yield from _meant(file)


def _suite(root: Path, wanted: _Wanted) -> Suite:
    loaded = load(root)
    problems = list(errors_of(root, loaded.problems))
    if loaded.pack is None:
        return Suite(root, None, (), (), tuple(problems))
    files = []
    for file in sorted(wanted.files):
        tests, found = open_tests(file, loaded.pack)
        files.append(tests)
        problems.extend(found)
    flows = tuple(flow for flow in loaded.pack.flows if wanted.whole or flow in wanted.flows)
    return Suite(root, loaded.pack, tuple(files), flows, tuple(problems))


def _tests_in(folder: Path) -> list[Path]:
    return list(_files_in(folder, ENDING))


def _files_in(folder: Path, ending: str) -> Iterator[Path]:
    """The files in a folder, at any depth, that end so; what begins with a dot is left out, as packs do."""
    for inside, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(inside, name) for name in sorted(files) if name.endswith(ending) and not name.startswith("."))
