"""What becomes of a session whose flow was edited, which rested for days, or which two people hold at once."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from support import NOW, Talk, pack, talk

from assistant.engine import Session, answer, asked_at, attach, differences, end, file, late, move, replay, resume, why
from assistant.engine.differ import Differences
from assistant.engine.events import Answer, Answered, Ended, Filed, Late, Moved, Renamed
from assistant.engine.prompt import Attempt, Ending, Form, Question
from assistant.flow.model import Pack

FACTS = """
light: {ask: "Is there light?"}
sound: {ask: "Is there sound?"}
colour: {ask: "Which colour?", choices: {red: Red, green: Green, blue: Blue}}
tools: {ask: "Which tools?", many: true, none: None of these, choices: {saw: A saw, axe: An axe, pen: A pen}}
state: {ask: "How is it?", choices: {whole: Whole, broken: Broken}, unsure: true}
name: {ask: "Which name?", type: text}
size: {ask: "Which size?", type: number}
puzzle: {ask: "Which side?", choices: {left: Left, right: Right}, unsure: {tell: Look at the label.}}
"""
THREE = "steps: {a: {ask: light}, b: {ask: sound}, c: {ask: colour, then: done}}"


def made(main: str, facts: str = FACTS, **files: str) -> Pack:
    return pack(main, facts=facts, **files)


def moved(held: Talk, *versions: Pack) -> Talk:
    """The conversation on another version of its pack, by way of those before it."""
    session = held.session
    for version in versions:
        session = move(session, version, now=held.now + timedelta(minutes=1))
        assert replay(version, session.log) == session
    return Talk(session, held.now + timedelta(minutes=1))


def told(held: Talk, version: Pack) -> Differences:
    """What a person is told whose conversation goes over to another version."""
    return differences(held.session, moved(held, version).session)


def default(held: Talk) -> object:
    assert isinstance(held.prompt, Question | Attempt)
    return held.prompt.default


# --- Renamed: every answer is found again ----------------------------------------------------------------------------


def test_the_answer_of_a_renamed_step_stands_at_its_new_place():
    steps = "steps: {lamp: {was: a, try: Turn it on.}, b: {ask: sound, then: done}}"
    held = talk(made("steps: {a: {try: Turn it on.}, b: {ask: sound, then: done}}"), "worked")
    after = moved(held, made(steps))
    assert (after.at, after.said, after.kept) == ("b", [("lamp", "worked")], [])
    assert not told(held, made(steps))


def test_an_answer_keeps_who_gave_it_and_when_and_where_it_stands_in_the_log():
    session = answer(talk(made(THREE)).session, "yes", now=NOW, by="agent")
    after = move(session, made(THREE.replace("a: {", "z: {was: a, ")), now=NOW + timedelta(days=3))
    before, entry = session.book.places["a"], after.book.places["z"]
    assert (entry.time, entry.by, entry.seq, entry.since) == (before.time, before.by, before.seq, before.since)
    assert "a" not in after.book.places


def test_a_step_keeps_its_answers_at_every_visit_and_after_not_sure():
    steps = "steps: {%s: {ask: puzzle, again: true, then: {left: %s, right: done, unsure: done}}}"
    held = talk(made(steps % ("a", "a")), "unsure", "left", "unsure")
    after = moved(held, made((steps % ("z", "z")).replace("z: {ask", "z: {was: a, ask")))
    assert after.said == [("z", "unsure"), ("z.again", "left"), ("z#2", "unsure")]
    assert after.at == "z#2.again"


def test_the_answer_to_a_renamed_fact_is_the_answer_to_the_fact():
    facts = FACTS.replace("light: {", "lamp: {was: light, ")
    held = talk(made(THREE), "yes")
    after = moved(held, made(THREE.replace("light", "lamp"), facts))
    assert (after.at, after.facts, after.kept) == ("b", {"lamp": True}, [])
    assert not told(held, made(THREE.replace("light", "lamp"), facts))


def test_a_step_that_is_named_like_its_fact_goes_with_it():
    facts = FACTS.replace("light: {", "lamp: {was: light, ")
    held = talk(made("steps: {light: {ask: light}, b: {ask: sound, then: done}}"), "yes")
    after = moved(held, made("steps: {lamp: {ask: lamp}, b: {ask: sound, then: done}}", facts))
    assert (after.said, after.kept) == ([("lamp", "yes")], [])
    after = moved(held, made("steps: {light: {ask: lamp}, b: {ask: sound, then: done}}", facts))
    assert (after.said, after.kept) == ([("light", "yes")], [])


def test_a_renamed_fact_keeps_its_answers_in_forms_and_among_the_given_ones_in_their_order():
    steps = "steps: {f: {ask: [light, name]}, b: {ask: sound, then: done}}"
    held = talk(made(steps), {"light": "yes", "name": "Oak"}, given={"colour": "red", "size": "3"})
    facts = FACTS.replace("light: {", "lamp: {was: light, ").replace("colour: {", "paint: {was: colour, ")
    after = moved(held, made(steps.replace("light", "lamp"), facts))
    assert after.said == [("given.paint", "red"), ("given.size", "3"), ("f.lamp", "yes"), ("f.name", "Oak")]
    assert after.kept == []
    assert after.change("given.paint", "blue").facts["paint"] == "blue"
    assert not told(held, made(steps.replace("light", "lamp"), facts))


def test_of_two_given_facts_that_became_one_the_first_counts():
    facts = FACTS.replace("light: {", "lamp: {was: [light, sound], ").replace("sound: {", "noise: {")
    steps = "steps: {c: {ask: colour, then: done}}"
    after = moved(talk(made(steps), given={"light": "yes", "sound": "no"}), made(steps, facts))
    assert (after.said, after.facts) == ([("given.lamp", "yes")], {"lamp": True})


def test_a_given_fact_that_is_worked_out_now_is_worked_out():
    facts = FACTS.replace('light: {ask: "Is there light?"}', "light: {value: sound}")
    steps = "steps: {b: {ask: sound}, c: {ask: colour, then: done}}"
    after = moved(talk(made(steps), "no", given={"light": "yes"}), made(steps, facts))
    assert (after.said, after.value("light")) == ([("b", "no")], False)


def test_a_question_that_became_a_field_of_a_form_keeps_its_answer_and_the_reverse():
    alone = made("steps: {a: {ask: light}, b: {ask: sound, then: done}}")
    form = made("steps: {a: {ask: [light, name]}, b: {ask: sound, then: done}}")
    after = moved(talk(alone, "yes"), form)
    assert (after.at, after.said, after.kept) == ("a.name", [("a.light", "yes")], [])
    after = moved(talk(form, {"light": "yes", "name": "Oak"}), alone)
    assert (after.at, after.said, after.kept) == ("b", [("a", "yes")], [])


def test_a_renamed_choice_is_still_chosen():
    facts = FACTS.replace("red: Red", "scarlet: {label: Scarlet, was: red}")
    steps = "steps: {c: {ask: colour}, b: {ask: sound, then: done}}"
    held = talk(made(steps), "red")
    assert moved(held, made(steps, facts)).facts == {"colour": "scarlet"}
    assert not told(held, made(steps, facts))


def test_two_choices_that_became_one_are_both_that_one():
    facts = FACTS.replace("saw: A saw, axe: An axe", "blade: {label: A blade, was: [saw, axe]}")
    steps = "steps: {t: {ask: tools}, b: {ask: sound, then: done}}"
    assert moved(talk(made(steps), "pen,axe,saw"), made(steps, facts)).facts == {"tools": ("blade", "pen")}
    assert moved(talk(made(steps), "none"), made(steps, facts)).facts == {"tools": ()}


def test_a_renamed_choice_keeps_what_was_answered_for_each():
    facts = FACTS.replace("axe: An axe", "hatchet: {label: A hatchet, was: axe}").replace(
        "broken: Broken", "split: {label: Split, was: broken}"
    )
    steps = "steps: {t: {ask: tools}, e: {each: tools, ask: state}, b: {ask: sound, then: done}}"
    held = talk(made(steps), "axe,pen", "broken", "unsure")
    after = moved(held, made(steps, facts))
    assert after.said[1:] == [("e[hatchet]", "split"), ("e[pen]", "unsure")]
    assert after.session.state.entries == {"state": {("hatchet",): "split", ("pen",): None}}
    assert not told(held, made(steps, facts))


def test_a_flow_that_is_run_may_be_renamed_and_so_may_its_steps():
    inner = "steps: {%s: {try: Look there.}, y: {ask: light, then: out}}\noutcomes: {out: {kind: exit}}"
    steps = "steps: {r: {run: %s, then: {out: next}}, b: {ask: sound, then: done}}"
    held = talk(made(steps % "inner", inner=inner % "x"), "failed", "yes")
    version = made(
        (steps % "other").replace("r: {", "s: {was: r, "),
        other="was: inner\n" + inner.replace("%s: {", "look: {was: x, "),
    )
    after = moved(held, version)
    assert (after.said, after.kept, after.at) == ([("s/look", "failed"), ("s/y", "yes")], [], "b")
    assert not told(held, version)


def test_the_flow_that_the_conversation_began_with_may_be_renamed():
    held = talk(made(THREE), "yes")
    version = made("steps: {x: {ask: size, then: done}}", start=f"was: main\n{THREE}")
    after = moved(held, version)
    assert (after.session.flow, after.session.started.flow, after.at) == ("start", "main", "b")
    assert after.session.prompt == held.prompt
    assert after.say("no", "red").ending == "done"
    assert moved(after, version).session.flow == "start"
    assert why(after.session) is not None


def test_a_conversation_cannot_go_where_its_flow_is_gone():
    version = made(THREE)
    gone = msgspec.structs.replace(version, flows={"other": version.flows["main"]})
    with pytest.raises(KeyError):
        move(talk(version).session, gone, now=NOW)


def test_a_renamed_outcome_keeps_what_was_answered_for_it():
    steps = "steps: {a: {ask: light, then: %s}}\n"
    outcomes = "outcomes: {%s: {%skind: action, title: Call, needs: [name, size]}}"
    first = made(steps % "call" + outcomes % ("call", ""))
    second = made(steps % "ring" + outcomes % ("ring", "was: call, "))
    shared = pack(steps % "ring", facts=FACTS, outcomes="ring: {was: call, kind: action, title: Call, needs: [name, size]}")
    for version in (second, shared):
        held = talk(first, "yes", "Oak")
        after = moved(held, version)
        assert (after.at, after.said[1:], after.kept) == ("ring.size", [("ring.name", "Oak")], [])
        assert not told(held, version)
        assert not told(held.say("3"), version)


def test_an_attempt_that_vanished_serves_a_new_one_with_the_same_text():
    steps = "steps: {%s: {try: Restart it.}, %s: {try: Restart it.}, b: {ask: sound, then: done}}"
    held = talk(made(steps % ("a", "z")), "failed", "worked")
    after = moved(held, made(steps % ("first", "second")))
    assert after.said == [("first", "failed"), ("second", "worked")]  # in the order of the file
    other = made((steps % ("first", "second")).replace("Restart", "Begin"))
    assert moved(held, other).said == []
    assert [entry.place for entry in told(held, other).lost] == ["a", "z"]


def test_an_attempt_that_is_still_there_serves_no_other_with_the_same_text():
    first = made("steps: {a: {try: Restart it.}, b: {ask: sound, then: done}}")
    second = made("steps: {n: {try: Restart it.}, a: {try: Restart it.}, b: {ask: sound, then: done}}")
    assert moved(talk(first, "failed"), second).at == "n"


def test_two_names_may_be_swapped():
    steps = "steps: {a: {try: Turn left.}, b: {try: Turn right.}, c: {ask: colour}, d: {ask: sound, then: done}}"
    swapped = (
        "steps: {b: {was: a, try: Turn left.}, a: {was: b, try: Turn right.}, c: {ask: colour}, d: {ask: sound, then: done}}"
    )
    facts = FACTS.replace("red: Red, green: Green", "green: {label: Red, was: red}, red: {label: Green, was: green}")
    held = talk(made(steps), "worked", "failed", "red")
    after = moved(held, made(swapped, facts))
    assert after.said == [("b", "worked"), ("a", "failed"), ("c", "green")]
    assert not told(held, made(swapped, facts))
    assert moved(after, made(swapped, facts)).said == after.said  # it was said once, and is not swapped back


def test_a_name_that_an_older_step_had_may_be_given_to_a_new_one():
    first = made("steps: {a: {try: Turn left.}, d: {ask: sound, then: done}}")
    second = made("steps: {b: {was: a, try: Turn left.}, d: {ask: sound, then: done}}")
    third = made("steps: {b: {was: a, try: Turn left.}, a: {try: Jump.}, d: {ask: sound, then: done}}")
    held = moved(talk(first, "failed"), second, third)
    assert held.at == "a"
    held.say("worked")
    assert moved(held, third).said == held.said == [("b", "failed"), ("a", "worked")]


def test_a_name_goes_on_through_one_version_after_the_other():
    versions = [
        made(
            "steps: {b: {was: a, ask: lamp}, d: {ask: sound, then: done}}", FACTS.replace("light: {", "lamp: {was: light, ")
        ),
        made("steps: {c: {was: b, ask: lux}, d: {ask: sound, then: done}}", FACTS.replace("light: {", "lux: {was: lamp, ")),
    ]
    held = talk(made("steps: {a: {ask: light}, d: {ask: sound, then: done}}"), "yes")
    after = moved(held, *versions)
    assert (after.said, after.facts, after.at) == ([("c", "yes")], {"lux": True}, "d")
    assert after.session.log[-1].renamed == (Renamed("b", Answer("c", "yes", "lux")),)  # type: ignore[union-attr]


def test_of_two_steps_that_became_one_the_answer_to_what_it_asks_counts():
    first = made("steps: {a: {ask: light}, b: {try: Turn it.}, c: {ask: sound, then: done}}")
    second = made("steps: {b: {was: a, ask: light}, c: {ask: sound, then: done}}")
    after = moved(talk(first, "yes", "failed"), second)
    assert (after.at, after.said, after.kept) == ("c", [("b", "yes")], [])
    third = made("steps: {b: {was: a, try: Turn it.}, z: {ask: light}, c: {ask: sound, then: done}}")
    after = moved(talk(first, "yes", "failed"), third)
    assert (after.said, after.at) == ([("b", "failed"), ("z", "yes")], "c")  # the other one still serves its fact


def test_what_was_taken_back_is_offered_at_its_new_place_and_serves_no_other():
    facts = FACTS.replace("light: {", "lamp: {was: light, ")
    held = talk(made(THREE), "yes").back()
    after = moved(held, made("steps: {z: {was: a, ask: lamp, then: done}}", facts))
    assert (after.at, default(after)) == ("z", "yes")


def test_what_was_taken_back_is_not_offered_where_something_else_is_asked_now():
    after = moved(talk(made(THREE), "yes").back(), made(THREE.replace("light", "name")))
    assert (after.at, default(after)) == ("a", None)


def test_what_was_taken_back_is_no_reason_to_ask_something_else_that_is_known():
    held = talk(made("steps: {n: {ask: name}, a: {ask: light, then: done}}"), "Oak", "yes").back()
    after = moved(held, made("steps: {a: {ask: name}, b: {ask: sound, then: done}}"))
    assert (after.at, after.said) == ("b", [("a", "Oak")])


# --- Edited: only what does not hold is asked ------------------------------------------------------------------------


def test_a_step_that_was_put_in_before_asks_and_then_it_goes_on_where_it_was():
    held = talk(made(THREE), "yes", "no")
    version = made(THREE.replace("b: {", "new: {ask: name}, b: {"))
    assert told(held, version) == Differences(moved_to="Which name?")
    assert moved(held, version).say("Oak").at == "c"


def test_a_choice_that_was_removed_is_asked_again_with_the_old_answer_as_the_default():
    steps = "steps: {c: {ask: colour}, b: {ask: sound, then: done}}"
    held = talk(made(steps), "red")
    version = made(steps, FACTS.replace("red: Red, ", ""))
    after = moved(held, version)
    assert (after.at, default(after)) == ("c", "red")
    found = told(held, version)
    assert [(entry.question, entry.label) for entry in found.lost] == [("Which colour?", "Red")]
    assert (found.again, found.moved_to) == (("Which colour?",), "Which colour?")


@pytest.mark.parametrize("limit", ["max: 4", "refuse: {when: size > 4, tell: Too much.}"])
def test_a_value_that_is_refused_now_is_asked_again(limit):
    steps = "steps: {a: {ask: [size, name]}, b: {ask: sound, then: done}}"
    held = talk(made(steps), {"size": "5", "name": "Oak"})
    version = made(steps, FACTS.replace("type: number", f"type: number, {limit}"))
    found = told(held, version)
    assert moved(held, version).at == "a.size"
    assert [entry.place for entry in found.lost] == ["a.size"]  # what stands below it is still there
    assert found.again == ("Which size?",)
    assert moved(held, version).say("3").at == "b"


def test_steps_may_be_told_in_another_order():
    held = talk(made(THREE), "yes", "no")
    version = made("steps: {c: {ask: colour}, b: {ask: sound}, a: {ask: light, then: done}}")
    assert not told(held, version)
    after = moved(held, version)
    assert (after.at, after.say("red").said) == ("c", [("c", "red"), ("b", "no"), ("a", "yes")])
    assert after.ending == "done"


def test_a_question_that_stands_elsewhere_is_the_same_question():
    first = made("steps: {a: {ask: light}, b: {ask: sound, then: done}}")
    second = made("steps: {x: {ask: light}, y: {ask: sound, then: done}}")
    after = moved(talk(first, "yes"), second)
    assert (after.at, after.said) == ("y", [("x", "yes")])
    assert not told(talk(first, "yes"), second)


def test_where_only_the_words_changed_nothing_is_said():
    outcomes = "\noutcomes: {end: {kind: solved, title: %s}}"
    steps = "steps: {a: {ask: light}, t: {try: %s}, n: {tell: %s, then: end}}"
    first = made(steps % ("Turn.", "So.") + outcomes % "End")
    second = made(steps % ("Turn it.", "So it is.") + outcomes % "The end", FACTS.replace("light?", "light now?"))
    for answers in ((), ("yes",), ("yes", "worked"), ("yes", "worked", "seen")):
        assert told(talk(first, *answers), second) == Differences()
        assert not told(talk(first, *answers), second)


def test_another_ending_is_told_by_its_title():
    steps = "steps: {a: {ask: light, then: %s}}"
    held = talk(made(steps % "done"), "yes")
    assert told(held, made(steps % "other")) == Differences(moved_to="Other")
    version = pack(steps % "fine", facts=FACTS, outcomes="fine: {was: done, kind: solved, title: Fine}")
    assert not told(held, version)


def test_an_attempt_and_a_notice_that_stand_now_are_told():
    held = talk(made("steps: {a: {ask: light}, b: {ask: sound, then: done}}"), "yes")
    for verb in ("try", "tell"):
        version = made(f"steps: {{a: {{ask: light}}, n: {{{verb}: Mind the gap.}}, b: {{ask: sound, then: done}}}}")
        assert told(held, version) == Differences(moved_to="Mind the gap.")


def test_what_comes_behind_a_new_question_is_lost_only_if_it_cannot_hold_there():
    steps = """
    steps:
      t: {try: Turn it.}
      c: {ask: colour}
      r: {run: inner, then: {out: next}}
      b: {ask: sound, then: [{when: sound, then: end}, {else: done}]}
    outcomes: {end: {kind: action, title: End, needs: [name]}}
    """
    inner = "steps: {x: {ask: size, then: out}}\noutcomes: {out: {kind: exit}}"
    held = talk(made(steps, inner=inner), "failed", "red", "3", "yes", "Oak")
    edited = steps.replace("t: {try", "new: {ask: light, then: {yes: t, no: other}}\n      t: {try")
    assert told(held, made(edited, inner=inner)) == Differences(moved_to="Is there light?")
    elsewhere = steps.replace(
        "t: {try", """go: {then: [{when: "today > '2000-01-01'", then: new}, {else: t}]}\n      t: {try"""
    )
    elsewhere = elsewhere.replace("b: {ask", "new: {ask: light, then: {yes: b, no: done}}\n      b: {ask")
    for change, facts, lost in (
        (edited, FACTS.replace("red: Red, ", ""), ["c"]),
        (edited.replace("try: Turn it.", "tell: Turn it."), FACTS, ["t"]),
        (edited.replace("c: {ask: colour}", "c: {ask: state}"), FACTS, ["c"]),
        (edited.replace("needs: [name]", "needs: [colour]"), FACTS, ["end.name"]),
        (elsewhere, FACTS, ["t", "c", "r/x"]),
    ):
        found = told(held, made(change, facts, inner=inner))
        assert [entry.place for entry in found.lost] == lost


def test_a_choice_may_be_gone_behind_a_new_question():
    held = talk(made("steps: {s: {ask: state}, b: {ask: sound, then: done}}"), "unsure")
    version = "steps: {new: {ask: light}, s: {ask: state}, b: {ask: sound, then: done}}"
    assert told(held, made(version)).lost == ()
    assert [one.place for one in told(held, made(version, FACTS.replace("Broken}, unsure: true", "Broken}"))).lost] == ["s"]


def test_what_comes_behind_a_step_that_may_be_skipped_is_not_lost():
    held = talk(made("steps: {c: {ask: colour}, b: {ask: sound, then: done}}"), "red")
    skipped = "s: {when: not light, tell: No., then: other}"
    version = f"steps: {{new: {{ask: light}}, {skipped}, c: {{ask: colour}}, b: {{ask: sound, then: done}}}}"
    assert told(held, made(version)) == Differences(moved_to="Is there light?")


def test_an_answer_is_lost_where_another_one_counts_now():
    first = made("steps: {a: {ask: colour}, c: {ask: colour, again: true}, b: {ask: sound, then: done}}")
    second = "steps: {c: {ask: colour, again: true}, b: {ask: sound}, z: {ask: colour, again: true, then: done}}"
    found = told(talk(first, "red", "green"), made(second))
    assert ([entry.label for entry in found.lost], found.again, found.moved_to) == (["Red"], (), "")


def test_what_was_tried_for_the_items_to_come_is_not_lost():
    steps = "steps: {t: {ask: tools}, e: {each: tools, try: Clean it.%s}, b: {ask: sound, then: done}}"
    held = talk(made(steps % ", also: {odd: It looks odd}"), "saw,axe", "odd", "failed")
    found = told(held, made(steps % ""))
    assert ([entry.place for entry in found.lost], found.again) == (["e[saw]"], ("Clean it.",))


def test_a_notice_that_was_read_is_not_missed_and_one_that_stands_may_be_called_otherwise():
    steps = "steps: {%s b: {ask: sound, then: done}}"
    held = talk(made(steps % "n: {tell: Mind the gap.},"))
    assert not told(held, made(steps % "m: {tell: Mind the gap.},"))
    assert not told(held.say("seen"), made(steps % ""))


def test_an_attempt_that_was_dropped_is_lost_and_not_asked_again():
    held = talk(made("steps: {a: {try: Turn it.}, b: {ask: sound, then: done}}"), "failed")
    found = told(held, made("steps: {b: {ask: sound, then: done}}"))
    assert ([entry.place for entry in found.lost], found.again, found.moved_to) == (["a"], (), "")


def test_an_attempt_that_has_lost_its_answer_is_asked_again():
    steps = "steps: {a: {try: Turn it.%s}, b: {ask: sound, then: done}}"
    held = talk(made(steps % ", also: {odd: It looks odd}"), "odd")
    found = told(held, made(steps % ""))
    assert ([entry.label for entry in found.lost], found.again) == (["It looks odd"], ("Turn it.",))
    assert default(moved(held, made(steps % ""))) == "odd"


def test_a_flow_that_has_no_way_on_now_says_so():
    steps = "steps: {a: {ask: light}, b: {then: [{when: light, then: %s}, {else: done}]}}"
    found = told(talk(made(steps % "done"), "yes"), made(steps % "b"))
    assert found.moved_to == "The flow has a fault and could not go on."


# --- Paused ----------------------------------------------------------------------------------------------------------

DATED = """
steps:
  a: {ask: light}
  late: {when: "today > '2026-11-25'", tell: It is too late., then: other}
  b: {ask: sound, then: done}
"""


def test_ten_days_later_a_person_is_told_that_it_leads_elsewhere():
    held = talk(made(DATED), "yes")
    after = resume(held.session, now=NOW + timedelta(days=10))
    assert differences(held.session, after) == Differences(moved_to="It is too late.")


def test_ten_days_later_nothing_is_said_where_the_way_is_the_same():
    for made_pack, answers in ((made(THREE), ("yes",)), (made(DATED), ("yes", "no")), (made(THREE), ("yes", "no", "red"))):
        held = talk(made_pack, *answers)
        after = resume(held.session, now=NOW + timedelta(days=2))
        assert not differences(held.session, after)


def test_a_version_that_was_declined_stands_in_the_log():
    after = resume(talk(made(THREE), "yes").session, now=NOW, declined="abc")
    assert after.log[-1].declined == "abc"  # type: ignore[union-attr]
    assert resume(after, now=NOW).log[-1].declined == ""  # type: ignore[union-attr]


def test_the_day_of_a_resumption_holds_on_another_version():
    held = talk(made(DATED), "yes")
    resumed = Talk(resume(held.session, now=NOW + timedelta(days=10)))
    after = moved(resumed, made(DATED.replace("a: {", "z: {was: a, ")))
    assert after.at == "late"


# --- Two people ------------------------------------------------------------------------------------------------------


def came_late(held: Talk, place: str, value: str, fact: str = "") -> Talk:
    before = held.session
    after = late(before, (Answer(place, value, fact),), now=held.now, by="agent")
    assert (after.state, after.trail) == (before.state, before.trail)
    assert replay(after.pack, after.log) == after
    return Talk(after, held.now)


def test_an_answer_that_came_too_late_is_not_in_force_but_offered_when_its_place_is_changed():
    held = came_late(talk(made(THREE), "yes"), "a", "no", "light")
    assert (held.at, held.facts) == ("b", {"light": True})
    asked = asked_at(held.session, "a")
    assert isinstance(asked, Question)
    assert asked.default == "no"


def test_an_answer_that_came_too_late_is_offered_when_its_place_is_asked():
    held = came_late(talk(made(THREE)), "c", "blue", "colour")
    assert default(held.say("yes", "no")) == "blue"
    held = came_late(talk(made("steps: {a: {ask: light}, t: {try: Turn it., then: done}}")), "t", "failed")
    assert default(held.say("yes")) == "failed"


def test_an_answer_that_came_too_late_is_not_offered_for_something_else():
    held = came_late(talk(made(THREE)), "a", "Oak", "name")
    assert default(held) is None
    asked = asked_at(came_late(talk(made(THREE), "yes"), "a", "Oak", "name").session, "a")
    assert isinstance(asked, Question)
    assert asked.default == "yes"


def test_an_answer_that_came_too_late_counts_against_an_older_one_that_does_not_fit():
    steps = "steps: {c: {ask: colour}, b: {ask: sound, then: done}}"
    held = came_late(talk(made(steps), "red"), "c", "blue", "colour")
    assert default(moved(held, made(steps, FACTS.replace("red: Red, ", "")))) == "blue"


def test_a_newer_answer_takes_the_place_of_one_that_came_too_late():
    held = came_late(talk(made(THREE), "yes"), "a", "no", "light").change("a", "yes")
    asked = asked_at(held.session, "a")
    assert isinstance(asked, Question)
    assert asked.default == "yes"
    assert held.session.book.late == {}


def test_what_is_taken_back_later_is_the_default():
    held = came_late(talk(made(THREE), "yes"), "a", "no", "light").back()
    assert (held.at, default(held)) == ("a", "yes")
    assert default(came_late(talk(made(THREE), "yes").back(), "a", "no", "light")) == "no"


def test_a_place_that_a_kept_answer_serves_stays_served():
    steps = """
    steps:
      a: {ask: light, then: {yes: b, no: c}}
      b: {ask: colour, then: d}
      c: {ask: colour}
      d: {ask: sound, then: done}
    """
    held = talk(made(steps), "yes", "red").change("a", "no")
    assert (held.said, held.kept) == ([("a", "no"), ("c", "red")], ["c"])
    held = came_late(held, "c", "blue", "colour")
    assert (held.said, held.at) == ([("a", "no"), ("c", "red")], "d")
    asked = asked_at(held.session, "c")
    assert isinstance(asked, Question)
    assert asked.default == "blue"
    assert default(held.back()) == "red"


def test_an_answer_that_came_too_late_goes_to_its_new_place_beside_the_one_in_force():
    held = came_late(talk(made(THREE), "yes", "no", "red"), "c", "blue", "colour")
    facts = FACTS.replace("blue: Blue", "azure: {label: Azure, was: blue}").replace("red: Red", "rose: {label: R, was: red}")
    after = moved(held, made(THREE.replace("c: {", "z: {was: c, "), facts))
    assert after.said[-1] == ("z", "rose")
    assert after.session.book.late == {"z": Answer("z", "azure", "colour")}


def test_how_an_earlier_place_was_asked():
    steps = "steps: {f: {ask: [light, name]}, t: {try: Turn it.}, n: {tell: So.}, b: {ask: sound, then: done}}"
    session = talk(made(steps), {"light": "yes", "name": "Oak"}, "failed", "seen", given={"size": "3"}).session
    asked = {place: asked_at(session, place) for place in ("given.size", "f.name", "t", "n", "b", "x")}
    assert {place: one.default for place, one in asked.items() if one is not None} == {
        "given.size": "3", "f.name": "Oak", "t": "failed",
    }  # fmt: skip
    assert isinstance(asked["f.name"], Question)
    assert (asked["f.name"].place, asked["f.name"].fact) == ("f.name", "name")
    assert not isinstance(session.prompt, Form)


# --- Beside the conversation -----------------------------------------------------------------------------------------


def test_files_the_ending_and_the_filing_stand_in_the_log_and_move_nothing():
    held = talk(made(THREE), "yes")
    with pytest.raises(ValueError, match="has ended"):
        end(held.session, now=NOW)
    session = attach(
        held.session, name="a.png", digest="0a", size=3, media_type="image/png", beside=True, now=NOW, by="agent"
    )
    session = attach(session, name="b.png", digest="0b", size=4, media_type="image/png", beside=False, now=NOW)
    assert [(one.name, one.beside) for one in session.attached] == [("a.png", True), ("b.png", False)]
    assert session.state is held.session.state
    ended = Talk(session, held.now).say("no", "red").session
    closed = file(end(ended, now=NOW), portal="hub", number="17", now=NOW, by="agent")
    assert isinstance(closed.prompt, Ending)
    assert closed.log[-2:] == (Ended(time=NOW, outcome="done"), Filed(time=NOW, by="agent", portal="hub", number="17"))
    assert replay(closed.pack, closed.log) == closed


def test_nothing_is_renamed_on_a_version_that_calls_everything_the_same():
    session = talk(made(THREE), "yes", "no").session
    after = move(session, made(THREE.replace("done", "other")), now=NOW, by="agent")
    assert after.log[-1] == Moved(time=NOW, by="agent", digest=after.pack.digest)


def test_an_answer_on_a_stale_copy_is_kept_when_somebody_else_has_gone_on():
    stale: Session = talk(made(THREE)).session
    mine = answer(stale, "no", now=NOW)
    stored = answer(stale, "yes", now=NOW)
    event = mine.log[-1]
    assert isinstance(event, Answered)
    after = late(stored, event.answers, now=NOW, by="agent")
    assert isinstance(after.log[-1], Late)
    assert after.state.facts == {"light": True}
