"""Compiled packs on disk: the same as the sources, made anew whenever they differ, and never in anybody's way."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest

from assistant.flow import cache, recache
from assistant.flow.cache import Index, open_flow, open_index
from assistant.flow.load import Loaded, load
from assistant.flow.model import Pack
from assistant.flow.problem import LoadError
from assistant.flow.reach import part
from assistant.flow.recache import index_of

FILES = {
    "pack.yaml": "title: Printers\nstart: printer\notherwise: other\n",
    "facts.yaml": """\
light: {ask: "Is the light on?", unsure: {tell: Look at the front.}}
bought: {ask: "When was it bought?", type: date, min: 2001-01-01}
ends_on: {value: "years(bought, 2)"}
code: {ask: "Which code?", choices: codes.csv, when_not: x}
price: {ask: "What did it cost?", type: money, max: 1000.50}
words: {ask: "What does it say?", type: text, sensitive: true}
lonely: {ask: "Does anybody ask this?"}
""".replace(", when_not: x", ""),
    "codes.csv": "value,label,fix\ne1,Error 1,Restart\ne2,Error 2,\n",
    "outcomes.yaml": """\
done: {kind: solved, title: It prints}
ring:
  kind: action
  title: Ring us
  needs: [words]
  tell: ["Ring us.", {when: "lookup(code, 'fix') == 'Restart'", tell: "Restart it first, until {{ ends_on }}."}]
unused: {kind: action, title: Unused}
""",
    "glossary.yaml": "PONR: {title: Point of No Return, tell: Too late.}\n",
    "printer.yaml": """\
title: The printer
phrases: [it does not print]
steps:
  light: {then: {no: ring}}
  code: {}
  toner: {run: toner, then: {changed: done, else: next}}
  retry: {try: Try again., then: {worked: done, else: ring}}
""",
    "shared/toner.yaml": """\
title: Change the toner
steps:
  price: {}
  renew: {try: Change it., then: {worked: changed, else: empty}}
outcomes:
  changed: {kind: exit}
  empty: {kind: exit}
""",
    "other.yaml": "title: Something else\nsteps:\n  say: {tell: Hello., then: done}\n",
}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


@pytest.fixture
def root(tmp_path: Path, home: Path) -> Path:
    return written(tmp_path / "printers")


@pytest.fixture
def loads(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Every time that the sources are compiled."""
    found: list[Path] = []

    def counted(path: Path) -> Loaded:
        found.append(path)
        return load(path)

    monkeypatch.setattr(recache, "load", counted)
    return found


def written(folder: Path, files: dict[str, str] = FILES) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def loaded(root: Path) -> Pack:
    found = load(root)
    assert found.pack is not None, [str(problem) for problem in found.problems]
    return found.pack


def blobs(home: Path) -> dict[str, Path]:
    """The files of the one cache there is, by name."""
    return {file.name: file for file in home.rglob("*") if file.is_file()}


def test_a_flow_from_the_cache_is_the_flow_from_the_sources(root: Path, loads: list[Path]) -> None:
    first = [open_flow(root, flow) for flow in ("printer", "toner", "other")]
    again = [open_flow(root, flow) for flow in ("printer", "toner", "other")]
    assert len(loads) == 1
    assert again == first == [part(loaded(root), flow) for flow in ("printer", "toner", "other")]
    assert open_index(root) == index_of(loaded(root))
    assert len(loads) == 1


def test_a_part_holds_what_its_flow_can_reach_and_nothing_else(root: Path) -> None:
    pack = open_flow(root, "printer")
    assert sorted(pack.flows) == ["printer", "toner"]
    assert sorted(pack.outcomes) == ["done", "ring"]
    assert sorted(pack.facts) == ["bought", "code", "ends_on", "light", "price", "words"]
    assert sorted(pack.tables) == ["codes.csv"]
    assert sorted(pack.glossary) == ["PONR"]
    other = open_flow(root, "other")
    assert (sorted(other.flows), sorted(other.facts), sorted(other.outcomes)) == (["other"], [], ["done"])
    assert pack.digest == other.digest == loaded(root).digest


def test_a_table_that_only_a_shared_outcome_reads_is_there_too(tmp_path: Path, home: Path) -> None:
    files = {
        "pack.yaml": "title: P\n",
        "cities.csv": "city,land\nLeeds,england\n",
        "facts.yaml": "city: {ask: Which city, type: text}\n",
        "outcomes.yaml": "end:\n  kind: solved\n  title: E\n"
        "  tell: [{when: \"lookup('cities.csv', city, 'land') == 'england'\", tell: Hi.}]\n",
        "flow.yaml": "title: F\nsteps:\n  city: {then: end}\n",
    }
    assert sorted(open_flow(written(tmp_path / "p", files), "flow").tables) == ["cities.csv"]


def test_positions_survive(root: Path) -> None:
    open_flow(root, "printer")
    pack = open_flow(root, "printer")
    assert str(pack.flows["printer"].steps["toner"].at) == "printer.yaml:6:3"
    assert str(pack.facts["ends_on"].at) == "facts.yaml:3:1"
    rule = pack.facts["ends_on"].value
    assert rule is not None
    assert (rule.source, rule.line, rule.column) == ("years(bought, 2)", 3, 18)


def test_the_index_tells_what_a_list_of_flows_needs(root: Path) -> None:
    index = open_index(root)
    assert [entry.id for entry in index.offered] == ["printer", "other"]
    assert {entry.id: entry.offered for entry in index.flows} == {"other": True, "printer": True, "toner": False}
    assert index.offered[0].phrases == ("it does not print",)


def test_a_flow_that_is_not_there_is_told(root: Path) -> None:
    for _ in range(2):  # from the sources, and from the cache
        with pytest.raises(KeyError):
            open_flow(root, "nothing")


def test_a_pack_with_errors_is_refused_each_time(root: Path) -> None:
    open_flow(root, "printer")
    (root / "other.yaml").write_text("title: [\n")
    for _ in range(2):
        with pytest.raises(LoadError) as told:
            open_flow(root, "printer")
        assert {problem.path for problem in told.value.problems} == {"other.yaml"}
        with pytest.raises(LoadError):
            open_index(root)
    (root / "other.yaml").write_text(FILES["other.yaml"])
    assert open_flow(root, "other").flows["other"].title == "Something else"


CHANGES: dict[str, Callable[[Path], object]] = {
    "an edit": lambda root: (root / "printer.yaml").write_text(FILES["printer.yaml"].replace("The printer", "The copier")),
    "an edit of the same length": lambda root: (root / "texts.yaml").write_text("greeting: good night\n"),
    "an added flow": lambda root: (root / "more.yaml").write_text(FILES["other.yaml"]),
    "an added table": lambda root: (root / "shared" / "more.csv").write_text("a,b\n1,2\n"),
    "a removed flow": lambda root: (root / "other.yaml").unlink(),
    "a renamed flow": lambda root: (root / "other.yaml").rename(root / "any-other.yaml"),
    "a renamed folder": lambda root: (root / "shared").rename(root / "common"),
    "a touch": lambda root: os.utime(root / "printer.yaml", ns=(1, 1)),
    "an older copy": lambda root: older_copy(root / "printer.yaml"),
}


def older_copy(file: Path) -> None:
    """Another text of the same length whose time says that nothing happened."""
    status = file.stat()
    text = file.read_text().replace("Try again.", "Try again!")
    file.write_text(text)
    os.utime(file, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("change", CHANGES)
def test_whatever_happens_to_the_files_is_seen(change: str, root: Path, loads: list[Path]) -> None:
    (root / "pack.yaml").write_text(FILES["pack.yaml"].replace("otherwise: other\n", ""))
    (root / "texts.yaml").write_text("greeting: good day..\n")
    open_flow(root, "printer")
    CHANGES[change](root)
    assert open_flow(root, "printer") == part(loaded(root), "printer")
    assert len(loads) == 2
    assert open_index(root) == index_of(loaded(root))
    assert len(loads) == 2


def test_an_edit_right_after_the_cache_was_made_is_seen(root: Path) -> None:
    """Even one of the same length, within the time that the disk can't tell apart."""
    for number in range(30):
        (root / "texts.yaml").write_text(f"greeting: {number:04}\n")
        (root / "other.yaml").write_text(FILES["other.yaml"].replace("Hello.", '"{{ texts.greeting }}"'))
        text = open_flow(root, "other").flows["other"].steps["say"].text
        assert text is not None
        assert f"{number:04}" in repr(text)


def test_files_that_no_longer_change_are_not_read(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "TOO_FRESH", 0)
    expected = open_flow(root, "printer")
    time.sleep(0.02)
    monkeypatch.setattr(recache, "contents_of", lambda root: pytest.fail("the sources were read"))
    assert open_flow(root, "printer") == expected


def test_once_files_are_old_enough_nobody_looks_into_them_again(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_flow(root, "printer")
    later = time.time_ns() + 10 * cache.TOO_FRESH
    monkeypatch.setattr(time, "time_ns", lambda: later)
    open_flow(root, "printer")  # looks, and writes down that it did
    monkeypatch.setattr(recache, "contents_of", lambda root: pytest.fail("the sources were read"))
    open_flow(root, "printer")


DAMAGES: dict[str, Callable[[Path], object]] = {
    "emptied": lambda file: file.write_bytes(b""),
    "cut": lambda file: file.write_bytes(file.read_bytes()[: len(file.read_bytes()) // 2]),
    "cut to its checksum": lambda file: file.write_bytes(file.read_bytes()[:4]),
    "one bit turned": lambda file: file.write_bytes(bytes([file.read_bytes()[0] ^ 1]) + file.read_bytes()[1:]),
    "its last bit turned": lambda file: file.write_bytes(file.read_bytes()[:-1] + bytes([file.read_bytes()[-1] ^ 1])),
    "other words": lambda file: file.write_bytes(b"this is no cache at all, but more than 32 bytes of text"),
    "gone": lambda file: file.unlink(),
    "a folder": lambda file: (file.unlink(), file.mkdir()),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("which", ["manifest", "index", "flow"])
def test_a_damaged_cache_is_made_anew_in_silence(damage: str, which: str, root: Path, home: Path) -> None:
    expected, index = open_flow(root, "printer"), open_index(root)
    for name, file in blobs(home).items():
        if name.startswith(which):
            DAMAGES[damage](file)
    assert open_flow(root, "printer") == expected
    assert open_index(root) == index


def test_another_packs_cache_is_not_taken_for_this_ones(root: Path, tmp_path: Path, home: Path) -> None:
    mine = open_flow(root, "printer")
    before = {name: file.read_bytes() for name, file in blobs(home).items()}
    shutil.rmtree(home)
    other = written(
        tmp_path / "elsewhere", {**FILES, "printer.yaml": FILES["printer.yaml"].replace("The printer", "Another")}
    )
    open_flow(other, "printer")
    for name, file in blobs(home).items():
        if name != "manifest":
            file.write_bytes(before[name])  # blobs of another pack, each whole in itself
    assert open_flow(other, "printer").flows["printer"].title == "Another"
    assert open_index(other).digest != mine.digest


def test_a_blob_of_other_structs_is_made_anew(root: Path, home: Path) -> None:
    expected = open_flow(root, "printer")
    for name, file in blobs(home).items():
        if name.startswith("flow"):
            recache.write(file, msgspec.msgpack.encode({"id": 5}))
    assert open_flow(root, "printer") == expected


def test_without_a_place_to_write_packs_open_all_the_same(root: Path, home: Path) -> None:
    home.write_text("a file where the folder should be")
    assert open_flow(root, "printer") == part(loaded(root), "printer")
    assert open_index(root) == index_of(loaded(root))
    assert home.read_text() == "a file where the folder should be"


def test_a_disk_that_fails_halfway_leaves_no_half_cache(root: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(source: str, target: object) -> None:
        raise OSError(28, "No space left on device")

    expected = part(loaded(root), "printer")
    with monkeypatch.context() as broken:
        broken.setattr(os, "replace", full)
        assert open_flow(root, "printer") == expected
    assert blobs(home) == {}
    assert open_flow(root, "printer") == expected
    assert "manifest" in blobs(home)


def test_a_pack_that_changes_while_it_is_read_is_not_kept(root: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(path: Path) -> Loaded:
        found = load(path)
        (root / "other.yaml").write_text(FILES["other.yaml"].replace("Hello.", "Good night."))
        return found

    monkeypatch.setattr(recache, "load", changed)
    open_flow(root, "printer")
    assert "manifest" not in blobs(home)


def test_a_flow_file_without_a_pack_is_cached_like_a_pack(tmp_path: Path, home: Path, loads: list[Path]) -> None:
    flow = tmp_path / "alone.yaml"
    flow.write_text("title: Alone\nsteps:\n  s: {tell: Hi., then: end}\noutcomes:\n  end: {kind: solved, title: End}\n")
    first = open_flow(flow, "alone")
    assert open_flow(flow, "alone") == first
    assert len(loads) == 1
    (tmp_path / "neighbour.yaml").write_text("title: [")
    assert open_flow(flow, "alone") == first
    assert len(loads) == 1


def test_a_flow_file_and_its_pack_share_one_cache(root: Path, home: Path, loads: list[Path]) -> None:
    open_flow(root, "printer")
    open_flow(root / "shared" / "toner.yaml", "toner")
    assert len(loads) == 1


def test_opening_one_flow_of_many_reads_only_its_own_blob(tmp_path: Path, home: Path, loads: list[Path]) -> None:
    flow = "title: F{0}\nfacts:\n  f{0}: {{ask: F}}\nsteps:\n  f{0}: {{then: done}}\n"
    flows = {f"flow-{number}.yaml": flow.format(number) for number in range(300)}
    root = written(tmp_path / "many", {"pack.yaml": "title: P\notherwise: flow-0\n", "outcomes.yaml": FILES["outcomes.yaml"]
                                       .split("ring:")[0], **flows})  # fmt: skip
    expected = open_flow(root, "flow-150")
    kept = cache.blob_name("flow-150")
    for name, file in blobs(home).items():
        if name not in (kept, "manifest"):
            file.unlink()
    assert open_flow(root, "flow-150") == expected
    assert len(loads) == 1
    assert sorted(expected.facts) == ["f150"]


def test_several_at_once_get_the_same(root: Path, home: Path) -> None:
    expected = part(loaded(root), "printer")
    with ThreadPoolExecutor(8) as pool:
        assert all(pack == expected for pack in pool.map(lambda _: open_flow(root, "printer"), range(40)))


READER = """
import sys, time
from pathlib import Path
from assistant.flow.cache import open_flow, open_index
root, until = Path(sys.argv[1]), time.monotonic() + 1.5
while time.monotonic() < until:
    pack = open_flow(root, "printer")
    index = open_index(root)
    title = pack.flows["printer"].title
    assert title in ("The printer", "The copier"), title
    assert set(pack.flows) == {"printer", "toner"}
print("fine")
"""


def test_two_processes_at_once_never_see_half_of_anything(root: Path, home: Path) -> None:
    command = [sys.executable, "-c", READER, str(root)]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    file, number = root / "printer.yaml", 0
    while any(reader.poll() is None for reader in readers):
        title = ("The printer", "The copier")[number % 2]
        new = root / "printer.new"
        new.write_text(FILES["printer.yaml"].replace("The printer", title))
        new.replace(file)
        number += 1
        time.sleep(0.02)
    for reader in readers:
        said, errors = reader.communicate()
        assert (said.strip(), errors) == ("fine", "")
    assert open_flow(root, "printer") == part(loaded(root), "printer")


def test_nobody_else_may_read_the_cache(root: Path, home: Path) -> None:
    open_flow(root, "printer")
    assert {file.stat().st_mode & 0o077 for file in blobs(home).values()} == {0}


def test_an_index_of_an_empty_pack_is_an_index(tmp_path: Path, home: Path) -> None:
    root = written(tmp_path / "empty", {"pack.yaml": "title: Empty\n"})
    assert open_index(root) == Index("empty", "Empty", "en", "", "", loaded(root).digest, ())
