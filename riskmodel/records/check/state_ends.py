"""Whether ends of states keep coming.

A state whose end is not recorded lasts for ever, so open states only add up, in features and in forecasts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import NEVER, to_iso
from riskmodel.base.equal_runs import run_of
from riskmodel.records.check.day_bursts import find_bursts
from riskmodel.records.history import History

LEAST_STATES, YEAR, MONTH = 30, 365, 365.25 / 12
"""States of a kind that are judged; days of a year, and of a month."""
LEAST_EXPECTED, LEAST_SILENT = 15.0, 28
"""Ends that were to be expected, and days without any, from which on they stopped."""


@dataclass(frozen=True)
class StateEnds:
    """What stands out in the ends of a kind's states.

    ``count`` states have not ended, or began since, or ended on ``day``; ``usual`` is the number of a month before, or of other busy days.
    """

    key: Literal["never_ends", "ends_stop", "ends_at_once"]
    kind: str
    day: str
    count: int
    usual: float = 0.0

    def values(self) -> dict[str, object]:
        """Return what stands in the sentences of a finding."""
        return {"day": self.day, "count": self.count, "usual": self.usual}


def state_ends(history: History) -> tuple[tuple[StateEnds, ...], int]:
    """Return what stands out, and the number of kinds with states enough.

    Parameters
    ----------
    history
        What was known on the day of the check.
    """
    found, judged = [], 0
    for number, (name, kind) in enumerate(history.kinds.items()):
        rows = run_of(history.kind, number)
        believed = history.until[rows] == NEVER
        occurred, known, ended = (
            one[rows][believed].astype(np.int64) for one in (history.occurred, history.known, history.ended)
        )
        ends = np.sort(ended[ended < NEVER])
        if len(occurred) < LEAST_STATES or not (kind.state or len(ends)):
            continue
        judged += 1
        if not len(ends):
            found += _never(name, occurred, known)
        elif len(ends) >= LEAST_STATES:
            found += _stopped(name, ends, occurred, known)
            counts = np.bincount(ends - ends[0]).astype(np.int64)
            found += [
                StateEnds("ends_at_once", name, one.day, one.records, one.usual)
                for one in find_bursts(name, counts, int(ends[0]))
            ]
    return tuple(found), judged


def _never(name: str, occurred: Int64[np.ndarray, " state"], known: Int64[np.ndarray, " state"]) -> list[StateEnds]:
    """Return that no state of a kind ended in a year."""
    first = int(occurred.min())
    return [StateEnds("never_ends", name, to_iso(first), len(occurred))] if int(known.max()) - first >= YEAR else []


def _stopped(
    name: str,
    ends: Int64[np.ndarray, " end"],
    occurred: Int64[np.ndarray, " state"],
    known: Int64[np.ndarray, " state"],
) -> list[StateEnds]:
    """Return that states still begin and none ends any more."""
    last = int(ends[-1])
    begin = max(int(ends[0]), last - YEAR + 1)
    daily = int((ends >= begin).sum()) / max(last - begin + 1, LEAST_SILENT)
    # a source that no longer delivers is reported as stale by another check
    silent, since = int(known.max()) - last, occurred[known > last]
    if silent < LEAST_SILENT or daily * silent < LEAST_EXPECTED or not len(since):
        return []
    return [StateEnds("ends_stop", name, to_iso(last), int((occurred > last).sum()), daily * MONTH)]
