"""Places from which no record comes any more."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

USUAL_SPAN = 364
"""Days up to a place's last record in which its records, for each of the others, are usual."""

FEWEST = 40.0
"""Expected records, and records in the year before by which they are expected, from which a place is silent and not only quiet."""

BLOCK = 28
"""Days of the parts of the year before whose counts say how much they differ."""

LONGER = 3
"""The silence is longer than so many of the place's longest earlier gap."""

LEAST_SILENT = 28
"""Fewest days of a silence."""


class SilentCell(NamedTuple):
    """A place from which no record comes any more.

    Parameters
    ----------
    cell
        Number of the place.
    since
        First day without a record.
    usual
        Records that would have been there.
    """

    cell: int
    since: int
    usual: float


def silent_cells(cell: Any, occurred: Any, through: int) -> tuple[SilentCell, ...]:
    """Return the places that fell silent, the most missed first.

    A place is silent if many records should have come since its last one, and if it never was silent for a third of that time. As many are expected for each record of the other
    places as in the year before, so fewer where all have fewer.

    Parameters
    ----------
    cell
        Number of each record's place ``[record]``.
    occurred
        Days on which they occurred ``[record]``.
    through
        Last day of the history.

    Examples
    --------
    >>> days, places = np.repeat(np.arange(700), 4), np.tile(np.arange(4), 700)
    >>> there = (places != 2) | (days < 600)
    >>> silent_cells(places[there], days[there], 699)
    (SilentCell(cell=2, since=600, usual=100.0),)
    >>> silent_cells(places, days, 699)
    ()
    """
    records = np.asarray(cell, dtype=np.int64), np.asarray(occurred, dtype=np.int64)
    if not len(records[0]):
        return ()
    totals, latest = np.bincount(records[0]), np.full(int(records[0].max()) + 1, -1, dtype=np.int64)
    np.maximum.at(latest, *records)
    asked = (totals >= FEWEST) & (through - latest >= LEAST_SILENT)
    mine = asked[records[0]]
    if not mine.any():
        return ()
    order = np.lexsort((records[1][mine], records[0][mine]))
    cells, days = (values[mine][order] for values in records)
    names = np.flatnonzero(asked)
    place, last = np.searchsorted(names, cells), latest[names]
    own = days > last[place] - USUAL_SPAN
    counts = np.bincount(place[own], minlength=len(names))
    apart = np.where(own[1:] & own[:-1] & (place[1:] == place[:-1]), np.diff(days), 1)
    longest = np.ones(len(names), dtype=np.int64)
    np.maximum.at(longest, place[1:], apart)
    before, after = _others(records[1], last)
    usual = counts / np.maximum(before - counts, 1) * after
    spread = _spread(place[own], (last[place] - days)[own] // BLOCK, len(names))
    found = np.flatnonzero((np.minimum(counts, usual) >= FEWEST * spread) & (through - last > LONGER * longest))
    ranked = found[np.argsort(-usual[found], kind="stable")]
    return tuple(SilentCell(int(names[at]), int(last[at]) + 1, round(float(usual[at]), 1)) for at in ranked)


def _others(occurred: Any, last: Any) -> tuple[Any, Any]:
    """Return the records of all places in the year before, and after."""
    first = int(occurred.min())
    up_to = np.cumsum(np.bincount(occurred - first))

    def until(day: Any) -> Any:
        at = np.minimum(day - first, len(up_to) - 1)
        return np.where(at < 0, 0, up_to[np.maximum(at, 0)])

    return until(last) - until(last - USUAL_SPAN), up_to[-1] - until(last)


def _spread(place: Any, block: Any, places: int) -> Any:
    """Return by how much the counts of blocks differ more than chance.

    That is their variance over their mean, and 1 at least: complaints about a building site come by the dozen, and end with it.
    """
    blocks = USUAL_SPAN // BLOCK
    counts = np.bincount(place * blocks + block, minlength=places * blocks).reshape(places, blocks)
    return np.maximum(counts.var(axis=1, ddof=1) / counts.mean(axis=1), 1.0)
