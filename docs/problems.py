"""Write the reference of problem codes: `python docs/problems.py [FILE]`. Made from the files of the catalogue alone.

What a code means is told there and nowhere else. Only the groups, by how a code begins, are named here.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from assistant.flow.problem import Entry, codes, entry

PAGE = Path(__file__).with_name("problems.md")

GROUPS = {
    "F0": "Files and how they are written",
    "F1": "Keys, values and names",
    "F2": "Names that lead somewhere",
    "F3": "Rules",
    "F4": "Where steps lead",
    "F5": "Texts and links",
    "F6": "Tests",
    "F70": "What is proved",
    "F71": "What is proved",
    "F72": "What is worth a look",
}
"""What the codes that begin so are about."""

HEAD = """\
# Problems

Every problem that `assistant check` and `assistant test` tell has a code. Here is what each means, how it is mended, and
two examples: one that fails and one that passes. Words in braces are filled in with what stands in your file.

An **error** keeps the flow from being used. A **warning** should be mended. A **hint** asks whether something is meant.

This page is made from `assistant/flow/problems/` by `python docs/problems.py`.
"""


def page() -> str:
    """The whole page."""
    entries = [entry(code) for code in codes()]
    told = (line for one in entries for line in _told(one))
    return "\n".join((HEAD, *_index(entries), "## One by one", "", *told)).rstrip("\n") + "\n"


def group(code: str) -> str:
    """What the codes of its sort are about.

    Raises:
        KeyError: no group is named for it.
    """
    return GROUPS.get(code[:3]) or GROUPS[code[:2]]


def _index(entries: list[Entry]) -> Iterator[str]:
    """Every code with its title, by group."""
    last = ""
    for one in entries:
        if group(one.code) != last:
            last = group(one.code)
            yield from (*([""] if one is not entries[0] else []), f"## {last}", "", "| code | | |", "|---|---|---|")
        yield f"| [{one.code}](#{one.code.lower()}) | {_cell(one.title)} | {one.severity} |"
    yield ""


def _told(one: Entry) -> Iterator[str]:
    """What is to be said of a code."""
    yield from (f'<a id="{one.code.lower()}"></a>', f"### {one.code} · {_cell(one.title)}", "")
    yield from (f"*{one.severity}:* {_without_tails(one.says)}", "", f"*Mend:* {one.fix}", "", one.meaning, "")
    for name, example in (("Fails", one.fails), ("Passes", one.passes)):
        yield from (f"{name}:", "", "```yaml", *example.rstrip("\n").split("\n"), "```", "")


def _cell(title: str) -> str:
    """A title that no mark of Markdown changes."""
    return re.sub(r"([|*_`])", r"\\\1", title)


def _without_tails(sentence: str) -> str:
    """A sentence without what is only added to it where there is something to add: the nearest name, an example."""
    return re.sub(r"(?<=.)\{(near|example)\}", "", sentence)


if __name__ == "__main__":
    Path(sys.argv[1] if len(sys.argv) > 1 else PAGE).write_text(page(), encoding="utf-8", newline="\n")
