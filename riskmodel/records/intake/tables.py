"""Source tables into columns of text: CSV and Parquet, only the mapped columns, nothing guessed."""

from __future__ import annotations

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


@dataclass(frozen=True)
class RawTable:
    """The mapped columns of a source table; ``broken`` counts rows whose number of fields was wrong."""

    rows: int
    columns: dict[str, Column]
    broken: int = 0


def read_table(path: Path, wanted: tuple[str, ...], encoding: str = "utf-8") -> RawTable:
    """The ``wanted`` columns of the CSV (``.csv``, ``.csv.gz``) or Parquet (``.parquet``) table at ``path``.

    Raises
    ------
    UsageError
        If the file is missing, empty, of another kind, wrongly encoded, or lacks a column.
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
    return from_arrow(path.name, table, wanted, broken)


def from_arrow(name: str, table: pa.Table, wanted: tuple[str, ...], broken: int = 0) -> RawTable:
    """The ``wanted`` columns of an arrow table, after the privacy door."""
    if table.num_rows + broken == 0:
        raise empty_table(name)
    lacking = [column for column in wanted if column not in table.column_names]
    if lacking:
        raise missing_columns(name, lacking, table.column_names)
    columns = {column: _encode(table[column]) for column in wanted}
    for column, encoded in columns.items():
        check_values(name, column, encoded.values)
    return RawTable(table.num_rows + broken, columns, broken)


def _encode(column: Any) -> Column:
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type) or pa.types.is_date(column.type):
        column = pc.strftime(column, format="%Y-%m-%d")
    elif pa.types.is_floating(column.type):
        whole = pc.all(pc.equal(column, pc.floor(column))).as_py()
        column = column.cast(pa.int64()).cast(pa.string()) if whole else column.cast(pa.string())
    elif not pa.types.is_string(column.type):
        column = column.cast(pa.string())
    encoded = column.combine_chunks().dictionary_encode()
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    values = [value.strip() for value in encoded.dictionary.to_pylist()]
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    blank = [i for i, value in enumerate(values) if value == ""]
    if blank:
        codes[np.isin(codes, blank)] = -1
    return Column(codes, values)


def _parquet(path: Path, wanted: tuple[str, ...]) -> tuple[Any, int]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        there = pq.read_schema(path).names
        return pq.read_table(path, columns=[column for column in wanted if column in there] or there[:1]), 0
    except pa.ArrowInvalid:
        raise UsageError(f"The source table {path.name!r} is not a Parquet file. Export it again.") from None


def _csv(path: Path, wanted: tuple[str, ...], encoding: str) -> tuple[Any, int]:
    import pyarrow as pa
    import pyarrow.csv as csv

    broken = 0

    def count_broken(row: Any) -> str:
        nonlocal broken
        broken += 1
        return "skip"

    options = csv.ConvertOptions(strings_can_be_null=True, null_values=[""], quoted_strings_can_be_null=True)
    try:
        names = csv.open_csv(path, read_options=csv.ReadOptions(encoding=encoding, block_size=1 << 20)).schema.names
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
    lacking = [column for column in wanted if column not in names]
    if lacking:
        raise missing_columns(path.name, lacking, names)
    return table, broken


def _first(error: Exception) -> str:
    """The kind of fault without the data that pyarrow quotes after it."""
    return str(error).split(":", 2)[0].strip() + "."


def _undecodable(path: Path, encoding: str) -> UsageError:
    return UsageError(
        f"The source table {path.name!r} is not encoded in {encoding}. Set 'encoding' of the source in riskmodel.toml, "
        "for instance to 'gb18030'."
    )
