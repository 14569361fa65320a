"""A small town that all tests of forecasts share: two kinds, late and corrected records, cells that differ."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Count, Decay, Elapsed, Feature, Harmonic, PlaceFigure, check_unique
from riskmodel.base.days import ALWAYS, NEVER, day_range, to_day
from riskmodel.base.project import Kind
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.forecasters import Forecaster, make
from riskmodel.records.history import Coverage, History, from_columns
from riskmodel.records.places import Grouping, Places

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
SETTINGS: dict[str, dict] = {
    "Persistence": {},
    "DecayedRate": {"half_lives": (30, 120), "over": "town", "exposure": "households"},
    "HarmonicCount": {"half_lives": (30, 120), "harmonics": 1, "over": "town", "exposure": "households"},
    "BoostedCount": {
        "features": NAMES,
        "trees": 15,
        "learning_rate": 0.1,
        "leaves": 5,
        "rows_a_leaf": 30,
        "half_lives": (30, 120),
        "over": "town",
        "exposure": "households",
    },
    "KernelDensity": {"bandwidth": 2.5, "window": 56},
    "LagEnsemble": {},
    "AdditiveRate": {
        "signals": (["noise"],),
        "exposures": ("households",),
        "half_lives": (30, 120),
        "over": ("cell", "neighbours", "town"),
        "harmonics": 1,
        "precursor": {
            "kinds": ["noise"],
            "effort": ["stop"],
            "exposure": "households",
            "over": ["county", "town"],
            "trees": 10,
            "rows_a_leaf": 30,
        },
        "features": NAMES,
    },
    "SeasonalRate": {"years": 1, "half_life": (30, 120), "over": "town", "exposure": "households"},
    "EndemicEpidemic": {"exposure": "households", "half_lives": (14, 60), "period": 26, "step": 14},
    "GroupSeries": {"over": "town", "harmonics": 1, "half_lives": (30, 120), "exposure": "households"},
    "Blend": {
        "features": NAMES,
        "members": (
            {"type": "DecayedRate", "settings": {"half_lives": [30, 120], "over": "town", "exposure": "households"}},
            {"type": "HarmonicCount", "settings": {"half_lives": [120], "harmonics": 1, "over": "town"}},
            {"type": "BoostedCount", "settings": {"trees": 10, "rows_a_leaf": 30, "half_lives": [120], "over": "town"}},
        ),
    },
}
"""Every forecaster with settings that are quick."""


def make_places(cells: int = CELLS, minimum: float = 5.0) -> Places:
    """Cells in a row, in two towns; the first has too few households to be shown alone."""
    homes = np.linspace(10.0, 120.0, cells)
    homes[0] = 2.0
    every = np.arange(cells, dtype=np.int32)
    pairs = [(c, o) for c in range(cells) for o in (c - 1, c + 1) if 0 <= o < cells]
    squares = tuple((np.array([[c, 0], [c + 1, 0], [c + 1, 1], [c, 1], [c, 0]], dtype=float),) for c in range(cells))
    return Places(
        ids=tuple(f"c{c:02d}" for c in range(cells)),
        cell=every,
        valid_from=np.full(cells, ALWAYS),
        valid_to=np.full(cells, NEVER),
        known=np.full(cells, ALWAYS),
        groupings={"town": Grouping(("east", "west"), (every % 2).astype(np.int32))},
        exposures={"households": homes},
        neighbour_start=np.searchsorted([p[0] for p in pairs], np.arange(cells + 1)).astype(np.int32),
        neighbour_cells=np.array([p[1] for p in pairs], dtype=np.int32),
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
    return from_columns(
        places, KINDS, kind=kind, cell=cell, occurred=occurred, known=known, until=until,
        ended=np.full(len(kind), NEVER), amount=np.ones(len(kind)), coverage=coverage,
    )  # fmt: skip


def _records(kind: int, counts: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    cell, day = np.nonzero(counts)
    times = counts[cell, day]
    cell, day = np.repeat(cell, times), np.repeat(day, times)
    return np.full(len(cell), kind), cell, day


@pytest.fixture(scope="session")
def town() -> History:
    """The town's history."""
    return make_town()


@pytest.fixture(scope="session")
def forecasters() -> Callable[[str], Forecaster]:
    """Makes a forecaster of a class with quick settings."""
    return lambda name, **changed: make(name, SETTINGS[name] | changed)


@pytest.fixture(scope="session")
def learned(town: History) -> Design:
    """Rows to learn from: weekly dates over a year, with all features that any forecaster needs."""
    return _design(town, day_range("2021-06-01", "2022-06-01", 7))


@pytest.fixture(scope="session")
def ahead(town: History) -> Design:
    """Later rows to forecast."""
    return _design(town, day_range("2022-07-01", "2022-11-01", 7))


def _design(history: History, dates: np.ndarray) -> Design:
    wanted = [*FEATURES]
    for name, settings in SETTINGS.items():
        wanted += make(name, settings).needs(TARGET)
    return design(history, dates, check_unique(wanted), TARGET)


def _plain(settings: dict) -> dict:
    """As a TOML file gives them: lists, and no features, which an experiment hands on itself."""
    return {k: list(v) if isinstance(v, tuple) else v for k, v in settings.items() if k != "features"}


def make_experiment(**changed: object) -> Experiment:
    """An experiment on the town with every forecaster, two folds of four dates."""
    content = {
        "name": "town-theft",
        "title": {"zh": "盗窃", "en": "Theft in two weeks"},
        "champion": "boosted",
        "target": {"kinds": ["theft"], "horizon": TARGET.horizon},
        "dates": {
            "first": "2021-06-01",
            "step": 7,
            "test_from": "2022-08-02",
            "test_to": "2022-09-27",
            "refit_every": 28,
        },
        "forecasters": [
            {"type": name, "name": label, "settings": _plain(SETTINGS[name])}
            for name, label in (
                ("Persistence", "persistence"),
                ("DecayedRate", "decayed"),
                ("HarmonicCount", "harmonic"),
                ("BoostedCount", "boosted"),
            )
        ],
    }
    return Experiment.model_validate(content | changed)


@pytest.fixture(scope="session")
def experiment() -> Experiment:
    """The experiment on the town."""
    return make_experiment()
