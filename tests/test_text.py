"""Texts: Markdown as blocks and spans, values put in as they are, and what comes out plain and as Markdown."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.flow.expression import Known
from assistant.flow.load import Loaded, compile_sources
from assistant.flow.markdown import _NotSimple, _Simple, read_any
from assistant.flow.text import (
    Blocks,
    Listing,
    Paragraph,
    Part,
    Record,
    Span,
    Text,
    fill,
    line,
    markdown,
    parse,
    plain,
    plain_text,
)  # fmt: skip


def known(**facts: str | bool) -> Known:
    return Known(date(2026, 11, 22), dict(facts))


def filled(source: str, values: Mapping[str, str] | None = None, record: Blocks = ()) -> Blocks:
    shown = values or {}
    return fill(Text((Part(parse(source)),)), known(), lambda name: shown[name], record)


def spans(source: str) -> tuple[Span, ...]:
    (block,) = parse(source)
    assert isinstance(block, Paragraph)
    return block.spans


# Blocks and spans -------------------------------------------------------------------------------------------------------


def test_paragraphs_are_parted_by_blank_lines_and_their_lines_run_on() -> None:
    assert parse("One\ntwo.\n\nThree.\n") == (Paragraph((Span("One two."),)), Paragraph((Span("Three."),)))


def test_nothing_written_is_no_block() -> None:
    assert parse("") == parse(" \n\n ") == ()


def test_bold_code_and_links_are_spans() -> None:
    assert spans("Click **Save** in `CCW`.") == (
        Span("Click "), Span("Save", bold=True), Span(" in "), Span("CCW", code=True), Span("."),
    )  # fmt: skip
    assert spans("See <https://example.com/a?b=c>.")[1] == Span(
        "https://example.com/a?b=c", "link", url="https://example.com/a?b=c"
    )
    assert spans("[the page](https://example.com) or <help@example.com>")[::2] == (
        Span("the page", "link", url="https://example.com"),
        Span("help@example.com", "link", url="mailto:help@example.com"),
    )


def test_bold_goes_on_over_the_end_of_a_line() -> None:
    assert spans("On the\n**Cloud\n  page** now") == (Span("On the "), Span("Cloud page", bold=True), Span(" now"))
    assert spans("On **Cloud `x`\npage**.") == (
        Span("On "), Span("Cloud ", bold=True), Span("x", code=True), Span(" page", bold=True), Span("."),
    )  # fmt: skip


def test_a_link_is_one_span_whatever_its_words() -> None:
    assert spans("[a **b**\nc](https://example.com)") == (Span("a b c", "link", url="https://example.com"),)


def test_lists_hold_blocks_and_begin_where_the_author_begins() -> None:
    (numbered,) = parse("3. Three\n4. Four\n   and more\n")
    assert numbered == Listing(((Paragraph((Span("Three"),)),), (Paragraph((Span("Four and more"),)),)), 3)
    (plain_list,) = parse("- a\n- b\n")
    assert isinstance(plain_list, Listing)
    assert (plain_list.start, len(plain_list.items)) == (0, 2)
    (outer,) = parse("1. a\n   - b\n   - c\n\n   More.\n2. d\n")
    assert isinstance(outer, Listing)
    assert isinstance(outer.items[0][1], Listing)
    assert outer.items[0][2] == Paragraph((Span("More."),))


def test_a_list_may_follow_its_introduction_at_once() -> None:
    introduction, listing = parse("On the order:\n1. Click **Edit**.\n2. Save.\n\nDone.\n")[:2]
    assert introduction == Paragraph((Span("On the order:"),))
    assert isinstance(listing, Listing)
    assert [item[0] for item in listing.items] == [
        Paragraph((Span("Click "), Span("Edit", bold=True), Span("."))), Paragraph((Span("Save."),)),
    ]  # fmt: skip


def test_a_line_breaks_where_the_author_wants_it() -> None:
    assert spans("One  \ntwo") == (Span("One"), Span("", "break"), Span("two"))
    assert plain(parse("One  \ntwo")) == "One\ntwo"


def test_other_markdown_stays_text() -> None:
    for source in ("# Title", "> quoted", "<b>bold</b>", "~~gone~~", "| a | b |", "&lt;b&gt;", "---", "![x] (y)", "a_b_c"):
        assert plain(parse(source)) == source
    assert plain(parse("    indented")) == "indented"


def test_links_that_run_something_are_no_links() -> None:
    for url in ("javascript:alert(1)", "vbscript:x", "data:text/html,x", "file:///etc/passwd"):
        assert all(span.kind == "text" for span in spans(f"[click]({url})"))
        assert all(span.kind == "text" for span in spans(f"<{url}>"))


# Placeholders -----------------------------------------------------------------------------------------------------------


def test_placeholders_are_spans_wherever_they_stand() -> None:
    assert spans("By {{ deadline }}.") == (Span("By "), Span("deadline", "fact"), Span("."))
    assert spans("**{{deadline}}** and `{{ code }}x`") == (
        Span("deadline", "fact", bold=True), Span(" and "), Span("code", "fact", code=True), Span("x", code=True),
    )  # fmt: skip
    assert spans("{{ срок }}") == (Span("срок", "fact"),)


def test_the_names_that_a_text_shows_are_told() -> None:
    text = Text((Part(parse("{{ a }}\n\n- {{ b }}\n  - **{{ c }}**")), Part(parse("{{ a }}"))))
    assert list(text.facts()) == ["a", "b", "c", "a"]


def test_values_stand_where_their_placeholders_stood() -> None:
    assert plain(filled("Until **{{ day }}**.", {"day": "19 November 2026"})) == "Until 19 November 2026."
    assert markdown(filled("Until **{{ day }}**.", {"day": "19 November 2026"})) == "Until **19 November 2026**."
    assert plain(filled("1. {{ a }}\n2. b", {"a": "A"})) == "1. A\n2. b"


HOSTILE = [
    "**bold**", "<https://evil.example>", "[x](https://evil.example)", "<b>x</b>", "{{ other }}", "`code`", "# Title",
    "- item", "1. item",
    "2) item", "+ item", "* item", "> quoted", "---", "- - -", "===", "```", "~~~", "a | b", "&copy; &#65;",
    "\\", "\\*", "__x__", "_x_", "![x](y)", "    indented", "a\n\n- b", "a\n===", "a\n---", "x\n\n\ny", "5 - 3 = 2",
    "https://evil.example", "<!-- x -->", "*", "**", "`", "``x`", "trailing\\", "tab\tbed", "[x]: https://evil.example",
]  # fmt: skip


@pytest.mark.parametrize("words", HOSTILE)
def test_a_value_is_never_interpreted(words: str) -> None:
    for source in ("{{ x }}", "Before {{ x }} after.", "**{{ x }}**", "`{{ x }}`", "- {{ x }}", "1. a\n2. {{ x }}"):
        blocks = filled(source, {"x": words})
        assert words in plain(blocks).replace("\n  ", "\n").replace("\n ", "\n")
        assert_same_text(blocks)


def assert_same_text(blocks: Blocks) -> None:
    """What Markdown readers make of our Markdown says what the blocks say, and nothing else."""
    tokens = MarkdownIt("commonmark").parse(markdown(blocks))
    allowed = {"paragraph_open", "paragraph_close", "inline", "text", "softbreak", "hardbreak", "code_inline",
               "strong_open", "strong_close", "link_open", "link_close", "list_item_open", "list_item_close",
               "ordered_list_open", "ordered_list_close", "bullet_list_open", "bullet_list_close"}  # fmt: skip
    found = list(_flat(tokens))
    assert {token.type for token in found} <= allowed, markdown(blocks)
    assert [token.attrs["href"] for token in found if token.type == "link_open"] == list(_urls(blocks))
    words = "".join("\n" if token.type.endswith("break") else token.content for token in found if not token.children)
    assert _letters(words) == _letters("".join(_words(blocks))), markdown(blocks)
    lists = sum(token.type in ("ordered_list_open", "bullet_list_open") for token in found)
    assert lists == _lists(blocks), markdown(blocks)


def _flat(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield from token.children if token.children is not None else [token]


def _words(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (span.text for span in block.spans)
        elif isinstance(block, Listing):
            for item in block.items:
                yield from _words(item)


def _urls(blocks: Blocks) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield from (span.url for span in block.spans if span.kind == "link")
        elif isinstance(block, Listing):
            for item in block.items:
                yield from _urls(item)


def _lists(blocks: Blocks) -> int:
    return sum(1 + sum(map(_lists, block.items)) for block in blocks if isinstance(block, Listing))


def _letters(words: str) -> str:
    return "".join(words.split())


@settings(max_examples=500, deadline=None)
@given(
    st.text(st.sampled_from("ab1 *_`[]()<>#+-=.!|\\&;:/~\n"), max_size=16),
    st.sampled_from(["{{ x }}", "See {{ x }} now.", "- {{ x }}", "`{{ x }}`", "1. a\n\n   {{ x }}"]),
)
@example("1. a", "{{ x }}")
@example("1`\n", "`{{ x }}`")
def test_any_value_stays_text_in_markdown(words: str, source: str) -> None:
    assert_same_text(filled(source, {"x": words}))


@settings(max_examples=500, deadline=None)
@given(
    st.lists(st.sampled_from(["a", "b c", "1. ", "- ", "  ", "\n", "\n\n", "\n   ", "**b**", "`c`", "{{ x }}", "(", "."]))
)
def test_what_is_written_as_markdown_says_the_same_again(pieces: list[str]) -> None:
    blocks = filled("".join(pieces), {"x": "value"})
    assert _letters("".join(_words(parse(markdown(blocks))))) == _letters("".join(_words(blocks)))


def test_code_with_backticks_keeps_them() -> None:
    assert markdown(filled("`{{ x }}`", {"x": "a`b"})) == "``a`b``"
    assert markdown(filled("`{{ x }}`", {"x": "`"})) == "`` ` ``"


def test_a_link_with_odd_signs_stays_one_link() -> None:
    blocks = (Paragraph((Span("a]b", "link", url="https://example.com/(x)"),)),)
    assert markdown(blocks) == "[a\\]b](<https://example.com/(x)>)"
    assert_same_text(blocks)


def test_nothing_of_a_text_of_the_programs_own_is_interpreted() -> None:
    assert plain(fill(plain_text("**a** {{ b }} <https://x.y>"), known(), lambda name: "")) == "**a** {{ b }} <https://x.y>"


def test_plain_text_shows_lists_and_links_in_full() -> None:
    source = "See [the page](https://example.com):\n\n2. One\n   - inner\n3. Two\n"
    assert plain(parse(source)) == "See the page (https://example.com):\n\n2. One\n   - inner\n3. Two"
    assert plain(parse("<https://example.com> <a@b.c>")) == "https://example.com a@b.c"


def test_a_title_is_one_line() -> None:
    assert line(parse("One\n\n- two  \n  three")) == "One - two three"


# Conditional parts and the record ---------------------------------------------------------------------------------------


def loaded(tell: str, **files: str) -> Loaded:
    """A pack whose one outcome says `tell` (YAML)."""
    flow = "title: F\nsteps:\n  late: {then: end}\noutcomes:\n  end:\n    kind: handoff\n    title: E\n"
    sources = {
        "pack.yaml": "title: P\n",
        "facts.yaml": "late: {ask: Is it late}\ndue: {ask: When, type: text}\n",
        "flow.yaml": f"{flow}    tell: {tell}\n",
        **files,
    }
    return compile_sources({name: text.encode() for name, text in sources.items()}, "p")


def text_of(tell: str, **files: str) -> Text:
    found = loaded(tell, **files)
    assert found.pack is not None, [str(problem) for problem in found.problems]
    text = found.pack.flows["flow"].outcomes["end"].tell
    assert text is not None
    return text


def codes(tell: str, **files: str) -> list[str]:
    return [problem.code for problem in loaded(tell, **files).problems]


def test_a_part_stands_only_where_its_rule_holds() -> None:
    text = text_of("[Always., {when: late, tell: Late.}, {when: not late, tell: In time.}]")

    def said(here: Known) -> str:
        return plain(fill(text, here, lambda name: ""))

    assert said(known(late=True)) == "Always.\n\nLate."
    assert said(known(late=False)) == "Always.\n\nIn time."
    assert said(known()) == "Always."  # neither is known


def test_no_text_is_no_blocks() -> None:
    assert fill(None, known(), lambda name: "") == ()


def test_the_record_stands_where_its_line_stood() -> None:
    record: Blocks = (Paragraph((Span("What is known"),)), Listing(((Paragraph((Span("a"),)),),)))
    assert plain(filled("Before.\n\n{{ record }}\n\nAfter.", record=record)) == "Before.\n\nWhat is known\n\n- a\n\nAfter."
    assert plain(filled("Before:\n{{ record }}\nafter.", record=record)) == "Before:\n\nWhat is known\n\n- a\n\nafter."
    assert plain(filled("1. One\n\n   {{ record }}\n2. Two", record=record)) == "1. One\n   What is known\n   - a\n2. Two"
    assert filled("{{ record }}") == ()


def test_whether_a_text_holds_the_record_is_known() -> None:
    assert Text((Part(parse("a\n\n{{ record }}")),)).has_record
    assert Text((Part(parse("- a\n\n  {{ record }}")),)).has_record
    assert not Text((Part(parse("a")),)).has_record
    assert parse("{{ record }}") == (Record(),)


def test_the_record_is_refused_where_it_makes_no_sense() -> None:
    assert codes('"{{ record }}"') == []
    assert codes('"before {{ record }}"') == ["F503"]
    assert codes('"a"', **{"facts.yaml": 'late: {ask: "{{ record }}"}\n'}) == ["F503"]


# Texts that are inserted ------------------------------------------------------------------------------------------------


def test_a_text_alone_on_its_line_keeps_that_lines_indentation() -> None:
    texts = {"texts.yaml": "steps: |\n  - one\n  - two\n"}
    text = text_of("|\n      1. First:\n         {{ texts.steps }}\n      2. Second\n", **texts)
    assert plain(fill(text, known(), lambda name: "")) == "1. First:\n   - one\n   - two\n2. Second"


def test_a_text_within_a_line_runs_on() -> None:
    text = text_of('"We say {{ texts.name }}."', **{"texts.yaml": "name: the name, {{ due }}\n"})
    assert plain(fill(text, known(), lambda name: "today")) == "We say the name, today."


def test_a_text_that_is_not_there_is_told_with_the_nearest_name() -> None:
    found = loaded('"{{ texts.nam }}"', **{"texts.yaml": "name: Name\n"}).problems
    assert [problem.code for problem in found] == ["F502"]
    assert "`name`" in str(found[0])


def test_texts_hold_no_texts() -> None:
    assert "F507" in codes('"{{ texts.a }}"', **{"texts.yaml": 'a: "{{ texts.b }}"\nb: B\n'})


def test_placeholders_are_checked_where_they_stand() -> None:
    found = loaded("|\n      One.\n      Two {{ dua }}.\n").problems
    assert [(problem.code, problem.line, problem.column) for problem in found] == [("F505", 10, 11)]
    assert codes('"{{ late"') == ["F501"]
    assert codes('"{{ late + 1 }}"') == ["F501"]
    assert codes('"{{ item }}"') == ["F504"]


def test_links_lead_to_pages_and_mailboxes_only() -> None:
    assert codes('"<https://a.example> <http://b.example> <mailto:x@y.z> [a](https://c.example)"') == []
    assert codes('"[a](ftp://c.example)"') == ["F506"]
    assert codes('"- [a](other-page)"') == ["F506"]
    assert codes('"<ssh://c.example>"') == ["F506"]


# The two readers --------------------------------------------------------------------------------------------------------

PIECES = [
    "a", "b c", "1. ", "2. ", "10. ", "0. ", "01. ", "- ", "-", "* ", "**", "*", "`", "`c d`", "**b**", "{{ x }}",
    "{{ record }}", "{", "{{", "}", " ", "  ", "\n", "\n\n", "\n   ", "\n- ", "\n1. ", "\n2. ", "é", "!", "]", "(", ".",
    "\xa0", "_", "<", "&amp;",
]  # fmt: skip


@settings(max_examples=2000, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("On the line:\n1. Click **Edit**.\n2. Save `x`,\n   twice.\n\nDone.\n")
def test_simple_texts_read_as_markdown_it_reads_them(source: str) -> None:
    try:
        blocks = _Simple().read(source)
    except _NotSimple:
        return
    assert blocks == read_any(source)


@pytest.mark.parametrize(
    "source",
    [
        "One line.", "Two\nlines.\n", "Click **Edit** beside the\ncontact.\n", "1. One\n2. Two `x`\n   goes on\n",
        "- a\n- b\n\nEnd.",
        "On the line:\n1. Click **Edit**.\n2. Save.\n\nIt worked if {{ x }} shows.\n",
    ],
)  # fmt: skip
def test_the_texts_of_most_flows_are_simple(source: str) -> None:
    assert _Simple().read(source) == read_any(source)


@pytest.mark.parametrize(
    "piece", ["[", "[a](", "*", "**a ", "*a_ ", "`", "`` ", "<", "- ", "- a\n", "1. a\n\n", "{{ ", "\\", "> ", "\t- "]
)
def test_long_odd_texts_end(piece: str) -> None:
    source = (piece * 20_000)[:20_000]
    began = time.process_time()
    parse(source)
    assert time.process_time() - began < 3
