"""Belief: which revision of each record was believed until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Int32, Int64

from riskmodel.base.days import NEVER
from riskmodel.base.equal_runs import first_of_runs, last_of_runs
from riskmodel.records.column_schema import Array

Numbers = Int32[np.ndarray, " row"] | Int64[np.ndarray, " row"]
Chosen = Bool[np.ndarray, " row"]


def believed(rows: Mapping[str, Array]) -> dict[str, Array]:
    """Return the records of stored rows and until when each was believed.

    A revision is believed from the day after it became known until the day on which the first higher revision of its id became
    known; a withdrawal only ends the belief in the one before. Of several rows with one id and revision (a state and, later,
    its end) the row ingested last counts. Where an end that was known is changed or taken back without a new revision, there is one record
    per end: each is believed until the next became known, which is the day of that news if the source states a later one, else the day of
    the ingest. So what was known before stays. An id is left out if all its rows are about days before its source's ``limit``.

    Parameters
    ----------
    rows
        Columns of one length as :func:`riskmodel.records.part_table.part_rows` gives them, in any order.

    Returns
    -------
    dict
        ``id``, ``kind``, ``cell``, ``successor``, ``occurred``, ``known``, ``until``, ``ended`` and ``amount`` of every record
        that was ever believed, sorted by id and revision.
    """
    every, counts = _sorted_rows(rows)
    row = {name: values[counts] for name, values in every.items()}
    kept = within(row["id"], row["last"], row["limit"])
    until = _until(row["id"], row["known"].astype(np.int64))
    ended = _effective_end(row["ended"], row["ended_known"])
    keep = kept & ~row["withdrawn"].astype(bool)
    former = _former_ends(every, counts, until, keep)
    known = row["known"].copy()
    known[former.of] = former.known_again
    # a last end that became known only after a higher revision was never believed
    keep[former.of] &= known[former.of] < until[former.of]
    names = ("id", "kind", "cell", "successor", "occurred", "amount")
    chosen = np.concatenate([former.row, np.flatnonzero(keep)])
    order = np.lexsort((np.concatenate([former.known, known[keep]]), chosen))
    found = {name: row[name][chosen][order] for name in names}
    found["known"] = np.concatenate([former.known, known[keep]])[order]
    return found | {
        "until": np.concatenate([former.until, until[keep]])[order],
        "ended": np.concatenate([former.ended, ended[keep]])[order],
    }


def _sorted_rows(rows: Mapping[str, Array]) -> tuple[dict[str, Array], Int64[np.ndarray, " counting"]]:
    """Return rows by id, revision and ingest, and those that count.

    The last row of each id and revision counts; they are given by their numbers.
    """
    order = np.lexsort((rows["part"], rows["revision"], rows["id"]))
    found = {name: np.asarray(values)[order] for name, values in rows.items()}
    return found, np.flatnonzero(last_of_runs(found["id"], found["revision"]))


def changed_ends(last: Chosen, ended: Numbers, ended_known: Numbers) -> Chosen:
    """Return which rows state a known end that the next row changes.

    Rows are sorted by id, revision and ingest; ``last`` are the last of each id and revision.
    """
    changed = np.zeros(len(last), dtype=bool)
    differs = (ended[1:] != ended[:-1]) | (ended_known[1:] != ended_known[:-1])
    changed[:-1] = ~last[:-1] & (ended[:-1] != NEVER) & differs
    return changed


def _effective_end(ended: Numbers, ended_known: Numbers) -> Numbers:
    """Return the day on which states ended as far as known."""
    return np.where(ended == NEVER, int(NEVER), np.maximum(ended, ended_known))


class _FormerEnds(NamedTuple):
    """Ends that were known and then changed, one per end.

    ``row`` is the number of the row that counts; the record with this end is believed from ``known`` until ``until``. From
    ``known_again`` on the row ``of`` is believed with its last end.
    """

    row: Int64[np.ndarray, " end"]
    known: Int64[np.ndarray, " end"]
    until: Int64[np.ndarray, " end"]
    ended: Int64[np.ndarray, " end"]
    of: Int64[np.ndarray, " changed"]
    known_again: Int64[np.ndarray, " changed"]


def _former_ends(
    every: Mapping[str, Array], counts: Int64[np.ndarray, " row"], until: Int64[np.ndarray, " row"], keep: Chosen
) -> _FormerEnds:
    """Return the ends that later rows of one id and revision changed."""
    last = np.zeros(len(every["id"]), dtype=bool)
    last[counts] = True
    row_of = np.searchsorted(counts, np.arange(len(last)))
    found: list[tuple[int, int, int, int]] = []
    begins: dict[int, int] = {}
    effective = _effective_end(every["ended"], every["ended_known"])
    for at in np.flatnonzero(changed_ends(last, every["ended"], every["ended_known"])).tolist():
        row = int(row_of[at])
        if not keep[row]:
            continue
        news = int(every["ended_known"][at + 1])
        replaced = news if every["ended_known"][at] < news < NEVER else int(every["ingested"][at + 1])
        begin = begins.get(row, int(every["known"][counts[row]]))
        end = min(replaced, int(until[row]))
        if begin < end:
            found.append((row, begin, end, int(effective[at])))
            begins[row] = replaced
    row, begin, end, ended = np.array(found, dtype=np.int64).reshape(-1, 4).T
    again = np.array([*begins.items()], dtype=np.int64).reshape(-1, 2).T
    return _FormerEnds(row, begin, end, ended, again[0], again[1])


def _until(identity: Int64[np.ndarray, " row"], known: Int64[np.ndarray, " row"]) -> Int64[np.ndarray, " row"]:
    """Return the day on which each row was replaced.

    That is the day on which the first higher revision of its id became known.

    NEVER for the highest revision of an id. Rows are sorted by id and revision.
    """
    until = np.full(len(identity), int(NEVER), dtype=np.int64)
    for at in np.flatnonzero(~last_of_runs(identity))[::-1]:
        until[at] = min(known[at + 1], until[at + 1])
    return until


def within(identity: Int64[np.ndarray, " row"], last: Numbers, limit: Numbers | int) -> Chosen:
    """Return which rows belong to ids that are kept.

    An id is kept if one of its rows is about day ``limit`` or later. Rows are sorted by id; ``last`` is the last day that each is about. An id is kept or left out as a whole: a lower revision is
    never left without the higher one that replaced it.
    """
    if not len(identity):
        return np.zeros(0, dtype=bool)
    late = last >= limit
    begin = np.flatnonzero(first_of_runs(identity))
    return np.repeat(np.logical_or.reduceat(late, begin), np.diff(np.append(begin, len(identity))))
