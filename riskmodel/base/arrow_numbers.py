"""Columns of arrow as arrays of numpy, and the other way round.

Arrow's own ``to_numpy`` and ``array`` import pandas, which takes a fifth of a second: as long as all else that a short command does.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pyarrow as pa


def numbers_of(column: pa.Array | pa.ChunkedArray) -> np.ndarray[Any, np.dtype[Any]]:
    """Return a column's whole numbers or booleans, as they lie there.

    Raises
    ------
    ValueError
        If one is missing.
    TypeError
        If the column is of another type.

    Examples
    --------
    >>> import pyarrow as pa
    >>> numbers_of(pa.array([4, 5])).tolist(), numbers_of(pa.array([True, False])).tolist()
    ([4, 5], [True, False])
    """
    import pyarrow as pa

    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if array.null_count:
        raise ValueError(f"{array.null_count} of {len(array)} numbers are missing")
    if not (pa.types.is_integer(array.type) or pa.types.is_boolean(array.type)):
        raise TypeError(f"whole numbers or booleans are expected, and the column is of type {array.type}")
    content, kind = array.buffers()[1], np.dtype(str(array.type))
    if content is None or not len(array):
        return np.zeros(0, kind)
    if kind == np.bool_:
        bits = np.unpackbits(np.frombuffer(content, np.uint8), count=array.offset + len(array), bitorder="little")
        return bits[array.offset :].view(np.bool_)
    found = np.frombuffer(content, kind, count=len(array), offset=array.offset * kind.itemsize)
    # the column keeps its content
    found.flags.writeable = False
    return found


def number_column(numbers: np.ndarray[Any, np.dtype[np.float64]]) -> pa.Array:
    """Return a column of numbers.

    Examples
    --------
    >>> number_column(np.array([0.5, 2.0])).to_pylist()
    [0.5, 2.0]
    """
    import pyarrow as pa

    return pa.Array.from_buffers(pa.float64(), len(numbers), [None, pa.py_buffer(np.ascontiguousarray(numbers, np.float64))])


def text_column(texts: Sequence[str]) -> pa.Array:
    """Return a column of texts.

    Examples
    --------
    >>> text_column(["县", "b"]).to_pylist()
    ['县', 'b']
    """
    import pyarrow as pa

    encoded = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    return pa.Array.from_buffers(pa.string(), len(texts), [None, pa.py_buffer(ends), pa.py_buffer(b"".join(encoded))])
