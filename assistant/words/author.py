"""The sentences about testing flows. Read through `sentences`.

`` ` `` stands around what is written in a file of tests or a flow.
"""

from __future__ import annotations

AUTHOR: dict[str, str | tuple[str, str]] = {
    # What came of tests.
    "test.all_passed": ("{count} test passed in {seconds} s.", "{count} tests passed in {seconds} s."),
    "test.some_failed": (
        "{failed} of {count} test failed, in {seconds} s.",
        "{failed} of {count} tests failed, in {seconds} s.",
    ),
    "test.files_with_problems": (
        "{count} file has problems, so not all can be tested.",
        "{count} files have problems, so not all can be tested.",
    ),
    "test.generated": ("{count} test was written into {file}.", "{count} tests were written into {file}."),
    "test.nothing_to_generate": "Nothing is left to generate.",
    "test.none": "There are no tests here. Write them beside a flow, in FLOW.test.yaml.",
    "test.failed": "FAILED: {name}",
    "test.conversation": "The conversation:",
    "test.ended": "It ended: {title} (`{name}`)",
    "test.stands_at": "It waits for an answer: {question}",
    # Why a conversation could not be held as a test says.
    "test.fault": "{sentence}",
    "test.at": "At `{place}`: {sentence}{near}",
    "test.no_answer": "`{place}` is asked, and nothing in the test answers it: “{question}” Add a line `- {name}: …`.",
    "test.unused": "Nothing asked for this answer: `{name}`. Asked was: {asked}.",
    "test.not_reached": "This never happened, because an answer above it was never asked for: `{name}`.",
    # What came otherwise than expected.
    "test.outcome": "It was to end in `{wanted}`, but it ended in `{came}` ({title}).",
    "test.kind": "It was to end as `{wanted}`, but its ending `{outcome}` is of the kind `{came}`.",
    "test.not_passed": "It was to pass the step `{name}`, but it did not. It passed: {way}.",
    "test.passed_before": "It was to pass the step `{name}` after `{before}`, but it did before. It passed: {way}.",
    "test.passed": "It was not to pass the step `{name}`, but it did.",
    "test.not_asked": "`{name}` was to be asked, but it was not. Asked was: {asked}.",
    "test.known": "`{name}` was to be asked, but it was known already.",
    "test.asked": "`{name}` was not to be asked, but it was.",
    "test.text": "These words were to be shown, but they were not: “{wanted}”",
    "test.text_near": "These words were to be shown: “{wanted}” Shown was: “{came}”",
    "test.no_text": "These words were not to be shown: “{wanted}” Shown was: “{came}”",
    "test.no_case": "There is no case: the ending `{outcome}` is of the kind `{kind}`.",
    "test.case_portal": "The case was to go to `{wanted}`, but it goes to `{came}`.",
    "test.case_subject": "The subject of the case was to be “{wanted}”, but it is “{came}”.",
    "test.case_field": "The field `{name}` of the case was to be “{wanted}”, but it is “{came}”.",
    "test.case_no_field": "The case has no field `{name}`.{near}",
    "test.case_tried": "`{name}` was to be in the case as `{wanted}`, but it is there as `{came}`.",
    "test.case_not_tried": "`{name}` was to be in the case as tried, but it is not. Tried was: {tried}.",
    "test.case_text": "These words were to be in the case, but they are not: “{wanted}”",
    "test.case_text_near": "These words were to be in the case: “{wanted}” It says: “{came}”",
    "test.no_message": "There is no message.",
    "test.message_to": "The message was to go to “{wanted}”, but it goes to “{came}”.",
    "test.message_text": "These words were to be in the message, but they are not: “{wanted}”",
    "test.message_text_near": "These words were to be in the message: “{wanted}” It says: “{came}”",
    # What tests reach.
    "coverage.all": "{percent} % is tested: {reached} of {count}.",
    "coverage.too_low": "That is less than the {wanted} % that are wanted.",
    "coverage.steps": ("{reached} of {count} step", "{reached} of {count} steps"),
    "coverage.branches": ("{reached} of {count} branch", "{reached} of {count} branches"),
    "coverage.choices": ("{reached} of {count} choice", "{reached} of {count} choices"),
    "coverage.outcomes": ("{reached} of {count} outcome", "{reached} of {count} outcomes"),
    "coverage.step": "Not tested: the step `{name}`.",
    "coverage.skip": "Not tested: that `{name}` is passed over, because its `when` does not hold.",
    "coverage.limit": "Not tested: that `{name}` is met more often than `at_most` allows.",
    "coverage.answer": "Not tested: the way that `{name}` takes after `{detail}`.",
    "coverage.row": "Not tested: row {number} of `then` in `{name}`.",
    "coverage.else": "Not tested: the way that `{name}` takes where nothing in its `then` fits.",
    "coverage.result": "Not tested: `{name}` with the answer `{detail}`.",
    "coverage.choice": "Not tested: the answer `{detail}` to `{name}`, where `{flow}` asks it.",
    "coverage.outcome": "Not tested: the outcome `{name}`.",
    # A conversation that becomes a test.
    "saved_test.open": "The conversation is not ended. Add the answers that are missing; it waits at {place}.",
    "saved_test.masked": "sensitive, so it is masked: write one that is made up",
    "saved_test.not_added": (
        "No test can be added to {path}: under `tests` there must be a list, each test on lines of its own behind a `-`."
    ),
    # Previewing a flow.
    "preview.begun": "Save the flow, and this is read again. F8 shows all problems.",
    "preview.reloaded": "Read again.",
    "preview.more": ("And {count} more: F8", "And {count} more: F8"),
    "preview.problems": "Problems",
    "preview.clean": "There are none.",
}
