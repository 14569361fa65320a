"""Calls of which one kind becomes known late, beside a register that is always late, calls that are taken back, and calls of a system that began with old ones."""

from __future__ import annotations

from typing import Any

import numpy as np

from riskmodel.base.days import NEVER, to_day
from riskmodel.base.project import Kind
from riskmodel.records.history import Coverage, History
from tests.worlds.plain import make_cells, make_history

KINDS = {
    "theft": Kind(family="police", zh="盗窃", en="theft"),
    "noise": Kind(family="police", zh="噪音", en="noise"),
    "rooms": Kind(family="police", zh="出租房", en="rooms", state=True),
}


def late_history(delay: int, **stated: Any) -> History:
    """Return three thefts a day known after ``delay`` days, one noise known at once, and a register that is always late."""
    kind = np.tile([0, 0, 0, 1, 2], 400)
    occurred = np.arange(2000) // 5 + to_day("2022-01-01")
    known = occurred + np.choose(kind, [delay, 0, 90])
    coverage = (Coverage("calls", ("theft", "noise", "rooms"), occurred[0], known[0] + 500, **stated),)
    return make_history(
        make_cells(["a", "b"]), KINDS, occurred, kind=kind, cell=np.arange(2000) % 2, known=known, coverage=coverage
    )


def taken_back_calls(**stated: Any) -> History:
    """Return four thefts a day known at once, one of which is taken back after twenty days."""
    occurred = np.arange(2000) // 4 + to_day("2022-01-01")
    until = np.where(np.arange(2000) % 4 == 0, occurred + 20, NEVER)
    coverage = (Coverage("calls", ("theft", "noise", "rooms"), occurred[0], occurred[-1], **stated),)
    return make_history(
        make_cells(["a", "b"]), KINDS, occurred, kind=0, cell=np.arange(2000) % 2, known=occurred, until=until, coverage=coverage
    )


def begun_calls(begin: int, since: str, until: str, **stated: Any) -> History:
    """Return three thefts a day known a day later, but none before ``begin``, and a noise a day known at once."""
    occurred = np.repeat(np.arange(to_day(since), to_day(until) + 1), 4)
    noise = np.arange(len(occurred)) % 4 == 3
    known = np.where(noise, occurred, np.maximum(occurred + 1, begin))
    coverage = (Coverage("calls", ("theft", "noise"), occurred[0], occurred[-1], occurred[-1] + 1, label_delay=1, **stated),)
    return make_history(
        make_cells(["a", "b"]),
        KINDS,
        occurred,
        kind=noise.astype(int),
        cell=np.arange(len(occurred)) % 2,
        known=known,
        coverage=coverage,
    )
