"""Commands about data: ingest, quarantine, backup, restore, check."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from riskmodel.cli.app import EXIT_CODES, Json, app, current, emit, progress, today

Layer = Annotated[str, typer.Option(help="A layer of the project; default: the project's own cells.")]


@app.command(epilog=f"Example: riskmodel ingest --source police. {EXIT_CODES}")
def ingest(
    source: Annotated[list[str] | None, typer.Option(help="Only this source (may be repeated).")] = None,
    ingested: Annotated[str | None, typer.Option(metavar="DATE", help="Day of the ingest; default: today.")] = None,
    layer: Layer = "",
    json: Json = None,
) -> None:
    """Take the project's tables into the history, and say what became of every row."""
    from riskmodel.base.periods import to_day
    from riskmodel.records.intake import ingest as run

    project = current.project().layer(layer)
    with progress("Ingesting") as tell:
        report = run(project, today(project) if ingested is None else to_day(ingested), tuple(source or ()), tell, os.environ)
    result = {"sources": [asdict(one) for one in report.sources], "total": asdict(report.total()), "manifest": report.manifest}
    emit(result, json, repr(report))


@app.command(epilog=f"Example: riskmodel quarantine --source police. {EXIT_CODES}")
def quarantine(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    examples: Annotated[int, typer.Option(min=0, help="Rows shown of each reason.")] = 3,
    layer: Layer = "",
    json: Json = None,
) -> None:
    """List the rows that were not taken in: reasons, counts, what to do, and examples."""
    from riskmodel.records.intake import read_quarantine

    report = read_quarantine(current.project().layer(layer), source, examples)
    emit(report.to_json(), json, repr(report))


@app.command(epilog=f"Example: riskmodel backup backups/history. {EXIT_CODES}")
def backup(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of the backup; what is there already is not copied again.")
    ],
    layer: Layer = "",
    json: Json = None,
) -> None:
    """Copy the history, with everything that any of its manifests needs, and check every file."""
    from riskmodel.records.backup import back_up
    from riskmodel.records.store import HistoryStore

    project = current.project().layer(layer)
    done = back_up(HistoryStore(project.path(project.table.history)), folder.absolute())
    emit(asdict(done), json, f"Backed up to {folder}: {done!r}")


@app.command(epilog=f"Example: riskmodel restore backups/history. {EXIT_CODES}")
def restore(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder that 'riskmodel backup' wrote.")],
    layer: Layer = "",
    json: Json = None,
) -> None:
    """Put a backup in the place of a history that is lost; a history that is there is never overwritten."""
    from riskmodel.records.backup import restore as run
    from riskmodel.records.store import HistoryStore

    project = current.project().layer(layer)
    done = run(folder.absolute(), HistoryStore(project.path(project.table.history)))
    emit(asdict(done), json, f"Restored from {folder}: {done!r}")


@app.command(epilog=f"Example: riskmodel check --as-of 2026-01-01. {EXIT_CODES}")
def check(
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="Day on which feeds must be fresh; default: the last knowledge.")
    ] = None,
    layer: Layer = "",
    json: Json = None,
) -> None:
    """Report on the history as a careful colleague would; exit code 4 if a feed is stale."""
    from riskmodel.asof.target import last_knowledge
    from riskmodel.base.periods import to_day
    from riskmodel.records.check import check_history
    from riskmodel.records.store import HistoryStore

    project = current.project().layer(layer)
    store = HistoryStore(project.path(project.table.history))
    history = store.load(project)
    report = check_history(history, store.manifest(), last_knowledge(history) if as_of is None else to_day(as_of))
    emit(report.to_json(), json, repr(report))
    if report.stale:
        raise typer.Exit(4)
