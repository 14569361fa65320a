"""Cells in a row in villages and towns, with police, online and residents' records of three years.

Records become known up to nine days late. ``events`` adds records of some families in some cells in the last days. Use it for what is judged
jointly over families.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np

from riskmodel.base.days import to_day
from riskmodel.base.project import Kind
from riskmodel.base.project.kinds import KindGroupTable
from riskmodel.records.history import Coverage, History, from_columns
from riskmodel.records.places import Grouping, Places
from tests.worlds.plain import make_cells

AS_OF = to_day("2024-01-01")
DAYS = 3 * 365
CELLS = 36
KINDS = {
    "fire": Kind(family="police", zh="火警", en="fire"),
    "theft": Kind(family="police", zh="盗窃", en="theft"),
    "stop": Kind(family="police", zh="盘查", en="stop", discretionary=True),
    "smoke": Kind(family="online", zh="烟味投诉", en="smoke complaint"),
    "hazard": Kind(family="sentiment", zh="隐患上报", en="hazard report"),
}
GROUPS = {
    "fire_signs": KindGroupTable(kinds=("fire", "smoke", "hazard"), zh="火灾线索", en="fire signs"),
    "theft_only": KindGroupTable(kinds=("theft",), zh="盗窃", en="theft"),
}
RATES = {"fire": 0.02, "theft": 0.05, "stop": 0.05, "smoke": 0.04, "hazard": 0.03}
"""Records per cell and day."""


class Event(NamedTuple):
    """Further records of a kind: ``number`` in ``cell``, each ``age`` days before the as-of date."""

    kind: str
    cell: int
    number: int
    age: int = 3


def make_places(minimum: float = 0.0) -> Places:
    """Cells in a row, six to a village and eighteen to a town; the first has few households."""
    every = np.arange(CELLS, dtype=np.int32)
    pairs = [(c, o) for c in range(CELLS) for o in (c - 1, c + 1) if 0 <= o < CELLS]
    homes = np.full(CELLS, 100.0)
    homes[0] = 2.0
    return make_cells(
        [f"c{c:02d}" for c in range(CELLS)],
        pairs,
        groupings={
            "village": Grouping(tuple(f"v{i}" for i in range(CELLS // 6)), every // 6),
            "town": Grouping(("east", "west"), every // 18),
        },
        exposures={"households": homes},
        households="households",
        minimum_households=minimum,
    )


def coverage(**through: int) -> tuple[Coverage, ...]:
    """One source per family, complete through the day before unless days say otherwise."""
    sources = {"police": ("fire", "theft", "stop"), "online": ("smoke",), "sentiment": ("hazard",)}
    return tuple(
        Coverage(name, kinds, since=AS_OF - DAYS, through=through.get(name, AS_OF - 1), known=AS_OF - 1, stale_after=7)
        for name, kinds in sources.items()
    )


def make_families(events: Iterable[Event] = (), *, seed: int = 7, minimum: float = 0.0, **through: int) -> History:
    """Poisson records of every kind, with the given events."""
    rng = np.random.default_rng(seed)
    kind, cell, occurred, late = [], [], [], []
    for number, rate in enumerate(RATES.values()):
        count = rng.poisson(rate, (CELLS, DAYS))
        where, when = np.nonzero(count)
        times = count[where, when]
        kind.append(np.full(times.sum(), number))
        cell.append(np.repeat(where, times))
        occurred.append(np.repeat(AS_OF - DAYS + when, times))
        late.append(rng.integers(0, 10, times.sum()) * (rng.random(times.sum()) < 0.2))
    for event in events:
        kind.append(np.full(event.number, list(KINDS).index(event.kind)))
        cell.append(np.full(event.number, event.cell))
        occurred.append(np.full(event.number, AS_OF - event.age))
        late.append(np.zeros(event.number, dtype=np.int64))
    day = np.concatenate(occurred)
    return from_columns(
        make_places(minimum),
        KINDS,
        kind=np.concatenate(kind).astype(np.int16),
        cell=np.concatenate(cell).astype(np.int32),
        occurred=day,
        known=day + np.concatenate(late),
        until=np.full(len(day), 2**31 - 1),
        ended=np.full(len(day), 2**31 - 1),
        amount=np.ones(len(day), dtype=np.int32),
        coverage=coverage(**through),
    )
