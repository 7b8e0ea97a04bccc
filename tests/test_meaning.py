"""What a flow means, sentence by sentence of the language: steps, facts, rules, and how answers are folded over them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from support import NOW, Talk, errors, pack, talk

from assistant.engine import Refused, answer, hand_over, left, replay, start, why
from assistant.engine.answersfile import answers_from
from assistant.engine.prompt import Attempt, Ending, Form, Notice, Question, Range, Stuck
from assistant.engine.script import Result, run
from assistant.flow.model import Pack
from assistant.flow.text import plain

FACTS = """
light: {ask: "Is there light?"}
sound: {ask: "Is there sound?"}
colour: {ask: "Which colour?", choices: {red: Red, green: Green, blue: Blue}}
tools: {ask: "Which tools?", many: true, none: None of these, choices: {saw: A saw, axe: An axe, pen: A pen}}
name: {ask: "Which name?", type: text}
size: {ask: "Which size?", type: number}
price: {ask: "Which price?", type: money}
day: {ask: "Which day?", type: date}
mail: {ask: "Which address?", type: email}
shots: {ask: "Which pictures?", type: files}
doubt: {ask: "Which way?", choices: {up: Up, down: Down}, unsure: true}
puzzle: {ask: "Which side?", choices: {left: Left, right: Right}, unsure: {tell: Look at the label.}}
state: {ask: "How is it?", choices: {whole: Whole, broken: Broken}, unsure: true}
cost: {ask: "What is it worth?", type: number, unsure: true}
"""
ITEMS = FACTS.replace("How is it?", "How is {{ item }}?")


def refusal(code: str, held: Talk, value: object) -> Refused:
    """The refusal of an answer, which must have this code and leave the session as it was."""
    log, state, said = held.session.log, held.session.state, held.said
    with pytest.raises(Refused) as caught:
        held.say(value)
    assert caught.value.code == code
    assert (held.session.log, held.session.state, held.said) == (log, state, said)
    return caught.value


def worth(rule: str, *, facts: str = "", tables: dict[str, str] | None = None, **given: object) -> object:
    """What a rule gives over some given facts; `None` where it is unknown."""
    made = pack("steps:\n  go: {tell: Hm., then: done}", facts=f"{FACTS}{facts}\nit: {{value: {rule!r}}}\n", tables=tables)
    return talk(made, given=given).value("it")


def per_item(rule: str, states: dict[str, str]) -> object:
    """What a rule gives after `state` was asked of each tool."""
    steps = """
    steps:
      tools: {ask: tools}
      states: {each: tools, ask: state}
      go: {tell: Hm., then: done}
    """
    made = pack(steps, facts=f"{FACTS}\nit: {{value: {rule!r}}}\n")
    held = talk(made, list(states) or "none", *(states[tool] for tool in ("saw", "axe", "pen") if tool in states))
    return held.value("it")


# --- Steps -----------------------------------------------------------------------------------------------------------


def test_steps_are_met_in_the_order_of_the_file():
    made = pack("steps: {a: {ask: light}, b: {try: Turn it., then: done}}", facts=FACTS)
    held = talk(made)
    assert held.at == "a"
    assert held.say("yes").at == "b"
    assert held.say("worked").ending == "done"


def test_ask_puts_a_question_with_its_choices():
    prompt = talk(pack("steps: {a: {ask: colour, then: done}}", facts=FACTS)).prompt
    assert isinstance(prompt, Question)
    assert (prompt.fact, plain(prompt.text)) == ("colour", "Which colour?")
    assert [option.value for option in prompt.options] == ["red", "green", "blue"]


def test_a_list_of_facts_is_one_form():
    prompt = talk(pack("steps: {a: {ask: [light, name], then: done}}", facts=FACTS)).prompt
    assert isinstance(prompt, Form)
    assert [(field.place, field.fact) for field in prompt.fields] == [("a.light", "light"), ("a.name", "name")]


def test_a_try_takes_worked_failed_skipped_and_the_answers_of_also():
    steps = """
    steps:
      a: {try: Turn it., also: {too-late: It says no}, then: {worked: w, failed: f, skipped: s, too-late: t}}
    """
    made = pack(steps, outcomes="".join(f"{name}: {{kind: action, title: {name}}}\n" for name in "wfst"))
    prompt = talk(made).prompt
    assert isinstance(prompt, Attempt)
    assert {option.value for option in prompt.options} == {"worked", "failed", "skipped", "too-late"}
    assert [talk(made, one).ending for one in ("worked", "failed", "skipped", "too-late", "It says no")] == list("wfstt")
    refusal("not_a_choice", talk(made), "done")


def test_a_tell_waits_to_be_read_and_the_person_goes_on():
    held = talk(pack("steps: {a: {tell: Mind the gap., then: done}}"))
    assert isinstance(held.prompt, Notice)
    assert held.say(None).ending == "done"
    assert held.said == [("a", "seen")]


def test_anything_goes_on_from_a_tell():
    made = pack("steps: {a: {tell: Mind the gap., then: done}}")
    for value in ("", "ok", None, 7, {}, {"a": "b"}, [], object()):
        assert talk(made, value).said == [("a", "seen")]


def test_a_tell_may_carry_a_message_to_send():
    message = "message: {to: '{{ mail }}', subject: 'Hello {{ name }}', body: 'It is {{ light }}.'}"
    made = pack(f"steps: {{a: {{tell: Send it., {message}, then: done}}}}", facts=FACTS)
    prompt = talk(made, given={"mail": "a@b.example", "name": "<b>Ada</b>"}).prompt
    assert isinstance(prompt, Notice)
    assert prompt.letter is not None
    assert (prompt.letter.to, prompt.letter.subject) == ("a@b.example", "Hello <b>Ada</b>")
    assert plain(prompt.letter.body) == "It is not known."


def test_a_run_holds_the_other_flow_here_and_comes_back():
    steps = "steps: {a: {run: find, then: {found: done, else: next}}, b: {ask: light, then: other}}"
    find = "steps: {spam: {try: Look., then: {worked: found, else: lost}}}\n"
    made = pack(steps, facts=FACTS, find=find + "outcomes: {found: {kind: exit}, lost: {kind: exit}}")
    assert talk(made).at == "a/spam"
    assert talk(made, "worked").ending == "done"
    assert talk(made, "failed").at == "b"


def test_a_step_without_a_verb_is_a_junction():
    made = pack("steps: {a: {ask: light}, fork: {then: [{when: light, then: done}, {else: other}]}}", facts=FACTS)
    held = talk(made, "yes")
    assert (held.ending, held.path) == ("done", ["a"])


def test_a_step_named_like_a_fact_asks_that_fact():
    prompt = talk(pack("steps: {light: {}, b: {then: done}}", facts=FACTS)).prompt
    assert isinstance(prompt, Question)
    assert (prompt.place, prompt.fact) == ("light", "light")


def test_then_as_a_target_leads_there():
    steps = "steps: {a: {ask: light, then: c}, b: {tell: Never., then: other}, c: {ask: sound, then: done}}"
    assert errors(steps, facts=FACTS) == {"F401"}  # nothing leads to b
    made = pack("steps: {a: {ask: light, then: done}}", facts=FACTS)
    assert [talk(made, one).ending for one in ("yes", "no")] == ["done", "done"]


def test_then_as_a_map_leads_by_the_answer_and_what_is_not_named_goes_on_below():
    steps = "steps: {a: {ask: colour, then: {green: done}}, b: {then: other}}"
    made = pack(steps, facts=FACTS)
    assert [talk(made, one).ending for one in ("red", "green", "blue")] == ["other", "done", "other"]


def test_else_in_a_map_leads_all_that_is_not_named():
    made = pack("steps: {a: {ask: colour, then: {green: done, else: other}}}", facts=FACTS)
    assert [talk(made, one).ending for one in ("red", "green")] == ["other", "done"]


def test_a_map_leads_by_yes_no_none_and_unsure():
    outcomes = "outcomes: {y: {kind: action, title: Y}, n: {kind: action, title: N}, u: {kind: action, title: U}}"
    asked = pack("steps: {a: {ask: light, then: {yes: done, no: other}}}", facts=FACTS)
    assert [talk(asked, one).ending for one in ("yes", "no")] == ["done", "other"]
    doubted = pack(f"steps: {{a: {{ask: doubt, then: {{unsure: u, up: y, else: n}}}}}}\n{outcomes}", facts=FACTS)
    assert [talk(doubted, one).ending for one in ("unsure", "up", "down")] == ["u", "y", "n"]
    many = pack(f"steps: {{a: {{ask: tools, then: {{none: n, saw: y, else: u}}}}}}\n{outcomes}", facts=FACTS)
    assert [talk(many, one).ending for one in ("none", "saw", "axe")] == ["n", "y", "u"]


def test_rows_lead_by_the_first_rule_that_holds_and_an_unknown_one_does_not():
    rows = "[{when: sound, then: other}, {when: size > 5, then: big}, {when: size > 1, then: done}, {else: small}]"
    steps = f"steps:\n  a: {{ask: size, then: {rows}}}\n"
    made = pack(steps + "outcomes: {big: {kind: action, title: B}, small: {kind: action, title: S}}", facts=FACTS)
    assert [talk(made, one).ending for one in ("9", "3", "1")] == ["big", "done", "small"]


def test_rows_without_else_go_on_below():
    made = pack("steps: {a: {ask: light, then: [{when: light, then: done}]}, b: {then: other}}", facts=FACTS)
    assert [talk(made, one).ending for one in ("yes", "no")] == ["done", "other"]


def test_next_leads_to_the_step_below():
    made = pack("steps: {a: {ask: light, then: {no: next, else: done}}, b: {then: other}}", facts=FACTS)
    assert [talk(made, one).ending for one in ("yes", "no")] == ["done", "other"]


def test_for_a_many_valued_fact_the_map_is_read_in_its_own_order_and_the_first_chosen_value_wins():
    steps = "steps: {a: {ask: tools, then: {pen: done, saw: other, else: next}}, b: {then: z}}"
    made = pack(steps, facts=FACTS, outcomes="z: {kind: action, title: Z}\n")
    assert talk(made, "saw,pen").ending == "done"
    assert talk(made, "axe, saw").ending == "other"
    assert talk(made, ["axe"]).ending == "z"


@pytest.mark.parametrize("asked", ["size", "price", "day", "name", "shots", "[light, sound]"])
def test_a_map_on_a_number_amount_date_text_files_or_form_is_an_error(asked):
    assert "F404" in errors(f"steps: {{a: {{ask: {asked}, then: {{yes: done, else: other}}}}}}", facts=FACTS)


def test_a_map_on_an_each_is_an_error():
    steps = "steps: {t: {ask: tools}, a: {each: tools, ask: state, then: {whole: done, else: other}}}"
    assert "F404" in errors(steps, facts=FACTS)


def test_running_off_the_end_of_the_file_is_an_error():
    assert "F402" in errors("steps: {a: {ask: light, then: {yes: done}}}", facts=FACTS)


@pytest.mark.parametrize("word", ["else", "next", "unsure", "none", "back", "again", "change", "refused", "no_longer"])
def test_the_words_of_the_language_are_no_names(word):
    assert "F106" in errors(f"steps: {{{word}: {{then: done}}}}")
    assert "F106" in errors(f"steps: {{a: {{then: {word}}}}}\noutcomes: {{{word}: {{kind: solved, title: T}}}}")
    assert "F106" in errors("steps: {a: {ask: odd, then: done}}", facts=f"odd: {{ask: Odd, choices: {{{word}: W, b: B}}}}")


# --- Modifiers -------------------------------------------------------------------------------------------------------


def test_each_asks_once_for_every_chosen_value_in_the_order_of_the_choices():
    made = pack("steps: {t: {ask: tools}, a: {each: tools, ask: state, then: done}}", facts=ITEMS)
    held = talk(made, "pen,saw")
    assert held.at == "a[saw]"
    assert plain(held.prompt.text) == "How is A saw?"
    assert held.say("whole").at == "a[pen]"
    assert held.say("broken").ending == "done"
    assert held.session.state.entries["state"] == {("saw",): "whole", ("pen",): "broken"}


def test_item_is_its_value_in_rules_and_its_label_in_texts():
    facts = (
        FACTS
        + """
worth:
  ask: "{{ item }}?"
  type: number
  max: 5 if item == 'pen' else 100
  refuse: {when: "item == 'saw' and worth == 13", tell: "Not for {{ item }}."}
"""
    )
    made = pack("steps: {t: {ask: tools}, a: {each: tools, ask: worth, then: done}}", facts=facts)
    held = talk(made, "saw,pen")
    assert refusal("by_author", held, "13").arguments == {"text": "Not for A saw."}
    held.say("50")
    refusal("too_large", held, "13")
    assert held.say("5").ending == "done"


def test_each_with_a_try_or_a_tell_goes_over_the_items_whatever_is_answered():
    steps = """
    steps:
      t: {ask: tools}
      a: {each: tools, try: "Clean {{ item }}."}
      b: {each: tools, tell: "Put {{ item }} away.", then: done}
    """
    held = talk(pack(steps, facts=FACTS), "saw,axe", "failed", "worked", "seen", "seen")
    assert held.path == ["t", "a[saw]", "a[axe]", "b[saw]", "b[axe]"]
    assert held.ending == "done"
    assert [entry.question for entry in held.session.trail][1:3] == ["Clean A saw. (A saw)", "Clean An axe. (An axe)"]


def test_each_with_a_run_holds_the_flow_for_every_item_and_every_exit_goes_on_to_the_next():
    steps = """
    steps:
      t: {ask: tools}
      a: {each: tools, run: mend}
      b: {then: [{when: "all_of(state, 'whole')", then: done}, {else: other}]}
    """
    mend = "steps: {s: {ask: state, then: {whole: ok, else: bad}}}\noutcomes: {ok: {kind: exit}, bad: {kind: exit}}"
    made = pack(steps, facts=ITEMS, mend=mend)
    held = talk(made, "saw,axe")
    assert (held.at, plain(held.prompt.text)) == ("a[saw]/s", "How is A saw?")
    held.say("broken", "whole")
    assert held.path == ["t", "a[saw]/s", "a[axe]/s"]
    assert held.ending == "done"


def test_the_trail_names_the_item_by_its_label_in_a_flow_that_is_run_for_each():
    steps = "steps: {t: {ask: tools}, a: {each: tools, run: mend, then: done}}"
    mend = "steps: {s: {ask: state}, c: {try: Clean it., then: ok}}\noutcomes: {ok: {kind: exit}}"
    held = talk(pack(steps, facts=ITEMS, mend=mend), "saw", "whole", "worked")
    assert [entry.question for entry in held.session.trail] == ["Which tools?", "How is A saw?", "Clean it. (A saw)"]


def test_then_of_an_each_applies_after_the_last_item():
    steps = "steps: {t: {ask: tools}, a: {each: tools, ask: state, then: [{when: \"state == 'x'\", then: done}]}}"
    assert errors(steps, facts=FACTS)  # outside of the items the fact has no single answer
    rows = "[{when: \"any_of(state, 'broken')\", then: other}, {else: done}]"
    made = pack(f"steps: {{t: {{ask: tools}}, a: {{each: tools, ask: state, then: {rows}}}}}", facts=FACTS)
    assert talk(made, "saw,axe", "broken", "whole").ending == "other"
    assert talk(made, "saw,axe", "whole", "whole").ending == "done"


def test_each_met_again_without_again_asks_only_the_items_without_an_answer():
    facts = FACTS + "extra: {ask: 'Which tools now?', many: true, choices: {saw: A saw, axe: An axe}}\n"
    steps = """
    steps:
      tools: {ask: tools, again: true}
      a: {each: tools, ask: state}
      more: {ask: light, again: true, then: {yes: tools, no: done}}
    """
    held = talk(pack(steps, facts=facts), "saw", "whole", "yes", "saw,axe")
    assert held.at == "a#2[axe]"
    assert held.say("broken").at == "more#2"
    assert held.session.state.entries["state"] == {("saw",): "whole", ("axe",): "broken"}


def test_each_met_again_with_again_asks_every_item_anew():
    steps = """
    steps:
      tools: {ask: tools}
      a: {each: tools, ask: state, again: true}
      more: {ask: light, again: true, then: {yes: a, no: done}}
    """
    held = talk(pack(steps, facts=FACTS), "saw,axe", "whole", "whole", "yes")
    assert held.at == "a#2[saw]"
    held.say("broken")
    assert held.at == "a#2[axe]"
    assert held.session.state.entries["state"] == {("saw",): "broken", ("axe",): "whole"}


def test_not_sure_is_said_and_asked_once_more_per_item():
    facts = FACTS + "side: {ask: 'Side?', choices: {l: L, r: R}, unsure: {tell: Look.}}\n"
    made = pack("steps: {t: {ask: tools}, a: {each: tools, ask: side}, b: {ask: light, then: done}}", facts=facts)
    held = talk(made, "saw,axe", "unsure")
    assert held.at == "a[saw].again"
    held.say("unsure", "unsure", "r")
    assert held.path == ["t", "a[saw]", "a[saw].again", "a[axe]", "a[axe].again"]
    assert held.session.state.entries["side"] == {("saw",): None, ("axe",): "r"}
    assert held.session.known.is_unsure("side")


def test_a_form_can_be_asked_for_each_item():
    steps = "steps: {t: {ask: tools}, a: {each: tools, ask: [state, cost], then: done}}"
    held = talk(pack(steps, facts=FACTS), "saw,axe")
    assert isinstance(held.prompt, Form)
    assert [field.place for field in held.prompt.fields] == ["a[saw].state", "a[saw].cost"]
    held.say({"state": "whole", "cost": "5"})
    assert held.at == "a[axe]"


def test_at_most_leads_elsewhere_once_the_step_was_entered_so_often():
    steps = """
    steps:
      a: {try: Turn it., at_most: {times: 2, else: other}, then: {worked: done, else: a}}
    """
    held = talk(pack(steps), "failed")
    assert held.at == "a#2"
    assert held.say("failed").ending == "other"
    assert held.path == ["a", "a#2"]


def test_at_most_can_lead_to_a_step_or_to_the_next_one():
    for target in ("b", "next"):
        limit = f"at_most: {{times: 1, else: {target}}}"
        held = talk(pack(f"steps: {{a: {{try: T., {limit}, then: a}}, b: {{tell: Enough., then: done}}}}"), "worked")
        assert held.at == "b"


def test_again_asks_though_the_fact_is_known():
    made = pack("steps: {a: {ask: light}, b: {ask: light, again: true, then: {yes: done, no: other}}}", facts=FACTS)
    held = talk(made, "yes")
    assert held.at == "b"
    assert held.facts == {"light": True}
    assert held.say("no").ending == "other"
    assert held.facts == {"light": False}


def test_a_wait_stands_on_the_prompt_and_can_be_cut_short():
    steps = "steps: {a: {ask: light}, b: {try: Restart it., wait: 2 minutes, then: done}}"
    held = talk(pack(steps, facts=FACTS), "yes")
    assert isinstance(held.prompt, Attempt)
    assert held.prompt.wait is not None
    assert held.prompt.wait.seconds == 120
    assert held.prompt.wait.since == NOW + timedelta(minutes=1)
    assert held.say("worked").ending == "done"  # a minute later


def test_a_wait_may_stand_before_a_tell():
    prompt = talk(pack("steps: {a: {tell: 'Done?', wait: 30 s, then: done}}")).prompt
    assert isinstance(prompt, Notice)
    assert prompt.wait is not None
    assert (prompt.wait.seconds, prompt.wait.since) == (30, NOW)


def test_a_step_for_the_other_audience_is_skipped_then_too():
    steps = "steps: {a: {ask: light, audience: agent, then: other}, b: {ask: sound, then: done}}"
    made = pack(steps, facts=FACTS)
    assert talk(made).at == "b"
    assert talk(made, audience="agent").at == "a"


def test_a_fact_for_the_other_audience_is_not_asked_and_its_step_goes_on():
    facts = FACTS + "badge: {ask: 'Which badge?', type: text, audience: agent}\n"
    made = pack("steps: {a: {ask: badge}, b: {ask: [badge, light], then: done}}", facts=facts)
    held = talk(made)
    assert held.at == "b.light"
    assert isinstance(held.prompt, Question)
    assert talk(made, audience="agent").at == "a"


def test_a_choice_for_the_other_audience_is_not_offered():
    facts = "way: {ask: 'Which way?', choices: {up: Up, down: {label: Down, audience: agent}}}\n"
    made = pack("steps: {a: {ask: way, then: done}}", facts=facts)
    held = talk(made)
    assert isinstance(held.prompt, Question)
    assert [option.value for option in held.prompt.options] == ["up"]
    refusal("not_offered", held, "down")
    assert talk(made, "down", audience="agent").ending == "done"


# --- Runs, exits and outcomes ----------------------------------------------------------------------------------------

EXITS = "outcomes: {found: {kind: exit}, lost: {kind: exit}}"
FIND = f"steps: {{look: {{try: Look., then: {{worked: found, failed: lost, skipped: found}}}}}}\n{EXITS}"


def test_a_run_must_cover_every_exit():
    assert "F403" in errors("steps: {a: {run: find, then: {found: done}}, b: {then: other}}", find=FIND)
    assert not errors("steps: {a: {run: find, then: {found: done, lost: next}}, b: {then: other}}", find=FIND)


def test_the_bare_target_else_and_rows_of_a_run_take_its_exits():
    bare = pack("steps: {a: {run: find, then: done}}", find=FIND)
    assert [talk(bare, one).ending for one in ("worked", "failed")] == ["done", "done"]
    other = pack("steps: {a: {run: find, then: {found: done, else: other}}}", find=FIND)
    assert [talk(other, one).ending for one in ("worked", "failed")] == ["done", "other"]
    rows = "[{when: light, then: done}, {else: other}]"
    ruled = pack(f"steps: {{l: {{ask: light}}, a: {{run: find, then: {rows}}}}}", find=FIND, facts=FACTS)
    assert [talk(ruled, one, "worked").ending for one in ("yes", "no")] == ["done", "other"]


CASE = """
steps: {look: {try: Look., then: {worked: found, failed: write, skipped: lost}}}
outcomes:
  found: {kind: exit}
  lost: {kind: exit}
  write: {kind: handoff, title: Write it down, needs: [name], wants: [size]}
"""


def test_an_outcome_that_nobody_catches_ends_the_conversation_and_asks_its_needs_there():
    held = talk(pack("steps: {a: {run: find, then: done}}", facts=FACTS, find=CASE), "failed")
    assert held.at == "a/write.name"
    assert held.say("Ada").at == "a/write.size"
    assert held.say("").ending == "write"
    assert held.at == "a/write"
    assert held.session.ended


def test_an_outcome_that_is_caught_by_its_name_asks_no_needs_and_shows_no_text():
    steps = "steps: {a: {run: find, then: {write: next, else: done}}, b: {ask: light, then: other}}"
    held = talk(pack(steps, facts=FACTS, find=CASE), "failed")
    assert (held.at, held.path) == ("b", ["a/look"])


def test_else_of_a_run_does_not_catch_an_outcome_that_is_no_exit():
    steps = "steps: {a: {run: find, then: {found: done, else: other}}}"
    assert talk(pack(steps, facts=FACTS, find=CASE), "failed").at == "a/write.name"


def test_an_outcome_passes_a_flow_that_does_not_catch_it_on_to_one_that_does():
    middle = f"steps: {{m: {{run: find, then: {{found: found, else: lost}}}}}}\n{EXITS}"
    steps = "steps: {a: {run: middle, then: {write: next, else: done}}, b: {ask: light, then: other}}"
    made = pack(steps, facts=FACTS, find=CASE, middle=middle)
    held = talk(made, "failed")
    assert (held.at, held.path) == ("b", ["a/m/look"])
    assert held.say("yes").ending == "other"
    loose = pack("steps: {a: {run: middle, then: done}}", facts=FACTS, find=CASE, middle=middle)
    assert talk(loose, "failed").at == "a/m/write.name"


def test_an_outcome_ends_the_conversation_out_of_an_each_too():
    steps = "steps: {t: {ask: tools}, a: {each: tools, run: find, then: done}}"
    held = talk(pack(steps, facts=FACTS, find=CASE), "saw,axe", "failed")
    assert held.at == "a[saw]/write.name"
    held.say("Ada", "")
    assert held.ending == "write"
    assert not held.session.known.is_unsure("size")  # it was left empty


def test_needs_are_asked_if_not_known_and_wants_may_be_left_empty():
    outcomes = "outcomes: {end: {kind: action, title: End, needs: [light, name], wants: [size, colour, tools]}}"
    held = talk(pack(f"steps: {{a: {{ask: light, then: end}}}}\n{outcomes}", facts=FACTS), "yes")
    assert held.at == "end.name"
    assert isinstance(held.prompt, Question)
    assert not held.prompt.optional
    refusal("empty", held, "")
    held.say("Ada")
    assert held.at == "end.size"
    assert isinstance(held.prompt, Question)
    assert held.prompt.optional
    held.say("none", "")
    assert held.at == "end.tools"
    held.say("")
    assert held.ending == "end"
    assert held.facts == {"light": True, "name": "Ada"}
    assert held.session.known.unsure == frozenset()


def test_none_is_an_answer_to_a_want_that_offers_it_and_a_text_of_its_own():
    outcomes = "outcomes: {end: {kind: action, title: End, wants: [tools, name]}}"
    held = talk(pack(f"steps: {{a: {{then: end}}}}\n{outcomes}", facts=FACTS), "none", "none")
    assert held.facts == {"tools": (), "name": "none"}


def test_an_outcome_of_the_flow_hides_nothing_and_a_shared_one_is_found():
    outcomes = "outcomes: {own: {kind: solved, title: Own}}"
    made = pack(f"steps: {{a: {{ask: light, then: {{yes: own, no: done}}}}}}\n{outcomes}", facts=FACTS)
    assert [talk(made, one).ending for one in ("yes", "no")] == ["own", "done"]


def test_a_flow_that_can_end_in_an_exit_is_not_offered_by_itself():
    made = pack("steps: {a: {run: find, then: done}}", find=FIND)
    assert (made.flows["find"].offered, made.flows["main"].offered) == (False, True)


def test_an_ending_offers_related_flows_and_a_day_to_come_back():
    outcomes = "outcomes: {end: {kind: action, title: End, related: [more], come_back: day, needs: [day]}}"
    made = pack(f"steps: {{a: {{then: end}}}}\n{outcomes}", facts=FACTS, more="steps: {b: {then: done}}")
    prompt = talk(made, "2026-12-24").prompt
    assert isinstance(prompt, Ending)
    assert prompt.related == (("more", "more"),)
    assert prompt.come_back == "24 December 2026"


# --- Facts -----------------------------------------------------------------------------------------------------------


def asked(fact: str, facts: str = FACTS) -> Talk:
    """A conversation that asks one fact."""
    return talk(pack(f"steps: {{a: {{ask: {fact}, then: done}}}}", facts=facts))


@pytest.mark.parametrize(
    ("fact", "value", "known"),
    [
        ("light", "yes", True),
        ("light", " NO ", False),
        ("light", True, True),
        ("colour", "green", "green"),
        ("colour", "Green", "green"),
        ("tools", "pen,saw", ("saw", "pen")),
        ("tools", ["pen", "a saw", "pen"], ("saw", "pen")),
        ("tools", "none", ()),
        ("tools", [], ()),
        ("name", "  Ada \t Lovelace ", "Ada Lovelace"),
        ("name", "0012345", "0012345"),
        ("size", "0012.50", Decimal("12.50")),
        ("size", "-3", Decimal(-3)),
        ("size", 7, Decimal(7)),
        ("size", "\N{MINUS SIGN}1 250.5", Decimal("-1250.5")),
        ("price", "50", Decimal("50.00")),
        ("price", "50.0", Decimal("50.00")),
        ("price", "USD 1 250.99", Decimal("1250.99")),
        ("day", "2026-11-22", date(2026, 11, 22)),
        ("day", date(2026, 11, 22), date(2026, 11, 22)),
        ("mail", "Ada@Example.com", "Ada@Example.com"),
        ("shots", "a.png, b.png", ("a.png", "b.png")),
        ("shots", ("a, b.png",), ("a, b.png",)),
        ("doubt", "up", "up"),
    ],
)
def test_an_answer_is_read_by_the_type_of_its_fact(fact, value, known):
    held = asked(fact)
    held.say(value)
    assert held.facts == {fact: known}
    assert replay(held.session.pack, held.session.log) == held.session


@pytest.mark.parametrize(
    ("fact", "value", "code"),
    [
        ("light", "perhaps", "not_yes_or_no"),
        ("light", "", "empty"),
        ("light", "unsure", "unsure_not_offered"),
        ("colour", "pink", "not_a_choice"),
        ("colour", ["red"], "not_several"),
        ("tools", "saw,hammer", "not_a_choice"),
        ("tools", "saw,none", "not_a_choice"),
        ("name", "   ", "empty"),
        ("name", "x" * 20_001, "too_long"),
        ("size", "a few", "not_a_number"),
        ("size", "1e5", "not_a_number"),
        ("size", "NaN", "not_a_number"),
        ("price", "12.345", "too_many_decimals"),
        ("price", "-1", "too_small"),
        ("price", "much", "not_an_amount"),
        ("day", "22.11.2026", "not_a_date"),
        ("day", "2026-02-30", "no_such_day"),
        ("mail", "ada@example", "not_an_address"),
        ("shots", "none", "none_not_offered"),
        ("shots", [], "empty"),
        ("doubt", {"doubt": "left"}, "form"),
    ],
)
def test_what_is_no_answer_is_refused_and_says_why(fact, value, code):
    assert refusal(code, asked(fact), value)


def test_none_is_refused_where_it_is_not_offered():
    held = asked("parts", "parts: {ask: 'Which?', many: true, choices: {a: A, b: B}}")
    refusal("none_not_offered", held, "none")
    refusal("empty", held, [])


def test_an_amount_has_as_many_decimals_as_its_currency():
    made = pack("steps: {a: {ask: price, then: done}}", facts=FACTS, pack="currency: JPY\n")
    refusal("too_many_decimals", talk(made), "12.5")
    assert talk(made, "12").facts == {"price": Decimal(12)}


def test_an_amount_is_below_nothing_only_if_min_says_so():
    held = asked("loss", "loss: {ask: 'How much?', type: money, min: -100}")
    assert held.say("-99.50").facts == {"loss": Decimal("-99.50")}
    refusal("too_small", asked("loss", "loss: {ask: 'How much?', type: money, min: -100}"), "-100.01")


def test_nothing_has_no_sign():
    assert str(asked("size").say("-0").facts["size"]) == "0"
    assert str(asked("price").say("-0").facts["price"]) == "0.00"


def test_addresses_are_compared_without_regard_to_case():
    facts = FACTS + "copy: {ask: 'Copy?', type: email, refuse: {when: copy == mail, tell: 'That is {{ mail }}.'}}"
    made = pack("steps: {a: {ask: mail}, b: {ask: copy, then: done}}", facts=facts)
    held = talk(made, "ada@example.com")
    assert refusal("by_author", held, "ADA@EXAMPLE.COM").arguments == {"text": "That is ada@example.com."}


def test_refuse_may_read_the_answer_itself_and_may_be_a_list():
    facts = """
    size:
      ask: Which?
      type: number
      refuse: [{when: size == 13, tell: Not that one.}, {when: size > 100, tell: "{{ size }} is too much."}]
    """
    held = asked("size", facts)
    assert refusal("by_author", held, "13").arguments == {"text": "Not that one."}
    assert refusal("by_author", held, "101").arguments == {"text": "101 is too much."}
    assert held.say("100").ending == "done"


def test_an_unknown_refuse_does_not_hold():
    facts = FACTS + "copy: {ask: 'Copy?', type: email, refuse: {when: copy == mail, tell: No.}}"
    assert asked("copy", facts).say("ada@example.com").ending == "done"


def test_min_and_max_are_a_number_a_date_a_rule_or_a_count():
    facts = """
    size: {ask: 'S?', type: number, min: 1, max: 5}
    twice: {ask: 'T?', type: number, max: size * 2}
    day: {ask: 'D?', type: date, min: 2026-01-01, max: today}
    tools: {ask: 'T?', many: true, min: 2, max: 2, choices: {a: A, b: B, c: C}}
    """
    held = talk(pack("steps: {a: {ask: size}, b: {ask: twice}, c: {ask: day}, d: {ask: tools, then: done}}", facts=facts))
    assert refusal("too_small", held, "0.5").arguments["min"] == "1"
    assert refusal("too_large", held, "6").arguments["max"] == "5"
    held.say("3")
    assert isinstance(held.prompt, Question)
    assert held.prompt.high == "6"
    assert refusal("too_large", held, "7").arguments["max"] == "6"
    held.say("6")
    assert refusal("too_early", held, "2025-12-31").arguments["min"] == "1 January 2026"
    assert refusal("too_late", held, "2026-11-23").arguments["max"] == "22 November 2026"
    held.say("2026-11-22")
    assert refusal("too_few", held, "a").arguments["min"] == "2"
    assert refusal("too_many", held, "a,b,c").arguments["max"] == "2"
    assert held.say("a,b").ending == "done"


def test_an_unknown_limit_limits_nothing():
    facts = "size: {ask: 'S?', type: number}\ntwice: {ask: 'T?', type: number, max: size * 2}"
    assert asked("twice", facts).say("1000").ending == "done"


def test_a_pattern_describes_the_whole_text_without_regard_to_case():
    facts = "code: {ask: 'C?', type: text, pattern: '[A-Z]{2}[0-9]+', example: AB12}"
    assert refusal("wrong_form", asked("code", facts), "xAB12").arguments == {"example": "AB12"}
    refusal("wrong_form", asked("code", facts), "AB12x")
    assert asked("code", facts).say(" ab12 ").facts == {"code": "ab12"}


def test_the_when_of_a_choice_decides_whether_it_is_offered():
    facts = FACTS + "way: {ask: 'Which way?', choices: {walk: Walk, lift: {label: Lift, when: light}}}\n"
    made = pack("steps: {a: {ask: light}, b: {ask: way, then: done}}", facts=facts)
    refusal("not_offered", talk(made, "no"), "lift")
    assert talk(made, "yes", "lift").ending == "done"


def test_a_sensitive_value_is_marked_on_the_trail():
    made = pack("steps: {a: {ask: pin, then: done}}", facts="pin: {ask: 'PIN?', type: text, sensitive: true}")
    held = talk(made)
    assert isinstance(held.prompt, Question)
    assert held.prompt.sensitive
    assert held.say("1234").session.trail[0].sensitive


def test_not_sure_is_an_answer_but_the_fact_stays_unknown():
    rows = "[{when: unsure(doubt) and not known(doubt), then: done}]"
    steps = f"steps: {{a: {{ask: doubt}}, b: {{ask: doubt}}, c: {{then: {rows}}}, d: {{then: other}}}}"
    held = talk(pack(steps, facts=FACTS), "unsure")
    assert (held.ending, held.path) == ("done", ["a"])
    assert held.facts == {}
    assert held.session.known.is_unsure("doubt")


def test_every_other_rule_over_a_fact_that_is_not_sure_is_unknown():
    for rule in ("doubt == 'up'", "doubt != 'up'", "doubt in ['up', 'down']", "not (doubt == 'up')"):
        assert worth(rule, doubt="unsure") is None


def test_a_text_says_not_known_where_the_answer_was_not_sure():
    made = pack("steps: {a: {ask: doubt}, b: {tell: 'It is {{ doubt }}.', then: done}}", facts=FACTS)
    prompt = talk(made, "unsure").prompt
    assert isinstance(prompt, Notice)
    assert plain(prompt.text) == "It is not known."


def test_after_unsure_with_a_text_the_question_comes_once_more_at_a_place_of_its_own():
    steps = "steps: {line: {ask: puzzle, then: {left: done, unsure: other, else: next}}, b: {tell: Hm., then: done}}"
    made = pack(steps, facts=FACTS)
    held = talk(made, "unsure")
    assert held.at == "line.again"
    assert isinstance(held.prompt, Question)
    assert plain(held.prompt.told) == "Look at the label."
    assert held.say("left").ending == "done"
    assert held.said == [("line", "unsure"), ("line.again", "left")]
    assert held.facts == {"puzzle": "left"}
    assert not held.session.known.is_unsure("puzzle")
    assert talk(made, "unsure", "unsure").ending == "other"
    assert talk(made, "unsure", "right").at == "b"


def test_the_second_asking_in_a_form_comes_after_the_form():
    facts = FACTS + "riddle: {ask: 'R?', choices: {a: A, b: B}, unsure: {tell: Think.}}\n"
    made = pack("steps: {f: {ask: [puzzle, light, riddle], then: done}}", facts=facts)
    held = talk(made, {"puzzle": "unsure", "light": "yes", "riddle": "unsure"})
    assert held.at == "f.puzzle.again"
    assert isinstance(held.prompt, Question)
    assert held.say("left").at == "f.riddle.again"
    assert held.say("b").ending == "done"
    assert held.facts == {"puzzle": "left", "light": True, "riddle": "b"}
    assert held.path == ["f.puzzle", "f.light", "f.riddle", "f.puzzle.again", "f.riddle.again"]


def test_not_sure_said_twice_is_not_asked_a_third_time_where_it_is_kept():
    steps = """
    steps:
      a: {ask: light, then: {yes: b, no: c}}
      b: {ask: puzzle, then: done}
      c: {ask: puzzle, then: other}
    """
    held = talk(pack(steps, facts=FACTS), "yes", "unsure", "unsure").change("a", "no")
    assert (held.ending, held.path, held.kept) == ("other", ["a", "c"], ["c"])


def test_the_second_saying_serves_elsewhere_before_the_first():
    steps = """
    steps:
      a: {ask: light, then: {yes: b, no: c}}
      b: {ask: puzzle, then: done}
      c: {ask: puzzle, then: other}
    """
    held = talk(pack(steps, facts=FACTS), "yes", "unsure", "left").change("a", "no")
    assert held.said == [("a", "no"), ("c", "left")]


def test_a_second_asking_does_not_take_over_the_place_where_not_sure_was_kept():
    steps = """
    steps:
      a: {ask: light, then: {yes: b, no: c}}
      b: {ask: puzzle, then: done}
      c: {ask: puzzle, then: other}
    """
    held = talk(pack(steps, facts=FACTS), "yes", "unsure").change("a", "no")
    assert (held.at, held.path) == ("c.again", ["a", "c"])
    held.say("right")
    assert held.said == [("a", "no"), ("c", "unsure"), ("c.again", "right")]
    assert held.back().at == "c.again"


def test_a_computed_fact_that_gives_choices_is_shown_by_their_labels():
    facts = (
        FACTS
        + """
best: {value: "colour if light else 'blue'"}
same: {value: best}
all_tools: {value: tools}
fix: {value: "name if light else 'blue'"}
"""
    )
    made = pack("steps: {a: {tell: '{{ best }}, {{ same }}, {{ all_tools }}, {{ fix }}', then: done}}", facts=facts)
    given = {"colour": "green", "tools": "saw,pen", "name": "green"}
    shown = [plain(talk(made, given={**given, "light": light}).prompt.text) for light in ("yes", "no")]
    assert shown == ["Green, Green, A saw and A pen, green", "Blue, Blue, A saw and A pen, blue"]


def test_an_amount_is_rounded_where_it_is_shown():
    facts = FACTS + "share: {value: price / 3}\n"
    held = talk(pack("steps: {a: {tell: '{{ share }}', then: done}}", facts=facts), given={"price": "10"})
    assert "3.33" in plain(held.prompt.text)
    assert "3.333" not in plain(held.prompt.text)
    assert held.value("share") == Decimal(10) / 3


def test_scalars_are_taken_as_they_are_written():
    facts = "odd: {ask: 'Odd?', choices: {no: No, 0012: Number, 1.50: Price, true: True}}\n"
    made = pack("steps: {a: {ask: odd, then: {no: done, 0012: done, 1.50: other, true: other}}}", facts=facts)
    assert [talk(made, one).ending for one in ("no", "0012", "1.50", "true")] == ["done", "done", "other", "other"]


def test_two_definitions_of_a_fact_are_an_error():
    flow = "steps: {a: {ask: light, then: done}}\nfacts: {light: {ask: 'Which light?', type: text}}"
    assert "F207" in errors(flow, facts=FACTS)
    assert not errors(flow.replace("'Which light?', type: text", "'Is there light?'"), facts=FACTS)


def test_a_question_shows_what_its_fact_says():
    facts = "code: {ask: 'Code?', help: Below., why: To find it., example: E1, note: For agents., type: text, unsure: true}"
    prompt = asked("code", facts).prompt
    assert isinstance(prompt, Question)
    shown = [plain(part) for part in (prompt.help, prompt.why, prompt.note)]
    assert (shown, prompt.example, prompt.unsure) == (["Below.", "To find it.", "For agents."], "E1", True)


def test_a_computed_fact_is_never_asked():
    assert "F409" in errors("steps: {a: {ask: twice, then: done}}", facts="twice: {value: 2 * 2}")
    assert worth("size * 2", size="4") == 8


# --- Rules -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "held"),
    [
        ("light and sound", {(True, True): True, (True, None): None, (False, None): False, (None, None): None}),
        ("light or sound", {(False, False): False, (False, None): None, (True, None): True, (None, None): None}),
        ("not light", {(True, None): False, (False, None): True, (None, None): None}),
        ("light == sound", {(True, True): True, (True, False): False, (True, None): None}),
        ("light and not light", {(None, None): None}),
        ("1 if light else 2", {(True, None): Decimal(1), (False, None): Decimal(2), (None, None): None}),
    ],
)
def test_logic_has_three_values(rule, held):
    words = {True: "yes", False: "no"}
    for (light, sound), expected in held.items():
        given = {name: words[value] for name, value in (("light", light), ("sound", sound)) if value is not None}
        assert worth(rule, **given) == expected, (light, sound)
        if rule in ("light and sound", "light or sound"):  # the order does not matter
            swapped = {"light": given.get("sound"), "sound": given.get("light")}
            assert worth(rule, **{name: value for name, value in swapped.items() if value}) == expected


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        ("size == 3", {"size": "3.0"}, True),
        ("size != 3", {}, None),
        ("size >= 2 and size <= 4", {"size": "4"}, True),
        ("2 < size < 4", {"size": "4"}, False),
        ("size / 0", {"size": "4"}, None),
        ("size / 3", {"size": "1"}, Decimal("0.3333333333333333333333333333")),
        ("size + 1 - 2 * 3", {"size": "10"}, Decimal(5)),
        ("-size", {"size": "10"}, Decimal(-10)),
        ("price + 5", {"price": "1.25"}, Decimal("6.25")),
        ("price / price", {"price": "4"}, Decimal(1)),
        ("colour in ['red', 'blue']", {"colour": "blue"}, True),
        ("colour not in ['red', 'blue']", {"colour": "green"}, True),
        ("colour not in ['red', 'blue']", {}, None),
        ("name == 'ada'", {"name": "Ada"}, False),
        ("lower(name) == 'ada'", {"name": "Ada"}, True),
        ("mail == 'ADA@example.com'", {"mail": "ada@example.com"}, True),
        ("mail in ['ADA@example.com']", {"mail": "ada@example.com"}, True),
        ("day + 30", {"day": "2026-11-22"}, date(2026, 12, 22)),
        ("30 + day", {"day": "2026-11-22"}, date(2026, 12, 22)),
        ("day - 22", {"day": "2026-11-22"}, date(2026, 10, 31)),
        ("day - '2026-11-20'", {"day": "2026-11-22"}, Decimal(2)),
        ("day == '2026-11-22'", {"day": "2026-11-22"}, True),
        ("day + 99999999", {"day": "2026-11-22"}, None),
        ("today", {}, date(2026, 11, 22)),
        ("true or light", {}, True),
        ("'saw' in tools", {"tools": "saw"}, True),
        ("'saw' not in tools", {"tools": "axe"}, True),
        ("'saw' in tools", {}, None),
    ],
)
def test_rules_compare_and_calculate(rule, given, expected):
    assert worth(rule, **given) == expected


@pytest.mark.parametrize(
    ("rule", "given", "expected"),
    [
        ("known(size)", {"size": "1"}, True),
        ("known(size)", {}, False),
        ("known(doubt)", {"doubt": "unsure"}, False),
        ("unsure(doubt)", {"doubt": "unsure"}, True),
        ("unsure(doubt)", {"doubt": "up"}, False),
        ("unsure(doubt)", {}, False),
        ("any_of(tools, 'saw', 'axe')", {"tools": "axe,pen"}, True),
        ("any_of(tools, 'saw')", {"tools": "none"}, False),
        ("any_of(tools, 'saw')", {}, None),
        ("all_of(tools, 'saw', 'axe')", {"tools": "axe,pen"}, False),
        ("all_of(tools, 'saw', 'axe')", {"tools": "saw,axe,pen"}, True),
        ("only(tools, 'saw', 'axe')", {"tools": "axe"}, True),
        ("only(tools, 'saw', 'axe')", {"tools": "axe,pen"}, False),
        ("only(tools, 'saw', 'axe')", {"tools": "none"}, False),
        ("count(tools)", {"tools": "saw,axe"}, Decimal(2)),
        ("count(tools)", {"tools": "none"}, Decimal(0)),
        ("count(tools)", {}, None),
        ("count(shots)", {"shots": "a.png,b.png"}, Decimal(2)),
        ("sum(size, 2, 3)", {"size": "1"}, Decimal(6)),
        ("min(size, 2)", {"size": "1"}, Decimal(1)),
        ("max(size, 2)", {"size": "1"}, Decimal(2)),
        ("max(size, 2)", {}, None),
        ("max(day, today)", {"day": "2030-01-01"}, date(2030, 1, 1)),
        ("round(size)", {"size": "2.5"}, Decimal(3)),
        ("round(size)", {"size": "-2.5"}, Decimal(-3)),
        ("round(size, 1)", {"size": "2.25"}, Decimal("2.3")),
        ("round(size, 1, 'up')", {"size": "2.21"}, Decimal("2.3")),
        ("round(size, 0, 'up')", {"size": "-2.5"}, Decimal(-2)),
        ("round(size, 1, 'down')", {"size": "2.29"}, Decimal("2.2")),
        ("round(size, 0, 'down')", {"size": "-2.5"}, Decimal(-3)),
        ("days_until(day)", {"day": "2026-11-25"}, Decimal(3)),
        ("days_until(day)", {"day": "2026-11-20"}, Decimal(-2)),
        ("age(day)", {"day": "2000-11-22"}, Decimal(26)),
        ("age(day)", {"day": "2000-11-23"}, Decimal(25)),
        ("years(day, 1)", {"day": "2024-02-29"}, date(2025, 2, 28)),
        ("years(day, 4)", {"day": "2024-02-29"}, date(2028, 2, 29)),
        ("years(day, -1)", {"day": "2026-11-22"}, date(2025, 11, 22)),
        ("lower(name)", {"name": "ADA"}, "ada"),
        ("lower(name)", {}, None),
    ],
)
def test_functions(rule, given, expected):
    assert worth(rule, **given) == expected


def test_age_counts_a_leap_day_from_the_first_of_march():
    made = pack("steps: {go: {tell: Hm., then: done}}", facts=FACTS + "it: {value: age(day)}")
    for day, years in (("2026-02-28", 25), ("2026-03-01", 26)):
        now = NOW.replace(year=2026, month=int(day[5:7]), day=int(day[8:]))
        assert talk(made, given={"day": "2000-02-29"}, now=now).value("it") == years


TABLE = {"codes.csv": "value,label,fix\ne1,Error 1,Restart it\ne2,Error 2,\n"}


def test_lookup_gives_a_cell_and_nothing_where_there_is_no_such_row():
    facts = "code: {ask: 'Code?', choices: codes.csv}\n"
    assert worth("lookup(code, 'fix')", facts=facts, tables=TABLE, code="e1") == "Restart it"
    assert worth("lookup(code, 'fix')", facts=facts, tables=TABLE, code="e2") == ""
    assert worth("lookup(code, 'fix')", facts=facts, tables=TABLE) is None
    assert worth("lookup('codes.csv', name, 'fix')", tables=TABLE, name="e1") == "Restart it"
    assert worth("lookup('codes.csv', name, 'fix')", tables=TABLE, name="e9") is None


def test_lookup_of_an_item_reads_the_table_of_its_fact():
    facts = FACTS + "codes: {ask: 'Codes?', many: true, choices: codes.csv}\nfix: {value: \"lookup(item, 'fix')\"}\n"
    steps = "steps: {c: {ask: codes}, a: {each: codes, try: 'Do: {{ fix }}', then: done}}"
    held = talk(pack(steps, facts=facts, tables=TABLE), "e1")
    assert isinstance(held.prompt, Attempt)
    assert plain(held.prompt.text) == "Do: Restart it"


def test_result_is_the_answer_of_a_try_and_visits_its_entries():
    steps = """
    steps:
      a: {try: Turn it., then: b}
      b: {then: [{when: "result('a') == 'worked'", then: done}, {when: visits('a') >= 3, then: other}, {else: a}]}
    """
    made = pack(steps)
    assert talk(made, "failed", "worked").ending == "done"
    assert talk(made, "failed", "skipped", "failed").ending == "other"


def test_visits_count_the_present_entry():
    made = pack("steps: {a: {ask: light, then: [{when: visits('a') == 1, then: done}, {else: other}]}}", facts=FACTS)
    assert talk(made, "yes").ending == "done"


def test_visits_and_results_begin_anew_for_each_run_of_a_flow():
    steps = """
    steps:
      a: {run: inner, then: b}
      b: {run: inner, then: {more: done, first: other}}
    """
    inner = """
    steps:
      peek: {then: [{when: "result('t') == 'worked'", then: more}, {else: t}]}
      t: {try: Turn it., at_most: {times: 1, else: more}, then: [{when: visits('t') == 1, then: first}, {else: more}]}
    outcomes: {first: {kind: exit}, more: {kind: exit}}
    """
    held = talk(pack(steps, inner=inner), "worked")
    assert held.at == "b/t"
    assert held.say("worked").ending == "other"


@pytest.mark.parametrize(
    ("rule", "states", "expected"),
    [
        ("any_of(state, 'broken')", {"saw": "whole", "axe": "broken"}, True),
        ("any_of(state, 'broken')", {"saw": "unsure", "axe": "broken"}, True),
        ("any_of(state, 'broken')", {"saw": "unsure", "axe": "whole"}, None),
        ("any_of(state, 'broken')", {"saw": "whole"}, False),
        ("'broken' in state", {"saw": "broken"}, True),
        ("all_of(state, 'broken')", {"saw": "broken", "axe": "whole"}, True),
        ("all_of(state, 'broken')", {"saw": "broken", "axe": "unsure"}, None),
        ("only(state, 'whole')", {"saw": "whole", "axe": "whole"}, True),
        ("only(state, 'whole')", {"saw": "whole", "axe": "broken"}, False),
        ("only(state, 'whole')", {"saw": "whole", "axe": "unsure"}, None),
        ("count(state)", {"saw": "whole", "axe": "unsure"}, Decimal(2)),
        ("count(state)", {}, Decimal(0)),
        ("unsure(state)", {"saw": "whole", "axe": "unsure"}, True),
        ("unsure(state)", {"saw": "whole", "axe": "broken"}, False),
    ],
)
def test_over_facts_asked_per_item_an_entry_that_is_not_sure_is_unknown(rule, states, expected):
    assert per_item(rule, states) == expected


@pytest.mark.parametrize(
    ("chosen", "costs", "expected"),
    [
        ("saw,axe", ["3", "4"], (7, 3, 4, 2)),
        ("saw,axe", ["3", "unsure"], (None, None, None, 2)),
        ("none", [], (0, None, None, 0)),
    ],
)
def test_sums_and_extremes_over_items(chosen, costs, expected):
    rules = "total: {value: sum(cost)}\nleast: {value: min(cost)}\nmost: {value: max(cost)}\n"
    rules += "how_many: {value: count(cost)}\n"
    steps = "steps: {t: {ask: tools}, c: {each: tools, ask: cost}, go: {tell: Hm., then: done}}"
    held = talk(pack(steps, facts=FACTS + rules), chosen, *costs)
    assert tuple(held.value(name) for name in ("total", "least", "most", "how_many")) == expected


def test_inside_an_item_the_fact_reads_as_the_items_answer():
    steps = "steps: {t: {ask: tools}, a: {each: tools, run: mend, then: done}}"
    mend = """
    steps:
      s: {ask: state, then: {whole: ok}}
      w: {when: "state == 'broken'", try: Mend it., then: ok}
      u: {when: unsure(state), tell: Look closer., then: ok}
      o: {then: ok}
    outcomes: {ok: {kind: exit}}
    """
    held = talk(pack(steps, facts=FACTS, mend=mend), "saw,axe,pen", "broken", "worked", "unsure", "seen", "whole")
    assert held.path == ["t", "a[saw]/s", "a[saw]/w", "a[axe]/s", "a[axe]/u", "a[pen]/s"]


@pytest.mark.parametrize(("plain_answer", "item_answer"), [("whole", "unsure"), ("unsure", "whole")])
def test_inside_an_item_its_own_answer_hides_the_one_without_an_item(plain_answer, item_answer):
    steps = "steps: {p: {ask: state}, t: {ask: tools}, a: {each: tools, run: mend, then: done}}"
    mend = """
    steps:
      s: {ask: state, again: true}
      f: {then: [{when: unsure(state) and not known(state), then: u}, {when: known(state) and not unsure(state), then: k}]}
      o: {then: ok}
      u: {tell: Hm., then: ok}
      k: {tell: "Fine.", then: ok}
    outcomes: {ok: {kind: exit}}
    """
    held = talk(pack(steps, facts=FACTS, mend=mend), plain_answer, "saw", item_answer)
    assert held.at == ("a[saw]/u" if item_answer == "unsure" else "a[saw]/k")


def test_a_computed_fact_may_read_item_and_is_unknown_outside_of_an_each():
    facts = ITEMS + "sharp: {value: \"item in ['saw', 'axe']\"}\n"
    rows = "[{when: known(sharp), then: other}, {else: done}]"
    steps = f"steps: {{t: {{ask: tools}}, a: {{each: tools, run: mend}}, b: {{then: {rows}}}}}"
    mend = "steps: {c: {when: sharp, ask: state, then: ok}, d: {then: ok}}\noutcomes: {ok: {kind: exit}}"
    held = talk(pack(steps, facts=facts, mend=mend), "saw,pen")
    assert plain(held.prompt.text) == "How is A saw?"
    assert held.say("whole").ending == "done"


# --- §5.1 -----------------------------------------------------------------------------------------------------------


def test_a_when_that_does_not_hold_skips_the_step_and_its_then():
    steps = "steps: {a: {ask: light}, b: {when: light, ask: sound, then: other}, c: {then: done}}"
    made = pack(steps, facts=FACTS)
    held = talk(made, "no")
    assert (held.ending, held.path) == ("done", ["a"])
    assert talk(made, "yes", "yes").ending == "other"


def test_a_when_that_is_unknown_does_not_hold():
    skipped = "b: {when: doubt == 'up', then: other}, c: {when: doubt != 'up', then: other}"
    steps = f"steps: {{a: {{ask: doubt}}, {skipped}, d: {{then: done}}}}"
    assert talk(pack(steps, facts=FACTS), "unsure").ending == "done"


def test_a_step_whose_facts_are_all_known_asks_nothing_but_its_then_applies():
    made = pack("steps: {a: {ask: light}, b: {ask: light, then: {yes: done}}, c: {then: other}}", facts=FACTS)
    held = talk(made, "yes")
    assert (held.ending, held.path) == ("done", ["a"])
    form = pack("steps: {f: {ask: [light, sound], then: [{when: light, then: done}]}, c: {then: other}}", facts=FACTS)
    assert talk(form, given={"light": "yes", "sound": "no"}).ending == "done"


# --- §5.2 -----------------------------------------------------------------------------------------------------------

FORK = """
steps:
  a: {ask: light, then: {yes: b, no: c}}
  b: {ask: colour, then: end}
  c: {ask: colour}
  end: {ask: sound, then: done}
"""


def test_what_an_earlier_place_answered_is_not_asked():
    steps = "steps: {a: {ask: light}, b: {ask: doubt}, c: {ask: [doubt, light, sound], then: done}}"
    held = talk(pack(steps, facts=FACTS), "yes", "unsure")
    assert held.at == "c.sound"


def test_where_an_earlier_place_answered_nothing_is_looked_up():
    steps = """
    steps:
      a: {ask: light, then: {no: c}}
      b: {ask: colour}
      c: {ask: colour, then: {red: other, else: done}}
    """
    made = pack(steps, facts=FACTS)
    held = talk(made, "no", "red")
    assert held.ending == "other"
    held.change("a", "yes")
    assert (held.ending, held.said) == ("other", [("a", "yes"), ("b", "red")])  # kept at b; c looks nothing up
    held.change("b", "green")
    assert (held.ending, held.said) == ("done", [("a", "yes"), ("b", "green")])  # though c holds red


def test_the_places_own_answer_serves_before_a_newer_one():
    held = talk(pack(FORK, facts=FACTS), "yes", "red").change("a", "no").change("c", "blue").change("a", "yes")
    assert held.said == [("a", "yes"), ("b", "red")]
    assert held.kept == []


def test_else_the_newest_other_answer_for_the_fact_serves_and_is_announced_as_kept():
    held = talk(pack(FORK, facts=FACTS), "yes", "red").change("a", "no")
    assert (held.at, held.said, held.kept) == ("end", [("a", "no"), ("c", "red")], ["c"])
    assert held.prompt.kept[0].label == "Red"
    assert [entry.kept for entry in held.session.trail] == [False, True]


def test_of_several_other_answers_the_newest_that_is_valid_here_serves():
    facts = FACTS + "way: {ask: 'Way?', choices: {walk: Walk, lift: {label: Lift, when: light}, bus: Bus}}\n"
    steps = """
    steps:
      a: {ask: colour, then: {red: b, green: c, blue: d}}
      b: {ask: way, then: done}
      c: {ask: light, then: c2}
      c2: {ask: way, then: done}
      d: {ask: way, then: done}
    """
    held = talk(pack(steps, facts=facts), "red", "bus").change("a", "green").say("yes").change("c2", "lift")
    assert held.said == [("a", "green"), ("c", "yes"), ("c2", "lift")]
    held.change("a", "blue")
    assert held.said == [("a", "blue"), ("d", "bus")]  # the lift is newer, but nobody knows of light here
    held.change("a", "green").change("c2", "walk").change("a", "blue")
    assert held.said == [("a", "blue"), ("d", "walk")]


def test_a_kept_answer_is_announced_once():
    held = talk(pack(FORK, facts=FACTS), "yes", "red").change("a", "no")
    assert held.kept == ["c"]
    assert held.say("yes").kept == []


def test_a_kept_answer_is_announced_though_an_own_one_serves_behind_it():
    steps = """
    steps:
      a: {ask: light, then: {yes: b, no: c}}
      b: {ask: colour, then: d}
      c: {ask: colour}
      d: {ask: size}
      e: {ask: sound, then: done}
    """
    held = talk(pack(steps, facts=FACTS), "yes", "red", "5").change("a", "no")
    assert (held.at, held.kept) == ("e", ["c"])
    assert held.say("yes").kept == []


def test_a_place_that_asks_again_is_not_served_from_elsewhere():
    steps = """
    steps:
      a: {ask: light, then: {yes: b, no: c}}
      b: {ask: colour, then: done}
      c: {ask: colour, again: true, then: other}
    """
    held = talk(pack(steps, facts=FACTS), "yes", "red").change("a", "no")
    assert held.at == "c"
    held.say("blue").change("a", "yes").change("a", "no")
    assert held.said == [("a", "no"), ("c", "blue")]  # but by its own answer it is


def test_the_newest_other_answer_serves_even_if_it_was_given_further_on():
    steps = """
    steps:
      a: {ask: light, then: {yes: b, no: c}}
      b: {ask: colour, then: d}
      c: {ask: colour}
      d: {ask: colour, again: true}
      e: {ask: sound, then: done}
    """
    held = talk(pack(steps, facts=FACTS), "yes", "red").change("a", "no")
    assert held.said == [("a", "no"), ("c", "red")]
    assert left(held.session).most is None  # for what d says may lead elsewhere from c on
    held.say("blue")
    assert held.said == [("a", "no"), ("c", "blue"), ("d", "blue")]
    assert replay(held.session.pack, held.session.log) == held.session


def test_answers_serve_the_same_item_only():
    steps = """
    steps:
      t: {ask: tools}
      a: {ask: light, then: {yes: b, no: c}}
      b: {each: tools, ask: state, then: end}
      c: {each: tools, ask: state}
      end: {ask: sound, then: done}
    """
    held = talk(pack(steps, facts=FACTS), "saw,axe", "yes", "broken").change("a", "no")
    assert (held.at, held.said[2:]) == ("c[axe]", [("c[saw]", "broken")])


def test_a_place_whose_answer_was_taken_back_is_asked_with_that_answer_as_the_default():
    held = talk(pack(FORK, facts=FACTS), "yes", "red").back()
    assert isinstance(held.prompt, Question)
    assert (held.at, held.prompt.default) == ("b", "red")
    assert held.facts == {"light": True}


def test_what_was_taken_back_serves_no_other_place():
    held = talk(pack(FORK, facts=FACTS), "yes", "red").back().change("a", "no")
    assert isinstance(held.prompt, Question)
    assert (held.at, held.prompt.default) == ("c", None)


def test_a_kept_answer_that_is_taken_back_serves_nowhere_any_more():
    held = talk(pack(FORK, facts=FACTS), "yes", "red").change("a", "no").back()
    assert isinstance(held.prompt, Question)
    assert (held.at, held.prompt.default) == ("c", "red")
    held.change("a", "yes")
    assert isinstance(held.prompt, Question)
    assert (held.at, held.prompt.default) == ("b", "red")


def test_a_place_that_was_taken_back_looks_for_no_older_answer():
    steps = """
    steps:
      a: {ask: colour, then: {red: b, green: c, blue: d}}
      b: {ask: size, then: end}
      c: {ask: size, then: end}
      d: {ask: size}
      end: {ask: sound, then: done}
    """
    held = talk(pack(steps, facts=FACTS), "red", "1").change("a", "green").change("c", "2").change("a", "blue")
    assert held.said == [("a", "blue"), ("d", "2")]
    assert held.back().at == "d"  # though b holds 1
    assert held.say("3").at == "end"


@pytest.mark.parametrize(
    ("rule", "value", "good", "bad"),
    [
        ("type: number, max: size", "8", "9", "2"),
        ("type: number, min: 10 - size", "2", "9", "1"),
        ("type: number, refuse: {when: answer != size, tell: No.}", "5", "5", "4"),
        ("choices: {x: X, y: {label: Y, when: size > 5}}", "y", "9", "2"),
    ],
)
def test_an_answer_that_is_no_longer_valid_is_asked_again_with_itself_as_the_default(rule, value, good, bad):
    facts = f"{FACTS}\nanswer: {{ask: 'A?', {rule}}}"
    made = pack("steps: {a: {ask: size}, b: {ask: answer}, c: {ask: light, then: done}}", facts=facts)
    held = talk(made, good, value, "yes").change("a", bad)
    assert isinstance(held.prompt, Question)
    assert (held.at, held.prompt.default, held.path) == ("b", value, ["a"])
    assert "answer" not in held.facts
    held.change("a", good)
    assert (held.ending, held.path) == ("done", ["a", "b", "c"])  # it comes back


def test_an_answer_of_another_type_or_pattern_is_asked_again_on_another_version_of_the_flow():
    first = pack("steps: {a: {ask: x, then: done}}", facts="x: {ask: 'X?', type: text}")
    for other in ("type: number", "type: text, pattern: '[0-9]+'", "choices: {b: B}"):
        facts = f"x: {{ask: 'X?', {other}}}"
        moved = talk(first, "abc").replayed_on(pack("steps: {a: {ask: x, then: done}}", facts=facts))
        assert isinstance(moved.prompt, Question)
        assert (moved.at, moved.prompt.default) == ("a", "abc")


def test_an_answer_to_something_else_does_not_serve_a_place_that_kept_its_name():
    held = talk(pack("steps: {a: {ask: light, then: done}}", facts=FACTS), "yes")
    moved = held.replayed_on(pack("steps: {a: {ask: sound, then: done}}", facts=FACTS))
    assert isinstance(moved.prompt, Question)
    assert (moved.at, moved.prompt.default, moved.facts) == ("a", None, {})
    assert held.replayed_on(pack("steps: {a: {try: Turn it., also: {yes: 'Yes'}, then: done}}")).at == "a"


def test_validity_reads_only_what_is_known_before_the_place():
    facts = FACTS + "copy: {ask: 'Copy?', type: number, refuse: {when: copy == size, tell: The same.}}\n"
    made = pack("steps: {a: {ask: copy}, b: {ask: size, then: done}}", facts=facts)
    held = talk(made, "5", "5")
    assert held.ending == "done"
    assert held.change("a", "5").ending == "done"
    made = pack("steps: {a: {ask: size}, b: {ask: copy, then: done}}", facts=facts)
    assert talk(made, "7", given={"copy": "5"}).change("given.copy", "7").facts["copy"] == 7


def test_the_fields_of_a_form_are_places_of_their_own_top_to_bottom():
    facts = (
        FACTS
        + """
high: {ask: 'H?', type: number, min: size}
low: {ask: 'L?', type: number, refuse: {when: low > size, tell: Too much.}}
"""
    )
    held = talk(pack("steps: {f: {ask: [low, size, high], then: done}}", facts=facts))
    caught = refusal("form", held, {"low": "9", "size": "5", "high": "4"})
    assert [(error.place, error.code) for error in caught.errors] == [("f.high", "too_small")]
    assert held.say({"low": "9", "size": "5", "high": "6"}).ending == "done"  # low stands above size
    assert held.path == ["f.low", "f.size", "f.high"]


def test_a_form_that_is_refused_leaves_nothing_behind():
    held = talk(pack("steps: {f: {ask: [light, size, name], then: done}}", facts=FACTS))
    caught = refusal("form", held, {"light": "yes", "size": "much", "extra": "x"})
    assert {(error.place, error.code) for error in caught.errors} == {
        ("f", "unknown_field"), ("f.size", "not_a_number"), ("f.name", "missing_field"),
    }  # fmt: skip
    assert held.facts == {}
    assert held.value("light") is None
    refusal("not_a_form", held, "yes")


def test_not_sure_in_a_form_is_what_the_fields_below_read():
    facts = FACTS + "next_size: {ask: 'N?', type: number, refuse: {when: unsure(doubt), tell: First find out.}}\n"
    held = talk(pack("steps: {f: {ask: [doubt, next_size], then: done}}", facts=facts))
    refusal("form", held, {"doubt": "unsure", "next_size": "5"})
    assert held.say({"doubt": "up", "next_size": "5"}).ending == "done"


def test_not_sure_said_again_in_a_form_leaves_nothing_for_the_fields_below():
    facts = FACTS + "copy: {ask: 'C?', type: text, refuse: {when: doubt == 'up', tell: Not up.}}\n"
    made = pack("steps: {a: {ask: doubt}, f: {ask: [doubt, copy], again: true, then: done}}", facts=facts)
    assert talk(made, "up", {"doubt": "unsure", "copy": "x"}).ending == "done"
    refusal("form", talk(made, "down"), {"doubt": "up", "copy": "x"})


def test_an_answer_leaves_the_session_before_it_as_it_was():
    made = pack("steps: {a: {ask: light}, b: {ask: sound, then: done}}", facts=FACTS)
    first = start(made, "main", now=NOW)
    second = answer(first, "yes", now=NOW)
    assert first.state.facts == {}
    assert first.known.get("light") is None
    assert second.state.facts == {"light": True}
    preview = talk(made, "yes", "no").preview("a", "no")
    assert preview.session.state.facts == {"light": False, "sound": False}


def test_a_form_is_answered_and_taken_back_as_one():
    made = pack("steps: {a: {ask: light}, f: {ask: [sound, name], then: done}}", facts=FACTS)
    held = talk(made, "yes", {"sound": "no", "name": "Ada"})
    assert len(held.session.log) == 3
    held.back()
    assert isinstance(held.prompt, Form)
    assert [(field.fact, field.default) for field in held.prompt.fields] == [("sound", "no"), ("name", "Ada")]
    assert held.facts == {"light": True}


def test_a_form_of_which_a_field_was_changed_is_still_taken_back_as_one():
    made = pack("steps: {f: {ask: [sound, name], then: done}}", facts=FACTS)
    held = talk(made, {"sound": "no", "name": "Ada"}).change("f.sound", "yes").back()
    assert isinstance(held.prompt, Form)
    assert [(field.fact, field.default) for field in held.prompt.fields] == [("sound", "yes"), ("name", "Ada")]


def test_back_takes_the_last_answer_in_walk_order_whatever_was_said_last():
    made = pack("steps: {a: {ask: light}, b: {ask: sound}, c: {ask: size, then: done}}", facts=FACTS)
    held = talk(made, "yes", "no").change("a", "no").back()
    assert (held.at, held.said) == ("b", [("a", "no")])


def test_back_at_the_beginning_is_refused():
    held = talk(pack(FORK, facts=FACTS), given={"sound": "yes"})
    with pytest.raises(Refused) as caught:
        held.back()
    assert caught.value.code == "nothing_to_go_back_to"


# --- §5.3 -----------------------------------------------------------------------------------------------------------


def test_places_are_the_path_the_step_the_visit_the_item_and_the_field():
    facts = FACTS + "side: {ask: 'S?', choices: {l: L, r: R}, unsure: {tell: Look.}}\nmore: {ask: 'More?'}\n"
    steps = """
    steps:
      run: {run: inner, then: ask}
      ask: {ask: more, again: true, then: {yes: run, no: end}}
    outcomes: {end: {kind: action, title: End, needs: [name]}}
    """
    inner = """
    steps:
      tools: {ask: tools}
      step: {each: tools, ask: [side, cost], again: true}
      once: {ask: light, again: true, then: {yes: step, no: out}}
    outcomes: {out: {kind: exit}}
    """
    form = {"side": "l", "cost": "1"}
    held = talk(pack(steps, facts=facts, inner=inner), "saw,axe", form, form, "no", "yes")
    held.say(form, form, "yes", {"side": "unsure", "cost": "1"}, "l", form, "no", "no", "Ada")
    assert held.path == [
        "run/tools",
        "run/step[saw].side", "run/step[saw].cost", "run/step[axe].side", "run/step[axe].cost", "run/once",
        "ask",
        "run#2/step[saw].side", "run#2/step[saw].cost", "run#2/step[axe].side", "run#2/step[axe].cost", "run#2/once",
        "run#2/step#2[saw].side", "run#2/step#2[saw].cost", "run#2/step#2[saw].side.again",
        "run#2/step#2[axe].side", "run#2/step#2[axe].cost", "run#2/once#2",
        "ask#2", "end.name",
    ]  # fmt: skip


# --- §5.4 -----------------------------------------------------------------------------------------------------------


def test_computed_facts_are_evaluated_where_they_are_read_over_what_is_known_so_far():
    facts = FACTS + "both: {value: light and sound}\nname_known: {value: known(name)}\n"
    steps = """
    steps:
      a: {ask: light}
      x: {when: both, then: other}
      y: {tell: "{{ both }}"}
      b: {ask: sound}
      z: {when: both, then: done}
      w: {then: other}
    """
    held = talk(pack(steps, facts=facts), "yes")
    assert isinstance(held.prompt, Notice)
    assert plain(held.prompt.text) == "not known"
    assert held.say("seen", "yes").ending == "done"


def test_computed_facts_may_be_read_in_when_refuse_choices_and_texts():
    facts = (
        FACTS
        + """
twice: {value: size * 2}
way: {ask: "Way to {{ twice }}?", choices: {walk: Walk, lift: {label: Lift, when: twice > 5}}}
limit: {ask: 'L?', type: number, refuse: {when: limit > twice, tell: "At most {{ twice }}."}}
"""
    )
    rows = "[{when: twice > 7, then: done}, {else: other}]"
    made = pack(f"steps: {{a: {{ask: size}}, b: {{ask: way}}, c: {{ask: limit, then: {rows}}}}}", facts=facts)
    held = talk(made, "2")
    assert isinstance(held.prompt, Question)
    assert plain(held.prompt.text) == "Way to 4?"
    refusal("not_offered", held, "lift")
    held.say("walk")
    assert refusal("by_author", held, "5").arguments == {"text": "At most 4."}
    assert held.say("4").ending == "other"
    assert talk(made, "4", "lift", "8").ending == "done"


def test_a_circle_of_computed_facts_is_an_error():
    assert "F309" in errors("steps: {a: {then: done}}", facts="a: {value: b + 1}\nb: {value: a + 1}")


# --- §5.5 -----------------------------------------------------------------------------------------------------------


def test_skipped_entries_count_neither_for_at_most_nor_for_visits():
    steps = """
    steps:
      go: {ask: light, again: true}
      a: {when: light, try: Turn it., at_most: {times: 1, else: other}}
      b: {ask: sound, again: true, then: [{when: visits('a') == 1 and sound, then: done}, {else: go}]}
    """
    held = talk(pack(steps, facts=FACTS), "no", "yes", "no", "yes")
    assert held.at == "go#3"
    assert held.say("yes").at == "a"
    assert held.say("worked", "yes").ending == "done"


def test_at_most_counts_entries_that_asked_nothing():
    steps = """
    steps:
      a: {ask: light, at_most: {times: 2, else: other}}
      b: {try: Turn it., then: {worked: done, else: a}}
    """
    held = talk(pack(steps, facts=FACTS), "yes", "failed", "failed")
    assert (held.ending, held.path) == ("other", ["a", "b", "b#2"])


def test_a_walk_that_meets_a_place_again_without_an_answer_in_between_stops():
    steps = """
    steps:
      a: {ask: light}
      b: {ask: light, then: [{when: light and sound, then: done}, {else: c}]}
      c: {then: [{when: sound, then: other}, {else: b}]}
    """
    held = talk(pack(steps, facts=FACTS), "yes")
    assert isinstance(held.prompt, Stuck)
    assert (held.prompt.code, held.session.stuck, held.session.ended) == ("circle", True, False)
    with pytest.raises(Refused):
        held.say("yes")
    assert held.back().at == "a"


def test_a_circle_through_a_flow_that_is_run_stops_too():
    steps = "steps: {a: {ask: light}, b: {run: inner, then: {on: c}}, c: {then: [{when: sound, then: done}, {else: b}]}}"
    held = talk(pack(steps, facts=FACTS, inner="steps: {x: {ask: light, then: on}}\noutcomes: {on: {kind: exit}}"), "yes")
    assert isinstance(held.prompt, Stuck)


def test_two_limits_that_lead_to_each_other_stop():
    steps = """
    steps:
      a: {try: A., at_most: {times: 1, else: b}, then: b}
      b: {try: B., at_most: {times: 1, else: a}, then: {worked: done, else: a}}
    """
    held = talk(pack(steps), "failed", "failed")
    assert isinstance(held.prompt, Stuck)


def test_at_most_leads_on_though_no_answer_stands_between():
    steps = """
    steps:
      a: {ask: light, at_most: {times: 1, else: other}}
      b: {then: [{when: sound, then: done}, {else: a}]}
    """
    held = talk(pack(steps, facts=FACTS), given={"light": "yes"})
    assert held.ending == "other"


# --- §5.6 -----------------------------------------------------------------------------------------------------------


def test_each_over_nothing_chosen_asks_nothing_and_the_table_is_empty():
    rows = "[{when: count(state) == 0, then: done}, {else: other}]"
    made = pack(f"steps: {{t: {{ask: tools}}, a: {{each: tools, ask: state, then: {rows}}}}}", facts=FACTS)
    held = talk(made, "none")
    assert (held.ending, held.path) == ("done", ["t"])


def test_each_run_over_nothing_chosen_leaves_the_tables_of_its_flow_empty():
    rows = "[{when: count(state) == 0 and sum(cost) == 0, then: done}, {else: other}]"
    steps = f"steps: {{t: {{ask: tools}}, a: {{each: tools, run: outer, then: {rows}}}}}"
    outer = "steps: {s: {ask: state}, r: {run: mend, then: ok}}\noutcomes: {ok: {kind: exit}}"
    mend = "steps: {s: {ask: cost, then: ok}}\noutcomes: {ok: {kind: exit}}"
    assert talk(pack(steps, facts=FACTS, outer=outer, mend=mend), "none").ending == "done"


def test_each_over_an_unknown_choice_asks_nothing_and_the_table_is_unknown():
    facts = FACTS + "parts: {ask: 'P?', many: true, unsure: true, choices: {a: A, b: B}}\nput: {ask: 'Put?'}\n"
    rows = "[{when: count(put) == 0, then: other}, {else: done}]"
    made = pack(f"steps: {{t: {{ask: parts}}, a: {{each: parts, ask: put, then: {rows}}}}}", facts=facts)
    held = talk(made, "unsure")
    assert (held.ending, held.path) == ("done", ["t"])


# --- §5.7 -----------------------------------------------------------------------------------------------------------


def test_a_form_asks_only_what_is_not_known():
    steps = "steps: {a: {ask: light}, f: {ask: [light, sound, name], note: For agents., then: done}}"
    held = talk(pack(steps, facts=FACTS), "yes")
    assert isinstance(held.prompt, Form)
    assert [field.fact for field in held.prompt.fields] == ["sound", "name"]


def test_a_form_with_one_field_left_is_a_question_with_the_steps_note():
    steps = "steps: {a: {ask: light}, f: {ask: [light, name], note: For agents., then: done}}"
    held = talk(pack(steps, facts=FACTS), "yes")
    assert isinstance(held.prompt, Question)
    assert (held.at, plain(held.prompt.note)) == ("f.name", "For agents.")
    assert held.say("Ada").ending == "done"
    assert talk(held.session.pack, "yes", {"name": "Ada"}).ending == "done"


def test_no_fields_choices_may_depend_on_another_field_of_the_form():
    facts = FACTS + "way: {ask: 'Way?', choices: {walk: Walk, lift: {label: Lift, when: light}}}\n"
    assert "F418" in errors("steps: {f: {ask: [light, way], then: done}}", facts=facts)


# --- §5.8 -----------------------------------------------------------------------------------------------------------

CLOCK = """
steps:
  a: {ask: light}
  fork: {then: [{when: "today == '2026-11-22'", then: early}, {else: late}]}
  early: {ask: sound, then: end}
  late: {ask: size}
  end: {ask: name, then: done}
"""
DAY = FACTS + "when_read: {value: today}\n"


def test_today_is_the_day_of_the_newest_event_before_the_place():
    held = talk(pack(CLOCK, facts=DAY))
    assert held.value("when_read") == date(2026, 11, 22)
    held.on("2026-11-25").say("yes")
    assert (held.at, held.value("when_read")) == ("late", date(2026, 11, 25))


def test_today_is_the_local_day_of_its_event():
    made = pack(CLOCK, facts=DAY)
    east = NOW.replace(hour=22).astimezone(tz=__import__("datetime").timezone(timedelta(hours=3)))
    assert talk(made, now=east).value("when_read") == date(2026, 11, 23)


def test_an_answer_at_the_end_of_the_walk_moves_no_earlier_rules_day():
    held = talk(pack(CLOCK, facts=DAY), "yes")
    assert held.at == "early"
    held.on("2026-11-25").say("no")
    assert (held.at, held.path) == ("end", ["a", "early"])
    assert held.value("when_read") == date(2026, 11, 25)
    again = replay(held.session.pack, held.session.log)
    assert again.state == held.session.state


def test_a_change_on_a_later_day_moves_the_day_of_the_rules_behind_it_only():
    held = talk(pack(CLOCK, facts=DAY), "yes", "yes").on("2026-11-25")
    assert held.preview("early", "no").session.prompt.place == "end"
    held.change("a", "no")
    assert (held.at, held.path) == ("late", ["a"])


def test_what_is_shown_after_a_resumption_uses_its_day():
    facts = FACTS + "days: {value: days_until(day)}\n"
    outcomes = "end: {kind: action, title: 'Ends in {{ days }} days'}\n"
    made = pack("steps: {a: {ask: day, then: end}}", facts=facts, outcomes=outcomes)
    held = talk(made, "2026-11-25")
    assert isinstance(held.prompt, Ending)
    assert held.prompt.title == "Ends in 3 days"
    held.on("2026-11-29").resume()
    assert isinstance(held.prompt, Ending)
    assert held.prompt.title == "Ends in -4 days"


def test_the_day_of_a_resumption_may_lead_elsewhere():
    held = talk(pack(CLOCK, facts=DAY), "yes").on("2026-11-25").resume()
    assert held.at == "late"
    assert held.say("4").at == "end"
    assert replay(held.session.pack, held.session.log) == held.session


def test_a_resumption_leaves_the_rules_that_were_behind_it_as_they_were():
    held = talk(pack(CLOCK, facts=DAY), "yes", "yes").on("2026-11-25").resume()
    assert (held.at, held.path) == ("end", ["a", "early"])
    held.change("early", "no")
    assert (held.at, held.path) == ("end", ["a", "early"])
    held.say("Ada")
    assert (held.ending, held.path) == ("done", ["a", "early", "end"])
    assert held.change("end", "Bob").path == ["a", "early", "end"]


def test_a_resumption_before_the_first_answer_counts_from_the_beginning():
    held = talk(pack(CLOCK, facts=DAY)).on("2026-11-25").resume()
    assert held.value("when_read") == date(2026, 11, 25)
    assert held.say("yes").at == "late"


def test_several_resumptions_each_count_from_where_the_conversation_stood():
    made = pack(CLOCK, facts=DAY)
    held = talk(made).resume().say("yes").resume().say("yes").on("2026-11-25").resume()
    assert (held.at, held.path) == ("end", ["a", "early"])
    held.on("2026-11-26").resume().say("Ada")
    assert held.value("when_read") == date(2026, 11, 26)
    assert replay(made, held.session.log) == held.session


def test_an_older_answer_that_serves_again_after_a_resumption_does_not_move_its_day():
    steps = """
    steps:
      a: {ask: light, then: {yes: b, no: fork}}
      b: {ask: size, then: end}
      fork: {then: [{when: "today == '2026-11-22'", then: c}, {else: late}]}
      late: {ask: colour}
      c: {ask: sound}
      d: {ask: size}
      end: {ask: name, then: done}
    """
    held = talk(pack(steps, facts=FACTS), "yes", "4").change("a", "no")
    assert held.at == "c"
    held.on("2026-11-25").resume().say("red", "yes")
    assert held.said == [("a", "no"), ("late", "red"), ("c", "yes"), ("d", "4")]
    assert held.change("c", "no").path == ["a", "late", "c", "d"]
    assert replay(held.session.pack, held.session.log) == held.session


def test_a_change_after_a_resumption_is_judged_by_the_day_of_its_place():
    facts = FACTS + "seen: {ask: 'Seen?', type: date, max: today}\n"
    made = pack("steps: {a: {ask: light}, b: {ask: seen, then: done}}", facts=facts)
    held = talk(made, "yes").on("2026-11-25").resume().say("2026-11-24")
    assert held.change("b", "2026-11-25").facts["seen"] == date(2026, 11, 25)
    with pytest.raises(Refused):
        held.preview("b", "2026-11-26")


def test_a_wait_runs_from_the_event_before_it_and_goes_on_over_a_resumption():
    steps = "steps: {a: {ask: light}, b: {try: Restart it., wait: 2 minutes, then: done}}"
    held = talk(pack(steps, facts=FACTS), "yes").on("2026-11-25").resume()
    assert isinstance(held.prompt, Attempt)
    assert held.prompt.wait is not None
    assert held.prompt.wait.since == NOW + timedelta(minutes=1)


def test_what_audience_skips_follows_the_audience_at_the_start():
    facts = FACTS + "way: {ask: 'Way?', choices: {up: Up, down: {label: Down, audience: agent}}}\n"
    steps = "steps: {a: {ask: light}, b: {ask: sound, audience: agent}, c: {ask: way, then: done}}"
    held = talk(pack(steps, facts=facts), "yes")
    held.session = hand_over(held.session, "agent", now=NOW)
    assert held.session.audience == "agent"
    assert held.at == "c"
    refusal("not_offered", held, "down")


# --- §5.9 -----------------------------------------------------------------------------------------------------------


def scripted(made: Pack, answers: object) -> Result:
    """A conversation held with written answers."""
    return run(made, "main", answers_from(answers), now=NOW)


EVERYTHING = """
steps:
  a: {ask: light}
  f: {ask: [light, sound, size]}
  t: {ask: tools}
  e: {each: tools, ask: state}
  w: {try: Turn it., wait: 9 minutes}
  n: {tell: Mind the gap., then: end}
outcomes: {end: {kind: action, title: End, needs: [price, day], wants: [colour, name]}}
"""


def test_positional_answers_are_used_up_by_what_is_really_asked():
    answers = ["yes", "no", "5", "saw,axe", "whole", "unsure", "failed", "50", "2026-11-22", "none", ""]
    result = scripted(pack(EVERYTHING, facts=FACTS), answers)
    assert (result.status, result.unused) == ("ended", ())
    assert result.session is not None
    assert [(entry.place, entry.value) for entry in result.session.trail] == [
        ("a", "yes"), ("f.sound", "no"), ("f.size", "5"), ("t", ("saw", "axe")), ("e[saw]", "whole"),
        ("e[axe]", "unsure"), ("w", "failed"), ("n", "seen"), ("end.price", "50.00"), ("end.day", "2026-11-22"),
        ("end.colour", ""), ("end.name", ""),
    ]  # fmt: skip


def test_several_are_written_as_a_list_too_and_values_come_before_labels():
    facts = "odd: {ask: 'Odd?', choices: {a: b, b: a}}\nmany: {ask: 'M?', many: true, none: true, choices: {x: X, y: Y}}\n"
    made = pack("steps: {a: {ask: odd}, b: {ask: many, then: done}}", facts=facts)
    for answers, expected in (
        (["a", ["y", "x"]], {"odd": "a", "many": ("x", "y")}),
        (["b", "none"], {"odd": "b", "many": ()}),
        ([{"many": "y"}, "a"], {"odd": "a", "many": ("y",)}),
    ):
        result = scripted(made, answers)
        assert result.session is not None
        assert result.session.state.facts == expected


def test_left_over_answers_are_reported():
    result = scripted(pack("steps: {a: {ask: light, then: done}}", facts=FACTS), ["yes", "no", "maybe"])
    assert result.status == "ended"
    assert [line.value for line in result.unused] == ["no", "maybe"]


# --- Given facts -----------------------------------------------------------------------------------------------------


def test_given_facts_are_known_from_the_start_and_first_on_the_trail():
    held = talk(pack(FORK, facts=FACTS), given={"sound": "yes", "light": "no"})
    assert held.at == "c"
    assert held.said == [("given.sound", "yes"), ("given.light", "no")]
    assert [entry.given for entry in held.session.trail] == [True, True]


def test_a_given_fact_is_checked_and_may_be_not_sure():
    made = pack("steps: {a: {ask: doubt}, b: {ask: light, then: done}}", facts=FACTS + "twice: {value: 2 * 2}\n")
    assert talk(made, given={"doubt": "unsure"}).at == "b"
    wrong = (({"doubt": "side"}, "not_a_choice"), ({"dubt": "up"}, "unknown_fact"), ({"twice": "4"}, "computed_fact"))
    for given, code in wrong:
        with pytest.raises(Refused) as caught:
            talk(made, given=given)
        assert (caught.value.code, caught.value.place) == (code, f"given.{next(iter(given))}")


def test_given_facts_are_judged_by_those_given_before_them():
    facts = FACTS + "copy: {ask: 'Copy?', type: number, refuse: {when: copy == size, tell: The same.}}\n"
    made = pack("steps: {a: {ask: copy}, b: {ask: size, then: done}}", facts=facts)
    assert talk(made, given={"copy": "5", "size": "5"}).ending == "done"
    with pytest.raises(Refused):
        talk(made, given={"size": "5", "copy": "5"})


def test_a_given_fact_is_changed_like_any_answer():
    held = talk(pack(FORK, facts=FACTS), "red", given={"light": "yes"})
    change = held.preview("given.light", "no")
    assert change.session.prompt.place == "end"
    assert [entry.place for entry in change.no_longer] == ["b"]
    held.change("given.light", "no")
    assert held.said == [("given.light", "no"), ("c", "red")]
    assert held.facts == {"light": False, "colour": "red"}


def test_a_change_of_a_given_fact_is_an_event_before_all_rules():
    held = talk(pack(CLOCK, facts=DAY), given={"light": "yes"})
    assert held.at == "early"
    held.on("2026-11-25").change("given.light", "no")
    assert held.at == "late"


def test_given_facts_are_never_taken_back():
    held = talk(pack(FORK, facts=FACTS), "red", given={"light": "yes"}).back()
    assert (held.at, held.said) == ("b", [("given.light", "yes")])


# --- Change ----------------------------------------------------------------------------------------------------------


def test_a_change_is_shown_before_it_is_made():
    steps = """
    steps:
      a: {ask: light, then: {no: c}}
      b: {ask: size}
      c: {ask: name}
      d: {try: Turn it., then: done}
    """
    held = talk(pack(steps, facts=FACTS), "yes", "5", "Ada", "failed")
    before = held.session
    change = held.preview("a", "no")
    assert [entry.place for entry in change.no_longer] == ["b"]
    assert [entry.place for entry in change.kept] == ["c", "d"]
    assert held.session is before
    assert held.said == [("a", "yes"), ("b", "5"), ("c", "Ada"), ("d", "failed")]
    assert held.change("a", "no").said == [("a", "no"), ("c", "Ada"), ("d", "failed")]


def test_a_place_that_another_answer_serves_after_the_change_no_longer_holds_its_own():
    facts = FACTS + "way: {ask: 'Way?', choices: {walk: Walk, lift: {label: Lift, when: sound}}}\n"
    steps = """
    steps:
      s: {ask: sound}
      a: {ask: colour, then: {red: b, green: c, blue: d}}
      b: {ask: way, then: done}
      c: {ask: way, then: done}
      d: {ask: way, then: done}
    """
    held = talk(pack(steps, facts=facts), "yes", "red", "walk").change("a", "green").change("c", "lift").change("a", "blue")
    assert held.said[-1] == ("d", "lift")
    change = held.preview("s", "no")
    assert [entry.place for entry in change.kept] == ["a"]
    assert [entry.place for entry in change.no_longer] == ["d"]
    assert change.session.trail[-1].value == "walk"


def test_what_no_longer_applied_comes_back_if_the_person_changes_their_mind():
    held = talk(pack(FORK, facts=FACTS), "yes", "red", "yes").change("a", "no").change("a", "yes")
    assert (held.ending, held.said) == ("done", [("a", "yes"), ("b", "red"), ("end", "yes")])


def test_a_try_can_be_changed_and_a_tell_can_not():
    held = talk(pack("steps: {a: {try: Turn it., then: {worked: done}}, b: {tell: Hm., then: other}}"), "failed", "seen")
    assert held.preview("a", "worked").session.prompt.place == "done"
    for place, value in (("b", "x"), ("nowhere", "x"), ("", "x")):
        with pytest.raises(Refused) as caught:
            held.preview(place, value)
        assert caught.value.code == "unknown_place"
    with pytest.raises(Refused):
        held.preview("a", "perhaps")


def test_every_place_can_be_changed_and_is_judged_by_what_was_known_there():
    facts = FACTS + "copy: {ask: 'Copy?', type: number, refuse: {when: copy == size, tell: The same.}}\n"
    steps = """
    steps:
      p: {ask: puzzle}
      t: {ask: tools}
      e: {each: tools, ask: [state, cost]}
      c: {ask: copy}
      s: {ask: size, then: end}
    outcomes: {end: {kind: action, title: End, needs: [name], wants: [mail]}}
    """
    held = talk(pack(steps, facts=facts), "unsure", "left", "saw", {"state": "whole", "cost": "1"}, "5", "5", "Ada", "")
    changes = {
        "p": "left", "p.again": "right", "e[saw].state": "broken", "c": "5", "s": "5", "end.name": "Bob",
        "end.mail": "a@b.example",
    }  # fmt: skip
    for place, value in changes.items():
        assert {entry.place: entry.value for entry in held.preview(place, value).session.trail}[place] == value
    with pytest.raises(Refused):
        held.preview("end.name", "")


# --- Why, and how much is left ---------------------------------------------------------------------------------------


def test_why_names_the_rules_and_answers_that_led_here():
    steps = """
    steps:
      a: {ask: light, then: {yes: c}}
      b: {then: other}
      c: {when: light and size > 3, ask: name, then: done}
      d: {then: done}
    """
    held = talk(pack(steps, facts=FACTS), "yes", given={"size": "5"})
    reasons = why(held.session)
    assert [(one.kind, one.step) for one in reasons] == [("answered", "a"), ("rule", "c")]
    assert [one.rule for one in reasons] == ["", "light and size > 3"]
    assert [entry.place for entry in reasons[0].answers] == ["a"]
    assert [entry.place for entry in reasons[1].answers] == ["given.size", "a"]
    with pytest.raises(Refused):
        why(held.session, "nowhere")


def test_what_is_left_is_an_honest_range():
    held = talk(pack(FORK, facts=FACTS))
    assert left(held.session) == Range(2, 3)  # the colour is asked at two places, so neither is sure to ask it
    assert left(held.say("yes").session) == Range(2, 2)
    assert left(held.say("red", "yes").session) == Range(0, 0)


def test_a_need_that_a_step_has_asked_on_the_way_is_not_counted_twice():
    made = pack(
        "steps: {a: {ask: light}, b: {ask: name, then: end}}",
        facts=FACTS,
        outcomes="end: {kind: action, title: End, needs: [name]}\n",
    )
    assert left(talk(made).session).least <= 2


def test_a_flow_that_is_run_twice_asks_its_facts_once():
    steps = "steps: {a: {ask: light}, b: {run: inner, then: c}, c: {run: inner, then: done}}"
    made = pack(steps, facts=FACTS, inner="steps: {x: {ask: name, then: on}}\noutcomes: {on: {kind: exit}}")
    assert left(talk(made).session).least <= 2


def test_an_ending_two_runs_below_ends_it_all():
    middle = f"steps: {{m: {{run: find, then: {{found: found, else: lost}}}}}}\n{EXITS}"
    steps = "steps: {a: {run: middle, then: next}, b: {ask: light}, c: {ask: sound, then: done}}"
    held = talk(pack(steps, facts=FACTS, find=CASE, middle=middle))
    assert left(held.session) == Range(3, 3)
    assert left(held.say("failed").session) == Range(1, 2)


def test_a_loop_leaves_the_most_open():
    made = pack("steps: {a: {ask: light, again: true, then: {yes: a, no: done}}}", facts=FACTS)
    assert left(talk(made).session) == Range(1, None)


def test_a_loop_that_nothing_leads_out_of_is_open_too():
    steps = "steps: {a: {ask: light}, b: {ask: size, again: true, then: [{when: light, then: b}, {else: done}]}}"
    assert left(talk(pack(steps, facts=FACTS), "yes").session) == Range(1, None)


def test_a_loop_on_the_way_that_nothing_leads_out_of_leaves_the_most_open():
    steps = """
    steps:
      a: {ask: light}
      b: {ask: sound, then: {yes: end}}
      c: {ask: size, again: true, then: [{when: light, then: c}]}
      end: {ask: name, then: done}
    """
    assert left(talk(pack(steps, facts=FACTS), "yes").session) == Range(2, None)
    assert left(talk(pack(steps, facts=FACTS), "no").session) == Range(2, 3)


def test_what_is_still_to_be_said_after_not_sure_decides_nothing():
    steps = """
    steps:
      a: {ask: puzzle}
      b: {when: puzzle == 'left', ask: light}
      c: {ask: sound, then: done}
    """
    held = talk(pack(steps, facts=FACTS), "unsure")
    assert held.at == "a.again"
    assert left(held.session) == Range(2, 3)


def test_an_item_to_come_may_end_it_all():
    steps = """
    steps:
      t: {ask: tools}
      a: {each: tools, run: find, then: next}
      f: {ask: [light, sound, mail, day], then: done}
    """
    find = """
    steps:
      look: {try: Look., then: {failed: write, else: next}}
      how: {ask: state, then: found}
    outcomes: {found: {kind: exit}, write: {kind: handoff, title: Write it down, needs: [name]}}
    """
    held = talk(pack(steps, facts=FACTS, find=find), "saw,axe", "worked")
    assert held.at == "a[saw]/how"
    assert left(held.session) == Range(1, 7)  # how, look, how and the form
    assert held.say("whole", "failed", "Ada").ending == "write"


@pytest.mark.parametrize("verb", ["ask: size", "try: Turn it."])
def test_an_answer_in_the_log_may_serve_what_is_left(verb):
    steps = f"steps: {{a: {{ask: light, then: {{yes: b}}}}, c: {{ask: sound}}, b: {{{verb}}}, e: {{ask: name, then: done}}}}"
    held = talk(pack(steps, facts=FACTS), "yes", "5" if "ask" in verb else "failed").change("a", "no")
    assert held.at == "c"
    assert left(held.session) == Range(2, 3)
    assert held.say("yes").at == "e"


def test_what_moves_by_itself_decides_nothing():
    steps = "steps: {a: {ask: light}, b: {when: today > '2026-11-22', ask: size}, c: {ask: sound, then: done}}"
    assert left(talk(pack(steps, facts=FACTS)).session) == Range(2, 3)


def test_a_limit_may_lead_out_at_once():
    steps = """
    steps:
      a: {try: Turn it., at_most: {times: 1, else: other}}
      b: {ask: light, again: true, then: {yes: a}}
      c: {ask: [size, name], then: done}
    """
    held = talk(pack(steps, facts=FACTS), "failed")
    assert left(held.session) == Range(1, None)
    assert held.say("yes").ending == "other"


def test_what_is_asked_again_is_left_though_it_is_known():
    steps = "steps: {a: {ask: light}, b: {ask: sound}, c: {ask: light, again: true, then: done}}"
    assert left(talk(pack(steps, facts=FACTS), "yes").session) == Range(1, 2)


def test_items_that_are_not_chosen_yet_may_be_all_of_them():
    steps = "steps: {t: {ask: tools}, a: {each: tools, ask: state, then: done}}"
    held = talk(pack(steps, facts=FACTS))
    assert left(held.session) == Range(1, 4)
    assert left(held.say("saw,axe").session) == Range(1, 2)
