"""The command that starts a project: init."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskmodel.base.errors import UsageError
from riskmodel.cli.app import command
from riskmodel.cli.options import Json
from riskmodel.cli.output import console_width, emit

if TYPE_CHECKING:
    from riskmodel.starter.first_project import NewProject


def _column(what: str) -> typer.models.OptionInfo:
    return typer.Option(metavar="COLUMN", help=f"Column of {what}; default: found by name and values.")


Column = str | None


@command("riskmodel init mycity --from calls.csv --run")
def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the new project.")],
    more: Annotated[list[Path] | None, typer.Argument(metavar="[FILE]...", help="Further tables, after --from.")] = None,
    tables: Annotated[
        list[Path] | None,
        typer.Option(
            "--from", metavar="FILE", help="A table (CSV, Parquet, XLSX, JSON), a folder of them or a pattern (may be repeated)."
        ),
    ] = None,
    county: Annotated[
        bool, typer.Option("--county", help="Write the project of the simulated county, as without --from.")
    ] = False,
    date: Annotated[Column, _column("the day on which it happened")] = None,
    known: Annotated[Column, _column("the day on which it became known")] = None,
    kind: Annotated[Column, _column("kinds")] = None,
    id: Annotated[Column, _column("ids")] = None,
    cell: Annotated[Column, _column("cells")] = None,
    x: Annotated[Column, _column("the first coordinate")] = None,
    y: Annotated[Column, _column("the second coordinate")] = None,
    amount: Annotated[Column, _column("numbers of events")] = None,
    dates: Annotated[
        str | None, typer.Option(metavar="FORM", help="Form of the dates, such as m/d/yyyy, excel, excel1904 or unix.")
    ] = None,
    crs: Annotated[
        str | None, typer.Option(metavar="NAME", help="Reference system of the coordinates, such as EPSG:2913.")
    ] = None,
    scale: Annotated[
        str | None, typer.Option(metavar="NUMBER", help="Number by which coordinates were multiplied, such as 1000000.")
    ] = None,
    thousands: Annotated[
        str | None,
        typer.Option(metavar="SIGN", help="Sign between groups of three digits in numbers of events, such as '.'; '' if none."),
    ] = None,
    time_zone: Annotated[str | None, typer.Option(metavar="ZONE", help="Time zone in which days are counted.")] = None,
    target: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND", help="Kind that is forecast (may be repeated; several count together). Default: the most frequent."
        ),
    ] = None,
    horizon: Annotated[
        int | None, typer.Option(metavar="DAYS", help="Days ahead of the forecast. Default: 7, or 31 for counts of months.")
    ] = None,
    run: Annotated[
        bool, typer.Option("--run", help="Also run the next commands: ingest, backtest, train, promote and the first night.")
    ] = False,
    json: Json = None,
) -> None:
    """Start a project from a table, or the simulated county.

    It looks at the tables, writes riskmodel.toml, features and the experiment main, and prints what it decided and why. Tables are
    referenced where they are. Columns whose names speak of persons are never read. With --run it also makes the project's first backtest, map
    and list.
    """
    given = [*(tables or ()), *(more or ())]
    stated = {
        "date": date, "known": known, "kind": kind, "id": id, "cell": cell, "x": x, "y": y, "amount": amount, "dates": dates,
        "crs": crs, "scale": scale, "thousands": thousands, "time_zone": time_zone, "target": target or None, "horizon": horizon,
    }  # fmt: skip
    if run and json == "-":
        raise UsageError(
            "--run prints the texts of several commands. Give --json a file, or leave --run out and run them one by one."
        )
    if county or not tables:
        _refuse_with_county([*given, *(name for name, value in stated.items() if value is not None)], county)
        _start_county(folder, run, json)
        return
    from riskmodel.base.days import to_day
    from riskmodel.starter.first_project import init as start

    now, data = to_day(datetime.now(UTC).date()) + 1, os.environ.get("RISKMODEL_DATA")
    made = start(folder, given, **stated, today=now, data=data)
    result = {"folder": str(folder), "files": list(made.files), **made.plan.to_json(), "next": made.next_steps()}
    emit(result, json, _text(made, folder, run))
    if run:
        from riskmodel.cli.first_run import first_run

        first_run(made)


def _refuse_with_county(given: list[Path | str], county: bool) -> None:
    """Refuse tables, or options about them, without ``--from``."""
    if given and county:
        raise UsageError("The simulated county takes no tables and no options about them. Remove them, or --county.")
    if given:
        raise UsageError(
            "Name your table with --from FILE (riskmodel init DIR --from FILE). "
            "Without a table and options about it, init writes the project of the simulated county."
        )


def _start_county(folder: Path, run: bool, json: Json) -> None:
    """Start a project like that of the simulated county."""
    from riskmodel.starter.county_project import init_county
    from riskmodel.starter.project_folder import FILE_NAME

    if run:
        raise UsageError(f"--run is for a project from a table. For the county, run 'riskmodel --project {folder} demo'.")
    names = init_county(folder)
    text = (
        f"Wrote the project of the simulated county to {folder}: {len(names)} files.\n"
        f"Next: 'riskmodel --project {folder} demo', or edit {folder / FILE_NAME} for your tables.\n"
        "From your own table: riskmodel init DIR --from FILE."
    )
    emit({"folder": str(folder), "files": names}, json, text)


def _text(made: NewProject, folder: Path, run: bool) -> str:
    """Return what was decided, for the terminal."""
    from riskmodel.starter.decision_table import decision_table

    lines = [decision_table(made.decisions, console_width()), "", f"Wrote {len(made.files)} files to {folder}."]
    if not run:
        lines += ["Next:", *(f"  {one}" for one in made.next_steps())]
    return "\n".join(lines)
