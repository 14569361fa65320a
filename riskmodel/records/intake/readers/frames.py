"""Frames of a notebook: pandas, polars or pyarrow."""

from __future__ import annotations

from typing import Any

from riskmodel.base.native_frames import frame_argument
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.privacy import check_columns
from riskmodel.records.intake.readers.arrow_columns import from_arrow
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.value_texts import value_texts


def read_frame(request: TableRequest, frame: Any) -> RawTable:
    """Return the wanted columns of a frame, checked by the privacy door.

    Raises
    ------
    UsageError
        If it has no rows and may not, lacks a column or has one twice, or a value is neither text nor number nor date.
    RefusedError
        If a column may not pass.
    """
    import pyarrow as pa

    check_columns(request.name, request.columns)
    table = frame_argument(frame, request.name, "ingest")
    there = table.select([column for column in request.columns if column in table.columns])
    columns = {}
    for column in there.columns:
        try:
            columns[column] = there[column].to_arrow()
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            columns[column] = value_texts(request.name, column, there[column].to_list(), request.time_zone)
    request.check_present(table.columns)
    return from_arrow(request, pa.table(columns))
