"""Commands about a simulated county: simulate, demo."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from riskmodel.base.locks import lock_beside
from riskmodel.cli.app import command
from riskmodel.cli.context import current, threads
from riskmodel.cli.model_inputs import promotion_json
from riskmodel.cli.options import Json
from riskmodel.cli.output import emit, progress

if TYPE_CHECKING:
    from riskmodel.base.project import Project
    from riskmodel.operations.nightly import NightReport
    from riskmodel.records.intake import IngestReport
    from riskmodel.simulator import CountySettings, CountySummary

Cells = Annotated[int, typer.Option(metavar="NUMBER", help="Number of cells.")]
Years = Annotated[int, typer.Option(metavar="NUMBER", help="Number of years.")]


@command("riskmodel simulate --cells 300 --years 4")
def simulate(
    cells: Cells = 1231,
    years: Years = 5,
    first: Annotated[str, typer.Option(metavar="DATE", help="First day.")] = "2021-01-01",
    seed: Annotated[int, typer.Option(metavar="NUMBER", help="Seed; the same seed gives the same bytes.")] = 20210101,
    folder: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Folder of the tables; default: that of the project's table of cells."),
    ] = None,
    json: Json = None,
) -> None:
    """Write the tables of a simulated county, with its truth."""
    from riskmodel.simulator import CountySettings
    from riskmodel.simulator import simulate as run

    if folder is None:
        project = current.project()
        folder = project.path(project.table.places.path).parent
    with progress("Simulating") as tell:
        summary = run(folder, CountySettings(cells=cells, years=years, first=first, seed=seed), tell)
    emit({"folder": str(folder), "first": summary.first, "last": summary.last, "rows": dict(summary.rows)}, json, repr(summary))


@command("riskmodel demo")
def demo(
    cells: Cells = 1231,
    years: Years = 5,
    fresh: Annotated[bool, typer.Option(help="Remove the project's data, ledger and outbox first.")] = False,
    json: Json = None,
) -> None:
    """Simulate a county and run everything up to its lists.

    It ingests the tables, trains and promotes a model for every target, scores the last night and writes one list per centre.
    Then it approves one list, fills in its sheet, records the answers and runs the next night. It runs in the selected project; in a folder
    without one it makes riskmodel-demo/.
    """
    from riskmodel.base.days import to_day
    from riskmodel.cli.second_night import second_night, second_night_json, second_night_text
    from riskmodel.operations.nightly import run_nightly
    from riskmodel.records.intake import ingest
    from riskmodel.simulator import CountySettings

    project = _demo_project()
    summary = _simulated(project, CountySettings(cells=cells, years=years), fresh)
    as_of = to_day(summary.last) + 1
    with progress("2/6 ingest") as tell:
        report = ingest(project, as_of, progress=tell)
    trained, promoted = _learned(project, as_of)
    with progress("5/6 nightly") as tell:
        night = run_nightly(project, as_of, day=as_of, progress=tell)
    with progress("6/6 answers and the next night") as tell:
        then = None if night.exit_code else second_night(project, as_of, tell)
    result = {
        "as_of": night.to_json()["as_of"],
        "rows": report.total().rows,
        "accepted": report.total().accepted,
        "models": {name: made["bundle"] for name, made in trained.items()},
        "promoted": promoted,
        "night": night.to_json(),
        "second_night": None if then is None else second_night_json(then),
    }
    lines = [_demo_text(summary, report, trained, night), *([] if then is None else second_night_text(then))]
    lines += next_steps(project, next(iter(trained)))
    emit(result, json, "\n".join(lines))
    if night.exit_code:
        raise typer.Exit(night.exit_code)


def _demo_project() -> Project:
    """Load the selected project, or make one in riskmodel-demo/."""
    from riskmodel.base.project import FILE_NAME
    from riskmodel.starter.county_project import init_county

    if not (current.folder / FILE_NAME).exists():
        current.folder = current.folder / "riskmodel-demo"
        if not (current.folder / FILE_NAME).exists():
            init_county(current.folder)
    return current.project()


def _simulated(project: Project, settings: CountySettings, fresh: bool) -> CountySummary:
    """Write the county's tables and, if ``fresh``, remove earlier data.

    The removal comes second: a county's own tables are refused before anything is lost.
    """
    from riskmodel.simulator import simulate as run

    with progress("1/6 simulate") as tell:
        summary = run(project.path(project.table.places.path).parent, settings, tell)
    if fresh:
        for name in (project.table.history, project.table.outbox):
            shutil.rmtree(project.path(name), ignore_errors=True)
        for path in project.ledger_file.parent.glob(f"{project.ledger_file.name}*"):
            path.unlink()
        lock_beside(project.ledger_file).unlink(missing_ok=True)
    return summary


def _learned(project: Project, as_of: int) -> tuple[dict[str, dict[str, Any]], dict[str, dict[str, Any]]]:
    """Train and promote a model of every target.

    Returns both results by experiment.
    """
    from riskmodel.forecasts.experiment import experiment_names
    from riskmodel.operations.promotion import promote
    from riskmodel.operations.trained_targets import train_targets

    names, promoted = sorted(project.table.warnings.split) or experiment_names(project), {}
    with progress("3/6 train") as tell:
        made = train_targets(project, names, as_of=as_of, threads=threads(), progress=tell)
    trained = {name: one.to_json() for name, one in made.items()}
    for name in names:
        with progress(f"4/6 promote {name}") as tell:
            promoted[name] = promotion_json(promote(project, name, trained[name]["version"], role="data scientist", day=as_of))
            tell("done", 1.0)
    return trained, promoted


def _demo_text(summary: CountySummary, report: IngestReport, trained: dict[str, dict[str, Any]], night: NightReport) -> str:
    """Return what the demo did, for the terminal."""
    from riskmodel.operations.nightly.summary_files import FOLDER

    total = report.total()
    again = " (these tables were ingested before)" if total.rows == 0 and report.sources else ""
    lines = [
        f"Simulated {summary.records:,} records, {summary.first} to {summary.last}.",
        f"Ingested {total.rows:,} rows = {total.accepted:,} accepted + {total.duplicates:,} duplicates + {total.quarantined:,} quarantined{again}.",
        *(f"Trained and promoted {name} version {made['version']} (bundle {made['bundle']})." for name, made in trained.items()),
        f"Scored the night of {night.to_json()['as_of']}; one list for every command centre, each marked DRAFT until approved:",
    ]
    for one in night.lists:
        counts = (
            f"{section.target} {', '.join(f'{n} {grade}' for grade, n in section.counts().items() if n) or 'no warnings'}"
            for section in one.sections
        )
        lines.append(f"  {one.centre}: {'; '.join(counts)}")
    whole = [path for path in night.paths if path.suffix == ".html"]
    summaries = {path.parent for path in whole if path.parent.name == FOLDER}
    pages = [path for path in whole if path.parent not in summaries]
    approved = [path.with_name(path.name.replace(".DRAFT.", ".")) for path in pages]
    lines += ["Open one of these:"] + [f"  {page if page.exists() else left}" for page, left in zip(pages, approved, strict=True)]
    lines += [f"Summaries of the towns and of the whole area: {folder}" for folder in sorted(summaries)]
    return "\n".join(lines)


def next_steps(project: Project, experiment: str) -> list[str]:
    """Return what to try after the demo."""
    here = "riskmodel" if project.folder.resolve() == Path.cwd() else f"riskmodel --project {shlex.quote(str(project.folder))}"
    steps = (
        (
            f"{here} status",
            "what waits, what is wrong, and what to do; the simulated tables end in the past, so today they are late",
        ),
        (f"{here} backtest {experiment}", "how good forecasts of past days were, beside the baseline"),
        (f"{here} policy simulate {experiment} --set capacity=30", "what longer lists would have caught"),
        ("riskmodel init mycity --from calls.csv --run", "the same from your own table"),
    )
    return ["", "Try next:", *(line for words, what in steps for line in (f"  {words}", f"      {what}"))]
