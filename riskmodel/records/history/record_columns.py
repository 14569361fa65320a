"""The columns of a history: declared, sorted, described and as a frame."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int32

from riskmodel.base.days import ALWAYS, NEVER, frame_dates, to_iso
from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.base.files import canonical_json
from riskmodel.base.plurals import counted
from riskmodel.base.project import Kind
from riskmodel.records.column_schema import Array, Schema
from riskmodel.records.successions import Pieces

if TYPE_CHECKING:
    import pandas as pd

RECORDS = Schema(
    "record",
    {
        "kind": np.int16,
        "cell": np.int32,
        "occurred": np.int32,
        "known": np.int32,
        "until": np.int32,
        "ended": np.int32,
        "amount": np.int32,
        "successor": np.int32,
    },
    optional=frozenset({"successor"}),
)
"""The columns of a history. Records are sorted by them, the first column first."""


def sorted_columns(columns: Mapping[str, Any]) -> dict[str, Array]:
    """Return columns of the declared types, sorted by all of them.

    Raises
    ------
    UsageError
        If an amount is negative or too large for int32.
    """
    amount = np.asarray(columns["amount"])
    if len(amount) and (amount.min() < 0 or amount.max() > np.iinfo(np.int32).max):
        raise UsageError("An amount is negative or above 2,147,483,647. Counts are whole numbers from 0; correct the table.")
    found = RECORDS.convert(columns)
    order = np.lexsort(tuple(found.values())[::-1])
    return {name: values[order] for name, values in found.items()}


def relocated_columns(columns: Mapping[str, Array], pieces: Pieces) -> dict[str, Array]:
    """Return the columns of the pieces of records, without successors.

    A piece that no as-of date sees is left out.
    """
    record, cell, after, through = pieces
    known, until = np.maximum(columns["known"][record], after), np.minimum(columns["until"][record], through)
    seen = (known < until) | ((after == int(ALWAYS)) & (through == int(NEVER)))
    kept = {name: values[record[seen]] for name, values in columns.items() if name != "successor"}
    return kept | {"cell": cell[seen], "known": known[seen], "until": until[seen]}


def without_later(news: Int32[np.ndarray, " record"], day: int) -> Int32[np.ndarray, " record"]:
    """Return days of news with NEVER for those from ``day`` on.

    The array itself is returned where there are none.
    """
    late = (news >= day) & (news != NEVER)
    return np.where(late, NEVER, news) if late.any() else news


def family_numbers(kinds: Mapping[str, Kind], family: str | None) -> tuple[int, ...]:
    """Return the numbers of a family's kinds; of all, without one.

    Raises
    ------
    UsageError
        If there is no such family; it tells where a kind was given.
    """
    wanted = tuple(number for number, kind in enumerate(kinds.values()) if family is None or kind.family == family)
    if wanted:
        return wanted
    error = unknown_name("family", str(family), {kind.family for kind in kinds.values()})
    raise UsageError(f"{error} It is a kind: write of(kind={family!r}).") if family in kinds else error


def history_text(kinds: Mapping[str, Kind], columns: Mapping[str, Array], cells: int, through: str) -> str:
    """Return a history in words.

    ``through`` says through which days its sources are complete.
    """
    if not len(columns["kind"]):
        return f"<History: no records; {counted(cells, 'cell')}>"
    return f"<History: {_record_summary(kinds, columns)}; {counted(cells, 'cell')}\n  complete through: {through}>"


def history_digest(kinds: Mapping[str, Kind], stated: Any, places: str, columns: Mapping[str, Array]) -> str:
    """Return the sha256 of records, statements about coverage and places."""
    named = [[name, kind.model_dump()] for name, kind in kinds.items()]
    found = hashlib.sha256(canonical_json({"kinds": named, "coverage": stated, "places": places}))
    for column in columns.values():
        found.update(np.ascontiguousarray(column).data)
    return found.hexdigest()


def _record_summary(kinds: Mapping[str, Kind], columns: Mapping[str, Array]) -> str:
    """Return counts, days and delays of records in words."""
    families: dict[str, int] = {}
    for kind, count in zip(kinds.values(), np.bincount(columns["kind"], minlength=len(kinds)), strict=True):
        families[kind.family] = families.get(kind.family, 0) + int(count)
    occurred = columns["occurred"]
    delays = np.maximum(columns["known"].astype(np.int64) - occurred, 0)
    parts = ", ".join(f"{name} {count:,}" for name, count in families.items())
    return (
        f"{counted(len(occurred), 'record')} of {counted(len(kinds), 'kind')} ({parts})\n"
        f"  occurred {to_iso(occurred.min())} to {to_iso(occurred.max())}; "
        f"known after {counted(round(float(np.median(delays))), 'day')} (median), {np.quantile(delays, 0.95):.0f} (95 %)\n"
        f"  {int((columns['until'] != NEVER).sum()):,} corrected or withdrawn"
    )


def record_frame(ids: Sequence[str], kinds: Mapping[str, Kind], columns: Mapping[str, Array]) -> pd.DataFrame:
    """Return one row per record, with names and dates instead of numbers."""
    import pandas as pd

    families = np.array([kind.family for kind in kinds.values()], dtype=object)
    return pd.DataFrame(
        {
            "cell": np.array(ids, dtype=object)[columns["cell"]],
            "kind": np.array(list(kinds), dtype=object)[columns["kind"]],
            "family": families[columns["kind"]],
            **{name: frame_dates(columns[name]) for name in ("occurred", "known", "until", "ended")},
            "amount": columns["amount"],
        }
    )
