"""The commands for those who write flows."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import click

from assistant.author.suites import Suite, shown
from assistant.cli import DONE, FAULTY, Failure
from assistant.words import say
from assistant.words.formats import clean, safe_json


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[PATH]...")
@click.option(
    "--coverage", "with_coverage", is_flag=True, help="Tell what of the flows is tested, and each place that is not."
)
@click.option(
    "--fail-under", type=click.FloatRange(0, 100), metavar="PERCENT", help="Fail where less than this is tested.",
)  # fmt: skip
@click.option(
    "--generate", is_flag=True, help="Write tests for what is not tested yet into the files, to be read and named."
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def test(paths: tuple[Path, ...], with_coverage: bool, fail_under: float | None, generate: bool, as_json: bool) -> int:
    """Run the tests that lie beside flows (FLOW.test.yaml): those of packs, of flows, or of files of tests."""
    from assistant.author.suites import suites
    from assistant.author.verdicts import run_tests
    from assistant.desk.packs import here

    begun = time.perf_counter()
    for path in paths:
        if not path.exists():
            raise Failure(say("cli.no_path", name=str(path)))
    found = suites(paths or here())
    if generate:
        return _generated(found)
    report = run_tests(found, datetime.now().astimezone(), with_coverage=with_coverage or fail_under is not None)
    if not report.verdicts and not report.problems and report.covered is None:
        raise Failure(say("test.none"))
    seconds = time.perf_counter() - begun
    too_low = fail_under is not None and report.covered is not None and not report.covered.is_at_least(fail_under)
    lines = [*report.as_lines(seconds), *([say("coverage.too_low", wanted=f"{fail_under:g}")] if too_low else [])]
    click.echo(safe_json(report.as_object(seconds), indent=2) if as_json else clean("\n".join(lines)))
    return DONE if report.is_clean and not too_low else FAULTY


def _generated(found: list[Suite]) -> int:
    """Write tests for what the tests do not reach."""
    from assistant.author.generate import add_missing
    from assistant.author.saved import NotAdded

    made = 0
    for suite in found:
        try:
            for file, tests in add_missing(suite, datetime.now().astimezone()):
                click.echo(clean(say("test.generated", count=tests, file=shown(file))))
                made += tests
        except NotAdded as error:
            raise Failure(str(error)) from None
        except OSError as error:
            raise Failure(say("cli.cannot_write", reason=error.strerror or str(error)), FAULTY) from None
        for problem in suite.problems:
            click.echo(clean(str(problem)), err=True)
    if not made:
        click.echo(say("test.nothing_to_generate"))
    return FAULTY if any(suite.problems for suite in found) else DONE
