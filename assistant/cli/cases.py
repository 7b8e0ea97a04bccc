"""The commands about cases: lists of them, one of them, and what can be done about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import DONE, Failure, plain_lines, wants_screens
from assistant.cli.kept import kept_memory, stored_session, to_file
from assistant.desk.conversation import AlreadyFiled
from assistant.engine import Refused
from assistant.words import say
from assistant.words.formats import clean, safe_json

if TYPE_CHECKING:
    from assistant.desk.casework import CaseWork

_MOST_LISTED = 1000


@click.group(invoke_without_command=True)
@click.option("--find", "words", default="", metavar="WORDS", help="An order, an address, any words or their beginnings.")
@click.option("--state", type=click.Choice(["draft", "filed", "closed"]), help="Only those in this state.")
@click.option("--plain", is_flag=True, help="A list of lines instead of screens.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def cases(ctx: click.Context, words: str, state: str | None, plain: bool, as_json: bool) -> int:
    """The cases: drafts, filed and closed ones."""
    if ctx.invoked_subcommand is not None:
        return DONE
    from assistant.desk import cases as kept
    from assistant.store.codes import shown

    with kept_memory() as memory:
        if not (plain or as_json or words or state) and wants_screens():
            from assistant.tui.start import hold as hold_screens

            return hold_screens(memory=memory, cases=True)
        found = kept.listed(memory, state=state or "", words=words, limit=_MOST_LISTED)
        if as_json:
            click.echo(safe_json([kept.as_object(row, shown(row.code)) for row in found], indent=2))
            return DONE
        lines = plain_lines()
        for row in found:
            lines.say(kept.line_of(row, shown(row.code)))
        if not found:
            lines.say(say("cases.none"))
    return DONE


@contextmanager
def _case(name: str) -> Iterator[CaseWork]:
    """A case by its name."""
    from assistant.desk.cases import read_name
    from assistant.desk.casework import CaseWork, NoCase

    code, number = read_name(name)
    with kept_memory() as memory:
        try:
            yield CaseWork(memory, stored_session(memory, code), number)
        except NoCase:
            raise Failure(say("cases.no_case", code=clean(name)[:40])) from None


@cases.command("show")
@click.argument("case")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show_case(case: str, as_json: bool) -> int:
    """Show a case as it stands, or as it was filed."""
    from assistant.desk import cases as kept

    with _case(case) as work:
        if as_json:
            click.echo(safe_json(kept.as_object(work.row, work.code, whole=True), indent=2))
        else:
            plain_lines().say(kept.line_of(work.row, work.code))
            click.echo("\n" + clean(work.text))
    return DONE


@cases.command("file")
@click.argument("case")
@click.option("--number", default="", help="The number that the portal gave.")
@click.option("--note", default="", help="A word about it.")
@click.option("--again", is_flag=True, help="File it once more.")
def file_case(case: str, number: str, note: str, again: bool) -> int:
    """Say that a case was filed: from here on its text stays as it is."""
    from assistant.desk.cases import already_filed

    with _case(case) as work:
        try:
            work.file(number, note, again=again)
        except AlreadyFiled as error:
            raise Failure(f"{already_filed(error.row)} {say('cases.file_again')}") from None
        click.echo(clean(say("cases.done_filed", name=work.name)))
    return DONE


@cases.command("note")
@click.argument("case")
@click.argument("text")
def note_case(case: str, text: str) -> int:
    """Write a note to a case."""
    with _case(case) as work:
        work.note(text)
        click.echo(say("cases.done_noted"))
    return DONE


@cases.command("attach")
@click.argument("case")
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
def attach_to_case(case: str, files: tuple[str, ...]) -> int:
    """Attach more files to a case."""
    with _case(case) as work:
        for file in files:
            try:
                click.echo(clean(say("cases.done_attached", name=work.attach(file))))
            except Refused as refused:
                raise Failure(say("refused." + refused.code, **refused.arguments)) from None
    return DONE


@cases.command("close")
@click.argument("case")
def close_case(case: str) -> int:
    """Say that nothing more is to be done about a case."""
    with _case(case) as work:
        work.close()
        click.echo(say("cases.done_closed", name=work.name))
    return DONE


@cases.command("reopen")
@click.argument("case")
def reopen_case(case: str) -> int:
    """Take back that a case was closed."""
    with _case(case) as work:
        work.reopen()
        click.echo(say("cases.done_reopened", name=work.name))
    return DONE


@cases.command("export")
@click.argument("case")
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
def export_case(case: str, path: Path) -> int:
    """Write a case to a file: .md, .txt, .json, .eml, or .zip with what is attached."""
    from assistant.desk.saving import SAVED_AS, UnknownKind

    with _case(case) as work:
        try:
            to_file(path, lambda: work.export(path))
        except UnknownKind:
            raise Failure(say("saved.unknown_kind", name=path, kinds=", ".join(SAVED_AS))) from None
        click.echo(clean(say("sessions.exported", name=path.absolute())))
    return DONE
