"""Slips of the pen in YAML: what the parser complains about, turned into what the author most probably did.

A parser reports where it could not go on, in its own words; the mistake often stands earlier on the line, or on a line
above. Knows how YAML errors look and which slips are common in flows; reads no keys and no values.
"""

from __future__ import annotations

import re
from typing import NamedTuple

import yaml

from assistant.flow.problem import Problems

_KEY = r"\w[\w .()/-]*? *:"
_PLACEHOLDER_FIRST = re.compile(rf"(?:^\s*(?:- +)*(?:{_KEY} +)?|[{{,] *{_KEY} +|\[ *)(\{{\{{)")
_RULE_QUOTED_FIRST = re.compile(r"^\s*(?:- +)*((?:when|value|min|max|come_back): +)((['\"])[^'\"]*\3 *[^\s#].*)")
_BAD_FIRST = re.compile(
    rf"^\s*(?:- +)*({_KEY} +)?("
    r"[*`@&!].*|(?<= )%.*"  # YAML's own signs
    r"|[|>] *[^\s\d+#|>-].*"  # a block text that begins on the line of its key
    r"|(?<=: )- .*"  # a list on the line of its key
    r"|(['\"]).*?\3 *[^\s#:,].*"  # quotes that end before the text does
    r"|\[[^\]]*\] *[^\s#:,\]}].*|\{[^}]*\} *[^\s#:,\]}].*)"
)
_COLON_INSIDE = re.compile(rf"^\s*(?:- +)*({_KEY} +)([^'\"|>{{\[#\s].*?:(?:\s.*|$))")
_IN_BRACKETS = re.compile(rf"(?:^\s*|[{{\[,] *)({_KEY} +)?(?=\S)")
_HAS_KEY = re.compile(rf"^\s*(?:- +)*{_KEY}(?:\s|$)")
_OPEN_QUOTE = re.compile(rf"^\s*(?:- +)*(?:{_KEY} +)?(?:(')[^']*|(\")[^\"]*)$")
_PARTNERS = {"{": "}", "[": "]", "}": "{", "]": "["}
_LONGEST_LINE = 500
"""Longer ones are not looked into: nobody writes them, and looking takes time."""
_FARTHEST_QUOTE = 200


class _Slip(NamedTuple):
    code: str
    at: tuple[int, int]
    arguments: dict[str, str]


def translate(error: yaml.YAMLError, text: str, path: str, problems: Problems) -> None:
    """Report a YAML error by what the author most probably did, else in the parser's words."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is None:  # a character that no YAML file may hold
        problems.report("F002", path, (_line_of_bad_character(text), 1))
        return
    at_end = text[mark.index : mark.index + 1] in ("", "\n", "\r")
    lines = [line[:_LONGEST_LINE] for line in text.splitlines()] or [""]
    line, column = min(mark.line + 1, len(lines)), mark.column + 1
    context_mark = getattr(error, "context_mark", None) or mark
    context = min(context_mark.line + 1, len(lines)), context_mark.column + 1
    said = str(getattr(error, "problem", None) or "it can't be read")
    inside = str(getattr(error, "context", None) or "")
    slip = (
        _by_line(lines[line - 1], line)
        or _by_bracket(inside, lines, (line, column), context, at_end)
        or _by_words(said, inside, lines, (line, column), context)
        or _Slip("F004", (line, column), {"reason": said})
    )
    problems.report(slip.code, path, slip.at, **slip.arguments)


def _by_line(line: str, number: int) -> _Slip | None:
    """What can be told from the line alone on which the parser stopped."""
    blanks = line[: len(line) - len(line.lstrip())]
    if "\t" in blanks:
        return _Slip("F017", (number, blanks.index("\t") + 1), {})
    if match := _PLACEHOLDER_FIRST.search(line):
        return _Slip("F009", (number, match.start(1) + 1), {})
    if match := _RULE_QUOTED_FIRST.search(line):
        return _Slip("F010", (number, match.start(2) + 1), {"rewritten": _quoted(match[1], match[2])})
    return None


def _by_bracket(inside: str, lines: list[str], at: tuple[int, int], context: tuple[int, int], at_end: bool) -> _Slip | None:
    """Something in `{ }` or `[ ]` that ends it too early, or a bracket that is never closed."""
    if "flow" not in inside:
        return None
    line, column = at
    before = lines[line - 1][: column - 1]
    values = list(_IN_BRACKETS.finditer(before + "…"))
    keyed = [match for match in values if match[1]]
    if not at_end and (keyed or (values and line == context[0])):
        return _Slip("F018", (line, (keyed or values)[-1].end() + 1), {})
    return _unpaired(lines, context)


def _by_words(said: str, inside: str, lines: list[str], at: tuple[int, int], context: tuple[int, int]) -> _Slip | None:
    """What the parser's words tell, together with the lines around."""
    line, column = at
    here = lines[line - 1]
    if "escape" in said or "hexdecimal" in said:
        return _Slip("F023", context, {})
    if "quoted scalar" in inside:
        return _Slip("F020", context, {"quote": lines[context[0] - 1][context[1] - 1 : context[1]]})
    if match := _BAD_FIRST.search(here):
        return _Slip("F013", (line, match.start(2) + 1), _below(match[1]))
    for number in range(line - 1, max(context[0], line - _FARTHEST_QUOTE) - 1, -1):
        if match := _OPEN_QUOTE.search(lines[number - 1]):
            quote = match[1] or match[2]
            return _Slip("F020", (number, lines[number - 1].index(quote) + 1), {"quote": quote})
    above = next((number for number in range(context[0] - 1, 0, -1) if lines[number - 1].strip()), 0)
    if "mapping values are not allowed" in said:
        if match := _COLON_INSIDE.search(here):
            return _Slip("F013", (line, match.start(2) + 1), _below(match[1]))
        if above and not _HAS_KEY.search(lines[above - 1]):
            return _no_key(lines, above)
        return _Slip("F021", (line, _indentation(here) + 1), {})
    if "could not find expected ':'" in said:
        in_block = above and re.search(r"[|>][+-]?$", lines[above - 1].rstrip())
        return _Slip("F021", context, {}) if in_block else _no_key(lines, context[0])
    if here[column - 1 : column] in ("}", "]"):
        return _unpaired(lines, at)
    if "parsing a block" in inside and column == _indentation(here) + 1:
        return _Slip("F021", at, {})
    return None


def _no_key(lines: list[str], number: int) -> _Slip:
    line = lines[number - 1]
    return _Slip("F022", (number, _indentation(line) + 1), {"line": line.strip()})


def _unpaired(lines: list[str], at: tuple[int, int]) -> _Slip:
    bracket = lines[at[0] - 1][at[1] - 1 : at[1]]
    return _Slip("F019", at, {"bracket": bracket, "partner": _PARTNERS.get(bracket, "bracket")})


def _below(key: str | None) -> dict[str, str]:
    """How a text is begun that stands on lines of its own."""
    return {"begin": f"{key.strip()} |" if key else "- |"}


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _quoted(key: str, rule: str) -> str:
    """A rule in quotes as a whole, by the kind of quotes that it does not use itself."""
    rule = rule.rstrip()
    return f'{key}"{rule}"' if '"' not in rule else f"{key}'{rule.replace(chr(39), chr(39) * 2)}'"


def _line_of_bad_character(text: str) -> int:
    match = yaml.reader.Reader.NON_PRINTABLE.search(text)
    return text.count("\n", 0, match.start()) + 1 if match else 1
