"""Ingest: from the project's source tables to the stored history, with an account of every row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.base.days import to_day
from riskmodel.base.errors import unknown_name
from riskmodel.base.project import Project, Source
from riskmodel.records.ingest_lock import ingest_lock
from riskmodel.records.intake.ingest_report import IngestReport
from riskmodel.records.intake.place_sources.project_places import read_places
from riskmodel.records.intake.rows.cell_locator import CellLocator
from riskmodel.records.intake.source_ingest import Run
from riskmodel.records.intake.statements import Statements, read_exports
from riskmodel.records.intake.upkeep.renames import refuse_gone
from riskmodel.records.store import HistoryStore, empty_history, remove_expired

Progress = Callable[[str, float], None]
"""Called with what is being done, in words, and the share of the ingest that is done; perhaps from another thread."""

_READING = 0.7
"""The share of a source's time that reading takes, for the display of progress."""


@checked(project="Project")
def ingest(
    project: Project,
    ingested: str | int,
    sources: Sequence[str] = (),
    progress: Progress | None = None,
    environment: Mapping[str, str] | None = None,
) -> IngestReport:
    """Take the project's source tables in.

    Every source is its own step: its part and quarantine are written, then one manifest is swapped in. A table that is the
    same as at its last ingest, under the same mapping and places, is not read again; of a database or portal only what is new
    is read, and what was quarantined is tried again once the mapping or the places have changed. After a mapping is mended the
    same rows are taken in, once.

    Parameters
    ----------
    ingested
        The day of the ingest; rows known later than that are quarantined.
    sources
        Names of the sources to take; all that are neither given as frames nor answers if empty.
    environment
        Environment variables, of which the project may name those with addresses of databases and tokens.

    Raises
    ------
    UsageError
        If a table, column or setting is faulty; sources before it have been taken in whole, this one not at all.
    RefusedError
        If something may not come in.
    """
    named = {source.name: source for source in project.table.sources}
    for name in sources:
        if name not in named:
            raise unknown_name("source", name, named)
    chosen = [named[name] for name in sources] or [one for one in project.table.sources if not (one.frame or one.answers)]
    return _run(project, chosen, ingested, environment or {}, progress=progress or (lambda what, share: None))


def ingest_frame(project: Project, source: str, frame: Any, ingested: str | int) -> IngestReport:
    """Take a frame (pandas, polars or pyarrow) in as the table of ``source``, through the same door as a file.

    Raises
    ------
    UsageError
        If there is no such source, or the frame, a column or a setting is faulty.
    RefusedError
        If something may not come in.
    """
    named = {one.name: one for one in project.table.sources}
    if source not in named:
        raise unknown_name("source", source, named)
    return _run(project, [named[source]], ingested, {}, frame)


def ingest_answers(project: Project, answers: Any, ingested: str | int, *, since: int, through: int) -> IngestReport:
    """Take the desk's answers in as the rows of every source of the project that is made of them.

    Answers name cells of lists, and lists are made of the places that the history has: the tables of places are not read again.
    While another ingest runs, this one waits.

    Parameters
    ----------
    answers
        A frame of all answers with the columns id, cell, outcome, occurred and known, and what a source's ``only`` names. None of
        them need have come in.
    ingested
        The day of the ingest.
    since, through
        The days from and through which the frame holds every answer; that is known on the last of them.

    Raises
    ------
    UsageError
        If a column or setting is faulty, or nothing was ingested before.
    RefusedError
        If something may not come in.
    """
    chosen = [source for source in project.table.sources if source.answers]
    stated = np.array([(since, through, through)], dtype=np.int64)
    return _run(project, chosen, ingested, {}, answers, {source.name: stated for source in chosen})


def _run(
    project: Project,
    chosen: Sequence[Source],
    ingested: str | int,
    environment: Mapping[str, str],
    frame: Any = None,
    stated: Mapping[str, Statements] | None = None,
    progress: Progress = lambda what, share: None,
) -> IngestReport:
    """Take the ``chosen`` sources in; where statements about them are given, in the places that the history has."""
    store = HistoryStore(project.path(project.table.history))
    # a night does not fail for an ingest that takes long
    with ingest_lock(store.folder, wait=stated is not None):
        store.clear_unfinished()
        progress("places", 0.0)
        manifest = store.manifest()
        if stated is None:
            places, stated = read_places(project), read_exports(project)
        elif manifest["places"] is None:
            raise empty_history()
        else:
            places = store.places(manifest)
        refuse_gone(store, manifest, project, places)
        manifest["places"] = store.write_places(places)
        manifest["kinds"] = [[name, kind.model_dump()] for name, kind in project.table.kinds.items()]
        run = Run(
            project, store, manifest, to_day(ingested), CellLocator(places.index, project, places), stated, environment, frame
        )
        reports = []
        for at, source in enumerate(chosen):
            progress(source.name, at / len(chosen))

            def tell(rows: int, total: int, source: Source = source, at: int = at) -> None:
                of = f" of about {total:,}" if total > rows else ""
                share = _READING * min(rows / total, 1.0) if total else 0.0
                progress(f"{source.name}: {rows:,}{of} rows", (at + share) / len(chosen))

            reports.append(run.take(source, tell))
        progress("done", 1.0)
        report = IngestReport(tuple(reports), store.commit(manifest))
        store.clear_known_ids(manifest)
        if any(one.removed for one in reports):
            remove_expired(store)
        return report
