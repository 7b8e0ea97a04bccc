"""The commands that draw flows, describe their files to editors, and begin new ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from assistant.author.schema import Kind, written
from assistant.cli import DONE, Failure, opened
from assistant.words import say
from assistant.words.formats import clean

if TYPE_CHECKING:
    from assistant.engine import Session

FORMS = {".mmd": "mermaid", ".md": "mermaid", ".dot": "dot", ".gv": "dot", ".svg": "svg"}
"""What a picture is drawn as, by how its file's name ends."""


@click.command()
@click.argument("flow")
@click.option(
    "--as", "form", type=click.Choice(["mermaid", "dot", "svg"]), help="How: else as the name of the file says, or mermaid."
)
@click.option("--open", "isopened", is_flag=True, help="Draw the flows that it runs in place of the steps that run them.")
@click.option("--to", "file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help="Write it to a file.")
@click.option("--path", "code", metavar="CODE", help="Mark the way that a session took.")
def graph(flow: str, form: str | None, isopened: bool, file: Path | None, code: str | None) -> int:
    """Draw FLOW: an id from `assistant list`, or a path to a flow file or a pack. An SVG needs no other program."""
    from assistant.author.graph import dot, mermaid, path_of, picture, svg

    found, pack = opened(flow)
    session = _session(code, found.flow) if code is not None else None
    drawn = picture(session.pack if session is not None else pack, found.flow, isopened)
    marked = path_of(drawn, session) if session is not None else frozenset()
    ending = file.suffix.lower() if file is not None else ""
    if form is None and ending and ending not in FORMS:
        raise Failure(say("graph.unknown_ending", name=clean(str(file)), endings=", ".join(FORMS)))
    form = form or FORMS.get(ending, "mermaid")
    text = {"mermaid": mermaid, "dot": dot, "svg": svg}[form](drawn, marked)
    if file is None:
        click.echo(text, nl=False)
    else:
        _write(file, text)
    return DONE


def _session(code: str, flow: str) -> Session:
    """The session of a code, which must be held on the flow; it is drawn as it would go on now."""
    from assistant.cli.kept import kept_memory, stored_session
    from assistant.desk.resuming import Unreadable, reopen

    with kept_memory() as memory:
        stored = stored_session(memory, code)
        try:
            session = reopen(memory, stored).session()
        except Unreadable:
            raise Failure(say("graph.unreadable", code=clean(code))) from None
    if session.flow != flow:
        raise Failure(say("graph.other_flow", code=clean(code), flow=session.flow, name=flow))
    return session


@click.command()
@click.option("--kind", type=click.Choice(get_args(Kind)), default="flow", help="Which kind of file.", show_default=True)
@click.option("--to", "folder", type=click.Path(path_type=Path, file_okay=False), metavar="FOLDER", help="Write all kinds.")
def schema(kind: Kind, folder: Path | None) -> int:
    """Print the JSON Schema of a pack's files, with which editors complete keys and mark mistakes.

    For a file to have it, its first line says: # yaml-language-server: $schema=PATH/flow.json
    """
    if folder is None:
        click.echo(written(kind), nl=False)
        return DONE
    folder.mkdir(parents=True, exist_ok=True)
    for one in get_args(Kind):
        _write(folder / f"{one}.json", written(one))
    return DONE


def _write(file: Path, text: str) -> None:
    if not file.absolute().parent.is_dir():
        raise Failure(say("author.no_folder", name=clean(str(file.parent))))
    file.write_text(text, encoding="utf-8", newline="\n")
    click.echo(clean(say("author.written", name=file)))


@click.command()
@click.argument("name", nargs=-1, required=True)
@click.option(
    "--in", "folder", type=click.Path(path_type=Path), default=Path(), metavar="FOLDER", help="Where, instead of here."
)
def new(name: tuple[str, ...], folder: Path) -> int:
    """Begin a flow called NAME, ready to run, test and prove. In a pack it joins the pack, elsewhere it begins one."""
    from assistant.author.new import NotNew, plan, write

    try:
        planned = plan(" ".join(name), folder)
        write(planned)
    except NotNew as error:
        raise Failure(clean(say(error.code, **error.arguments))) from None
    except FileExistsError as error:
        raise Failure(clean(say("new.exists", name=error.filename))) from None
    for file in planned.files:
        click.echo(clean(say("author.written", name=file)))
    flow = planned.flow
    for code in ("new.how_run", "new.how_check", "new.how_test", "new.how_graph"):
        click.echo(clean(say(code, name=flow)))
    return DONE
