"""CSV files, plain or compressed, in any encoding that Python knows."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.errors import UsageError, empty_table, missing_columns
from riskmodel.records.intake.readers.arrow_columns import check_once

if TYPE_CHECKING:
    import pyarrow as pa


def read_csv(
    path: Path, wanted: tuple[str, ...], encoding: str, tell: Callable[[int, int], None] = lambda rows, total: None
) -> tuple[pa.Table, Any]:
    """The ``wanted`` columns, and the numbers (from 1) of the rows with a wrong number of fields, which are left out.

    Raises
    ------
    UsageError
        If it cannot be decoded or read, or lacks a column or has one twice.
    """
    import pyarrow as pa
    import pyarrow.csv as csv

    if not _is_utf8(path, encoding):
        raise _undecodable(path, encoding)
    broken: list[int | None] = []

    def note_broken(row: Any) -> str:
        broken.append(row.number)
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
        check_once(path.name, wanted, names)
        options.column_types = dict.fromkeys(names, pa.string())
        options.include_columns = [column for column in wanted if column in names] or names[:1]

        def read(threads: bool) -> pa.Table:
            with _Counted(path, tell) as counted:
                return csv.read_csv(
                    pa.PythonFile(counted, mode="r"),
                    read_options=csv.ReadOptions(encoding=encoding, use_threads=threads),
                    parse_options=csv.ParseOptions(invalid_row_handler=note_broken, newlines_in_values=True),
                    convert_options=options,
                )

        table = read(threads=True)
        if broken:
            # rows have numbers only where one thread reads
            broken.clear()
            table = read(threads=False)
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
    lacking = [column for column in wanted if column not in names]
    if lacking:
        raise missing_columns(path.name, lacking, names)
    # arrow counts the header as row 1
    return table, np.array([number - 1 for number in broken if number is not None], dtype=np.int64)


class _Counted:
    """A file that tells, block by block, how many lines were read and about how many there are."""

    def __init__(self, path: Path, tell: Callable[[int, int], None]) -> None:
        self._size = max(path.stat().st_size, 1)
        self.closed = False
        self._file = open(path, "rb")  # noqa: SIM115 - closed in close
        self._plain: Any = gzip.GzipFile(fileobj=self._file) if path.suffix == ".gz" else self._file
        self._tell = tell
        self._lines = 0

    def __enter__(self) -> _Counted:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, size: int) -> bytes:
        """The next bytes."""
        block = self._plain.read(size)
        self._lines += block.count(b"\n")
        if block:
            self._tell(max(self._lines - 1, 0), max(round(self._lines * self._size / self._file.tell()) - 1, 0))
        return block

    def close(self) -> None:
        """Let go of the file."""
        self.closed = True
        self._plain.close()
        self._file.close()


def _is_utf8(path: Path, encoding: str) -> bool:
    """Whether the whole file is UTF-8 if that is what it should be.

    Arrow looks at the columns that it reads only, and cannot hand over a broken row that is not UTF-8: it would go uncounted.
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
        # told by what reads the table
        return True
    return True


def _first(error: Exception) -> str:
    """The kind of fault without the data that pyarrow quotes after it."""
    return str(error).split(":", 2)[0].strip() + "."


def _undecodable(path: Path, encoding: str) -> UsageError:
    return UsageError(
        f"The source table {path.name!r} is not encoded in {encoding}. Set 'encoding' of the source in riskmodel.toml, "
        "for instance to 'gb18030'."
    )
