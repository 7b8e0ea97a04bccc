"""What a first prompt offers: how many of the open sessions, and which flows fit a few words about a problem, until
understanding has a room of its own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from assistant.desk.packs import Offer

OFFERED = 3
"""How many open sessions are offered at most, before all of them are asked for."""
MOST_WORDS = 50
"""How many words about a problem are looked for; nobody needs more to name a topic."""


def ranked(offers: Sequence[Offer], words: str) -> list[Offer]:
    """The flows that words fit, best first: the more of the words, and the fewer other flows have them, the better."""
    texts = [set(_words(" ".join((one.entry.title, one.entry.summary, *one.entry.phrases)))) for one in offers]
    wanted = dict.fromkeys(_words(words)[:MOST_WORDS])
    asked = [{own for text in texts for own in text if own.startswith(word)} for word in wanted]
    common = Counter(number for number, forms in enumerate(asked) for text in texts if forms & text)
    scores = [sum(1 / common[number] for number, forms in enumerate(asked) if forms & text) for text in texts]
    best = max(scores, default=0)
    fitting = [(score, offer) for score, offer in zip(scores, offers, strict=True) if score and score >= best / 2]
    return [offer for _, offer in sorted(fitting, key=lambda pair: -pair[0])]


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"\w+", text.casefold()) if len(word) > 2]
