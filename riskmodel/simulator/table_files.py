"""Table files written in chunks under a temporary name.

Codes become words. A file gets its own name only when it is complete (:meth:`TableFile.close`).
"""

from __future__ import annotations

import io
import os
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, final

import numpy as np

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.days import to_iso
from riskmodel.base.files import write_bytes

if TYPE_CHECKING:
    import pyarrow as pa


class CodeWords:
    """Words for codes, usable ones first; negative codes are empty fields."""

    def __init__(self, good: Sequence[str] | pa.Array, bad: Sequence[str] = ()) -> None:
        import pyarrow as pa  # late: a tenth of a second

        self._words = pa.concat_arrays([pa.array(words, type=pa.string()) for words in (good, bad)])
        self.bad_codes = (len(good), len(good) + len(bad))

    def spell(self, codes: np.ndarray) -> pa.Array:
        """Return the words of the codes, ``[row]``."""
        import pyarrow as pa

        return self._words.take(pa.array(codes.astype(np.int32), mask=codes < 0))


@final
class DayWords(CodeWords):
    """ISO dates for codes that count days from ``origin`` to ``last``."""

    def __init__(self, origin: int, last: int, bad: Sequence[str] = ()) -> None:
        super().__init__([to_iso(day) for day in range(origin, last + 1)], bad)
        self.origin = origin


def numbers(prefix: str, ids: np.ndarray) -> pa.Array:
    """Return registration numbers: the prefix and at least nine digits."""
    import pyarrow as pa

    pc = arrow_compute()
    digits = pc.utf8_lpad(pc.cast(pa.array(ids), pa.string()), 9, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


class TableFile(ABC):
    """A table file that grows by chunks and counts its rows."""

    def __init__(self, path: Path) -> None:
        self.path, self.rows = path, 0
        self._partial = path.with_name(path.name + ".part")
        path.parent.mkdir(parents=True, exist_ok=True)

    def write(self, columns: Mapping[str, Any]) -> None:
        """Append columns of equal length: Arrow arrays or numpy arrays by header."""
        import pyarrow as pa

        chunk = pa.table(dict(columns))
        if chunk.num_rows:
            with self._named():
                self._append(chunk)
            self.rows += chunk.num_rows

    def close(self) -> None:
        """Finish the file and give it its final name."""
        with self._named():
            self._finish()
            os.replace(self._partial, self.path)

    def discard(self) -> None:
        """Delete the unfinished file, also on a full disk."""
        with suppress(OSError):
            self._finish()
        self._partial.unlink(missing_ok=True)

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Name the file in an error of a write to it."""
        try:
            yield
        except OSError as error:
            if error.errno is not None and error.filename is None:
                error.filename = str(self.path)
            raise

    @abstractmethod
    def _append(self, chunk: pa.Table) -> None: ...

    @abstractmethod
    def _finish(self) -> None: ...


@final
class CsvFile(TableFile):
    """CSV without quotes, in the encoding of its source."""

    def __init__(self, path: Path, headers: Sequence[str], encoding: str = "utf-8") -> None:
        super().__init__(path)
        self._encoding = encoding
        self._file: IO[bytes] = self._partial.open("wb")
        self._file.write((",".join(headers) + "\n").encode(encoding))

    def _append(self, chunk: pa.Table) -> None:
        from pyarrow import csv

        options = csv.WriteOptions(include_header=False, quoting_style="none")
        if self._encoding == "utf-8":
            csv.write_csv(chunk, self._file, options)
        else:
            text = io.BytesIO()
            csv.write_csv(chunk, text, options)
            self._file.write(text.getvalue().decode().encode(self._encoding))

    def _finish(self) -> None:
        self._file.close()


@final
class ParquetFile(TableFile):
    """Parquet with one row group per chunk and schema metadata."""

    def __init__(
        self, path: Path, schema: pa.Schema, metadata: Mapping[str, str] | None = None, split: Sequence[str] = ()
    ) -> None:
        from pyarrow import parquet

        super().__init__(path)
        self._schema = schema.with_metadata(dict(metadata)) if metadata else schema
        words: Any = [name for name in schema.names if name not in split]
        halved: Any = list(split) or False
        self._writer = parquet.ParquetWriter(
            self._partial, self._schema, compression="zstd", use_dictionary=words, use_byte_stream_split=halved
        )

    def _append(self, chunk: pa.Table) -> None:
        self._writer.write_table(chunk.cast(self._schema), row_group_size=max(chunk.num_rows, 1))

    def _finish(self) -> None:
        self._writer.close()


@dataclass(frozen=True)
class OpenTables:
    """Open table files, all closed or all discarded together."""

    tables: dict[str, TableFile]

    def __enter__(self) -> OpenTables:
        return self

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        try:
            if kind is None:
                for table in self.tables.values():
                    table.close()
        finally:
            for table in self.tables.values():
                table.discard()


def write_text(path: Path, text: str) -> None:
    """Write a small UTF-8 file atomically."""
    write_bytes(path, text.encode())
