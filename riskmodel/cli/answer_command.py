"""The command answer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import Json, day_option
from riskmodel.cli.output import emit, write_error


@command("riskmodel answer answers.xlsx")
def answer(
    table: Annotated[Path, typer.Argument(metavar="FILE", help="XLSX, ODS or CSV file that a centre handed back.")],
    day: Annotated[int | None, day_option("--day", "Day on which the answers came in; default: today.")] = None,
    correct: Annotated[
        bool, typer.Option("--correct", help="The rows replace all earlier answers to their warnings, which were wrong.")
    ] = False,
    json: Json = None,
) -> None:
    """Record what a centre found at the warned places.

    Rows without result and date are left out. A date without a result is rejected; no date is needed where nobody went. The same file
    again changes nothing. A row that another answer outweighs is named; --correct replaces what was wrong. A row about a warning of another centre is recorded and named. If nothing is recorded, the exit code is 1.
    """
    from riskmodel.desk.answer_table import record_answer_table

    project = current.project()
    report = record_answer_table(project, table, today(project) if day is None else day, correct=correct)
    emit(report.to_json(), json, repr(report))
    failure = report.failure(table.name)
    if failure is not None:
        write_error(f"Error: {failure}")
        raise typer.Exit(1)
