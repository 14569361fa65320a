"""Thirty cells in a grid, with late, corrected and withdrawn records, states, and every class of feature.

One cell has no shape, some exist only from a day on, and the source has a gap. Use it for the engines, which must compute in
blocks, processes and clusters what one piece gives.
"""

from __future__ import annotations

import numpy as np

from riskmodel.asof.blocks import Work
from riskmodel.asof.design import Design, design
from riskmodel.asof.engines import Threads
from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.records.history import Coverage, History
from riskmodel.records.places import Grouping
from tests.worlds.drawn_histories import FIRST, KINDS, square
from tests.worlds.every_feature import FEATURES
from tests.worlds.plain import make_cells, make_history

WIDE, HIGH = 6, 5
DATES = np.array([FIRST + 20, FIRST + 33, FIRST + 47], dtype=np.int32)


def a_town(records: int = 400) -> History:
    """Its history."""
    rng = np.random.default_rng(11)
    cells = WIDE * HIGH
    around = [
        [c for c in range(cells) if abs(c % WIDE - cell % WIDE) + abs(c // WIDE - cell // WIDE) == 1] for cell in range(cells)
    ]
    places = make_cells(
        [f"c{cell:02}" for cell in range(cells)],
        [(cell, other) for cell, near in enumerate(around) for other in near],
        valid_from=np.where(np.arange(cells) % 7 == 3, FIRST + 25, ALWAYS).astype(np.int32),
        groupings={"town": Grouping(("east", "west"), (np.arange(cells) % 2).astype(np.int32))},
        exposures={"households": rng.integers(0, 90, cells).astype(np.float64)},
        attributes={"floors": rng.normal(5, 1, cells)},
        shapes=tuple(() if cell == 4 else square(cell) for cell in range(cells)),
        minimum_households=3.0,
        households="households",
    )
    occurred = FIRST + rng.integers(-380, 60, records)
    known = occurred + rng.integers(-2, 15, records)
    kind = rng.integers(0, 3, records)
    return make_history(
        places, KINDS, occurred, kind=kind, cell=rng.integers(0, cells, records), known=known,
        until=np.where(rng.random(records) < 0.2, known + rng.integers(0, 20, records), NEVER),
        ended=np.where((kind == 2) & (rng.random(records) < 0.6), occurred + rng.integers(0, 90, records), NEVER),
        amount=rng.integers(0, 4, records),
        coverage=(Coverage("calls", ("theft",), FIRST - 700, FIRST + 40, FIRST + 41, 4),),
    )  # fmt: skip


def undivided(history: History) -> Design:
    """Every class of feature, computed in one piece."""
    return design(history, DATES, FEATURES, engine=Threads(1, block=1000))


def work_on(history: History) -> Work:
    """The same as work for an engine, in blocks of four cells."""
    return Work.of(history, DATES, FEATURES, block=4)
