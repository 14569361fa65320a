"""The check of a history: measures, breaks and findings together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import to_day, to_iso
from riskmodel.records.check.breaks import LEAST, WINDOW, Break, find_breaks
from riskmodel.records.check.check_words import count_text
from riskmodel.records.check.codes import CheckState
from riskmodel.records.check.day_bursts import Burst, Delivery, bursts_or_delivery, can_burst
from riskmodel.records.check.findings import Finding, check_findings, check_states
from riskmodel.records.check.measures import ExposureCheck, daily, measure
from riskmodel.records.check.source_measures import SourceCheck
from riskmodel.records.check.state_ends import state_ends
from riskmodel.records.history import History
from riskmodel.records.source_alerts import SourceAlert


@dataclass(frozen=True)
class HistoryCheck:
    """The result of :func:`check_history`.

    ``alerts`` say what is wrong with the last ingests of sources. ``checks`` has one state per check, those that passed included. ``shown_empty`` names places without records; no cell with too few households stands there alone.
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
    bursts: tuple[Burst, ...]
    checks: tuple[CheckState, ...]
    alerts: tuple[SourceAlert, ...] = ()

    @property
    def stale(self) -> tuple[str, ...]:
        """Names of the stale sources."""
        return tuple(one.source for one in self.sources if one.stale)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        texts = [
            {
                **asdict(one),
                "said": one.said.model_dump(),
                "remedy": one.remedy.model_dump(),
                "code": one.code,
            }
            for one in self.findings
        ]
        checks = [{**asdict(one), "title": one.title.model_dump()} for one in self.checks]
        return {**asdict(self), "findings": texts, "checks": checks, "stale": list(self.stale)}

    def __repr__(self) -> str:
        counts = [
            count_text(self.records, "record").en,
            count_text(self.cells, "cell").en,
            count_text(len(self.findings), "finding").en,
        ]
        lines = [f"{counts[0]} in {counts[1]}, checked as of {self.as_of}: {counts[2]}"]
        lines += [f"  {one.severity} {one.code}: {one.subject}: {one.said.en} {one.remedy.en}" for one in self.findings]
        return "\n".join(lines)


def check_history(history: History, manifest: Mapping[str, Any], as_of: int) -> HistoryCheck:
    """Return the check of a history on day ``as_of``.

    Only what was known before that day counts, so that a check of a past day is the one that was made then. ``manifest`` is the one that the history was loaded from; it states the
    rows of parts and of the quarantine, which are those of today.
    """
    history = history.known_by(as_of)
    measures = measure(history, manifest, as_of)
    counts = {name: found for name in history.kinds if (found := _daily(history, measures.sources, name)) is not None}
    breaks = tuple(one for name, (first, days, stop) in counts.items() for one in find_breaks(name, days[: stop - first], first))
    peaks = tuple(one for name, (first, days, _) in counts.items() for one in bursts_or_delivery(name, days, first))
    bursts = tuple(one for one in peaks if isinstance(one, Burst))
    ends, ending = state_ends(history)
    found = check_findings(measures, breaks, (*bursts, *(one for one in peaks if isinstance(one, Delivery))), ends)
    breakable = sum(stop - first >= 31 * (WINDOW + LEAST) for first, days, stop in counts.values() if days.any())
    judged = {"RM201": breakable, "RM202": sum(can_burst(days) for _, days, _ in counts.values()), "RM116": ending}
    checks = check_states(measures, found, judged)
    values = measures._asdict()
    del values["kinds"]
    return HistoryCheck(
        as_of=to_iso(as_of), records=len(history), findings=found, breaks=breaks, bursts=bursts, checks=checks, **values
    )


def _daily(history: History, sources: tuple[SourceCheck, ...], kind: str) -> tuple[int, Int64[np.ndarray, " day"], int] | None:
    """Return first day, daily counts and last final day of a kind.

    Only days for which its sources are complete are counted. The last ones, whose late records are still missing, are not final (as
    many as the 95 % delay).
    """
    mine = [one for one in sources if kind in one.kinds and one.months]
    if not mine:
        return None
    first = min(to_day(one.since) for one in mine)
    end = max(to_day(one.complete_through or one.last) + 1 for one in mine)
    stop = max(to_day(one.complete_through or one.last) + 1 - int(np.ceil(one.delay_95)) for one in mine)
    return (first, daily(history, history.kind_number[kind], first, end), max(stop, first)) if end > first else None
