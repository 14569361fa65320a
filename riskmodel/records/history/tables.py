"""A table of records into the columns of a history, every fault named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import NEVER, to_day
from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.base.project import Kind
from riskmodel.records.places import Places, is_empty


def read_records(records: Any, places: Places, kinds: Mapping[str, Kind] | None) -> tuple[Mapping[str, Kind], dict[str, Any]]:
    """The kinds and the columns of a table of records; see ``History.from_frame``.

    Raises
    ------
    UsageError
        If a column is missing, a cell or kind is unknown, a date cannot be read or an amount is no whole number from 0.
    """
    import narwhals as nw

    table = nw.from_native(records, eager_only=True)
    for column in ("cell", "kind", "occurred"):
        if column not in table.columns:
            raise unknown_name("column of the table of records", column, table.columns)
    names = [str(value) for value in table["kind"].to_list()]
    if kinds is None:
        families = [str(v) for v in table["family"].to_list()] if "family" in table.columns else ["records"] * len(names)
        kinds = {name: Kind(family=family, zh=name, en=name) for name, family in sorted(set(zip(names, families, strict=True)))}
    number = {name: i for i, name in enumerate(kinds)}
    for name in names:
        if name not in number:
            raise unknown_name("kind", name, kinds)

    def days(column: str, default: Any) -> Any:
        if column not in table.columns:
            return np.broadcast_to(default, len(names)).astype(np.int32)
        read: dict[Any, int] = {}
        values = table[column].to_list()
        for value in set(values):
            read[value] = int(NEVER) if is_empty(value) else to_day(value)
        found = np.array([read[value] for value in values], dtype=np.int32)
        return np.where(found == NEVER, default, found).astype(np.int32)

    occurred = days("occurred", NEVER)
    if np.any(occurred == NEVER):
        row = int(np.flatnonzero(occurred == NEVER)[0]) + 1
        raise UsageError(f"Row {row} of the table of records has no date in 'occurred'. Give every record its date.")
    amount = _whole(table["amount"].to_list()) if "amount" in table.columns else np.ones(len(names), dtype=np.int64)
    return kinds, {
        "kind": np.array([number[name] for name in names], dtype=np.int16),
        "cell": places.numbers([str(value) for value in table["cell"].to_list()]),
        "occurred": occurred,
        "known": days("known", occurred),
        "until": days("until", NEVER),
        "ended": days("ended", NEVER),
        "amount": amount,
    }


def _whole(values: list[Any]) -> Int64[np.ndarray, " record"]:
    for row, value in enumerate(values):
        if is_empty(value) or isinstance(value, str) or value != int(value):
            raise UsageError(f"Row {row + 1} of the table of records has an amount that is not a whole number. Correct it.")
    return np.array([int(value) for value in values], dtype=np.int64)
