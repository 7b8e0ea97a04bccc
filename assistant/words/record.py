"""Sentences of the description, the case and the message that write themselves."""

from __future__ import annotations

RECORD: dict[str, str | tuple[str, str]] = {
    # Values in texts, cases and lists.
    "value.not_known": "not known",
    # How an attempt is told to somebody else.
    "tried.worked": "worked",
    "tried.failed": "didn't help",
    "tried.skipped": "skipped",
    # The description that writes itself.
    "record.wrong": "What is wrong",
    "record.known": "Known",
    "record.not_known": "Not known",
    "record.tried": "Tried",
    "record.stopped": "Where it stopped",
    "record.notes": "Notes",
    "record.attachments": "Attachments",
    "record.nothing_tried": "Nothing was tried.",
    "record.entry": "{label}: {text}",
    "record.answered": "{label} {text}",
    "record.item": "{label} ({item})",
    "record.source": "Written by assistant {version} from the flow {flow}, version {pack}.",
    "record.written_on": "Written on {time}.",
    "record.stopped_at": "At the question: {question}",
    "record.ended_with": "At the ending: {title}",
    "record.stuck": "The flow has a fault and could not go on.",
    # The case and the message.
    "case.title": "Case",
    "case.subject": "Subject",
    "case.fields": "Fields",
    "case.notes": "Notes",
    "case.way": "How to file it",
    "case.link": "Where to file it",
    "case.other_fields": ("The form may ask for more than is known here; the notes hold what it may ask for."),
    "case.attach": "Attach these files yourself: {files}",
    "related.tried": "Before, in “{title}”{code}, this was tried: {tried}",
    "message.to": "To: {to}",
    "message.subject": "Subject: {subject}",
}
