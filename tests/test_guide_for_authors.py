"""The guide for authors is true: its tutorial is played from nothing to its end, and all that its reference shows loads."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from tempfile import TemporaryDirectory
from textwrap import dedent, indent
from types import ModuleType
from typing import NamedTuple

import click
import pytest
from support import NOW

from assistant.author.proofs import prove
from assistant.author.schema import parts
from assistant.cli import assistant
from assistant.flow.facts import RESERVED, TYPES
from assistant.flow.files import RESERVED_FILES
from assistant.flow.functions import FUNCTIONS
from assistant.flow.load import Loaded, compile_sources
from assistant.flow.problem import codes, entry

ROOT = Path(__file__).resolve().parent.parent
GUIDE = (ROOT / "flows" / "README.md").read_text("utf-8")
TUTORIAL, _, REFERENCE = GUIDE.partition("\n# Reference\n")
TODAY = "2026-11-22"
"""The day that the guide's outputs tell wherever the real ones tell the day on which they are printed."""

_BLOCK = re.compile(r"^<!-- (\w+): (.+?) -->\n(?:```\w+\n(.*?)^```$)?", re.M | re.S)
_SECTION = re.compile(r"^(\w+):\n((?:^(?: .*)?\n)*)", re.M)


class Block(NamedTuple):
    """Something of the guide that a comment marks: what it is, of what, and the fenced text below it."""

    mark: str
    what: str
    text: str


class Shown(NamedTuple):
    """What the guide prints below a command or of a file, and what there really is."""

    what: str
    printed: str
    real: str


def blocks(text: str) -> list[Block]:
    """All that is marked in a part of the guide, in order."""
    return [Block(mark, what, inside or "") for mark, what, inside in _BLOCK.findall(text)]


# The tutorial ----------------------------------------------------------------------------------------------------------


def command(folder: Path, line: str) -> tuple[int, str]:
    """What a command prints where an author stands."""
    environment = {**os.environ, "ASSISTANT_FLOWS": "", "PYTHONPATH": str(ROOT)}
    program, *arguments = line.split()
    assert program == "assistant"
    done = subprocess.run(
        [sys.executable, "-m", program, *arguments],
        cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def merged(text: str, fragment: str, above: str = "") -> str:
    """A file with what an author adds: keys of an entry that is there, or new entries, last or above another."""
    for section, added in _SECTION.findall(fragment):
        found = re.search(rf"^{section}:\n((?:^(?: .*)?\n)*)", text, re.M)
        assert found, f"{section} is not there"
        entries = {_name(one): one for one in _pieces(found[1], 2)}
        for piece in _pieces(added, 2):
            name = _name(piece)
            keys = {_name(one): one.rstrip() for one in (*_pieces(entries.get(name, ""), 4), *_pieces(piece, 4))}
            entries[name] = "\n".join((piece.splitlines()[0], *keys.values())) + "\n\n"
        if above:
            below = list(entries)[list(entries).index(above) : len(entries) - len(_pieces(added, 2))]
            entries |= {one: entries.pop(one) for one in below}
        text = text[: found.start(1)] + "".join(entries.values()) + text[found.end(1) :]
    return text


def _pieces(text: str, deep: int) -> list[str]:
    """What stands so many blanks deep, each piece with what stands below it."""
    return re.findall(rf"^ {{{deep}}}[^ \n].*?(?=^ {{{deep}}}[^ \n]|\Z)", text, re.M | re.S)


def _name(piece: str) -> str:
    return piece.split(":")[0].strip()


def played(folder: Path) -> Iterator[Shown]:
    """Do what the tutorial says, in a folder; whatever it prints is given beside what there really is."""
    for block in blocks(TUTORIAL):
        path, _, how = block.what.partition(", ")
        if block.mark == "output":
            yield Shown(block.what, block.text, command(folder, block.what)[1])
            continue
        file = folder / path
        if block.mark == "file":
            file.write_text(block.text)
        elif block.mark == "add":
            file.write_text(merged(file.read_text(), block.text, how.removeprefix("above ")))
        elif block.mark == "change":
            old, new = how.split(" to ")
            assert old in file.read_text()
            file.write_text(file.read_text().replace(old, new))
        elif block.mark == "part":
            whole = file.read_text()
            at = max(whole.find(dated_of_now(block.text)), 0)
            yield Shown(f"a part of {path}", block.text, whole[at:][: len(dated_of_now(block.text))])
        else:
            raise AssertionError(f"what is {block.mark}?")


def dated_of_now(text: str) -> str:
    """What the guide prints, with the day on which it is run."""
    return text.replace(TODAY, datetime.now().astimezone().date().isoformat())


def same_each_time(text: str) -> str:
    """An output without what changes from day to day and from machine to machine."""
    today = datetime.now().astimezone().date().isoformat()
    return re.sub(r"\d+\.\d s\b", "0.0 s", text.replace(today, TODAY)).rstrip()


class Played(NamedTuple):
    """The tutorial at its end: what was shown, the files, and what the last looks at the pack gave."""

    shown: tuple[Shown, ...]
    files: dict[str, str]
    check: tuple[int, str]
    test: tuple[int, str]


@cache
def tutorial() -> Played:
    """The tutorial, played once."""
    with TemporaryDirectory() as place:
        folder = Path(place)
        shown = tuple(played(folder))
        files = {file.name: file.read_text() for file in (folder / "printer").iterdir()}
        return Played(
            shown, files, command(folder, "assistant check --strict printer"),
            command(folder, "assistant test printer --fail-under 100"),
        )  # fmt: skip


OUTPUTS = [block.what for block in blocks(TUTORIAL) if block.mark in ("output", "part")]


@pytest.mark.parametrize("number", range(len(OUTPUTS)), ids=OUTPUTS)
def test_what_the_tutorial_prints_is_what_comes(number: int) -> None:
    shown = tutorial().shown[number]
    printed, real = same_each_time(shown.printed), same_each_time(shown.real)
    pattern = ".*".join(re.escape(piece) for piece in re.split("^…$", printed, flags=re.M))
    assert re.fullmatch(pattern, real, re.S), f"{shown.what} prints:\n{shown.real}"


def test_at_its_end_nothing_is_left_to_mend_and_all_is_tested() -> None:
    end = tutorial()
    assert end.check[0] == 0
    assert end.check[1].startswith("No problems in 2 flows."), end.check[1]
    assert end.test[0] == 0, end.test[1]
    assert "100 % is tested" in end.test[1]


def test_its_flow_has_what_a_first_flow_needs() -> None:
    flow = tutorial().files["printer.yaml"]
    for part in (
        "choices: printer-errors.csv",
        "try: |",
        "kind: handoff",
        "needs: [",
        "was: restart",
        "unsure: {",
        "lookup(",
    ):
        assert part in flow


def test_the_traps_are_an_error_that_loading_finds_and_one_that_the_proofs_find() -> None:
    found = re.findall(r"error (F\d+)", "".join(block.text for block in blocks(TUTORIAL) if block.mark == "output"))
    assert found[0] == "F308"
    assert [code for code in found if code.startswith("F7")] == ["F706"]


def test_a_pack_of_the_tutorial_is_drawn(tmp_path: Path) -> None:
    for name, text in tutorial().files.items():
        (tmp_path / name).write_text(text)
    code, output = command(tmp_path, f"assistant graph {tmp_path} --to printer.svg")
    assert code == 0, output
    assert (tmp_path / "printer.svg").read_text().startswith("<svg")


# The reference ---------------------------------------------------------------------------------------------------------

FACTS = """
display: {ask: What does it show, choices: {dark: Nothing, code: A code, ready: Ready}, unsure: true}
error_code: {ask: Which code, choices: errors.csv}
pages: {ask: How many pages, type: number}
bought: {ask: When was it bought, type: date}
price: {ask: What did it cost, type: money}
budget: {ask: What may it cost, type: money}
rooms: {ask: Which rooms, many: true, none: No room, choices: {hall: The hall, office: The office, lab: The lab}}
works_in: {ask: "Does it work in {{ item }}"}
used_in: {ask: "How often in {{ item }}", type: number}
email: {ask: Your address, type: email}
photos: {ask: Photos, type: files}
message: {ask: What does it say, type: text}
cable: {ask: Is the cable in}
urgent: {ask: Is it urgent, unsure: true}
warranty_ends: {value: "years(bought, 2)"}
"""

OUTCOMES = """
done: {kind: solved, title: Done}
ring-us: {kind: action, title: Ring us}
"""

OTHER = """
title: Check the network
steps:
  plug: {try: Plug it in., then: {worked: connected, skipped: ring-us, else: not-connected}}
outcomes:
  connected: {kind: exit}
  not-connected: {kind: exit}
"""

BESIDE = {
    "pack.yaml": "title: Printers\notherwise: main\nlists: {old_codes: [E01, E02]}\n",
    "outcomes.yaml": OUTCOMES,
    "portals.yaml": "service-hub: {title: Service hub, fields: {Topic: {choices: [Printer, Scanner]}, Serial number: }}\n",
    "texts.yaml": "before_you_start: Save your work.\n",
    "errors.csv": "value,label,fix,who\nE01,E01 Jam,Open it.,you\nE02,E02 Toner,,you\n",
    "check-network.yaml": OTHER,
}

PER_ITEM = """
  per-item:
    each: rooms
    ask: [works_in, used_in]
"""


def around(*, facts: str = "", steps: str = "", outcomes: str = "", pieces: dict[str, str] | None = None) -> dict[str, str]:
    """A pack around a piece of the reference."""
    known = {name: text for text in (FACTS, facts) for name, text in _by_name(text)}
    ends = [name for name, text in _by_name(outcomes) if "kind: exit" not in text]
    ways = "".join(f"      - {{when: pages > {number}, then: {name}}}\n" for number, name in enumerate(ends))
    rows = f"    then:\n{ways}      - {{else: next}}\n" if ways else ""
    main = (
        "title: Printers\nsteps:\n  first:\n    ask: [display, pages, bought, price, budget, rooms, email, message, cable]\n"
        f"  photos: {{}}\n  urgent: {{}}\n  error_code: {{}}\n{PER_ITEM}  leave:\n{rows}{indent(steps, '  ')}\n"
        f"  last:\n    ask: urgent\n    then: {{yes: done, else: ring-us}}\noutcomes:\n{indent(outcomes, '  ')}\n"
    )
    return {**BESIDE, "facts.yaml": "".join(known.values()), "main.yaml": main, **(pieces or {})}


def _by_name(text: str) -> list[tuple[str, str]]:
    return [(one.split(":")[0], one) for one in re.findall(r"^\w.*?(?=^\w|\Z)", dedent(text), re.M | re.S)]


def loaded(files: dict[str, str]) -> Loaded:
    return compile_sources({name: text.encode() for name, text in files.items()}, "printers")


def pack_of(block: Block) -> dict[str, str]:
    """The files of a pack that has a block of the reference in it."""
    match block.mark, block.what:
        case "in", "facts":
            return around(facts=block.text)
        case "in", "steps":
            return around(steps=block.text)
        case "in", "outcomes":
            return around(outcomes=block.text)
        case "in", "rules":
            rules = [line for line in block.text.splitlines() if line]
            quoted = [line.replace("\\", "\\\\").replace('"', '\\"') for line in rules]
            return around(facts="".join(f'rule_{number}: {{value: "{rule}"}}\n' for number, rule in enumerate(quoted)))
        case "file", name:
            return around(pieces={name: block.text})
    raise AssertionError(f"what is {block.mark}: {block.what}?")


SNIPPETS = [block for block in blocks(REFERENCE) if block.mark in ("in", "file") and not block.what.endswith(".test.yaml")]


@pytest.mark.parametrize("block", SNIPPETS, ids=[f"{number}-{block.what}" for number, block in enumerate(SNIPPETS)])
def test_every_piece_of_the_reference_loads(block: Block) -> None:
    found = loaded(pack_of(block))
    assert [str(problem) for problem in found.problems if problem.severity != "hint"] == []
    assert found.pack is not None
    assert prove(found.pack, NOW).states > 0


def test_the_tests_in_the_reference_pass(tmp_path: Path) -> None:
    (block,) = (one for one in blocks(REFERENCE) if one.what.endswith(".test.yaml"))
    folder = tmp_path / "printer"
    folder.mkdir()
    for name, text in {**tutorial().files, Path(block.what).name: block.text}.items():
        (folder / name).write_text(text)
    code, output = command(tmp_path, f"assistant test {block.what}")
    assert code == 0, output


def test_no_example_is_left_out() -> None:
    fenced = len(re.findall(r"^```(?:yaml|csv|text|mermaid)$", GUIDE, re.M))
    marked = sum(bool(block.text) for block in blocks(GUIDE))
    assert fenced == marked


def section(title: str) -> str:
    """A section of the reference, with what stands below its smaller headings."""
    found = re.search(rf"^(##+) {re.escape(title)}\n(.*?)(?=^##? |\Z)", REFERENCE, re.M | re.S)
    assert found, f"there is no section {title}"
    return found[2]


SECTIONS = {
    "a flow": "A flow", "a step": "Steps", "`at_most`": "Steps", "a row of `then`": "Where it goes: `then`",
    "the last row of `then`": "Where it goes: `then`", "an outcome": "Outcomes", "a link": "Outcomes",
    "a message": "Outcomes", "a fact": "Facts", "`unsure`": "Facts", "a choice": "Facts", "a refusal": "Facts",
    "a part of a text": "Texts", "a pack": "The files of a pack", "a portal": "Portals, glossary, texts",
    "a field of a portal": "Portals, glossary, texts", "a term": "Portals, glossary, texts", "a file of tests": "Tests",
    "a test": "Tests", "`expect`": "Tests", "`message`": "Tests",
}  # fmt: skip
PARTS = sorted({(what, key) for what, keys in parts() for key in keys})


@pytest.mark.parametrize(("what", "key"), PARTS, ids=[f"{what} {key}" for what, key in PARTS])
def test_every_key_is_told_where_one_looks_for_it(what: str, key: str) -> None:
    """`parts` has what the schema knows, which its own tests hold equal to what the loader knows."""
    # A case stands in an outcome and in what a test expects.
    titles = [SECTIONS[what]] if what in SECTIONS else ["Outcomes", "Tests"]
    named = re.compile(rf"`{key}[`:]|`[^`\n]*\b{key}:[^`\n]*`|^[^\n|]*\b{key}:|[{{ ]{key}: ", re.M)
    assert any(named.search(section(title)) for title in titles), f"`{key}` of {what} is told nowhere in {titles}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_told(name: str) -> None:
    assert f"`{name}(" in section("Rules")


@pytest.mark.parametrize(
    ("title", "names"),
    [("Names", RESERVED), ("Facts", TYPES), ("The files of a pack", RESERVED_FILES),
     ("Outcomes", ("solved", "action", "case", "handoff", "exit"))],
)  # fmt: skip
def test_every_word_with_a_meaning_of_its_own_is_told(title: str, names: tuple[str, ...]) -> None:
    assert [name for name in names if f"`{name}`" not in section(title)] == []


def options_of(command: click.Command | None) -> list[str]:
    assert command is not None
    return [option for one in command.params for option in one.opts if option.startswith("--")]


_TOP = click.Context(assistant)
COMMANDS = {name: assistant.get_command(_TOP, name) for name in assistant.list_commands(_TOP)}
FOR_AUTHORS = ("check", "test", "graph", "new", "preview", "schema")
OPTIONS = [
    (name, option) for name in FOR_AUTHORS for option in options_of(COMMANDS[name]) if option != "--help"
]  # fmt: skip


@pytest.mark.parametrize(("name", "option"), OPTIONS)
def test_every_command_for_authors_is_told_with_its_options(name: str, option: str) -> None:
    row = re.search(rf"^\| `assistant {name}.*$", section("Commands"), re.M)
    assert row
    assert option in row[0]


def test_every_command_and_option_that_is_named_exists() -> None:
    for line in re.findall(r"`(assistant [a-z][^`]*)`", GUIDE):
        _, name, *rest = line.split()
        assert name in COMMANDS, line
        known = options_of(COMMANDS[name])
        inner = getattr(COMMANDS[name], "commands", {})
        known += options_of(inner[rest[0]]) if rest and rest[0] in inner else []
        assert {one for one in rest if one.startswith("--")} <= set(known), line


def test_every_code_that_is_named_exists() -> None:
    assert set(re.findall(r"\bF\d{3}\b", GUIDE)) <= set(codes())


# The page of problems --------------------------------------------------------------------------------------------------


def generator() -> ModuleType:
    spec = spec_from_file_location("problems_page", ROOT / "docs" / "problems.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_of_problems_is_what_the_catalogue_makes() -> None:
    assert (ROOT / "docs" / "problems.md").read_text("utf-8") == generator().page(), "run: python docs/problems.py"


@pytest.mark.parametrize("code", codes())
def test_the_page_of_problems_tells_all_of_a_code(code: str) -> None:
    page, told = (ROOT / "docs" / "problems.md").read_text("utf-8"), entry(code)
    assert f"| [{code}](#{code.lower()}) |" in page
    _, _, own = page.partition(f'<a id="{code.lower()}"></a>')
    own = own.partition("<a id=")[0]
    for piece in (told.severity, told.fix, told.meaning, told.fails.rstrip(), told.passes.rstrip()):
        assert piece in own
