"""Every ending of every shipped flow, reached line by line in the plain face."""

from __future__ import annotations

import io

import pytest
from test_webex import ENDINGS, NOW, Answers, webex

from assistant.desk.conversation import Conversation
from assistant.desk.reading import picks
from assistant.engine.prompt import Attempt, Ending, Form, Notice, Question
from assistant.plain.hold import hold
from assistant.plain.lines import Lines


def typed(flow: str, answers: Answers) -> tuple[str, str]:
    """What a person types for the answers of a table, and the title of the ending it leads to."""
    conversation = Conversation.start(webex(), flow, clock=lambda: NOW)
    lines = []
    while not isinstance(prompt := conversation.prompt, Ending):
        if isinstance(prompt, Notice):
            lines.append("")
            conversation.answer("seen")
            continue
        given: dict[str, str] = {}
        for asked in prompt.fields if isinstance(prompt, Form) else (prompt,):
            assert isinstance(asked, Question | Attempt)
            name = asked.fact if isinstance(asked, Question) else asked.place.rpartition("/")[2]
            given[name] = "" if answers[name] == "save-error.png" else str(answers[name])
            number = next((pick.number for pick in picks(asked, "en") if pick.value == given[name]), None)
            lines.append(given[name] if number is None else str(number))
        conversation.answer(given if isinstance(prompt, Form) else next(iter(given.values())))
    return "".join(f"{line}\n" for line in lines), prompt.title


@pytest.mark.parametrize(("flow", "outcome", "kind", "answers"), [row for row in ENDINGS if row[2] != "exit"])
def test_an_ending_is_told_and_says_that_nothing_was_sent(flow: str, outcome: str, kind: str, answers: Answers) -> None:
    source, title = typed(flow, answers)
    sink = io.StringIO()
    code = hold(Conversation.start(webex(), flow, clock=lambda: NOW), Lines(io.StringIO(source), sink))
    said = " ".join(sink.getvalue().split())
    assert code == 0
    assert title in said
    assert "Nothing was sent" in said or "itself sent nothing" in said
