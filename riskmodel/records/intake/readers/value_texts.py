"""Values of databases, spreadsheets and JSON as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.digit_groups import has_three_zeros
from riskmodel.base.errors import UsageError
from riskmodel.base.plain_values import EXACT_INTEGER, number_text, plain_text

if TYPE_CHECKING:
    import pyarrow as pa

SMALL_ORDINARY, LARGE_ORDINARY = 1e-4, 1e10
"""Sizes of numbers that arrow writes as Python does: the first included, the second not."""


class LostDigitsError(UsageError):
    """Whole numbers that floating-point numbers do not hold exactly."""


def value_texts(table: str, column: str, values: Sequence[Any], time_zone: str = "UTC") -> pa.Array:
    """Return values of any type as an arrow column of text.

    Parameters
    ----------
    table, column
        Their names in messages.
    time_zone
        Time zone of the days of timestamps that carry a zone.

    Raises
    ------
    UsageError
        If a value is neither text nor a number nor a date.
    """
    import pyarrow as pa

    zone = ZoneInfo(time_zone)
    converters: dict[type, Callable[[Any], str | None]] = {}
    found: list[str | None] = []
    for value in values:
        kind = type(value)
        if kind not in converters:
            converters[kind] = _converter(table, column, value, zone)
        found.append(converters[kind](value))
    return pa.array(found, pa.string())


def plain_array(texts: pa.Array, groups: bool = False) -> pa.Array:
    """Return texts in their plain form (see :func:`~riskmodel.base.plain_values.plain_text`).

    With ``groups`` a number such as ``2.000``, which may be two thousand, stays as it is written.
    """
    import pyarrow as pa

    if _are_plain(texts):
        return texts
    pc = arrow_compute()
    texts = pc.utf8_trim_whitespace(texts)
    other = pc.fill_null(pc.invert(pc.string_is_ascii(texts)), False)
    whole = pc.fill_null(pc.match_substring(texts, ".0"), False)
    rows = np.flatnonzero(pc.or_(other, whole).to_numpy(zero_copy_only=False))
    if not len(rows):
        return texts
    mask = np.zeros(len(texts), dtype=bool)
    mask[rows] = True
    plain = [text if groups and has_three_zeros(text) else plain_text(text) for text in texts.take(pa.array(rows)).to_pylist()]
    return pc.replace_with_mask(texts, pa.array(mask), pa.array(plain, pa.string()))


def _are_plain(texts: pa.Array) -> bool:
    """Return whether all texts are plain for certain.

    They are ASCII, hold no full stop, and neither begin nor end with white space. The bytes are looked at without copying texts.
    """
    _, offset_buffer, data = texts.buffers()
    if data is None:
        return True
    offsets = np.frombuffer(offset_buffer, dtype=np.int32, count=len(texts) + 1, offset=4 * texts.offset)
    content = np.frombuffer(data, dtype=np.uint8)[offsets[0] : offsets[-1]]
    if not len(content):
        return True
    if content.max() > ord("~") or (content == ord(".")).any():
        return False
    if content.min() > ord(" "):
        return True
    filled = np.flatnonzero(np.diff(offsets))
    ends = np.concatenate([offsets[filled], offsets[filled + 1] - 1]) - offsets[0]
    return bool((content[ends] > ord(" ")).all())


def exact_number_text(table: str, column: str, value: float | Decimal) -> str:
    """Return a number as text.

    Raises
    ------
    UsageError
        If it is a whole number that floating-point numbers do not hold exactly.
    """
    if isinstance(value, float) and EXACT_INTEGER <= abs(value) < float("inf"):
        raise LostDigitsError(
            f"The column {column!r} of the table {table!r} holds whole numbers of 16 digits or more as floating-point numbers, which "
            "keep 15. Write the column as text or as whole numbers in the export."
        )
    return number_text(value)


def number_texts(table: str, column: str, numbers: pa.Array) -> pa.Array:
    """Return floating-point numbers or decimals as texts, without empty fields.

    Each has the text of :func:`exact_number_text`. Arrow writes floating-point numbers of ordinary size in the same way, many times as fast.
    """
    import pyarrow as pa

    if not pa.types.is_floating(numbers.type):
        return pa.array([exact_number_text(table, column, value) for value in numbers.to_pylist()], pa.string())
    values = numbers.cast(pa.float64()).to_numpy(zero_copy_only=False) + 0.0  # no zero with a sign
    size = np.abs(values)
    found = pa.array(values).cast(pa.string())
    other = (size != 0) & ~((size >= SMALL_ORDINARY) & (size < LARGE_ORDINARY))
    texts = [exact_number_text(table, column, value) for value in values[other].tolist()]
    return arrow_compute().replace_with_mask(found, pa.array(other), pa.array(texts, pa.string()))


def _converter(table: str, column: str, value: Any, zone: ZoneInfo) -> Callable[[Any], str | None]:
    """Return the conversion to text for values of one type."""
    for types, convert in (
        ((type(None),), lambda v: None),
        ((bool, np.bool_), lambda v: "true" if v else "false"),
        ((str,), lambda v: v),
        ((int, np.integer), lambda v: str(int(v))),
        ((float, np.floating), lambda v: exact_number_text(table, column, float(v))),
        ((Decimal,), number_text),
        ((datetime,), lambda v: (v if v.tzinfo is None else v.astimezone(zone)).date().isoformat()),
        ((date, time), lambda v: v.isoformat()),
        ((timedelta,), str),
    ):
        if isinstance(value, types):
            return convert
    raise UsageError(
        f"The column {column!r} of the table {table!r} has a value of the type {type(value).__name__}. Expected text, numbers or "
        "dates; convert it in the export."
    )
