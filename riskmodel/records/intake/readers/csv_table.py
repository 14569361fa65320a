"""CSV files, plain or compressed, in any encoding that Python knows."""

from __future__ import annotations

import csv
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from jaxtyping import Int64

from riskmodel.base.errors import UsageError, empty_table
from riskmodel.base.plurals import counted
from riskmodel.records.intake.readers.csv_file import CountedFile, ends_inside_a_character, is_utf8, opened
from riskmodel.records.intake.readers.csv_lines import swallowed_rows
from riskmodel.records.intake.readers.table_request import TableRequest

if TYPE_CHECKING:
    import pyarrow as pa

_BLOCKS = tuple(1 << power for power in (20, 25, 28, 30))
"""Sizes of blocks in bytes; a larger one is tried where a field does not fit."""
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars", "^": "carets", "~": "tildes"}
"""Signs between the fields, and what they are called."""


def read_csv(path: Path, request: TableRequest, encoding: str) -> tuple[pa.Table, Int64[np.ndarray, " broken"]]:
    """Return the wanted columns of a CSV file, and its broken rows.

    Returns
    -------
    table
        The columns as text, without the broken rows.
    broken
        Numbers (from 1) of the rows with a wrong number of fields.

    Raises
    ------
    UsageError
        If it cannot be decoded or read, lacks a column or has one twice, or a field holds rows of the table.
    """
    if not is_utf8(path, encoding):
        raise _undecodable(path, encoding)
    for block in _BLOCKS:
        with _faults(path, encoding):
            try:
                names, read = _read_with(path, request, encoding, block)
                break
            except _FieldTooLongError:
                # the columns that are not wanted are parsed, too
                continue
    else:
        with _faults(path, encoding):
            _refuse_swallowed(path, encoding, request.separator)
        raise UsageError(
            f"The table {path.name!r} has a line of more than {_BLOCKS[-1] >> 20:,} MB, which is more than riskmodel reads. Leave its "
            "longest column out of the export, or write Parquet."
        )
    if read.lines > read.table.num_rows + len(read.broken) + 1:
        with _faults(path, encoding):
            _refuse_swallowed(path, encoding, request.separator)
    _refuse_other_separator(path, request, names)
    request.check_present(names)
    return read.table, read.broken


def _refuse_other_separator(path: Path, request: TableRequest, names: list[str]) -> None:
    """Refuse a header that has the wanted columns with another separator."""
    wanted = set(request.columns)
    if wanted <= set(names):
        return
    header = request.separator.join(names)
    for sign, shown in SEPARATORS.items():
        if sign != request.separator and wanted <= {name.strip(' "') for name in header.split(sign)}:
            raise UsageError(
                f"The fields of the table {path.name!r} are separated by {shown}. Set separator = {_written(sign)} of the source in "
                "riskmodel.toml; of another table than a source, export it with commas."
            )


def _written(sign: str) -> str:
    """Return a sign as riskmodel.toml has it."""
    return '"\\t"' if sign == "\t" else f"'{sign}'"


class _FieldTooLongError(Exception):
    """A field is longer than a block."""


class _Rows(NamedTuple):
    """The rows of a file, its broken rows and number of lines."""

    table: pa.Table
    broken: Int64[np.ndarray, " broken"]
    lines: int


def _read_with(path: Path, request: TableRequest, encoding: str, block: int) -> tuple[list[str], _Rows]:
    """Return the names of all columns and the rows, read in blocks.

    Raises
    ------
    _FieldTooLongError
        If a field is longer than a block.
    """
    import pyarrow as pa

    try:
        names = _header(path, encoding, block, request.separator)
        known = [_known_name(name, request) for name in names]
        request.check_once(known)
        return known, _rows(path, request, encoding, names, block)
    except pa.ArrowInvalid as error:
        # a header that is longer than a block looks like no header
        if "straddl" in str(error) or ("Empty CSV" in str(error) and path.stat().st_size > block):
            raise _FieldTooLongError from None
        raise


def _header(path: Path, encoding: str, block: int, separator: str) -> list[str]:
    """Return the names of all columns."""
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    read = arrow_csv.ReadOptions(encoding=encoding, block_size=block)
    parse = arrow_csv.ParseOptions(delimiter=separator, invalid_row_handler=lambda row: "skip", newlines_in_values=True)
    with opened(path) as file, arrow_csv.open_csv(pa.PythonFile(file, mode="r"), read_options=read, parse_options=parse) as table:
        return table.schema.names


def _known_name(name: str, request: TableRequest) -> str:
    """Return a name, without spaces around it if that is wanted."""
    plain = name.strip(" \t\u00a0\ufeff")
    return plain if name not in request.columns and plain in request.columns else name


def _rows(path: Path, request: TableRequest, encoding: str, names: list[str], block: int) -> _Rows:
    """Return the wanted columns as text, and the broken rows."""
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    convert = _text_options(request, names)
    numbers: list[int | None] = []

    def skip(row: Any) -> str:
        numbers.append(row.number)
        return "skip"

    def read(threads: bool) -> tuple[pa.Table, int]:
        with CountedFile(path, request.progress) as counted:
            table = arrow_csv.read_csv(
                pa.PythonFile(counted, mode="r"),
                read_options=arrow_csv.ReadOptions(encoding=encoding, use_threads=threads, block_size=block),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=request.separator, invalid_row_handler=skip, newlines_in_values=True
                ),
                convert_options=convert,
            )
            return table, counted.lines

    table, lines = read(threads=True)
    if numbers:
        # arrow numbers rows only when one thread reads
        numbers.clear()
        table, lines = read(threads=False)
    table = table.rename_columns([_known_name(name, request) for name in table.column_names])
    # arrow counts the header as row 1
    return _Rows(table, np.array([number - 1 for number in numbers if number is not None], dtype=np.int64), lines)


def _refuse_swallowed(path: Path, encoding: str, separator: str) -> None:
    """Refuse a file with a field that holds rows of the table."""
    with opened(path) as file, io.TextIOWrapper(file, encoding, errors="replace", newline="\n") as text:
        header = csv.reader(text, delimiter=separator)
        columns = len(next(header, []))
        found = swallowed_rows(chain([""] * header.line_num, text), columns, separator)
    if found:
        first = found[0]
        more = f" and {counted(len(found) - 1, 'more such field')}" if len(found) > 1 else ""
        raise UsageError(
            f"The table {path.name!r} has a field that covers the lines {first.line:,} to {first.line + first.lines - 1:,} "
            f"({first.lines:,} lines){more}, and rows of the table stand inside: a quotation mark is missing. Correct line "
            f"{first.line:,}, or export the table again with all quotation marks doubled."
        )


def _text_options(request: TableRequest, names: list[str]) -> Any:
    """Return options to read text columns, with empty fields as null."""
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    return arrow_csv.ConvertOptions(
        strings_can_be_null=True,
        null_values=[""],
        quoted_strings_can_be_null=True,
        column_types=dict.fromkeys(names, pa.string()),
        include_columns=[name for name in dict.fromkeys(names) if _known_name(name, request) in request.columns] or names[:1],
    )


@contextmanager
def _faults(path: Path, encoding: str) -> Iterator[None]:
    """Raise the faults of a file without its data, which pyarrow quotes."""
    import pyarrow as pa

    try:
        yield
    except (UnicodeDecodeError, LookupError):
        raise _undecodable(path, encoding) from None
    except pa.ArrowInvalid as error:
        if "Empty CSV" in str(error):
            raise empty_table(path.name) from None
        if "UTF8" in str(error) or "decode" in str(error):
            raise _undecodable(path, encoding) from None
        raise UsageError(f"The source table {path.name!r} cannot be read as CSV: {_first(error)} Export it again.") from None
    except csv.Error:
        raise UsageError(f"The source table {path.name!r} cannot be read as CSV. Export it again.") from None
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"The source table {path.name!r} cannot be read: {_first(error)} Export it again.") from None


def _first(error: Exception) -> str:
    """Return the kind of fault without the data that pyarrow quotes."""
    return str(error).split(":", 2)[0].strip() + "."


def _undecodable(path: Path, encoding: str) -> UsageError:
    if ends_inside_a_character(path, encoding):
        return UsageError(f"The source table {path.name!r} ends in the middle of a character: it is cut off. Export it again.")
    return UsageError(
        f"The source table {path.name!r} is not encoded in {encoding}. Set 'encoding' of the source in riskmodel.toml, "
        "for instance to 'gb18030', or save the file as UTF-8."
    )
