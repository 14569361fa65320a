"""Statements about how far sources are complete.

They come from the project's table of exports, from the project file, or from the rows of a source.
"""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from jaxtyping import Int32, Int64

from riskmodel.base.days import ALWAYS, NEVER, to_day, to_iso
from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.nearest_names import nearest_names
from riskmodel.base.personal_data.safe_texts import safe_repr
from riskmodel.base.project import Project, Source
from riskmodel.records.history import ISOLATED_GAP, are_few, complete_through, regular_days
from riskmodel.records.intake.columns.date_column import UNREADABLE, read_days
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.readers.file_tables import read_table
from riskmodel.records.intake.rows.record_rows import RecordRows
from riskmodel.records.store import HistoryStore, state_coverage

Statements = Int64[np.ndarray, "statement 3"]
"""Complete from a day, through a day, as known on a day."""

UNHEARD: Statements = np.array([(int(NEVER), int(ALWAYS), int(ALWAYS))], dtype=np.int64)
"""Nothing is known of a source: it is complete on no day."""


def read_exports(project: Project) -> dict[str, Statements]:
    """Return the statements of the project's table of exports by source.

    They are in order of the day on which they were known, then of how far they reach.

    Raises
    ------
    UsageError
        If a row names no source or misspells one, or a date cannot be read.
    """
    exports = project.table.exports
    if exports is None:
        return {}
    columns = (exports.source, exports.since, exports.through, exports.known)
    table = read_table(project.path(exports.path), columns, project.table.time_zone, exports.encoding)
    zone = ZoneInfo(project.table.time_zone)
    days = np.column_stack([read_days(table.columns[name], zone) for name in columns[1:]]).astype(np.int64)
    source = table.columns[exports.source]
    for row in np.flatnonzero(source.codes < 0)[:1]:
        raise UsageError(f"Row {row + 1} of the table of exports names no source. Name it, or remove the row.")
    for row in np.flatnonzero((days >= UNREADABLE).any(axis=1))[:1]:
        name = source.values[source.codes[row]]
        known = any(name in one.names for one in project.table.sources)
        raise UsageError(
            f"Row {row + 1} of the table of exports has an unreadable date for {repr(name) if known else safe_repr(name)}. Write dates as YYYY-MM-DD, and an offset to UTC "
            "as +08:00."
        )
    _check_order(days, source)
    _refuse_misspelt(project, source.values)
    return {name: np.unique(days[source.codes == code][:, ::-1], axis=0)[:, ::-1] for code, name in enumerate(source.values)}


def _refuse_misspelt(project: Project, found: list[str]) -> None:
    """Refuse a name that is like that of a source without statements.

    The table may be about further sources, which the project does not read.
    """
    without = [one.name for one in project.table.sources if not set(one.names) & set(found)]
    known = {name for one in project.table.sources for name in one.names}
    for name in found:
        if name not in known and nearest_names(name, without, alike=0.75):
            raise unknown_name("source (named in the table of exports)", name, without)


def _check_order(days: Int64[np.ndarray, "row 3"], source: Column) -> None:
    """Refuse statements about days to come, and reversed ones.

    Raises
    ------
    UsageError
        Naming the source and the days.
    """
    since, through, known = days.T
    for faulty, why, day in (
        (through > known, "after its day of knowledge", known),
        (since > through, "before its first day", since),
    ):
        for row in np.flatnonzero(faulty)[:1]:
            name = source.values[source.codes[row]]
            raise UsageError(
                f"Row {row + 1} of the table of exports says that {name!r} is complete through {to_iso(through[row])}, which lies "
                f"{why} {to_iso(day[row])}. Correct its dates."
            )


def own_statement(source: Source, rows: RecordRows, day: int, before: int | None, whole: bool = True) -> Statements:
    """Return the statement about a source without rows of exports.

    It is that of the project file, or of the rows. A day to come in the project file is known on the day of the ingest, and counts
    through that day only.

    Parameters
    ----------
    rows
        The good rows of the source.
    day
        The day of the ingest.
    before
        The first day of earlier statements, if any.
    whole
        Whether the rows are those of a whole table, whose end can be judged, and not only new ones.
    """
    if not len(rows.known) and not source.through:
        return UNHEARD
    through = to_day(source.through) if source.through else _last_day(rows, whole)
    since = to_day(source.since) if source.since else _first_day(rows.occurred, before)
    return np.array([(since, through, min(through, day))], dtype=np.int64)


def _last_day(rows: RecordRows, whole: bool) -> int:
    """Return the day through which rows are complete."""
    heard = int(rows.known.max())
    return min(heard, complete_through(rows.occurred, rows.known)) if whole else heard


def state_unheard(store: HistoryStore, manifest: dict[str, Any], project: Project) -> None:
    """State that nothing is known of sources without any ingest.

    Answers are left out: a night states itself through which day it has them.
    """
    for source in project.table.sources:
        if not source.answers and not any(name in manifest["coverage"] for name in source.names):
            state_coverage(store, manifest, source.name, [_unheard_statement(source)])


def _unheard_statement(source: Source) -> dict[str, Any]:
    """Return the statement about a source that was never heard of."""
    ((since, through, known),) = UNHEARD.tolist()
    return {**_common(source), "since": since, "through": through, "known": known}


def _first_day(occurred: Int32[np.ndarray, " row"], before: int | None) -> int:
    """Return the first day on which rows occurred, without isolated ones.

    A few new rows that lie years before the first day of earlier statements are isolated as well.
    """
    days = np.sort(occurred).astype(np.int64)
    if before is not None and before < NEVER:
        early = days < before - ISOLATED_GAP
        # the rows of this ingest are few beside those before, whose number does not matter
        days = days[~early] if are_few(days[early], max(len(days), 9)) else days
        return min(int(days[0]), before) if len(days) else before
    return int(days[regular_days(days)[0]]) if len(days) else int(NEVER)


def new_statements(source: Source, stated: Statements, before: list[Any] | None) -> tuple[list[dict[str, Any]], list[Any]]:
    """Return the new statements about a source, and a note of all.

    Parameters
    ----------
    before
        The note of the last ingest: how many statements there were and their digest. If the first of ``stated`` are those, the
        others are new; else all are. So the stored statements need not be read.
    """
    common = _common(source)
    known = before[0] if before is not None and repeats_statements(source, stated, before) else 0
    # statements that were known on one day are made together
    while 0 < known < len(stated) and stated[known, 2] == stated[known - 1, 2]:
        known -= 1
    rows = [
        {**common, "since": since, "through": through, "known": known_on} for since, through, known_on in stated[known:].tolist()
    ]
    return rows, [len(stated), _digest(source, stated)]


def repeats_statements(source: Source, stated: Statements, before: list[Any] | None) -> bool:
    """Return whether statements begin with all those of the last ingest."""
    return before is not None and before[0] <= len(stated) and before[1] == _digest(source, stated[: before[0]])


def _common(source: Source) -> dict[str, Any]:
    """Return what every statement about a source holds."""
    period = {} if source.period == "day" else {"period": source.period.removesuffix("_end")}
    return {"kinds": list(source.produces()), "stale_after": source.stale_after, "label_delay": source.label_delay, **period}


def _digest(source: Source, stated: Statements) -> str:
    return sha256(canonical_json(_common(source)) + np.ascontiguousarray(stated).astype("<i8").tobytes())
