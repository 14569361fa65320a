"""Reading of a table of records into the columns of a history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Int32, Int64

from riskmodel.base.days import NEVER
from riskmodel.base.errors import UsageError, bad_argument, bad_type, unknown_name
from riskmodel.base.native_frames import frame_argument
from riskmodel.base.personal_data.frame_values import refuse_personal_names
from riskmodel.base.personal_data.safe_texts import unknown_text
from riskmodel.base.plain_values import is_missing
from riskmodel.base.project import Kind
from riskmodel.records.frame_days import days_of
from riskmodel.records.frame_texts import texts_of
from riskmodel.records.places import Places

RECORDS = "the table of records"
"""How messages call the table."""


def read_records(records: Any, places: Places, kinds: Mapping[str, Kind] | None) -> tuple[Mapping[str, Kind], dict[str, Any]]:
    """Return the kinds and the columns of a table of records.

    The table is described at ``History.from_frame``.

    Raises
    ------
    UsageError
        If a column is missing, a cell or kind is unknown, a date cannot be read or an amount is not a whole number from 0.
    RefusedError
        If the kinds of the table speak of persons.
    """
    if not isinstance(places, Places):
        raise UsageError(f"{bad_type('places', 'History.from_frame', 'Places', places)} It comes from Places.from_frame(cells).")
    table = frame_argument(records, "records", "History.from_frame")
    for column in ("cell", "kind", "occurred"):
        if column not in table.columns:
            error = unknown_name("column of the table of records", column, table.columns)
            raise UsageError(f"{error} Rename the column that says it to {column!r}, or let rm.quick(frame) find the columns.")
    if kinds is not None and not (isinstance(kinds, Mapping) and all(isinstance(kind, Kind) for kind in kinds.values())):
        raise bad_argument("kinds", "History.from_frame", "a mapping of names to Kind, or None for the kinds of the table", kinds)
    names = texts_of(table["kind"].to_list(), "kind", RECORDS)
    if kinds is None:
        refuse_personal_names(RECORDS, "kind", sorted(set(names)))
        kinds = _kinds_of(table, names)
    kind = _numbers("kind", names, {name: at for at, name in enumerate(kinds)}, np.int16)
    occurred = _days(table, "occurred", NEVER)
    if np.any(occurred == NEVER):
        row = int(np.flatnonzero(occurred == NEVER)[0]) + 1
        raise UsageError(f"Row {row} of the table of records has no date in 'occurred'. Give every record its date.")
    amount = _amounts(table["amount"].to_list()) if "amount" in table.columns else np.ones(len(names), dtype=np.int64)
    return kinds, {
        "kind": kind,
        "cell": _numbers("cell", texts_of(table["cell"].to_list(), "cell", RECORDS), places.index, np.int32),
        "occurred": occurred,
        "known": _days(table, "known", occurred),
        "until": _days(table, "until", NEVER),
        "ended": _days(table, "ended", NEVER),
        "amount": amount,
    }


def _kinds_of(table: Any, names: Sequence[str]) -> dict[str, Kind]:
    """Return the kinds that a table names, in sorted order."""
    families = texts_of(table["family"].to_list(), "family", RECORDS) if "family" in table.columns else ["records"] * len(names)
    return {name: Kind(family=family, zh=name, en=name) for name, family in sorted(set(zip(names, families, strict=True)))}


def _numbers(what: str, names: Sequence[str], number: Mapping[str, int], dtype: Any) -> Any:
    """Return the numbers of kinds or cells.

    A name that is unknown may be that of a person, so a message shows it only where it cannot be.
    """
    for row, name in enumerate(names, 1):
        if not name:
            raise UsageError(
                f"Row {row:,} of the table of records has no {what}. Give every record its {what}, or remove the row."
            )
        if name not in number:
            raise unknown_text(what, name, number, row)
    return np.array([number[name] for name in names], dtype=dtype)


def _days(table: Any, column: str, default: Any) -> Int32[np.ndarray, " record"]:
    """Return the days of a column, ``default`` where it is empty."""
    if column not in table.columns:
        return np.broadcast_to(default, len(table)).astype(np.int32)
    found = days_of(table[column], int(NEVER), column, RECORDS)
    return np.where(found == NEVER, default, found).astype(np.int32)


def _amounts(values: list[Any]) -> Int64[np.ndarray, " record"]:
    for row, value in enumerate(values):
        if is_missing(value) or isinstance(value, str) or not 0 <= value < np.inf or value != int(value):
            raise UsageError(
                f"Row {row + 1} of the table of records has an amount that is not a whole number from 0. Correct it."
            )
    return np.array([int(value) for value in values], dtype=np.int64)
