"""Loading a pack: one valid pack, broken one way at a time, and all that is wrong told at once."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from assistant.flow.load import Loaded, compile_sources, load, pack_root, source_files
from assistant.flow.model import Pack
from assistant.flow.problem import LoadError, Problem

GOOD = {
    "pack.yaml": "title: Printers\nstart: printer\notherwise: other\nlists: {bad: [paper, toner]}\n",
    "facts.yaml": """\
light:
  ask: Is the light on
  unsure: true
part:
  ask: Which part is it
  choices: {paper: Paper, toner: Toner, rest: Another}
users:
  ask: Who is hit
  many: true
  none: Nobody
  choices: {anna: Anna, ben: Ben}
pages: {ask: How many pages, type: number}
amount: {ask: How much for each, type: number}
worn: {value: pages > 1000}
code: {ask: Which code, choices: codes.csv}
""",
    "codes.csv": "value,label,fix\ne1,Error 1,Restart\ne2,Error 2,\n",
    "outcomes.yaml": """\
done: {kind: solved, title: It prints}
ring: {kind: action, title: Ring us, needs: [pages]}
""",
    "portals.yaml": "hub:\n  title: Hub\n  fields: {Model: {choices: [A, B]}}\n",
    "texts.yaml": "greeting: Good day.\n",
    "printer.yaml": """\
title: The printer
steps:
  light:
    then: {no: ring, unsure: ring}
  part:
    ask: part
    then: {rest: filed}
  toner:
    when: part in bad
    run: toner
    then: {changed: done, else: next}
  users:
    ask: users
  amounts:
    each: users
    ask: amount
  clean:
    try: Clean it. {{ texts.greeting }}
    also: {smoke: It smokes}
    then: {worked: done, smoke: ring, else: filed}
outcomes:
  filed:
    kind: case
    title: A case
    case: {portal: hub, subject: The printer, fields: {Model: A}}
""",
    "shared/toner.yaml": """\
title: Change the toner
steps:
  look:
    ask: pages
  renew:
    try: Change it.
    then: {worked: changed, else: empty}
outcomes:
  changed: {kind: exit}
  empty: {kind: exit}
""",
    "other.yaml": "title: Something else\nsteps:\n  say:\n    tell: Ring us.\n    then: ring\n",
}


def compiled(files: Mapping[str, str]) -> Loaded:
    return compile_sources({name: text.encode() for name, text in files.items()}, "printers")


def broken(file: str, old: str, new: str) -> tuple[Problem, ...]:
    """The problems of the good pack in which `old` was replaced in one file."""
    assert GOOD[file].count(old) == 1, f"{old!r} stands {GOOD[file].count(old)} times in {file}"
    return compiled({**GOOD, file: GOOD[file].replace(old, new)}).problems


def told(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{problem.path}:{problem.line}:{problem.column} {problem.code}" for problem in problems]


def good() -> Pack:
    loaded = compiled(GOOD)
    assert told(loaded.problems) == []
    assert loaded.pack is not None
    return loaded.pack


def test_the_pack_that_is_broken_below_is_good() -> None:
    pack = good()
    assert sorted(pack.flows) == ["other", "printer", "toner"]
    assert [flow for flow, one in pack.flows.items() if not one.offered] == ["toner"]
    assert pack.facts["amount"].per_item
    assert not pack.facts["pages"].per_item


MUTATIONS: dict[str, tuple[str, str, str, list[str]]] = {
    # Keys ------------------------------------------------------------------------------------------------------------
    "a key of a pack that is none": ("pack.yaml", "start:", "begin:", ["pack.yaml:2:1 F101"]),
    "a key of a flow that is none": ("other.yaml", "steps:", "step:", ["other.yaml:1:1 F102", "other.yaml:2:1 F101"]),
    "a key of a step that is none": ("printer.yaml", "    each: users", "    eahc: users", ["printer.yaml:15:5 F101"]),
    "a key of a fact that is none": (
        "facts.yaml",
        "  many: true",
        "  multi: true",
        ["facts.yaml:9:3 F101", "facts.yaml:10:3 F118", "printer.yaml:15:11 F419"],
    ),
    "a key of an outcome that is none": ("outcomes.yaml", "needs:", "need:", ["outcomes.yaml:2:38 F101"]),
    "a key of a case that is none": (
        "printer.yaml",
        "subject: The printer",
        "topic: The printer",
        ["printer.yaml:25:11 F102", "printer.yaml:25:25 F101"],
    ),
    "a key of a portal that is none": (
        "portals.yaml",
        "fields:",
        "field:",
        ["portals.yaml:3:3 F101", "printer.yaml:25:56 F215"],
    ),
    "a key twice": ("printer.yaml", "    ask: part", "    ask: part\n    ask: part", ["printer.yaml:7:5 F005"]),
    "a step twice": ("printer.yaml", "  part:", "  light:", ["printer.yaml:5:3 F005"]),
    # Names -----------------------------------------------------------------------------------------------------------
    "a target that is nowhere": ("printer.yaml", "{no: ring,", "{no: rng,", ["printer.yaml:4:16 F201"]),
    "a target in rows that is nowhere": (
        "other.yaml",
        "then: ring",
        "then: [{when: light, then: nowhere}, {else: ring}]",
        ["other.yaml:5:32 F201"],
    ),
    "a last target that is nowhere": ("other.yaml", "then: ring", "then: rnig", ["other.yaml:5:11 F201"]),
    "at_most that leads nowhere": (
        "printer.yaml",
        "    also:",
        "    at_most: {times: 2, else: there}\n    also:",
        ["printer.yaml:19:31 F201"],
    ),
    "a fact that is none": ("printer.yaml", "ask: amount", "ask: amuont", ["printer.yaml:16:10 F202"]),
    "a needed fact that is none": ("outcomes.yaml", "needs: [pages]", "needs: [page]", ["outcomes.yaml:2:46 F202"]),
    "a flow that is none": ("printer.yaml", "run: toner", "run: tonr", ["printer.yaml:10:10 F203"]),
    "a start that is none": ("pack.yaml", "start: printer", "start: printers", ["pack.yaml:2:8 F203"]),
    "an otherwise that is none": ("pack.yaml", "otherwise: other", "otherwise: others", ["pack.yaml:3:12 F203"]),
    "an ending of another flow that is none": (
        "printer.yaml",
        "{changed: done,",
        "{change: done,",
        ["printer.yaml:11:12 F204"],
    ),
    "an answer that is none": ("printer.yaml", "{rest: filed}", "{Rest: filed}", ["printer.yaml:7:12 F205"]),
    "an answer of a try that is none": ("printer.yaml", "smoke: ring", "smokes: ring", ["printer.yaml:20:26 F205"]),
    "a question in place of a fact": ("printer.yaml", "ask: part", "ask: Which part is it?", ["printer.yaml:6:10 F206"]),
    "a portal that is none": ("printer.yaml", "portal: hub", "portal: hubb", ["printer.yaml:25:20 F211"]),
    "a field that a portal has not": ("printer.yaml", "{Model: A}", "{Modell: A}", ["printer.yaml:25:56 F215"]),
    "a value that a field has not": ("printer.yaml", "{Model: A}", "{Model: C}", ["printer.yaml:25:63 F216"]),
    "a text that is none": ("printer.yaml", "texts.greeting", "texts.greetings", ["printer.yaml:18:20 F502"]),
    "a list that is none": ("printer.yaml", "part in bad", "part in worse", ["printer.yaml:9:19 F302"]),
    "a list with a foreign value": ("pack.yaml", "[paper, toner]", "[paper, ink]", ["printer.yaml:9:19 F304"]),
    "a table that is none": ("facts.yaml", "choices: codes.csv", "choices: code.csv", ["facts.yaml:15:34 F319"]),
    "an unsure that is not offered": ("facts.yaml", "  unsure: true\n", "", ["printer.yaml:4:22 F405"]),
    # Shape -----------------------------------------------------------------------------------------------------------
    "a last step that runs off the end": (
        "printer.yaml",
        "smoke: ring, else: filed",
        "smoke: ring, failed: filed",
        ["printer.yaml:17:3 F402"],
    ),
    "an exit that is not covered": (
        "printer.yaml",
        "{changed: done, else: next}",
        "{changed: done}",
        ["printer.yaml:11:5 F403"],
    ),
    "exits covered by rows only in part": (
        "printer.yaml",
        "{changed: done, else: next}",
        "[{when: worn, then: done}]",
        ["printer.yaml:11:5 F403"],
    ),
    "no exit named": ("printer.yaml", "    then: {changed: done, else: next}\n", "", ["printer.yaml:10:5 F403"]),
    "a step that nothing leads to": (
        "printer.yaml",
        "  users:\n    ask: users\n",
        "  users:\n    ask: users\n    then: clean\n",
        ["printer.yaml:15:3 F401"],
    ),
    "an outcome that nothing leads to": (
        "other.yaml",
        "    then: ring\n",
        "    then: ring\noutcomes:\n  lost: {kind: solved, title: Lost}\n",
        ["other.yaml:7:3 F411"],
    ),
    "no way out": ("other.yaml", "then: ring", "then: say", ["other.yaml:3:3 F412"]),
    "a flow without steps": (
        "other.yaml",
        "  say:\n    tell: Ring us.\n    then: ring\n",
        "  {}\n",
        ["other.yaml:3:3 F413"],
    ),
    "two verbs": ("other.yaml", "tell: Ring us.", "tell: Ring us.\n    try: Ring us.", ["other.yaml:5:5 F108"]),
    "a map on a number": (
        "shared/toner.yaml",
        "ask: pages",
        "ask: pages\n    then: {1: empty}",
        ["shared/toner.yaml:5:5 F404"],
    ),
    "a map on a form": (
        "shared/toner.yaml",
        "ask: pages",
        "ask: [pages, light]\n    then: {yes: empty}",
        ["shared/toner.yaml:5:5 F404"],
    ),
    "a map on an each": ("printer.yaml", "ask: amount", "ask: amount\n    then: {1: done}", ["printer.yaml:17:5 F404"]),
    "a map on a tell": ("other.yaml", "then: ring", "then: {yes: ring}", ["other.yaml:5:5 F422"]),
    "else before the last row": (
        "other.yaml",
        "then: ring",
        "then: [{else: ring}, {when: light, then: ring}]",
        ["other.yaml:5:12 F421"],
    ),
    "a modifier of another verb": (
        "other.yaml",
        "tell: Ring us.",
        "tell: Ring us.\n    also: {late: It is late}",
        ["other.yaml:5:5 F420"],
    ),
    "each over one answer": ("printer.yaml", "each: users", "each: part", ["printer.yaml:15:11 F419"]),
    "a fact twice in a form": ("shared/toner.yaml", "ask: pages", "ask: [pages, pages]", ["shared/toner.yaml:4:18 F417"]),
    "a computed fact that is asked": ("shared/toner.yaml", "ask: pages", "ask: worn", ["shared/toner.yaml:4:10 F409"]),
    "a step named like a computed fact": (
        "shared/toner.yaml",
        "  look:\n    ask: pages\n",
        "  worn: {}\n",
        ["shared/toner.yaml:3:3 F409"],
    ),
    "an exit that says something": (
        "shared/toner.yaml",
        "empty: {kind: exit}",
        "empty: {kind: exit, tell: Empty.}",
        ["shared/toner.yaml:10:23 F416"],
    ),
    # Kinds of values --------------------------------------------------------------------------------------------------
    "an outcome without a title": ("outcomes.yaml", ", title: It prints", "", ["outcomes.yaml:1:7 F102"]),
    "a kind that is none": ("outcomes.yaml", "kind: solved", "kind: sloved", ["outcomes.yaml:1:14 F105"]),
    "a case without a portal": ("printer.yaml", "portal: hub, ", "", ["printer.yaml:25:11 F102"]),
    "a type that is none": (
        "facts.yaml",
        "amount: {ask: How much for each, type: number}",
        "amount: {ask: How much for each, type: integer}",
        ["facts.yaml:13:40 F105"],
    ),
    "a reserved choice": (
        "facts.yaml",
        "rest: Another",
        "none: Another",
        ["facts.yaml:6:41 F106", "printer.yaml:7:12 F205"],
    ),
    "a reserved step": ("other.yaml", "  say:", "  next:", ["other.yaml:3:3 F106"]),
    "no choices at all": ("facts.yaml", "choices: {anna: Anna, ben: Ben}", "choices: {}", ["facts.yaml:11:12 F119"]),
    "a flag that is none": (
        "facts.yaml",
        "many: true",
        "many: yes",
        ["facts.yaml:9:9 F107", "facts.yaml:10:3 F118", "printer.yaml:15:11 F419"],
    ),
    "a list where a text belongs": ("other.yaml", "title: Something else", "title: [a]", ["other.yaml:1:8 F103"]),
    "keys where a text belongs": (
        "other.yaml",
        "tell: Ring us.",
        "tell: {a: b}",
        ["other.yaml:4:11 F102", "other.yaml:4:12 F101"],
    ),
    "a text where keys belong": (
        "other.yaml",
        "  say:\n    tell: Ring us.\n    then: ring\n",
        "  say: Ring us.\n",
        ["other.yaml:3:8 F103"],
    ),
    "a table without values": ("codes.csv", "value,label", "key,label", ["facts.yaml:15:34 F321"]),
    "a value twice in a table": ("codes.csv", "e2,Error 2", "e1,Error 2", ["facts.yaml:15:34 F120"]),
    "a row too long": ("codes.csv", "e2,Error 2,", "e2,Error 2,,", ["codes.csv:3:1 F116"]),
    "a column twice": ("codes.csv", "label,fix", "label,label", ["codes.csv:1:1 F005"]),
    # Items ------------------------------------------------------------------------------------------------------------
    "an answer per item read outside": (
        "printer.yaml",
        "    also:",
        "    when: amount > 3\n    also:",
        ["printer.yaml:19:11 F312"],
    ),
    "an item without an each": ("printer.yaml", "Clean it.", "Clean {{ item }}.", ["printer.yaml:18:16 F504"]),
    "an item in a rule without an each": ("printer.yaml", "part in bad", "item == 'anna'", ["printer.yaml:9:11 F311"]),
    "a value that no item has": (
        "facts.yaml",
        "amount: {ask: How much for each, type: number}",
        "amount: {ask: How much, type: number, refuse: {when: item == 'tom', tell: No.}}",
        ["facts.yaml:13:62 F304"],
    ),
}


@pytest.mark.parametrize("name", MUTATIONS)
def test_one_mistake_is_told_once_and_where_it_stands(name: str) -> None:
    file, old, new, expected = MUTATIONS[name]
    assert told(broken(file, old, new)) == expected


NEAR = {
    "a step key": ("printer.yaml", "    each: users", "    eahc: users", "each"),
    "a target": ("printer.yaml", "{no: ring,", "{no: rng,", "ring"),
    "a fact": ("printer.yaml", "ask: amount", "ask: amuont", "amount"),
    "a flow": ("printer.yaml", "run: toner", "run: tonr", "toner"),
    "an answer": ("printer.yaml", "{rest: filed}", "{Rest: filed}", "rest"),
    "an exit": ("printer.yaml", "{changed: done,", "{change: done,", "changed"),
    "a kind": ("outcomes.yaml", "kind: solved", "kind: sloved", "solved"),
    "a list": ("printer.yaml", "part in bad", "part in bads", "bad"),
}


@pytest.mark.parametrize("name", NEAR)
def test_the_nearest_name_is_offered(name: str) -> None:
    file, old, new, meant = NEAR[name]
    assert f"Did you mean `{meant}`?" in broken(file, old, new)[0].message


def test_an_item_may_be_summed_up_outside_of_its_each() -> None:
    for rule in ("sum(amount) > 3", "count(amount) > 1", "known(amount)", "max(amount) == 3"):
        assert told(broken("printer.yaml", "  clean:\n", f"  much:\n    when: {rule}\n    tell: Much.\n  clean:\n")) == []


def test_what_is_asked_plainly_too_reads_plainly() -> None:
    files = {
        **GOOD,
        "other.yaml": GOOD["other.yaml"].replace(
            "steps:", "steps:\n  amount: {}\n  more:\n    when: amount > 3\n    tell: A lot."
        ),
    }
    assert told(compiled(files).problems) == []


PER_ITEM = """\
title: Main
steps:
  users: {}
  each-user:
    each: users
    run: one-user
    then: [{when: "any_of(amount_of, 'much')", then: done}, {else: ring}]
"""
ONE_USER = """\
title: One user
facts:
  amount_of: {ask: How much, choices: {much: Much, little: Little}}
steps:
  amount_of: {}
  much:
    when: amount_of == 'much'
    tell: That is much, {{ amount_of }}.
    then: ready
  not-sure:
    then: [{when: item_is_anna, then: ready}, {else: odd}]
outcomes:
  ready: {kind: exit}
  odd: {kind: action, title: Odd, tell: ["Odd.", {when: amount_of == 'much', tell: "{{ amount_of }}"}]}
"""


def per_item(**changes: str) -> list[str]:
    users = "users: {ask: Who, many: true, none: N, choices: {anna: Anna, ben: Ben}}\n"
    files = {
        "pack.yaml": "title: P\notherwise: main\n",
        "outcomes.yaml": "done: {kind: solved, title: D}\nring: {kind: action, title: R}\n",
        "facts.yaml": f"{users}item_is_anna: {{value: item == 'anna'}}\n",
        "main.yaml": PER_ITEM,
        "one-user.yaml": ONE_USER,
    }
    files.update({name.replace("_", "-") + ".yaml": text for name, text in changes.items()})
    return told(compiled(files).problems)


def test_a_flow_that_is_run_per_item_reads_the_answers_of_its_item() -> None:
    assert per_item() == []


def test_outside_of_that_flow_its_answers_are_read_together() -> None:
    assert per_item(main=PER_ITEM.replace("\"any_of(amount_of, 'much')\"", "amount_of == 'much'")) == ["main.yaml:7:19 F312"]


def test_a_flow_that_is_also_run_by_itself_gives_plain_answers_too() -> None:
    also = PER_ITEM.replace("  users: {}\n", "  before: {run: one-user, then: users}\n  users: {}\n")
    assert per_item(main=also.replace("\"any_of(amount_of, 'much')\"", "amount_of == 'much'")) == []


def test_every_problem_of_a_pack_is_told_at_once_in_the_order_of_its_files() -> None:
    files = dict(GOOD)
    for name in ("a key of a pack that is none", "a fact that is none", "an answer that is none", "a kind that is none",
                 "a type that is none", "a row too long", "an exit that says something", "two verbs"):  # fmt: skip
        file, old, new, _ = MUTATIONS[name]
        files[file] = files[file].replace(old, new)
    assert told(compiled(files).problems) == [
        "codes.csv:3:1 F116", "facts.yaml:13:40 F105", "other.yaml:5:5 F108", "outcomes.yaml:1:14 F105",
        "pack.yaml:2:1 F101", "printer.yaml:7:12 F205", "printer.yaml:16:10 F202", "shared/toner.yaml:10:23 F416",
    ]  # fmt: skip


@pytest.mark.parametrize("file", sorted(GOOD))
def test_a_file_that_cannot_be_read_is_the_only_thing_to_mend(file: str) -> None:
    """What the other files say of its names is not told as unknown: it follows from the one mistake."""
    assert {problem.path for problem in compiled({**GOOD, file: GOOD[file] + "\0"}).problems} == {file}
    if file.endswith(".yaml"):
        problems = compiled({**GOOD, file: GOOD[file] + "\t- 'x\n"}).problems
        assert {problem.path for problem in problems} == {file}
        assert problems[0].code.startswith("F0")


def test_beside_a_file_that_cannot_be_read_other_mistakes_are_told() -> None:
    files = {
        **GOOD,
        "facts.yaml": GOOD["facts.yaml"] + "\t- x\n",
        "other.yaml": GOOD["other.yaml"].replace("ring", "nowhere"),
    }
    assert [problem.path for problem in compiled(files).problems] == ["facts.yaml", "other.yaml"]


# Facts, flows and files --------------------------------------------------------------------------------------------------


def test_a_fact_may_stand_twice_if_it_says_the_same() -> None:
    again = "facts:\n  pages:\n    ask: How many pages\n    type: number\n"
    assert told(compiled({**GOOD, "other.yaml": GOOD["other.yaml"] + again}).problems) == []
    other = again.replace("number", "text")
    assert told(compiled({**GOOD, "other.yaml": GOOD["other.yaml"] + other}).problems) == ["other.yaml:7:3 F207"]


def test_a_list_and_a_fact_have_different_names() -> None:
    assert "facts.yaml:1:1 F207" in told(broken("pack.yaml", "lists: {bad:", "lists: {light: [a], bad:"))


def test_a_flow_stands_once_in_a_pack_whatever_its_folder() -> None:
    assert told(compiled({**GOOD, "shared/other.yaml": GOOD["other.yaml"]}).problems) == ["shared/other.yaml:1:1 F212"]


def test_reserved_files_stand_at_the_top() -> None:
    assert told(compiled({**GOOD, "shared/facts.yaml": "x: {ask: X}\n"}).problems) == ["shared/facts.yaml:1:1 F123"]


def test_a_table_is_named_from_the_top() -> None:
    files = {**GOOD, "tables/codes.csv": GOOD["codes.csv"]}
    assert (
        told(
            compiled(
                {**files, "facts.yaml": GOOD["facts.yaml"].replace("choices: codes.csv", "choices: tables/codes.csv")}
            ).problems
        )
        == []
    )


def test_an_outcome_stands_in_the_flow_or_in_the_shared_ones() -> None:
    own = "outcomes:\n  ring: {kind: action, title: Ring}\n"
    assert told(compiled({**GOOD, "other.yaml": GOOD["other.yaml"] + own}).problems) == ["other.yaml:7:3 F209"]


def test_a_step_and_an_outcome_have_different_names() -> None:
    assert told(broken("other.yaml", "  say:", "  done:")) == ["other.yaml:3:3 F210"]
    own = "outcomes:\n  say: {kind: action, title: Say}\n"
    assert told(compiled({**GOOD, "other.yaml": GOOD["other.yaml"] + own}).problems) == ["other.yaml:7:3 F208"]


def test_an_empty_file_and_one_that_is_no_mapping_are_told() -> None:
    assert told(compiled({**GOOD, "other.yaml": ""}).problems) == ["other.yaml:1:1 F014"]
    assert told(compiled({**GOOD, "other.yaml": "- a\n- b\n"}).problems)[0] == "other.yaml:1:1 F103"
    assert told(compiled({**GOOD, "facts.yaml": "just text\n"}).problems)[0] == "facts.yaml:1:1 F103"


def test_a_pack_that_offers_one_flow_needs_no_other_way() -> None:
    files = {name: text for name, text in GOOD.items() if name != "other.yaml"}
    files["pack.yaml"] = "title: Printers\nlists: {bad: [paper, toner]}\n"
    assert told(compiled(files).problems) == []
    assert told(compiled({**files, "other.yaml": GOOD["other.yaml"]}).problems) == ["pack.yaml:1:1 F424"]


def written(folder: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return folder


def test_a_folder_loads_as_its_files_do(tmp_path: Path) -> None:
    loaded = load(written(tmp_path / "printers", GOOD))
    assert loaded.problems == ()
    assert loaded == compiled(GOOD)


def test_a_flow_file_belongs_to_the_nearest_pack_above_it(tmp_path: Path) -> None:
    root = written(tmp_path / "printers", GOOD)
    assert load(root / "shared" / "toner.yaml") == load(root)
    assert pack_root(root / "shared" / "toner.yaml") == root
    assert pack_root(root / "shared") == root
    inner = written(root / "shared" / "own", {"pack.yaml": "title: Own\n", "flow.yaml": GOOD["other.yaml"]})
    assert pack_root(inner / "flow.yaml") == inner


def test_a_flow_file_without_a_pack_is_a_pack_by_itself(tmp_path: Path) -> None:
    flow = tmp_path / "alone.yaml"
    flow.write_text("title: Alone\nsteps:\n  s: {tell: Hi., then: end}\noutcomes:\n  end: {kind: solved, title: End}\n")
    (tmp_path / "neighbour.yaml").write_text("not: a flow\n")
    loaded = load(flow)
    assert loaded.problems == ()
    assert loaded.pack is not None
    assert (loaded.pack.id, loaded.pack.title, list(loaded.pack.flows)) == ("alone", "Alone", ["alone"])


def test_a_folder_without_a_pack_file_is_no_pack(tmp_path: Path) -> None:
    written(
        tmp_path, {"flow.yaml": "title: F\nsteps:\n  s: {tell: Hi., then: e}\noutcomes:\n  e: {kind: solved, title: E}\n"}
    )
    loaded = load(tmp_path)
    assert loaded.pack is None
    assert told(loaded.problems) == ["pack.yaml:1:1 F001"]


def test_a_path_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert [problem.code for problem in load(tmp_path / "nothing").problems] == ["F001"]
    error = LoadError(load(tmp_path / "nothing").problems)
    assert "F001" in str(error)


def test_hidden_files_tests_and_catalogues_do_not_count(tmp_path: Path) -> None:
    names = (
        ".hidden.yaml",
        ".git/config.yaml",
        "printer.test.yaml",
        "locale/ru.yaml",
        "locale/ru.phrases.yaml",
        "README.md",
    )
    root = written(tmp_path, {**GOOD, **dict.fromkeys(names, "no pack")})
    assert sorted(source_files(root)) == sorted(GOOD)
    assert load(root).problems == ()


def test_files_are_met_in_one_order_whatever_the_disk_says(tmp_path: Path) -> None:
    root = written(tmp_path, dict(reversed(GOOD.items())))
    assert list(source_files(root)) == sorted(GOOD)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_file_that_cannot_be_opened_is_told(tmp_path: Path) -> None:
    root = written(tmp_path, GOOD)
    (root / "lost.yaml").symlink_to(root / "nowhere.yaml")
    (root / "folder.yaml").mkdir()
    assert told(load(root).problems) == ["lost.yaml:1:1 F001"]


def test_a_file_too_large_is_refused_by_its_size(tmp_path: Path) -> None:
    root = written(tmp_path, GOOD)
    (root / "large.yaml").write_text("# " + "x" * 2_000_001)
    assert [(problem.path, problem.code) for problem in load(root).problems] == [("large.yaml", "F003")]


def test_the_digest_names_the_contents() -> None:
    assert good().digest == good().digest
    assert compiled({**GOOD, "texts.yaml": "greeting: Good night.\n"}).pack != good()
    other = compiled({**GOOD, "texts.yaml": "greeting: Good day. \n"}).pack
    assert other is not None
    assert other.digest != good().digest


# Flows that run flows ----------------------------------------------------------------------------------------------------


def chain(length: int, *, upwards: bool = False, closed: bool = False, twice: bool = False) -> dict[str, str]:
    """Flows that each run the next; the last ends in an exit that all hand on, or runs the first again."""
    files = {"pack.yaml": "title: P\notherwise: f-000\n"}
    for number in range(length):
        name = f"f-{(length - number - 1) if upwards else number:03}"
        inner = f"f-{(length - number - 2) if upwards else number + 1:03}"
        last = number == length - 1
        if last and closed:
            inner = "f-000" if not upwards else f"f-{length - 1:03}"
        run = f"run: {inner}\n    then: {{out: next}}"
        steps = f"  s:\n    {run}\n" + (f"  t:\n    {run}\n" if twice else "") if not last or closed else ""
        files[f"{name}.yaml"] = (
            f"title: {name}\nsteps:\n{steps}  end:\n    tell: Hi.\n    then: out\noutcomes:\n  out: {{kind: exit}}\n"
        )
    return files


@pytest.mark.parametrize("upwards", [False, True])
def test_flows_may_run_each_other_twenty_deep(upwards: bool) -> None:
    assert "F408" not in [problem.code for problem in compiled(chain(21, upwards=upwards)).problems]
    found = [problem for problem in compiled(chain(22, upwards=upwards)).problems if problem.code == "F408"]
    assert len(found) == 1
    assert found[0].path == ("f-021.yaml" if upwards else "f-000.yaml")


@pytest.mark.parametrize("upwards", [False, True])
@pytest.mark.parametrize("length", [1, 2, 5, 300])
def test_flows_that_run_in_a_circle_are_told_once(length: int, upwards: bool) -> None:
    found = [problem for problem in compiled(chain(length, upwards=upwards, closed=True)).problems if problem.code == "F408"]
    assert len(found) == 1
    assert found[0].arguments["circle"].count("→") >= min(length, 20)


def test_two_circles_are_two_problems() -> None:
    one = chain(2, closed=True)
    two = {name.replace("f-", "g-"): text.replace("f-", "g-") for name, text in one.items() if name != "pack.yaml"}
    assert [problem.code for problem in compiled({**one, **two}).problems].count("F408") == 2


def test_flows_that_run_each_other_many_ways_are_read_at_once() -> None:
    began = time.perf_counter()
    loaded = compiled(chain(21, twice=True))  # two to the twentieth ways through
    assert "F408" not in [problem.code for problem in loaded.problems]
    assert loaded.pack is not None
    assert not loaded.pack.flows["f-000"].offered
    assert time.perf_counter() - began < 2


def test_an_ending_within_a_run_reaches_every_flow_above_that_does_not_catch_it() -> None:
    def flow(steps: str, outcomes: str) -> str:
        return f"title: F\nsteps:\n  a: {steps}\noutcomes:\n{outcomes}"

    files = {
        "pack.yaml": "title: P\notherwise: outer\n",
        "outcomes.yaml": "shared: {kind: solved, title: S}\n",
        "inner.yaml": flow("{ask: light, then: {yes: out, no: stop, unsure: shared}}",
                           "  out: {kind: exit}\n  stop: {kind: action, title: Stop}\n")
        + "facts:\n  light: {ask: Light, unsure: true}\n",
        "middle.yaml": flow("{run: inner, then: {out: on}}", "  on: {kind: exit}\n"),
        "outer.yaml": flow("{run: middle, then: {on: end, stop: end, shared: end}}", "  end: {kind: solved, title: E}\n"),
    }  # fmt: skip
    assert told(compiled(files).problems) == []
    caught = {**files, "middle.yaml": flow("{run: inner, then: {out: on, stop: on}}", "  on: {kind: exit}\n")}
    assert told(compiled(caught).problems) == ["outer.yaml:3:36 F204"]
    assert told(compiled({**files, "outer.yaml": files["outer.yaml"].replace("on: end, ", "")}).problems) == [
        "outer.yaml:3:20 F403"
    ]


# Loops ---------------------------------------------------------------------------------------------------------------------


def loop(steps: str) -> list[str]:
    """Where F407 is told, and how severe, for a flow with these steps."""
    text = (
        "title: F\nfacts:\n  a: {ask: A}\n  b: {ask: B}\n  c: {ask: C, choices: {x: X, y: {label: Y, when: a}}}\n"
        f"steps:\n{steps}outcomes:\n  end: {{kind: solved, title: E}}\n"
    )
    problems = compiled({"flow.yaml": text}).problems
    assert {problem.code for problem in problems} <= {"F407", "F425", "F406"}, told(problems)
    return [
        f"{problem.severity} {problem.arguments['source']} {problem.arguments['name']}"
        for problem in problems
        if problem.code == "F407"
    ]


def test_a_way_back_to_a_question_that_some_walk_surely_takes_is_an_error() -> None:
    assert loop("  a: {}\n  t: {try: T., then: {worked: end, else: a}}\n") == ["error t a"]
    assert loop("  a: {then: {yes: end, no: a}}\n") == ["error a a"]
    assert loop("  a: {}\n  b: {}\n  t: {try: T., then: {worked: end, else: a}}\n") == ["error t a"]
    assert loop("  a: {}\n  t: {try: T., then: {worked: end, else: u}}\n  u: {tell: U., then: a}\n") == ["error u a"]


def test_a_way_back_that_a_rule_decides_is_a_hint() -> None:
    assert loop("  a: {}\n  t: {try: T., then: [{when: b, then: a}, {else: end}]}\n") == ["hint t a"]
    assert loop("  a: {when: b}\n  t: {try: T., then: {worked: end, else: a}}\n") == ["hint t a"]
    assert loop("  a: {}\n  u: {when: a, tell: U.}\n  t: {then: [{when: a, then: a}, {else: end}]}\n") == ["hint t a"]
    assert loop("  a: {at_most: {times: 2, else: end}}\n  t: {try: T., then: {worked: end, else: a}}\n") == ["hint t a"]
    assert loop("  b: {}\n  c: {ask: c, then: {x: end, y: b}}\n") == ["hint c b"]  # `y` is not always offered


def test_a_way_back_to_something_that_is_asked_anew_is_none() -> None:
    assert loop("  a: {ask: a, again: true}\n  t: {try: T., then: {worked: end, else: a}}\n") == []
    assert loop("  a: {}\n  t: {try: T., at_most: {times: 3, else: end}, then: {worked: end, else: t}}\n") == []
    assert loop("  a: {}\n  s: {tell: S.}\n  t: {try: T., then: {worked: end, else: s}}\n") == []


def test_a_loop_over_several_questions_is_told_for_its_way_up() -> None:
    assert loop("  a: {}\n  b: {}\n  c: {}\n  t: {try: T., then: {worked: end, else: a}}\n") == ["error t a"]
    assert loop("  s: {tell: S.}\n  a: {}\n  b: {}\n  t: {try: T., then: {worked: end, else: s}}\n") == ["error s a"]


# Size ----------------------------------------------------------------------------------------------------------------------


def seconds(files: Mapping[str, str]) -> float:
    began = time.process_time()
    compiled(files)
    return time.process_time() - began


SHAPES = {
    "a straight line": lambda n: "".join(f"  s{i}: {{tell: Hi.}}\n" for i in range(n)) + "  z: {then: end}\n",
    "backwards": lambda n: (
        "  a: {then: s0}\n" + "".join(f"  s{i}: {{then: {f's{i - 1}' if i else 'end'}}}\n" for i in range(n))
    ),
    "one great loop": lambda n: (
        "".join(f"  s{i}: {{ask: a}}\n" for i in range(n)) + "  z: {then: [{when: b, then: s0}, {else: end}]}\n"
    ),
    "all to all": lambda n: (
        "".join(f"  s{i}: {{then: [{{when: a, then: s0}}, {{when: b, then: s{n - 1}}}]}}\n" for i in range(n))
        + "  z: {then: end}\n"
    ),
    "targets that are nowhere": lambda n: (
        "".join(f"  s{i}: {{then: nowhere-{i}}}\n" for i in range(n // 20)) + "  z: {then: end}\n"
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_many_steps_take_no_more_than_their_number(shape: str) -> None:
    def files(steps: int) -> dict[str, str]:
        facts = "facts:\n  a: {ask: A}\n  b: {ask: B}\n"
        return {
            "flow.yaml": f"title: F\n{facts}steps:\n{SHAPES[shape](steps)}outcomes:\n  end: {{kind: solved, title: E}}\n"
        }

    seconds(files(100))
    assert seconds(files(4000)) < 12
