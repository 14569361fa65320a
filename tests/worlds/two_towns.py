"""Cells in a row in two towns, with two years of daily records: what the tests of forecasts share.

Three kinds, one of them discretionary; cells differ in level and households, and the first has too few households to be shown
alone. Records become known up to nine days late, and some are corrected or withdrawn. Use it wherever a forecaster is fitted or
a backtest runs: it is small enough for a second, and large enough for a season and a difference between towns.
"""

from __future__ import annotations

import numpy as np

from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Count, Decay, Elapsed, Feature, Harmonic, PlaceFigure
from riskmodel.base.days import NEVER, to_day
from riskmodel.base.project import Kind
from riskmodel.records.history import Coverage, History
from riskmodel.records.places import Grouping, Places
from tests.worlds.plain import make_cells, make_history

KINDS = {
    "theft": Kind(family="police", zh="盗窃", en="theft"),
    "noise": Kind(family="online", zh="噪音", en="noise"),
    "stop": Kind(family="police", zh="盘查", en="patrol stop", discretionary=True),
}
START = to_day("2021-01-01")
LAST = to_day("2022-12-31")
CELLS = 24
DELAY = 5
FEATURES: tuple[Feature, ...] = (
    Count("theft", 28),
    Count("theft", 28, over="town"),
    Count("noise", 28),
    Decay("theft", 60),
    PlaceFigure("households"),
    Harmonic("sin"),
    Elapsed(),
)
NAMES = tuple(feature.name for feature in FEATURES)
TARGET = Target(("theft",), 14)


def make_places(cells: int = CELLS, minimum: float = 5.0) -> Places:
    """Cells in a row, in two towns; the first has too few households to be shown alone."""
    homes = np.linspace(10.0, 120.0, cells)
    homes[0] = 2.0
    every = np.arange(cells, dtype=np.int32)
    pairs = [(c, o) for c in range(cells) for o in (c - 1, c + 1) if 0 <= o < cells]
    squares = tuple((np.array([[c, 0], [c + 1, 0], [c + 1, 1], [c, 1], [c, 0]], dtype=float),) for c in range(cells))
    return make_cells(
        [f"c{c:02d}" for c in range(cells)],
        pairs,
        groupings={"town": Grouping(("east", "west"), (every % 2).astype(np.int32))},
        exposures={"households": homes},
        shapes=squares,
        households="households",
        minimum_households=minimum,
    )


def make_town(seed: int = 5, cells: int = CELLS) -> History:
    """Two years of daily records that become known up to nine days late, some of them corrected or withdrawn."""
    rng = np.random.default_rng(seed)
    places = make_places(cells)
    days = np.arange(START, LAST + 1)
    season = 1 + 0.5 * np.sin(2 * np.pi * days / 365.2425)
    level = rng.gamma(2.0, 0.5, cells) * places.exposures["households"] / 700
    theft = rng.poisson(level[:, None] * season[None, :])
    noise = rng.poisson(0.05, (cells, len(days)))
    stops = rng.poisson(0.01, (cells, len(days)))
    kind, cell, day = (
        np.concatenate(parts) for parts in zip(*(_records(k, n) for k, n in enumerate((theft, noise, stops))), strict=True)
    )
    occurred = days[day]
    known = occurred + rng.geometric(0.5, len(kind)) - 1
    until = np.where(rng.random(len(kind)) < 0.05, known + rng.integers(1, 60, len(kind)), NEVER)
    coverage = (
        Coverage("calls", ("theft", "stop"), START, LAST, LAST + 1, label_delay=DELAY),
        Coverage("web", ("noise",), START, LAST, LAST + 1, label_delay=DELAY),
    )
    return make_history(places, KINDS, occurred, kind=kind, cell=cell, known=known, until=until, coverage=coverage)


def _records(kind: int, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cell, day = np.nonzero(counts)
    times = counts[cell, day]
    cell, day = np.repeat(cell, times), np.repeat(day, times)
    return np.full(len(cell), kind), cell, day
