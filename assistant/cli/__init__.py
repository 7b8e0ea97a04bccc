"""The commands. Each reads its arguments and calls a room; what a command does not need is not imported.

Exit codes: 0 done, 1 the flow has problems, 2 wrong usage, 3 answers ran out, were invalid or left over, 70 a fault of
the program, 130 interrupted, 141 the reader of the output went away.
"""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from assistant import __version__
from assistant.words import is_language, say
from assistant.words.formats import clean, safe_json

if TYPE_CHECKING:
    from assistant.desk.keeping import Keeper
    from assistant.desk.memory import Memory
    from assistant.desk.packs import Found
    from assistant.desk.scripted import Scripted
    from assistant.flow.model import Pack
    from assistant.flow.problem import LoadError
    from assistant.plain.lines import Lines

DONE, FAULTY, WRONG_USAGE, RAN_OUT, INTERNAL, INTERRUPTED, NO_READER = 0, 1, 2, 3, 70, 130, 141
LONGEST_ANSWERS = 2_000_000
DEBUG = "ASSISTANT_DEBUG"


class Failure(click.ClickException):
    """An error of the user's or of a flow, said in a sentence."""

    def __init__(self, message: str, exit_code: int = WRONG_USAGE) -> None:
        super().__init__(message)
        self.code = exit_code


_ELSEWHERE = {
    "check": "checking",
    "test": "author",
    "preview": "preview",
    "graph": "drawing",
    "schema": "drawing",
    "new": "drawing",
    "resume": "sessions",
    "sessions": "sessions",
    "cases": "cases",
    "locate": "config",
    "config": "config",
}
"""Commands that stand in modules of their own, imported when they are wanted."""


class Commands(click.Group):
    """The commands; anything else is words about a problem. Output that nobody reads any more ends quietly."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names of commands."""
        return sorted((*super().list_commands(ctx), *_ELSEWHERE))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command by its name."""
        module = _ELSEWHERE.get(cmd_name)
        if module is None:
            return super().get_command(ctx, cmd_name)
        command: click.Command = getattr(import_module(f"assistant.cli.{module}"), cmd_name)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant: of its own name, or `words`."""
        word = args[0]
        if self.get_command(ctx, word) is None and not word.startswith("-"):
            import difflib

            near = difflib.get_close_matches(word, self.list_commands(ctx), 1, 0.8)
            if near and all(one.startswith("-") for one in args[1:]):
                raise Failure(say("cli.no_command", name=word, near=near[0]))
            return "words", words, args
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; where a pipe closes, nothing is said."""
        try:
            code = super().invoke(ctx)
            sys.stdout.flush()
        except BrokenPipeError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the last flush must not fail again
            return NO_READER
        return code


@click.group(cls=Commands, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="assistant", message="%(prog)s %(version)s")
@click.option("--plain", is_flag=True, help="Numbered text, line by line, instead of screens.")
@click.option("--agent", is_flag=True, help="For a help-desk agent: with notes, facts and cases.")
@click.pass_context
def assistant(ctx: click.Context, plain: bool, agent: bool) -> int:
    """Guided troubleshooting: one question at a time, to the right action or a case that is ready to file.

    Alone, it opens in the terminal and shows what it can help with. Words about the problem pick what fits: assistant
    "the mail never came"
    """
    ctx.obj = (plain, agent)
    if ctx.invoked_subcommand is not None:
        return DONE
    from assistant.cli.home import home

    return home("", plain, agent)


@click.command(hidden=True)
@click.argument("problem", nargs=-1)
@click.option("--plain", is_flag=True)
@click.option("--agent", is_flag=True)
@click.pass_context
def words(ctx: click.Context, problem: tuple[str, ...], plain: bool, agent: bool) -> int:
    """Find the flow that fits words about a problem; options may stand before them or behind."""
    from assistant.cli.home import home

    return home(" ".join(problem), plain or ctx.obj[0], agent or ctx.obj[1])


def wants_screens() -> bool:
    """Whether a person sits at a terminal that can show screens, and has not asked for plain text."""
    environment = os.environ
    plain = environment.get("TERM", "dumb") == "dumb" or environment.get("ACCESSIBLE", "") not in ("", "0")
    if plain or not (sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    from assistant.desk.config import settings

    return not settings().config.plain


def keeper(found: Found, memory: Memory | None = None) -> Keeper:
    """What keeps a conversation on a flow, in the store that the settings name unless another is given."""
    from assistant.desk.keeping import Keeper
    from assistant.desk.memory import Memory

    return Keeper(memory or Memory(), found.pack)


@assistant.command()
@click.argument("flow")
@click.option("--fact", "facts", metavar="NAME=VALUE", multiple=True, help="A fact that is known. May be repeated.")
@click.option("--agent", is_flag=True, help="Show what only agents see: notes and facts.")
@click.option("--plain", is_flag=True, help="Numbered text, line by line, instead of screens.")
@click.option("--lang", default="", metavar="LANG", help="The language, such as ru; otherwise the pack's own.")
@click.option("--answers", metavar="FILE", help="Ask nothing: take the answers from a YAML or JSON file (- for stdin).")
@click.option(
    "--batch", is_flag=False, flag_value="-", metavar="[FILE]",
    help="JSON Lines in, JSON Lines out: one conversation for each line.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Ask nothing: print what came of it as one JSON object.")
def run(
    flow: str, facts: tuple[str, ...], agent: bool, plain: bool, lang: str, answers: str | None, batch: str | None,
    as_json: bool,
) -> int:  # fmt: skip
    """Hold the conversation of FLOW: an id from `assistant list`, or a path to a flow file or a pack."""
    if answers is not None and batch is not None:
        raise click.UsageError(say("cli.not_together", first="--answers", second="--batch"))
    found, pack = opened(flow)
    if lang and not is_language(lang):
        raise click.UsageError(say("cli.not_a_language", name=lang))
    audience = "agent" if agent else "customer"
    given = _given(facts, pack)
    if batch is not None or answers is not None or as_json:
        from assistant.desk.scripted import Scripted

        scripted = Scripted(pack, found.flow, audience=audience, language=lang, given=given)
        return _batch(scripted, batch) if batch is not None else _answered(scripted, answers, as_json)
    from assistant.desk.config import settings
    from assistant.desk.conversation import Conversation
    from assistant.engine import Refused

    config = settings().config
    audience, lang = "agent" if agent else config.audience, lang or config.language
    try:
        conversation = Conversation.start(
            pack, found.flow, audience=audience, language=lang, given=given, source=found.pack, keeper=keeper(found)
        )
    except Refused as refused:
        problem = say("refused." + refused.code, **refused.arguments)
        name = refused.place.removeprefix("given.")
        raise Failure(say("cli.fact_refused", name=name, problem=problem), RAN_OUT) from None
    if not plain and wants_screens():
        from assistant.tui.start import hold as hold_screens

        return hold_screens(conversation=conversation, audience=audience, memory=conversation.memory)
    from assistant.plain.hold import hold

    return hold(conversation, plain_lines())


def opened(flow: str) -> tuple[Found, Pack]:
    """The flow that a name means and its pack."""
    from assistant.desk.packs import NotFound, find, open_pack
    from assistant.flow.problem import LoadError

    try:
        found = find(flow)
        return found, open_pack(found)
    except NotFound as error:
        raise Failure(say(error.code, **error.arguments)) from None
    except LoadError as error:
        raise _unusable(flow, error) from None


def _unusable(flow: str, error: LoadError) -> Failure:
    errors = [str(problem) for problem in error.problems if problem.severity == "error"]
    return Failure("\n".join([say("cli.flow_has_problems", count=len(errors), name=flow), *errors]), FAULTY)


def _given(facts: Iterable[str], pack: Pack) -> dict[str, str]:
    """What `--fact` gives, by name; a name that can't be given is wrong usage."""
    from assistant.flow.problem import near

    given: dict[str, str] = {}
    for fact in facts:
        name, equals, value = fact.partition("=")
        name = name.strip()
        if not equals or not name:
            raise click.UsageError(say("cli.fact_form", text=fact))
        if name in given:
            raise click.UsageError(say("cli.fact_twice", name=name))
        if name not in pack.facts:
            names = [one.name for one in pack.facts.values() if one.value is None]
            raise Failure(say("refused.unknown_fact", name=name, near=near(name, names)))
        if pack.facts[name].value is not None:
            raise Failure(say("refused.computed_fact", name=name))
        given[name] = value
    return given


def _answered(scripted: Scripted, file: str | None, as_json: bool) -> int:
    """Hold one conversation with the answers of a file, or with none."""
    from assistant.desk.conversation import Conversation, local_now
    from assistant.desk.scripted import as_object, unreadable
    from assistant.engine.script import Answers, AnswersError, read_answers
    from assistant.plain.scripted import faults, show_result

    try:
        answers = Answers() if file is None else read_answers(_text_of(file), file)
    except AnswersError as error:
        if not as_json:
            raise Failure(str(error), RAN_OUT) from None
        click.echo(safe_json(unreadable(scripted.flow, error), indent=2))
        return RAN_OUT
    now = local_now()
    result = scripted.run(answers, now=now)
    if as_json:
        click.echo(safe_json(as_object(result, now), indent=2))
    else:
        if result.session is not None:
            show_result(Conversation(result.session), plain_lines())
        for sentence in faults(result):
            click.echo(clean(sentence), err=True)
    return RAN_OUT if result.status != "ended" or result.unused else DONE


def _text_of(file: str) -> str:
    """The text of a file, or of stdin for `-`."""
    try:
        with click.open_file(file, "rb") as stream:
            data: bytes = stream.read(LONGEST_ANSWERS + 1)
        if len(data) > LONGEST_ANSWERS:
            raise Failure(say("cli.too_big", name=file, max=LONGEST_ANSWERS))
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Failure(say("cli.not_text", name=file)) from None
    except OSError as error:
        raise _unreadable(file, error) from None


def _unreadable(file: str, error: OSError) -> Failure:
    return Failure(say("cli.unreadable", name=file, reason=error.strerror or type(error).__name__))


def _batch(scripted: Scripted, file: str) -> int:
    """Hold one conversation for every line, and print one object for each, in order."""
    from assistant.cli.bar import bar

    try:
        with click.open_file(file, "rb") as stream:
            size = os.fstat(stream.fileno()).st_size if stream.seekable() else 0
            done = 0
            with bar(say("cli.batch_progress"), prints=True) as progress:
                for found, read in scripted.batch(stream):
                    sys.stdout.write(safe_json(found) + "\n")
                    sys.stdout.flush()
                    done += read
                    if size:
                        progress(done, size)
    except BrokenPipeError:
        raise
    except OSError as error:
        raise _unreadable(file, error) from None
    return DONE


@assistant.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a JSON list.")
def list_flows(as_json: bool) -> int:
    """List the flows of the packs at hand."""
    from assistant.desk.packs import shelf

    packs = shelf()
    for folder in packs.broken:
        click.echo(clean(say("cli.pack_broken", name=folder)), err=True)
    if not packs.packs:
        raise Failure(say("cli.no_packs"), FAULTY if packs.broken else WRONG_USAGE)
    rows = [
        {"id": flow.id, "title": flow.title, "summary": flow.summary, "pack": pack.id, "offered": flow.offered}
        for pack in packs.packs.values()
        for flow in pack.flows
    ]
    if as_json:
        click.echo(safe_json(rows, indent=2))
        return DONE
    lines = plain_lines()
    for pack in packs.packs.values():
        lines.say(pack.title)
        width = max(len(flow.id) for flow in pack.flows) + 2
        for flow in pack.flows:
            part = "" if flow.offered else f" ({say('cli.part_only')})"
            lines.say(flow.title + part, "  " + flow.id.ljust(width))
        lines.say()
    return DONE


def plain_lines() -> Lines:
    """Lines of text on the standard streams."""
    from assistant.plain.lines import Lines

    return Lines(sys.stdin, sys.stdout)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command and leave with its exit code. What goes wrong is said in plain words."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:  # closed by whoever started this: there is nothing to read, and nobody reads
            setattr(sys, name, open(os.devnull, "r" if name == "stdin" else "w"))  # noqa: SIM115
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # foreign bytes are shown as such, not fatal
    try:
        code = assistant.main(arguments, prog_name="assistant", standalone_mode=False)
    except click.Abort:
        code = INTERRUPTED
    except click.ClickException as error:
        usage = error.ctx.get_usage() + "\n" if isinstance(error, click.UsageError) and error.ctx is not None else ""
        click.echo(usage + clean(error.format_message()), err=True)
        code = error.code if isinstance(error, Failure) else error.exit_code
    except OSError as error:
        click.echo(clean(say("cli.cannot_write", reason=error.strerror or str(error))), err=True)
        code = FAULTY
    except Exception as error:
        if os.environ.get(DEBUG) == "1":
            raise
        click.echo(clean(say("cli.internal", error=f"{type(error).__name__}: {error}")), err=True)
        code = INTERNAL
    _tell_mistakes()
    gc.freeze()  # the interpreter looks at everything once more when it ends, which takes longer than many a command
    sys.exit(code)


def _tell_mistakes() -> None:
    """What is wrong with the settings, where the command has read them."""
    if "assistant.desk.config" in sys.modules:
        from assistant.desk.config import settings

        for mistake in settings().mistakes:
            click.echo(clean(str(mistake)), err=True)
