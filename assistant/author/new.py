"""A new flow, ready to run, test and prove, with comments that teach; where there is no pack yet, a new pack around it.

Says what would be written (`plan`) before anything is (`write`), and never writes over a file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Container
from pathlib import Path
from typing import NamedTuple

from assistant.author.telling import as_words
from assistant.flow.facts import RESERVED
from assistant.flow.files import RESERVED_FILES, pack_root
from assistant.flow.load import load
from assistant.flow.model import Pack

LONGEST = 80
OTHERWISE = "something-else"
_KEBAB = re.compile(r"[^\W_]+(?:-[^\W_]+)*")

FLOW = """\
# {title}. A line that begins with # is a comment: these ones explain, and can go.
title: {title}
summary: Say in one sentence what the problem is.
phrases:                              # how people say it; they find the flow by such words
  - {words} does not work
  - something is wrong with {words}

facts:                                # what can be asked; a fact is asked once and known everywhere in the pack
  {seen}:
    ask: What do you see?
    label: What is seen               # how lists and cases call it
    help: Look at the device itself, not at the screen of your computer.
    choices: {{nothing: Nothing happens, message: A message}}
  {message}:
    ask: What does the message say?
    label: Message
    type: text
    example: Error 42
    unsure: {{tell: It stands on the display.}}  # offers "not sure"; this is told then, and it is asked once more

steps:                                # a straight line from top to bottom; the first is the start
  {look}:
    ask: {seen}

  {read}:
    when: {seen} == 'message'  # skipped unless this holds
    ask: {message}

  {restart}:
    try: |
      1. Switch it off and wait ten seconds.
      2. Switch it on again.
    label: Switched it off and on     # how the case names the attempt
    then: {{worked: {solved}, else: {handed}}}  # what leaves the line; the last step must say where it goes

outcomes:                             # what comes of it
  {solved}:
    kind: solved
    title: It works again

  {handed}:
    kind: handoff                     # to a person; all that was said and tried is written down
    title: The help desk takes over
    to: Your help desk
    tell: Read this to the help desk, or send it.
"""

TESTS = """\
# Conversations with {name}.yaml, and what must come of each.
tests:
  - name: A restart helps
    answers:                          # by the name of a fact or of a step, in this order
      - {seen}: nothing
      - {restart}: worked
    expect:
      outcome: {solved}
      not_asked: [{message}]

  - name: What the message says is written down for the help desk
    answers:
      - {seen}: message
      - {message}: Error 42
      - {restart}: failed
    expect:
      outcome: {handed}
      case: {{text: [Error 42]}}

  - name: Who is not sure is asked once more, and can go on
    answers:
      - {seen}: message
      - {message}: unsure
      - {message}: unsure
      - {restart}: skipped
    expect:
      outcome: {handed}
"""

PACK = """\
# The pack: all flows of this folder and what they share.
title: {title}
language: en
start: {name}  # the flow that is offered first
otherwise: something-else  # where "none of these" leads
"""

ELSE = """\
# Where "none of these" leads: the problem, written down for a person.
title: Something else
summary: None of these fits. We write it down for a person.
phrases:
  - none of these fits
  - it is about something else

facts:
  what_happened:
    ask: What happened?
    label: What happened
    type: text

steps:
  what-happened:
    ask: what_happened
    then: hand-over

outcomes:
  hand-over:
    kind: handoff
    title: Hand this over to a person
    to: Your help desk
    tell: Read this to the help desk, or send it.
"""

ELSE_TESTS = """\
tests:
  - name: What happened is written down
    answers:
      - what_happened: The mouse is gone
    expect:
      outcome: hand-over
      case: {text: [The mouse is gone]}
"""


class NotNew(Exception):
    """A flow that can't be begun so. `code` and `arguments` make the sentence."""

    def __init__(self, code: str, **arguments: str) -> None:
        super().__init__(code)
        self.code = code
        self.arguments = arguments


class Plan(NamedTuple):
    """What would be written: files with their texts, the flow's own first, and whether a new pack begins with it."""

    files: dict[Path, str]
    is_pack: bool

    @property
    def flow(self) -> Path:
        """The file of the flow."""
        return next(iter(self.files))


def plan(name: str, folder: Path) -> Plan:
    """What a new flow would be made of. In a pack it joins the pack; elsewhere a pack of its own name is made in `folder`.

    Args:
        name: the flow's id.
        folder: where to begin it; it need not be there yet.

    Raises:
        NotNew: it can't be called so, something of that name is there, or the pack can't be used.
    """
    _check_name(name)
    if os.path.exists(folder) and not folder.is_dir():
        raise NotNew("new.no_folder", name=str(folder))
    root = pack_root(folder)
    if not (root / "pack.yaml").is_file():
        return _new_pack(name, folder / name)
    loaded = load(root)
    if loaded.pack is None:
        raise NotNew("new.broken", name=str(root))
    inside = folder.absolute().relative_to(root.absolute()).parts
    if any(part == "locale" or part.startswith(".") for part in inside):
        raise NotNew("new.not_read", name=str(folder))
    if name in loaded.pack.flows:
        raise NotNew("new.taken", name=name, path=loaded.pack.flows[name].at.path)
    return _free(Plan(_flow(name, folder, loaded.pack), is_pack=False))


def write(planned: Plan) -> None:
    """Write what was planned.

    Raises:
        FileExistsError: a file is there by now; nothing of it is touched.
        OSError: the disk will not have it.
    """
    for path, text in planned.files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)


def _check_name(name: str) -> None:
    better = "-".join(re.findall(r"[^\W_]+", name.lower()))[:LONGEST].strip("-")
    if f"{name}.yaml" in RESERVED_FILES or name in RESERVED:
        raise NotNew("new.reserved", name=name)
    if not _KEBAB.fullmatch(name) or name != name.lower() or len(name) > LONGEST:
        if not better:
            raise NotNew("new.no_name", name=name)
        raise NotNew("new.other_name", name=name, better=better)


def _new_pack(name: str, folder: Path) -> Plan:
    if os.path.exists(folder):
        raise NotNew("new.exists", name=str(folder))
    files = _flow(name, folder, None)
    files[folder / "pack.yaml"] = PACK.format(title=as_words(name), name=name)
    if name == OTHERWISE:
        return Plan(files, is_pack=True)
    files[folder / f"{OTHERWISE}.yaml"] = ELSE
    files[folder / f"{OTHERWISE}.test.yaml"] = ELSE_TESTS
    return Plan(files, is_pack=True)


def _flow(name: str, folder: Path, pack: Pack | None) -> dict[Path, str]:
    """The flow and its tests, with names that are still free in the pack."""
    facts: Container[str] = pack.facts if pack is not None else ()
    outcomes: Container[str] = pack.outcomes if pack is not None else ()
    words = {
        "name": name,
        "title": as_words(name),
        "words": name.replace("-", " "),
        "seen": _unused("what_is_seen", "of_" + name.replace("-", "_"), facts),
        "message": _unused("message_text", "of_" + name.replace("-", "_"), facts),
        "solved": _unused("works-again", name, outcomes),
        "handed": _unused("help-desk", name, outcomes),
        **{step: _unused(step, name, outcomes) for step in ("look", "read", "restart")},
    }
    return {
        folder / f"{name}.yaml": FLOW.format(**words),
        folder / f"{name}.test.yaml": TESTS.format(**words),
    }


def _unused(name: str, of: str, taken: Container[str]) -> str:
    """A name that nothing in the pack has, as short as can be."""
    between = "_" if "_" in name else "-"
    candidates = [name, f"{name}{between}{of}"]
    return next((one for one in candidates if one not in taken), f"{candidates[-1]}{between}too")


def _free(planned: Plan) -> Plan:
    for path in planned.files:
        if os.path.lexists(path):
            raise NotNew("new.exists", name=str(path))
    return planned
