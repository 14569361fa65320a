"""Source tables into columns of text: CSV and Parquet, only the mapped columns, nothing guessed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int32

from riskmodel.base.errors import UsageError, empty_table, missing_columns, missing_file
from riskmodel.records.intake.privacy import check_columns, check_values

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Column:
    """A text column, each different value once: row ``i`` holds ``values[codes[i]]``; code -1 is an empty field."""

    codes: Int32[np.ndarray, " row"]
    values: list[str]

    def map(self, function: Any, empty: Any, dtype: Any) -> Any:
        """``function`` of every value as an array ``[row]``; ``empty`` where the field is empty."""
        mapped = np.array([*(function(value) for value in self.values), empty], dtype=dtype)
        return mapped[self.codes]


def joined_column(columns: list[Column]) -> Column:
    """Several columns as one: values joined with `` | ``; empty where one of them is."""
    codes = np.zeros(len(columns[0].codes), dtype=np.int64)
    empty = np.zeros(len(codes), dtype=bool)
    for column in columns:
        codes = codes * (len(column.values) + 1) + column.codes
        empty |= column.codes < 0
    unique, first, back = np.unique(codes, return_index=True, return_inverse=True)
    values = [" | ".join(column.values[column.codes[row]] for column in columns) if not empty[row] else "" for row in first]
    return Column(np.where(empty, -1, back).astype(np.int32), values)


@dataclass(frozen=True)
class RawTable:
    """The mapped columns of a source table; ``broken`` counts rows whose number of fields was wrong."""

    rows: int
    columns: dict[str, Column]
    broken: int = 0

    def only(self, wanted: Mapping[str, tuple[str, ...]]) -> RawTable:
        """The rows whose columns hold one of the ``wanted`` values, column by column; the others are not this source's."""
        if not wanted:
            return self
        keep = np.ones(self.rows - self.broken, dtype=bool)
        for name, values in wanted.items():
            keep &= self.columns[name].map(lambda v, values=values: v in values, False, bool)
        columns = {name: Column(column.codes[keep], column.values) for name, column in self.columns.items()}
        return RawTable(int(keep.sum()) + self.broken, columns, self.broken)


def read_table(path: Path, wanted: tuple[str, ...], encoding: str = "utf-8", time_zone: str = "UTC") -> RawTable:
    """The ``wanted`` columns of the CSV (``.csv``, ``.csv.gz``) or Parquet (``.parquet``) table at ``path``.

    Parameters
    ----------
    time_zone
        Where the days of timestamps that carry a zone are counted.

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
    if path.suffix == ".parquet":
        table, broken = _parquet(path, wanted)
    elif path.name.endswith((".csv", ".csv.gz")):
        table, broken = _csv(path, wanted, encoding)
    else:
        raise UsageError(f"The source table {path.name!r} is of an unknown kind. Expected .csv, .csv.gz or .parquet.")
    return from_arrow(path.name, table, wanted, broken, time_zone)


def from_arrow(name: str, table: pa.Table, wanted: tuple[str, ...], broken: int = 0, time_zone: str = "UTC") -> RawTable:
    """The ``wanted`` columns of an arrow table, after the privacy door."""
    if table.num_rows + broken == 0:
        raise empty_table(name)
    lacking = [column for column in wanted if column not in table.column_names]
    if lacking:
        raise missing_columns(name, lacking, table.column_names)
    _check_once(name, wanted, table.column_names)
    columns = {}
    for column in wanted:
        columns[column] = _encode(name, column, table[column], time_zone)
        check_values(name, column, columns[column].values)
    return RawTable(table.num_rows + broken, columns, broken)


def _check_once(name: str, wanted: tuple[str, ...], there: list[str]) -> None:
    twice = [column for column in wanted if there.count(column) > 1]
    if twice:
        raise UsageError(f"The table {name!r} has the mapped column {twice[0]!r} more than once. Rename one in the export.")


def _encode(table: str, name: str, column: Any, time_zone: str) -> Column:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = column.cast(pa.timestamp(column.type.unit, time_zone))
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        column = pc.strftime(column, format="%Y-%m-%d")  # pyright: ignore[reportAttributeAccessIssue]
    elif not pa.types.is_string(column.type) and not pa.types.is_floating(column.type):
        try:
            column = column.cast(pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise UsageError(
                f"The column {name!r} of the table {table!r} has the type {column.type}. Expected text, numbers or dates; "
                "convert it in the export."
            ) from None
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    values = [_text(value) for value in encoded.dictionary.to_pylist()]
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    blank = [i for i, value in enumerate(values) if value == ""]
    if blank:
        codes[np.isin(codes, blank)] = -1
    return Column(codes, values)


def _text(value: str | float) -> str:
    """A value as text: a whole float without a fraction, so that a column says the same with and without empty fields."""
    if isinstance(value, str):
        return value.strip()
    return "" if value != value else str(int(value)) if float(value).is_integer() else repr(value)


def _parquet(path: Path, wanted: tuple[str, ...]) -> tuple[Any, int]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        there = pq.read_schema(path).names
        _check_once(path.name, wanted, there)
        return pq.read_table(path, columns=[column for column in wanted if column in there] or there[:1]), 0
    except (pa.ArrowInvalid, OSError):
        raise UsageError(f"The source table {path.name!r} is not a Parquet file. Export it again.") from None


def _csv(path: Path, wanted: tuple[str, ...], encoding: str) -> tuple[Any, int]:
    import pyarrow as pa
    import pyarrow.csv as csv

    broken: list[int] = []

    def count_broken(row: Any) -> str:
        broken.append(1)
        return "skip"

    def skip_broken(row: Any) -> str:
        return "skip"

    options = csv.ConvertOptions(strings_can_be_null=True, null_values=[""], quoted_strings_can_be_null=True)
    try:
        with csv.open_csv(
            path,
            read_options=csv.ReadOptions(encoding=encoding, block_size=1 << 20),
            parse_options=csv.ParseOptions(invalid_row_handler=skip_broken, newlines_in_values=True),
        ) as opened:
            names = opened.schema.names
        _check_once(path.name, wanted, names)
        options.column_types = dict.fromkeys(names, pa.string())
        options.include_columns = [column for column in wanted if column in names] or names[:1]
        table = csv.read_csv(
            path,
            read_options=csv.ReadOptions(encoding=encoding, use_threads=True),
            parse_options=csv.ParseOptions(invalid_row_handler=count_broken, newlines_in_values=True),
            convert_options=options,
        )
    except (UnicodeDecodeError, LookupError):
        raise _undecodable(path, encoding) from None
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            raise empty_table(path.name) from None
        if "UTF8" in str(error) or "decode" in str(error):
            raise _undecodable(path, encoding) from None
        raise UsageError(f"The source table {path.name!r} cannot be read as CSV: {_first(error)} Export it again.") from None
    except OSError as error:
        raise UsageError(f"The source table {path.name!r} cannot be read: {_first(error)} Export it again.") from None
    lacking = [column for column in wanted if column not in names]
    if lacking:
        raise missing_columns(path.name, lacking, names)
    return table, len(broken)


def _first(error: Exception) -> str:
    """The kind of fault without the data that pyarrow quotes after it."""
    return str(error).split(":", 2)[0].strip() + "."


def _undecodable(path: Path, encoding: str) -> UsageError:
    return UsageError(
        f"The source table {path.name!r} is not encoded in {encoding}. Set 'encoding' of the source in riskmodel.toml, "
        "for instance to 'gb18030'."
    )
