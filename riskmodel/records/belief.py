"""Belief: which revision of each record was believed until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from riskmodel.base.days import NEVER


def believed(rows: Mapping[str, Any]) -> dict[str, Any]:
    """Return the records of stored rows and until when each was believed.

    A revision is believed from the day after it became known until the day on which the first higher revision of its id became
    known; a withdrawal only ends the belief in the one before. Of several rows with one id and revision (a state and, later,
    its end) the row ingested last counts, at all as-of dates. An id is left out if all its rows are about days before its
    source's ``limit``.

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
    row = _counting_rows(rows)
    kept = within(row["id"], row["last"], row["limit"])
    if not kept.all():
        row = {name: values[kept] for name, values in row.items()}
    until = _until(row["id"], row["known"].astype(np.int64))
    ended = np.where(row["ended"] == NEVER, int(NEVER), np.maximum(row["ended"], row["ended_known"]))
    keep = ~row["withdrawn"].astype(bool)
    found = {name: row[name][keep] for name in ("id", "kind", "cell", "successor", "occurred", "known", "amount")}
    return found | {"until": until[keep], "ended": ended[keep]}


def _counting_rows(rows: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row that counts of each id and revision, sorted."""
    order = np.lexsort((rows["ended_known"] == NEVER, -rows["part"], rows["revision"], rows["id"]))
    sorted_rows = {name: np.asarray(values)[order] for name, values in rows.items()}
    identity, revision = sorted_rows["id"], sorted_rows["revision"]
    first = np.ones(len(identity), dtype=bool)
    first[1:] = (identity[1:] != identity[:-1]) | (revision[1:] != revision[:-1])
    return {name: values[first] for name, values in sorted_rows.items()}


def _until(identity: Any, known: Any) -> Any:
    """Return the day on which each row was replaced.

    That is the day on which the first higher revision of its id became known.

    NEVER for the highest revision of an id. Rows are sorted by id and revision.
    """
    until = np.full(len(identity), int(NEVER), dtype=np.int64)
    last = np.ones(len(identity), dtype=bool)
    last[:-1] = identity[:-1] != identity[1:]
    for at in np.flatnonzero(~last)[::-1]:
        until[at] = min(known[at + 1], until[at + 1])
    return until


def within(identity: Any, last: Any, limit: Any) -> Any:
    """Return which rows belong to ids that are kept.

    An id is kept if one of its rows is about day ``limit`` or later. Rows are sorted by id; ``last`` is the last day that each is about. An id is kept or left out as a whole: a lower revision is
    never left without the higher one that replaced it.
    """
    if not len(identity):
        return np.zeros(0, dtype=bool)
    late = last >= limit
    begin = np.flatnonzero(np.concatenate([[True], identity[1:] != identity[:-1]]))
    return np.repeat(np.logical_or.reduceat(late, begin), np.diff(np.append(begin, len(identity))))
