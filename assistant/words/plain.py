"""The sentences of the plain conversation: what stands before the line, its commands, its help. Read through `sentences`.

They are heard as often as they are read: short, with what can be typed last.
"""

from __future__ import annotations

PLAIN: dict[str, str | tuple[str, str]] = {
    # The list of flows.
    "home.title": "What is going wrong?",
    "home.nothing_fits": "No topic fits these words. Here are all of them.",
    "home.fits": "This fits your words:",
    "home.none": "None of these",
    "home.more": ("{count} more is not listed. A few words find it.", "{count} more are not listed. A few words find them."),
    "home.hint": "? helps, q stops.",
    "home.session": "{title}; at: {at}; {when}",
    "home.all_open": "r goes on with the first of them; /sessions lists all that are open.",
    "home.none_open": "There is no open session.",
    "home.help": "Type the number of what is going wrong, or a few words about it, and press Enter.",
    "home.help_sessions": (
        "r goes on with the last open session, /sessions lists all of them; a session's code, or a file that holds one, "
        "goes on with that."
    ),
    "home.help_quit": "q, or /quit, stops.",
    "prompt.session": "Number of the session to go on with, {numbers} (Enter for none):",
    "help.session": "Type the number of a session. Enter alone goes back to the list of topics, /quit stops.",
    "home.no_way_on": "Try other words, or q to stop.",
    # The numbers that can be typed.
    "numbers.to": "1 to {most}",
    "numbers.to_or_zero": "1 to {most}, or 0",
    "numbers.one_or_zero": "1, or 0",
    # What is asked for on the line.
    "prompt.answer": "Your answer:",
    "prompt.answer_or_zero": "Your answer, or 0:",
    "prompt.number": "Number, {numbers}:",
    "prompt.several": "Numbers, {numbers}:",
    "prompt.seen": "Press Enter to go on:",
    "prompt.change": "Number of the answer to change, {numbers} (Enter leaves all as it is):",
    "prompt.confirm": "Change it? yes or no (Enter for no):",
    "prompt.afterwards": "Enter leaves; /copy, /save FILE, /help:",
    "prompt.afterwards_number": "Number, {numbers}; Enter leaves; /copy, /save FILE, /help:",
    "prompt.solved": "yes or no; Enter leaves; /copy, /save FILE, /help:",
    "prompt.solved_or_number": "yes or no; or number, {numbers}; Enter leaves; /copy, /save FILE, /help:",
    "prompt.stuck": "Enter leaves; /back, /case, /save FILE, /help:",
    "prompt.home": "Number, or a few words about the problem:",
    # Commands of the plain conversation.
    "command.unknown": "There is no command {name}. Type /help for the commands.",
    "command.not_here": "{name} does nothing here. /help says what can be typed, /quit stops.",
    "command.again": (
        "/again tells again all that stands here. After every other command only the question and its answers are told."
    ),
    "command.back": "/back takes the last answer back.",
    "command.change": "/change changes an earlier answer.",
    "command.why": "/why tells why this is asked.",
    "command.trail": "/trail lists your answers.",
    "command.case": "/case shows what is written down so far.",
    "command.save": "/save FILE writes that to a file (.md, .txt, .json, .eml or .zip).",
    "command.facts": "/facts lists all that is known.",
    "command.quit": "/quit stops.",
    "command.bare": "Where no text is wanted, b, w, ? and q do the same as /back, /why, /help and /quit.",
    "command.save_needs_name": "Say where to: /save case.md (or .txt, .json, .eml, .zip).",
    "help.answer": "Type the number of an answer, or its words, and press Enter.",
    "help.text": "Type the answer and press Enter.",
    "help.seen": "Press Enter to go on.",
    "help.sure": "Type yes or no. Enter alone is no. /quit stops.",
    "help.change": "Type the number of the answer to change. Enter leaves all as it is, /quit stops.",
    "help.new_answer": "Type another answer. Enter leaves it as it was, /quit stops.",
    "help.why": "Why this is asked: {text}",
    "help.term": "{title}: {text}",
    # Commands about what is written, whom it is for, and what came of it.
    "command.map": "/map lists the steps of the flow, and where you are.",
    "command.copy": "/copy copies what is written down so far.",
    "command.parts": "/parts tells the parts with their numbers; /copy 2, or /copy subject, copies that part alone.",
    "copy.how": "/copy and a number, or a name, copies that part; /copy alone copies all.",
    "copy.no_parts": "There are no parts to copy here; /copy alone copies all.",
    "copy.no_such_part": "No part is called “{name}”. Choose from {numbers}, or type /parts to hear their names.",
    "command.notes": "/notes lists notes and files that were given beside the questions.",
    "command.agent": "/agent shows the conversation as agents see it.",
    "command.customer": "/customer shows the conversation as customers see it.",
    "audience.left_so": "The questions stay as they are.",
    "audience.go_on_agent": "Ask what agents are asked, too? yes or no (Enter for no):",
    "audience.go_on_customer": "Ask only what customers are asked? yes or no (Enter for no):",
    "audience.goes_on_agent": "From here on it asks what agents are asked.",
    "audience.goes_on_customer": "From here on it asks what customers are asked.",
    "command.solved": "/solved yes, or /solved no, says whether it solved the problem.",
    "command.solved_needs_word": "Say yes or no: /solved yes",
    "command.not_over": "There is no such ending yet.",
    "command.no_notes": "There are no notes and no files beside the questions.",
    # Commands about what is kept.
    "command.note": "/note TEXT writes a note beside the conversation; it stands in the case.",
    "command.attach": "/attach FILE gives a file to go with the case.",
    "command.code": "/code shows the code with which you or a colleague can go on elsewhere.",
    "command.filed": "/filed says that you filed the case; it asks for the number that the portal gave.",
    "prompt.filed_number": "The number that the portal gave (Enter for none):",
    "prompt.filed_note": "A word about it (Enter for none):",
    "help.filed": "Type it, or press Enter if there is none. After /back or /quit nothing is filed.",
    "command.note_needs_text": "Say what: /note TEXT",
    "command.attach_needs_file": "Say which: /attach FILE",
    "command.no_case": "There is no case to file here.",
    "command.no_code": "This conversation is not saved yet: it is with the first answer.",
    "command.stays_filed": "It stays filed as it was.",
    "prompt.file_again": "File it once more? yes or no (Enter for no):",
}
