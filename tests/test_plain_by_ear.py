"""The plain conversation as somebody hears it who can't look back: what can be typed is said, and no line is answered by
silence."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from desks import Desk
from support import NOW, pack

from assistant.desk import card
from assistant.desk.clipboard import Copied
from assistant.desk.conversation import Conversation
from assistant.desk.phrases import progress_aloud
from assistant.engine.prompt import Range
from assistant.flow.model import Pack
from assistant.plain import casework
from assistant.plain.hold import hold
from assistant.plain.lines import Lines

FACTS = """\
light:
  ask: Which colour is the light?
  help: "Look at the front.\\n\\nIt may blink."
  why: It tells what is broken.
  choices: {green: {label: Green, help: Steady.}, red: Red}
  unsure: true
many:
  ask: Which day of the month?
  choices: {a: One, b: Two, c: Three, d: Four, e: Five, f: Six, g: Seven, h: Eight, i: Nine, j: Ten}
parts: {ask: "Which parts?", many: true, none: None of these, choices: {tray: The tray, toner: The toner}}
since: {ask: "Since which day?", type: date, refuse: {when: today - since > 30, tell: That is too long ago.}}
until: {ask: "Until which day?", type: date, refuse: {when: until < since, tell: It can't end before it begins.}}
room: {ask: "Which room?", type: text}
"""
STEPS = """\
steps:
  light: {ask: light}
  wait-here: {tell: Keep it on.}
  many: {ask: many}
  parts: {ask: parts}
  days: {ask: [since, until, room]}
  clean: {try: Wipe the glass., then: {worked: fine, else: call}}
outcomes:
  fine: {kind: solved, title: It prints, related: [ink]}
  call:
    kind: action
    title: Call somebody
    message: {to: desk@example.com, subject: "Room {{ room }}", body: "It is broken.\\n\\nPlease come."}
"""
INK = """\
steps:
  room: {ask: room, then: order}
outcomes:
  order: {kind: solved, title: Order ink}
"""
TO_FORM = ("1", "", "1", "1")
TO_TRY = (*TO_FORM, "2026-11-01", "2026-11-02", "B 12")


@pytest.fixture(scope="module")
def printer() -> Pack:
    return pack(STEPS, facts=FACTS, ink=INK)


def said(conversation: Conversation, *typed: str) -> str:
    sink = io.StringIO()
    hold(conversation, Lines(io.StringIO("".join(f"{line}\n" for line in typed)), sink))
    return sink.getvalue()


def talk(printer: Pack, *typed: str, audience: str = "customer") -> str:
    return said(Conversation.start(printer, "main", clock=lambda: NOW, audience=audience), *typed)


def one_line(shown: str) -> str:
    return " ".join(shown.split())


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was put on the clipboard."""
    texts: list[str] = []

    def copy(text: str, *, by_terminal: bool) -> Copied:
        texts.append(text)
        return Copied("system")

    monkeypatch.setattr(casework, "copy_beside", copy)
    return texts


# --- what is asked, and how much of it ---


@pytest.mark.parametrize(
    ("number", "asked", "left", "words"),
    [
        (1, 1, Range(2, 23), "Question 1. Between 1 and 22 more after that."),
        (4, 1, Range(1, 1), "Question 4. Nothing more is asked after that."),
        (4, 1, Range(2, 2), "Question 4. 1 more after that."),
        (4, 1, Range(1, 3), "Question 4. At most 2 more after that."),
        (2, 1, Range(3, None), "Question 2. At least 2 more after that."),
        (2, 1, Range(1, None), "Question 2. How many more come after that is open."),
        (3, 2, Range(3, 5), "Questions 3 to 4. Between 1 and 3 more after that."),
    ],
)
def test_how_many_questions_come_after_this_one_is_said_in_a_sentence(number, asked, left, words):
    assert progress_aloud(number, asked, left, "en") == words


def test_the_line_says_which_numbers_can_be_typed(printer):
    shown = talk(printer, "1", "", "1", "1")
    assert "Number, 1 to 2, or 0:\n" in shown
    assert "Number, 1 to 10:\n" in shown
    assert "Numbers, 1 to 2, or 0:\n" in shown


@pytest.mark.parametrize("typed", ["7", "purple", ""])
def test_after_a_wrong_answer_the_numbers_that_work_are_said_once(printer, typed):
    wrong = one_line(talk(printer, typed).partition("or 0:")[2].partition("Number,")[0])
    assert wrong.endswith("Choose from 1 to 2, or 0.")
    assert wrong.count("1 to 2") == 1


def test_after_a_command_the_question_is_told_with_its_answers_and_nothing_else(printer):
    after = talk(printer, "/trail").partition("or 0:")[2].partition("Number,")[0]
    assert after.endswith("\n\nWhich colour is the light?\n1. Green\n2. Red\n0. I'm not sure\n")


def test_after_a_command_many_answers_are_told_only_when_they_are_asked_for(printer):
    shown = talk(printer, "1", "", "/trail", "/again")
    after, again = shown.split("Number, 1 to 10:")[1:3]
    assert after.endswith("Which day of the month?\n/again tells the 10 answers again.\n")
    assert "10. Ten" in again


def test_again_tells_all_that_stands_there(printer):
    assert talk(printer, "/again").count("1. Green\n   Steady.") == 2


# --- a notice ---


def test_a_notice_says_that_enter_goes_on_and_which_commands_there_are(printer):
    wrong = talk(printer, "1", "what").partition("Press Enter to go on:")[2]
    assert one_line(wrong).startswith("Enter alone goes on here. Commands: /back, /again, /change, /why, /help, /quit.")


# --- a form ---


def test_a_field_is_held_against_those_above_it_at_once(printer):
    shown = talk(printer, *TO_FORM, "2026-11-03", "2026-11-02", "2026-11-04", "B 12")
    assert "It can't end before it begins.\nUntil which day?\nYour answer:" in shown
    assert "Wipe the glass." in shown


def test_a_field_that_only_the_whole_form_shows_to_be_wrong_is_asked_again_alone(printer, monkeypatch):
    monkeypatch.setattr(Conversation, "check_field", lambda *_: None)
    again = talk(printer, *TO_FORM, "2026-01-01", "2026-11-02", "B 12", "2026-11-01").partition("too long ago.")[2]
    assert "The rest is kept as you typed it." in again
    assert "1 of 3.\nSince which day?" in again
    assert "Until which day?" not in again
    assert "Wipe the glass." in again


# --- help ---


def test_help_begins_with_what_is_asked(printer):
    told = talk(printer, "/help").partition("or 0:\n")[2]
    assert told.startswith("Look at the front.\n\nIt may blink.\nWhy this is asked: It tells what is broken.\n")


def test_help_offers_only_what_does_something_there(printer, desk):
    first = talk(printer, "/help")
    idle = ("/back takes", "/change changes", "/trail lists", "/filed says", "/solved yes", "/parts tells", "/notes lists",
            "/facts lists", "/customer shows", "/code shows")  # fmt: skip
    assert not [one for one in idle if one in first]
    assert "/agent shows" in first
    second = talk(printer, "1", "/note It smells.", "/help", audience="agent")
    for useful in ("/back takes", "/change changes", "/trail lists", "/notes lists", "/facts lists", "/customer shows"):
        assert useful in second
    assert "/agent shows" not in second
    ending = talk(printer, *TO_TRY, "2", "/help")
    assert "/solved yes" in ending
    assert "/parts tells" in ending
    assert "/filed says" not in ending
    case = said(desk.to_case(), "/help")
    assert "/filed says" in case
    assert "/code shows" in case
    assert "/solved yes" not in case


# --- what a command asks ---


def test_a_word_that_is_neither_yes_nor_no_is_told_so_and_asked_again(printer):
    shown = talk(printer, "1", "/change 1", "2", "perhaps", "yes", "/trail")
    assert "Please answer yes or no.\nChange it? yes or no (Enter for no):\nChanged.\n" in shown
    assert "Which colour is the light? Red" in shown


def test_an_empty_line_leaves_all_as_it_was_and_says_so(printer):
    for typed in (["/change", ""], ["/change 1", ""], ["/change 1", "2", ""]):
        shown = talk(printer, "1", *typed, "/trail")
        assert shown.count("Nothing was changed.") == 1
        assert "Which colour is the light? Green" in shown


def test_a_number_that_no_answer_has_is_told_and_asked_again(printer):
    shown = talk(printer, "1", "/change 4", "1", "2", "y")
    assert "There is no answer 4. Choose from 1.\nNumber of the answer to change, 1" in shown
    assert "Changed." in shown


@pytest.mark.parametrize("typed", [["/change"], ["/change 1"], ["/change 1", "2"]])
def test_in_what_a_command_asks_help_helps_and_quit_quits(printer, typed):
    shown = talk(printer, "1", *typed, "/help", "/why", "/quit", "1", "1")
    assert "/quit stops." in shown
    assert "/why does nothing here." in shown
    assert one_line(shown).endswith("Stopped at: Keep it on. Nothing was sent, and nothing was kept. To go on from here: "
                                    "assistant run main --fact light=green")  # fmt: skip


# --- an ending ---


def test_the_line_at_an_ending_names_what_can_be_typed(printer, desk):
    assert "Did this solve it?\nyes or no; Enter leaves; /copy, /save FILE, /help:" in talk(printer, *TO_TRY, "2")
    solved = one_line(talk(printer, *TO_TRY, "1", "no"))
    assert "yes or no; or number, 1; Enter leaves; /copy, /save FILE, /help:" in solved
    assert "Number, 1; Enter leaves; /copy, /save FILE, /help:" in solved
    assert "attach\nEnter leaves" not in said(desk.to_case())
    assert "\nEnter leaves; /copy, /save FILE, /help:\n" in said(desk.to_case())


def test_what_is_no_answer_at_an_ending_is_told_in_one_line(printer, desk):
    def wrong(shown: str) -> str:
        return one_line(shown.split("/help:")[1].partition("yes or no;")[0].partition("Enter leaves;")[0])

    assert wrong(talk(printer, *TO_TRY, "2", "what")) == "Please answer yes or no."
    assert wrong(talk(printer, *TO_TRY, "1", "5")) == "There is no answer 5. Choose from 1."
    nothing = "Nothing is asked any more. Enter leaves, /help says what can be done here."
    assert wrong(said(desk.to_case(), "what")) == nothing
    assert wrong(said(desk.to_case(), "5")) == nothing
    assert "That line is too long" in wrong(said(desk.to_case(), "x" * 70_000))


@pytest.mark.parametrize("leaves", ["", "/quit", "q"])
def test_whoever_leaves_an_ending_hears_whether_it_is_saved(printer, desk, leaves):
    conversation = desk.to_case()
    assert said(conversation, leaves).endswith(f"\nSaved. To go on: assistant resume {conversation.code}\n")
    assert talk(printer, *TO_TRY, "2", leaves).endswith("\nNothing of this conversation is kept.\n")


def test_what_leads_on_says_that_its_number_is_typed(printer):
    shown = talk(printer, *TO_TRY, "1", "no")
    assert "This may be of use too; type its number:\n1. ink\n" in shown
    assert "What may lead on; type its number:\n1. ink\n" in shown


def test_going_on_with_another_flow_says_first_where_the_conversation_is_kept(tmp_path):
    desk = Desk(tmp_path)
    (desk.pack / "found.yaml").write_text(
        "title: It broke\nsteps:\n  mail: {ask: mail, then: over}\noutcomes:\n  over: {kind: solved, title: Over}\n"
    )
    flow = desk.pack / "lost-order.yaml"
    flow.write_text(flow.read_text().replace("title: It was in the yard}", "title: It was in the yard, related: [found]}"))
    conversation = desk.begin("way", "yes", "worked")
    shown = one_line(said(conversation, "1", "/quit"))
    saved = f"The order never came: saved. To come back to it: assistant resume {conversation.code} It broke"
    assert saved in shown


# --- what is written ---


def test_copy_copies_all_or_one_part_by_its_number_or_name(printer, copied):
    shown = talk(printer, *TO_TRY, "2", "/copy", "/copy 2", "/copy subject", "/copy MESS", "/copy 9", "/copy nothing")
    assert copied[0].startswith("To: desk@example.com\nSubject: Room B 12\n")
    assert copied[1:] == ["Room B 12", "Room B 12", "It is broken.\n\nPlease come."]
    assert shown.count("Subject: Copied.") == 2
    assert "No part is called “9”. Choose from 1 to 3, or type /parts to hear their names." in one_line(shown)
    assert "No part is called “nothing”." in one_line(shown)


@pytest.mark.parametrize("command", ["/parts", "/copy ?"])
def test_the_parts_are_told_with_their_numbers(printer, copied, command):
    shown = talk(printer, *TO_TRY, "2", command)
    assert "1. To: desk@example.com\n2. Subject: Room B 12\n3. Message:\nIt is broken.\n\nPlease come.\n" in shown
    assert not copied


def test_the_parts_are_those_of_the_screens(desk):
    conversation = desk.to_case()
    names = [part.name for part in card.parts(conversation)]
    shown = said(conversation, "/parts")
    assert all(f"\n{number}. {name}:" in shown for number, name in enumerate(names, 1))


def test_where_there_are_no_parts_it_is_said(printer, copied):
    assert "There are no parts to copy here" in talk(printer, "/parts")
    assert "There are no parts to copy here" in talk(printer, "/copy 1")
    assert not copied


def test_a_case_is_shown_without_underlines_and_saved_with_them(desk, tmp_path):
    def underlines(text: str) -> list[str]:
        return [line for line in text.splitlines() if line and not line.strip("=-")]

    file = tmp_path / "case.txt"
    shown = said(desk.to_case(), "/case", f"/save {file}")
    assert not underlines(shown)
    assert "\nSubject\nOrder A-1234 never came\n" in shown
    assert underlines(file.read_text())


def test_filed_asks_for_the_number_and_a_word_and_repeats_the_number(desk):
    conversation = desk.to_case()
    shown = one_line(said(conversation, "/filed", "C-77", "by phone"))
    assert "The number that the portal gave (Enter for none): A word about it (Enter for none): Filed: " in shown
    assert f"Filed: {conversation.code}, number C-77." in shown
    (row,) = desk.stored(conversation.code).cases
    assert (row.state, row.reference, row.note) == ("filed", "C-77", "by phone")


def test_filed_may_have_neither_number_nor_word(desk):
    conversation = desk.to_case()
    assert f"Filed: {conversation.code}. Its text stays" in one_line(said(conversation, "/filed", "", ""))
    assert desk.stored(conversation.code).cases[0].state == "filed"


@pytest.mark.parametrize("typed", [["/quit"], ["/back"], ["C-77", "/quit"], ["C-77", "/back"]])
def test_filing_can_be_left_before_anything_is_filed(desk, typed):
    conversation = desk.to_case()
    said(conversation, "/filed", *typed)
    assert desk.stored(conversation.code).cases[0].state == "draft"


def test_a_case_that_is_filed_already_is_filed_again_only_after_a_yes(desk):
    conversation = desk.to_case()
    shown = said(conversation, "/filed C-77", "/filed C-78", "perhaps", "", "/filed C-79", "yes")
    assert "Please answer yes or no." in shown
    assert "It stays filed as it was." in shown
    assert [row.reference for row in desk.stored(conversation.code).cases] == ["C-77", "C-79"]


def test_the_map_says_first_where_one_is(printer):
    told = talk(printer, "1", "/map").rpartition("Press Enter to go on:")[0].rpartition("Press Enter to go on:")[2]
    assert told.startswith("\nYou are here: Keep it on.\n")
    assert "\nPassed: Which colour is the light?\nYou are here: Keep it on.\n" in told


def test_a_change_that_is_not_made_leaves_a_form_where_it_was(printer):
    shown = talk(printer, *TO_FORM, "2026-11-01", "/change", "", "2026-11-02")
    after = shown.partition("Nothing was changed.")[2]
    assert after.startswith("\n\nUntil which day?\nYour answer:")
    assert "1 of 3." not in after


def test_not_sure_has_a_number_where_an_answer_is_typed_too():
    asked = pack("steps:\n  made: {ask: made, then: done}\n", facts="made: {ask: How old is it?, type: text, unsure: true}")
    assert "0. I'm not sure\nYour answer, or 0:\n" in said(Conversation.start(asked, "main"))
