"""Rankings: what the places at the top of a list catch, with a stated budget and a stated rule for ties.

Rows are ranked within a block (an as-of date, or a centre on a date) by falling forecast. **Ties are shared:** rows with the same
forecast enter together, and where the budget ends among them each counts with the same share, which is the mean over all orders
that the tied rows could stand in (McSherry and Najork, 2008). So no result depends on how cells are numbered, and a forecaster
that calls all places alike scores what a random order would.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.errors import bad_argument


@dataclass(frozen=True, eq=False)
class Cuts:
    """Where rankings are cut.

    Parameters
    ----------
    centre
        Number of each row's centre; -1 where it has none, and then it cannot be listed.
    capacity
        Places that a centre can visit, a value a centre.
    area
        Area of each row's cell, in any unit.
    cells
        Places that may be chosen a date in the whole county; None: as many as fill ``share``.
    share
        Share of the area that may be chosen a date.
    recall
        Share of the rows with an event that must be found, for the precision at a stated recall.
    """

    centre: Int32[np.ndarray, " row"]
    capacity: Float64[np.ndarray, " centre"]
    area: Float64[np.ndarray, " row"]
    cells: int | None = None
    share: float = 0.05
    recall: float = 0.5

    def __post_init__(self) -> None:
        bad = ~(np.isfinite(self.area) & (self.area > 0))
        if bad.any():
            raise bad_argument("area", "Cuts", "above 0 for every row", float(self.area[np.flatnonzero(bad)[0]]))

    @classmethod
    def plain(cls, rows: int, capacity: float = 20, **settings: Any) -> Cuts:
        """One centre, and cells of one area."""
        return cls(np.zeros(rows, dtype=np.int32), np.array([float(capacity)]), np.ones(rows), **settings)

    def take(self, rows: Any) -> Cuts:
        """The cuts of the chosen rows."""
        return Cuts(self.centre[rows], self.capacity, self.area[rows], self.cells, self.share, self.recall)


@dataclass(frozen=True, eq=False)
class Ranked:
    """Rows in falling order of ``score`` within each block, tied rows in one group; ``unit`` is what a budget is spent on."""

    order: Any
    start: Any
    block: Any
    blocks: int
    unit: Any = field(repr=False)
    before: Any = field(repr=False)

    @classmethod
    def of(cls, block: Any, blocks: int, score: Any, unit: Any) -> Ranked:
        """Rank; rows of block -1 are left out."""
        order = np.lexsort((-score, block))
        order = order[np.searchsorted(block[order], 0) :]
        b, s = block[order], score[order]
        start = np.flatnonzero(np.concatenate([[True], (b[1:] != b[:-1]) | (s[1:] != s[:-1])])) if len(order) else order
        own = np.add.reduceat(unit[order], start) if len(order) else np.zeros(0)
        of = b[start]
        running = np.cumsum(own) - own
        first = np.searchsorted(of, np.arange(blocks))
        before = running - (running[first[of]] if len(of) else running)
        return cls(order, start, of, blocks, own, before)

    def caught(self, budget: Any, *values: Any) -> tuple[Float64[np.ndarray, " block"], ...]:
        """Sums of ``values`` over the rows that a budget a block pays for."""
        if not len(self.order):
            return tuple(np.zeros(self.blocks) for _ in values)
        share = np.clip((np.asarray(budget, dtype=np.float64)[self.block] - self.before) / self.unit, 0.0, 1.0)
        return tuple(
            np.bincount(self.block, share * np.add.reduceat(np.asarray(v, np.float64)[self.order], self.start), self.blocks)
            for v in values
        )


def caught(block: Any, score: Any, unit: Any, budget: Any, *values: Any) -> tuple[Float64[np.ndarray, " block"], ...]:
    """Sums of ``values`` over the rows of each block that stand first by ``score``, until ``unit`` has used up the budget.

    The group of ties in which a budget ends counts in part, and so does a single row whose ``unit`` is more than what is left.

    Parameters
    ----------
    block
        Block of each row, from 0; rows of block -1 are never chosen.
    score
        By which rows are ranked, high first.
    unit
        What a row costs: 1, or its area.
    budget
        What may be spent, a value a block.
    values
        What is added up, a value a row each.
    """
    return Ranked.of(np.asarray(block), len(budget), score, unit).caught(budget, *values)


def hit_curve(at: Any, dates: int, score: Any, unit: Any, y: Any, shares: Any) -> Float64[np.ndarray, " share"]:
    """Share of all events in the best-ranked ``shares`` of the units (cells or area) of each date; dates pooled."""
    ranked = Ranked.of(np.asarray(at), dates, score, unit)
    whole = np.bincount(at, unit, dates)
    events = max(1.0, float(np.sum(y)))
    return np.array([float(ranked.caught(share * whole, y)[0].sum()) / events for share in shares])


def top_decile(y: Any, mean: Any, as_of: Any) -> float:
    """Share of the true top decile that stands in the predicted one, both per as-of date, dates pooled.

    On a date with ``n`` rows both deciles have ``ceil(n / 10)`` rows; the true one leaves out rows without an event. Ties
    are broken by the order of rows (cells by id), for the truth as for the forecast.
    """
    found, true = top_decile_parts(y, mean, np.unique(as_of, return_inverse=True)[1])
    return float(found.sum() / true.sum()) if true.sum() else float("nan")


def top_decile_parts(y: Any, mean: Any, at: Any) -> tuple[Float64[np.ndarray, " date"], Float64[np.ndarray, " date"]]:
    """Caught rows and rows of the true top decile, a value a date; ``at`` numbers each row's date."""
    order = np.argsort(at, kind="stable")
    found, there = [], []
    for rows in np.split(order, np.flatnonzero(np.diff(at[order])) + 1):
        k = -(-len(rows) // 10)
        true = np.argsort(-y[rows], kind="stable")[:k]
        true = true[y[rows][true] > 0]
        predicted = np.argsort(-mean[rows], kind="stable")[:k]
        found.append(len(np.intersect1d(true, predicted)))
        there.append(len(true))
    return np.array(found, dtype=np.float64), np.array(there, dtype=np.float64)


class Precision:
    """Rows ranked over all dates by their probability of an event: average precision, and the precision at a stated recall.

    Tied rows enter together, so a threshold never parts them. With a weight a row, a draw of a bootstrap is one pass.
    """

    def __init__(self, score: Any, hit: Any) -> None:
        self.order = np.argsort(-score, kind="stable")
        ranked = score[self.order]
        self.last = np.flatnonzero(np.concatenate([ranked[1:] != ranked[:-1], [True]]))
        self.hit = np.asarray(hit, dtype=np.float64)[self.order]

    def _running(self, weight: Any | None) -> tuple[Any, Any]:
        w = np.ones(len(self.order)) if weight is None else weight[self.order]
        return np.cumsum(w)[self.last], np.cumsum(w * self.hit)[self.last]

    def average(self, weight: Any | None = None) -> float:
        """Mean of the precision over the rows with an event, each at the threshold that just takes it in."""
        listed, found = self._running(weight)
        if found[-1] == 0:
            return float("nan")
        gain = np.diff(found, prepend=0.0)
        there = gain > 0
        return float((gain[there] * found[there] / listed[there]).sum() / found[-1])

    def at_recall(self, recall: float, weight: Any | None = None) -> float:
        """Precision of the shortest list that finds the share ``recall`` of the rows with an event; ties are shared."""
        listed, found = self._running(weight)
        if found[-1] == 0:
            return float("nan")
        wanted = recall * found[-1]
        at = int(np.searchsorted(found, wanted * (1 - 1e-12)))
        had = (listed[at - 1], found[at - 1]) if at else (0.0, 0.0)
        rows = had[0] + (wanted - had[1]) / (found[at] - had[1]) * (listed[at] - had[0])
        return float(wanted / rows)
