"""Help about what is asked now: why, how to find out, the words in it, and the keys. And why the conversation is here."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.screen import Screen
from textual.widgets import Static

from assistant.desk.phrases import terms, why_words
from assistant.engine.prompt import Question
from assistant.flow.text import Blocks, Listing, Paragraph, Span
from assistant.tui.ask import Asked
from assistant.tui.bars import PALETTE, Key, KeyBar
from assistant.tui.keynames import rows
from assistant.tui.keys import KeyedModal
from assistant.tui.palette import OPENS, Commanding
from assistant.tui.prose import Prose
from assistant.words import say

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation


class Sheet(Commanding, KeyedModal[None]):
    """A sheet over the screen that can be scrolled and closed with nearly any key."""

    CSS_PATH = "help.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,space,q,й,b,и,backspace,left,question_mark,f1", "close", "Close", id="sheet.close"),
        OPENS,
        Binding("up,k", "scroll(-1)", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("pageup", "scroll(-10)", show=False),
        Binding("pagedown", "scroll(10)", show=False),
    ]

    def __init__(self, title: str, blocks: Blocks, language: str) -> None:
        super().__init__()
        self.heading = title
        self.blocks = blocks
        self.language = language

    def compose(self) -> ComposeResult:
        with VerticalScroll(id="sheet", can_focus=False):
            yield Static(self.heading, id="sheet-title", markup=False)
            yield Prose(self.blocks)
        yield KeyBar(id="keys")

    def on_mount(self) -> None:
        """Show how to close it."""
        self.query_one(KeyBar).show(
            Key("Enter", say("tui.key_close", self.language), "screen.close"),
            Key("F12", say("tui.key_commands", self.language), PALETTE),
        )
        self.opened()

    @property
    def said_in(self) -> str:
        """The language of what stands on it."""
        return self.language

    def is_of_use(self, action: str) -> bool:
        """A sheet is closed before anything else is done."""
        return action == "close"

    def action_close(self) -> None:
        """Close it."""
        self.dismiss()

    def action_scroll(self, by: int) -> None:
        """Move what is shown."""
        self.query_one("#sheet").scroll_relative(y=by, animate=False)


class Help(Sheet):
    """About this question: why we ask, how to find out, its terms; then the keys."""

    def __init__(self, conversation: Conversation, asked: Asked | None, screen: Screen[None]) -> None:
        language = conversation.language
        blocks: list[Paragraph | Listing] = []
        if isinstance(asked, Question):
            if asked.why:
                blocks += [_title("tui.help_why", language), *asked.why]  # type: ignore[list-item]
            if asked.help:
                blocks += [_title("tui.help_how", language), *asked.help]  # type: ignore[list-item]
        words = terms(conversation)
        if words:
            blocks.append(_title("tui.help_terms", language))
            for term, text in words:
                blocks += [Paragraph((Span(term, bold=True),)), *text]  # type: ignore[list-item]
        blocks.append(_title("tui.help_keys", language))
        keys = rows(screen, "tui.keys_ending" if conversation.session.ended else "tui.keys_guide", language)
        if not conversation.session.ended:
            keys[-2:-2] = rows(screen, "tui.keys_agent" if conversation.is_for_agent else "tui.keys_customer", language)
        blocks.append(_list(keys))
        if conversation.code:
            blocks.append(_title("tui.help_code", language))
            blocks.append(Paragraph((Span(say("tui.code", language, code=conversation.code)),)))
        super().__init__(say("tui.help", language), tuple(blocks), language)


def keys_sheet(screen: Screen[None], code: str, language: str) -> Sheet:
    """The keys of a screen as they are set now.

    Args:
        screen: whose they are.
        code: of the sentence that lists them.
        language: the reader's.
    """
    return Sheet(say("tui.help", language), (_list(rows(screen, code, language)),), language)


class Why(Sheet):
    """The answers and rules that led here."""

    def __init__(self, conversation: Conversation) -> None:
        language = conversation.language
        reasons = why_words(conversation)
        blocks = tuple(Paragraph((Span(reason),)) for reason in reasons)
        super().__init__(say("tui.why", language), blocks, language)


def _title(code: str, language: str) -> Paragraph:
    return Paragraph((Span(say(code, language), bold=True),))


def _list(lines: list[str]) -> Listing:
    return Listing(tuple((Paragraph((Span(line),)),) for line in lines))
