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
    if not len(cell):
        return ()
    order = np.lexsort((occurred, cell))
    cells, days = np.asarray(cell)[order].astype(np.int64), np.asarray(occurred)[order].astype(np.int64)
    ends = np.append(np.flatnonzero(np.diff(cells)), len(cells) - 1)
    last, names = days[ends], cells[ends]
    place = np.repeat(np.arange(len(ends)), np.diff(np.append(-1, ends)))
    own = days > last[place] - USUAL_SPAN
    counts = np.bincount(place[own], minlength=len(ends))
    apart = np.where(own[1:] & own[:-1] & (place[1:] == place[:-1]), np.diff(days), 1)
    longest = np.ones(len(ends), dtype=np.int64)
    np.maximum.at(longest, place[1:], apart)
    every = np.sort(days)
    up_to = np.searchsorted(every, last, side="right")
    before = up_to - np.searchsorted(every, last - USUAL_SPAN, side="right")
    usual = counts / np.maximum(before - counts, 1) * (len(every) - up_to)
    silent = through - last
    spread = _spread(place[own], (last[place] - days)[own] // BLOCK, len(ends))
    found = np.flatnonzero(
        (np.minimum(counts, usual) >= FEWEST * spread) & (silent >= LEAST_SILENT) & (silent > LONGER * longest)
    )
    ranked = found[np.argsort(-usual[found], kind="stable")]
    return tuple(SilentCell(int(names[at]), int(last[at]) + 1, round(float(usual[at]), 1)) for at in ranked)


def _spread(place: Any, block: Any, places: int) -> Any:
    """Return by how much the counts of blocks differ more than chance.

    That is their variance over their mean, and 1 at least: complaints about a building site come by the dozen, and end with it.
    """
    blocks = USUAL_SPAN // BLOCK
    counts = np.bincount(place * blocks + block, minlength=places * blocks).reshape(places, blocks)
    return np.maximum(counts.var(axis=1, ddof=1) / counts.mean(axis=1), 1.0)
