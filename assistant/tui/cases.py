"""The cases that are kept, by their state: found by order, address and words, and opened to work on them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import ClassVar

from assistant.desk import cases
from assistant.desk.casework import CaseWork, NoCase
from assistant.desk.memory import trouble_words
from assistant.desk.phrases import when_words
from assistant.desk.resuming import Gone, by_key
from assistant.store.codes import shown
from assistant.store.protocol import CaseRow, StoreError, moment
from assistant.tui.bars import Said
from assistant.tui.choices import Row
from assistant.tui.keys import show_over
from assistant.tui.listing import Listing
from assistant.words import say


class Cases(Listing):
    """The list of cases."""

    name_of_all = "cases.title"
    hint = "tui.search_cases"
    none_code = "cases.none"
    kinds: ClassVar[tuple[tuple[str, str], ...]] = (
        ("draft", "tui.cases_draft"), ("filed", "tui.cases_filed"), ("closed", "tui.cases_closed"), ("", "tui.all"),
    )  # fmt: skip

    def on_mount(self) -> None:
        """Show the drafts; all cases where there are none. Textual itself calls what lists them after this."""
        with suppress(StoreError):  # the list tells it
            if not cases.listed(self.memory, state=self.kind, limit=1):
                self.kind = ""

    def rows(self, words: str) -> Sequence[Row]:
        """Those changed last first."""
        return [self._row(one) for one in cases.listed(self.memory, state=self.kind, words=words)]

    def _row(self, case: CaseRow) -> Row:
        now = self.assistant.clock()
        number = say("cases.number", self.language, number=case.reference) if case.reference else ""
        state = "" if self.kind else say(f"cases.{case.state}", self.language)
        when = when_words(moment(case.changed).astimezone(now.tzinfo), now, self.language)
        name = cases.name_of(case, shown(case.code))
        about = " · ".join(filter(None, (name, state, number, case.portal, when)))
        return Row("", case.subject, f"{case.session} {case.number}", about)

    def pick(self, row: Row) -> None:
        """Open it."""
        from assistant.tui.casecard import CaseCard

        session, number = row.value.split(" ")
        try:
            work = CaseWork(self.memory, by_key(self.memory, session), int(number))
        except StoreError as error:
            self.query_one(Said).say(trouble_words(error, self.language), wrong=True)
        except (Gone, NoCase):
            self.list()
            self.query_one(Said).say(say("tui.gone", self.language), wrong=True)
        else:
            show_over(self.app, CaseCard(work), lambda _: self.again())

    def again(self) -> None:
        """Read the list again."""
        self.list()
        self.keys()
