"""The commands about what is kept: taking up again, sessions, cases, and where things are."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from assistant.cli import DONE, FAULTY, RAN_OUT, Failure, plain_lines, wants_screens
from assistant.desk.conversation import AlreadyFiled, local_now
from assistant.desk.memory import Memory, trouble_words
from assistant.engine import Refused
from assistant.store.protocol import StoreError, WrongCode
from assistant.words import say
from assistant.words.formats import clean, safe_json

if TYPE_CHECKING:
    from assistant.desk.casework import CaseWork
    from assistant.desk.resuming import Reopened
    from assistant.store.protocol import Stored

_AGE = re.compile(r"(\d{1,5})\s*d(?:ays?)?", re.IGNORECASE)
_MOST_LISTED = 1000
_LONGEST_PATH = 4096
T = TypeVar("T")


@contextmanager
def kept_memory() -> Iterator[Memory]:
    """The store, let go of at the end; what goes wrong with it is said in a sentence."""
    memory = Memory()
    try:
        yield memory
        aside = memory.set_aside()
        if aside:
            click.echo(clean(aside), err=True)
    except StoreError as error:
        raise Failure(trouble_words(error), FAULTY) from None
    finally:
        memory.close()


def stored_session(memory: Memory, code: str) -> Stored:
    from assistant.desk.resuming import NoCode, by_code

    try:
        return by_code(memory, code, local_now())
    except NoCode:
        raise Failure(say("resume.no_code", code=clean(code)[:40])) from None
    except WrongCode as error:
        if error.wait:
            raise Failure(say("resume.wait", count=error.wait)) from None
        raise Failure(say("resume.wrong_code", code=clean(code)[:40])) from None


@click.command()
@click.argument("what", nargs=-1, metavar="[CODE|FILE]")
@click.option("--agent", is_flag=True, help="Go on as the agent: see notes, facts and the case.")
@click.option("--stay", is_flag=True, help="Stay on the flow as it was when the conversation began.")
@click.option("--plain", is_flag=True, help="Numbered text, line by line, instead of screens.")
@click.option("--json", "as_json", is_flag=True, help="Print where it stands and what is different as one JSON object.")
def resume(what: tuple[str, ...], agent: bool, stay: bool, plain: bool, as_json: bool) -> int:
    """Go on with a conversation: by its code, or from a file of another machine. Alone, list those that are open."""
    from assistant.desk.resuming import Unreadable, reopen

    with kept_memory() as memory:
        if not what:
            return _open_ones(memory, as_json)
        called = " ".join(what)  # a code that was read out is typed in two words
        stored = _from_file(memory, Path(called)) if _is_path(called) else stored_session(memory, called)
        try:
            found = reopen(memory, stored, audience="agent" if agent else "")
        except Unreadable:
            from assistant.store.codes import shown

            code = shown(stored.summary.code)
            raise Failure(say("resume.unreadable", title=stored.summary.title, code=code), FAULTY) from None
        if as_json:
            click.echo(safe_json(_reopened_object(found, stay), indent=2))
            return DONE
        if not plain and wants_screens():
            from assistant.tui.start import hold as hold_screens

            if stay:
                return hold_screens(conversation=found.go_on(stay=True), memory=memory)
            return hold_screens(reopened=found, memory=memory)
        from assistant.plain.hold import hold
        from assistant.plain.moved import choose

        lines = plain_lines()
        try:
            stays = stay or (bool(found.differences) and choose(found, lines))
        except EOFError:
            return RAN_OUT
        lines.say(found.welcome(stay=stays))
        return hold(found.go_on(stay=stays), lines)


def _is_path(what: str) -> bool:
    from assistant.desk.handing import ENDING

    return len(what) < _LONGEST_PATH and (os.sep in what or what.endswith(ENDING) or Path(what).is_file())


def _from_file(memory: Memory, path: Path) -> Stored:
    from assistant.desk.handing import NotASession, bring_in
    from assistant.store.codes import shown

    try:
        brought = bring_in(memory, path.expanduser(), local_now())
        if brought.parted:
            click.echo(say("handing.parted", code=shown(brought.stored.summary.code)), err=True)
        return brought.stored
    except NotASession as error:
        raise Failure(say(error.code, **error.arguments)) from None
    except OSError as error:
        raise Failure(say("cli.unreadable", name=path, reason=error.strerror or str(error))) from None


def _open_ones(memory: Memory, as_json: bool) -> int:
    from assistant.desk.resuming import open_sessions
    from assistant.desk.sessions import as_object, line_of
    from assistant.store.codes import shown

    found = open_sessions(memory)
    if as_json:
        click.echo(safe_json([as_object(one) for one in found], indent=2))
        return DONE
    lines = plain_lines()
    lines.say(say("resume.title" if found else "resume.none"))
    for one in found:
        lines.say(line_of(one), f"  {shown(one.code)}  ")
    if found:
        lines.say(say("resume.how"))
    return DONE


def _reopened_object(found: Reopened, stay: bool) -> dict[str, object]:
    from assistant.desk.scripted import standing

    return {**standing(found.session(stay=stay), local_now()), "different": found.as_object()}


@click.group(invoke_without_command=True)
@click.option("--find", "words", default="", metavar="WORDS", help="Only those with these words, or words that begin so.")
@click.option("--state", type=click.Choice(["open", "later", "ended"]), help="Only those in this state.")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
@click.pass_context
def sessions(ctx: click.Context, words: str, state: str | None, as_json: bool) -> int:
    """The sessions that are kept: list, show, export, purge."""
    if ctx.invoked_subcommand is not None:
        return DONE
    from assistant.desk.sessions import as_object, line_of, listed
    from assistant.store.codes import shown

    with kept_memory() as memory:
        found = listed(memory, state=state or "", words=words, limit=_MOST_LISTED)
        if as_json:
            click.echo(safe_json([as_object(one) for one in found], indent=2))
            return DONE
        lines = plain_lines()
        for one in found:
            lines.say(line_of(one), f"{shown(one.code)}  ")
        if not found:
            lines.say(say("sessions.none"))
    return DONE


@sessions.command("show")
@click.argument("code")
@click.option("--sensitive", is_flag=True, help="Show sensitive answers too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def show_session(code: str, sensitive: bool, as_json: bool) -> int:
    """Show all that was said in a session."""
    from assistant.desk.sessions import whole, whole_object, whole_text

    with kept_memory() as memory:
        found = whole(memory, stored_session(memory, code), sensitive=sensitive)
        click.echo(safe_json(whole_object(found), indent=2) if as_json else clean(whole_text(found)), nl=as_json)
    return DONE


@sessions.command("export")
@click.argument("code", required=False)
@click.option(
    "--as", "form", type=click.Choice(["file", "jsonl", "md"]),
    help="file: to go on with it on another machine (with CODE, unless said otherwise); jsonl: one JSON object a line; "
    "md: Markdown to read.",
)  # fmt: skip
@click.option("--to", "path", type=click.Path(path_type=Path), metavar="FILE", help="Where to write it.")
@click.option("--sensitive", is_flag=True, help="Take sensitive answers along.")
def export_session(code: str | None, form: str | None, path: Path | None, sensitive: bool) -> int:
    """Export one session, or all of them."""
    from assistant.desk.sessions import every, whole, whole_object, whole_text

    form = form or ("file" if code else "jsonl")
    with kept_memory() as memory:
        if form == "file":
            if not code:
                raise click.UsageError(say("sessions.file_needs_code"))
            return _export_file(memory, stored_session(memory, code), path, sensitive)
        chosen = [stored_session(memory, code)] if code else every(memory)
        found = (whole(memory, one, sensitive=sensitive) for one in chosen)
        texts = (safe_json(whole_object(one)) + "\n" if form == "jsonl" else whole_text(one) + "\n" for one in found)
        _write_texts(texts, path)
    return DONE


def _write_texts(texts: Iterator[str], path: Path | None) -> None:
    if path is None:
        for text in texts:
            sys.stdout.write(clean(text))
        return
    from assistant.desk.saving import write_new

    _to_file(path, lambda: write_new(path, lambda file: file.writelines(text.encode() for text in texts)))
    click.echo(say("sessions.exported", name=path.absolute()))


def _export_file(memory: Memory, stored: Stored, path: Path | None, sensitive: bool) -> int:
    from assistant.desk.handing import export, file_name
    from assistant.desk.resuming import Unreadable, as_held

    target = path or Path(file_name(stored))
    try:
        pack = as_held(memory, stored).pack
    except Unreadable:
        pack = None
    left_out = _to_file(target, lambda: export(memory, stored, target, sensitive=sensitive, pack=pack))
    lines = plain_lines()
    lines.say(say("sessions.exported", name=target.absolute()))
    if left_out:
        lines.say(say("sessions.left_out", count=left_out))
    lines.say(say("sessions.how_on", name=target.name))
    return DONE


def _to_file(path: Path, write: Callable[[], T]) -> T:
    try:
        return write()
    except FileExistsError:
        raise Failure(say("sessions.exists", name=path)) from None
    except OSError as error:
        raise Failure(say("saved.failed", name=path, reason=error.strerror or str(error)), FAULTY) from None


@sessions.command("test")
@click.argument("code")
@click.option("--name", default="", help="What the test is called.")
@click.option("--to", "path", type=click.Path(path_type=Path), metavar="FILE", help="Put it at the end of FLOW.test.yaml.")
def test_session(code: str, name: str, path: Path | None) -> int:
    """Save a session as a test of its flow: its answers, and what came of them."""
    from assistant.author.saved import NotAdded, add_test, as_test
    from assistant.desk.resuming import Unreadable, as_held

    with kept_memory() as memory:
        stored = stored_session(memory, code)
        try:
            text = as_test(as_held(memory, stored), name or stored.summary.at)
        except Unreadable:
            raise Failure(say("resume.unreadable", title=stored.summary.title, code=code), FAULTY) from None
        if path is None:
            click.echo(clean(text), nl=False)
            return DONE
        try:
            _to_file(path, lambda: add_test(path, text))
        except NotAdded as error:
            raise Failure(str(error)) from None
        click.echo(say("sessions.exported", name=path.absolute()))
    return DONE


@sessions.command()
@click.option("--older-than", "age", metavar="DAYS", help="Nobody has spoken in them for so many days: 90d.")
@click.option("--person", default="", metavar="NAME", help="Held by somebody of this name, or with this name or address.")
@click.option("--yes", is_flag=True, help="Don't ask.")
def purge(age: str | None, person: str, yes: bool) -> int:
    """Remove sessions for good: what was said, cases, files, and what they are found by."""
    from assistant.desk.sessions import to_purge

    if age is None and not person.strip():
        raise click.UsageError(say("sessions.purge_what"))
    days = _AGE.fullmatch(age.strip()) if age is not None else None
    if age is not None and days is None:
        raise click.UsageError(say("sessions.age", text=age))
    with kept_memory() as memory:
        before = local_now() - timedelta(days=int(days[1])) if days is not None else None
        found = to_purge(memory, before=before, person=person)
        if not found:
            click.echo(say("sessions.purge_none"))
            return DONE
        if not yes and not _sure(len(found)):
            return RAN_OUT
        click.echo(say("sessions.purged", count=memory.store().purge(one.id for one in found)))
        aside: list[Path] = getattr(memory.store(), "put_aside", list)()
        if aside:  # they may hold what was removed
            click.echo(clean(say("sessions.put_aside", files=", ".join(map(str, aside)))))
    return DONE


def _sure(count: int) -> bool:
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo(say("sessions.purge_not"), err=True)
        return False
    return click.confirm(say("sessions.purge_sure", count=count))


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
            _to_file(path, lambda: work.export(path))
        except UnknownKind:
            raise Failure(say("saved.unknown_kind", name=path, kinds=", ".join(SAVED_AS))) from None
        click.echo(clean(say("sessions.exported", name=path.absolute())))
    return DONE


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def locate(as_json: bool) -> int:
    """Tell where flows, sessions and the cache are on this machine."""
    from assistant.desk.places import located

    found = located()
    if as_json:
        click.echo(safe_json([{"what": one.what, "where": one.where} for one in found], indent=2))
        return DONE
    width = max(len(say(f"locate.{one.what}")) for one in found) + 2
    for one in found:
        click.echo(clean(say(f"locate.{one.what}").ljust(width) + one.where))
    return DONE
