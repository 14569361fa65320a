"""Arrow tables into columns of text, through the privacy door: only the mapped columns, nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import UsageError, empty_table, missing_columns
from riskmodel.records.intake.columns.text_column import NO_ROWS, Column, RawTable
from riskmodel.records.intake.privacy.value_check import check_values

if TYPE_CHECKING:
    import pyarrow as pa

_THREADS = 4
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}")


def from_arrow(
    name: str,
    table: pa.Table,
    wanted: tuple[str, ...],
    broken: Any = NO_ROWS,
    time_zone: str = "UTC",
    codes: Collection[str] = (),
    empty: bool = False,
) -> RawTable:
    """The ``wanted`` columns of an arrow table, after the privacy door; ``empty`` says that it may have no rows."""
    if table.num_rows + len(broken) == 0 and not empty:
        raise empty_table(name)
    lacking = [column for column in wanted if column not in table.column_names]
    if lacking:
        raise missing_columns(name, lacking, table.column_names)
    check_once(name, wanted, table.column_names)

    def read(column: str) -> Column:
        encoded = _encode(name, column, table[column], time_zone, column in codes)
        return Column(encoded.codes, encoded.texts, check_values(name, column, encoded.array, column in codes))

    # arrow works without the interpreter's lock; of several faults the first column's is told
    with ThreadPoolExecutor(_THREADS) as pool:
        columns = dict(zip(wanted, pool.map(read, wanted), strict=True))
    return RawTable(table.num_rows + len(broken), columns, np.asarray(broken, dtype=np.int64))


def check_once(name: str, wanted: Sequence[str], there: list[str]) -> None:
    """Refuse a table in which a mapped column stands twice."""
    twice = [column for column in wanted if there.count(column) > 1]
    if twice:
        raise UsageError(f"The table {name!r} has the mapped column {twice[0]!r} more than once. Rename one in the export.")


def texts(table: str, name: str, values: Sequence[Any], time_zone: str) -> pa.Array:
    """Values of any type that a database, a spreadsheet or JSON gives as an arrow column of text.

    Raises
    ------
    UsageError
        If a value is neither text nor a number nor a date.
    """
    import pyarrow as pa

    read: dict[type, Callable[[Any], str | None]] = {}
    found: list[str | None] = []
    for value in values:
        kind = type(value)
        if kind not in read:
            read[kind] = _reader(table, name, value, time_zone)
        found.append(read[kind](value))
    return pa.array(found, pa.string())


def _reader(table: str, name: str, value: Any, time_zone: str) -> Callable[[Any], str | None]:
    from datetime import date, datetime
    from decimal import Decimal
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(time_zone)
    if value is None:
        return lambda v: None
    if isinstance(value, (bool, np.bool_)):
        return lambda v: "true" if v else "false"
    if isinstance(value, str):
        return lambda v: v
    if isinstance(value, (int, np.integer)):
        return lambda v: str(int(v))
    if isinstance(value, (float, np.floating)):
        return lambda v: _text(float(v))
    if isinstance(value, Decimal):
        return lambda v: _text(float(v)) if v != v.to_integral_value() or not v.is_finite() else str(int(v))
    if isinstance(value, datetime):
        return lambda v: (v if v.tzinfo is None else v.astimezone(zone)).date().isoformat()
    if isinstance(value, date):
        return lambda v: v.isoformat()
    raise UsageError(
        f"The column {name!r} of the table {table!r} has a value of the type {type(value).__name__}. Expected text, numbers or "
        "dates; convert it in the export."
    )


def _encode(table: str, name: str, column: Any, time_zone: str, different: bool) -> Column:
    """A column as text, each different value once, unless nearly all values are ``different`` or instants anyway."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = pc.local_timestamp(column.cast(pa.timestamp(column.type.unit, time_zone)))  # pyright: ignore[reportAttributeAccessIssue]
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        # there are fewer days than instants
        column = column.cast(pa.date32(), safe=False)
    elif not pa.types.is_string(column.type) and not pa.types.is_floating(column.type):
        try:
            column = column.cast(pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise UsageError(
                f"The column {name!r} of the table {table!r} has the type {column.type}. Expected text, numbers or dates; "
                "convert it in the export."
            ) from None
    column = column.combine_chunks()
    if isinstance(column, pa.ChunkedArray):
        # chunks of a plain type are combined to one array in all versions of arrow but the oldest
        column = column.chunk(0)
    if pa.types.is_string(column.type) and len(column) and (different or _are_instants(column)):
        values = pc.utf8_trim_whitespace(column)  # pyright: ignore[reportAttributeAccessIssue]
        empty = pc.fill_null(pc.equal(values, ""), True).to_numpy(zero_copy_only=False)  # pyright: ignore[reportAttributeAccessIssue]
        codes = np.arange(len(column), dtype=np.int32)
        codes[empty] = -1
        return Column(codes, pc.fill_null(values, ""))
    encoded = column.dictionary_encode()
    dictionary = encoded.dictionary
    if pa.types.is_date(dictionary.type):
        dictionary = pc.strftime(dictionary, format="%Y-%m-%d")  # pyright: ignore[reportAttributeAccessIssue]
    if pa.types.is_string(dictionary.type):
        values = pc.utf8_trim_whitespace(dictionary)  # pyright: ignore[reportAttributeAccessIssue]
    else:
        values = pa.array([_text(value) for value in dictionary.to_pylist()], pa.string())
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    blank = np.flatnonzero(pc.equal(values, "").to_numpy(zero_copy_only=False))  # pyright: ignore[reportAttributeAccessIssue]
    if len(blank):
        codes[np.isin(codes, blank)] = -1
    return Column(codes, values)


def _are_instants(column: pa.Array) -> bool:
    """Whether a column begins with different instants; it is read as it is then, for looking for repeats would cost more."""
    first = column.slice(0, 1_000).drop_null()
    return len(first) > 500 and len(first.unique()) > len(first) // 2 and _INSTANT.fullmatch(first[0].as_py()) is not None


def _text(value: float) -> str:
    """A number as text: a whole one without a fraction, so that a column says the same with and without empty fields."""
    return "" if value != value else str(int(value)) if float(value).is_integer() else repr(value)
