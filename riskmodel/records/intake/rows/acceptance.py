"""Which rows of a table are news to the history: new, read anew under another mapping, repeats, or in conflict."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Int8, Int64

from riskmodel.base.days import NEVER
from riskmodel.records.intake.rows.record_rows import REASONS, RecordRows


@dataclass(frozen=True)
class Acceptance:
    """Which rows to accept, also in ``order`` of id and revision, each row's reason (0: none), and which accepted rows the
    history has had under another mapping.
    """

    accept: Bool[np.ndarray, " row"]
    order: Int64[np.ndarray, " accepted"]
    reason: Int8[np.ndarray, " row"]
    anew: Bool[np.ndarray, " row"]


def sort_out(rows: RecordRows, seen: Callable[[Any], Any]) -> Acceptance:
    """Rows beside what is stored. Repeats of what is stored, or of a row, are duplicates.

    Rows of one id and revision must mean the same as what is stored last, else as the one with the least hash, so that the
    order in the source does not matter. A row that says what the stored one says, and only means something else since the
    mapping or the places were changed, or is known to be in another part of a split cell, is taken in anew. Rows may differ in the end of a state: of those in the table the one
    with the latest news of an end counts, and it is new if it says something else than what is stored last.

    Parameters
    ----------
    seen
        What is stored under the ids given (sorted, each once), in the order in which it was taken in.
    """
    reason = rows.reason.copy()
    good = np.flatnonzero(reason == 0)
    good = good[_ordered(rows, good)]
    fresh = {name: getattr(rows, name)[good] for name in ("id", "revision", "content", "said", "ended", "ended_known", "ends")}
    new = np.ones(len(good), dtype=bool)
    new[1:] = (np.diff(fresh["id"]) != 0) | (np.diff(fresh["revision"]) != 0)
    group = np.cumsum(new) - 1
    begin = np.flatnonzero(new)
    reference = fresh["content"][begin]
    if len(begin) < len(good):
        reference = np.minimum.reduceat(fresh["content"], begin)
    identity = fresh["id"][begin]
    old = seen(identity[np.flatnonzero(np.diff(identity, prepend=identity[:1] - 1))] if len(identity) else identity)
    standing = _last(old, identity, fresh["revision"][begin])
    known = standing >= 0
    if known.any():
        reference[known] = old["content"][standing[known]]
        again = known[group] & (fresh["said"] == old["said"][standing[group]]) & (fresh["said"] != 0)
        reference[group[again]] = fresh["content"][again]
    agrees = fresh["content"] == reference[group]
    order = np.flatnonzero(agrees)
    if len(begin) < len(good):
        closed = fresh["ended_known"] != NEVER
        order = np.lexsort((fresh["ends"], fresh["ended"], fresh["ended_known"], closed, group))
        order = order[agrees[order]]
        last = np.ones(len(order), dtype=bool)
        last[:-1] = group[order][1:] != group[order][:-1]
        order = order[last]
    at = standing[group[order]]
    before = at >= 0
    differs, news = ~before, ~before
    if before.any():
        for name in ("content", "ended", "ended_known", "ends"):
            news = news | (before & (fresh[name][order] != old[name][at]))
        for name in ("content", "ends"):
            differs = differs | (before & (fresh[name][order] != old[name][at]))
    accept, anew = np.zeros(len(reason), dtype=bool), np.zeros(len(reason), dtype=bool)
    chosen = good[order[news]]
    accept[chosen] = True
    anew[good[order[differs & before]]] = True
    reason[good[~agrees]] = REASONS.index("conflicting revision")
    return Acceptance(accept, chosen, reason, anew)


def _ordered(rows: RecordRows, good: Any) -> Any:
    """``good`` by id and revision."""
    identity = rows.id[good]
    revision = rows.revision[good]
    if not len(good) or revision.max() == revision.min():
        return np.argsort(identity, kind="stable")
    return np.lexsort((revision, identity))


def _last(old: Any, identity: Any, revision: Any) -> Any:
    """Where each id and revision (sorted by both) stands last in ``old``; -1 where it does not."""
    found = np.full(len(identity), -1, dtype=np.int64)
    if not len(old) or not len(identity):
        return found
    # of the ids of the table each is in a run; a revision is sought in the run of its id
    whole = np.lexsort((np.concatenate([revision, old["revision"]]), np.concatenate([identity, old["id"]])))
    key_id = np.concatenate([identity, old["id"]])[whole]
    key_revision = np.concatenate([revision, old["revision"]])[whole]
    new = np.ones(len(whole), dtype=bool)
    new[1:] = (np.diff(key_id) != 0) | (np.diff(key_revision) != 0)
    number = np.empty(len(whole), dtype=np.int64)
    number[whole] = np.cumsum(new) - 1
    latest = np.full(int(new.sum()), -1, dtype=np.int64)
    np.maximum.at(latest, number[len(identity) :], np.arange(len(old)))
    return latest[number[: len(identity)]]
