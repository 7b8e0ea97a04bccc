"""The path so far: what was asked, and what was answered. The answers of a flow that was run lie under its title, and the
one under the cursor tells when and by whom it was given. Picking an answer is the wish to change it.
"""

from __future__ import annotations

from collections.abc import Iterator, Set
from textwrap import shorten
from typing import TYPE_CHECKING, NamedTuple

from textual import events
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Region
from textual.message import Message
from textual.style import Style
from textual.widgets import Static

from assistant.desk.phrases import answers_shown, label_of, when_words
from assistant.engine.where import Spot, flow_at, read_place
from assistant.engine.wording import heading
from assistant.tui.prose import hung
from assistant.words import say
from assistant.words.formats import clean

if TYPE_CHECKING:
    from assistant.desk.conversation import Conversation
    from assistant.engine.prompt import Prompt, TrailEntry


_CHOSEN = "chosen"
_LONGEST = 80
"""Characters of what is asked now, which may be a whole paragraph."""
_LONGEST_ANSWER = 160


class Stop(NamedTuple):
    """A line of the path: an answer, or a flow that was run, with its answers under it while it is open.

    Attributes:
        place: the answer's place, or the one of the step that ran the flow.
        name: what was asked, or the flow's title.
        answer: what was answered; "" for a flow.
        given: when, and by whom; "" for a flow.
        depth: how many flows run around it.
        is_flow: whether it is a flow.
        is_open: whether the flow's answers stand under it.
    """

    place: str
    name: str
    answer: str
    given: str
    depth: int
    is_flow: bool = False
    is_open: bool = False


def stops(conversation: Conversation, turned: Set[str]) -> list[Stop]:
    """The path of a conversation. A flow is open while it is being run, and closed afterwards.

    Args:
        conversation: whose.
        turned: the places of flows that somebody opened or closed, against that.
    """
    session = conversation.session
    entries = answers_shown(session.trail)
    here = session.prompt.place
    found: list[Stop] = []
    seen: set[str] = set()
    for entry in entries:
        hidden = False
        around = list(_flows_around(conversation, entry))
        for depth, (place, title) in enumerate(around):
            is_open = here.startswith(f"{place}/") != (place in turned)
            if not hidden and place not in seen:
                count = sum(one.place.startswith(f"{place}/") for one in entries)
                name = say("tui.one_flow", conversation.language, title=title, count=count)
                found.append(Stop(place, name, "", "", depth, is_flow=True, is_open=is_open))
                seen.add(place)
            hidden = hidden or not is_open
        if not hidden:
            found.append(Stop(entry.place, _name(entry, conversation.language), label_of(entry),
                              given(conversation, entry), len(around)))  # fmt: skip
    return found


def _flows_around(conversation: Conversation, entry: TrailEntry) -> Iterator[tuple[str, str]]:
    """The flows that an answer was given in, outermost first, without the one that was begun: place and title."""
    spot, session = read_place(entry.place), conversation.session
    segments = spot.segments if spot is not None else ()
    for depth in range(1, len(segments)):
        flow = flow_at(session.pack, session.flow, Spot(segments[: depth + 1]))
        yield str(Spot(segments[:depth])), session.pack.titles.get(flow) or flow


def _name(entry: TrailEntry, language: str) -> str:
    return say("trail.given", language, answer=entry.name) if entry.given else entry.name


def given(conversation: Conversation, entry: TrailEntry) -> str:
    """When an answer was given, and by whom."""
    now, language = conversation.clock(), conversation.language
    when = when_words(entry.time.astimezone(now.tzinfo), now, language)
    return say("tui.given_by", language, when=when, by=entry.by) if entry.by else when


_MOVES = {"up": -1, "down": 1, "home": -999, "end": 999}


class Trail(Static, can_focus=True):
    """Answers in walk order, and where the conversation stands."""

    class Chosen(Message):
        """An answer is to be changed."""

        def __init__(self, place: str) -> None:
            super().__init__()
            self.place = place

    def __init__(self, **options: str) -> None:
        super().__init__(**options)  # type: ignore[arg-type]
        self.conversation: Conversation | None = None
        self.asked: Prompt | None = None
        self.turned: set[str] = set()
        self.stops: list[Stop] = []
        self.at = 0
        self._lines: list[int] = []

    def show(self, conversation: Conversation, asked: Prompt) -> None:
        """Show the path of a conversation, and under it what is asked now: of a form, one of its fields. The cursor is on
        the last answer."""
        self.conversation, self.asked = conversation, asked
        self.stops = stops(conversation, self.turned)
        self.at = max(0, len(self.stops) - 1)
        self._draw()

    @property
    def language(self) -> str:
        """The reader's."""
        return self.conversation.language if self.conversation is not None else "en"

    def watch_has_focus(self, has_focus: bool) -> None:
        """The cursor is seen while it is here, and only then."""
        super().watch_has_focus(has_focus)
        self._draw()
        if has_focus:
            self._keep_in_sight()

    def press(self, key: str) -> bool:
        """Do what a key means here, and say whether it meant anything."""
        if key in _MOVES:
            self._move(_MOVES[key])
        elif key in ("enter", "space", "right"):
            self.pick()
        else:
            return False
        return True

    def on_resize(self) -> None:
        """Lines break elsewhere."""
        self._draw()

    def _draw(self) -> None:
        drawn = Content()
        self._lines = []
        for number, stop in enumerate(self.stops):
            self._lines.append(drawn.plain.count("\n"))
            # The one under the cursor has its own colours: as a link it would take those of links.
            chosen = {_CHOSEN: number} if self.has_focus and number == self.at else {"@click": ("choose", (number,))}
            drawn += Content.assemble(*self._stop(number, stop)).stylize(Style.from_meta(chosen))
        if self.asked is not None:
            here = shorten(clean(heading(self.asked)), _LONGEST, placeholder=" …")
            drawn += Content.styled(self._under(f"▸ {here}", 0, hang=2), "bold $accent")
        self.update(drawn)

    def _stop(self, number: int, stop: Stop) -> Iterator[tuple[str, str]]:
        indent = 2 * stop.depth
        is_here = self.has_focus and number == self.at
        picked = "bold $on-picked on $picked"
        if stop.is_flow:
            sign = "–" if stop.is_open else "+"
            yield self._under(f"{sign} {clean(stop.name)}", indent, hang=2), picked if is_here else "$ink"
        else:
            yield self._under(clean(stop.name), indent) + "\n", "$quiet"
            yield (
                self._under(shorten(clean(stop.answer), _LONGEST_ANSWER, placeholder=" …"), indent),
                picked if is_here else "bold $ink",
            )
            if is_here:
                yield "\n" + self._under(clean(stop.given), indent), "$quiet"
        yield "\n", ""

    def _under(self, words: str, indent: int, hang: int = 0) -> str:
        return hung(words, self.content_size.width or _LONGEST, indent, hang)

    def _keep_in_sight(self) -> None:
        parent = self.parent
        if isinstance(parent, VerticalScroll) and self._lines:
            region = Region(0, self.virtual_region.y + self._lines[self.at], self.size.width, 4)
            parent.scroll_to_region(region, animate=False)

    def _move(self, by: int) -> None:
        """Move the cursor; it stops at both ends."""
        self.at = min(max(self.at + by, 0), max(0, len(self.stops) - 1))
        self._draw()
        self._keep_in_sight()

    def action_choose(self, number: int) -> None:
        """A line was clicked."""
        if number < len(self.stops):
            self.at = number
            self.pick()

    def pick(self) -> None:
        """Change the answer under the cursor; open or close a flow."""
        if self.conversation is None or not self.stops:
            return
        stop = self.stops[self.at]
        if not stop.is_flow:
            self.post_message(self.Chosen(stop.place))
            return
        self.turned ^= {stop.place}
        self.stops = stops(self.conversation, self.turned)
        self._draw()

    def on_click(self, event: events.Click) -> None:
        """A click on the answer under the cursor chooses it; one beside the answers is no wish for anything."""
        event.stop()
        if (number := event.style.meta.get(_CHOSEN)) is not None:
            self.action_choose(number)
