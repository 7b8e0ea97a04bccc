"""JSON Schema for editors: it takes every file that loads, turns down what it can, and knows every key of the loader."""

from __future__ import annotations

import ast
import contextlib
import importlib
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import support
import test_language_snippets as snippets
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from test_load import GOOD
from test_problems import BUILT, files_of

from assistant.author import schema as schemas
from assistant.author.meanings import MEANINGS
from assistant.author.schema import KINDS, Kind, schema, written
from assistant.author.testfile import read_tests
from assistant.cli.drawing import schema as schema_command
from assistant.flow import fields, flows
from assistant.flow.files import RESERVED_FILES, source_files
from assistant.flow.load import Loaded, compile_sources, load
from assistant.flow.nodes import Mapping, Node, Scalar, Sequence
from assistant.flow.problem import Problems, codes, entry
from assistant.flow.source import parse

ROOT = Path(__file__).resolve().parent.parent
FLOWS = ROOT / "flows"
SHIPPED = sorted(FLOWS.rglob("*.yaml"))

# How editors read YAML -------------------------------------------------------------------------------------------------

YAML_12 = {"null": None, "Null": None, "~": None, "true": True, "True": True, "false": False, "False": False}
YAML_11 = {**YAML_12, "yes": True, "Yes": True, "on": True, "no": False, "No": False, "off": False}


def as_data(node: Node, words: dict[str, bool | None]) -> Any:
    """A file as an editor reads it: what is not quoted may be a number, a truth value or nothing."""
    if isinstance(node, Mapping):
        return {key.value: as_data(value, words) for key, value in node.items()}
    if isinstance(node, Sequence):
        return [as_data(item, words) for item in node.items]
    assert isinstance(node, Scalar)
    if not node.plain:
        return node.value
    if node.value in words or not node.value:
        return words.get(node.value)
    if re.fullmatch(r"[-+]?\d+", node.value):
        return int(node.value)
    if re.fullmatch(r"[-+]?(\d+\.\d*|\.\d+)([eE][-+]?\d+)?", node.value):
        return float(node.value)
    return node.value


def kind_of(name: str) -> Kind:
    """Which kind of file a name means."""
    if name in RESERVED_FILES:
        return name.removesuffix(".yaml")  # type: ignore[return-value]
    return "tests" if name.endswith(".test.yaml") else "flow"


@cache
def validator(kind: Kind) -> Draft202012Validator:
    return Draft202012Validator(schema(kind))


def faults(name: str, text: str) -> list[str]:
    """What the schema says against a file, however an editor reads its plain words; nothing where it can't be read."""
    problems = Problems()
    node = parse(text, name, problems)
    if node is None:
        return []
    check = validator(kind_of(name))
    found = [error for words in (YAML_12, YAML_11) for error in check.iter_errors(as_data(node, words))]
    return [f"{name}: {'/'.join(map(str, error.absolute_path))}: {error.message[:200]}" for error in found]


def all_faults(files: dict[str, str]) -> list[str]:
    return [fault for name, text in files.items() if name.endswith(".yaml") and text for fault in faults(name, text)]


# The schema itself -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_schema_is_valid_complete_in_itself_and_says_what_every_key_means(kind: Kind) -> None:
    found = schema(kind)
    Draft202012Validator.check_schema(found)
    text = json.dumps(found)
    assert set(re.findall(r'"#/\$defs/(\w+)"', text)) == set(found["$defs"])

    def properties(node: object) -> Iterator[dict[str, Any]]:
        if isinstance(node, dict):
            if node.get("additionalProperties") is False:
                yield from node["properties"].values()
            for value in node.values():
                yield from properties(value)
        elif isinstance(node, list):
            for item in node:
                yield from properties(item)

    for one in properties(found):
        assert re.fullmatch(r".+[.)]", one["description"]), one


@pytest.mark.parametrize("kind", KINDS)
def test_examples_fit_where_they_stand(kind: Kind) -> None:
    found = schema(kind)

    def check(node: object) -> None:
        if isinstance(node, dict):
            for example in node.get("examples", ()):
                Draft202012Validator({**node, "$defs": found["$defs"]}).validate(example)
            for value in node.values():
                check(value)
        elif isinstance(node, list):
            for item in node:
                check(item)

    check(found)


def test_every_meaning_is_used() -> None:
    text = "".join(written(kind) for kind in KINDS)
    for key, (about, _) in MEANINGS.items():
        assert json.dumps(about, ensure_ascii=False)[1:-1] in text, key


EVERYTHING = {
    **GOOD,
    "printer.yaml": GOOD["printer.yaml"]
    + "  linked: {kind: action, title: L, links: [{title: A, url: https://example.com}], message: {subject: S, body: B}}\n"
    + "  told: {kind: action, title: T, tell: [A, {when: known(pages), tell: B}]}\n",
    "more.yaml": """\
title: More
facts:
  extra: {ask: E, unsure: {tell: Look.}, refuse: {when: extra, tell: Not so.}}
  picked: {ask: P, choices: {a: {label: A, help: H}}}
steps:
  extra: {}
  picked: {at_most: {times: 3, else: ring}, then: [{when: extra, then: done}, {else: next}]}
  last: {tell: Bye., then: done}
""",
    "glossary.yaml": "PONR: {title: Point, tell: No way back.}\n",
}
EVERY_TEST = """\
tests:
  - name: A test
    expect: {outcome: done, message: {text: a}, case: {portal: hub, subject: x, fields: {Model: A}}}
"""


def test_a_key_that_the_loader_knows_is_known_to_the_schema_and_the_other_way_round(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[tuple[str, frozenset[str]]] = set()
    init = fields.Fields.__init__

    def spy(self: fields.Fields, file: Any, node: Mapping, what: str, allowed: Any) -> None:
        chosen = allowed is node.keys or what in ("`hints`", "`tried`")  # the author's own names
        if not chosen:
            seen.add((what, frozenset(allowed)))
        init(self, file, node, what, allowed)

    monkeypatch.setattr(fields.Fields, "__init__", spy)
    pack = compile_sources({name: text.encode() for name, text in EVERYTHING.items()}, "test").pack
    good = compile_sources({name: text.encode() for name, text in GOOD.items()}, "test").pack
    assert good is not None
    read_tests(EVERY_TEST, "printer.test.yaml", good, "printer")
    assert seen == schemas.parts(), pack


def test_what_stands_only_beside_some_verbs_is_the_same_for_loader_and_schema() -> None:
    verbs = {"ask", "try", "tell", "run"}
    told = {key: set(only) for key, only in flows._ONLY_WITH.items() if key != "each"}  # that one stands with all four
    known = {key: set(only) for key, only in schemas.ONLY_WITH.items()}
    known |= {key: verbs - set(never) for key, never in schemas.NEVER_WITH.items()}
    assert told == known


# What it takes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.relative_to(FLOWS)))
def test_every_shipped_file_is_taken(file: Path) -> None:
    assert faults(file.name, file.read_text("utf-8")) == []


@pytest.mark.parametrize("code", codes())
def test_every_mended_example_of_a_problem_is_taken(code: str) -> None:
    assert all_faults(files_of(entry(code).passes)) == []


def test_the_pack_of_the_description_is_taken() -> None:
    files = snippets.written_pack()
    assert snippets.compiled(files).pack is not None
    assert all_faults({**files, "change-contact.test.yaml": snippets.TESTS}) == []


def recorded(monkeypatch: pytest.MonkeyPatch, module: Any) -> list[dict[str, str]]:
    """Every pack that is compiled from here on, as its files; they are compiled as ever."""
    found: list[dict[str, str]] = []

    def compile_too(sources: dict[str, bytes], *more: Any) -> Loaded:
        loaded = compile_sources(sources, *more)
        if loaded.pack is not None:
            found.append({name: data.decode() for name, data in sources.items()})
        return loaded

    monkeypatch.setattr(module, "compile_sources", compile_too)
    return found


def test_every_form_of_the_description_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    packs = recorded(monkeypatch, snippets)
    for form in snippets.STEPS:
        snippets.test_every_form_of_a_step_loads(form)
    for form in snippets.FACT_FORMS:
        snippets.test_every_form_of_a_fact_loads(form)
    for form in snippets.OUTCOME_FORMS:
        snippets.test_every_form_of_an_outcome_loads(form)
    for form in snippets.KINDS:
        snippets.test_every_kind_of_outcome_loads(form)
    snippets.test_other_spellings_load_with_a_hint()
    snippets.test_scalars_stay_as_they_are_written()
    assert len(packs) > 60
    for files in packs:
        assert all_faults(files) == []


def packs_of(module: str) -> Iterator[tuple[list[Any], dict[str, Any]]]:
    """The arguments of every call in a module of tests that makes a pack, where they can be told without running it."""
    found = importlib.import_module(module)
    tree = ast.parse(Path(str(found.__file__)).read_text("utf-8"))
    for call in ast.walk(tree):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("pack", "loaded"):
            try:
                values = [eval(ast.unparse(one), vars(found)) for one in call.args]
                named = {str(one.arg): eval(ast.unparse(one.value), vars(found)) for one in call.keywords}
            except (NameError, AttributeError, TypeError, KeyError):
                continue  # it hangs on a parameter
            yield values, named


def test_every_pack_of_other_tests_that_loads_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    packs = recorded(monkeypatch, support)
    for module in ("test_meaning", "test_moving", "test_files", "test_aloud", "test_graph", "test_resuming"):
        for values, named in packs_of(module):
            with contextlib.suppress(TypeError, AttributeError):  # another function of that name
                support.loaded(*values, **named)
    assert len(packs) >= 60
    for files in packs:
        assert all_faults(files) == []


# What it turns down ----------------------------------------------------------------------------------------------------

TABLES = {"F116", "F120", "F122"}
"""Codes about what stands inside of tables and patterns."""
ALSO = {"F012", "F206", "F413", "F416", "F420", "F422", "F506", "F507", "F606"}
"""What a schema tells beside the kinds and names of keys and values, of which all codes with a 1 are."""


def test_of_the_failing_examples_those_are_turned_down_that_one_file_can_tell() -> None:
    turned_down, passed = set(), set()
    for code in codes():
        if code in BUILT or entry(code).severity != "error":
            continue
        files = files_of(entry(code).fails)
        if all(parse(text, name, Problems()) is not None for name, text in files.items() if name.endswith(".yaml")):
            (turned_down if all_faults(files) else passed).add(code)
    assert {code for code in passed if code.startswith("F1")} == TABLES
    assert turned_down >= ALSO


GOOD_FLOW = "title: T\nsteps:\n  a: {tell: A., then: done}\noutcomes:\n  done: {kind: solved, title: Done}\n"


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ("title: T\n", ""),
        ("title: T", "title:"),
        ("title: T", "titel: T"),
        ("tell: A.", "tel: A."),
        ("tell: A.", "tell: A., try: B."),
        ("tell: A.", "tell: {text: A.}"),
        ("tell: A.", "tell: A., also: {b: B}"),
        ("tell: A.", "tell: A., again: true"),
        ("tell: A.", "tell: A., audience: admin"),
        ("tell: A.", "tell: A., wait: soon"),
        ("tell: A.", "tell: A., at_most: {times: 0, else: done}"),
        ("tell: A.", "tell: A., at_most: {times: 3}"),
        ("then: done", "then: {yes: done}"),
        ("then: done", "then: [{if: x, then: done}]"),
        ("  a: {", "  next: {"),
        ("  a: {", "  a b: {"),
        ("kind: solved, ", ""),
        ("kind: solved", "kind: won"),
        (", title: Done", ""),
        ("kind: solved, title: Done", "kind: exit, tell: Bye."),
        ("kind: solved", "kind: case"),
        ("kind: solved", "kind: case, case: {portal: hub}"),
        ("kind: solved", "kind: solved, links: [{title: A, url: 'ftp://example.com'}]"),
        ("kind: solved", "kind: solved, message: {to: you}"),
        ("title: T\n", "title: T\nreviewed: yesterday\n"),
        ("title: T\n", "title: T\nfacts: {line-status: {ask: A}}\n"),
        ("title: T\n", "title: T\nfacts: {x: {}}\n"),
        ("title: T\n", "title: T\nfacts: {x: {ask: A, value: 3}}\n"),
        ("title: T\n", "title: T\nfacts: {x: {ask: A, type: colour}}\n"),
        ("title: T\n", "title: T\nfacts: {x: {ask: A, many: true}}\n"),
        ("title: T\n", "title: T\nfacts: {x: {ask: A, min: 3}}\n"),
        ("title: T\n", "title: T\nfacts: {x: {ask: A, sensitive: maybe}}\n"),
        ("title: T\n", "title: T\nfacts: {x: {ask: A, choices: {}}}\n"),
        ("title: T\n", "title: T\nfacts: {x: {ask: A, choices: {none: N}}}\n"),
    ],
)
def test_one_mistake_in_a_good_flow_is_turned_down_and_the_loader_agrees(good: str, bad: str) -> None:
    assert faults("flow.yaml", GOOD_FLOW) == []
    assert good in GOOD_FLOW
    text = GOOD_FLOW.replace(good, bad, 1)
    assert faults("flow.yaml", text), text
    assert compile_sources({"flow.yaml": text.encode()}, "x").pack is None


# What ships ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_the_schema_that_ships_is_the_one_that_the_command_prints(kind: Kind) -> None:
    assert (FLOWS / "schema" / f"{kind}.json").read_text("utf-8") == written(kind)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: str(file.relative_to(FLOWS)))
def test_every_shipped_file_tells_editors_where_its_schema_is(file: Path) -> None:
    first = file.read_text("utf-8").splitlines()[0]
    match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert match, first
    assert (file.parent / match[1]).resolve() == (FLOWS / "schema" / f"{kind_of(file.name)}.json").resolve()


def test_a_schema_is_no_part_of_a_pack() -> None:
    assert not any(name.endswith(".json") for name in source_files(FLOWS / "webex"))
    assert load(FLOWS / "webex").problems == ()


def test_the_command_prints_one_schema_or_writes_them_all(tmp_path: Path) -> None:
    assert CliRunner().invoke(schema_command, []).output == written("flow")
    assert CliRunner().invoke(schema_command, ["--kind", "facts"]).output == written("facts")
    CliRunner().invoke(schema_command, ["--to", str(tmp_path / "schema")])
    assert {file.name: file.read_text("utf-8") for file in (tmp_path / "schema").iterdir()} == {
        f"{kind}.json": written(kind) for kind in KINDS
    }
