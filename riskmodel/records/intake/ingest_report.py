"""What became of every row of an ingest."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from riskmodel.records.intake.kind_changes import KindChange


@dataclass(frozen=True)
class SourceReport:
    """What became of one source's rows: ``rows = accepted + duplicates + quarantined``, always.

    Of the accepted ones ``anew`` were in the history already and mean something else since the mapping or the places changed;
    the history counts them once. Of all rows ``retried`` came from the quarantine; ``waiting`` ones there were refused before, were
    not tried again, as neither mapping nor places changed, and count as no rows; one that is read again is a duplicate. ``past`` rows of the table are about days
    that the source no longer keeps and count as no rows of it; ``removed`` rows of the history were removed for that reason.
    ``sudden`` are kinds that disappeared, appeared or jumped.
    """

    source: str
    rows: int
    accepted: int
    duplicates: int
    quarantined: int
    reasons: dict[str, int] = field(default_factory=dict)
    unchanged: bool = False
    anew: int = 0
    retried: int = 0
    waiting: int = 0
    past: int = 0
    removed: int = 0
    sudden: tuple[KindChange, ...] = ()

    def __post_init__(self) -> None:
        if self.rows != self.accepted + self.duplicates + self.quarantined:
            raise AssertionError(f"rows of {self.source!r} do not add up: {self!r}")

    def __str__(self) -> str:
        return (
            f"{self.source}: {self.rows:,} = {self.accepted:,} accepted + {self.duplicates:,} duplicates "
            f"+ {self.quarantined:,} quarantined"
            + ("".join(f"; {why} {n:,}" for why, n in self.reasons.items()))
            + (f" ({self.anew:,} of the accepted taken in anew)" if self.anew else "")
            + (" (unchanged since the last ingest)" if self.unchanged else "")
            + (f"; {self.waiting:,} refused before wait in quarantine" if self.waiting else "")
            + (f"; {self.past:,} rows are older than the source keeps" if self.past else "")
            + (f"; {self.removed:,} rows removed from the history" if self.removed else "")
        )


@dataclass(frozen=True)
class IngestReport:
    """What became of every row of an ingest, and the manifest that is in force after it."""

    sources: tuple[SourceReport, ...]
    manifest: str

    def total(self) -> SourceReport:
        """The sum over sources."""
        rows = [(s.rows, s.accepted, s.duplicates, s.quarantined, s.past, s.removed, s.waiting) for s in self.sources]
        sums = np.array(rows, np.int64).reshape(-1, 7).sum(axis=0).tolist()
        return SourceReport("total", *sums[:4], past=sums[4], removed=sums[5], waiting=sums[6])

    def __repr__(self) -> str:
        lines = [str(s) for s in (*self.sources, self.total())]
        lines += [f"Warning: {s.source}: {one}" for s in self.sources for one in s.sudden]
        return "\n".join(lines)
