"""Commands about data: ingest, quarantine, backup, restore."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import Json, Layer, day_option
from riskmodel.cli.output import emit, progress

if TYPE_CHECKING:
    from riskmodel.base.project import Project


@command("riskmodel ingest --source police")
def ingest(
    source: Annotated[list[str] | None, typer.Option(metavar="NAME", help="Only this source (may be repeated).")] = None,
    ingested: Annotated[int | None, day_option("--ingested", "Day of the ingest; default: today.")] = None,
    accept_smaller: Annotated[
        list[str] | None,
        typer.Option(
            "--accept-smaller", metavar="NAME", help="This source's table is right although it has fewer rows (may be repeated)."
        ),
    ] = None,
    layer: Layer = "",
    json: Json = None,
) -> None:
    """Ingest the project's tables and account for every row.

    A source whose table is missing, empty or unreadable is named, and the others are ingested. The exit code is then 4. So it is for a table
    with clearly fewer rows than before, with clearly too many in quarantine, or probably delivered again under other ids. It is 1 if nearly all rows are in
    quarantine or a damaged file of the history could not be rebuilt, and 3 if the privacy door refused a source.
    """
    from riskmodel.records.intake import ingest as run

    project = current.project().layer(layer)
    now = today(project)
    if ingested is not None:
        _check_ingested(project, ingested, now)
    with progress("Ingesting") as tell:
        report = run(
            project,
            now if ingested is None else ingested,
            tuple(source or ()),
            tell,
            os.environ,
            smaller=tuple(accept_smaller or ()),
        )
    result = {"sources": [asdict(one) for one in report.sources], "total": asdict(report.total()), "manifest": report.manifest}
    result |= {"alerts": [asdict(one) for one in report.alerts], "absent": list(report.absent)}
    result |= {"rebuilt": list(report.rebuilt), "damaged": list(report.damaged), "shapeless": list(report.shapeless)}
    result["later"] = list(report.later)
    spans = _spans(project) if report.manifest else ()
    result["spans"] = list(spans)
    emit(result, json, "\n".join([repr(report), *(f"Note: {one}" for one in spans)]))
    if report.exit_code:
        raise typer.Exit(report.exit_code)


def _spans(project: Project) -> tuple[str, ...]:
    """Return the gaps of sources, and begins and ends that differ.

    A damaged history has none; other commands say what is damaged.
    """
    from riskmodel.base.errors import RiskmodelError
    from riskmodel.forecasts.source_spans import history_spans
    from riskmodel.records.store import HistoryStore, stored_history

    answers = [one.name for one in project.table.sources if one.answers]
    try:
        return history_spans(stored_history(HistoryStore(project.path(project.table.history))), answers)
    except RiskmodelError:
        return ()


def _check_ingested(project: Project, day: int, now: int) -> None:
    """Refuse a future day that would remove records too early.

    Raises
    ------
    RefusedError
        If ``day`` is after today and a source has ``keep_days``.
    """
    from riskmodel.base.days import to_iso
    from riskmodel.base.errors import refused

    kept = [one.name for one in project.table.sources if one.keep_days is not None]
    if day > now and kept:
        why = (
            f"that day has not come yet, and rows of {', '.join(kept)} that must still be kept (keep_days) would be lost for good"
        )
        raise refused(f"The ingest of {to_iso(day)}", why, "Give a day up to today")


@command("riskmodel quarantine --source police")
def quarantine(
    source: Annotated[str | None, typer.Option(metavar="NAME", help="Only this source.")] = None,
    examples: Annotated[int, typer.Option(metavar="NUMBER", min=0, help="Rows shown of each reason.")] = 3,
    layer: Layer = "",
    json: Json = None,
) -> None:
    """List quarantined rows with reasons, remedies and examples."""
    from riskmodel.records.intake import read_quarantine

    report = read_quarantine(current.project().layer(layer), source, examples)
    emit(report.to_json(), json, repr(report))


@command("riskmodel backup /backups/county")
def backup(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="Folder of the backup; files that it holds are not copied again.")
    ],
    json: Json = None,
) -> None:
    """Back up the whole project and check every copied file.

    Settings, features, experiments, history, database, models, looks and lists, as they are at one moment; other commands may run. Tables of
    sources are not copied. Models, scores, manifests, looks and lists that are missing or damaged are named, with exit code 4; their whole copies in an earlier
    backup in DIR are kept.
    """
    from riskmodel.operations.project_backup import back_up_project

    project = current.project()
    done = back_up_project(project, folder.absolute(), today(project))
    lines = [f"Backed up to {folder}: {done!r}"]
    lines += [f"The path of {key!r} is outside the project; restored, it is {path!r}." for key, path in done.moved.items()]
    if done.left_out:
        lines.append(f"Not in the backup: the tables of {', '.join(done.left_out)}, which stay where they are.")
    emit(done.to_json(), json, "\n".join((*lines, *done.faults)))
    if done.faults:
        raise typer.Exit(4)


@command("riskmodel prune")
def prune(
    remove: Annotated[
        bool, typer.Option("--remove", help="Remove it; without this, the command only says what it would remove.")
    ] = False,
    json: Json = None,
) -> None:
    """Remove old files that can be made again, or say which.

    These are the files of old nights in the outbox that the ledger gives again byte for byte, what backtests and policies keep to be quicker the next time,
    notes of rejected answers, and what stopped runs left. How old, is set in [retention]. Receivers' folders, the history, the ledger and registered
    versions are never touched.
    """
    from riskmodel.operations.nightly import seconds
    from riskmodel.operations.retention import prune_project

    project = current.project()
    done = prune_project(project, today(project), seconds(), remove)
    emit(done.to_json(), json, repr(done))


@command("riskmodel restore /backups/county mycounty")
def restore(
    folder: Annotated[Path, typer.Argument(metavar="BACKUP", help="Folder that 'riskmodel backup' wrote.")],
    to: Annotated[
        Path | None,
        typer.Argument(metavar="DIR", help="New or empty folder for the whole project; without it, what the project lost."),
    ] = None,
    json: Json = None,
) -> None:
    """Restore a project from a backup.

    With DIR, the whole project is restored there. Without DIR, the selected project gets back what it lost: history, database (SQLite file or PostgreSQL) or
    registry. What is there is never overwritten. Nights and approvals that the restored database does not know are named.
    """
    from riskmodel.operations.project_restore import restore_lost, restore_project

    backup = folder.absolute()
    done = restore_lost(backup, current.project()) if to is None else restore_project(backup, to.absolute())
    emit(asdict(done), json, f"Restored from {folder}: {done!r}")
