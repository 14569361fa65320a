"""Commands about data: ingest, quarantine, backup, restore, check."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from riskmodel.cli.app import EXIT_CODES, Json, app, console_width, current, emit, progress, today

Layer = Annotated[str, typer.Option(help="A layer of the project; default: the project's own cells.")]


@app.command(epilog=f"Example: riskmodel ingest --source police. {EXIT_CODES}")
def ingest(
    source: Annotated[list[str] | None, typer.Option(help="Only this source (may be repeated).")] = None,
    ingested: Annotated[str | None, typer.Option(metavar="DATE", help="Day of the ingest; default: today.")] = None,
    layer: Layer = "",
    json: Json = None,
) -> None:
    """Take the project's tables into the history, and say what became of every row."""
    from riskmodel.base.days import to_day
    from riskmodel.base.errors import refused
    from riskmodel.records.intake import ingest as run

    project = current.project().layer(layer)
    day = now = today(project)
    if ingested is not None:
        day = to_day(ingested)
        kept = [one.name for one in project.table.sources if one.keep_days is not None]
        if day > now and kept:
            why = f"the day has not come yet, and rows of {', '.join(kept)} that are still to be kept (keep_days) would be removed for good"
            raise refused(f"The ingest of {ingested}", why, "Give a day up to today")
    with progress("Ingesting") as tell:
        report = run(project, day, tuple(source or ()), tell, os.environ)
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


@app.command(epilog=f"Example: riskmodel check --as-of 2026-01-01 --page check.html. {EXIT_CODES}")
def check(
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="Day on which sources must be up to date; default: the last knowledge."),
    ] = None,
    page: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the report as one HTML page to FILE.")] = None,
    language: Annotated[str, typer.Option(help="zh or en; default: the language of the project's lists.")] = "",
    layer: Layer = "",
    json: Json = None,
) -> None:
    """Check data quality: findings first, then the sources. Exit code 4 if a source is stale."""
    from riskmodel.asof.target import last_knowledge
    from riskmodel.base.days import to_day
    from riskmodel.base.errors import unknown_name
    from riskmodel.base.files import write_bytes
    from riskmodel.base.texts import LANGUAGES, Language
    from riskmodel.records.check import check_history, check_terminal
    from riskmodel.records.check import check_page as draw
    from riskmodel.records.store import HistoryStore, stored_history

    project = current.project().layer(layer)
    languages: Mapping[str, Language] = {**{one: one for one in LANGUAGES}, "": project.table.warnings.language}
    if language not in languages:
        raise unknown_name("language", language, LANGUAGES)
    spoken = languages[language]
    store = HistoryStore(project.path(project.table.history))
    history = stored_history(store)
    report = check_history(history, store.manifest(), last_knowledge(history) if as_of is None else to_day(as_of))
    if page is not None:
        write_bytes(page.absolute(), draw(report, history.kinds, project.table.title(spoken), spoken))
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    emit(report.to_json(), json, check_terminal(report, spoken, console_width(), colour))
    if report.stale:
        raise typer.Exit(4)
