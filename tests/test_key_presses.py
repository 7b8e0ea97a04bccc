"""What a run costs in key presses: a choice one key, a text its characters and Enter, the copy one key, the next call two.
Nothing more is ever asked of anybody."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from textual.pilot import Pilot

from assistant.desk.conversation import Conversation
from assistant.desk.keeping import Keeper
from assistant.desk.memory import Memory
from assistant.desk.packs import Offer, shelf
from assistant.desk.reading import picks
from assistant.engine.prompt import Attempt, Form, Question
from assistant.store.memory import MemoryStore
from assistant.tui.app import AssistantApp

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "docs"))

from made_up import AWAITING, CHANGE, NOW, TRIED, asked, find, held, open_pack, said

CUSTOMER = {**TRIED, **AWAITING, "email_received_on": "yesterday"}
"""A first-time customer's whole way, with most that can be tried: the longest that ends in a case."""
CALLS = 9
"""Of an agent, before the one that is counted."""


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_FLOWS", "")


class Counted:
    """The program with somebody at its keys, who counts."""

    def __init__(self, pilot: Pilot[int]) -> None:
        self.pilot = pilot
        self.app: AssistantApp = pilot.app  # type: ignore[assignment]
        self.pressed = 0

    async def press(self, *keys: str) -> None:
        self.pressed += len(keys)
        await self.pilot.press(*keys)

    @property
    def held(self) -> Conversation:
        assert self.app.conversation is not None
        return self.app.conversation

    async def answer(self, answers: Mapping[str, str]) -> int:
        """Answer all that is asked with the fewest keys that the screen names, and say how many those should be."""
        due = 0
        while not self.held.session.ended:
            prompt, before = self.held.prompt, len(self.held.session.log)
            for one in prompt.fields if isinstance(prompt, Form) else (prompt,):
                assert isinstance(one, Question | Attempt)
                answer = answers[getattr(one, "fact", "") or one.place.rpartition("/")[2]]
                number = next((pick.number for pick in picks(one, "en") if pick.value == answer), None)
                keys = [str(number)] if number is not None else [*answer, "enter"]
                due += len(keys)
                await self.press(*keys)
            assert len(self.held.session.log) > before, f"{prompt.place} wants more keys than {keys}"
        return due


def counting(who: object, **options: object) -> None:
    memory = options.pop("memory", None) or Memory("", MemoryStore())

    def begin(offer: Offer, audience: str) -> Conversation:
        keeper = Keeper(memory, offer.found.pack)  # type: ignore[arg-type]
        return Conversation.start(
            open_pack(offer.found), offer.found.flow, audience=audience, clock=lambda: NOW, source=offer.found.pack,
            keeper=keeper,
        )  # fmt: skip

    app = AssistantApp(shelf().offers(), begin, memory=memory, clock=lambda: NOW, **options)  # type: ignore[arg-type]

    async def session() -> None:
        async with app.run_test(size=(80, 24)) as pilot:
            await pilot.pause()
            await who(Counted(pilot))  # type: ignore[operator]

    with patch("assistant.tui.app.may_take_osc52", lambda: True):
        asyncio.run(session())


def test_a_first_time_customer_presses_one_key_a_choice_and_no_more() -> None:
    async def who(customer: Counted) -> None:
        await customer.press("1")
        due = await customer.answer(CUSTOMER)
        await customer.press("c")
        assert "new@example.com" in customer.app.clipboard
        assert customer.pressed == 1 + due + 1
        assert customer.pressed == sum(map(len, ("1", "221", "11", "yesterday", "2222", "1", "c"))) + 1 + sum(
            len(CUSTOMER[text]) + 1 for text in ("order_number", "current_email", "new_email", "error_text", "screenshots")
        )

    counting(who)


def test_an_agents_tenth_call_costs_no_more_than_the_first_and_two_keys_to_begin() -> None:
    memory = Memory("", MemoryStore())
    for number in range(CALLS):
        last = said(held(find(CHANGE), "agent", memory, timedelta(minutes=CALLS - number)), **TRIED)

    async def who(agent: Counted) -> None:
        await agent.press("a", "1")
        assert agent.held is not last
        assert not agent.held.session.trail
        due = await agent.answer(TRIED)
        await agent.press("c")
        assert agent.pressed == 2 + due + 1
        assert TRIED["order_number"] in agent.app.clipboard

    counting(who, memory=memory, conversation=last, audience="agent")


@pytest.mark.parametrize(
    ("steps", "keys", "answer"),
    [
        ("a: {ask: wired}", "1", "yes"), ("a: {ask: wired}", "n", "no"), ("a: {ask: wired}", "0", "unsure"),
        ("a: {ask: room}", "9", "garage"), ("a: {ask: room}", ["s", "h", "enter"], "shed"),
        ("a: {ask: signs}", ["2", "3", "enter"], ("slow", "calls")), ("a: {ask: signs}", "5", ()),
        ("a: {ask: lights}", ["4", "enter"], "4"), ("a: {ask: bill}", [*"50", "enter"], "50.00"),
        ("a: {ask: since}", [*"3 Mar", "enter"], "2026-03-03"), ("a: {ask: since}", ["down", "enter"], "2026-11-22"),
        ("a: {ask: mail}", [*"me@example.com", "enter"], "me@example.com"),
    ],
)  # fmt: skip
def test_each_kind_of_question_takes_its_answer_in_so_many_keys(steps: str, keys: list[str], answer: object) -> None:
    conversation = asked(steps)

    async def who(customer: Counted) -> None:
        await customer.press(*keys)
        assert [entry.value for entry in conversation.session.trail] == [answer]

    counting(who, conversation=conversation)
