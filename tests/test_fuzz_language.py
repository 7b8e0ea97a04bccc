"""Damaged packs: whatever happens to the files of the shipped pack, loading ends soon and says what is wrong."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.flow.files import source_files
from assistant.flow.load import Loaded, compile_sources

SHIPPED = Path(__file__).parent.parent / "flows" / "webex"
FILES = {
    "codes.csv": b"value,label,fix\ne1,Error 1,Restart\ne2,Error 2,\n",
    **{name: file.read_bytes() for name, file in source_files(SHIPPED).items()},
}
ALL = 100_000 if os.environ.get("ASSISTANT_LONG") else 400
BATCH = 50
LONGEST = 1.0
"""Seconds of computing that loading a damaged pack may take."""

PIECES = [
    *(bytes([one]) for one in b"\0\t\r\n:-{}[]'\"|>#?%@`()+"),
    *(b"{{", b"}}", b"&a", b"*a", b"\\x", b"**", "\u2028".encode(), "\xa0".encode(), "🖨".encode()),
    *(b": ", b"- ", b" #", b"  ", b"\xff\xfe", b"---\n", b"...\n", b"<<: *a\n", b"!!python/object:os.system "),
    *(b"else: ", b"then: next\n", b"when: ", b"not ", b" == ", b"value: ", b"many: true\n", b"unsure", b"next"),
    *(b"{{ record }}", b"{{ texts.a }}", b"{{ item }}", b"each: role\n", b"run: change-provisioning-contact\n"),
    *(b"1e999", b"9" * 400, b"[" * 80, b"{" * 80, b"(" * 300, b"not " * 200, b"-" * 300, b"**" * 100, b"a.b['c']"),
]

Damage = Callable[[random.Random, bytes], bytes]


def flipped(chance: random.Random, data: bytes) -> bytes:
    """Some bits turned."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def without_lines(chance: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    first = chance.randrange(len(lines))
    return b"".join(lines[:first] + lines[first + chance.randint(1, 5) :])


def swapped(chance: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


def inserted(chance: random.Random, data: bytes) -> bytes:
    for _ in range(chance.randint(1, 3)):
        where = chance.randrange(len(data) + 1)
        data = data[:where] + chance.choice(PIECES) + data[where:]
    return data


def moved(chance: random.Random, data: bytes) -> bytes:
    """A line further in or out."""
    lines = data.splitlines(keepends=True)
    where = chance.randrange(len(lines))
    lines[where] = chance.choice([b"  " + lines[where], lines[where].removeprefix(b"  "), b"\t" + lines[where]])
    return b"".join(lines)


def cut(chance: random.Random, data: bytes) -> bytes:
    return data[: chance.randrange(len(data))]


def repeated(chance: random.Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    first = chance.randrange(len(lines))
    return b"".join(lines[: first + 10] + lines[first:])


def other_word(chance: random.Random, data: bytes) -> bytes:
    """A word in place of another of the same file: names that mean something, but not here."""
    words = data.split(b" ")
    words[chance.randrange(len(words))] = chance.choice(words)
    return b" ".join(words)


DAMAGES: list[Damage] = [flipped, without_lines, swapped, inserted, moved, cut, repeated, other_word]


def compiled(files: dict[str, bytes]) -> tuple[Loaded, float]:
    began = time.process_time()
    loaded = compile_sources(files, "webex")
    return loaded, time.process_time() - began


def check(files: dict[str, bytes]) -> None:
    """It loads or says what is wrong, in words and at a place, and soon."""
    loaded, seconds = compiled(files)
    assert seconds < LONGEST
    assert (loaded.pack is None) == any(problem.severity == "error" for problem in loaded.problems)
    for problem in loaded.problems:
        assert problem.path in files
        assert problem.line >= 1
        assert problem.column >= 1
        assert "{" + "name}" not in problem.message
        assert problem.fix


def test_the_shipped_pack_is_whole() -> None:
    loaded, _ = compiled(FILES)
    assert loaded.pack is not None
    assert not any(problem.severity == "error" for problem in loaded.problems)


@pytest.mark.parametrize("batch", range(ALL // BATCH))
def test_a_damaged_file_is_read_or_refused(batch: int) -> None:
    for number in range(batch * BATCH, (batch + 1) * BATCH):
        chance = random.Random(number)
        files = dict(FILES)
        for _ in range(chance.choice((1, 1, 1, 2, 4))):
            name = chance.choice(list(files))
            files[name] = chance.choice(DAMAGES)(chance, files[name]) or b" "
        try:
            check(files)
        except BaseException as error:
            error.add_note(f"mutant {number}")
            raise


@pytest.mark.parametrize("name", sorted(FILES))
def test_a_pack_without_one_of_its_files_is_read_or_refused(name: str) -> None:
    check({other: data for other, data in FILES.items() if other != name})
    check({**FILES, name: b""})
    check({**FILES, name: b"- a\n"})


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
@example(b"\xef\xbb\xbftitle: T\n")
def test_any_bytes_as_a_flow_are_read_or_refused(data: bytes) -> None:
    check({**FILES, "something-else.yaml": data})


KEYS = [
    "title",
    "steps",
    "ask",
    "try",
    "tell",
    "run",
    "when",
    "then",
    "each",
    "at_most",
    "again",
    "wait",
    "also",
    "message",
    "else",
    "outcomes",
    "kind",
    "needs",
    "case",
    "facts",
    "choices",
    "type",
    "value",
    "many",
    "unsure",
    "refuse",
    "min",
    "hints",
    "a",
    "b",
]
WORDS = [
    *[
        "a",
        "b",
        "next",
        "yes",
        "no",
        "unsure",
        "none",
        "true",
        "exit",
        "case",
        "1",
        "2026-11-22",
        "date",
        "role",
        "text",
        "item",
    ],
    *("", "a == 'b'", "not a", "{{ a }}", "2 minutes", "count(a) > 1"),
]
PLACES = [f"{name}.yaml" for name in ("flow", "facts", "outcomes", "pack", "portals", "glossary", "texts")]
TREES = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4).map(lambda items: "[" + ", ".join(f"{item}" for item in items) + "]"),
        st.dictionaries(st.sampled_from(KEYS), inner, max_size=5).map(
            lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs.items()) + "}"
        ),
    ),
    max_leaves=25,
)


@settings(max_examples=400, deadline=None)
@given(st.dictionaries(st.sampled_from(KEYS), TREES, max_size=6), st.sampled_from(PLACES))
def test_known_keys_in_any_place_are_read_or_refused(tree: dict[str, str], name: str) -> None:
    text = "".join(f"{key}: {value}\n" for key, value in tree.items())
    check({"pack.yaml": b"title: P\n", "facts.yaml": b"a: {ask: A}\nrole: {ask: R, many: true, none: N, choices: {a: A}}\n",
           name: text.encode() or b" "})  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(KEYS[2:14]), TREES), min_size=1, max_size=5, unique_by=lambda pair: pair[0]))
def test_a_step_of_any_make_is_read_or_refused(pairs: list[tuple[str, str]]) -> None:
    step = "".join(f"    {key}: {value}\n" for key, value in pairs)
    facts = (
        "  a: {ask: A, unsure: true}\n  b: {ask: B, type: number}\n  role: {ask: R, many: true, none: N, choices: {a: A}}\n"
    )
    steps = f"  first: {{ask: [a, role]}}\n  it:\n{step}  last: {{then: done}}\n"
    outcomes = "  done: {kind: solved, title: D}\n"
    check({"flow.yaml": f"title: T\nfacts:\n{facts}steps:\n{steps}outcomes:\n{outcomes}".encode()})
