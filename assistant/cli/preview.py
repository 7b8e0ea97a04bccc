"""The command `preview`: a flow as people will meet it, while it is being written."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli import DONE, FAULTY, Failure, plain_lines, wants_screens
from assistant.words import say
from assistant.words.formats import clean


@click.command()
@click.argument("flow", metavar="PATH")
@click.option("--agent", is_flag=True, help="As agents see it.")
@click.option("--script", is_flag=True, help="Print the flow as a script to read aloud, with where every answer leads.")
@click.option("--plain", is_flag=True, help="Numbered text, line by line, instead of screens; nothing is reloaded.")
def preview(flow: str, agent: bool, script: bool, plain: bool) -> int:
    """Hold the conversation of the flow at PATH, which is read again whenever it is saved. Nothing is kept."""
    from assistant.desk.conversation import Conversation
    from assistant.desk.packs import NotFound, find
    from assistant.desk.watching import Watched
    from assistant.flow.problem import LoadError
    from assistant.flow.reach import part

    try:
        found = find(flow)
    except NotFound as error:
        raise Failure(say(error.code, **error.arguments)) from None
    except LoadError as error:
        raise _unusable(flow, [str(problem) for problem in error.problems]) from None
    watched = Watched(found.pack)
    loaded = watched.load()
    if loaded.pack is None or found.flow not in loaded.pack.flows:
        errors = [str(problem) for problem in loaded.problems if problem.severity == "error"]
        if not errors:
            raise Failure(say("cli.no_flow", name=flow, near=""))
        raise _unusable(flow, errors)
    of_flow = part(loaded.pack, found.flow)
    if script:
        from assistant.author.aloud import aloud

        click.echo(clean(aloud(loaded.pack, found.flow)))
        return DONE
    conversation = Conversation.start(
        of_flow, found.flow, audience="agent" if agent else "customer", source=Path(found.pack)
    )
    if not plain and wants_screens():
        from assistant.tui.preview import PreviewApp
        from assistant.tui.start import looks, run_app

        return run_app(PreviewApp(conversation, watched, loaded.problems, **looks()))
    from assistant.plain.hold import hold

    return hold(conversation, plain_lines())


def _unusable(flow: str, errors: list[str]) -> Failure:
    return Failure("\n".join([say("cli.flow_has_problems", count=len(errors), name=flow), *errors]), FAULTY)
