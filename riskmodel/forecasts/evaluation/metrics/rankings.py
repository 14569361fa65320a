"""Rankings: events captured by the places at the top of a list.

Rows are ranked within a block (an as-of date, or a centre on a date) by falling forecast. **Ties are shared:** rows with the same
forecast enter together, and where the budget ends among them each counts with the same share, which is the mean over all orders of
the tied rows (McSherry and Najork, 2008). So no result depends on how cells are numbered, and a forecaster that gives all places the
same forecast scores as a random order would.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.equal_runs import first_of_runs
from riskmodel.base.errors import bad_argument


@dataclass(frozen=True, eq=False)
class Cuts:
    """Where rankings are cut.

    Parameters
    ----------
    centre
        Number of each row's centre; -1 where it has none, and then the row cannot be listed.
    capacity
        Number of places that each centre can visit.
    area
        Area of each row's cell, in any unit.
    cells
        Places chosen per date in the whole county; if None, as many as fill ``share``.
    share
        Share of the area chosen per date.
    recall
        Share of the rows with an event to be found, for the precision at that recall.
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
        """Create cuts for one centre and cells of equal area."""
        return cls(np.zeros(rows, dtype=np.int32), np.array([float(capacity)]), np.ones(rows), **settings)

    def take(self, rows: Any) -> Cuts:
        """Return the cuts of the chosen rows."""
        return Cuts(self.centre[rows], self.capacity, self.area[rows], self.cells, self.share, self.recall)


@dataclass(frozen=True, eq=False)
class Ranking:
    """Rows in falling order of a score within blocks, with ties grouped.

    ``order`` lists the ranked rows and ``start`` where each group of ties begins in it; ``block``, ``unit`` and ``before`` hold, for
    each group, its block, the budget that it costs, and the budget spent before it.
    """

    order: Any
    start: Any
    block: Any
    blocks: int
    unit: Any = field(repr=False)
    before: Any = field(repr=False)

    @classmethod
    def of(cls, block: Any, blocks: int, score: Any, unit: Any) -> Ranking:
        """Rank rows by score within their block.

        Parameters
        ----------
        block
            Block of each row, from 0; rows of block -1 are never chosen.
        blocks
            Number of blocks.
        score
            Value by which rows are ranked, highest first.
        unit
            Budget that a row costs: 1, or its area.
        """
        order = np.lexsort((-score, block))
        order = order[np.searchsorted(block[order], 0) :]
        b, s = block[order], score[order]
        start = np.flatnonzero(first_of_runs(b, s))
        own = np.add.reduceat(unit[order], start) if len(order) else np.zeros(0)
        of = b[start]
        running = np.cumsum(own) - own
        first = np.searchsorted(of, np.arange(blocks))
        before = running - (running[first[of]] if len(of) else running)
        return cls(order, start, of, blocks, own, before)

    def within_budget(self, budget: Any, *values: Any) -> tuple[Float64[np.ndarray, " block"], ...]:
        """Sum values over the top rows of each block within its budget.

        The group of ties in which a budget ends counts in part, and so does a single row that costs more than the rest of the budget.

        Parameters
        ----------
        budget
            Budget of each block.
        values
            Arrays with one value per row.
        """
        if not len(self.order):
            return tuple(np.zeros(self.blocks) for _ in values)
        share = np.clip((np.asarray(budget, dtype=np.float64)[self.block] - self.before) / self.unit, 0.0, 1.0)
        return tuple(
            np.bincount(self.block, share * np.add.reduceat(np.asarray(v, np.float64)[self.order], self.start), self.blocks)
            for v in values
        )


def hit_curve(at: Any, score: Any, y: Any, shares: Any) -> Float64[np.ndarray, " share"]:
    """Compute the share of events in the best-ranked shares of cells.

    Rows are ranked on each date; dates are pooled.

    Parameters
    ----------
    at
        Number of each row's date, from 0.
    score
        Value by which rows are ranked, highest first.
    shares
        Shares of the cells of a date, 0 to 1.
    """
    at = np.asarray(at)
    ones, dates = np.ones(len(at)), int(at.max()) + 1
    ranking = Ranking.of(at, dates, score, ones)
    whole = np.bincount(at, ones, dates)
    events = max(1.0, float(np.sum(y)))
    return np.array([float(ranking.within_budget(share * whole, y)[0].sum()) / events for share in shares])


def top_decile_parts(y: Any, mean: Any, at: Any) -> tuple[Float64[np.ndarray, " date"], Float64[np.ndarray, " date"]]:
    """Count found and true top-decile rows on each date.

    On a date with ``n`` rows both deciles have ``ceil(n / 10)`` rows; the true one leaves out rows without an event. Ties are broken by
    the order of rows (cells by id), for the truth as for the forecast. ``at`` is the number of each row's date.
    """
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
