"""Which rows of a table are news to the history: new, read anew under another mapping, repeats, or in conflict."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Int8

from riskmodel.base.periods import NEVER
from riskmodel.records.intake.hashing import mix
from riskmodel.records.intake.rows import REASONS, Rows

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Sorted:
    """Which rows to accept, each row's reason (0: none), and which accepted rows the history has had under another mapping."""

    accept: Bool[np.ndarray, " row"]
    reason: Int8[np.ndarray, " row"]
    anew: Bool[np.ndarray, " row"]


def sort_out(rows: Rows, stored: Sequence[pa.Table]) -> Sorted:
    """Rows beside what is stored, a table an ingest, in that order. Repeats of what is stored, or of a row, are duplicates.

    Rows of one id and revision must mean the same as what is stored last, else as the one with the least hash, so that the
    order in the source does not matter. A row that says what the stored one says, and only means something else since the
    mapping or the places were changed, is taken in anew. Rows may differ in the end of a state: of those in the table the one
    with the latest news of an end counts, and it is new if it says something else than what is stored last.
    """
    reason = rows.reason.copy()
    good = np.flatnonzero(reason == 0)
    fresh = {
        name: getattr(rows, name)[good].astype(np.int64) for name in ("id", "revision", "content", "said", "ended", "ended_known")
    }
    old = {name: np.concatenate([_column(part, name) for part in stored]) if stored else np.zeros(0, np.int64) for name in fresh}
    key = mix(fresh["id"].view(np.uint64), fresh["revision"].view(np.uint64))
    unique, group = np.unique(key, return_inverse=True)
    standing = _last(mix(old["id"].view(np.uint64), old["revision"].view(np.uint64)), unique)
    known = standing >= 0
    reference = np.zeros(len(unique), dtype=np.int64)
    if len(unique) == len(good):
        reference[group] = fresh["content"]
    else:
        order = np.lexsort((fresh["content"], group))
        first = np.searchsorted(group[order], np.arange(len(unique)))
        reference = fresh["content"][order[first]]
    if known.any():
        reference[known] = old["content"][standing[known]]
        again = known[group] & (fresh["said"] == old["said"][standing[group]]) & (fresh["said"] != 0)
        reference[group[again]] = fresh["content"][again]
    agrees = fresh["content"] == reference[group]
    order = np.flatnonzero(agrees)
    if len(unique) < len(good):
        closed = fresh["ended_known"] != NEVER
        order = np.lexsort((fresh["ended"], fresh["ended_known"], closed, group))
        order = order[agrees[order]]
        last = np.ones(len(order), dtype=bool)
        last[:-1] = group[order][1:] != group[order][:-1]
        order = order[last]
    at = standing[group[order]]
    before = at >= 0
    differs, news = ~before, ~before
    if before.any():
        for name in ("content", "ended", "ended_known"):
            news = news | (before & (fresh[name][order] != old[name][at]))
        differs = before & (fresh["content"][order] != old["content"][at])
    accept, anew = np.zeros(len(reason), dtype=bool), np.zeros(len(reason), dtype=bool)
    accept[good[order[news]]] = True
    anew[good[order[differs & before]]] = True
    reason[good[~agrees]] = REASONS.index("conflicting revision")
    return Sorted(accept, reason, anew)


def _column(part: pa.Table, name: str) -> Any:
    if name == "said" and name not in part.column_names:
        return np.zeros(len(part), dtype=np.int64)
    return part[name].to_numpy(zero_copy_only=False).astype(np.int64)


def _last(keys: Any, wanted: Any) -> Any:
    """Where each of the ``wanted`` keys (sorted) stands last in ``keys``; -1 where it does not."""
    found = np.full(len(wanted), -1, dtype=np.int64)
    if not len(keys) or not len(wanted):
        return found
    at = np.minimum(np.searchsorted(wanted, keys), len(wanted) - 1)
    there = np.flatnonzero(wanted[at] == keys)
    np.maximum.at(found, at[there], there)
    return found
