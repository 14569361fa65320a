"""Ingests of a project's sources, with an account of every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.base.days import DateLike, day_argument
from riskmodel.base.errors import RiskmodelError, unknown_name
from riskmodel.base.name_arguments import names_argument
from riskmodel.base.project import Project, Source
from riskmodel.records.ingest_lock import ingest_lock
from riskmodel.records.intake.failed_ingests import failed_everywhere, recorded_for_all, try_source
from riskmodel.records.intake.ingest_report import IngestReport, SourceReport
from riskmodel.records.intake.ingest_request import IngestRequest, ReadAnswers, SourceRequest
from riskmodel.records.intake.place_sources.project_places import cells_without_shape, read_places
from riskmodel.records.intake.readers.table_request import RowProgress
from riskmodel.records.intake.rows.cell_locator import CellLocator
from riskmodel.records.intake.statements import Statements, read_exports, state_unheard
from riskmodel.records.intake.upkeep.renames import refuse_removed
from riskmodel.records.places import Places
from riskmodel.records.source_alerts import keep_alerts, source_alerts
from riskmodel.records.store import (
    HistoryStore,
    drop_later,
    empty_history,
    files_of,
    note_verified,
    remove_expired,
    verify_files,
)

Progress = Callable[[str, float], None]
"""Progress callback: what is being done, in words, and the share of the ingest that is done.

It may be called from another thread.
"""

_READING = 0.7
"""The share of a source's time that reading takes, for the display of progress."""


def no_ingest_progress(_what: str, _share: float) -> None:
    """Report no progress."""


@checked(project="Project")
def ingest(
    project: Project,
    ingested: DateLike,
    sources: Sequence[str] = (),
    progress: Progress | None = None,
    environment: Mapping[str, str] | None = None,
    smaller: Sequence[str] = (),
    wait: bool = False,
) -> IngestReport:
    """Ingest the sources of a project.

    Each source is a step of its own: its part and quarantine are written, then the manifest with them becomes current. A table that
    is the same as at its last ingest, under the same mapping and places, is not read again. Of a database or portal only what is
    new is read, and quarantined rows are tried again once the mapping or the places have changed: then they are accepted, once.

    Parameters
    ----------
    project, ingested
        The project, and the day of the ingest; rows known later than that are quarantined.
    sources
        Names of the sources to ingest; all that are neither given as frames nor answers if empty.
    progress, environment
        Callback with a label and the share that is done, and environment variables, of which the project may name those with addresses and tokens.
    smaller
        Names of sources whose table is right although it has clearly fewer rows than at the last ingest.
    wait
        Whether to wait while another ingest runs; else that is an error.

    Returns
    -------
    IngestReport
        What became of the rows of each source: accepted, duplicates, quarantined with reasons; alerts; the exit code.

    Raises
    ------
    UsageError
        If a setting is faulty, or the only source. A source whose table is missing, empty, unreadable or refused is not ingested at
        all: the report and the manifest name it, and the others are ingested. If all fail, the error has all messages.
    RefusedError
        Likewise, if something may not pass the privacy door.

    Examples
    --------
    >>> rm.ingest(project, "2023-10-30")
    frame: 0 = 0 accepted + 0 duplicates + 0 quarantined (unchanged since the last ingest)
    total: 0 = 0 accepted + 0 duplicates + 0 quarantined
    """
    named = {source.name: source for source in project.table.sources}
    sources, smaller = names_argument(sources, "sources", "ingest"), names_argument(smaller, "smaller", "ingest")
    for name in (*sources, *smaller):
        if name not in named:
            raise unknown_name("source", name, named)
    chosen = [named[name] for name in sources] or [one for one in project.table.sources if not (one.frame or one.answers)]
    inputs = _Inputs(environment or {}, progress=progress or no_ingest_progress, smaller=frozenset(smaller), waits=wait)
    return _run(project, chosen, ingested, inputs)


@checked(project="Project", source="str")
def ingest_frame(project: Project, source: str, frame: Any, ingested: DateLike) -> IngestReport:
    """Ingest a frame as the table of a source.

    It passes the same checks as a file.

    Parameters
    ----------
    project, source
        The project, and the name of the source.
    frame
        A frame of pandas, polars or pyarrow with the columns that the source names.
    ingested
        The day of the ingest; rows known later than that are quarantined.

    Returns
    -------
    IngestReport
        What became of the rows.

    Raises
    ------
    UsageError
        If there is no such source, or the frame, a column or a setting is faulty.
    RefusedError
        If something may not pass the privacy door.

    Examples
    --------
    >>> rm.ingest_frame(project, "frame", frame, "2023-10-30")
    frame: 600 = 0 accepted + 600 duplicates + 0 quarantined
    total: 600 = 0 accepted + 600 duplicates + 0 quarantined
    """
    named = {one.name: one for one in project.table.sources}
    if source not in named:
        raise unknown_name("source", source, named)
    return _run(project, [named[source]], ingested, _Inputs(frame=frame))


def ingest_answers(project: Project, answers: ReadAnswers, ingested: DateLike, *, since: int, through: int) -> IngestReport:
    """Ingest the desk's answers.

    They are the rows of every source with ``answers = true``. Answers name cells of lists, and lists consist of the places of the history: the tables of places are not read again. While
    another ingest runs, this one waits.

    Parameters
    ----------
    answers
        Returns a frame of the answers after a cursor (None: all), and the cursor of the next ingest. The frame has the columns id, cell,
        outcome, occurred and known, and those in a source's ``only``; it may have no rows.
    ingested
        The day of the ingest.
    since, through
        The days from and through which there is every answer. Of each day since the last ingest it was known on that day that
        the answers are complete through it, also where no night ran.

    Raises
    ------
    UsageError
        If a column or setting is faulty, or nothing was ingested before.
    RefusedError
        If something may not pass the privacy door.
    """
    chosen = [source for source in project.table.sources if source.answers]
    store, day = HistoryStore(project.path(project.table.history)), day_argument(ingested, "ingested", "ingest")
    manifest, stated = store.manifest(), {}
    for name in (source.name for source in chosen):
        drop_later(store, manifest, name, day - 1)
        before = manifest["coverage"]
        days = range(min(through, 1 + (before.get(name, {}).get("last") or since - 1)), through + 1)
        stated[name] = np.array([(since, day, day) for day in days], dtype=np.int64)
    return _run(project, chosen, ingested, _Inputs(answers=answers, stated=stated, waits=True))


@dataclass(frozen=True, eq=False)
class _Inputs:
    """What a caller gives besides the project, and damaged files.

    ``stated`` holds the statements about answers; the places are then those of the history. ``waits``: whether to wait while another ingest runs.
    """

    environment: Mapping[str, str] = field(default_factory=dict)
    frame: Any = None
    answers: ReadAnswers | None = None
    stated: Mapping[str, Statements] | None = None
    progress: Progress = no_ingest_progress
    damaged: frozenset[str] = frozenset()
    smaller: frozenset[str] = frozenset()
    waits: bool = False


def _run(project: Project, chosen: Sequence[Source], ingested: DateLike, inputs: _Inputs) -> IngestReport:
    """Ingest the chosen sources under the lock of the history."""
    store, day = HistoryStore(project.path(project.table.history)), day_argument(ingested, "ingested", "ingest")
    with ingest_lock(store.folder, wait=inputs.waits):
        store.clear_unfinished()
        inputs.progress("places", 0.0)
        manifest = store.manifest()
        verified = verify_files(store, manifest)
        started = manifest["places"] is not None
        with recorded_for_all(store, project, [] if inputs.stated is not None else [one.name for one in chosen], day):
            request = _request(project, store, day, replace(inputs, damaged=verified.damaged), manifest)
        reports, errors = _ingest_each(request, chosen, inputs)
        inputs.progress("done", 1.0)
        if errors and not reports:
            # the first ingest leaves nothing if it fails
            if started:
                store.commit(request.manifest)
            raise failed_everywhere(list(errors.values()))
        shapeless = tuple(cells_without_shape(request.locator.places)) if request.locator.places is not None else ()
        identity = store.commit(request.manifest)
        if inputs.stated is None:
            note_verified(store, request.manifest, verified.notes)
        failed = tuple(one for one in source_alerts(request.manifest) if one.source in errors)
        report = IngestReport(tuple(reports), identity, failed, *_damage(request, reports), shapeless, request.later)
        store.clear_known_ids(request.manifest)
        if any(one.removed for one in reports):
            remove_expired(store)
        return report


def _ingest_each(
    request: IngestRequest, chosen: Sequence[Source], inputs: _Inputs
) -> tuple[list[SourceReport], dict[str, RiskmodelError]]:
    """Ingest sources one after the other.

    Returns the reports, and source to error of those that failed.
    """
    keep_alerts(request.manifest, {one.name for one in request.project.table.sources})
    reports: list[SourceReport] = []
    errors: dict[str, RiskmodelError] = {}
    for at, source in enumerate(chosen):
        report, error = try_source(SourceRequest(request, source, _row_progress(inputs.progress, source.name, at, len(chosen))))
        if error is not None:
            errors[source.name] = error
        if report is not None:
            reports.append(report)
    return reports, errors


def _damage(request: IngestRequest, reports: Sequence[SourceReport]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return shared files that were rebuilt, and files still damaged."""
    of_sources = {file for one in reports for file in one.rebuilt}
    named = dict(files_of(request.manifest))
    left = {file for file in request.damaged & set(named) if not request.store.is_intact({"file": file, "sha256": named[file]})}
    return tuple(sorted(request.damaged - of_sources - left)), tuple(sorted(left))


def _request(project: Project, store: HistoryStore, day: int, inputs: _Inputs, manifest: dict[str, Any]) -> IngestRequest:
    """Return what all sources share.

    Its manifest has the current places and kinds of the project.
    """
    if inputs.stated is None:
        places, stated = read_places(project), read_exports(project)
        later = tuple(sorted(name for name, rows in stated.items() if (rows[:, 2] > day).any()))
        stated = {name: rows[rows[:, 2] <= day] for name, rows in stated.items()}
    else:
        places, stated, later = _stored_places(store, manifest), inputs.stated, ()
        for name in stated:
            drop_later(store, manifest, name, day - 1)
    refuse_removed(store, manifest, project, places)
    manifest["places"] = store.write_places(places, manifest["places"])
    manifest["kinds"] = [[name, kind.model_dump()] for name, kind in project.table.kinds.items()]
    state_unheard(store, manifest, project)
    return IngestRequest(
        project, store, manifest, day, CellLocator(places.index, project, places), stated, inputs.environment,
        later=later, damaged=inputs.damaged, frame=inputs.frame, smaller=inputs.smaller, answers=inputs.answers,
    )  # fmt: skip


def _stored_places(store: HistoryStore, manifest: Mapping[str, Any]) -> Places:
    """Return the places of the history."""
    if manifest["places"] is None:
        raise empty_history()
    return store.places(manifest)


def _row_progress(progress: Progress, source: str, number: int, count: int) -> RowProgress:
    """Report the start of a source, and return its callback for rows.

    It is source ``number`` of ``count``.
    """
    progress(source, number / count)

    def report(rows: int, total: int) -> None:
        of = f" of about {total:,}" if total > rows else ""
        share = _READING * min(rows / total, 1.0) if total else 0.0
        progress(f"{source}: {rows:,}{of} rows", (number + share) / count)

    return report
