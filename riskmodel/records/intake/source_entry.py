"""The entry of a source in the manifest."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Int8

from riskmodel.base.errors import UsageError
from riskmodel.base.files import canonical_json, sha256
from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.kind_changes import KindChange, add_counts, judge_weeks
from riskmodel.records.intake.quarantine_table import quarantined_rows
from riskmodel.records.intake.readers.table_parts import table_parts
from riskmodel.records.intake.rows.acceptance import Acceptance
from riskmodel.records.intake.rows.cell_polygons import shapes_crs
from riskmodel.records.intake.rows.quarantine_reasons import QUARANTINE_REASONS, WRONG_FIELDS
from riskmodel.records.intake.statements import Statements, new_statements
from riskmodel.records.intake.upkeep.retries import RowBatch
from riskmodel.records.store import state_coverage


class FileState(NamedTuple):
    """What changes if a file is replaced or written."""

    path: Path
    number: int
    size: int
    written: int

    @classmethod
    def of(cls, path: Path) -> FileState:
        """Return the state of a file."""
        state = path.stat()
        return cls(path, state.st_ino, state.st_size, state.st_mtime_ns)


class SourceMark(NamedTuple):
    """A hash of all that the result of an ingest depends on.

    ``digest`` is None if a file is missing. ``whole`` says whether the hash includes all rows of the source. ``states`` are the files, as they
    were before they were read.
    """

    digest: str | None
    whole: bool
    states: tuple[FileState, ...] = ()


def source_mark(request: SourceRequest) -> SourceMark:
    """Return the mark of a source: its mapping, places and files."""
    source, project = request.source, request.project
    addresses = project.table.places.addresses
    unset = {name for name in ("dates", "decimal", "separator", "known_time_zone") if name not in source.model_fields_set}
    stated: list[Any] = [
        source.model_dump(exclude={"may_shrink", "may_quarantine", "deadline", *unset}),
        request.manifest["places"]["fingerprint"],
    ]
    files = []
    if source.columns.address is not None and addresses is not None:
        stated.append(addresses.model_dump())
        files.append(project.path(addresses.path))
    if source.columns.x is not None:
        stated.append(shapes_crs(project))
    whole = source.path is not None and request.ingest.frame is None
    if source.path is not None and whole:
        files += table_parts(project.path(source.path))
    if not all(path.is_file() for path in files):
        return SourceMark(None, False)
    states = tuple(map(FileState.of, files))
    return SourceMark(sha256(canonical_json(stated) + "".join(map(sha256, files)).encode()), whole, states)


def refuse_changed_files(mark: SourceMark) -> None:
    """Refuse a table that was written while it was read.

    Raises
    ------
    UsageError
        If a file is not as it was before: what was read may be a part of it, or of two tables.
    """
    for state in mark.states:
        if FileState.of(state.path) != state:
            raise UsageError(
                f"The table {state.path.name!r} was written or replaced while it was read, so what was read may not be whole. Wait until its sender is done. "
                "A sender does best to write under another name and to rename the file once it is complete."
            )


def first_kept_day(request: SourceRequest) -> dict[str, int]:
    """Return the entry's part about the first day that is kept."""
    return {} if request.source.keep_days is None else {"limit": request.limit}


def add_statements(request: SourceRequest, stated: Statements, before: Any) -> list[Any]:
    """Add new statements about a source to the manifest.

    A note of all statements is returned. The next ingest compares its statements with the note.
    """
    fresh, note = new_statements(request.source, stated, before)
    if fresh:
        state_coverage(request.store, request.manifest, request.name, fresh)
    return note


def first_stated_day(request: SourceRequest) -> int | None:
    """Return the first day of the statements about a source, if any.

    Manifests of earlier versions do not hold it.
    """
    return request.manifest["coverage"].get(request.name, {}).get("since")


def store_quarantine(request: SourceRequest, batch: RowBatch, reason: Int8[np.ndarray, " row"]) -> Counter[str]:
    """Store the quarantined rows of a source.

    Reason to number of waiting rows is returned.
    """
    import pyarrow as pa

    refused = quarantined_rows(request.columns, request.masks, batch.table, reason)
    rest = {name: entry for name, entry in request.manifest["quarantine"].items() if name != request.name}
    tables = [table for table in (batch.waiting, refused) if table is not None]
    if tables:
        rest[request.name] = request.store.write_table("quarantine", request.name, pa.concat_tables(tables).combine_chunks())
    request.manifest["quarantine"] = rest
    return Counter(batch.waiting["reason"].to_pylist() if batch.waiting is not None else ())


def reason_counts(batch: RowBatch, reason: Int8[np.ndarray, " row"]) -> Counter[str]:
    """Return reason for quarantine to number of rows, in order."""
    counts = Counter(
        {QUARANTINE_REASONS[i]: int(n) for i, n in enumerate(np.bincount(reason, minlength=len(QUARANTINE_REASONS))) if i and n}
    )
    if len(batch.table.broken):
        counts[WRONG_FIELDS] = len(batch.table.broken)
    return counts


def counted_weeks(
    request: SourceRequest, batch: RowBatch, accepted: Acceptance, before: Any
) -> tuple[dict[str, Any] | None, tuple[KindChange, ...]]:
    """Return the updated weekly counts, and sudden changes in them."""
    rows = batch.rows
    # under another mapping the kinds mean something else: the past is counted from the table as well
    chosen, before = (accepted.reason == 0, None) if accepted.remapped.any() else (accepted.accept, before)
    chosen = chosen & ~rows.withdrawn
    monthly = request.source.period == "month"
    weekly = add_counts(before, rows.kinds, rows.kind[chosen], rows.known[chosen], monthly)
    stated = request.manifest["coverage"].get(request.name)
    day = request.ingest.day
    through = stated["last"] if stated and stated["last"] is not None else day - 1
    return weekly, judge_weeks(weekly, min(through, day), monthly)
