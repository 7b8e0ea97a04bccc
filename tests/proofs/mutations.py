"""How much of what can go wrong in a flow do `check` and `test` notice? Every single-point break of the shipped flows is
made, one by one: targets dropped, misspelled or exchanged, facts and steps renamed, types swapped, outcomes taken away,
rules turned round.

    python tests/proofs/mutations.py [FLOW…]

Structural breaks (of targets, names, types and outcomes) are to be found by `check` alone; of all that change the outcome, a
text or the case of some conversation, nearly all by `check` or by the flow's tests.
"""

from __future__ import annotations

import copy
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from assistant.author.advice import advise
from assistant.author.generate import conversations
from assistant.author.proofs import prove
from assistant.author.suites import suites
from assistant.author.verdicts import run_tests
from assistant.case import as_json, build
from assistant.engine import script
from assistant.engine.lines import Answers
from assistant.engine.prompt import Ending, Stuck
from assistant.engine.result import Result
from assistant.flow.load import load
from assistant.flow.model import Pack
from assistant.flow.text import plain

FLOWS = Path(__file__).resolve().parents[2] / "flows" / "webex"
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
STRUCTURAL = ("target", "name", "type", "outcome")
Tree = dict[str, Any]


class Mutant(NamedTuple):
    """One break: of which sort, what was done, and the files that are different."""

    sort: str
    what: str
    files: dict[str, Tree]


def trees(folder: Path) -> dict[str, Tree]:
    """The files of a pack as data, every scalar as it is written."""
    return {
        file.name: yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
        for file in sorted(folder.glob("*.yaml")) if not file.name.endswith(".test.yaml")
    }  # fmt: skip


def mutants(files: dict[str, Tree], flow: str) -> Iterator[Mutant]:
    """Every break of one flow, and of the facts and outcomes that it shares."""
    yield from _of_steps(files, f"{flow}.yaml")
    yield from _of_outcomes(files, f"{flow}.yaml")
    yield from _of_facts(files, f"{flow}.yaml")


def _changed(files: dict[str, Tree], name: str, change: Callable[[Tree], None]) -> dict[str, Tree]:
    tree = copy.deepcopy(files[name])
    change(tree)
    return {name: tree}


def _of_steps(files: dict[str, Tree], name: str) -> Iterator[Mutant]:
    steps = files[name]["steps"]
    ids = list(steps)
    for number, (step_id, step) in enumerate(steps.items()):
        yield from _of_then(files, name, step_id, step.get("then"))

        def broken(sort: str, what: str, change: Callable[[Tree], None], step_id: str = step_id) -> Mutant:
            return Mutant(sort, f"{step_id}: {what}", _changed(files, name, lambda tree: change(tree["steps"][step_id])))

        if "when" in step:
            yield broken("rule", "when dropped", lambda one: one.pop("when"))
            for told, rule in _other_rules(step["when"]):
                yield broken("rule", f"when {told}", lambda one, rule=rule: one.update(when=rule))
        if "ask" in step and isinstance(step["ask"], str):
            yield broken("name", "asks a fact that is not there", lambda one: one.update(ask=one["ask"] + "_x"))
        if "run" in step:
            yield broken("target", "runs a flow that is not there", lambda one: one.update(run=one["run"] + "-x"))
        if "audience" not in step and number:
            yield broken("rule", "for agents only", lambda one: one.update(audience="agent"))

        def without(tree: Tree, step_id: str = step_id) -> None:
            del tree["steps"][step_id]

        yield Mutant("step", f"{step_id}: taken away", _changed(files, name, without))
        if number + 1 < len(ids):

            def swapped(tree: Tree, number: int = number) -> None:
                order = list(tree["steps"])
                order[number], order[number + 1] = order[number + 1], order[number]
                tree["steps"] = {one: tree["steps"][one] for one in order}

            yield Mutant("step", f"{step_id}: changed places with the next", _changed(files, name, swapped))


def _of_then(files: dict[str, Tree], name: str, step: str, then: Any) -> Iterator[Mutant]:
    targets = _targets_of(files[name])
    for where, target in _named(then):

        def put(tree: Tree, value: str | None, where: tuple[Any, ...] = where) -> None:
            _put(tree["steps"][step], ("then", *where), value)

        told = f"{step}: then {'.'.join(map(str, where)) or '…'}"
        yield Mutant(
            "target", f"{told} misspelled", _changed(files, name, lambda tree, put=put, t=target: put(tree, t + "x"))
        )
        if where:
            yield Mutant("way", f"{told} dropped", _changed(files, name, lambda tree, put=put: put(tree, None)))
        others = [one for one in targets if one != target]
        if others:
            other = others[sum(map(ord, step + target)) % len(others)]
            yield Mutant(
                "way", f"{told} leads to {other}", _changed(files, name, lambda tree, put=put, o=other: put(tree, o))
            )
        if isinstance(then, dict) and where[0] not in ("else", "worked", "failed", "skipped", "yes", "no", "unsure"):

            def renamed(tree: Tree, key: str = where[0]) -> None:
                old = tree["steps"][step]["then"]
                tree["steps"][step]["then"] = {f"{k}x" if k == key else k: value for k, value in old.items()}

            yield Mutant("name", f"{told} renamed", _changed(files, name, renamed))
    for number, row in enumerate(then if isinstance(then, list) else ()):
        if isinstance(row, dict) and "when" in row:
            for told, rule in _other_rules(row["when"]):

                def turned(tree: Tree, number: int = number, rule: str = rule) -> None:
                    tree["steps"][step]["then"][number]["when"] = rule

                yield Mutant("rule", f"{step}: row {number} {told}", _changed(files, name, turned))


def _named(then: Any) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(then, str):
        yield (), then
    elif isinstance(then, dict):
        yield from (((key,), value) for key, value in then.items())
    for number, row in enumerate(then if isinstance(then, list) else ()):
        yield from (((number, key), row[key]) for key in ("then", "else") if key in row)


def _put(tree: Any, where: tuple[Any, ...], value: str | None) -> None:
    *path, last = where
    for key in path:
        tree = tree[key]
    if value is None and isinstance(last, str) and last in ("then", "else") and len(where) > 1:
        tree.clear()
        tree["else"] = "next"
    elif value is None:
        del tree[last]
    else:
        tree[last] = value


def _targets_of(flow: Tree) -> list[str]:
    return [*flow["steps"], *flow.get("outcomes", {}), "next"]


def _other_rules(rule: str) -> Iterator[tuple[str, str]]:
    yield "turned round", f"not ({rule})"
    for old, new in (
        (" and ", " or "),
        (" or ", " and "),
        ("==", "!="),
        ("<=", "<"),
        (">=", ">"),
        (" < ", " >= "),
        (" > ", " <= "),
    ):
        if old in rule:
            yield f"{old.strip()} to {new.strip()}", rule.replace(old, new, 1)
    for sign in "0123456789":
        if f" {sign}" in rule:
            yield f"{sign} to {int(sign) + 1}", rule.replace(f" {sign}", f" {int(sign) + 1}", 1)
            break


def _of_outcomes(files: dict[str, Tree], name: str) -> Iterator[Mutant]:
    used = {target for step in files[name]["steps"].values() for _, target in _named(step.get("then"))}
    for file in (name, "outcomes.yaml"):
        outcomes = files[file].get("outcomes", {}) if file == name else files.get(file, {})
        for key, outcome in outcomes.items():
            if file != name and key not in used:
                continue

            def part(tree: Tree, file: str = file) -> Tree:
                found: Tree = tree["outcomes"] if file == name else tree
                return found

            def broken(
                sort: str, what: str, change: Callable[[Tree], None], file: str = file, key: str = key,
                part: Callable[[Tree], Tree] = part,
            ) -> Mutant:  # fmt: skip
                return Mutant(sort, f"{key}: {what}", _changed(files, file, lambda tree: change(part(tree))))

            yield broken("outcome", "taken away", lambda all_of, key=key: all_of.pop(key))
            yield broken("outcome", "renamed", lambda all_of, key=key: all_of.update({f"{key}-x": all_of.pop(key)}))
            if outcome["kind"] != "exit":
                yield broken("outcome", "without a title", lambda all_of, key=key: all_of[key].pop("title"))
                other = "solved" if outcome["kind"] != "solved" else "action"
                yield broken("kind", f"is {other} now", lambda all_of, key=key, other=other: all_of[key].update(kind=other))
            for need in outcome.get("needs", ()):
                yield broken(
                    "needs", f"does not need {need}", lambda all_of, key=key, need=need: all_of[key]["needs"].remove(need)
                )
                yield broken(
                    "name", f"needs {need}_x",
                    lambda all_of, key=key, need=need: all_of[key].update(
                        needs=[f"{one}_x" if one == need else one for one in all_of[key]["needs"]]
                    ),
                )  # fmt: skip
            case = outcome.get("case", {})
            for field in case.get("fields", {}):
                yield broken(
                    "case", f"field {field} dropped",
                    lambda all_of, key=key, field=field: all_of[key]["case"]["fields"].pop(field),
                )  # fmt: skip
            if "portal" in case:
                yield broken(
                    "outcome", "portal misspelled", lambda all_of, key=key: all_of[key]["case"].update(portal="hubx")
                )
                yield broken("case", "another subject", lambda all_of, key=key: all_of[key]["case"].update(subject="Help"))


def _of_facts(files: dict[str, Tree], name: str) -> Iterator[Mutant]:
    text = yaml.dump(files[name])
    for file in (name, "facts.yaml"):
        facts = files[file].get("facts", {}) if file == name else files.get(file, {})
        for key, fact in facts.items():
            if file != name and key not in text:
                continue

            def broken(sort: str, what: str, change: Callable[[Tree], None], file: str = file, key: str = key) -> Mutant:
                def apply(tree: Tree) -> None:
                    change(tree["facts"] if file == name else tree)

                return Mutant(sort, f"{key}: {what}", _changed(files, file, apply))

            yield broken("name", "renamed", lambda all_of, key=key: all_of.update({f"{key}_x": all_of.pop(key)}))
            for kind in ("number", "date"):
                if fact.get("type", "") != kind and "value" not in fact and ("choices" in fact or "type" not in fact):
                    yield broken(
                        "type", f"is a {kind} now",
                        lambda all_of, key=key, kind=kind: all_of.update({key: {"ask": all_of[key]["ask"], "type": kind}}),
                    )  # fmt: skip
            if fact.get("type") in ("date", "number"):
                yield broken("type", "is text now", lambda all_of, key=key: all_of[key].update(type="text"))
            for choice in fact.get("choices", ()) if isinstance(fact.get("choices"), dict) else ():

                def less(all_of: Tree, key: str = key, choice: str = choice) -> None:
                    all_of[key]["choices"] = {k: value for k, value in all_of[key]["choices"].items() if k != choice}

                yield broken("choice", f"without {choice}", less)
            if "value" in fact:
                for told, rule in (("one more", f"({fact['value']}) + 1"),):
                    yield broken("rule", told, lambda all_of, key=key, rule=rule: all_of[key].update(value=rule))
            if fact.get("unsure"):
                yield broken("choice", "not sure is not offered", lambda all_of, key=key: all_of[key].pop("unsure"))


def written(folder: Path, files: dict[str, Tree], changed: dict[str, Tree]) -> Path:
    """A pack with some files changed; its tests and tables stay as they are."""
    pack = folder / "pack"
    if pack.exists():
        shutil.rmtree(pack)
    shutil.copytree(FLOWS, pack)
    for name, tree in {**files, **changed}.items():
        text = yaml.dump(tree, Dumper=yaml.SafeDumper, sort_keys=False, allow_unicode=True, default_style='"')
        (pack / name).write_text(text, encoding="utf-8")
    return pack


def told(folder: Path) -> tuple[Pack | None, Counter[str]]:
    """The pack, and how often each problem that is no hint is told of it."""
    loaded = load(folder)
    problems = list(loaded.problems)
    if loaded.pack is not None:
        problems += [*prove(loaded.pack, NOW).problems, *advise(loaded.pack, NOW.date())]
    return loaded.pack, Counter(one.code for one in problems if one.severity != "hint")


class Walk(NamedTuple):
    """A conversation to hold on every mutant: its flow, audience, and answers by name."""

    flow: str
    audience: str
    answers: dict[str, Any]


def walks(pack: Pack, flow: str) -> list[Walk]:
    """Conversations that reach everything of a flow."""
    found = []
    for session in conversations(pack, flow, NOW):
        answers = {
            entry.fact or entry.place.rpartition("/")[2]: entry.value for entry in session.trail if entry.kind != "tell"
        }
        found.append(Walk(flow, session.started.audience, answers))
    return found


def came(pack: Pack | None, walk: Walk) -> object:
    """What comes of a walk, as far as a person sees it."""
    if pack is None or walk.flow not in pack.flows:
        return None
    try:
        result = script.run(pack, walk.flow, Answers(), now=NOW, usually=walk.answers, audience=walk.audience)
    except KeyError:
        return None
    return _seen(result)


def _seen(result: Result) -> object:
    shown = tuple(plain(getattr(prompt, "text", ())) for prompt in result.shown)
    if result.session is None:
        return result.status, shown
    prompt = result.session.prompt
    ending = (prompt.outcome, prompt.kind, prompt.title, plain(prompt.text)) if isinstance(prompt, Ending) else ()
    stuck = isinstance(prompt, Stuck)
    case = as_json(build(result.session, now=NOW)) if ending else {}
    case.pop("notes", None)
    return result.status, stuck, shown, ending, repr(case)


class Tally(NamedTuple):
    """How many breaks there were, how many of them were found."""

    made: Counter[str]
    by_check: Counter[str]
    felt: Counter[str]
    found: Counter[str]
    missed: list[str]


def measure(flows: list[str], progress: Callable[[str], None] = lambda line: None, most: int = 10**6) -> Tally:
    """Make every break of some flows, and see what is found.

    Args:
        flows: their ids.
        progress: called with a line now and then.
        most: at most so many breaks of each flow, evenly spread.
    """
    tally = Tally(Counter(), Counter(), Counter(), Counter(), [])
    files = trees(FLOWS)
    with tempfile.TemporaryDirectory() as folder:
        whole, before = told(written(Path(folder), files, {}))
        assert whole is not None
        for flow in flows:
            held = [(walk, came(whole, walk)) for walk in walks(whole, flow)]
            every = list(mutants(files, flow))
            for mutant in every[:: max(1, len(every) // most)]:
                _one(Path(folder), files, mutant, flow, before, held, tally)
            progress(f"{flow}: {sum(tally.made.values())} breaks so far")
    return tally


def _one(
    folder: Path, files: dict[str, Tree], mutant: Mutant, flow: str, before: Counter[str],
    held: list[tuple[Walk, object]], tally: Tally,
) -> None:  # fmt: skip
    pack = written(folder, files, mutant.files)
    broken, problems = told(pack)
    by_check = bool(problems - before)
    tally.made[mutant.sort] += 1
    tally.by_check[mutant.sort] += by_check
    is_felt = broken is None or any(came(broken, walk) != seen for walk, seen in held)
    if not is_felt:
        return
    tally.felt[mutant.sort] += 1
    by_test = False
    if not by_check:
        by_test = not run_tests(suites([pack]), NOW).is_clean
    tally.found[mutant.sort] += by_check or by_test
    if not (by_check or by_test) or (mutant.sort in STRUCTURAL and not by_check):
        tally.missed.append(f"{flow}: {mutant.sort}: {mutant.what}{'' if by_test else ' (not by tests either)'}")


def main() -> None:
    """Print what was found."""
    flows = sys.argv[1:] or [file.name.removesuffix(".yaml") for file in sorted(FLOWS.glob("*.test.yaml"))]
    flows = [flow.removesuffix(".test") for flow in flows]
    tally = measure(flows, print)
    for sort in sorted(tally.made):
        print(
            f"{sort:8} {tally.made[sort]:4} made, {tally.by_check[sort]:4} by check; {tally.felt[sort]:4} felt, "
            f"{tally.found[sort]:4} of them by check or tests"
        )
    made, by_check = (sum(one[sort] for sort in STRUCTURAL) for one in (tally.made, tally.by_check))
    felt, found = tally.felt.total(), tally.found.total()
    print(f"structural: {by_check} of {made} by check ({by_check / made:.1%})")
    print(f"felt: {found} of {felt} by check or tests ({found / felt:.1%})")
    for line in tally.missed:
        print("missed", line)


if __name__ == "__main__":
    main()
