"""The bytes of a CSV file, plain or compressed."""

from __future__ import annotations

import codecs
import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.records.intake.readers.table_request import RowProgress


class CountedFile:
    """A file that reports the lines read and their estimated total."""

    def __init__(self, path: Path, progress: RowProgress) -> None:
        self._size = max(path.stat().st_size, 1)
        self.closed = False
        self._file = open(path, "rb")  # noqa: SIM115 - closed in close
        self._plain: Any = gzip.GzipFile(fileobj=self._file) if is_gzip(path) else self._file
        self._progress = progress
        self._ends, self._last = 0, b"\n"

    def __enter__(self) -> CountedFile:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def lines(self) -> int:
        """Lines read so far, a last one without its end included."""
        return self._ends + (self._last != b"\n")

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        block = self._plain.read(size)
        self._ends += block.count(b"\n")
        if block:
            self._last = block[-1:]
            self._progress(max(self._ends - 1, 0), max(round(self._ends * self._size / self._file.tell()) - 1, 0))
        return block

    def close(self) -> None:
        """Close the file."""
        self.closed = True
        self._plain.close()
        self._file.close()


def is_gzip(path: Path) -> bool:
    """Return whether a file is compressed, by name or content."""
    if path.suffix.lower() == ".gz":
        return True
    with open(path, "rb") as file:
        return file.read(2) == b"\x1f\x8b"


@contextmanager
def unpacked(path: Path) -> Iterator[None]:
    """Raise that a compressed file is cut off or damaged."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise UsageError(
            f"The compressed file {path.name!r} is cut off or damaged. Copy or export it again, then run the same command again."
        ) from None


def opened(path: Path) -> IO[bytes]:
    """Open a plain or compressed file for reading."""
    return cast("IO[bytes]", gzip.open(path)) if is_gzip(path) else open(path, "rb")


def is_utf8(path: Path, encoding: str) -> bool:
    """Return whether a whole file is UTF-8, if it should be.

    Arrow checks only the columns that it reads, and cannot hand over a broken row that is not UTF-8: it would not be counted.
    """
    try:
        if codecs.lookup(encoding).name not in ("utf-8", "utf-8-sig"):
            return True
        return not _undecoded(path, "utf-8")
    except UnicodeDecodeError:
        return False
    except (LookupError, OSError, EOFError, zlib.error):
        # the reader raises these again
        return True


def ends_inside_a_character(path: Path, encoding: str) -> bool:
    """Return whether only the last bytes of a file cannot be decoded."""
    try:
        return bool(_undecoded(path, encoding))
    except (UnicodeDecodeError, LookupError, OSError, EOFError, zlib.error):
        return False


def _undecoded(path: Path, encoding: str) -> bytes:
    """Return the bytes of an unfinished last character."""
    decoder = codecs.getincrementaldecoder(encoding)()
    is_utf_8 = codecs.lookup(encoding).name == "utf-8"
    with opened(path) as file:
        while block := file.read(1 << 20):
            block += file.readline(1 << 20)
            # arrow looks at whole lines several times faster
            if not (is_utf_8 and not decoder.getstate()[0] and block.endswith(b"\n") and _is_valid(block)):
                decoder.decode(block)
    return decoder.getstate()[0]


def _is_valid(block: bytes) -> bool:
    """Return whether whole lines are UTF-8."""
    import pyarrow as pa

    ends = pa.py_buffer(np.array([0, len(block)], dtype=np.int32))
    try:
        pa.Array.from_buffers(pa.string(), 1, [None, ends, pa.py_buffer(block)]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
