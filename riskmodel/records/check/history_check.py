"""The check of a history: measures, breaks and findings together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from riskmodel.base.days import to_day, to_iso
from riskmodel.records.check.breaks import Break, find_breaks
from riskmodel.records.check.check_words import counted
from riskmodel.records.check.findings import Finding, findings
from riskmodel.records.check.measures import ExposureCheck, daily, measure
from riskmodel.records.check.source_measures import SourceCheck
from riskmodel.records.history import History


@dataclass(frozen=True)
class HistoryCheck:
    """The result of :func:`check_history`.

    ``shown_empty`` names places without records; no cell with too few households stands there alone.
    """

    as_of: str
    records: int
    cells: int
    findings: tuple[Finding, ...]
    sources: tuple[SourceCheck, ...]
    breaks: tuple[Break, ...]
    empty_cells: int
    shown_empty: tuple[str, ...]
    exposures: tuple[ExposureCheck, ...]
    kinds_without_records: tuple[str, ...]

    @property
    def stale(self) -> tuple[str, ...]:
        """Names of the stale sources."""
        return tuple(one.source for one in self.sources if one.stale)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        texts = [
            {**asdict(one), "said": one.said.model_dump(), "remedy": one.remedy.model_dump(), "severity": one.severity}
            for one in self.findings
        ]
        return {**asdict(self), "findings": texts, "stale": list(self.stale)}

    def __repr__(self) -> str:
        counts = [counted(self.records, "record").en, counted(self.cells, "cell").en, counted(len(self.findings), "finding").en]
        lines = [f"{counts[0]} in {counts[1]}, checked as of {self.as_of}: {counts[2]}"]
        lines += [f"  {one.severity}: {one.subject}: {one.said.en} {one.remedy.en}" for one in self.findings]
        return "\n".join(lines)


def check_history(history: History, manifest: Mapping[str, Any], as_of: int) -> HistoryCheck:
    """Return the check of a history on day ``as_of``.

    ``manifest`` is the one that the history was loaded from; it states the rows of parts and of the quarantine.
    """
    measures = measure(history, manifest, as_of)
    breaks = tuple(one for name in history.kinds for one in _breaks(history, measures.sources, name))
    return HistoryCheck(
        as_of=to_iso(as_of), records=len(history), findings=findings(measures, breaks), breaks=breaks, **measures._asdict()
    )


def _breaks(history: History, sources: tuple[SourceCheck, ...], kind: str) -> tuple[Break, ...]:
    """Return the breaks of a kind.

    Only days for which its sources are complete are used. The last days, whose late records are still missing, are left out (as many as the 95 % delay).
    """
    mine = [one for one in sources if kind in one.kinds and one.months]
    if not mine:
        return ()
    first = min(to_day(one.since) for one in mine)
    stop = max(to_day(one.complete_through or one.last) + 1 - int(np.ceil(one.delay_95)) for one in mine)
    return find_breaks(kind, daily(history, history.kind_number[kind], first, stop), first) if stop > first else ()
