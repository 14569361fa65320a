"""Commands that make a project and its data: init, simulate, demo."""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import typer

from riskmodel.base.errors import UsageError
from riskmodel.base.files import write_bytes
from riskmodel.cli.app import EXIT_CODES, Json, app, current, emit, progress

FILE_NAME = "riskmodel.toml"


def write_project(folder: Path) -> list[str]:
    """Copy the templates into ``folder``; the names of the files written.

    Raises
    ------
    UsageError
        If there is a project already.
    """
    if (folder / FILE_NAME).exists():
        raise UsageError(
            f"There is a project in {str(folder)!r} already ({FILE_NAME}). Choose another folder, or edit that file."
        )
    root = resources.files("riskmodel") / "templates"
    with resources.as_file(root) as templates:
        names = sorted(
            p.relative_to(templates).as_posix() for p in templates.rglob("*") if p.is_file() and "__pycache__" not in p.parts
        )
        # the project file comes last: a folder with it is a whole project
        for name in sorted(names, key=lambda n: (n == FILE_NAME, n)):
            write_bytes(folder / name, (templates / name).read_bytes())
    return names


@app.command(epilog=f"Example: riskmodel init mycounty && riskmodel --project mycounty demo. {EXIT_CODES}")
def init(folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the new project.")], json: Json = None) -> None:
    """Write a new project: riskmodel.toml, features/ and experiments/, ready for the simulated county."""
    names = write_project(folder)
    text = (
        f"Wrote {len(names)} files to {folder}.\n"
        f"Next: edit {folder / FILE_NAME} for your tables, or run 'riskmodel --project {folder} demo'."
    )
    emit({"folder": str(folder), "files": names}, json, text)


@app.command(epilog=f"Example: riskmodel simulate --cells 300 --years 4. {EXIT_CODES}")
def simulate(
    cells: Annotated[int, typer.Option(help="Number of cells.")] = 1231,
    years: Annotated[int, typer.Option(help="Number of years.")] = 5,
    first: Annotated[str, typer.Option(help="First day.")] = "2021-01-01",
    seed: Annotated[int, typer.Option(help="Seed; the same seed gives the same bytes.")] = 20210101,
    folder: Annotated[
        Path | None,
        typer.Option("--to", metavar="DIR", help="Folder of the tables; default: where the project's table of cells is."),
    ] = None,
    json: Json = None,
) -> None:
    """Write the tables of a simulated county, and the truth beside them."""
    from riskmodel.simulator import CountySettings
    from riskmodel.simulator import simulate as run

    if folder is None:
        project = current.project()
        folder = project.path(project.table.places.path).parent
    with progress("Simulating") as tell:
        summary = run(folder, CountySettings(cells=cells, years=years, first=first, seed=seed), tell)
    emit({"folder": str(folder), "first": summary.first, "last": summary.last, "rows": dict(summary.rows)}, json, repr(summary))


@app.command(epilog=f"Example: riskmodel demo. {EXIT_CODES}")
def demo(
    cells: Annotated[int, typer.Option(help="Number of cells.")] = 1231,
    years: Annotated[int, typer.Option(help="Number of years.")] = 5,
    fresh: Annotated[bool, typer.Option(help="Remove the project's data, store and outbox first.")] = False,
    json: Json = None,
) -> None:
    """Simulate a county, ingest, train and promote a model for every target, score the last night, and leave a list for every centre.

    Runs in the selected project; in a folder without one it makes riskmodel-demo/.
    """
    from riskmodel.base.days import to_day, to_iso
    from riskmodel.cli.learning_commands import promote_champion, train_and_register
    from riskmodel.forecasts.experiment import experiment_names
    from riskmodel.operations.nightly import run_nightly
    from riskmodel.records.intake import ingest
    from riskmodel.simulator import CountySettings
    from riskmodel.simulator import simulate as run

    if not (current.folder / FILE_NAME).exists():
        current.folder = current.folder / "riskmodel-demo"
        if not (current.folder / FILE_NAME).exists():
            write_project(current.folder)
    project = current.project()
    with progress("1/5 simulate") as tell:
        summary = run(project.path(project.table.places.path).parent, CountySettings(cells=cells, years=years), tell)
    # only now: what is no simulation's was refused
    if fresh:
        for name in (project.table.history, project.table.outbox):
            shutil.rmtree(project.path(name), ignore_errors=True)
        for path in project.path(project.table.store).parent.glob(f"{project.path(project.table.store).name}*"):
            path.unlink()
    as_of = to_day(summary.last) + 1
    with progress("2/5 ingest") as tell:
        report = ingest(project, as_of, progress=tell)
    names = sorted(project.table.warnings.split) or experiment_names(project)
    trained, promoted = {}, {}
    for at, name in enumerate(names, 1):
        with progress(f"3/5 train {name} ({at} of {len(names)})") as tell:
            trained[name] = train_and_register(project, name, as_of, tell)
    for name in names:
        with progress(f"4/5 promote {name}") as tell:
            promoted[name] = promote_champion(project, name, trained[name]["version"], as_of)
            tell("done", 1.0)
    with progress("5/5 nightly") as tell:
        night = run_nightly(project, as_of, day=as_of, progress=tell)
    result: dict[str, Any] = {
        "as_of": to_iso(as_of),
        "rows": report.total().rows,
        "accepted": report.total().accepted,
        "models": {name: made["bundle"] for name, made in trained.items()},
        "promoted": promoted,
        "night": night.to_json(),
    }
    emit(result, json, _summary(summary, report, trained, night))
    if night.exit_code:
        raise typer.Exit(night.exit_code)


def _summary(summary: Any, report: Any, trained: dict[str, dict[str, Any]], night: Any) -> str:
    total = report.total()
    again = " (the tables are those already taken in)" if total.rows == 0 and report.sources else ""
    lines = [
        f"Simulated {summary.records:,} records, {summary.first} to {summary.last}.",
        f"Ingested {total.rows:,} rows = {total.accepted:,} accepted + {total.duplicates:,} duplicates + {total.quarantined:,} quarantined{again}.",
        *(f"Trained and promoted {name} version {made['version']} (bundle {made['bundle']})." for name, made in trained.items()),
        f"Scored the night of {night.to_json()['as_of']}; one list for every command centre, each marked DRAFT until approved:",
    ]
    for one in night.lists:
        counts = (
            f"{section.target} {', '.join(f'{n} {grade}' for grade, n in section.counts().items() if n) or 'no warning'}"
            for section in one.sections
        )
        lines.append(f"  {one.centre}: {'; '.join(counts)}")
    lines += ["Open one of these:"] + [f"  {path}" for path in night.paths]
    return "\n".join(lines)
