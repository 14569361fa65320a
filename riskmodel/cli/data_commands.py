"""Commands about data: ingest, quarantine, backup, restore, check."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from riskmodel.cli.app import command
from riskmodel.cli.context import current, today
from riskmodel.cli.options import Json, Layer, complete_word, day_option
from riskmodel.cli.output import console_width, emit, progress

if TYPE_CHECKING:
    from riskmodel.base.project import Project
    from riskmodel.base.texts import Language
    from riskmodel.operations.champion_notes import ChampionNotes
    from riskmodel.operations.nightly import Undelivered


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

    A source whose table is missing, empty or unreadable is named, and the others are ingested. The exit code is then 4, as for a table
    with clearly fewer rows than before or clearly too many in quarantine, or one that was probably delivered again under other ids; 1 if nearly all are in quarantine, or a damaged file of the
    history could not be rebuilt; 3 if the privacy door refused a source.
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
    examples: Annotated[int, typer.Option(min=0, help="Rows shown of each reason.")] = 3,
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
    sources are not copied.
    """
    from riskmodel.operations.project_backup import back_up_project

    project = current.project()
    done = back_up_project(project, folder.absolute(), today(project))
    lines = [f"Backed up to {folder}: {done!r}"]
    lines += [f"The path of {key!r} is outside the project; restored, it is {path!r}." for key, path in done.moved.items()]
    if done.left_out:
        lines.append(f"Not in the backup: the tables of {', '.join(done.left_out)}, which stay where they are.")
    emit(done.to_json(), json, "\n".join(lines))


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

    With DIR, the whole project is restored there. Without, the history, database (SQLite file or PostgreSQL) or registry that the selected project
    lost; what is there is never overwritten, and nights and approvals that the restored database does not know are named.
    """
    from riskmodel.operations.project_restore import restore_lost, restore_project

    backup = folder.absolute()
    done = restore_lost(backup, current.project()) if to is None else restore_project(backup, to.absolute())
    emit(asdict(done), json, f"Restored from {folder}: {done!r}")


@command("riskmodel check --as-of 2026-01-01 --page check.html")
def check(
    as_of: Annotated[
        int | None,
        day_option("--as-of", "Day on which sources must be up to date; default: the last knowledge, or today without any."),
    ] = None,
    page: Annotated[Path | None, typer.Option(metavar="FILE", help="Also write the report as one HTML page to FILE.")] = None,
    language: Annotated[
        str,
        typer.Option(
            metavar="zh|en", help="Language; default: that of the project's lists.", autocompletion=complete_word("zh", "en")
        ),
    ] = "",
    layer: Layer = "",
    json: Json = None,
) -> None:
    """Check data quality; exit code 4 if a source needs attention.

    Findings come first, then the sources and notes on the champions.
    """
    from riskmodel.asof.target import last_knowledge
    from riskmodel.base.days import to_iso
    from riskmodel.base.files import write_bytes
    from riskmodel.records.check import check_history, check_page, check_terminal
    from riskmodel.records.store import HistoryStore, stored_history

    project = current.project().layer(layer)
    spoken = _language(project, language)
    store = HistoryStore(project.path(project.table.history))
    history = stored_history(store)
    day = as_of if as_of is not None else last_knowledge(history) or today(project)
    report = check_history(history, store.manifest(), day)
    waiting, models = _undelivered(current.project()), _champion_notes(current.project())
    lines = [
        f"{'NOT DELIVERED' if one.hold is None else 'WAITS'}: {to_iso(one.as_of)} {one.centre} is approved. {one.why}"
        for one in waiting
    ]
    lines += _model_lines(models, spoken)
    if page is not None:
        besides = [*_delivery_lines(current.project(), spoken), *_model_lines(models, spoken)]
        write_bytes(page.absolute(), check_page(report, history.kinds, project.table.title(spoken), spoken, besides))
    colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    result = {
        **report.to_json(),
        "models": [one.to_json() for one in models],
        "undelivered": [one.to_json() for one in waiting],
    }
    emit(result, json, "\n".join([check_terminal(report, spoken, console_width(), colour), *lines]), colour)
    if report.stale or report.alerts:
        raise typer.Exit(4)


def _champion_notes(project: Project) -> tuple[ChampionNotes, ...]:
    """Return the notes of the champions, or the registry's fault."""
    from riskmodel.base.errors import RiskmodelError
    from riskmodel.operations.champion_notes import ChampionNotes, champion_notes

    try:
        return champion_notes(project)
    except RiskmodelError as error:
        return (ChampionNotes("", 0, fault=str(error)),)


def _model_lines(models: Iterable[ChampionNotes], language: Language) -> list[str]:
    """Return a line for each note of a champion."""
    lines = []
    for one in models:
        of = f"{one.experiment} version {one.version}: " if one.experiment else ""
        lines += [f"MODEL: {of}{one.fault}"] if one.fault else []
        lines += [f"{'FAILED' if note.failed else 'MODEL'}: {of}{note.forecaster}: {note.text(language)}" for note in one.notes]
    return lines


def _undelivered(project: Project) -> tuple[Undelivered, ...]:
    """Return the approved lists that a receiver lacks."""
    from riskmodel.ledger import Ledger
    from riskmodel.operations.nightly import seconds, undelivered_lists

    return undelivered_lists(project, Ledger.of(project), seconds()) if Ledger.exists(project) else ()


def _delivery_lines(project: Project, language: Language) -> list[str]:
    """Return what is amiss with lists and deliveries, for the page."""
    from riskmodel.ledger import Ledger
    from riskmodel.operations.delivery_status import delivery_status
    from riskmodel.operations.nightly import seconds

    if not Ledger.exists(project):
        return []
    ledger = Ledger.of(project)
    with ledger.read() as book:
        if not book.nights.dates():
            return []
    items = delivery_status(project, ledger, today(project), seconds())
    return [f"{one.subject}{'：' if language == 'zh' else ': '}{one.said(language)} {one.remedy(language)}" for one in items]


def _language(project: Project, name: str) -> Language:
    """Return a language by name; the project's for an empty name."""
    from riskmodel.base.errors import unknown_name
    from riskmodel.base.texts import LANGUAGES

    languages: Mapping[str, Language] = {**{one: one for one in LANGUAGES}, "": project.table.warnings.language}
    if name not in languages:
        raise unknown_name("language", name, LANGUAGES)
    return languages[name]
