"""A conversation saved as a test: it can be read again, passes, and disturbs nothing in the file that it is put into."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support import NOW, Talk, pack, talk

from assistant.author.saved import NotAdded, add_test, as_test, quoted
from assistant.author.suites import suites
from assistant.author.testfile import read_tests
from assistant.author.testing import Verdict, run_test
from assistant.author.verdicts import run_tests
from assistant.engine import asked_at
from assistant.engine.prompt import Attempt, Form, Question
from assistant.flow.model import Pack

FLOWS = Path(__file__).parent.parent / "flows"

FACTS = """
powered: {ask: "Is it on?"}
light: {ask: "Which light?", choices: {green: Green, red: Red}, unsure: {tell: Look at it.}}
devices: {ask: "Which devices?", many: true, none: None, choices: {laptop: Laptop, phone: Phone}}
network: {ask: "Which network?", choices: {home: Home, guest: Guest}}
pin: {ask: "Which PIN?", type: text, sensitive: true}
words: {ask: "What does it say?", type: text}
extra: {ask: "Anything else?", type: text}
pictures: {ask: "Pictures?", type: files}
"""

MAIN = """
steps:
  powered: {}
  look: {ask: [light, words]}
  which: {ask: devices}
  nets: {ask: network, each: devices}
  clear: {try: Clear it., each: devices}
  pin: {}
  retry: {try: Once more., at_most: {times: 3, else: desk}, then: {worked: done, else: retry}}
outcomes:
  desk: {kind: action, title: Ask the desk, wants: [extra, pictures]}
"""


@pytest.fixture(scope="module")
def printers() -> Pack:
    return pack(MAIN, facts=FACTS)


def verdict(found: Pack, text: str, flow: str = "main") -> Verdict:
    tests, problems = read_tests("tests:\n" + text, "main.test.yaml", found, flow)
    assert problems == (), [str(problem) for problem in problems]
    return run_test(found, tests, tests.tests[0], datetime(2030, 1, 1, tzinfo=UTC))


def everything(printers: Pack) -> Talk:
    begun = talk(printers, given={"powered": "yes"}, audience="agent")
    begun.say({"light": "unsure", "words": 'Error: "E 5", #7\nCall: us'}, "red", ["laptop", "phone"], "home", "guest")
    return begun.say("worked", "failed", "Tr0ub4dor", "failed", "skipped", "failed", "", ["a.png", "b c.png"])


def test_a_conversation_is_written_as_a_support_expert_would_write_it(printers: Pack) -> None:
    assert as_test(everything(printers).session, "Nothing helps: why?") == (
        '- name: "Nothing helps: why?"\n'
        "  today: 2026-11-22\n"
        "  audience: agent\n"
        "  facts:\n"
        "    powered: yes\n"
        "  answers:\n"
        "    - light: unsure\n"
        '    - words: "Error: \\"E 5\\", #7\\nCall: us"\n'
        "    - light: red\n"
        "    - devices: [laptop, phone]\n"
        "    - network: {laptop: home, phone: guest}\n"
        "    - clear: {laptop: worked, phone: failed}\n"
        '    - pin: "•••"  # sensitive, so it is masked: write one that is made up\n'
        "    - retry: failed\n"
        "    - retry: skipped\n"
        "    - retry: failed\n"
        '    - extra: ""\n'
        "    - pictures: [a.png, b c.png]\n"
        "  expect:\n"
        "    outcome: desk\n"
        "    kind: action\n"
    )


def test_what_was_written_passes_and_holds_the_same_conversation(printers: Pack) -> None:
    session = everything(printers).session
    found = verdict(printers, as_test(session, "Nothing helps"))
    assert found.differences == ()
    assert found.result.session is not None
    kept = [(entry.place, entry.value) for entry in found.result.session.trail if entry.fact != "pin"]
    assert kept == [(entry.place, entry.value) for entry in session.trail if entry.fact != "pin"]


def test_an_open_conversation_says_where_it_waits(printers: Pack) -> None:
    text = as_test(talk(printers, True).session, "Open")
    assert text.endswith("  # The conversation is not ended. Add the answers that are missing; it waits at look.\n")
    assert "expect" not in text
    assert verdict(printers, text).result.place == "look.light"


def test_of_an_answer_that_was_changed_the_newest_is_written(printers: Pack) -> None:
    text = as_test(talk(printers, True, {"light": "red", "words": "E5"}).change("look.light", "green").session, "Changed")
    assert "light: green" in text
    assert "light: red" not in text


def test_a_step_that_several_flows_have_is_written_with_its_path() -> None:
    part = "steps: {look: {try: Look., then: {worked: there-X, else: gone-X}}}\n"
    part += "outcomes: {there-X: {kind: exit}, gone-X: {kind: exit}}"
    main = (
        "steps:\n  a: {run: one, then: {there-1: done, gone-1: next}}\n  b: {run: two, then: {there-2: done, gone-2: other}}"
    )
    both = pack(main, one=part.replace("X", "1"), two=part.replace("X", "2"))
    text = as_test(talk(both, "failed", "worked").session, "Paths")
    assert "- a/look: failed\n" in text
    assert verdict(both, text).passed


def test_every_conversation_of_the_shipped_tests_passes_again_when_it_is_saved() -> None:
    report = run_tests(suites([FLOWS]), NOW)
    for one in report.verdicts:
        assert one.result.session is not None
        again = verdict(one.result.pack, as_test(one.result.session, one.test.name), one.file.flow)
        assert again.differences == (), one.test.name


ODD = [
    "", " ", "a b", "no", "~", "- a", "a: b", "a #b", "#a", "a,b", "[a", "{a}", "'a'", '"', "\\", "\n", "\t", "@a", "a@b.de",
    "Ж", "é", "\u2028", "\ufeff", "😀", "\x7f", "&a", "*a", "!a", "|", ">", "%a", "`a", "?a", "a?", "...", "---", "=", "a:",
    "2026-11-22",
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
def test_any_text_is_read_as_it_was_written(text: str) -> None:
    found = pack("steps: {words: {}, end: {then: done}}", facts=FACTS)
    for value in (quoted(text), f"[{quoted(text)}]"):
        written = f"- name: a\n  answers: [{{words: {value}}}]\n  facts: {{light: {quoted(text)}}}\n"
        tests, problems = read_tests("tests:\n" + written, "main.test.yaml", found, "main")
        assert problems == ()
        assert tests.tests[0].answers.lines[0].value in (text, (text,))
        assert tests.tests[0].facts == {"light": text}


# Into a file

NEW = "- name: New\n  answers:\n    - powered: yes\n"


def added(tmp_path: Path, before: str | None) -> str:
    path = tmp_path / "main.test.yaml"
    if before is not None:
        path.write_bytes(before.encode())
    add_test(path, NEW)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["main.test.yaml"]
    return path.read_bytes().decode()


@pytest.mark.parametrize("before", [None, "", "\n\n"])
def test_a_missing_or_empty_file_is_made(tmp_path: Path, before: str | None) -> None:
    assert added(tmp_path, before) == "tests:\n  - name: New\n    answers:\n      - powered: yes\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("tests:\n  - name: Old\n", "tests:\n  - name: Old\n\n  - name: New\n    answers:\n      - powered: yes\n"),
        ("tests:\n- name: Old", "tests:\n- name: Old\n\n- name: New\n  answers:\n    - powered: yes\n"),
        ("# Why\ntests:\n", "# Why\ntests:\n  - name: New\n    answers:\n      - powered: yes\n"),
        ("today: 2026-11-22\n", "today: 2026-11-22\n\ntests:\n  - name: New\n    answers:\n      - powered: yes\n"),
        (
            "tests:\n  - name: Old   # first\n\n# How it mostly is\nusually: {a: b}\n",
            "tests:\n  - name: Old   # first\n\n  - name: New\n    answers:\n      - powered: yes\n\n"
            "# How it mostly is\nusually: {a: b}\n",
        ),
        (
            "tests:\r\n    - name: Old\r\n",
            "tests:\r\n    - name: Old\r\n\r\n    - name: New\r\n      answers:\r\n        - powered: yes\r\n",
        ),
        (
            "tests:\n  - name: Old\n    answers:\n      - words: |\n          Two\n\n          lines\n",
            "tests:\n  - name: Old\n    answers:\n      - words: |\n          Two\n\n          lines\n\n"
            "  - name: New\n    answers:\n      - powered: yes\n",
        ),
    ],
)
def test_a_test_is_put_at_the_end_and_nothing_else_is_touched(tmp_path: Path, before: str, after: str) -> None:
    assert added(tmp_path, before) == after


@pytest.mark.parametrize(
    "before",
    [
        "tests: [{name: Old}]\n",
        "tests: []\n",
        "just words\n",
        "tests: {\n",
        "- a\n",
        "tests: {a: b}\n",
        "tests:\n  - a: b\n...\n",
    ],
)
def test_a_file_that_is_no_list_of_tests_is_left_as_it_is(tmp_path: Path, before: str) -> None:
    with pytest.raises(NotAdded, match="No test can be added"):
        added(tmp_path, before)
    assert (tmp_path / "main.test.yaml").read_text() == before


def test_what_is_not_one_test_is_not_added(tmp_path: Path) -> None:
    path = tmp_path / "main.test.yaml"
    path.write_text("tests:\n  - name: Old\n")
    for text in ("", NEW + NEW, "name: New\n"):
        with pytest.raises(NotAdded):
            add_test(path, text)
    assert path.read_text() == "tests:\n  - name: Old\n"


def test_a_file_that_is_no_text_is_left_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "main.test.yaml"
    path.write_bytes(b"tests:\n  - name: \xff\n")
    with pytest.raises(NotAdded):
        add_test(path, NEW)
    assert path.read_bytes() == b"tests:\n  - name: \xff\n"


def _any_answer(prompt: object, chance: random.Random) -> object:
    if isinstance(prompt, Form):
        return {field.fact: _any_answer(field, chance) for field in prompt.fields}
    if isinstance(prompt, Attempt):
        return chance.choice(prompt.options).value
    if not isinstance(prompt, Question):
        return "seen"
    values = [option.value for option in prompt.options]
    if prompt.many:
        return chance.sample(values, chance.randint(1, len(values)))
    if prompt.unsure and chance.random() < 0.3:
        return "unsure"
    return chance.choice(values) if values else f"some words, {chance.randint(1, 9)}"


@pytest.mark.parametrize("seed", range(20))
def test_any_conversation_passes_again_however_often_answers_were_changed_and_taken_back(printers: Pack, seed: int) -> None:
    chance = random.Random(seed)
    held = talk(printers)
    for _ in range(200):
        if held.session.ended and chance.random() < 0.7:
            break
        trail = [entry for entry in held.session.trail if entry.kind != "tell"]
        if trail and chance.random() < 0.1:
            held.back()
        elif trail and (held.session.ended or chance.random() < 0.1):
            place = chance.choice(trail).place
            held.change(place, _any_answer(asked_at(held.session, place), chance))
        elif not held.session.ended:
            held.say(_any_answer(held.prompt, chance))
    again = verdict(printers, as_test(held.session, "Again"))
    assert again.result.session is not None
    kept = [(entry.place, entry.value) for entry in again.result.session.trail if not entry.sensitive]
    assert kept == [(entry.place, entry.value) for entry in held.session.trail if not entry.sensitive]
    assert again.passed is held.session.ended
