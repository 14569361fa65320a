"""Frames of a notebook: pandas, polars or pyarrow."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from riskmodel.base.errors import missing_columns
from riskmodel.records.intake.columns.text_column import RawTable
from riskmodel.records.intake.privacy.value_check import check_columns
from riskmodel.records.intake.readers.arrow_columns import from_arrow, texts


def read_frame(
    name: str, frame: Any, wanted: tuple[str, ...], time_zone: str, codes: Collection[str], empty: bool = False
) -> RawTable:
    """The ``wanted`` columns of a frame, through the same door as a file; ``empty`` says that it may have no rows.

    Raises
    ------
    UsageError
        If it has no rows and may not, lacks a column or has one twice, or a value is neither text nor number nor date.
    RefusedError
        If a column may not come in.
    """
    import narwhals as nw
    import pyarrow as pa

    check_columns(name, wanted)
    table = nw.from_native(frame, eager_only=True)
    there = table.select([column for column in wanted if column in table.columns])
    columns = {}
    for column in there.columns:
        try:
            columns[column] = there[column].to_arrow()
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError):
            columns[column] = texts(name, column, there[column].to_list(), time_zone)
    lacking = [column for column in wanted if column not in columns]
    if lacking:
        raise missing_columns(name, lacking, table.columns)
    return from_arrow(name, pa.table(columns), wanted, time_zone=time_zone, codes=codes, empty=empty)
