"""Tables whose dates mislead, as a newcomer would bring them: ``python benchmarks/misleading_dates.py``.

Counts are Poisson around fixed rates of 20 districts, so that the decayed rate is the best that can be known. What misleads is when rows became known, or which day stands
for them. Each table goes through ``init``, ``ingest`` and ``backtest`` with what ``init`` wrote. The same file runs in earlier commits, for comparison.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).absolute().parent.parent))

from benchmarks.strange_tables import FIRST, main


@dataclass(frozen=True)
class Table:
    """Trait of a table of thefts.

    Rows are entered ``late`` days after the event in the mean, and none before day ``entered``. The first ``quarterly`` districts deliver the events of a quarter with the date of its last
    day. A share ``first`` of the rows stands on the first day of its month. Thefts are recorded from day ``begun`` on, beside noise. One district reports nothing from day ``silent`` on.
    """

    name: str
    days: int = 1280
    rate: float = 18.0
    late: float = 0.0
    entered: int = 0
    quarterly: int = 0
    first: float = 0.0
    begun: int = 0
    silent: int = 10_000
    zeros: bool = False

    @property
    def header(self) -> tuple[str, ...]:
        """Names of the columns."""
        known = ("Entered on",) if self.late or self.entered else ()
        return ("Occurred on", *known, "Category", "District")

    def rows(self) -> Iterator[tuple[str, ...]]:
        """Yield the fields of each row."""
        rng = np.random.default_rng(7)
        share = rng.gamma(3.0, 1.0, 20)
        share /= share.sum()
        for day in range(self.days):
            for kind, rate in (("Theft", self.rate if day >= self.begun else 0.0), ("Noise", 0.4 * self.rate)):
                for district in np.repeat(np.arange(20), rng.poisson(rate * share)).tolist():
                    told = min((day // 91 + 1) * 91 - 1, self.days - 1) if district < self.quarterly else day
                    at = FIRST + timedelta(told)
                    if rng.random() < self.first:
                        at = at.replace(day=1)
                    known = max(told + int(rng.exponential(self.late)) if self.late else told, self.entered)
                    if known >= self.days or (district == 4 and day >= self.silent):
                        continue
                    entered = ((FIRST + timedelta(known)).isoformat(),) if len(self.header) == 4 else ()
                    yield at.isoformat(), *entered, kind, f"District {district + 1:02d}"


TABLES = (
    Table("nothing misleads"),
    Table("entered two days late in the mean", late=2.0),
    Table("entered ten days late in the mean", late=10.0),
    Table("a system that began after 640 days", late=2.0, entered=640),
    Table("a system that began 60 days ago", late=2.0, entered=1220),
    Table("eight districts deliver by the quarter", quarterly=8),
    Table("a fifth of the rows on the first of a month", first=0.2),
    Table("thefts recorded since 700 days", begun=580),
    Table("a district without rows for 120 days", silent=1160),
)


if __name__ == "__main__":
    sys.exit(main(TABLES))
