"""A careful colleague's look at a history: coverage, delays, quarantine, cells without records, missing denominators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from riskmodel.base.periods import ALWAYS, NEVER, to_iso
from riskmodel.records.history import History


@dataclass(frozen=True)
class SourceCheck:
    """One source: its records, first and last day, delays in days (median and 95 %), and through when it is complete."""

    source: str
    records: int
    first: str
    last: str
    delay_median: float
    delay_95: float
    corrected: int
    complete_through: str
    stale: bool
    quarantined: dict[str, int]


@dataclass(frozen=True)
class HistoryCheck:
    """What :func:`check_history` found."""

    as_of: str
    records: int
    cells: int
    sources: tuple[SourceCheck, ...]
    empty_cells: tuple[str, ...]
    missing_exposure: dict[str, tuple[str, ...]]
    kinds_without_records: tuple[str, ...]

    @property
    def stale(self) -> tuple[str, ...]:
        """Names of the stale sources."""
        return tuple(one.source for one in self.sources if one.stale)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {**asdict(self), "stale": list(self.stale)}

    def __repr__(self) -> str:
        lines = [f"{self.records:,} records in {self.cells:,} cells, judged as of {self.as_of}"]
        for one in self.sources:
            lines.append(
                f"  {one.source}: {one.records:,} records, {one.first} to {one.last}; known after {one.delay_median:.0f} days "
                f"(median), {one.delay_95:.0f} (95 %); {one.corrected:,} corrected or withdrawn; complete through "
                f"{one.complete_through}{'  STALE' if one.stale else ''}"
            )
            if one.quarantined:
                lines.append("    quarantined: " + ", ".join(f"{why} {n:,}" for why, n in one.quarantined.items()))
        if self.kinds_without_records:
            lines.append(f"  kinds without a record: {', '.join(self.kinds_without_records)}")
        if self.empty_cells:
            lines.append(f"  {len(self.empty_cells):,} cells without a record: {_some(self.empty_cells)}")
        for name, cells in self.missing_exposure.items():
            lines.append(f"  {len(cells):,} cells without {name}: {_some(cells)}")
        lines.append(f"  stale feeds: {', '.join(self.stale) or 'none'}")
        return "\n".join(lines)


def check_history(history: History, manifest: Mapping[str, Any], as_of: int) -> HistoryCheck:
    """What a careful colleague would say of ``history`` (loaded from ``manifest``) on day ``as_of``."""
    stale = history.stale(as_of)
    counts = np.bincount(history.kind, minlength=len(history.kinds))
    sources = []
    for c in history.latest_coverage():
        mine = np.isin(history.kind, [history.kind_number[name] for name in c.kinds if name in history.kind_number])
        occurred = history.occurred[mine]
        delay = np.maximum(history.known[mine].astype(np.int64) - occurred, 0)
        there = len(occurred) > 0
        sources.append(
            SourceCheck(
                source=c.source,
                records=int(mine.sum()),
                first=to_iso(occurred.min()) if there else "",
                last=to_iso(occurred.max()) if there else "",
                delay_median=float(np.median(delay)) if there else 0.0,
                delay_95=float(np.quantile(delay, 0.95)) if there else 0.0,
                corrected=int((history.until[mine] != NEVER).sum()),
                complete_through=to_iso(c.through) if ALWAYS < c.through < NEVER else "not stated",
                stale=c.source in stale,
                quarantined=dict(manifest.get("sources", {}).get(c.source, {}).get("quarantined", {})),
            )
        )
    there = history.places.version_at(np.array([as_of], dtype=np.int32))
    ids = np.array(history.places.ids, dtype=object)
    empty = np.flatnonzero((np.bincount(history.cell, minlength=len(ids)) == 0) & (there[:, 0] >= 0))
    missing = {}
    for name in history.places.exposures:
        gaps = np.flatnonzero(np.isnan(history.places.exposure(name, there)[:, 0]) & (there[:, 0] >= 0))
        if len(gaps):
            missing[name] = tuple(ids[gaps])
    return HistoryCheck(
        as_of=to_iso(as_of),
        records=len(history),
        cells=len(ids),
        sources=tuple(sources),
        empty_cells=tuple(ids[empty]),
        missing_exposure=missing,
        kinds_without_records=tuple(name for name, n in zip(history.kinds, counts, strict=True) if n == 0),
    )


def _some(names: tuple[str, ...], most: int = 8) -> str:
    return ", ".join(names[:most]) + (f", … ({len(names):,} in all)" if len(names) > most else "")
