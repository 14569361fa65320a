"""Statements about how far a source is complete: of the project's table of exports, of the project, or read off its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import ALWAYS, to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.project import Project, Source
from riskmodel.records.intake.columns.date_column import UNREADABLE, read_days
from riskmodel.records.intake.readers.file_tables import read_table
from riskmodel.records.intake.rows.record_rows import RecordRows

Statements = Int64[np.ndarray, "statement 3"]
"""Complete since a day, through a day, as known on a day."""


def read_exports(project: Project) -> dict[str, Statements]:
    """The statements about each source in the project's table of exports, in order of the day on which they were known.

    Raises
    ------
    UsageError
        If a date cannot be read.
    """
    from zoneinfo import ZoneInfo

    exports = project.table.exports
    if exports is None:
        return {}
    columns = (exports.source, exports.since, exports.through, exports.known)
    table = read_table(project.path(exports.path), columns, exports.encoding, project.table.time_zone)
    zone = ZoneInfo(project.table.time_zone)
    days = np.column_stack([read_days(table.columns[name], zone) for name in columns[1:]]).astype(np.int64)
    source = table.columns[exports.source]
    for row in np.flatnonzero((days >= UNREADABLE).any(axis=1))[:1]:
        name = source.values[source.codes[row]] if source.codes[row] >= 0 else ""
        raise UsageError(f"The table of exports has an unreadable date for {name!r}. Write dates as YYYY-MM-DD.")
    # by the day on which it was known, then by how far it reaches
    return {name: np.unique(days[source.codes == code][:, ::-1], axis=0)[:, ::-1] for code, name in enumerate(source.values)}


def statements(source: Source, rows: RecordRows, good: Any, exports: Mapping[str, Statements]) -> Statements:
    """What is stated about the completeness of ``source``, whose ``rows`` were read."""
    if source.name in exports:
        return exports[source.name]
    last = int(rows.known[good].max()) if good.any() else int(ALWAYS)
    since = to_day(source.since) if source.since else int(rows.occurred[good].min()) if good.any() else int(ALWAYS)
    through = to_day(source.through) if source.through else last
    return np.array([(since, through, through)], dtype=np.int64)


def news(source: Source, stated: Statements, before: list[Any] | None) -> tuple[list[dict[str, Any]], list[Any]]:
    """Those of the statements that were not made before, and what to keep so that the next ingest can tell.

    Parameters
    ----------
    before
        What was kept: how many statements there were and their digest. Where the first of now are those, the others are news;
        else all are, so that what is stored need not be read.
    """
    feed = {"kinds": list(source.produces()), "stale_after": source.stale_after, "label_delay": source.label_delay}

    def digest(count: int) -> str:
        return sha256(canonical_json(feed) + np.ascontiguousarray(stated[:count]).astype("<i8").tobytes())

    known = before[0] if before is not None and before[0] <= len(stated) and before[1] == digest(before[0]) else 0
    # statements that were known on one day are made together
    while 0 < known < len(stated) and stated[known, 2] == stated[known - 1, 2]:
        known -= 1
    rows = [
        {**feed, "since": since, "through": through, "known": known_on} for since, through, known_on in stated[known:].tolist()
    ]
    return rows, [len(stated), digest(len(stated))]
