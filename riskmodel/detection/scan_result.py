"""Result of a scan: clusters of neighbouring cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool

from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class ScanCluster:
    """Neighbouring cells with more events than expected since a period.

    Parameters
    ----------
    cells
        Numbers of the cells, increasing.
    since
        First period, 0-based; it lasts to the last period.
    observed, expected
        Events there, and how many were expected.
    statistic
        Log likelihood ratio, divided by the ratio of variance to mean.
    p_value
        Share of replicates whose most likely cluster is as large. Later clusters of a scan are compared with the same replicates, which is
        conservative.
    """

    cells: tuple[int, ...]
    since: int
    observed: int
    expected: float
    statistic: float
    p_value: float

    @property
    def ratio(self) -> float:
        """Observed over expected events."""
        return self.observed / self.expected

    def sentence(self, names: tuple[str, ...] | None = None) -> str:
        """Return the finding in words, with names of the cells if given."""
        named = ", ".join(str(cell) if names is None else names[cell] for cell in self.cells)
        return (
            f"{counted(self.observed, 'event')} in {counted(len(self.cells), 'cell')} ({named}) since period {self.since}, where "
            f"{self.expected:.1f} were expected ({self.ratio:.1f} times as many); p = {self.p_value:.3g}."
        )


@dataclass(frozen=True, eq=False, repr=False)
class ScanResult(HtmlCard):
    """Clusters of a scan, the most likely first; none overlap.

    Parameters
    ----------
    clusters
        Clusters, unusual or not; see their ``p_value``.
    replicates
        Number of replicates that were drawn.
    judged
        Whether each cell could be judged; a cell with a missing count or expectation is in no zone.
    names
        Names of the cells, if places were given.
    """

    clusters: tuple[ScanCluster, ...]
    replicates: int
    judged: Bool[np.ndarray, " cell"]
    names: tuple[str, ...] | None = None

    def __repr__(self) -> str:
        likeliest = f", the likeliest p = {self.clusters[0].p_value:.3g}" if self.clusters else ""
        return (
            f"<ScanResult: {counted(len(self.clusters), 'cluster')}{likeliest}, {int(self.judged.sum()):,} of {counted(len(self.judged), 'cell')} judged, "
            f"{counted(self.replicates, 'replicate')}>"
        )

    def frame(self) -> pd.DataFrame:
        """Return one row per cluster and cell.

        Columns are cluster, cell, since (a period), observed, expected, ratio, statistic, p_value and the finding in words.
        """
        import pandas as pd

        rows = [
            {
                "cluster": number,
                "cell": cell if self.names is None else self.names[cell],
                "since": cluster.since,
                "observed": cluster.observed,
                "expected": cluster.expected,
                "ratio": cluster.ratio,
                "statistic": cluster.statistic,
                "p_value": cluster.p_value,
                "finding": cluster.sentence(self.names),
            }
            for number, cluster in enumerate(self.clusters)
            for cell in cluster.cells
        ]
        columns = ["cluster", "cell", "since", "observed", "expected", "ratio", "statistic", "p_value", "finding"]
        return pd.DataFrame(rows, columns=columns)
