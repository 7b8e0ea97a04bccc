"""Every sentence of the program in English, by its code: those of the screens and the conversation here, the others from the
modules beside.

A pair is a singular and a plural, chosen by the argument `count`. `{name}` is replaced by an argument; nothing else is
interpreted. Translators work from these texts, so each is a whole sentence or a whole label and never a part of one.
"""

from __future__ import annotations

from assistant.words.answering import ANSWERING
from assistant.words.author import AUTHOR
from assistant.words.commands import COMMANDS
from assistant.words.drawing import DRAWING
from assistant.words.faces import FACES
from assistant.words.kept import KEPT
from assistant.words.plain import PLAIN
from assistant.words.record import RECORD
from assistant.words.settings import SETTINGS

Sentence = str | tuple[str, str]

SENTENCES: dict[str, Sentence] = {
    **ANSWERING,
    **RECORD,
    **COMMANDS,
    **AUTHOR,
    **KEPT,
    **DRAWING,
    **SETTINGS,
    **FACES,
    **PLAIN,
    # Answers that the program offers by itself.
    "answer.yes": "Yes",
    "answer.no": "No",
    "answer.unsure": "I'm not sure",
    "answer.none": "None of these",
    "answer.worked": "It worked",
    "answer.failed": "It didn't help",
    "answer.skipped": "I skipped this",
    "answer.seen": "Read",
    "answer.empty": "Left empty",
    # Why an answer was refused, and what would be right.
    "refused.not_a_choice": "That is not one of the answers. Choose one of: {choices}.",
    "refused.not_a_result": "That is not one of the answers. Choose one of: {choices}.",
    "refused.not_several": "Only one answer can be given here.",
    "refused.not_offered": "“{label}” is not offered here.",
    "refused.unsure_not_offered": "“Not sure” is not offered here. Please give an answer.",
    "refused.none_not_offered": "“None of these” is not offered here. Please choose.",
    "refused.not_yes_or_no": "Please answer yes or no.",
    "refused.not_a_number": "That is not a number. Write it in digits, such as 12 or 12.5.",
    "refused.not_an_amount": "That is not an amount. Write it in digits, such as {example}.",
    "refused.too_many_decimals": "That has too many decimals. There can be at most {places}.",
    "refused.not_a_date": "That is not a date. Write year, month and day, such as {example}.",
    "refused.no_such_day": "There is no day {date} in the calendar. Please check day and month.",
    "refused.not_an_address": "That is not an email address. Write it like name@example.com.",
    "refused.too_small": "That is too small. It must be at least {min}.",
    "refused.too_large": "That is too large. It must be at most {max}.",
    "refused.too_early": "That is too early. It can be {min} at the earliest.",
    "refused.too_late": "That is too late. It can be {max} at the latest.",
    "refused.too_few": "Please choose at least {min}.",
    "refused.too_many": "Please choose at most {max}.",
    "refused.wrong_form": "That does not have the right form. It looks like this: {example}",
    "refused.wrong_form_no_example": "That does not have the right form. Please check it.",
    "refused.empty": "Please give an answer.",
    "refused.too_long": "That is too long. At most {max} characters can be written.",
    "refused.by_author": "{text}",
    "refused.missing_field": "This field still needs an answer.",
    "refused.unknown_field": "There is no field called “{name}” here.",
    "refused.not_a_form": "Several things are asked here. Give an answer for each of them.",
    "refused.unknown_fact": "There is no fact called “{name}”.{near}",
    "refused.computed_fact": "{name} is worked out from other facts and cannot be given.",
    "refused.unknown_place": "Nothing was answered at {place}.",
    "refused.unknown_flow": "There is no flow called “{name}”.{near}",
    "refused.not_waiting": "The conversation is over: nothing is asked any more.",
    "refused.nothing_to_go_back_to": "This is the beginning. There is nothing to go back to.",
    "refused.form": "Some fields need another answer.",
    # The conversation.
    "talk.question": "Question {number}",
    "talk.questions": "Questions {number} to {last}",
    "talk.left_none": "The last one",
    "talk.left": ("{count} left", "{count} left"),
    "talk.left_range": "{least} to {most} left",
    "talk.left_at_least": "at least {least} left",
    "talk.after_none": "Nothing more is asked after that.",
    "talk.after": ("{count} more after that.", "{count} more after that."),
    "talk.after_range": "Between {least} and {most} more after that.",
    "talk.after_at_most": "At most {most} more after that.",
    "talk.after_at_least": "At least {least} more after that.",
    "talk.after_open": "How many more come after that is open.",
    "talk.begin": "Type /help for help, /quit to stop.",
    "talk.about": "About: {item}",
    "talk.kept": "Your earlier answer still serves: {answer}",
    "talk.no_longer": "This no longer applies: {answer}",
    "talk.default": "Enter keeps: {label}",
    "talk.default_or_empty": "Enter keeps: {label} — /skip leaves it empty.",
    "talk.may_be_empty": "Enter leaves it empty.",
    "talk.unsure_command": "If you are not sure, type /unsure",
    "talk.several": "Several can be chosen, such as 1,3.",
    "talk.example": "For example: {example}",
    "talk.between": "From {low} to {high}.",
    "talk.from": "At least {low}.",
    "talk.to": "At most {high}.",
    "talk.date_form": "Such as 22 Nov, or yesterday.",
    "talk.files_form": "Drag the files here, or type where they are, with commas between them.",
    "talk.form": ("{count} answer is needed here.", "{count} answers are needed here, one after the other."),
    "talk.field": "{number} of {count}.",
    "talk.form_again": "Some of these need another answer. The rest is kept as you typed it.",
    "talk.how_did_it_go": "How did it go?",
    "talk.more_help": "Type ? for more help.",
    "talk.for_you": "For you: {note}",
    "talk.known_now": "Known now: {facts}",
    "talk.wait_seconds": (
        "Wait about {count} second, then answer; you can answer sooner.",
        "Wait about {count} seconds, then answer; you can answer sooner.",
    ),
    "talk.wait_minutes": (
        "Wait about {count} minute, then answer; you can answer sooner.",
        "Wait about {count} minutes, then answer; you can answer sooner.",
    ),
    "talk.wait_hours": (
        "Wait about {count} hour, then answer; you can answer sooner.",
        "Wait about {count} hours, then answer; you can answer sooner.",
    ),
    "talk.too_long": "That line is too long. At most {max} characters can be typed.",
    "talk.which_of": "That fits more than one answer: {choices}. Please write more of it.",
    "talk.alone": "“{label}” goes alone, without other answers.",
    "talk.no_such_number": "There is no answer {number}. Choose from {numbers}.",
    "talk.choose": "Choose from {numbers}.",
    "talk.again": "/again tells the {count} answers again.",
    "talk.only_enter": "Enter alone goes on here. Commands: {commands}.",
    "why.answered": "Because you answered: {answer}",
    "why.else": "Because no other way of the step “{step}” fitted.",
    "why.limit": "Because another round would not help.",
    "why.rule": "The rule of the step “{step}”: {rule}",
    "why.rule_held": "Because of what you answered before.",
    "why.everybody": "Everybody is asked this here.",
    "trail.empty": "Nothing has been answered yet.",
    "trail.given": "{answer} (given at the start)",
    "trail.kept": "{answer} (kept from before)",
    "change.nothing": "Nothing was changed.",
    "change.done": "Changed.",
    "change.loses_nothing": "All your other answers stay.",
    # The ending.
    "ending.solved": "Solved",
    "ending.action": "What to do",
    "ending.case": "A case is ready to file",
    "ending.handoff": "Somebody else takes over",
    "ending.exit": "Back to the flow that runs this one",
    "ending.to": "Who: {to}",
    "ending.hours": "When: {hours}",
    "ending.come_back": "Come back on {day}.",
    "ending.message": "A message, ready to copy:",
    "ending.case_ready": "The case, ready to copy:",
    "ending.nothing_sent": "Nothing was sent. You send or file it yourself.",
    "ending.nothing_sent_solved": "This program itself sent nothing.",
    "ending.not_kept": "Nothing of this conversation is kept.",
    "ending.nothing_asked": "Nothing is asked any more. Enter leaves, /help says what can be done here.",
    "ending.related": "This may be of use too:",
    "ending.related_by_number": "This may be of use too; type its number:",
    "stuck.sentence": (
        "This flow has a fault and can't go on from here. Type /back and answer otherwise, /case to read what was "
        "written down, or /save FILE to keep it. Please tell whoever keeps the flow: {fault} ({place})"
    ),
    "saved.done": "Saved as {name}.",
    "saved.exists": "There is a file called {name} already. Choose another name.",
    "saved.failed": "{name} could not be written: {reason}. Choose another place.",
    "saved.unknown_kind": "{name} must end in .md, .txt, .json, .eml or .zip.",
    "stopped.at": "Stopped at: {question}",
    "stopped.nothing_kept": "Nothing was sent, and nothing was kept.",
    "stopped.go_on": "To go on from here: {command}",
    # Faces.
    "message.to_name": "To",
    "message.subject_name": "Subject",
    "message.body_name": "Message",
    "copied.terminal": "Sent to the terminal's clipboard. If pasting brings nothing, save it as a file.",
    "copied.system": "Copied.",
    "copied.file": "There is no clipboard here. Saved as {file} instead.",
    "copied.nowhere": "There is no clipboard here, and no file could be written.",
    # The screens.
    "tui.name": "Assistant",
    "tui.agent": "agent",
    "tui.customer": "customer",
    "tui.home_line": "A few words, a digit, or a code",
    "tui.asked_so_far": "Asked so far",
    "tui.asked_so_far_key": "Asked so far ({key}: change)",
    "tui.case_so_far": "Known so far",
    "tui.for_you": "For you",
    "tui.kept": "Your earlier answers still serve:",
    "tui.field": "{number} of {count} on this page",
    "tui.type": "Type the answer, then Enter",
    "tui.number_or_words": "A number, or / to type",
    "tui.filter": "Type to find it",
    "tui.before": "Before, you answered: {label}",
    "tui.several": "Pick all that fit, then Done.",
    "tui.done": "Done",
    "tui.go_on": "Go on",
    "tui.key_answer": "answer",
    "tui.key_go_on": "go on",
    "tui.key_back": "back",
    "tui.key_help": "help",
    "tui.key_copy": "copy",
    "tui.key_copy_part": "copy part",
    "tui.key_copy_all": "copy all",
    "tui.key_save": "save",
    "tui.key_open": "open link",
    "tui.key_new": "new",
    "tui.key_choose": "choose",
    "tui.key_change": "change",
    "tui.key_close": "close",
    "tui.key_quit": "quit",
    "tui.key_commands": "commands",
    "tui.key_to_agent": "for agents",
    "tui.key_to_customer": "for customers",
    "tui.help": "Help",
    "tui.help_why": "Why we ask",
    "tui.help_how": "How to find out",
    "tui.help_terms": "Words",
    "tui.help_keys": "Keys",
    "tui.keys_guide": (
        "1 to 9: pick an answer; 0: not sure, or none of these\n"
        "arrows and Enter: pick an answer; Enter: send what is typed\n"
        "/ : type instead of picking\n"
        "Down in the line of a date: a calendar; Tab in the line of a file: complete its name\n"
        "\\ and Enter at the end of a text: one more line\n"
        "{guide_back}: back\n"
        "{guide_trail}: change an earlier answer\n"
        "{guide_why}: why this is asked\n"
        "{guide_copy}: copy\n"
        "{guide_help}: this help\n"
        "{guide_map}: a map of the flow, with where you are\n"
        "Tab: to the answers on the left, and back\n"
        "{palette_open}: all that can be done here\n"
        "{guide_leave}: quit\n"
        "Ctrl+C: quit at once"
    ),
    "tui.map": "Where you are",
    "tui.map_legend": "✓ passed   ▸ you are here   · may come   – left out   ◆ an ending",
    "tui.keys_ending": (
        "1 to 9: copy a part, or go on with what is offered\n"
        "{ending_back}: back, to answer otherwise\n"
        "{ending_trail}: change an earlier answer\n"
        "{ending_copy}: copy all\n"
        "{ending_save}: save as a file\n"
        "{ending_open}: open the link\n"
        "{ending_file}: the case is filed\n"
        "{ending_why}: why it came to this\n"
        "y, n: it solved it, or it did not\n"
        "{ending_new}: another problem\n"
        "{palette_open}: all that can be done here\n"
        "{ending_leave}: quit"
    ),
    "tui.keys_home": (
        "Type what is wrong in a few words; Enter takes the first that fits\n"
        "1 to 9: pick from the list; 0: none of these\n"
        "Down: from the line to the list, where letters are keys\n"
        "{home_resume}: go on with the last session\n"
        "{home_sessions}: all sessions that are open\n"
        "A session's code, or a file that holds one, in the line: go on with it\n"
        "{home_cases}: cases\n"
        "{home_audience}: for customers, or for agents with their notes\n"
        "{home_help}: this help\n"
        "{palette_open}: all that can be done here\n"
        "{home_leave}: quit"
    ),
    "tui.why": "Why this",
    "tui.change": "Change this answer",
    "tui.change_which": "Which answer do you want to change?",
    "tui.change_yes": "Change it",
    "tui.change_no": "Leave it as it was",
    "tui.no_longer": "These answers would no longer apply:",
    "tui.still": "These stay:",
    "tui.leave": "Leave now? Your answers are not kept.",
    "tui.leave_no": "Stay",
    "tui.leave_yes": "Leave",
    "tui.copy_parts": "Copy a part with its digit:",
    "tui.copy_parts_link": "Copy a part with its digit; {key} opens the link:",
    "tui.file": "File name: .md, .txt, .json, .eml or .zip",
    "tui.save_how": "Save under this name: Enter saves, F2 leaves it.",
    "tui.key_cancel": "cancel",
    "tui.opened": "Asked your system to open {url}",
    "tui.stuck": "This flow can't go on",
    "tui.stuck_sentence": (
        "The flow has a fault here, which is not yours: {fault} Go back ({back}) and answer otherwise, or copy ({copy}) "
        "what is written down. Please tell whoever keeps the flow: {place}"
    ),
    "tui.broken_flow": "{title} has a fault and can't be opened. See it: assistant check",
    # The screens: sessions and cases that are kept.
    "tui.go_on_where": "Go on where you stopped",
    "tui.go_on_short": "Go on: {title}",
    "tui.all_open": "All open sessions",
    "tui.sessions": "Sessions",
    "tui.sessions_open": "Open",
    "tui.sessions_ended": "Ended",
    "tui.all": "All",
    "tui.search_sessions": "Search: a number, an address",
    "tui.nothing_found": "Nothing is found by these words.",
    "tui.today": "today,\u00a0{time}",
    "tui.yesterday": "yesterday,\u00a0{time}",
    "tui.code_fits": "Enter goes on with the session {code}.",
    "tui.file_fits": "Enter opens the session in this file.",
    "tui.gone": "This is not kept any more.",
    "tui.help_code": "The code of this session",
    "tui.code": "{code}. Whoever has it can go on from here: assistant resume {code}",
    "tui.not_kept": "! not kept",
    "tui.now_agent": "You see it as agents do now.",
    "tui.now_customer": "You see it as customers do now.",
    "tui.note": "A note (it stands in the case):",
    "tui.note_by": "{text} ({by})",
    "tui.attach": "A file to give: drag it here, or type where it is (Tab completes):",
    "tui.key_keep": "keep it",
    "tui.key_note": "note",
    "tui.key_attach": "file",
    "tui.key_as_customer": "customer view",
    "tui.key_cases": "cases",
    "tui.key_open_one": "open",
    "tui.key_others": "others",
    "tui.key_filed": "filed",
    "tui.file_number": "The number that the portal gave (may be empty):",
    "tui.file_note": "A word about it (may be empty):",
    "tui.filed": "Filed{number}. Its text stays as it is.",
    "tui.already_no": "Leave it as it is",
    "tui.already_yes": "It is filed once more",
    "tui.search_cases": "Search: an order, an address",
    "tui.cases_draft": "Drafts",
    "tui.cases_filed": "Filed",
    "tui.cases_closed": "Closed",
    "tui.case_filed_on": "Filed: {when}",
    "tui.case_do": "What to do:",
    "tui.case_do_file": "It is filed: write down its number",
    "tui.case_do_file_again": "It is filed once more: write down its number",
    "tui.case_do_note": "Write a note",
    "tui.case_do_attach": "Attach a file",
    "tui.case_do_save": "Save it as a file, to send or to archive",
    "tui.case_do_resume": "Go to the conversation that it came from",
    "tui.case_do_reopen": "Open it again",
    "tui.case_do_close": "Close it: nothing more is to be done",
    "tui.keys_agent": (
        "{guide_note}: write a note beside the questions\n"
        "{guide_attach}: give a file beside the questions\n"
        "{guide_hand_over}: as customers see it"
    ),
    "tui.keys_customer": "{guide_hand_over}: as agents see it, with their notes",
    "tui.keys_listing": (
        "1 to 9, or arrows and Enter: open one\n"
        "/ or a letter: search by words\n"
        "{listing_other}: look at others\n"
        "{listing_back}: back\n"
        "{listing_help}: this help\n"
        "{palette_open}: all that can be done here\n"
        "{listing_leave}: quit"
    ),
    "tui.keys_case": (
        "1 to 9: copy a part\n"
        "{case_copy}: copy all\n"
        "{case_file}: it is filed\n"
        "{case_note}: write a note\n"
        "{case_attach}: attach a file\n"
        "{case_save}: save as a file\n"
        "{case_resume}: go to its conversation\n"
        "{case_close}: close it, or open it again\n"
        "{case_back}: back\n"
        "{case_help}: this help\n"
        "{palette_open}: all that can be done here\n"
        "{case_leave}: quit"
    ),
    # Files that are given.
    "files.limits": "Files up to {each} each, {all} in all.",
    "files.entry": "{name} ({size})",
    "size.bytes": ("{count} byte", "{count} bytes"),
    "size.kb": "{number} kB",
    "size.mb": "{number} MB",
    "refused.one_file": "Give one file at a time.",
    "refused.file_missing": "There is no file “{name}”. Check the path, or drag the file into this window.",
    "refused.file_not_a_file": "“{name}” is a folder or a device, not a file. Give the files themselves, one by one.",
    "refused.file_unreadable": (
        "“{name}” can't be read and copied: {reason}. Check that you may open it, or give another file."
    ),
    "refused.file_too_large": (
        "“{name}” is too large: {size}. A file can have {max} at most. Give a smaller one, or a part of it."
    ),
    "refused.files_too_large": (
        "Together the files are too large. They can have {max} at most. Leave one out, or give a smaller one."
    ),
}  # fmt: skip
