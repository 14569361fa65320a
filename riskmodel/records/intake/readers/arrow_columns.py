"""Wanted columns of arrow tables, checked by the privacy door."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.errors import UsageError, empty_table
from riskmodel.records.intake.columns.raw_table import NO_ROWS, RawTable
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.privacy import check_values
from riskmodel.records.intake.readers.table_request import TableRequest
from riskmodel.records.intake.readers.value_texts import number_texts, plain_array

if TYPE_CHECKING:
    import pyarrow as pa

_THREADS = 4
_SMALL = 10_000
"""Rows below which threads cost more than they save."""
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}")


def from_arrow(request: TableRequest, table: pa.Table, broken: Any = NO_ROWS, numbers: Any = None) -> RawTable:
    """Return wanted columns of an arrow table, checked by the privacy door.

    Parameters
    ----------
    broken
        Numbers (from 1) of rows with a wrong number of fields, which ``table`` lacks.
    numbers
        Number (from 1) of every row of ``table`` in its file; consecutive numbers if None.

    Raises
    ------
    UsageError
        If it has no rows and may not, lacks a column, has one twice, or has one of another type than text, numbers or dates.
    RefusedError
        If a value may not pass.
    """
    if table.num_rows + len(broken) == 0 and not request.may_be_empty:
        raise empty_table(request.name)
    request.check_present(table.column_names)
    request.check_once(table.column_names)

    def read(name: str) -> Column:
        is_id = name in request.ids
        encoded = _encoded(request.name, name, _plain_type(request, name, table[name]), is_id, name in request.amounts)
        column = Column(encoded.codes, encoded.texts, check_values(request.name, name, encoded.array, is_id))
        # ids are judged by rows; those of which an id has several repeat
        return column.distinct() if is_id and _repeats(column) else column

    if table.num_rows < _SMALL:
        columns = {name: read(name) for name in request.columns}
    else:
        # arrow releases the interpreter's lock; of several faults the first column's is raised
        with ThreadPoolExecutor(_THREADS) as pool:
            columns = dict(zip(request.columns, pool.map(read, request.columns), strict=True))
    return RawTable(table.num_rows + len(broken), columns, np.asarray(broken, dtype=np.int64), numbers)


def _plain_type(request: TableRequest, name: str, column: Any) -> Any:
    """Return a column as one array of text, numbers or days."""
    import pyarrow as pa

    pc = arrow_compute()
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = pc.local_timestamp(column.cast(pa.timestamp(column.type.unit, request.zone_of(name))))
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        # there are fewer days than instants
        column = column.cast(pa.date32(), safe=False)
    elif not any(is_one(column.type) for is_one in (pa.types.is_string, pa.types.is_floating, pa.types.is_decimal)):
        try:
            column = column.cast(pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise UsageError(
                f"The column {name!r} of the table {request.name!r} has the type {column.type}. Expected text, numbers or dates; "
                "convert it in the export."
            ) from None
    column = column.combine_chunks()
    # some versions of arrow keep the one chunk
    return column.chunk(0) if isinstance(column, pa.ChunkedArray) else column


def _encoded(table: str, name: str, column: Any, is_id: bool, is_amount: bool) -> Column:
    """Return an array as a text column, each different value once.

    Ids and instants, nearly all of which differ, are kept in their order: to look for repeats would cost more.
    """
    import pyarrow as pa

    pc = arrow_compute()
    if pa.types.is_string(column.type) and len(column) and (is_id or _are_instants(column)):
        return _in_order(column)
    encoded = column.dictionary_encode()
    dictionary = encoded.dictionary
    if pa.types.is_date(dictionary.type):
        dictionary = pc.strftime(dictionary, format="%Y-%m-%d")
    if pa.types.is_string(dictionary.type):
        values = plain_array(dictionary, groups=is_amount)
    else:
        values = number_texts(table, name, dictionary)
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    blank = np.flatnonzero(pc.equal(values, "").to_numpy(zero_copy_only=False))
    if len(blank):
        codes[np.isin(codes, blank)] = -1
    return Column(codes, values)


def _in_order(column: pa.Array) -> Column:
    """Return a string array as a text column with codes in order."""
    pc = arrow_compute()
    values = plain_array(column)
    empty = pc.fill_null(pc.equal(values, ""), True).to_numpy(zero_copy_only=False)
    codes = np.arange(len(column), dtype=np.int32)
    codes[empty] = -1
    return Column(codes, pc.fill_null(values, ""))


def _repeats(column: Column) -> bool:
    """Return whether a column begins with values that mostly repeat."""
    first = column.array.slice(0, 1_000)
    return len(first.unique()) <= len(first) // 2


def _are_instants(column: pa.Array) -> bool:
    """Return whether a column begins with instants that mostly differ."""
    first = column.slice(0, 1_000).drop_null()
    return len(first) > 500 and len(first.unique()) > len(first) // 2 and _INSTANT.fullmatch(first[0].as_py()) is not None
