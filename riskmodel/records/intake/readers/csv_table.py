"""CSV files, plain or compressed, in any encoding that Python knows."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int64

from riskmodel.base.errors import UsageError, empty_table
from riskmodel.records.intake.readers.table_request import RowProgress, TableRequest

if TYPE_CHECKING:
    import pyarrow as pa


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
        If it cannot be decoded or read, or lacks a column or has one twice.
    """
    if not _is_utf8(path, encoding):
        raise _undecodable(path, encoding)
    with _faults(path, encoding):
        names = _header(path, encoding)
        request.check_once(names)
        table, broken = _rows(path, request, encoding, names)
    request.check_present(names)
    return table, broken


def _header(path: Path, encoding: str) -> list[str]:
    """Return the names of all columns."""
    import pyarrow.csv as csv

    read = csv.ReadOptions(encoding=encoding, block_size=1 << 20)
    parse = csv.ParseOptions(invalid_row_handler=lambda row: "skip", newlines_in_values=True)
    with csv.open_csv(path, read_options=read, parse_options=parse) as opened:
        return opened.schema.names


def _rows(path: Path, request: TableRequest, encoding: str, names: list[str]) -> tuple[pa.Table, Any]:
    """Return the wanted columns as text, and the broken rows."""
    import pyarrow as pa
    import pyarrow.csv as csv

    convert = _text_options(request, names)
    numbers: list[int | None] = []

    def skip(row: Any) -> str:
        numbers.append(row.number)
        return "skip"

    def read(threads: bool) -> pa.Table:
        with _CountedFile(path, request.progress) as counted:
            return csv.read_csv(
                pa.PythonFile(counted, mode="r"),
                read_options=csv.ReadOptions(encoding=encoding, use_threads=threads),
                parse_options=csv.ParseOptions(invalid_row_handler=skip, newlines_in_values=True),
                convert_options=convert,
            )

    table = read(threads=True)
    if numbers:
        # arrow numbers rows only when one thread reads
        numbers.clear()
        table = read(threads=False)
    # arrow counts the header as row 1
    return table, np.array([number - 1 for number in numbers if number is not None], dtype=np.int64)


def _text_options(request: TableRequest, names: list[str]) -> Any:
    """Return options to read text columns, with empty fields as null."""
    import pyarrow as pa
    import pyarrow.csv as csv

    return csv.ConvertOptions(
        strings_can_be_null=True,
        null_values=[""],
        quoted_strings_can_be_null=True,
        column_types=dict.fromkeys(names, pa.string()),
        include_columns=[column for column in request.columns if column in names] or names[:1],
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
    except (OSError, EOFError, zlib.error) as error:
        raise UsageError(f"The source table {path.name!r} cannot be read: {_first(error)} Export it again.") from None


class _CountedFile:
    """A file that reports the lines read and their estimated total."""

    def __init__(self, path: Path, progress: RowProgress) -> None:
        self._size = max(path.stat().st_size, 1)
        self.closed = False
        self._file = open(path, "rb")  # noqa: SIM115 - closed in close
        self._plain: Any = gzip.GzipFile(fileobj=self._file) if path.suffix == ".gz" else self._file
        self._progress = progress
        self._lines = 0

    def __enter__(self) -> _CountedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        block = self._plain.read(size)
        self._lines += block.count(b"\n")
        if block:
            self._progress(max(self._lines - 1, 0), max(round(self._lines * self._size / self._file.tell()) - 1, 0))
        return block

    def close(self) -> None:
        """Close the file."""
        self.closed = True
        self._plain.close()
        self._file.close()


def _is_utf8(path: Path, encoding: str) -> bool:
    """Return whether a whole file is UTF-8, if it should be.

    Arrow checks only the columns that it reads, and cannot hand over a broken row that is not UTF-8: it would not be counted.
    """
    try:
        if codecs.lookup(encoding).name not in ("utf-8", "utf-8-sig"):
            return True
        decoder = codecs.getincrementaldecoder("utf-8")()
        with gzip.open(path) if path.suffix == ".gz" else open(path, "rb") as file:
            while block := file.read(1 << 24):
                decoder.decode(block)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    except (LookupError, OSError, EOFError, zlib.error):
        # the reader raises these again
        return True
    return True


def _first(error: Exception) -> str:
    """Return the kind of fault without the data that pyarrow quotes."""
    return str(error).split(":", 2)[0].strip() + "."


def _undecodable(path: Path, encoding: str) -> UsageError:
    return UsageError(
        f"The source table {path.name!r} is not encoded in {encoding}. Set 'encoding' of the source in riskmodel.toml, "
        "for instance to 'gb18030'."
    )
