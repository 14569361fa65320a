"""Frames of a notebook: pandas, polars or pyarrow."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from riskmodel.base.native_frames import frame_argument
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.privacy import check_columns
from riskmodel.records.intake.readers.arrow_columns import from_arrow
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.value_texts import value_texts

if TYPE_CHECKING:
    import pyarrow as pa


def read_frame(request: TableRequest, frame: Any) -> RawTable:
    """Return the wanted columns of a frame, checked by the privacy door.

    Raises
    ------
    UsageError
        If it has no rows and may not, lacks a column or has one twice, or a value is neither text nor number nor date.
    RefusedError
        If a column may not pass.
    """
    check_columns(request.name, request.columns)
    table = frame_argument(frame, "frame", "ingest_frame")
    there = frame_columns(request.name, table, request.columns, request.zone_of)
    request.check_present(table.columns)
    return from_arrow(request, there)


def in_utc(_column: str) -> str:
    """Return UTC, the zone of every column."""
    return "UTC"


def frame_columns(name: str, table: Any, columns: Sequence[str], zone_of: Callable[[str], str] = in_utc) -> pa.Table:
    """Return the named columns of a table, and nothing else.

    An index and remarks of pandas, which would be written to a file with it, stay behind.

    Parameters
    ----------
    name
        Name of the table in messages.
    zone_of
        Returns the time zone of the days of instants in a column of several types.

    Raises
    ------
    UsageError
        If a value is neither text nor number nor date.
    """
    import pyarrow as pa

    found = {}
    for column in columns:
        if column not in table.columns:
            continue
        try:
            found[column] = _arrow(table[column])
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            found[column] = value_texts(name, column, table[column].to_list(), zone_of(column))
    return pa.table(found)


def _arrow(column: Any) -> Any:
    """Return a column of narwhals as an arrow array.

    Instants with a zone go as those of UTC, since pyarrow takes them from pandas by a way that pandas warns of.
    """
    import narwhals as nw
    import pyarrow as pa

    zone = getattr(column.dtype, "time_zone", None)
    if zone is None or column.implementation is not nw.Implementation.PANDAS:
        return column.to_arrow()
    found = column.dt.convert_time_zone("UTC").dt.replace_time_zone(None).to_arrow()
    return found.cast(pa.timestamp(found.type.unit, tz=zone))
