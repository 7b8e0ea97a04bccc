"""The command `check`: problems, proofs and advice for authors."""

from __future__ import annotations

from pathlib import Path

import click

from assistant.cli import DONE, FAULTY, Failure
from assistant.cli.bar import bar
from assistant.words import say
from assistant.words.formats import clean, safe_json


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option("--strict", is_flag=True, help="Warnings count as errors.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--format", "form", type=click.Choice(["human", "json", "github"]), default="human", help="How to print it.")
@click.option("--no-proofs", is_flag=True, help="Only look at the files: prove nothing.")
@click.option(
    "--longest", type=click.IntRange(1), help="How many questions a way may have before a hint says that it is long."
)
def check(paths: tuple[Path, ...], strict: bool, as_json: bool, form: str, no_proofs: bool, longest: int | None) -> int:
    """Check flow files and packs: every problem with its place and its mend, and what can be proved about them."""
    from assistant.author.check import check as checked_at
    from assistant.author.check import roots_of
    from assistant.author.proofs import LONGEST_WAY
    from assistant.desk.conversation import local_now
    from assistant.desk.packs import here, packs_in

    roots = [root for path in paths for root in roots_of(path, packs_in)] or here()
    if not roots:
        raise Failure(say("cli.no_packs"))
    with bar(say("cli.prove_progress")) as progress:
        checked = checked_at(roots, local_now(), proofs=not no_proofs, longest=longest or LONGEST_WAY, progress=progress)
    if as_json or form == "json":
        click.echo(safe_json(checked.as_object(), indent=2))
    else:
        click.echo(clean("\n".join(checked.as_github() if form == "github" else checked.as_lines())))
    return FAULTY if checked.count("error") or (strict and checked.count("warning")) else DONE
