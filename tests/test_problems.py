"""The catalogue of problems: each code has a sentence, a mend, an example that fails and one that passes, and they agree."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support import NOW

from assistant.author.advice import advise
from assistant.author.proofs import REPLACED, prove
from assistant.author.suites import ENDING
from assistant.author.testfile import read_tests
from assistant.flow.load import Loaded, compile_sources, load
from assistant.flow.problem import Problem, Problems, codes, entry, near

ROOMS = Path(__file__).resolve().parent.parent / "assistant"
FLOW = ROOMS / "flow"
REPORTING = [*FLOW.rglob("*.py"), *(ROOMS / "author" / f"{name}.py" for name in ("testfile", "proofs", "advice"))]
PROVED = "F7"
"""How the codes begin that come from the proofs and from advice, not from loading."""
LEFT = re.compile(r"\{[a-z_]+\}")
GOOD = entry("F002").passes

# What text can't show is built here; the example says so in a comment.
BUILT: dict[str, Callable[[Path], Loaded]] = {
    "F001": lambda folder: load(folder / "missing.yaml"),
    "F002": lambda folder: load(_written(folder, b"title: \xff\xfe\n")),
    "F003": lambda folder: load(_written(folder, b"#" * 2_000_001)),
    "F711": lambda _: _proved(_compiled({"flow.yaml": entry("F711").fails}), limit=1),
    "F323": lambda _: _compiled({"flow.yaml": GOOD.replace("steps:", f"facts:\n{_sums(300)}steps:")}),
    "F508": lambda _: _compiled(
        {
            "pack.yaml": "title: Example",
            "texts.yaml": f"long: {'word ' * 30_000}",
            "flow.yaml": GOOD.replace("Wait until", '"{{ texts.long }} {{ texts.long }}" #'),
        }
    ),
}


def files_of(example: str) -> dict[str, str]:
    """An example as files: one flow, or several files that lines `# file: NAME` begin. `⇥` stands for a tab."""
    files: dict[str, str] = {}
    name = "flow.yaml"
    for line in example.replace("⇥", "\t").splitlines(keepends=True):
        if line.startswith("# file: "):
            name = line.removeprefix("# file: ").strip()
        else:
            files[name] = files.get(name, "") + line
    return files


def _sums(number: int) -> str:
    """Facts, each of which is computed from the next."""
    computed = "".join(f"  sum_{one}: {{value: sum_{one + 1} + 1}}\n" for one in range(number))
    return computed + f'  sum_{number}: {{ask: "How many?", type: number}}\n'


def _written(folder: Path, data: bytes) -> Path:
    file = folder / "flow.yaml"
    file.write_bytes(data)
    return file


def _compiled(files: dict[str, str]) -> Loaded:
    """An example as it is loaded, with its tests."""
    sources = {name: text.encode() for name, text in files.items() if not name.endswith(ENDING)}
    loaded = compile_sources(sources, "example")
    problems = list(loaded.problems)
    for name, text in files.items():
        if name.endswith(ENDING) and loaded.pack is not None:
            problems.extend(read_tests(text, name, loaded.pack, name.removesuffix(ENDING))[1])
    pack = None if any(problem.severity == "error" for problem in problems) else loaded.pack
    return Loaded(pack, tuple(problems))


def _proved(loaded: Loaded, **limits: int) -> Loaded:
    """The same with all that is proved and advised."""
    if loaded.pack is None:
        return loaded
    problems = [*loaded.problems, *prove(loaded.pack, NOW, **limits).problems, *advise(loaded.pack, NOW.date())]
    pack = None if any(problem.severity == "error" for problem in problems) else loaded.pack
    return Loaded(pack, tuple(one for one in problems if one.code not in REPLACED))


def _failing(code: str, folder: Path) -> Loaded:
    if code in BUILT:
        return BUILT[code](folder)
    loaded = _compiled(files_of(entry(code).fails))
    return _proved(loaded) if code.startswith(PROVED) else loaded


@pytest.mark.parametrize("code", codes())
def test_the_failing_example_fails_with_its_code(code: str, tmp_path: Path) -> None:
    loaded = _failing(code, tmp_path)
    own = [problem for problem in loaded.problems if problem.code == code]
    assert own, [str(problem) for problem in loaded.problems]
    assert {problem.severity for problem in own} == {entry(code).severity}
    assert (loaded.pack is None) == any(problem.severity == "error" for problem in loaded.problems)


@pytest.mark.parametrize("code", codes())
def test_every_word_of_its_sentences_is_filled_in(code: str, tmp_path: Path) -> None:
    for problem in _failing(code, tmp_path).problems:
        for sentence in (problem.message, problem.fix):
            assert not LEFT.search(sentence), f"{problem.code}: {sentence}"
            assert sentence == " ".join(sentence.split())
        assert str(problem) == f"{problem.path}:{problem.line}:{problem.column}: {problem.code} {problem.message}"


@pytest.mark.parametrize("code", codes())
def test_the_mended_example_has_no_problem_at_all(code: str) -> None:
    loaded = _compiled(files_of(entry(code).passes))
    loaded = _proved(loaded) if code.startswith(PROVED) else loaded
    assert [str(problem) for problem in loaded.problems] == []
    assert loaded.pack is not None


@pytest.mark.parametrize("code", codes())
def test_the_file_of_a_code_is_complete(code: str) -> None:
    text = (FLOW / "problems" / f"{code}.md").read_text(encoding="utf-8")
    head, _, body = text.partition("\n\n")
    assert re.match(rf"# {code} · \S", head)
    assert [line.split(":")[0] for line in head.splitlines()[1:]] == ["severity", "says", "fix"]
    assert re.fullmatch(r".+\n\n## Fails\n```yaml\n.+```\n\n## Passes\n```yaml\n.+```\n", body, re.S)
    assert "\t" not in text
    found = entry(code)
    assert found.severity in ("error", "warning", "hint")
    assert found.title
    assert found.meaning
    # A sentence ends with a full stop, or with an argument that is a sentence of its own.
    arguments = ("{near}", "{rewritten}", "{rewritten}`", "{sentence}", "{example}", "{when}")
    assert found.says.endswith((".", "?", *arguments)), found.says
    assert found.fix.endswith((".", "?", ".`")), found.fix


def test_every_code_that_is_reported_is_in_the_catalogue_and_the_other_way_round() -> None:
    reported = {code for file in REPORTING for code in re.findall(r'"(F\d{3})"', file.read_text("utf-8"))}
    assert reported == set(codes())


def _reports() -> Iterator[tuple[str, str, set[str]]]:
    """Every call that reports a code which stands in it: where it is, the code, and the arguments that it gives."""
    for file in sorted(REPORTING):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            given = {keyword.arg for keyword in node.keywords if keyword.arg} - {"severity"}
            if name == "_Slip":
                given = {ast.literal_eval(key) for key in getattr(node.args[2], "keys", []) if key is not None}
            if name == "fail" and file.name in ("rules.py", "functions.py"):
                given.add("rule")
            if name in ("report", "fail", "_report", "_Slip") and not isinstance(node.args[-1], ast.Call):
                for argument in node.args:
                    for part in ast.walk(argument):
                        if isinstance(part, ast.Constant) and re.fullmatch(r"F\d{3}", str(part.value)):
                            yield f"{file.name}:{node.lineno}", str(part.value), given


def test_every_report_gives_all_that_the_sentences_need() -> None:
    missing = [
        f"{where}: {code} lacks {word}"
        for where, code, given in _reports()
        for word in re.findall(r"\{([a-z_]+)\}", entry(code).says + entry(code).fix)
        if word not in given
    ]
    assert missing == []


def test_two_reports_of_one_code_at_one_place_are_one_problem() -> None:
    problems = Problems()
    for name in ("first", "second"):
        problems.report("F201", "flow.yaml", (3, 5), name=name, near="")
    problems.report("F201", "flow.yaml", (4, 5), name="third", near="")
    assert [problem.arguments["name"] for problem in problems.all()] == ["first", "third"]


def test_problems_come_in_the_order_of_the_files() -> None:
    problems = Problems()
    for path, line, column in (("b.yaml", 1, 1), ("a.yaml", 20, 1), ("a.yaml", 3, 9), ("a.yaml", 3, 2)):
        problems.report("F413", path, (line, column))
    assert [(problem.path, problem.line, problem.column) for problem in problems.all()] == [
        ("a.yaml", 3, 2), ("a.yaml", 3, 9), ("a.yaml", 20, 1), ("b.yaml", 1, 1),
    ]  # fmt: skip


def test_what_an_author_wrote_is_put_into_a_sentence_as_it_is() -> None:
    problem = Problem("F201", "flow.yaml", 1, 1, "error", {"name": "{near} {name}", "near": " There is: {name}."})
    assert problem.message == "There is no step or outcome called `{near} {name}`. There is: {name}."


def test_a_sentence_stays_on_one_line_and_moves_no_cursor() -> None:
    problems = Problems()
    problems.report("F201", "flow.yaml", (1, 1), name="a\nb\x1b[2Jc\u202ed" + "e" * 10_000, near="")
    (problem,) = problems.all()
    assert problem.message.isprintable()
    assert "a b [2Jc d" in problem.message
    assert len(problem.message) < 600


@pytest.mark.parametrize(
    ("name", "names", "clause"),
    [
        ("Closed", ["awaiting", "closed", "other"], " Did you mean `closed`? (awaiting, closed, other)"),
        ("clsoed", ["closed"], " Did you mean `closed`?"),
        ("zzz", ["yes", "no"], " There is: no, yes."),
        ("zzz", [], ""),
        ("zzz", map(str, range(20)), " There is: 0, 1, 10, 11, 12, 13, 14, 15, …."),
        ("step-1O", [f"step-{number}" for number in range(10, 30)], " Did you mean `step-10`?"),
        ("step-00123x", [f"step-{number:05}" for number in range(5_000)], " Did you mean `step-00123`?"),
    ],
)
def test_a_clause_names_what_was_probably_meant(name: str, names: list[str], clause: str) -> None:
    assert near(name, names) == clause
