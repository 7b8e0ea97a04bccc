"""The sentences about keeping: the store, taking up again, hand-overs, edited flows, cases. Read through `sentences`."""

from __future__ import annotations

KEPT: dict[str, str | tuple[str, str]] = {
    # What the store can't do.
    "store.full": "The disk is full.",
    "store.read_only": "{name} can't be written.",
    "store.locked": "Another program holds the file of sessions ({name}) and does not let go of it.",
    "store.damaged": "The file of sessions ({name}) is damaged.",
    "store.away": "The server that keeps the sessions can't be reached ({reason}).",
    "store.newer": (
        "{name} was written by a newer version of this program. Nothing in it was changed. Update the program, or name "
        "another place in ASSISTANT_STORE."
    ),
    "store.not_ours": (
        "{name} is not a file of sessions, so nothing in it was changed. Name another place in ASSISTANT_STORE."
    ),
    "store.no_time": "This can't be saved, since it holds a time that is none: {text}",
    "store.failed": "The sessions can't be read or written: {reason}",
    "store.purged": (
        "This conversation was removed for good by somebody. You can go on, but nothing of it is kept any more."
    ),
    "store.unreadable": (
        "What is stored of {name} can't be read: it is damaged, or a newer version of this program wrote it."
    ),
    "store.no_psycopg": (
        "Keeping sessions on a PostgreSQL server needs one more package. Install it: "
        "pip install 'guided-assistant[postgres]'"
    ),
    "store.goes_on": (
        "{problem} Your answers are kept in memory only for now. You can go on; saving is tried again with every answer."
    ),
    "store.saved_again": "Everything is saved again.",
    "store.set_aside": ("The file of sessions was damaged. It was put aside as {name}, as it was, and a new one was begun."),
    "store.saved_in_part": (
        "{problem} Everything but the last answer is saved. To go on from there: assistant resume {code}",
        "{problem} Everything but the last {count} answers is saved. To go on from there: assistant resume {code}",
    ),
    "store.not_saved": "This conversation could not be saved: {problem}",
    # Taking up again.
    "resume.title": "Conversations to go on with",
    "resume.none": "There is no conversation to go on with. Begin one: assistant",
    "resume.how": "Go on with one: assistant resume CODE",
    "resume.no_code": (
        "{code} is not a code. A code has eight signs, such as QF7K-2M9H, and its last sign shows when one of them "
        "is wrong. Check it once more."
    ),
    "resume.wrong_code": "No conversation has the code {code}. It may have been removed, or be kept in another place.",
    "resume.wait": (
        "Too many wrong codes. Wait {count} second before the next one.",
        "Too many wrong codes. Wait {count} seconds before the next one.",
    ),
    "resume.unreadable": (
        "{title}: this version of the program can't read the flow that the conversation was held on, so it can't go on. "
        "All that was said is here: assistant sessions show {code}"
    ),
    "resume.welcome": "Welcome back. Nothing was lost.",
    "resume.taken_over": "This is where they stopped, with all that was said.",
    "resume.stays": "You stay on the guide as it was when it began.",
    "resume.old": "The guide was changed and can't be used as it is now, so you go on with it as it was.",
    "resume.saved": "Saved. To go on: assistant resume {code}",
    "related.saved": "{title}: saved. To come back to it: assistant resume {code}",
    "resume.code": "The code of this conversation: {code}",
    # What is different when a session is taken up again.
    "moved.edited": "This guide was changed since you were here.",
    "moved.day": "Time has passed, and it leads elsewhere now.",
    "moved.to": "You are now at: {question}",
    "moved.again": "It asks again: {question}",
    "moved.lost": "This answer no longer fits: {answer}",
    "moved.kept": "Your other answers are kept.",
    "moved.go_on": "Go on with the guide as it is now",
    "moved.stay": "Stay on the guide as it was when I began",
    "moved.number": "1 or 2 (Enter for 1):",
    "moved.help": "Type 1 or 2. Enter alone is 1. /quit stops, and nothing is changed.",
    # Two people on one session.
    "overtaken.by": "{name} went on with this conversation meanwhile:",
    "overtaken.by_you": "You went on with this conversation in another window:",
    "overtaken.kept": "Nothing was lost. You are now where they left it.",
    "overtaken.offered": "Nothing was lost. You are now where they left it, and what you answered is offered.",
    # Sessions from outside.
    "sessions.none": "There are no sessions.",
    "sessions.open": "{title} · At: {at} · Last on {when}",
    "sessions.later": "{title} · {at} · Come back on {day}",
    "sessions.ended": "{title} · Ended: {at} · Last on {when}",
    "sessions.answer": "- {question}: **{label}** ({by}, {when})",
    "sessions.late": "Said too late, and kept beside",
    "sessions.unreadable": "The flow can't be read by this version of the program; this is what was kept of it.",
    "sessions.exporting": "Writing",
    "sessions.bringing_in": "Reading",
    "sessions.looking": "Looking",
    "sessions.exported": "Saved as {name}.",
    "sessions.left_out": (
        "{count} sensitive answer was left out and will be asked again. To send it along: --sensitive",
        "{count} sensitive answers were left out and will be asked again. To send them along: --sensitive",
    ),
    "sessions.how_on": "Go on with it on another machine: assistant resume {name}",
    "sessions.age": "--older-than takes a number of days, such as 90d, not {text}.",
    "sessions.purge_what": "Say what to remove: --older-than 90d, --person NAME, or both.",
    "sessions.purge_none": "There is nothing to remove.",
    "sessions.purge_sure": (
        "Remove {count} session for good, with its case and files?",
        "Remove {count} sessions for good, with their cases and files?",
    ),
    "sessions.purge_not": "Nothing was removed. Without a terminal say --yes.",
    "sessions.purged": ("{count} session was removed for good.", "{count} sessions were removed for good."),
    "sessions.file_needs_code": "Name the session: assistant sessions export CODE",
    "sessions.put_aside": "Files that were put aside may still hold something of them. Delete them yourself: {files}",
    "sessions.exists": "{name} is there already. Choose another name: --to FILE",
    # A session as a file.
    "handing.no_session": "{name} is not a file of a conversation ({reason}).",
    "handing.no_such_file": "There is no file called “{name}”.",
    "handing.no_file": "it is no file",
    "handing.no_pack": "{name} holds a flow that this version of the program can't read. Update the program.",
    "handing.damaged": "{name} is damaged or was changed: what it holds does not fit its digests. Ask for it once more.",
    "handing.newer": "{name} was written by a newer version of this program ({program}). Update the program.",
    "handing.parted": (
        "This conversation went on here too since it was handed over. What the file holds is kept beside it, as {code}."
    ),
    "handing.too_large": "{name} holds more than a conversation may.",
    # Cases.
    "cases.title": "Cases",
    "cases.none": "There are no such cases.",
    "cases.draft": "draft",
    "cases.filed": "filed",
    "cases.closed": "closed",
    "cases.number": "Number {number}",
    "cases.no_case": "The conversation {code} has no such case.",
    "cases.done_filed": "Filed: {name}. Its text stays as it is now.",
    "cases.done_filed_number": "Filed: {name}, number {number}. Its text stays as it is now.",
    "cases.already": "It was filed already on {when} ({number}), and no answer has changed since.",
    "cases.file_again": "To file it once more: --again",
    "cases.no_number": "without a number",
    "cases.done_noted": "The note is saved.",
    "cases.done_attached": "{name} is attached.",
    "cases.done_reopened": "Open again: {name}",
    "cases.done_closed": "Closed: {name}",
    # Where things are.
    "locate.flows": "Flows",
    "locate.sessions": "Sessions and cases",
    "locate.cache": "Cache (may be deleted)",
    "locate.config": "Settings",
    "locate.logs": "Logs",
    "locate.no_logs": "none are written",
}
