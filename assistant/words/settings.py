"""The sentences about settings, themes and keys of one's own. Read through `sentences`."""

from __future__ import annotations

SETTINGS: dict[str, str | tuple[str, str]] = {
    # What can be set, one line each.
    "settings.about_name": "The name that your answers, notes and cases carry when you work as an agent.",
    "settings.about_theme": "The colours: auto, dark, light, high-contrast, or ansi for the terminal's own 16 colours.",
    "settings.about_motion": "Whether what is scrolled may glide.",
    "settings.about_plain": "Whether it is always numbered text, line by line, instead of screens.",
    "settings.about_audience": "Who it is for when it opens: customer or agent.",
    "settings.about_flows": "Folders with packs of your own. A path begins at the folder of this file.",
    "settings.about_store": "Where sessions are kept: a file, or the address of a PostgreSQL server.",
    "settings.about_language": "The language of conversations, such as ru; without it each flow's own.",
    "settings.about_keys": 'Other keys, by the name of what they do, such as "guide.back" = "b,f2".',
    # How they are shown.
    "settings.default": "default",
    "settings.file": "set in {where}",
    "settings.environment": "set by {where}",
    "settings.none": "not set",
    "settings.true": "yes",
    "settings.false": "no",
    "settings.set": "{name} is now {value}. It stands in {file}.",
    "settings.unset": "{name} is no longer set in {file}.",
    "settings.not_set": "{name} is not set in {file}, so nothing was changed.",
    "settings.wins": "{variable} is set too, and wins over the file.",
    # What is wrong with a setting.
    "settings.mistake": "{where}: {problem}",
    "settings.more": (
        "{mistake} There is {count} more mistake in the settings. See all: assistant config",
        "{mistake} There are {count} more mistakes in the settings. See all: assistant config",
    ),
    "settings.unknown": "There is no setting called “{name}”.{near}",
    "settings.no_table": "There is no part called [{name}].{near}",
    "settings.not_one_of": "{name} can't be “{value}”.{near}",
    "settings.not_text": '{name} takes a text in quotes, such as {name} = "…".',
    "settings.too_long": "{name} is too long. At most {max} characters count.",
    "settings.not_yes_no": "{name} takes true or false.",
    "settings.not_a_list": '{name} takes a list of texts, such as {name} = ["…"].',
    "settings.not_a_language": "“{value}” is no language. Write it like ru or pt-BR.",
    "settings.not_a_store": ("store takes a file, or the address of a PostgreSQL server (postgresql://…), not {value}"),
    "settings.not_keys": '{name} takes keys in quotes, with commas between them, such as "b,f2".',
    "settings.keys_by_name": 'keys takes names with keys, such as "guide.back" = "b,f2".',
    "settings.twice": "{name} is set twice. What is said first counts (line {line}).",
    "settings.not_toml": 'This can\'t be read, so it is passed over. A setting is written like this: theme = "dark"',
    "settings.unreadable": "The settings can't be read ({reason}), so none of them counts.",
    "settings.no_file": "it is no file",
    "settings.no_utf8": "it is no text in UTF-8",
    "settings.too_big": "it is too large",
    "settings.by_hand": "{file} is written in a way that can't be changed from here. Change it in an editor.",
    "settings.value_needed": "Say which value: assistant config set {name} VALUE",
    "settings.one_value": "{name} takes one value.",
    # Keys of one's own.
    "keymap.unknown": "There is nothing called “{name}” that a key could do.{near}",
    "keymap.no_key": "“{key}” is no key.{near}",
    "keymap.reserved": "{name} can't have {key}: that key always does the same.",
    "keymap.taken": "{name} can't have {key}: on the same screen it is the key of {other}.",
    "keymap.fixed": "{name} can't have {key}: on the same screen it does something that can't be moved.",
    "keymap.no_way_out": (
        "{name} would have no key left that works while you type. Give it one that is no letter, such as {key}."
    ),
    # Themes.
    "theme.chosen": "Colours: {name}.",
    "theme.kept": "Colours: {name}. It stays like this.",
    "theme.not_kept": "Colours: {name}. That could not be kept: {reason}",
}
