"""Values of databases, spreadsheets and JSON as text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import numpy as np

from riskmodel.base.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa


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


def number_text(value: float) -> str:
    """Return a number as text, whole ones without decimals.

    So a column gives the same texts with and without empty fields. NaN is an empty text.
    """
    return "" if value != value else str(int(value)) if float(value).is_integer() else repr(value)


def _converter(table: str, column: str, value: Any, zone: ZoneInfo) -> Callable[[Any], str | None]:
    """Return the conversion to text for values of one type."""
    for types, convert in (
        ((type(None),), lambda v: None),
        ((bool, np.bool_), lambda v: "true" if v else "false"),
        ((str,), lambda v: v),
        ((int, np.integer), lambda v: str(int(v))),
        ((float, np.floating), lambda v: number_text(float(v))),
        ((Decimal,), _decimal_text),
        ((datetime,), lambda v: (v if v.tzinfo is None else v.astimezone(zone)).date().isoformat()),
        ((date,), lambda v: v.isoformat()),
    ):
        if isinstance(value, types):
            return convert
    raise UsageError(
        f"The column {column!r} of the table {table!r} has a value of the type {type(value).__name__}. Expected text, numbers or "
        "dates; convert it in the export."
    )


def _decimal_text(value: Decimal) -> str:
    return number_text(float(value)) if value != value.to_integral_value() or not value.is_finite() else str(int(value))
