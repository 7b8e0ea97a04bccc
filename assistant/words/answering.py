"""The sentences about answering: how dates, amounts, files and texts of several lines were understood. Read through
`sentences`."""

from __future__ import annotations

ANSWERING: dict[str, str | tuple[str, str]] = {
    # What is shown beside the line.
    "talk.unit": "In {unit}.",
    "talk.many_lines": ("{count} line", "{count} lines"),
    "talk.read_as": "= {value}",
    "talk.read_day_first": "= {value} (read day first; the other way round it is {other})",
    "talk.read_month_first": "= {value} (read month first; the other way round it is {other})",
    "files.given": "{name}, {size}, {kind}",
    "files.given_no_kind": "{name}, {size}",
    "files.more": ("and {count} more", "and {count} more"),
    # Words of dates; a stroke stands between words that mean the same, and none is shown.
    "dates.today": "today|now",
    "dates.yesterday": "yesterday",
    "dates.tomorrow": "tomorrow",
    "dates.last": "last|past",
    "dates.next": "next|coming",
    "dates.between": "the|of|on|this|st|nd|rd|th",
    "dates.unread": "That can't be read as a date. Write it like {example}, or {iso}.",
    "dates.other_weekday": "{date} is a {weekday}. Please check the day.",
    # On the screens.
    "tui.leave_empty": "Leave it empty",
    "tui.calendar": "↓: calendar",
    "tui.completes": "Tab completes.",
    "tui.more_lines": "{lines}. \\ and Enter adds one.",
    "tui.wait": "Wait {time}, then answer; you can answer sooner.",
    "tui.waited": "The wait is over.",
    "tui.key_pick": "pick",
    "tui.key_month": "month",
    # In plain mode.
    "prompt.more": "Next line:",
    "help.lines": "For a text of several lines, end each line but the last with \\ (a backslash).",
}
