"""The mistakes that authors make first, each at its place, with the sentence that saves them; and files that mean harm."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from assistant.flow import source
from assistant.flow.load import Loaded, compile_sources, load
from assistant.flow.problem import Problem

_PARSERS = {"python": yaml.Loader, "libyaml": getattr(yaml.cyaml, "CParser", None) if yaml.__with_libyaml__ else None}

FLOW = """\
title: The line is not set up
facts:
  line_status:
    ask: What status does the line show?
    choices: {{awaiting: Awaiting Details, closed: Closed, other: Another status}}
  broken: {{ask: "What is broken?", many: true, choices: {{mail: Mail, phone: Phone}}}}
  taken: {{ask: "Is it taken?"}}
  address: {{ask: "Which address?", type: email}}
steps:
  line:
    ask: line_status
  rest:
    ask: [broken, taken, address]
{steps}
outcomes:
  done: {{kind: solved, title: All is set up}}
{outcomes}"""


@pytest.fixture(autouse=True, params=["python", "libyaml"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Each test twice: what authors read must not hang on which of the two YAML parsers is there."""
    found = _PARSERS[request.param]
    if found is None:
        pytest.skip("PyYAML was built without libyaml")
    monkeypatch.setattr(source, "_PARSER", found)
    return


def compiled(text: str) -> Loaded:
    return compile_sources({"flow.yaml": text.encode()}, "flow")


def flow(steps: str, outcomes: str = "") -> str:
    """A flow with these steps (and outcomes) after the two that ask everything."""
    return FLOW.format(steps=steps, outcomes=outcomes)


def only(text: str, code: str) -> Problem:
    """The one problem of a text: it has this code and stands where `‸` does."""
    before, mark, after = text.partition("‸")
    assert mark
    problems = compiled(before + after).problems
    assert [problem.code for problem in problems] == [code], [str(problem) for problem in problems]
    (problem,) = problems
    lines = before.split("\n")
    assert (problem.line, problem.column) == (len(lines), len(lines[-1]) + 1)
    return problem


def test_the_flow_around_the_mistakes_has_none() -> None:
    assert compiled(flow("  end: {then: done}")).problems == ()


@pytest.mark.parametrize(
    "line",
    ["tell: ‸{{ address }}", "tell: ‸{{ address }} is new", "tell: [‸{{ address }}]", "message: {to: ‸{{ address }}}"],
)
def test_a_text_that_begins_with_a_placeholder(line: str) -> None:
    problem = only(flow(f"  end:\n    {line}\n    then: done"), "F009")
    assert 'A text that begins with `{{` needs quotes, as in `to: "{{ address }}"`.' in problem.message


@pytest.mark.parametrize(
    ("rule", "rewritten"),
    [
        ("'mail' in broken", '''when: "'mail' in broken"'''),
        ('"mail" in broken', """when: '"mail" in broken'"""),
        ("'mail' in broken and taken", '''when: "'mail' in broken and taken"'''),
    ],
)
def test_a_rule_that_begins_with_a_quote(rule: str, rewritten: str) -> None:
    problem = only(flow(f"  mail:\n    when: ‸{rule}\n    tell: Start it again.\n  end: {{then: done}}"), "F010")
    assert f"A rule that begins with a quote must be quoted as a whole: `{rewritten}`." in problem.message
    assert "any_of(" in problem.fix


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("tell: Order ‸#123", "Order"),
        ("tell: Order ‸#123 of yesterday", "Order"),
        ("tell: Order ‸#{{ address }}", "Order"),
        ("label: See ‸#help", "See"),
    ],
)
def test_a_number_sign_after_a_blank(line: str, kept: str) -> None:
    verb = "" if line.startswith("tell") else "    try: Restart it.\n"
    problem = only(flow(f"  end:\n{verb}    {line}\n    then: done"), "F011")
    assert problem.severity == "warning"
    assert "A `#` after a blank begins a comment" in problem.message
    assert problem.message.endswith(f"of `{line[6:].lstrip().replace('‸', '')}` only `{kept}` is read.")
    assert "quotes" in problem.fix


@pytest.mark.parametrize("line", ["tell: Order#123", "tell: Restart it.  # a comment", 'tell: "Order" #123'])
def test_a_number_sign_that_cuts_nothing(line: str) -> None:
    assert compiled(flow(f"  end:\n    {line}\n    then: done")).problems == ()


def test_a_comma_inside_braces() -> None:
    part = "{when: line_status == 'closed', tell: Sorry, ‸taken}"
    problem = only(flow(f"  end:\n    tell:\n      - {part}\n    then: done"), "F012")
    assert problem.message.startswith("`taken` is read as a key of its own: inside `{ }` a comma begins a new key.")
    assert "in quotes" in problem.fix
    assert "lines of its own" in problem.fix


@pytest.mark.parametrize(
    "text",
    [
        "Click Edit: then Save", "Click Edit:", "**Click** Edit", "`Click` Edit", "@home", "%TEMP%", "& then Save",
        '"Edit" is the button', "'Edit' is the button", "[Edit] is the button", "- Click Edit", "| Click Edit", "> Click",
        "Don't do this: never", "* Click Edit",
    ],
)  # fmt: skip
def test_a_text_that_yaml_reads_otherwise(text: str) -> None:
    problem = only(flow(f"  end:\n    tell: ‸{text}\n    then: done"), "F013")
    assert "YAML can't read this as a text" in problem.message
    assert "Write `tell: |` and the text on the lines below it" in problem.fix


@pytest.mark.parametrize(("text", "code"), [("*Click* Edit", "F013"), ("*Click it", "F006"), ("&Click it", "F006")])
def test_a_text_that_begins_with_a_star_or_an_ampersand(text: str, code: str) -> None:
    problem = only(flow(f"  end:\n    tell: ‸{text}\n    then: done"), code)
    assert "Write `tell: |`" in problem.fix


@pytest.mark.parametrize(
    "row",
    [
        "{when: ‸any_of(broken, 'mail'), then: done}",
        "{when: ‸line_status in ['closed'], then: done}",
        "{when: ‸line_status in ['closed', 'other'] and taken, then: done}",
        "{when: ‸'mail' in broken, then: done}",
    ],
)
def test_a_rule_inside_braces(row: str) -> None:
    for rows in (f"[{row}, {{else: done}}]", f"\n      - {row}\n      - {{else: done}}"):
        problem = only(flow(f"  end:\n    then: {rows}"), "F018")
        assert "inside `{ }` and `[ ]` a text or rule with a comma, a bracket, a quote" in problem.message
        assert "needs quotes as a whole" in problem.message
        assert "lines of its own" in problem.fix


def test_a_rule_with_a_comma_but_no_quotes_inside_braces() -> None:
    problems = compiled(flow("  end:\n    then: [{when: any_of(broken, mail), then: done}, {else: done}]")).problems
    assert [problem.code for problem in problems] == ["F301", "F012"]
    assert "inside `{ }` a comma begins a new key" in problems[1].message


@pytest.mark.parametrize(
    ("rule", "rewritten"),
    [
        ("‸line_status = 'closed'", "line_status == 'closed'"),
        ("‸line_status is 'closed'", "line_status == 'closed'"),
        ("‸line_status is not 'closed'", "line_status != 'closed'"),
        ("‸line_status == 'closed' AND taken", "line_status == 'closed' and taken"),
        ("‸line_status == ‘closed’", "line_status == 'closed'"),
        ("‸line_status == “closed”", 'line_status == "closed"'),
        ("‸line_status = ‘closed’ OR NOT taken", "line_status == 'closed' or not taken"),
        ("‸line_status <> 'closed' && taken", "line_status != 'closed' and taken"),
    ],
)
def test_a_rule_in_another_spelling(rule: str, rewritten: str) -> None:
    problem = only(flow(f"  mail:\n    when: {rule}\n    tell: Start it again.\n  end: {{then: done}}"), "F301")
    assert problem.message.endswith(f"can't be read. Write: `{rewritten}`")


def test_a_value_without_quotes() -> None:
    problem = only(flow("  x:\n    when: line_status == ‸closed\n    tell: Good.\n  end: {then: done}"), "F308")
    assert problem.message == "`closed` is a value, and values need quotes. Write: `line_status == 'closed'`"


def test_a_label_in_place_of_a_value() -> None:
    text = flow("  end: {then: done}").replace("    ask: line_status\n", "    ask: line_status\n    then: {‸Closed: done}\n")
    problem = only(text, "F205")
    assert problem.message == ("`Closed` is no answer of `line_status`. Did you mean `closed`? (awaiting, closed, other)")


@pytest.mark.parametrize("then", ["then: done", "then: {yes: done, no: done}", "then: {unsure: done, else: done}"])
def test_a_question_in_a_step(then: str) -> None:
    problem = only(flow(f"  end:\n    ask: ‸What is the status?\n    {then}"), "F206")
    assert problem.message == "`ask` names a fact here; the question itself stands under `facts:`."
    assert "in the step `ask: my_fact`" in problem.fix
    assert '`my_fact: {ask: "What is the status?"}`' in problem.fix


def test_not_sure_where_it_is_not_offered() -> None:
    text = flow("  end: {then: done}").replace("    ask: line_status\n", "    ask: line_status\n    then: {‸unsure: done}\n")
    problem = only(text, "F405")
    assert problem.message.startswith('`line_status` offers no "not sure"')
    assert problem.fix == "Add `unsure: true` to the fact `line_status`, or drop `unsure` here."


def test_failed_is_named_and_skipped_is_not() -> None:
    steps = "  restart:\n    try: Restart it.\n    then: {‸failed: call}\n  end: {then: done}"
    problem = only(flow(steps, "  call: {kind: action, title: Call us}\n"), "F406")
    assert problem.severity == "hint"
    assert problem.message == "`failed` goes to `call`, but `skipped` goes on to the next step, `end`. On purpose?"


def test_a_step_and_an_outcome_of_one_name() -> None:
    steps = "  call:\n    tell: We call you.\n  end: {then: done}"
    problem = only(flow(steps, "  ‸call: {kind: action, title: Call us}\n"), "F208")
    assert problem.message == "`call` is an outcome here and a step on line 14, so `then: call` could mean either."


def test_a_fact_with_a_hyphen() -> None:
    text = flow("  end: {then: done}").replace("  taken:", "  ‸is-taken:").replace("broken, taken", "broken, is-taken")
    problem = only(text, "F113")
    assert problem.message == "`is-taken` has a hyphen, and in a rule that is a minus."
    assert problem.fix == "Call it `is_taken`."


def test_a_loop_to_a_question_that_is_answered() -> None:
    steps = "  check:\n    ask: taken2\n    then: {yes: done}\n  ‸free:\n    tell: Free it.\n    then: check"
    text = flow(steps).replace("  taken:", '  taken2: {ask: "Still taken?"}\n  taken:')
    problem = only(text, "F407")
    assert problem.severity == "error"
    assert "`free` leads back to the question `check` on line 15" in problem.message
    assert "not asked again" in problem.message
    assert "Add `again: true` to `check`" in problem.fix


def test_a_loop_that_rules_may_never_take_is_a_hint() -> None:
    steps = (
        "  check:\n    ask: taken2\n    then: {yes: done}\n"
        "  ‸free:\n    tell: Free it.\n    then: [{when: line_status == 'closed', then: check}, {else: done}]"
    )
    text = flow(steps).replace("  taken:", '  taken2: {ask: "Still taken?"}\n  taken:')
    problem = only(text, "F407")
    assert problem.severity == "hint"
    assert "(where `line_status == 'closed'` holds)" in problem.message


def test_a_run_that_leaves_an_exit_uncovered() -> None:
    inner = (
        "title: Free it\nsteps:\n  free:\n    try: Free it.\n    then: {worked: freed, else: stuck}\n"
        "outcomes:\n  freed: {kind: exit}\n  stuck: {kind: exit}\n"
    )
    outer = "title: Taken\nsteps:\n  free:\n    run: free-it\n    then: {freed: done}\n  end: {then: done}\n"
    outer += "outcomes:\n  done: {kind: solved, title: Free}\n"
    files = {"pack.yaml": "title: P", "free-it.yaml": inner, "taken.yaml": outer}
    (problem,) = compile_sources({name: text.encode() for name, text in files.items()}, "p").problems
    assert (problem.code, problem.path, problem.line, problem.column) == ("F403", "taken.yaml", 5, 5)
    assert problem.message == "`free-it` can also end in `stuck`, and nothing says how it goes on then."


def test_a_step_that_nothing_leads_to() -> None:
    problem = only(flow("  end: {then: done}\n  ‸lost:\n    tell: Hello.\n    then: done"), "F401")
    assert problem.message == "Nothing leads to the step `lost`."


def test_a_last_step_that_runs_off_the_end() -> None:
    problem = only(flow("  check:\n    ask: taken\n    then: {yes: done}\n  ‸end:\n    tell: Bye."), "F402")
    assert problem.message == "`end` is the last step, and after it there is nothing more to say."


def test_three_typos_in_one_file_are_three_problems_in_one_run() -> None:
    text = flow(
        "  check:\n    when: line_status == 'clsoed'\n    tell: Look.\n"
        "  more:\n    ask: adress\n  back-to:\n    when: taken\n    then: doen\n  end: {then: done}"
    )
    found = [(one.code, one.line, one.column, one.message) for one in compiled(text).problems]
    assert found == [
        (
            "F304", 15, 26, "`clsoed` in `line_status == 'clsoed'` is none of the values that can be there."
            " Did you mean `closed`? (awaiting, closed, other)",
        ),
        (
            "F202", 18, 10, "There is no fact called `adress` that could stand here."
            " Did you mean `address`? (address, broken, line_status, taken)",
        ),
        (
            "F201", 21, 11, "There is no step or outcome called `doen`."
            " Did you mean `done`? (back-to, check, done, end, line, more, rest)",
        ),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "sentence"),
    [
        ("title: T\nsteps:\n  a:\n    ‸tell:Hello\n    then: done\n", "F022", "`tell:Hello` is no `key: value`"),
        ("title: T\nsteps:\n  a:\n    ‸tell Hello\n    then: done\n", "F022", "`tell Hello` is no `key: value`"),
        ("title: T\nsteps:\n  ‸a\n    tell: Hello\n", "F022", "`a` is no `key: value`"),
        ("title: T\nsteps:\n  a:\n    then: done\n    ‸tell:Hello", "F022", "`tell:Hello` is no `key: value`"),
        ("title: T\nsteps:\n‸\ta:\n    tell: Hello\n", "F017", "This line begins with a tab"),
        ("title: T\nsteps:\n  a:\n    tell: Hello\n   ‸then: done\n", "F021", "The blanks at the beginning"),
        ("title: T\nsteps:\n  a:\n    tell: Hello\n      ‸then: done\n", "F021", "The blanks at the beginning"),
        ("title: T\nsteps:\n  a:\n    tell: |\n    ‸Hello\n    then: done\n", "F021", "The blanks at the beginning"),
        ('title: T\nsteps:\n  a:\n    tell: ‸"Hello\n    then: done\n', "F020", 'The quote " that opens here'),
        ("title: T\nsteps:\n  a:\n    tell: ‸'Hello\n    note: 'x'\n", "F020", "The quote ' that opens here"),
        ("title: T\nfacts: ‸{a: {ask: A}\nsteps:\n  a:\n    then: done\n", "F019", "The `{` here has no `}`."),
        ("title: T\nphrases: ‸[a, b\nsteps:\n  a:\n    then: done\n", "F019", "The `[` here has no `]`."),
        ("title: T\nfacts: {a: {ask: A}}‸}\nsteps:\n", "F019", "The `}` here has no `{`."),
        ('title: T\nsummary: ‸"See C:\\Users."\n', "F023", "Between double quotes `\\` begins a special sign"),
        ("title: T\nfacts: {a: {ask: ‸What [now], type: text}}\n", "F018", "This value ends too early"),
        ("title: T\nfacts: {a: {ask: ‸Now: what, type: text}}\n", "F018", "This value ends too early"),
    ],
)
def test_plain_mistakes_of_yaml(text: str, code: str, sentence: str) -> None:
    assert only(text, code).message.startswith(sentence)


# Input that means harm: each gives a problem within a second, and nothing of it is ever run.


def quickly(text: str) -> tuple[Problem, ...]:
    """The problems of a flow that must not take long to refuse."""
    started = time.process_time()
    loaded = compiled(text)
    assert time.process_time() - started < 1
    assert loaded.pack is None
    assert len("".join(map(str, loaded.problems))) < 100_000
    return loaded.problems


@pytest.fixture
def canary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A folder in which nothing may appear."""
    monkeypatch.chdir(tmp_path)
    yield
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("missing", None, "F001"),
        ("folder", {}, "F001"),
        ("empty", b"", "F014"),
        ("blank", b"\n  \n# nothing\n", "F014"),
        ("binary", bytes(range(256)) * 20, "F002"),
        ("picture", b"\x89PNG\r\n\x1a\n\0\0", "F002"),
        ("zeros", b"title: a\0b\n", "F002"),
        ("bell", b"title: T\nsummary: \x07\n", "F002"),
        ("utf-16", "title: T\n".encode("utf-16"), "F002"),
        ("large", b"title: " + b"a" * 3_000_000, "F003"),
        ("list", b"- a\n- b\n", "F103"),
        ("word", b"hello\n", "F103"),
    ],
)
def test_files_that_are_no_flows(name: str, data: bytes | dict[str, bytes] | None, code: str, tmp_path: Path) -> None:
    file = tmp_path / f"{name}.yaml"
    if isinstance(data, bytes):
        file.write_bytes(data)
    elif data is not None:
        file.mkdir()
    started = time.process_time()
    loaded = load(file)
    assert time.process_time() - started < 1
    assert loaded.pack is None
    assert [problem.code for problem in loaded.problems] == [code]


def test_a_name_that_no_file_can_have(tmp_path: Path) -> None:
    assert [problem.code for problem in load(tmp_path / ("x" * 300)).problems] == ["F001"]


def test_a_file_of_another_encoding_is_told_where_it_begins() -> None:
    (problem,) = compile_sources({"flow.yaml": "title: T\nsummary: Wörter\n".encode("latin-1")}, "flow").problems
    assert (problem.code, problem.line) == ("F002", 2)


@pytest.mark.usefixtures("canary")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[" * 100_000, "F008"),
        ("title: " + "[" * 100_000 + "]" * 100_000, "F008"),
        ("{a: " * 100_000, "F008"),
        ("- " * 100_000, "F008"),
        ("\n".join(" " * depth + "a:" for depth in range(200)), "F008"),
        ("a: &a [x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)), "F006"),
        ("title: &a [*a]\n", "F006"),
        ("title: &a {title: *a}\n", "F006"),
        ("<<: *base\ntitle: T\n", "F006"),
        ("title: !!python/object/apply:os.system ['touch harm']\n", "F007"),
        ("!!python/object/new:os.system ['touch harm']\n", "F007"),
        ("title: !!python/name:os.system\n", "F007"),
        ("title: !!binary aGFybQ==\n", "F007"),
        ("x" + " " * 100_000 + "\ny: z\n", "F022"),
        ("a: " + "b: " * 30_000, "F013"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_hostile_yaml(text: str, code: str) -> None:
    assert code in {problem.code for problem in quickly(text)}


@pytest.mark.usefixtures("canary")
@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("9**9**9 > 1", "F310"),
        ("9 ** 9 ** 9 ** 9", "F310"),
        (f"{'9' * 1_900} > 1", "F310"),
        ("'a' * 1000000000 == 'b'", "F313"),
        ("1 << 1000000000 > 1", "F310"),
        (" + ".join(["1"] * 100_000) + " > 1", "F307"),
        ("+".join(["1"] * 900) + " > 1", "F307"),
        ("(" * 100_000 + "taken" + ")" * 100_000, "F307"),
        ("(" * 900 + "taken" + ")" * 900, "F301"),
        ("not " * 400 + "taken", "F307"),
        ("-" * 1_900 + "1 > 0", "F307"),
        ("[" * 900 + "]" * 900, "F301"),
        ("().__class__", "F310"),
        ("().__class__.__bases__[0].__subclasses__()", "F310"),
        ("taken.__class__", "F310"),
        ("__import__('os').system('touch harm')", "F310"),
        ("__import__('os')", "F305"),
        ("eval('1')", "F305"),
        ("open('harm', 'w')", "F305"),
        ("lambda: taken", "F310"),
        ("(lambda: taken)()", "F310"),
        ("[x for x in broken]", "F310"),
        ("any(x for x in broken)", "F305"),
        ("{x: 1 for x in broken}", "F310"),
        ("f'{taken}'", "F310"),
        ("(x := taken)", "F310"),
        ("line_status[0] == 'c'", "F310"),
        ("known(*broken)", "F310"),
        ("known(fact=taken)", "F310"),
        ("await taken", "F310"),
        ("yield taken", "F301"),
        ("import os", "F301"),
        ("b'closed' == line_status", "F310"),
        ("1j > 0", "F310"),
        ("1e999 > 0", "F310"),
        ("0x10 > 0", "F310"),
        ("...", "F310"),
        ("None", "F310"),
        ("taken; taken", "F301"),
        ("round(1, 99999999999) > 0", "F306"),
        ("round(1, -99999999999) > 0", "F306"),
        ("\\", "F301"),
        ("", "F301"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_hostile_rules(rule: str, code: str) -> None:
    quoted = rule.replace("\\", "\\\\").replace('"', '\\"')
    problems = quickly(flow(f'  x:\n    when: "{quoted}"\n    tell: Hello.\n  end: {{then: done}}'))
    assert [problem.code for problem in problems] == [code]


@pytest.mark.usefixtures("canary")
@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{{ x.__class__ }}", "F505"),
        ("{{ address.__class__ }}", "F505"),
        ("{{ 7*7 }}", "F501"),
        ("{{ ''.__class__ }}", "F501"),
        ("{{ config['SECRET'] }}", "F501"),
        ("{{ known(address) }}", "F501"),
        ("{{{{ address }}}}", "F501"),
        ("{{ address", "F501"),
        ("{{" * 10_000, "F501"),
        ("{{" + " " * 100_000, "F501"),
        ("{{ " + "a" * 100_000 + " }}", "F505"),
        ("[harm](javascript:alert)", "F506"),
        ("<file:///etc/passwd>", "F506"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_hostile_texts(text: str, code: str) -> None:
    problems = quickly(flow(f"  end:\n    tell: |\n      {text}\n    then: done"))
    assert [problem.code for problem in problems] == [code]


def test_ten_thousand_wrong_placeholders_are_told_one_by_one() -> None:
    steps = "  end:\n    tell: |\n" + "      {{ adress }}\n" * 10_000 + "    then: done"
    started = time.process_time()
    problems = compiled(flow(steps)).problems
    assert time.process_time() - started < 5
    assert [(problem.line, problem.column) for problem in problems] == [(line, 7) for line in range(16, 10_016)]


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+$", "(a|aa)+", "(?=x)", "(.*)(.*)(.*)x", "((.*))((.*))((.*))x", "(.*|b)(.*|c)(.*|d)x", ".{0,999}" * 3 + "x",
        "(a?){30}a{30}", "a?" * 25 + "a" * 25, "(a*)*", r"(\w+\s?)*x", r"(a)\1", "(?<=a)b", "(?!a)b", r".*.*\d*x",
        "(x+x+)+y", "(a|b|ab)*c", "(?:a{1,30}){1,30}b", "[一-龥]+[一-龥]+[一-龥]+x", "(" * 120 + "a" + ")*" * 120,
        "(", "[a", "a{2,1}",
        "a" * 501,
    ],
    ids=lambda value: value[:40],
)  # fmt: skip
def test_patterns_that_could_take_for_ever(pattern: str) -> None:
    text = flow("  end: {then: done}").replace("type: email", f"type: text, pattern: '{pattern}'")
    (problem,) = quickly(text)
    assert problem.code == "F122"
    assert problem.message.startswith(f"The pattern `{pattern[:60]}` can't be used: it ") or (
        "some answers would take a computer too long" in problem.message
    )


@pytest.mark.parametrize(
    "pattern",
    [
        "[A-Z]{2}[0-9]{6}", r"\d{3}-?\d{4}", r"\d+\.\d+\.\d+", r"\d+(\.\d+)*", "[a-z]+ [a-z]+ [a-z]+", ".*error.*",
        r"[\w.+-]+@[\w-]+\.[\w.]+", r"(\d{1,3}\.){3}\d{1,3}", "(red|green)+", "[0-9a-f]{2}(:[0-9a-f]{2}){5}",
        r"(https?://)?[a-z0-9.-]+(/.*)?", "INC[0-9]{7}|REQ[0-9]{7}", r"\+?[0-9 ()-]{6,20}", "[^<>]*", "SR ?[0-9]+",
    ],
)  # fmt: skip
def test_patterns_that_people_need(pattern: str) -> None:
    text = flow("  end: {then: done}").replace("type: email", f"type: text, pattern: '{pattern}'")
    assert compiled(text).problems == ()


@pytest.mark.parametrize(("written", "meant"), [("if", "when"), ("say", "tell"), ("goto", "then")])
def test_what_other_tools_call_a_key_is_known(written, meant):
    flow = f"title: T\nsteps:\n  one: {{{written}: done, tell: Look.}}\noutcomes:\n  done: {{kind: solved, title: D}}\n"
    flow = flow.replace("{say: done, tell: Look.}", "{say: Look.}")
    found = compile_sources({"flow.yaml": flow.encode()}, "flow").problems
    assert any(one.code == "F101" and f"Did you mean `{meant}`?" in one.message for one in found), [
        str(one) for one in found
    ]
