"""The rows of a table that the history accepts.

Rows of one id and revision must agree in content: with the stored row, else with the one that has the smallest hash, so that the
order of the source does not matter. A row that says what the stored one says, and only means something else since the mapping or
the places changed, or is known to be in another part of a split cell, is accepted again. Rows may differ in the end of a state: of
those in the table the one with the latest news of an end counts, and it is accepted if it differs from the stored one. All others
are duplicates.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int8, Int64

from riskmodel.base.days import NEVER
from riskmodel.base.equal_runs import first_of_runs, last_of_runs
from riskmodel.records.column_schema import Array, taken
from riskmodel.records.intake.rows.quarantine_reasons import CONFLICT, QUARANTINE_REASONS
from riskmodel.records.intake.rows.record_rows import RecordRows
from riskmodel.records.known_ids import KnownRows

StoredRows = Callable[[Int64[np.ndarray, " id"]], KnownRows]
"""Returns the stored rows of ids."""

_COMPARED = ("id", "revision", "content", "said", "ended", "ended_known", "ends")


@dataclass(frozen=True)
class Acceptance:
    """The accepted rows of a table.

    Parameters
    ----------
    accept
        Which rows are accepted.
    order
        The accepted rows by id and revision.
    reason
        Reason for quarantine per row (0: none).
    remapped
        Accepted rows that the history has under another mapping.
    """

    accept: Bool[np.ndarray, " row"]
    order: Int64[np.ndarray, " accepted"]
    reason: Int8[np.ndarray, " row"]
    remapped: Bool[np.ndarray, " row"]


class _RevisionGroups(NamedTuple):
    """Good rows grouped by id and revision.

    ``of`` is the group of each row, ``begin`` the first row of each group.
    """

    of: Int64[np.ndarray, " row"]
    begin: Int64[np.ndarray, " group"]

    @property
    def repeated(self) -> bool:
        """Whether a group has several rows."""
        return len(self.begin) < len(self.of)


def accept_rows(rows: RecordRows, stored: StoredRows) -> Acceptance:
    """Return which rows the history accepts, and which contradict it.

    Parameters
    ----------
    stored
        Returns the stored rows of ids (sorted, distinct) as :data:`~riskmodel.records.known_ids.KNOWN_ROW`, in the order in which
        they were ingested.
    """
    good = _sorted_good(rows)
    fresh = {name: taken(getattr(rows, name), good) for name in _COMPARED}
    groups = _groups(fresh)
    identity, revision = fresh["id"][groups.begin], fresh["revision"][groups.begin]
    old = stored(identity[first_of_runs(identity)])
    standing = _last_stored(old, identity, revision)
    agrees = fresh["content"] == _reference(fresh, groups, old, standing)[groups.of]
    order = _latest_ends(fresh, groups, agrees)
    is_new, differs = _compared(fresh, order, old, standing[groups.of[order]])

    count = len(rows.reason)
    reason = rows.reason.copy()
    reason[good[~agrees]] = QUARANTINE_REASONS.index(CONFLICT)
    accept, remapped = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
    chosen = good[order[is_new]]
    accept[chosen] = True
    remapped[good[order[differs]]] = True
    return Acceptance(accept, chosen, reason, remapped)


def _sorted_good(rows: RecordRows) -> Int64[np.ndarray, " good"]:
    """Return the numbers of the good rows by id and revision."""
    good = np.flatnonzero(rows.good)
    identity, revision = rows.id[good], rows.revision[good]
    if not len(good) or revision.max() == revision.min():
        # a stable order takes twice as long, and differs only where ids repeat
        order = np.argsort(identity)
        ordered = identity[order]
        return good[np.argsort(identity, kind="stable") if (ordered[1:] == ordered[:-1]).any() else order]
    return good[np.lexsort((revision, identity))]


def _groups(fresh: dict[str, Array]) -> _RevisionGroups:
    new = first_of_runs(fresh["id"], fresh["revision"])
    return _RevisionGroups(np.cumsum(new) - 1, np.flatnonzero(new))


def _reference(
    fresh: dict[str, Array], groups: _RevisionGroups, old: KnownRows, standing: Int64[np.ndarray, " group"]
) -> Int64[np.ndarray, " group"]:
    """Return the content that rows of each group must have."""
    reference = fresh["content"][groups.begin]
    if groups.repeated:
        reference = np.minimum.reduceat(fresh["content"], groups.begin)
    known = standing >= 0
    if known.any():
        reference[known] = old["content"][standing[known]]
        # what the source says is unchanged: only its meaning to the project is another one
        again = known[groups.of] & (fresh["said"] == old["said"][standing[groups.of]]) & (fresh["said"] != 0)
        reference[groups.of[again]] = fresh["content"][again]
    return reference


def _latest_ends(
    fresh: dict[str, Array], groups: _RevisionGroups, agrees: Bool[np.ndarray, " good"]
) -> Int64[np.ndarray, " latest"]:
    """Return one agreeing row per group: the latest news of an end.

    Rows that tie may still differ in their words (two spellings of one kind); their hash decides, not their order.
    """
    if not groups.repeated:
        return np.flatnonzero(agrees)
    closed = fresh["ended_known"] != NEVER
    order = np.lexsort((fresh["said"], fresh["ends"], fresh["ended"], fresh["ended_known"], closed, groups.of))
    order = order[agrees[order]]
    return order[last_of_runs(groups.of[order])]


def _compared(
    fresh: dict[str, Array], order: Int64[np.ndarray, " latest"], old: KnownRows, at: Int64[np.ndarray, " latest"]
) -> tuple[Bool[np.ndarray, " latest"], Bool[np.ndarray, " latest"]]:
    """Compare the rows at ``order`` with the stored ones.

    Returns which are new to the history, and which it has with another meaning.
    """
    before = at >= 0
    is_new, differs = ~before, np.zeros(len(before), dtype=bool)
    if before.any():
        for name in ("content", "ended", "ended_known", "ends"):
            is_new = is_new | (before & (fresh[name][order] != old[name][at]))
        for name in ("content", "ends"):
            differs = differs | (before & (fresh[name][order] != old[name][at]))
    return is_new, differs


def _last_stored(
    old: KnownRows, identity: Int64[np.ndarray, " group"], revision: Int64[np.ndarray, " group"]
) -> Int64[np.ndarray, " group"]:
    """Return the last position in ``old`` of each id and revision.

    Both are sorted together; a pair that is not stored has position -1.
    """
    found = np.full(len(identity), -1, dtype=np.int64)
    if not len(old) or not len(identity):
        return found
    # ids and revisions of both are numbered together
    whole = np.lexsort((np.concatenate([revision, old["revision"]]), np.concatenate([identity, old["id"]])))
    new = first_of_runs(np.concatenate([identity, old["id"]])[whole], np.concatenate([revision, old["revision"]])[whole])
    number = np.empty(len(whole), dtype=np.int64)
    number[whole] = np.cumsum(new) - 1
    latest = np.full(int(new.sum()), -1, dtype=np.int64)
    np.maximum.at(latest, number[len(identity) :], np.arange(len(old)))
    return latest[number[: len(identity)]]
