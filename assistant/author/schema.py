"""JSON Schema (2020-12) of every file of a pack, for editors that complete keys and mark mistakes while one types.

Says what can be said of one file alone: keys, the kinds of their values, what excludes what. Names that lead elsewhere,
rules and texts are for `check`. What the keys are called is the loader's to say; the tests hold the two together.
"""

from __future__ import annotations

import json
import keyword
from collections.abc import Iterator, Mapping
from typing import Any, Literal, get_args

from assistant.author.meanings import MEANINGS
from assistant.flow.facts import AUDIENCES, RESERVED, TYPES
from assistant.flow.functions import FUNCTIONS
from assistant.flow.model import OutcomeKind

Kind = Literal["flow", "pack", "facts", "outcomes", "portals", "glossary", "texts", "tests"]
Schema = dict[str, Any]

KINDS: tuple[Kind, ...] = get_args(Kind)

COMPUTED_TYPES = ("date", "money", "number")
NOT_COMPUTED = ("ask", "choices", "many", "none", "unsure", "refuse", "min", "max", "pattern")
"""What a computed fact has nothing of."""

OF_EXITS = ("kind", "title", "was", "source")
"""All that an exit has."""

ONLY_WITH = {"also": ("try",), "label": ("try",), "wait": ("try", "tell"), "message": ("tell",)}
"""Keys of a step that need one of these verbs."""
NEVER_WITH = {"again": ("try", "tell", "run"), "note": ("run",)}
"""Keys of a step that may stand without a verb (one that is named like a fact asks it), but not with one of these."""

_VERBS = ("ask", "try", "tell", "run")
_NAME = r"^[^\s!-,./:-@\[-^`{-~-][^\s!-,./:-@\[-^`{-~]*$"
_FACT_NAME = r"^[^\s!-@\[-^`{-~][^\s!-/:-@\[-^`{-~]*$"
_TAKEN = sorted({*RESERVED, *keyword.kwlist, *FUNCTIONS, "true", "false", "today", "item", "record"})
_WAIT = r"^\s*\d{1,4}\s*(s|sec|seconds?|m|min|minutes?|h|hours?)\s*$"
_TIMES = r"^\s*0*[1-9][0-9]?\s*$"
_DATE = r"^\s*\d{4}-?(\d{2}-?\d{2}|W\d{2}(-?\d)?)\s*$"
_URL = r"^(https?://|mailto:)"


def schema(kind: Kind) -> Schema:
    """The schema of one kind of file, complete in itself."""
    root = _FILES[kind]
    needed = _needed(root)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": MEANINGS[f"file.{kind}"][0],
        **root,
        "$defs": {name: _DEFINITIONS[name] for name in _DEFINITIONS if name in needed},
    }


def written(kind: Kind) -> str:
    """The schema of one kind of file as it is written to disk."""
    return json.dumps(schema(kind), indent=2, ensure_ascii=False) + "\n"


def parts() -> set[tuple[str, frozenset[str]]]:
    """Every part of a file, as the loader calls it, with the keys that the schema knows of it."""
    return {(what, frozenset(_DEFINITIONS[name]["properties"])) for what, name in _CALLED}


def _needed(root: Schema) -> set[str]:
    """The definitions that a schema refers to, those behind them too."""
    found: set[str] = set()
    pending = list(_references(root))
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending += _references(_DEFINITIONS[name])
    return found


def _references(node: object) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield str(value).removeprefix("#/$defs/")
            else:
                yield from _references(value)
    elif isinstance(node, list):
        for item in node:
            yield from _references(item)


# What values can be ----------------------------------------------------------------------------------------------------


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


WORD: Schema = {"type": ["string", "number", "boolean"]}
"""A text that is taken as written: an editor reads `12` as a number and `true` as a truth value, the loader as text."""
NOTHING: Schema = {"type": "null"}
FLAG: Schema = {"enum": [True, False, "true", "false"]}
WORDS: Schema = {"anyOf": [WORD, {"type": "array", "items": {"type": ["string", "number", "boolean", "null"]}}]}
FACT: Schema = {"type": ["string", "boolean"], "pattern": _FACT_NAME}
FACTS: Schema = {"anyOf": [FACT, {"type": "array", "items": FACT}]}
AUDIENCE: Schema = {"enum": list(AUDIENCES)}
LANGUAGE: Schema = {"type": ["string", "boolean"], "pattern": r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*$"}
URL: Schema = {"type": "string", "pattern": _URL}
DATE: Schema = {"type": ["string", "integer"], "pattern": _DATE}
TEXT, RULE, TARGET = _ref("text"), _ref("rule"), _ref("target")


def _map(names: Schema, values: Schema, least: int = 0) -> Schema:
    """Keys that the author chooses."""
    return {"type": "object", "propertyNames": names, "additionalProperties": values} | (
        {"minProperties": least} if least else {}
    )


def _named(values: Schema, least: int = 0) -> Schema:
    return _map(_ref("name"), values, least)


def _part(prefix: str, keys: Mapping[str, Schema], needs: tuple[str, ...] = (), **more: Any) -> Schema:
    """A part with fixed keys. A key that is not needed may stand there with nothing behind it."""
    properties = {}
    for key, value in keys.items():
        about, examples = MEANINGS[f"{prefix}.{key}"]
        kinds = value if key in needs else {"anyOf": [value, NOTHING]}
        properties[key] = {"description": about, **({"examples": list(examples)} if examples else {}), **kinds}
    required = {"required": list(needs)} if needs else {}
    return {"type": "object", "properties": properties, **required, "additionalProperties": False, **more}


def _given(*keys: str) -> Schema:
    """At least one of the keys stands there with a value."""
    return {"anyOf": [{"required": [key], "properties": {key: {"not": NOTHING}}} for key in keys]}


def _if(condition: Schema, then: Schema) -> Schema:
    return {"if": condition, "then": then}


def _is(key: str, *values: object) -> Schema:
    return {"required": [key], "properties": {key: {"enum": list(values)}}}


# What files consist of -------------------------------------------------------------------------------------------------


def _step() -> Schema:
    pairs = [(one, other) for at, one in enumerate(_VERBS) for other in _VERBS[at + 1 :]]
    several = {"required": ["ask"], "properties": {"ask": {"type": "array", "minItems": 2}}}
    return _part(
        "step",
        {
            "ask": FACTS, "try": TEXT, "tell": TEXT, "run": WORD, "when": RULE, "then": _ref("then"), "each": FACT,
            "at_most": _ref("at_most"), "again": FLAG, "wait": {"type": "string", "pattern": _WAIT}, "audience": AUDIENCE,
            "note": TEXT, "label": TEXT, "also": _named(WORD), "message": _ref("message"), "source": WORDS, "was": WORDS,
        },
        type=["object", "null"],
        allOf=[
            *({"not": {"allOf": [_given(one), _given(other)]}} for one, other in pairs),
            *(_if(_given(key), _given(*verbs)) for key, verbs in ONLY_WITH.items()),
            *(_if(_given(key), {"not": _given(*verbs)}) for key, verbs in NEVER_WITH.items()),
            _if({"anyOf": [_given("each"), _given("tell"), several]}, {"properties": {"then": {"not": {"type": "object"}}}}),
        ],
    )  # fmt: skip


def _fact() -> Schema:
    computed, chosen = _given("value"), _given("choices")
    several = _is("many", True, "true")
    counted = {"anyOf": [several, _is("type", "number", "money", "date", "files")]}
    return _part(
        "fact",
        {
            "ask": TEXT, "help": TEXT, "why": TEXT, "label": WORD, "example": WORD, "note": TEXT, "type": WORD,
            "choices": _ref("choices"), "many": FLAG, "none": WORD,
            "unsure": {"anyOf": [FLAG, _ref("unsure")]}, "refuse": _one_or_more(_ref("refusal")), "min": RULE, "max": RULE,
            "pattern": WORD, "sensitive": FLAG, "value": RULE, "hints": {"anyOf": [WORDS, _map({}, WORDS)]},
            "audience": AUDIENCE, "source": WORDS, "was": WORDS,
        },
        allOf=[
            _if(computed, {
                "not": _given(*NOT_COMPUTED),
                "properties": {"type": {"enum": [*COMPUTED_TYPES, None]}},
            }) | {"else": {"allOf": [
                _given("ask"),
                _if({"not": chosen}, {"properties": {"type": {"enum": [*TYPES, None]}}}),
                _if(several, chosen),
                _if(_given("none"), {"anyOf": [several, _is("type", "files")]}),
                _if(_given("min", "max"), counted),
                _if(_given("pattern"), _is("type", "text", "email")),
            ]}},
        ],
    )  # fmt: skip


def _outcome() -> Schema:
    filed = {"allOf": [_given("portal"), _given("subject")]}
    return _part(
        "outcome",
        {
            "kind": {"enum": list(get_args(OutcomeKind))}, "title": TEXT, "tell": TEXT, "note": TEXT,
            "links": _one_or_more(_ref("link")), "message": _ref("message"), "needs": FACTS, "wants": FACTS,
            "related": WORDS, "come_back": RULE, "source": WORDS, "case": _ref("case"), "to": TEXT, "hours": TEXT,
            "was": WORDS,
        },
        ("kind",),
        allOf=[
            _if(_is("kind", "exit"), {"propertyNames": {"enum": list(OF_EXITS)}}) | {"else": _given("title")},
            _if(_is("kind", "case"), {"allOf": [_given("case"), {"properties": {"case": filed}}]}),
        ],
    )  # fmt: skip


def _one_or_more(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _about(name: str, definition: Schema) -> Schema:
    about, examples = MEANINGS[f"part.{name}"]
    return {"description": about, **({"examples": list(examples)} if examples else {}), **definition}


def _definitions() -> dict[str, Schema]:
    part_of_text = _part("text", {"when": RULE, "tell": WORD}, ("when", "tell"))
    row = _part("row", {"when": RULE, "then": TARGET}, ("when", "then"))
    last_row = _part("row", {"else": TARGET}, ("else",))
    times = {"anyOf": [{"type": "integer", "minimum": 1, "maximum": 99}, {"type": "string", "pattern": _TIMES}]}
    loose = {"type": ["string", "number", "boolean", "null"]}
    given = {"anyOf": [loose, {"type": "array", "items": loose}, _map({}, _ref("given"))]}
    definitions: dict[str, Schema] = {
        "name": {"type": "string", "pattern": _NAME, "not": {"enum": list(RESERVED)}},
        "fact_name": {"type": "string", "pattern": _FACT_NAME, "not": {"enum": _TAKEN}},
        "choice_name": {"type": "string", "not": {"enum": list(RESERVED)}},
        "rule": WORD,
        "target": WORD,
        "text_part": part_of_text,
        "text": {"anyOf": [WORD, _ref("text_part"), {"type": "array", "items": {"anyOf": [loose, _ref("text_part")]}}]},
        "step": _step(),
        "then": {"anyOf": [
            TARGET,
            _map({}, TARGET),
            {"type": "array", "items": {"anyOf": [_ref("row"), _ref("last_row")]}},
        ]},
        "row": row,
        "last_row": last_row,
        "at_most": _part("at_most", {"times": times, "else": TARGET}, ("times", "else")),
        "message": _part("message", {"to": TEXT, "subject": TEXT, "body": TEXT}, ("subject", "body")),
        "outcome": _outcome(),
        "case": _part("case", {"portal": WORD, "subject": TEXT, "fields": _map({}, {"anyOf": [TEXT, NOTHING]})}),
        "link": _part("link", {"title": WORD, "url": URL}, ("title", "url")),
        "fact": _fact(),
        "choices": {"anyOf": [WORD, _map(_ref("choice_name"), {"anyOf": [WORD, NOTHING, _ref("choice")]}, 1)]},
        "choice": _part("choice", {
            "label": WORD, "help": TEXT, "when": RULE, "audience": AUDIENCE, "note": TEXT, "was": WORDS,
        }),
        "unsure": _part("unsure", {"tell": TEXT}, ("tell",)),
        "refusal": _part("refusal", {"when": RULE, "tell": TEXT}, ("when", "tell")),
        "flow": _part("flow", {
            "title": WORD, "summary": WORD, "source": WORDS, "reviewed": DATE, "phrases": WORDS,
            "steps": _named(_ref("step"), 1), "outcomes": _named(_ref("outcome")),
            "facts": _map(_ref("fact_name"), _ref("fact")), "was": WORDS,
        }, ("title", "steps")),
        "pack": _part("pack", {
            "title": WORD, "language": WORD, "owner": WORD, "start": WORD, "otherwise": WORD, "currency": WORD,
            "lists": _map(_ref("fact_name"), WORDS), "source": WORDS,
        }, ("title",)),
        "portal": _part("portal", {
            "title": WORD, "language": WORD, "url": URL, "for": WORD, "way": TEXT,
            "fields": _map({}, {"anyOf": [NOTHING, _ref("portal_field")]}), "other_fields": {"enum": ["unknown", "none"]},
            "attach": FACT,
        }, ("title",)),
        "portal_field": _part("portal_field", {"choices": WORDS}),
        "term": _part("term", {"title": WORD, "tell": TEXT, "also": WORDS}, ("tell",)),
        "given": given,
        "answers": {"anyOf": [{"type": "array", "items": _ref("given")}, _map({}, _ref("given"))]},
        "test": _part("test", {
            "name": WORD, "today": DATE, "audience": AUDIENCE, "lang": LANGUAGE, "facts": _map({}, _ref("given")),
            "answers": _ref("answers"), "expect": _ref("expect"),
        }, ("name",)),
        "expect": _part("expect", {
            "outcome": WORD, "kind": {"enum": list(get_args(OutcomeKind))}, "passed": WORDS, "not_passed": WORDS,
            "asked": WORDS, "not_asked": WORDS, "text": WORDS, "no_text": WORDS, "case": _ref("expected_case"),
            "message": _ref("expected_message"),
        }),
        "expected_case": _part("expected_case", {
            "portal": WORD, "subject": WORDS, "fields": _map({}, loose), "tried": _map({}, WORDS), "text": WORDS,
        }),
        "expected_message": _part("expected_message", {"to": WORDS, "text": WORDS}),
        "tests": _part("tests", {
            "today": DATE, "usually": _map({}, _ref("given")), "tests": {"type": "array", "items": _ref("test")},
        }, ("tests",)),
    }  # fmt: skip
    return {name: _about(name, one) if f"part.{name}" in MEANINGS else one for name, one in definitions.items()}


_DEFINITIONS = _definitions()
_FILES: dict[Kind, Schema] = {
    "flow": _ref("flow"), "pack": _ref("pack"), "facts": _map(_ref("fact_name"), _ref("fact")),
    "outcomes": _named(_ref("outcome")), "portals": _named(_ref("portal")), "glossary": _map({}, _ref("term")),
    "texts": _map({}, {"anyOf": [WORD, NOTHING], "not": {"type": "string", "pattern": r"texts\."}}), "tests": _ref("tests"),
}  # fmt: skip
_CALLED = (
    ("a flow", "flow"), ("a step", "step"), ("`at_most`", "at_most"), ("a row of `then`", "row"),
    ("the last row of `then`", "last_row"), ("an outcome", "outcome"), ("`case`", "case"), ("a link", "link"),
    ("a message", "message"), ("a fact", "fact"), ("`unsure`", "unsure"), ("a choice", "choice"),
    ("a refusal", "refusal"), ("a part of a text", "text_part"), ("a pack", "pack"), ("a portal", "portal"),
    ("a field of a portal", "portal_field"), ("a term", "term"), ("a file of tests", "tests"), ("a test", "test"),
    ("`expect`", "expect"), ("`case`", "expected_case"), ("`message`", "expected_message"),
)  # fmt: skip
"""What the loader calls a part of a file, and the definition of it. A case that a test expects is a `case` too."""
