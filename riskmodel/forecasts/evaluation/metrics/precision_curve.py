"""Precision along a ranking: average precision, and precision at a recall."""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.base.equal_runs import last_of_runs


class PrecisionCurve:
    """Precision along a ranking of all rows by one score.

    Rows of all dates are ranked together. Tied rows enter together, so a threshold never separates them. With a weight per row, a draw
    of a bootstrap is one pass.

    Parameters
    ----------
    score
        Value by which rows are ranked, highest first.
    hit
        Whether each row has an event.
    """

    def __init__(self, score: Any, hit: Any) -> None:
        self.order = np.argsort(-score, kind="stable")
        ranked = score[self.order]
        self.last = np.flatnonzero(last_of_runs(ranked))
        self.hit = np.asarray(hit, dtype=np.float64)[self.order]

    def _running(self, weight: Any | None) -> tuple[Any, Any]:
        """Return rows listed and rows found at each threshold."""
        w = np.ones(len(self.order)) if weight is None else weight[self.order]
        return np.cumsum(w)[self.last], np.cumsum(w * self.hit)[self.last]

    def average(self, weight: Any | None = None) -> float:
        """Compute the average precision over the rows with an event.

        Each row counts with the precision at the threshold that just includes it. NaN if no row has an event.
        """
        listed, found = self._running(weight)
        if found[-1] == 0:
            return float("nan")
        gain = np.diff(found, prepend=0.0)
        there = gain > 0
        return float((gain[there] * found[there] / listed[there]).sum() / found[-1])

    def at_recall(self, recall: float, weight: Any | None = None) -> float:
        """Compute the precision of the shortest list with a given recall.

        ``recall`` is the share of the rows with an event to be found; ties are shared. NaN if no row has an event.
        """
        listed, found = self._running(weight)
        if found[-1] == 0:
            return float("nan")
        wanted = recall * found[-1]
        at = int(np.searchsorted(found, wanted * (1 - 1e-12)))
        had = (listed[at - 1], found[at - 1]) if at else (0.0, 0.0)
        rows = had[0] + (wanted - had[1]) / (found[at] - had[1]) * (listed[at] - had[0])
        return float(wanted / rows)
