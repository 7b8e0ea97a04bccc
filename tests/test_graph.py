"""Pictures of flows: what is drawn, how the three renderers write it, and where the SVG puts it."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import combinations, pairwise
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from desks import Desk
from support import Talk, pack, talk

from assistant.author.graph import Edge, Graph, Node, dot, mermaid, path_of, picture, svg
from assistant.author.graph.lanes import Bundle, arrival, lanes, stacked
from assistant.author.graph.layout import Box, Layout, lay_out
from assistant.author.graph.lettering import width, wrapped
from assistant.author.graph.look import DARK, DOT_SHAPES, ENDS, LIGHT, MERMAID_SHAPES, Palette
from assistant.author.graph.picture import edge_id
from assistant.cli import Failure
from assistant.cli.drawing import graph as graph_command
from assistant.engine import Refused
from assistant.engine.prompt import Attempt, Form, Notice, Question
from assistant.flow.load import load
from assistant.flow.model import Pack
from assistant.words.formats import clean

FLOWS = Path(__file__).resolve().parent.parent / "flows" / "webex"
WEBEX = load(FLOWS).pack
assert WEBEX is not None
SHIPPED = [(flow, opened) for flow in WEBEX.flows for opened in (False, True)]

FACTS = """
light: {ask: Which light is on?, label: Light, choices: {red: Red, green: Green, off: No light}, unsure: true}
sure: {ask: "Are you sure?"}
when: {ask: "Since when?", type: date}
serial: {ask: Which number is on it?, label: Serial number, type: text}
parts: {ask: "Which parts?", label: Parts, many: true, choices: {tray: The tray, lid: The lid}}
"""

HOSTILE = (
    '"]; end </text><script>alert(1)</script> <b>{x} %%{init}%% ``` \\N \\" &amp; #quot; 1. - * _ | a--b '
    "style a:#35; fa:fa-ban"
)


def drawn(main: str, *, opened: bool = False, **files: str) -> Graph:
    """The picture of a flow written here."""
    return picture(pack(main, facts=FACTS, **files), "main", opened)


def edges(graph: Graph) -> dict[str, str]:
    """What takes each edge, by its id."""
    return {edge.id: " / ".join(edge.words) for edge in graph.edges}


# What is drawn ---------------------------------------------------------------------------------------------------------

LINE = """
steps:
  light:
    then: {off: done, unsure: other}
  hit:
    when: light == 'red'
    try: Hit it.
    label: Hit it
    also: {smoke: It smokes}
    then: {worked: done, smoke: other}
  sure:
    then: {no: light-again}
  last:
    then: [{when: "visits('last') > 2", then: other}, {else: done}]
  light-again:
    ask: light
    again: true
    at_most: {times: 3, else: other}
    then: hit
"""


def test_steps_stand_in_order_with_their_numbers_and_outcomes_after_them() -> None:
    graph = drawn(LINE)
    assert [(node.number, node.kind, node.id) for node in graph.nodes] == [
        ("1", "ask", "light"), ("2", "try", "hit"), ("3", "ask", "sure"), ("4", "junction", "last"),
        ("5", "ask", "light-again"), ("", "solved", "done"), ("", "action", "other"),
    ]  # fmt: skip


def test_every_way_is_an_edge_with_what_takes_it() -> None:
    assert edges(drawn(LINE)) == {
        "light > done": "No light",
        "light > other": "I'm not sure",
        "light > hit": "",  # falling through is plain
        "hit skip sure": "",
        "hit > done": "It worked",
        "hit > other": "It smokes",
        "hit > sure": "",
        "sure > light-again": "No",
        "sure > last": "",
        "last > other": "If times at “Last”: more than 2",
        "last > done": "otherwise",
        "light-again > other": "after 3 times",
        "light-again > hit": "",
    }


def test_a_step_says_when_it_is_met_and_how_often() -> None:
    nodes = {node.id: node for node in drawn(LINE).nodes}
    assert nodes["hit"].when == "Light: Red"
    assert nodes["light-again"].remarks == ("at most 3 times",)


def test_what_is_left_over_is_named_where_it_is_little() -> None:
    graph = drawn("steps:\n  light: {then: {red: done, else: other}}\n")
    assert edges(graph) == {"light > done": "Red", "light > other": "Green / No light / I'm not sure"}


def test_an_answer_that_goes_where_the_rest_falls_through_to_is_not_named() -> None:
    graph = drawn("steps:\n  a: {try: Wait., then: {worked: b, failed: other}}\n  b: {tell: Bye., then: done}\n")
    assert edges(graph) == {"a > b": "", "a > other": "It didn't help", "b > done": ""}


OUTER = """
steps:
  inner: {when: light == 'red', run: part, then: {fixed: done, else: next}}
  after: {tell: Go on., then: other}
"""
PART = """
steps:
  a: {try: Wait., then: {worked: fixed}}
  b: {try: Wait more., then: {worked: fixed, failed: gone, else: broken}}
outcomes:
  fixed: {kind: exit, title: It is fixed}
  broken: {kind: exit}
  gone: {kind: action, title: Throw it away}
"""


def test_a_flow_that_is_run_is_one_node_with_its_ends_as_answers() -> None:
    graph = drawn(OUTER.replace("  inner:", "  light: {}\n  inner:"), part=PART)
    assert [node.id for node in graph.nodes] == ["light", "inner", "after", "done", "inner/gone", "other"]
    assert edges(graph) == {
        "light > inner": "", "inner skip after": "", "inner > done": "It is fixed", "inner > after": "",
        "inner > inner/gone": "it ends there", "after > other": "",
    }  # fmt: skip


def test_an_ending_that_a_folded_run_catches_leads_on_and_ends_nothing() -> None:
    graph = drawn("steps:\n  inner: {run: part, then: {gone: other, else: done}}\n", part=PART)
    assert edges(graph) == {"inner > other": "Throw it away", "inner > done": "It is fixed / Broken"}


def test_opened_its_steps_stand_in_its_place_and_its_exits_lead_on() -> None:
    graph = drawn(OUTER.replace("  inner:", "  light: {}\n  inner:"), opened=True, part=PART)
    nodes = {node.id: node for node in graph.nodes}
    assert [(node.number, node.id) for node in graph.nodes if not node.is_end] == [
        ("1", "light"), ("2", "inner"), ("2.1", "inner/a"), ("2.2", "inner/b"), ("", "inner/fixed"), ("", "inner/broken"),
        ("3", "after"),
    ]  # fmt: skip
    assert edges(graph) == {
        "light > inner": "", "inner skip after": "", "inner > inner/a": "", "inner/a > inner/fixed": "It worked",
        "inner/a > inner/b": "", "inner/b > inner/fixed": "It worked", "inner/b > inner/gone": "It didn't help",
        "inner/b > inner/broken": "I skipped this", "inner/fixed > done": "", "inner/broken > after": "",
        "after > other": "",
    }  # fmt: skip
    assert nodes["inner/a"].group == "inner"
    assert nodes["inner/gone"].is_end


def test_an_ending_that_is_caught_higher_up_leads_on_from_there() -> None:
    graph = drawn(
        "steps:\n  outer: {run: middle, then: {gone: other, else: next}}\n  last: {tell: Bye., then: done}\n",
        opened=True,
        middle="steps:\n  inner: {run: part, then: {else: out}}\noutcomes:\n  out: {kind: exit}\n",
        part=PART,
    )
    assert edges(graph)["outer/inner/b > outer/inner/gone"] == "It didn't help"
    assert edges(graph)["outer/inner/gone > other"] == ""


def test_flows_that_are_run_very_often_stay_folded_at_some_point() -> None:
    files = {
        f"f{depth}": f"steps:\n  a: {{run: f{depth + 1}, then: next}}\n  b: {{run: f{depth + 1}, then: next}}\n"
        "  c: {tell: On., then: out}\noutcomes:\n  out: {kind: exit}\n"
        for depth in range(15)
    }
    files["f15"] = "steps:\n  c: {tell: On., then: out}\noutcomes:\n  out: {kind: exit}\n"
    graph = picture(pack("steps:\n  a: {run: f0, then: done}\n", facts="", **files), "main", opened=True)
    assert len(graph.nodes) < 1_000


def test_an_unknown_flow_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        picture(WEBEX, "no-such-flow")


@pytest.mark.parametrize(("flow", "opened"), SHIPPED)
def test_every_edge_of_a_shipped_flow_joins_two_nodes_and_every_node_is_reached(flow: str, opened: bool) -> None:
    graph = picture(WEBEX, flow, opened)
    ids = [node.id for node in graph.nodes]
    assert len(set(ids)) == len(ids)
    assert {edge.source for edge in graph.edges} | {edge.target for edge in graph.edges} <= set(ids)
    assert {edge.target for edge in graph.edges} == set(ids[1:])
    assert {edge.source for edge in graph.edges} == {node.id for node in graph.nodes if not node.is_end}


# The way a session took ------------------------------------------------------------------------------------------------


def marked(held: Talk, *, opened: bool = False) -> frozenset[str]:
    return path_of(picture(held.session.pack, held.session.flow, opened), held.session)


def test_the_way_of_a_session_is_its_nodes_and_edges_to_where_it_stands() -> None:
    held = talk(pack(LINE, facts=FACTS), "green", "yes")
    assert marked(held) == {"light", "light > hit", "hit skip sure", "sure", "sure > last", "last", "last > done", "done"}


def test_a_step_that_was_skipped_is_passed_by_even_where_a_shorter_way_leads_through_it() -> None:
    flow = """
steps:
  light: {}
  hit: {when: light == 'red', try: Hit it., then: {worked: far}}
  knock: {when: light == 'red', try: Knock., then: {worked: done}}
  far: {tell: Bye., then: done}
"""
    held = talk(pack(flow, facts=FACTS), "green")
    assert marked(held) == {"light", "light > hit", "hit skip knock", "knock skip far", "far"}


def test_a_way_that_comes_back_marks_the_way_back() -> None:
    held = talk(pack(LINE, facts=FACTS), "green", "no", "red", "failed")
    assert {"sure > light-again", "light-again", "light-again > hit", "hit", "hit > sure"} <= marked(held)


def test_a_step_met_again_at_once_marks_its_own_loop() -> None:
    loop = "steps:\n  knock: {try: Knock., then: {failed: knock, else: done}}\n"
    assert "knock > knock" in marked(talk(pack(loop), "failed"))
    assert "knock > knock" not in marked(talk(pack(loop)))


def test_in_a_folded_flow_the_way_stays_at_its_node_and_opened_it_goes_through() -> None:
    held = talk(pack(OUTER.replace("  inner:", "  light: {}\n  inner:"), facts=FACTS, part=PART), "red", "failed", "skipped")
    assert marked(held) == {"light", "light > inner", "inner", "inner > after", "after"}
    assert marked(held, opened=True) == {
        "light", "light > inner", "inner", "inner > inner/a", "inner/a", "inner/a > inner/b", "inner/b",
        "inner/b > inner/broken", "inner/broken", "inner/broken > after", "after",
    }  # fmt: skip
    ended = talk(pack(OUTER.replace("  inner:", "  light: {}\n  inner:"), facts=FACTS, part=PART), "red", "failed", "failed")
    assert {"inner > inner/gone", "inner/gone"} <= marked(ended)


def answers(question: object) -> list[object]:
    """Answers that may do."""
    match question:
        case Attempt():
            return [option.value for option in question.options]
        case Question():
            words = ["a@example.com", "b@example.com", "2026-11-01", "2026-11-20", "2027-01-01", "unsure", "", "none"]
            return [*(option.value for option in question.options), *words]
        case Form():
            return [{one.fact: random.choice(answers(one)) for one in question.fields} for _ in range(200)]
        case Notice():
            return ["seen"]
    return []


def walks(flow: str, number: int) -> Iterator[Talk]:
    """Conversations over a shipped flow with random answers, of every length."""
    for seed in range(number):
        random.seed(seed)
        held = talk(WEBEX, flow=flow)
        for _ in range(random.randrange(1, 25)):
            options = answers(held.prompt)
            random.shuffle(options)
            for option in options:
                try:
                    held.say(option)
                    break
                except Refused:
                    continue
        yield held


@pytest.mark.parametrize(("flow", "opened"), SHIPPED)
def test_on_shipped_flows_the_way_is_one_line_from_the_start_to_where_it_stands(flow: str, opened: bool) -> None:
    graph = picture(WEBEX, flow, opened)
    ids = {node.id for node in graph.nodes}
    for held in walks(flow, 40):
        found = path_of(graph, held.session)
        ways = {edge.source: edge.target for edge in graph.edges if edge.id in found}
        assert len(ways) == sum(edge.id in found for edge in graph.edges)  # no step was left on two ways
        at, line = graph.nodes[0].id, [graph.nodes[0].id]
        while at in ways:
            at = ways[at]
            line.append(at)
        places = [re.sub(r"\..*", "", one.place) for one in held.session.trail] + [re.sub(r"\..*", "", held.at)]
        names = {place if place in ids else place.split("/")[0] for place in places}
        assert {one if one in ids else one.split("/")[-1] for one in names} <= set(line)
        assert line[-1] in {held.at.split(".")[0], held.at.split("/")[0], held.at.split(".")[0].split("/")[-1]}


# The page --------------------------------------------------------------------------------------------------------------


WORDS = ("printer", "the", "is", "Internationalization", "a", "漢字漢字", "не")


def generated(seed: int, steps: int = 60) -> Pack:
    """A flow of many steps that skips, jumps up and down, and leads to many endings."""
    chance = random.Random(seed)
    names = [f"step-{number}" for number in range(steps)]
    ends = [f"end-{number}" for number in range(chance.randrange(1, 14))]
    written = ["steps:"]
    for at, name in enumerate(names):
        words = " ".join(chance.choices(WORDS, k=chance.randrange(1, 40)))
        any_of = [*names, *ends]
        when = chance.choice(["", "", "when: light == 'red' and not known(serial)\n    "])
        way = {answer: chance.choice(any_of) for answer in chance.sample(["worked", "smoke", "failed"], chance.randrange(3))}
        way |= {"else": ends[at % len(ends)]} if at == steps - 1 else {}
        then = f"\n    then: {{{', '.join(f'{answer}: {target}' for answer, target in way.items())}}}" if way else ""
        written.append(
            f"  {name}:\n    {'' if at == steps - 1 else when}try: {words}\n    also: {{smoke: {words[:50]} x}}{then}"
        )
    written.append("outcomes:")
    written += [
        f"  {name}: {{kind: {chance.choice(['solved', 'action'])}, title: {name} {'x ' * chance.randrange(60)}}}"
        for name in ends
    ]
    unused = [name for name in ends if not re.search(rf": {name}[,}}]", "\n".join(written))]
    text = "\n".join(line for line in written if not any(line.startswith(f"  {name}:") for name in unused)) + "\n"
    return pack(text, facts=FACTS)


def segments(layout: Layout) -> Iterator[tuple[str, str, Box]]:
    """Every straight piece of every line, as a box without width, with its source and target."""
    for wire in layout.wires:
        for (x, y), (u, v) in pairwise(wire.points):
            yield wire.edge.source, wire.edge.target, Box(min(x, u), min(y, v), abs(x - u), abs(y - v))


def check_page(graph: Graph) -> None:
    """Nothing stands on anything else, and all of it on the page."""
    layout = lay_out(graph)
    assert set(layout.placed) == {node.id for node in graph.nodes}
    assert {wire.edge.id for wire in layout.wires} == {edge.id for edge in graph.edges}
    boxes = {name: one.box for name, one in layout.placed.items()}
    for (one, box), (other, second) in combinations(boxes.items(), 2):
        assert not box.covers(second), f"{one} and {other}"
    labels = [(wire.edge.id, line.box) for wire in layout.wires for line in wire.label]
    for edge, label in labels:
        for name, box in boxes.items():
            assert not label.covers(box), f"the label of {edge} on {name}"
        for source, target, piece in segments(layout):
            assert not label.covers(piece), f"{source} > {target} through the label of {edge}"
    for (one, label), (other, second) in combinations(labels, 2):
        assert not label.covers(second), f"the labels of {one} and {other}"
    for one in layout.placed.values():
        for line in one.lines:
            assert line.box.x >= one.box.x
            assert line.box.right <= one.box.right
            assert line.box.y >= one.box.y
            assert line.box.bottom <= one.box.bottom
    for source, target, piece in segments(layout):
        for name, box in boxes.items():
            inside = Box(box.x + 0.5, box.y + 0.5, box.width - 1, box.height - 1)
            assert not inside.covers(piece), f"{source} > {target} through {name}"
        assert piece.x >= 0
        assert piece.right <= layout.width
        assert piece.bottom <= layout.height
    assert all(box.x >= 0 and box.right <= layout.width and box.bottom <= layout.height for box in boxes.values())


@pytest.mark.parametrize(("flow", "opened"), SHIPPED)
def test_on_the_page_of_a_shipped_flow_nothing_stands_on_anything_else(flow: str, opened: bool) -> None:
    check_page(picture(WEBEX, flow, opened))


@pytest.mark.parametrize("seed", range(25))
def test_on_the_page_of_a_flow_of_sixty_steps_nothing_stands_on_anything_else(seed: int) -> None:
    check_page(picture(generated(seed), "main"))


@pytest.mark.parametrize("seed", range(25))
def test_lines_to_different_targets_never_run_along_each_other(seed: int) -> None:
    layout = lay_out(picture(generated(seed), "main"))
    pieces = [(target, piece) for _, target, piece in segments(layout) if piece.width or piece.height]
    for (one, first), (other, second) in combinations(pieces, 2):
        both_across = not first.height and not second.height and abs(first.y - second.y) < 2
        both_down = not first.width and not second.width and abs(first.x - second.x) < 2
        if one != other and both_across:
            assert first.right <= second.x or second.right <= first.x, f"{one} and {other} at {first.y}"
        if one != other and both_down:
            assert first.bottom <= second.y or second.bottom <= first.y, f"{one} and {other} at {first.x}"


def test_steps_stand_below_each_other_in_the_order_in_which_they_are_told() -> None:
    graph = picture(WEBEX, "change-provisioning-contact", True)
    layout = lay_out(graph)
    tops = [layout.placed[node.id].box.y for node in graph.nodes if not node.is_end]
    assert tops == sorted(tops)


def test_a_frame_holds_the_opened_flow_and_nothing_else() -> None:
    layout = lay_out(picture(WEBEX, "change-provisioning-contact", True))
    assert len(layout.frames) == 2
    inside = [{name for name, one in layout.placed.items() if frame.covers(one.box)} for frame in layout.frames]
    assert all(name.startswith("inbox/") for name in inside[0])
    assert all(name.startswith("repair/") for name in inside[1])


def test_boxes_of_a_column_stand_where_they_are_wanted_if_they_can() -> None:
    assert stacked([50, 200], [20, 20], 10, 0) == [40, 190]
    assert stacked([50, 50], [20, 20], 10, 0) == [25, 55]
    assert stacked([0, 0], [20, 20], 10, 5) == [5, 35]
    assert stacked([], [], 10, 0) == []


def test_lanes_are_shared_only_by_lines_that_never_meet_and_nested_ones_do_not_cross() -> None:
    outer, inner, later = (
        Bundle("outer", (0,), 100, False),
        Bundle("inner", (20,), 80, False),
        Bundle("later", (200,), 300, False),
    )
    assert lanes([outer, inner, later]) == {"inner": 0, "outer": 1, "later": 0}
    assert lanes([Bundle("straight", (5,), 5, True)]) == {}


def test_lines_arrive_straight_if_they_can_and_never_where_another_runs() -> None:
    assert arrival(0, 40, [30], []) == 30
    assert arrival(0, 40, [90], []) == 20
    assert arrival(0, 40, [90], [20]) == 25
    assert arrival(0, 40, [30], [28]) == 20
    assert arrival(0, 40, [90], [17, 24]) == 12


def test_words_are_broken_where_they_no_longer_fit_and_cut_off_at_last() -> None:
    assert wrapped("one two three", 10, width("one two", 10), 5) == ("one two", "three")
    assert wrapped("incomprehensible", 10, width("incom", 10), 9) == ("incom", "prehe", "nsibl", "e")
    assert wrapped("one two three four", 10, width("one two", 10), 2) == ("one two", "three…")
    assert wrapped("", 10, 50, 3) == ()
    for words in ("漢" * 40, "W" * 40, "x" * 1_000):
        assert all(width(line, 14) <= 200 for line in wrapped(words, 14, 200, 4))


# The renderers ---------------------------------------------------------------------------------------------------------


def hostile() -> Graph:
    """A picture in which every text that an author can choose is an attack."""
    words = HOSTILE.replace("\\", "\\\\").replace('"', '\\"')
    return drawn(
        f'steps:\n  knock:\n    try: "{words}"\n    label: "{words}"\n    also: {{odd: "{words}"}}\n'
        "    then: {odd: end, else: part}\n  part: {run: part, then: done}\n"
        f'outcomes:\n  end: {{kind: solved, title: "{words}"}}\n',
        opened=True,
        part=f'steps:\n  a: {{tell: "{words}\\0\\x1b\\uffff\\u202e", then: out}}\n'
        f'outcomes:\n  out: {{kind: exit, title: "{words}"}}\n',
    )


def test_an_svg_is_xml_of_a_few_harmless_elements_whoever_wrote_the_flow() -> None:
    graph = hostile()
    root = ElementTree.fromstring(svg(graph))
    names = {element.tag.removeprefix("{http://www.w3.org/2000/svg}") for element in root.iter()}
    assert names <= {"svg", "title", "style", "rect", "text", "g", "path", "polygon"}
    values = {value for element in root.iter() for value in element.attrib.values()}
    assert not any("alert" in value or "<" in value for value in values)
    assert any("<script>alert(1)</script>" in (element.text or "") for element in root.iter())
    assert "http" not in svg(graph).replace("http://www.w3.org/2000/svg", "")
    assert clean(svg(graph)) == svg(graph)


def test_a_label_of_dot_stays_inside_its_quotes() -> None:
    text = dot(hostile())
    bare = re.sub(r'"(?:[^"\\]|\\.)*"', "S", text)
    assert re.fullmatch(r"[\w\s\[\]{}=,;>.-]+", bare), bare
    assert bare.count("{") == bare.count("}")
    assert "script" not in bare
    assert "\\\\N" in text  # an escape of the flow's is none of Graphviz's


LABEL = r'"[^"<>]*(<br/>[^"<>]*)*"'
MERMAID_LINES = (
    r"---", r'title: ".*"', r"flowchart TD", r"\s+end",
    rf"\s+n\d+\W{{1,2}}{LABEL}\W{{1,2}}:::[a-z]+", rf"\s+subgraph n\d+_inside\[{LABEL}\]",
    rf"\s+n\d+ (-->|-\.->)(\|{LABEL}\|)? n\d+", r"\s+classDef [a-z]+ [a-z:#0-9,-]+", r"\s+class n[\dn,]+ marked",
    r"\s+linkStyle [\d,]+ [a-z:#0-9,-]+",
)  # fmt: skip


def test_a_label_of_mermaid_holds_no_sign_that_means_something_there() -> None:
    lines = mermaid(hostile()).splitlines()
    for line in lines:
        assert any(re.fullmatch(form, line) for form in MERMAID_LINES), line
    labels = [label for line in lines for label in re.findall(r'"([^"]*)"', line) if "title:" not in line]
    for label in labels:
        words = re.sub(r"#\d+;|<br/>", "", label)
        assert not set(words) & set('`*_<>[]{}|#&;:"\\-.'), label


def test_a_numbered_list_is_none_in_a_mermaid_label() -> None:
    text = mermaid(drawn("steps:\n  a: {try: Wait., also: {b: 1) Wait}, then: {b: other, else: done}}\n"))
    assert "1#41; Wait" in text


@pytest.mark.parametrize(("flow", "opened"), SHIPPED)
def test_all_three_show_every_node_and_every_edge(flow: str, opened: bool) -> None:
    graph = picture(WEBEX, flow, opened)
    drawn_in = mermaid(graph)
    assert len(re.findall(r":::[a-z]+$", drawn_in, re.M)) == len(graph.nodes)
    assert len(re.findall(r"^  n\d+ -[.-]", drawn_in, re.M)) == len(graph.edges)
    assert len(re.findall(r"^ +n\d+ \[", dot(graph), re.M)) == len(graph.nodes)
    assert len(re.findall(r"^  n\d+ -> n\d+ \[", dot(graph), re.M)) == len(graph.edges)
    root = ElementTree.fromstring(svg(graph))
    assert len(root.findall(".//{*}g")) == len(graph.nodes)
    assert len([one for one in root.findall(".//{*}path") if "tip" in one.attrib["class"]]) == len(graph.edges)


def test_what_is_marked_is_drawn_more_strongly_in_all_three_and_said_in_the_svg() -> None:
    graph = drawn(LINE)
    found = frozenset(("light", edge_id("light", "hit")))
    assert re.search(r"class n0 marked", mermaid(graph, found))
    assert re.search(rf"linkStyle {[edge.id for edge in graph.edges].index('light > hit')} ", mermaid(graph, found))
    assert dot(graph, found).count("penwidth=4") == 2
    root = ElementTree.fromstring(svg(graph, found))
    assert len([one for one in root.iter() if one.attrib.get("class", "").endswith(" marked")]) == 3
    assert "1 · Ask · taken" in svg(graph, found)
    assert "taken" not in svg(graph)


def test_a_picture_is_the_same_every_time() -> None:
    graph = picture(WEBEX, "change-provisioning-contact", True)
    assert svg(graph) == svg(picture(WEBEX, "change-provisioning-contact", True))


def test_every_kind_has_a_shape_of_its_own() -> None:
    assert len({(DOT_SHAPES[kind], kind == "tell") for kind in DOT_SHAPES}) == len(DOT_SHAPES)
    assert len(set(MERMAID_SHAPES.values())) == len(MERMAID_SHAPES)
    nodes = tuple(Node(id=kind, kind=kind, name="x", title="x", is_end=kind in ENDS) for kind in LIGHT.hues)
    steps = [node.id for node in nodes if not node.is_end]
    ways = tuple(Edge(source=steps[-1], target=kind, kind="next") for kind in ENDS)
    root = ElementTree.fromstring(svg(Graph("x", "en", nodes, ways)))
    outlines = set()
    for group in root.findall(".//{*}g"):
        shapes = [one for one in group if one.attrib.get("class") == "shape"]
        points = [point.split(",") for one in shapes for point in one.attrib.get("points", "").split()]
        across = tuple(float(x) - float(points[0][0]) for x, _ in points)
        dashed = group.attrib["class"] == "junction"
        outlines.add((tuple(one.tag for one in shapes), across, shapes[0].attrib.get("rx"), dashed))
    assert len(outlines) == len(nodes)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_all_text_can_be_read_on_its_ground_in_light_and_dark(palette: Palette) -> None:
    assert contrast(palette.text, palette.ground) >= 4.5
    assert contrast(palette.quiet, palette.ground) >= 4.5
    for kind, hue in palette.hues.items():
        fill = palette.fill(kind)
        assert min(contrast(colour, fill) for colour in (palette.text, palette.quiet, hue)) >= 4.5, kind
        assert contrast(hue, palette.ground) >= 4.5
    assert contrast(palette.marked, palette.ground) >= 4.5


def test_an_svg_knows_both_light_and_dark() -> None:
    text = svg(drawn(LINE))
    assert LIGHT.ground in text.partition("@media")[0]
    assert DARK.ground in text.partition("@media (prefers-color-scheme:dark)")[2]


# The command -----------------------------------------------------------------------------------------------------------


def command(*arguments: str) -> Result:
    return CliRunner().invoke(graph_command, list(arguments), standalone_mode=False)


def test_the_command_prints_mermaid_or_what_is_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert command("something-else").output == mermaid(picture(WEBEX, "something-else"))
    assert command(str(FLOWS / "something-else.yaml"), "--as", "dot").output == dot(picture(WEBEX, "something-else"))
    opened = command("resend-provisioning-email", "--open", "--as", "svg").output
    assert opened == svg(picture(WEBEX, "resend-provisioning-email", True))


@pytest.mark.parametrize(
    ("name", "begins"), [("a.svg", "<svg "), ("a.dot", "digraph "), ("a.gv", "digraph "), ("a.mmd", "---\n")]
)
def test_the_name_of_the_file_says_what_is_drawn(tmp_path: Path, name: str, begins: str) -> None:
    done = command("something-else", "--to", str(tmp_path / name))
    assert done.output == f"Written: {tmp_path / name}\n"
    assert (tmp_path / name).read_text("utf-8").startswith(begins)


def test_the_way_of_a_session_is_marked_by_its_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk(tmp_path)
    monkeypatch.setenv("ASSISTANT_FLOWS", str(desk.pack))
    monkeypatch.setenv("ASSISTANT_STORE", desk.memory.where)
    held = desk.begin("way", "yes")
    drawn_ = command("lost-order", "--path", str(held.code))
    assert drawn_.exception is None
    assert "class n0,n1,n2 marked" in drawn_.output
    with pytest.raises(Failure, match="is held on the flow lost-order, not on something-else"):
        raise command("something-else", "--path", str(held.code)).exception or AssertionError


def test_a_drawing_of_an_unknown_kind_or_in_no_folder_is_refused(tmp_path: Path) -> None:
    from click.testing import CliRunner

    from assistant.cli import assistant

    for name, words in (("x.png", "is written as one of"), ("nowhere/x.svg", "There is no folder")):
        done = CliRunner().invoke(assistant, ["graph", "fix-ccw-editing", "--to", str(tmp_path / name)])
        assert words in str(done.output) + str(done.exception)
        assert list(tmp_path.iterdir()) == []
