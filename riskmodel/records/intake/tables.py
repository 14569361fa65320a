"""Source tables in columns of text, after the privacy door: only the mapped columns, nothing guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int32, Int64

from riskmodel.base.errors import UsageError, empty_table, missing_columns, missing_file
from riskmodel.records.intake.hashing import text_hashes, withheld
from riskmodel.records.intake.privacy import check_columns, check_values

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """A text column, each different value once (ids as they come): row ``i`` holds ``values[codes[i]]``; code -1 is an empty field.

    ``alike`` are codes whose values look like a number of a person by chance; they are never shown or written.
    """

    codes: Int32[np.ndarray, " row"]
    texts: pa.Array | list[str]
    alike: frozenset[int] = frozenset()

    @cached_property
    def values(self) -> list[str]:
        """The values that the codes name."""
        return self.texts if isinstance(self.texts, list) else self.texts.to_pylist()

    @cached_property
    def array(self) -> pa.Array:
        """The values as an arrow array, in which whole columns are looked at at once."""
        import pyarrow as pa

        return pa.array(self.texts, pa.string()) if isinstance(self.texts, list) else self.texts

    def bytes(self) -> tuple[Any, Any, Any]:
        """Where each value starts, how many bytes it has, and the bytes, for whole columns to be read at once."""
        _, offset_buffer, data = self.array.buffers()
        count = len(self.array)
        offsets = np.frombuffer(offset_buffer, dtype=np.int32, count=count + 1, offset=4 * self.array.offset).astype(np.int64)
        content = np.frombuffer(data, dtype=np.uint8) if data is not None else np.zeros(0, np.uint8)
        return offsets[:-1], np.diff(offsets), content

    def map(self, function: Any, empty: Any, dtype: Any) -> Any:
        """``function`` of every value as an array ``[row]``; ``empty`` where the field is empty."""
        return self.spread([function(value) for value in self.values], empty, dtype)

    def spread(self, mapped: Any, empty: Any, dtype: Any) -> Any:
        """What stands in ``mapped`` for every value as an array ``[row]``; ``empty`` where the field is empty."""
        whole = np.empty(len(self.texts) + 1, dtype=dtype)
        whole[:-1] = mapped
        whole[-1] = empty
        return whole[self.codes]

    def hashes(self) -> Any:
        """The hash of every row's text, 0 where it is empty."""
        return self.spread(text_hashes(self.array), 0, np.uint64)

    def take(self, rows: Any) -> Column:
        """The rows at ``rows``, or where it is true."""
        return Column(self.codes[rows], self.texts, self.alike)

    def shown(self, rows: Any) -> list[str | None]:
        """The texts at ``rows`` as they may be shown and kept."""
        import pyarrow as pa

        hashed = text_hashes([self.values[code] for code in sorted(self.alike)]) if self.alike else ()
        hidden = {code: withheld(int(one)) for code, one in zip(sorted(self.alike), hashed, strict=True)}
        codes = self.codes[rows]
        there = self.array.take(pa.array(np.maximum(codes, 0))).to_pylist() if len(self.texts) else [None] * len(codes)
        return [None if code < 0 else hidden.get(int(code), text) for code, text in zip(codes, there, strict=True)]

    def join(self, other: Column) -> Column:
        """The rows of this column, then those of ``other``."""
        count = len(self.values)
        codes = np.concatenate([self.codes, np.where(other.codes < 0, -1, other.codes + count)]).astype(np.int32)
        return Column(codes, self.values + other.values, self.alike | {code + count for code in other.alike})


def joined_column(columns: list[Column], by: str = " | ") -> Column:
    """Several columns as one: values joined with ``by``; empty where one of them is."""
    if len(columns) == 1:
        return columns[0]
    codes = np.zeros(len(columns[0].codes), dtype=np.int64)
    empty = np.zeros(len(codes), dtype=bool)
    for column in columns:
        codes = codes * (len(column.values) + 1) + column.codes
        empty |= column.codes < 0
    _, first, back = np.unique(codes, return_index=True, return_inverse=True)
    values = [by.join(column.values[column.codes[row]] for column in columns) if not empty[row] else "" for row in first]
    return Column(np.where(empty, -1, back).astype(np.int32), values)


_THREADS = 4
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}[ T]\d{2}:\d{2}:\d{2}")
NO_ROWS = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class RawTable:
    """The mapped columns of a source table; ``broken`` are the numbers (from 1) of rows with a wrong number of fields."""

    rows: int
    columns: dict[str, Column]
    broken: Int64[np.ndarray, " broken"] = field(default_factory=lambda: NO_ROWS)
    numbers: Int64[np.ndarray, " row"] | None = None

    @property
    def whole(self) -> int:
        """How many rows are not broken."""
        return self.rows - len(self.broken)

    def row_numbers(self) -> Int64[np.ndarray, " row"]:
        """The number in the table, from 1, of every row that is not broken."""
        if self.numbers is not None:
            return self.numbers
        return np.delete(np.arange(1, self.rows + 1, dtype=np.int64), self.broken - 1)

    def take(self, keep: Any) -> RawTable:
        """The rows where ``keep`` is true, and the broken ones."""
        columns = {name: column.take(keep) for name, column in self.columns.items()}
        return RawTable(int(keep.sum()) + len(self.broken), columns, self.broken, self.row_numbers()[keep])

    def only(self, wanted: Mapping[str, tuple[str, ...]]) -> RawTable:
        """The rows whose columns hold one of the ``wanted`` values, column by column; the others are not this source's."""
        if not wanted:
            return self
        keep = np.ones(self.whole, dtype=bool)
        for name, values in wanted.items():
            keep &= self.columns[name].map(lambda v, values=values: v in values, False, bool)
        return self.take(keep)

    def join(self, other: RawTable) -> RawTable:
        """These rows, then those of ``other``, a table with the same columns."""
        return RawTable(
            self.rows + other.rows,
            {name: column.join(other.columns[name]) for name, column in self.columns.items()},
            np.concatenate([self.broken, other.broken]),
            np.concatenate([self.row_numbers(), other.row_numbers()]),
        )


def read_table(
    path: Path,
    wanted: tuple[str, ...],
    encoding: str = "utf-8",
    time_zone: str = "UTC",
    codes: Collection[str] = (),
    sheet: str | None = None,
    tell: Callable[[int, int], None] = lambda rows, total: None,
) -> RawTable:
    """The ``wanted`` columns of the table at ``path``: CSV (``.csv``, ``.csv.gz``), Parquet or a spreadsheet (``.xlsx``).

    Parameters
    ----------
    time_zone
        Where the days of timestamps that carry a zone are counted.
    codes
        Those of the columns that hold ids (see :mod:`riskmodel.records.intake.privacy`).
    sheet
        The sheet of a spreadsheet; its first if None.
    tell
        Called with the rows read so far and about how many there are, perhaps from another thread.

    Raises
    ------
    UsageError
        If the file is missing, empty, of another kind, wrongly encoded, or lacks a column or has one twice.
    RefusedError
        If a column may not come in.
    """
    check_columns(path.name, wanted)
    if not path.is_file():
        raise missing_file("source table", path, "Correct its path in riskmodel.toml, or provide the export.")
    broken = NO_ROWS
    if path.suffix == ".parquet":
        from riskmodel.records.intake.parquet import read_parquet

        table = read_parquet(path, wanted)
    elif path.name.endswith((".csv", ".csv.gz")):
        from riskmodel.records.intake.delimited import read_csv

        table, broken = read_csv(path, wanted, encoding, tell)
    elif path.suffix == ".xlsx":
        from riskmodel.records.intake.xlsx import read_xlsx

        table = read_xlsx(path, wanted, sheet)
    else:
        raise UsageError(f"The source table {path.name!r} is of an unknown kind. Expected .csv, .csv.gz, .parquet or .xlsx.")
    tell(table.num_rows, table.num_rows)
    return from_arrow(path.name, table, wanted, broken, time_zone, codes)


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
        return Column(codes, pc.fill_null(values, ""))  # pyright: ignore[reportAttributeAccessIssue]
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
