"""The line-by-line face, held on flows of its own and read as a person would read it."""

from __future__ import annotations

import io
import json
import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from assistant.desk.conversation import Conversation
from assistant.desk.packs import Found, Offer
from assistant.flow.cache import Entry
from assistant.flow.load import load
from assistant.flow.model import Then
from assistant.plain.hold import hold
from assistant.plain.home import choose, ranked
from assistant.plain.lines import LONGEST, WIDTH, Lines, block_lines, wrapped
from assistant.words.formats import clean

PACK = """\
title: Printers
language: en
"""

FACTS = """\
power:
  ask: Is the printer switched on?
  help: |
    The light in front is on.

    Press the button if it is dark.
  why: Without power nothing prints.
colour:
  ask: Which colour is the light?
  choices:
    green: {label: Green, help: Steady or blinking.}
    yellow: {label: Yellow, note: Often a paper jam.}
    grey: Grey
    other: "Other, such as red"
  unsure: true
parts:
  ask: Which parts did you check?
  many: true
  none: None of these
  choices: {tray: The tray, toner: The toner, cable: "The cable, and its plug"}
pages: {ask: "How many pages were lost?", type: number, min: 0, max: 500, unsure: true}
since:
  ask: Since which day?
  type: date
  example: 2026-11-01
  refuse: {when: since > today, tell: That day is still to come.}
room:
  ask: Which room is it in?
  type: text
  example: B 12
  refuse: {when: room == 'X', tell: There is no such room.}
pin: {ask: "What is the PIN?", type: text, sensitive: true, label: PIN}
days: {value: days_until(since), label: Days}
shots: {ask: "Do you have pictures?", type: files}
"""

MAIN = """\
title: The printer does not print
summary: Nothing comes out of it.
phrases: [no paper comes out]
steps:
  power:
    ask: power
  colour:
    ask: colour
    note: Ask the caller to look closely.
  when-where:
    ask: [since, room]
  read-this:
    tell: Keep the printer on.
  clean-it:
    try: |
      Clean it:

      1. Open the lid.
      2. Wipe the <https://example.com/a/very/long/address/that/no/line/of/seventy-two/characters/can/hold/ever> glass.
    label: Cleaned the glass
    wait: 2 minutes
    also: {smoke: Smoke came out}
    then: {worked: fine, smoke: unplug, else: report}
outcomes:
  fine: {kind: solved, title: It prints again, related: [ink]}
  unplug:
    kind: action
    title: Unplug it
    tell: |
      1. Pull the plug.
      2. Call the porter.
    links: [{title: Safety, url: "https://example.com/safety"}]
    message: {to: porter@example.com, subject: "Room {{ room }}", body: "The printer in {{ room }} smokes."}
  report:
    kind: case
    title: Report it
    needs: [pin]
    wants: [shots]
    case: {portal: desk, subject: "Printer in {{ room }}", fields: {Room: "{{ room }}"}}
"""

INK = """\
title: The ink is low
steps:
  colour:
    ask: colour
  parts:
    ask: parts
  pages:
    ask: pages
    then: done
outcomes:
  done: {kind: solved, title: Order ink}
"""

PORTALS = """\
desk: {title: Service desk, url: "https://example.com/desk", fields: {Room: {}}, attach: shots}
"""

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.fixture
def folder(tmp_path) -> Path:
    pack = tmp_path / "printers"
    pack.mkdir()
    files = {"pack": PACK + "otherwise: ink\n", "facts": FACTS, "printer": MAIN, "ink": INK, "portals": PORTALS}
    for name, text in files.items():
        (pack / f"{name}.yaml").write_text(text, encoding="utf-8")
    return pack


Talk = Callable[..., tuple[int, str]]


@pytest.fixture
def talk(folder) -> Talk:
    """Hold a flow with typed lines; gives the exit code and all that was shown."""
    loaded = load(folder)
    assert loaded.pack is not None, [str(problem) for problem in loaded.problems]
    pack = loaded.pack

    def run(*typed: str, flow: str = "printer", clock: Callable[[], datetime] = lambda: NOW, **about: object):
        conversation = Conversation.start(pack, flow, source=folder, clock=clock, **about)  # type: ignore[arg-type]
        sink = io.StringIO()
        code = hold(conversation, Lines(io.StringIO("".join(f"{line}\n" for line in typed)), sink))
        return code, sink.getvalue()

    return run


TO_FORM = ("yes", "green")
TO_TELL = (*TO_FORM, "2026-11-20", "B 12")
TO_TRY = (*TO_TELL, "")


def last(shown: str, heading: str) -> str:
    """What was shown from the last time that a line stood there."""
    return heading + shown.rpartition(heading)[2]


# --- asking ---


def test_a_question_shows_its_number_its_answers_and_how_much_is_left(talk):
    _, shown = talk("yes")
    question = last(shown, "Question 2.")
    assert question.startswith("Question 2. Between 3 and 5 more after that.\n\nWhich colour is the light?\n")
    assert "1. Green\n   Steady or blinking.\n2. Yellow\n3. Grey\n4. Other, such as red\n0. I'm not sure\n" in question


def test_long_help_is_shown_in_short_and_in_full_on_request(talk):
    _, shown = talk("?")
    before, _, after = shown.partition("Number, 1 to 2:")
    assert "The light in front is on." in before
    assert "Press the button" not in before
    assert "Press the button" in after
    assert "Without power nothing prints." in after


@pytest.mark.parametrize("typed", ["2", "2.", "yellow", "YELLOW", "y", "Yel"])
def test_an_answer_is_a_number_a_value_a_label_or_a_beginning(talk, typed):
    _, shown = talk("1", typed, "/trail")
    assert "2. Which colour is the light? Yellow" in shown


@pytest.mark.parametrize(("typed", "answer"), [("y", "Yes"), ("no", "No"), ("1", "Yes"), ("N", "No")])
def test_yes_and_no_can_be_typed_short(talk, typed, answer):
    assert f"1. Is the printer switched on? {answer}" in talk(typed, "/trail")[1]


def test_zero_is_not_sure(talk):
    assert "2. Which colour is the light? I'm not sure" in talk("y", "0", "/trail")[1]


def test_a_beginning_that_fits_several_answers_is_asked_back(talk):
    _, shown = talk("y", "gr")
    assert "That fits more than one answer: 1 Green; 3 Grey." in shown


def test_a_word_inside_a_label_finds_it(talk):
    assert "Other, such as red" in talk("y", "such red", "/trail")[1].rpartition("2. Which")[2]


@pytest.mark.parametrize(
    ("typed", "said"),
    [("7", "There is no answer 7."), ("purple", "That is not one of the answers."), ("", "Please give an answer.")],
)
def test_what_is_no_answer_is_refused_with_what_would_be_right(talk, typed, said):
    code, shown = talk("y", typed)
    assert said in shown
    assert code == 3


@pytest.mark.parametrize(
    ("typed", "answer"),
    [("1,3", "The tray and The cable, and its plug"), ("1 2", "The tray and The toner"),
     ("the toner; tray", "The tray and The toner"), ("The cable, and its plug", "The cable, and its plug"),
     ("0", "None of these"), ("none", "None of these")],
)  # fmt: skip
def test_several_answers_are_numbers_or_names(talk, typed, answer):
    _, shown = talk("green", typed, "/trail", flow="ink")
    assert f"2. Which parts did you check? {answer}\n" in shown


def test_none_of_these_goes_alone(talk):
    assert "“None of these” goes alone" in talk("green", "0,1", flow="ink")[1]


def test_zero_is_a_number_where_a_number_is_asked_for_and_not_sure_has_a_command(talk):
    start = ("green", "1")
    _, shown = talk(*start, "0", "/trail", flow="ink")
    assert "From 0 to 500." in shown
    assert "If you are not sure, type /unsure" in shown
    assert "3. How many pages were lost? 0\n" in shown
    assert "3. How many pages were lost? I'm not sure\n" in talk(*start, "/unsure", "/trail", flow="ink")[1]


def test_a_number_beyond_its_limits_is_refused(talk):
    assert "It must be at most 500." in talk("green", "1", "501", flow="ink")[1]


# --- forms ---


def test_the_fields_of_a_form_are_asked_one_by_one(talk):
    _, shown = talk(*TO_FORM)
    form = last(shown, "Question 3.")
    assert "2 answers are needed here, one after the other." in form
    assert "Since which day?" in form
    assert "Which room" not in form


def test_a_field_of_a_form_is_refused_as_soon_as_it_is_answered_and_asked_again(talk):
    _, shown = talk(*TO_FORM, "2027-01-01", "2026-11-20", "B 12")
    before, _, refused = shown.partition("That day is still to come.")
    assert "Which room is it in?" not in before
    assert refused.startswith("\nSince which day?\nYour answer:\n")
    assert refused.count("Since which day?") == 1
    assert "Keep the printer on." in refused


def test_each_field_of_a_form_says_which_of_how_many_it_is(talk):
    _, shown = talk(*TO_FORM, "2026-11-20")
    assert "Questions 3 to 4. Between 1 and 3 more after that.\n" in shown
    assert "1 of 2.\nSince which day?" in shown
    assert "2 of 2.\nWhich room is it in?" in shown


def test_back_in_a_form_leads_to_the_field_above_with_what_was_typed(talk):
    _, shown = talk(*TO_FORM, "2026-11-20", "/back", "", "C 3", "", "/trail")
    assert "Enter keeps: 2026-11-20" in shown
    assert "3. Since which day? 20 November 2026" in shown
    assert "4. Which room is it in? C 3" in shown


def test_back_to_a_field_that_was_not_refused_is_possible(talk):
    _, shown = talk(*TO_FORM, "2026-11-20", "X", "/back", "2026-11-19", "E 5", "", "/trail")
    again = shown.partition("There is no such room.")[2]
    assert again.index("Which room is it in?") < again.index("Enter keeps: 2026-11-20")
    assert "3. Since which day? 19 November 2026\n4. Which room is it in? E 5\n" in again


# --- instructions and notices ---


def test_an_instruction_asks_how_it_went_with_the_authors_answers_too(talk):
    _, shown = talk(*TO_TRY)
    assert "How did it go?\n1. It worked\n2. It didn't help\n3. Smoke came out\n4. I skipped this\n" in shown


def test_an_answer_to_an_instruction_that_fits_nothing_names_those_there_are(talk):
    said = " ".join(talk(*TO_TRY, "maybe")[1].split())
    assert "Choose one of: It worked, It didn't help, Smoke came out or I skipped this." in said


def test_a_wait_is_told_and_never_waited_for(talk):
    assert "Wait about 2 minutes, then answer; you can answer sooner." in talk(*TO_TRY)[1]


def test_a_wait_that_is_over_is_not_told(talk):
    ticks = iter(NOW + timedelta(minutes=5 * count) for count in range(1000))
    assert "Wait about" not in talk(*TO_TRY, clock=lambda: next(ticks))[1]


def test_enter_goes_on_after_a_notice_and_nothing_else_does(talk):
    _, shown = talk(*TO_TELL, "what")
    assert shown.partition("Keep the printer on.")[2].count("Press Enter to go on") == 2
    assert "Enter alone goes on here. Commands: /back, /again, /change, /why, /help, /quit." in " ".join(shown.split())
    assert "Clean it:" not in shown


# --- commands ---


def test_back_offers_the_answer_that_was_taken_back(talk):
    _, shown = talk("y", "green", "/back", "")
    assert "Enter keeps: Green" in shown
    assert "Since which day?" in shown.rpartition("Enter keeps: Green")[2]


def test_back_at_the_beginning_says_so(talk):
    assert "This is the beginning. There is nothing to go back to." in talk("b")[1]


def test_bare_letters_are_text_where_text_is_wanted(talk):
    _, shown = talk(*TO_FORM, "2026-11-20", "b", "/trail")
    assert "4. Which room is it in? b" in shown


def test_a_path_is_an_answer_where_text_is_wanted(talk):
    assert "4. Which room is it in? /home/me/x.png" in talk(*TO_FORM, "2026-11-20", "/home/me/x.png", "/trail")[1]


def test_an_unknown_command_is_said_and_is_no_answer(talk):
    _, shown = talk("/bakc", *TO_FORM, "2026-11-20", "/bakc")
    assert shown.count("There is no command /bakc.") == 2


def test_after_a_command_the_question_is_told_again(talk):
    assert talk("/trail")[1].count("Is the printer switched on?") == 3  # asked, after the command, where it stopped


def test_a_change_says_what_is_lost_before_it_is_made(talk):
    _, shown = talk(*TO_TRY, "2", "1234", "/change 5", "1", "no", "/trail")
    assert "This no longer applies: What is the PIN? •••" in shown
    assert "Nothing was changed." in shown
    assert "5. Cleaned the glass: It didn't help" in last(shown, "Nothing was changed.")


def test_a_confirmed_change_leads_on_and_keeps_the_other_answers(talk):
    _, shown = talk("y", "green", "/change", "1", "n", "y", "/trail")
    done = last(shown, "Changed.")
    assert "All your other answers stay." in shown
    assert "1. Is the printer switched on? No\n2. Which colour is the light? Green\n" in done


def test_a_change_to_the_same_answer_or_to_nothing_changes_nothing(talk):
    for typed in ([""], ["9", ""], ["1", ""], ["1", "/back"], ["1", "yes"]):
        assert "Nothing was changed." in talk("y", "/change", *typed)[1]


def test_a_fact_given_at_the_start_can_be_changed(talk):
    _, shown = talk("/change 1", "grey", "y", "/trail", given={"colour": "green"})
    assert "1. Which colour is the light? Grey (given at the start)" in shown


def test_why_names_the_answers_that_led_here(talk):
    assert "Cleaned the glass: It didn't help" in talk(*TO_TRY, "2", "/why")[1].rpartition("What is the PIN?")[0]


def test_a_fault_in_the_input_is_never_read_as_a_traceback(talk):
    code, shown = talk("\x00\ufffd\x1b[31m", "/", "//", "/ back", "/save \x00", "/change -1", "/change 99999999999999999999")
    assert code == 3
    assert "Traceback" not in shown


def test_a_line_of_a_megabyte_is_refused_and_the_next_is_read(talk):
    _, shown = talk("x" * 1_000_000, "y", "/trail")
    assert f"At most {LONGEST} characters" in shown
    assert "1. Is the printer switched on? Yes" in shown


def test_control_characters_are_never_shown(talk):
    _, shown = talk(*TO_FORM, "2026-11-20", "B\x9b31m\u202e12\x07\x1b[2J", "/trail", "/save a\x1b[31m.pdf", "/case")
    assert "Which room is it in? B31m12" in shown
    assert clean(shown) == shown


# --- agents ---


def test_notes_and_facts_are_for_agents(talk):
    _, agent = talk(*TO_TELL, audience="agent")
    _, customer = talk(*TO_TELL)
    for told in ("For you: Ask the caller to look closely.", "For you: Often a paper jam.", "Days: -2"):
        assert told in agent
        assert told not in customer
    assert "There is no command /facts." in talk("/facts")[1]


# --- endings ---


def test_an_ending_tells_what_to_do_with_links_and_a_message_in_full(talk):
    code, shown = talk(*TO_TRY, "smoke")
    assert code == 0
    assert "What to do: Unplug it\n\n1. Pull the plug.\n2. Call the porter.\n\nSafety: https://example.com/safety\n" in shown
    assert "To: porter@example.com\nSubject: Room B 12\n\nThe printer in B 12 smokes.\n" in shown
    assert "Nothing was sent. You send or file it yourself." in shown


def test_a_case_is_shown_field_by_field_and_says_that_nothing_was_sent(talk):
    code, shown = talk(*TO_TRY, "2", "1234", "")
    assert code == 0
    assert "A case is ready to file: Report it" in shown
    assert "Room: B 12" in shown
    assert "https://example.com/desk" in shown
    assert shown.count("Nothing was sent.") == 1


def test_what_may_stay_empty_is_left_empty_by_enter_or_skip(talk):
    for typed in ("", "/skip"):
        code, shown = talk(*TO_TRY, "2", "1234", typed, "/trail")
        assert code == 0
        assert "Do you have pictures? Left empty" in shown


@pytest.mark.parametrize("ending", ["md", "txt", "json"])
def test_a_case_is_saved_once_for_its_owner_only(talk, tmp_path, ending):
    path = tmp_path / f"case.{ending}"
    _, shown = talk(*TO_TRY, "2", "1234", "", f"/save {path}", f"/save {path}")
    assert "Saved as" in shown
    assert "already" in shown
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text(encoding="utf-8")
    assert "Printer in B 12" in text
    if ending == "json":
        assert json.loads(text)["fields"] == {"Room": "B 12"}


@pytest.mark.parametrize("name", ["", "case.pdf", "no/such/folder/case.md", "x" * 5000 + ".md", "~nobody-here/case.md"])
def test_a_name_that_cannot_be_saved_is_said_in_words(talk, name):
    code, shown = talk("y", f"/save {name}", "/trail")
    assert "Saved" not in shown
    assert "1. Is the printer switched on? Yes" in shown  # and it went on
    assert code == 3


def test_a_related_flow_goes_on_with_what_is_known(talk):
    code, shown = talk(*TO_TRY, "1", "1", "2", "3")
    assert code == 0
    later = last(shown, "The ink is low")
    assert "Which colour is the light?" not in later.partition("Which parts")[0]
    assert "Solved: Order ink" in later


# --- where it stops ---


def test_a_flow_that_has_no_way_on_is_said_and_what_was_answered_can_be_kept(folder, tmp_path):
    pack = load(folder).pack
    assert pack is not None
    flow = pack.flows["printer"]
    power = msgspec.structs.replace(flow.steps["power"], then=Then(otherwise="nowhere"))
    broken = msgspec.structs.replace(flow, steps={**flow.steps, "power": power})
    pack = msgspec.structs.replace(pack, flows={**pack.flows, "printer": broken})
    sink = io.StringIO()
    lines = Lines(io.StringIO(f"y\n/save {tmp_path / 'kept.md'}\n/back\n"), sink)
    code = hold(Conversation.start(pack, "printer"), lines)
    shown = sink.getvalue()
    assert "The flow leads to a step here that does not exist." in " ".join(shown.split())
    assert "Is the printer switched on" in (tmp_path / "kept.md").read_text(encoding="utf-8")
    assert "Enter keeps: Yes" in shown
    assert code == 3


def test_at_the_end_of_the_input_it_says_where_it_stopped_and_how_to_go_on(talk):
    code, shown = talk("y", "green", "/quit")
    assert code == 0
    assert talk("y", "green")[0] == 3
    assert "Stopped at: Since which day?" in shown
    assert "--fact power=yes --fact colour=green" in shown


def test_what_is_sensitive_is_no_part_of_the_command_to_go_on_and_of_no_list(talk):
    _, shown = talk(*TO_TRY, "2", "1234", "/trail")
    assert "What is the PIN? •••" in shown
    assert "1234" not in shown


def test_the_command_to_go_on_quotes_what_a_shell_would_read(talk):
    _, shown = talk(*TO_FORM, "2026-11-20", "$(rm -rf ~) 'x'")
    assert "--fact 'room=$(rm -rf ~) '\"'\"'x'\"'\"''" in shown


def test_an_interruption_ends_cleanly(talk, monkeypatch):
    def interrupted(self: Lines, prompt: str, **options: bool) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(Lines, "ask", interrupted)
    code, shown = talk()
    assert code == 130
    assert "Stopped at: Is the printer switched on?" in shown


# --- lines ---


def test_prose_is_wrapped_and_links_stay_whole(talk):
    _, shown = talk(*TO_TRY)
    assert any("https://example.com/a/very/long/address" in line and line.endswith("/ever") for line in shown.split("\n"))
    command = shown.rpartition("To go on")[0]
    assert all(len(line) <= WIDTH or "https://" in line for line in command.split("\n"))


def test_a_list_hangs_below_its_number():
    from assistant.flow.text import parse

    text = "Do this:\n\n1. " + "word " * 20 + "\n\n   - inner " + "word " * 20 + "\n2. end"
    shown = block_lines(parse(text))
    assert shown[:2] == ["Do this:", ""]
    assert shown[2].startswith("1. word")
    assert shown[3].startswith("   word")
    assert shown[4].startswith("   - inner")
    assert shown[5].startswith("     word")
    assert shown[-1] == "2. end"


def test_wrapping_keeps_line_ends_and_drops_controls():
    assert wrapped("a\n\nb\x1b", "- ") == ["- a", "", "  b"]


# --- picking a flow ---


def offers(*flows: tuple[str, str, str]) -> list[Offer]:
    return [
        Offer(Found(Path("p"), name), Entry(name, title, "", (phrase,), True), "en", name == "other")
        for name, title, phrase in flows
    ]


FLOWS = offers(
    ("change", "Change the contact", "the mail went to the wrong person"),
    ("resend", "Send the mail again", "the mail never came"),
    ("other", "Something else", "else"),
)


def pick(*typed: str, words: str = "") -> tuple[str, str]:
    sink = io.StringIO()
    found = choose(FLOWS, Lines(io.StringIO("".join(f"{line}\n" for line in typed)), sink), words)
    return found.flow if found is not None else "", sink.getvalue()


def test_flows_are_listed_by_number_and_none_of_these_leads_where_the_pack_says():
    chosen, shown = pick("2")
    assert chosen == "resend"
    assert "1. Change the contact\n2. Send the mail again\n0. None of these\n" in shown
    assert pick("0")[0] == "other"


def test_words_that_fit_one_flow_pick_it():
    assert pick("never came")[0] == "resend"
    assert pick(words="Wrong PERSON")[0] == "change"


def test_words_that_fit_several_list_the_best_first():
    chosen, shown = pick("1", words="the mail never arrived at the person")
    assert "This fits your words:" in shown
    assert chosen == ranked(FLOWS[:2], "the mail never arrived at the person")[0].found.flow


def test_words_that_fit_nothing_show_all():
    chosen, shown = pick("1", words="xyzzy")
    assert "No topic fits these words." in shown
    assert chosen == "change"


def test_leaving_the_list_chooses_nothing():
    assert pick("q")[0] == ""
    with pytest.raises(EOFError):
        pick("9")
