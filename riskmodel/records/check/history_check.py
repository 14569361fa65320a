"""The report on a history: measures, breaks and findings together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from riskmodel.base.days import to_day, to_iso
from riskmodel.records.check.breaks import Break, find_breaks
from riskmodel.records.check.findings import Finding, findings
from riskmodel.records.check.measures import (
    Denominator,
    SourceCheck,
    daily,
    empty_cells,
    measure_denominators,
    measure_sources,
)
from riskmodel.records.history import History


@dataclass(frozen=True)
class HistoryCheck:
    """What :func:`check_history` found; ``empty`` names cells so that none with too few households stands alone."""

    as_of: str
    records: int
    cells: int
    findings: tuple[Finding, ...]
    sources: tuple[SourceCheck, ...]
    breaks: tuple[Break, ...]
    empty_cells: int
    empty: tuple[str, ...]
    denominators: tuple[Denominator, ...]
    kinds_without_records: tuple[str, ...]

    @property
    def stale(self) -> tuple[str, ...]:
        """Names of the stale sources."""
        return tuple(one.source for one in self.sources if one.stale)

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        said = [
            {**asdict(one), "said": one.said.model_dump(), "remedy": one.remedy.model_dump(), "severity": one.severity}
            for one in self.findings
        ]
        return {**asdict(self), "findings": said, "stale": list(self.stale)}

    def __repr__(self) -> str:
        lines = [f"{self.records:,} records in {self.cells:,} cells, judged as of {self.as_of}: {len(self.findings)} findings"]
        lines += [f"  {one.severity}: {one.subject}: {one.said.en} {one.remedy.en}" for one in self.findings]
        return "\n".join(lines)


def check_history(history: History, manifest: Mapping[str, Any], as_of: int) -> HistoryCheck:
    """What a careful colleague would say of ``history`` (loaded from ``manifest``) on day ``as_of``."""
    sources = measure_sources(history, manifest, as_of)
    breaks = tuple(one for name in history.kinds for one in _breaks(history, sources, name))
    empty, named = empty_cells(history, as_of)
    denominators = measure_denominators(history, as_of)
    counts = np.bincount(history.kind, minlength=len(history.kinds))
    unseen = tuple(name for name, n in zip(history.kinds, counts, strict=True) if n == 0)
    return HistoryCheck(
        as_of=to_iso(as_of),
        records=len(history),
        cells=len(history.places),
        findings=findings(sources, breaks, empty, named, denominators, unseen, len(history.places)),
        sources=sources,
        breaks=breaks,
        empty_cells=empty,
        empty=named,
        denominators=denominators,
        kinds_without_records=unseen,
    )


def _breaks(history: History, sources: tuple[SourceCheck, ...], kind: str) -> tuple[Break, ...]:
    """Breaks of a kind in the days for which its sources are complete, but for the last, whose late records are to come."""
    mine = [one for one in sources if kind in one.kinds and one.months]
    if not mine:
        return ()
    first = min(to_day(one.since) for one in mine)
    stop = max(to_day(one.complete_through or one.last) + 1 - int(np.ceil(one.delay_95)) for one in mine)
    return find_breaks(kind, daily(history, history.kind_number[kind], first, stop), first) if stop > first else ()
