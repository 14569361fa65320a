"""Data entry: delays, corrections, withdrawals, repeats and unreadable values.

The last revision of a record is always right; a withdrawn record never happened. So counts of what is finally
believed agree with the truth.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

Rows = dict[str, np.ndarray]
"""Columns of equal length: codes, days and numbers; ``known`` is the day on which the row was entered."""

VALID, WITHDRAWN = 0, 1

REPEATED_SHARE = 0.003
DAMAGED_SHARE = 0.0005


class Delay(NamedTuple):
    """Delay from occurrence to entry, in days.

    ``usual`` holds the probabilities of 0, 1, ... days. A share ``late`` waits longer by a geometric number of days of mean
    ``tail``; no delay exceeds ``longest``. After ``lag`` days the source is stated to be complete.
    """

    usual: Sequence[float]
    late: float
    tail: float
    longest: int
    lag: int

    def draw(self, count: int, rng: np.random.Generator) -> np.ndarray:
        """Draw ``count`` delays in days, int32."""
        days = np.searchsorted(np.cumsum(self.usual)[:-1], rng.random(count), side="right").astype(np.int32)
        late = np.flatnonzero(rng.random(count) < self.late)
        days[late] += rng.geometric(1 / self.tail, len(late)).astype(np.int32)
        return np.minimum(days, np.int32(self.longest))


DELAYS = {
    "police": Delay((0.78, 0.17, 0.05), 0.0, 1.0, 2, 2),
    "online": Delay((0.34, 0.28, 0.17, 0.11, 0.06, 0.04), 0.0, 1.0, 5, 5),
    "sentiment": Delay((0.30, 0.20, 0.14, 0.10, 0.07, 0.06, 0.04, 0.03, 0.02, 0.02, 0.02), 0.03, 12.0, 75, 10),
    "rental_inspections": Delay((0.12, 0.20, 0.18, 0.15, 0.12, 0.10, 0.07, 0.06), 0.10, 14.0, 60, 14),
    "rental_hazards": Delay((0.12, 0.20, 0.18, 0.15, 0.12, 0.10, 0.07, 0.06), 0.12, 15.0, 60, 14),
    "rental_register": Delay((0.05, 0.10, 0.15, 0.15, 0.15, 0.15, 0.15, 0.10), 0.25, 20.0, 90, 21),
    "disputes": Delay((0.20, 0.25, 0.18, 0.13, 0.10, 0.08, 0.06), 0.08, 13.0, 50, 14),
    "enterprise_register": Delay((0.10, 0.20, 0.20, 0.15, 0.15, 0.10, 0.10), 0.10, 15.0, 60, 14),
    "mediations": Delay((0.35, 0.25, 0.18, 0.12, 0.10), 0.07, 12.0, 50, 14),
}


class Faults(NamedTuple):
    """Shares of wrong and false reports, and mean days to correction."""

    wrong: float
    corrected_after: float
    false: float
    withdrawn_after: float


FAULTS = {"police": Faults(0.025, 9.0, 0.012, 15.0), "sentiment": Faults(0.020, 8.0, 0.025, 12.0)}


def numbered(rows: Rows, first_id: int, rng: np.random.Generator) -> Rows:
    """Number rows by day of entry, randomly within a day."""
    order = np.lexsort((rng.random(len(rows["known"])), rows["known"]))
    rows = {name: column[order] for name, column in rows.items()}
    return {"id": np.arange(first_id, first_id + len(order)), **rows}


def joined_entries(parts: Sequence[Rows]) -> Rows:
    """Concatenate blocks of rows."""
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}


def revised(rows: Rows, faults: Faults, cells: int, kinds: int, first_id: int, rng: np.random.Generator) -> Rows:
    """Add false reports and wrong first revisions with their corrections.

    ``rows`` holds what happened: ``kind``, ``cell``, ``occurred`` and ``known``. A wrong first revision stands in the
    cell next on the list, in the kind that is easily mistaken for it (its pair), or one to three days too early.
    """
    count = len(rows["known"])
    like = rng.integers(0, max(count, 1), rng.binomial(count, faults.false))
    false = {name: column[like] for name, column in rows.items()}
    false["cell"] = _next(false["cell"], cells)
    first = joined_entries([rows, false])
    first["false"] = np.repeat([False, True], [count, len(like)])
    first = numbered(first, first_id, rng)
    is_false = first.pop("false")
    first["revision"] = np.ones(len(is_false), dtype=np.int32)
    first["status"] = np.full(len(is_false), VALID, dtype=np.int32)

    wrong = ~is_false & (rng.random(len(is_false)) < faults.wrong)
    right = {name: column[wrong] for name, column in first.items()}
    right["revision"] = right["revision"] + 1
    right["known"] = right["known"] + 1 + rng.geometric(1 / faults.corrected_after, len(right["known"]))
    what = rng.integers(0, 3, len(right["known"]))
    paired = right["kind"] ^ 1
    first["cell"][wrong] = np.where(what == 0, _next(right["cell"], cells), right["cell"])
    first["kind"][wrong] = np.where((what == 1) & (paired < kinds), paired, right["kind"])
    first["occurred"][wrong] = right["occurred"] - np.where(what == 2, rng.integers(1, 4, len(what)), 0)

    gone = {name: column[is_false] for name, column in first.items()}
    gone["revision"] = gone["revision"] + 1
    gone["status"] = np.full(len(gone["known"]), WITHDRAWN, dtype=np.int32)
    gone["known"] = gone["known"] + 2 + rng.geometric(1 / faults.withdrawn_after, len(gone["known"]))
    return joined_entries([first, right, gone])


def _next(cell: np.ndarray, cells: int) -> np.ndarray:
    """Return the next cell, or the previous one at the end."""
    return np.where(cell + 1 < cells, cell + 1, cell - 1)


class Backlog:
    """Rows that have occurred but are not entered yet."""

    def __init__(self) -> None:
        self._parts: list[Rows] = []

    def add(self, rows: Rows) -> None:
        """Add rows."""
        self._parts.append(rows)

    def entered(self, through: int) -> Rows | None:
        """Remove and return rows entered through a day; None if never filled."""
        if not self._parts:
            return None
        rows = joined_entries(self._parts)
        done = rows["known"] <= through
        self._parts = [{name: column[~done] for name, column in rows.items()}]
        order = np.flatnonzero(done)[np.argsort(rows["known"][done], kind="stable")]
        return {name: column[order] for name, column in rows.items()}


def damaged(rows: Rows, bad_codes: dict[str, tuple[int, int]], rng: np.random.Generator) -> Rows:
    """Damage one column of a few rows, then repeat a few rows.

    ``bad_codes`` gives for each column that can be damaged the range ``[from, to)`` of codes of unusable values.
    """
    count = len(rows["known"])
    hit = np.flatnonzero(rng.random(count) < DAMAGED_SHARE)
    which = rng.integers(0, len(bad_codes), len(hit))
    for position, (name, (start, stop)) in enumerate(bad_codes.items()):
        target = hit[which == position]
        rows[name][target] = rng.integers(start, stop, len(target))
    again = np.repeat(np.arange(count), 1 + (rng.random(count) < REPEATED_SHARE))
    return {name: column[again] for name, column in rows.items()}
