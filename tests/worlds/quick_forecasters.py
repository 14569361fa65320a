"""Every forecaster with settings that fit in a moment, and an experiment on :mod:`tests.worlds.two_towns`.

Use ``SETTINGS`` where a rule must hold for all forecasters (a new one gets settings here), and ``make_experiment`` where an
experiment file would be too much.
"""

from __future__ import annotations

import numpy as np

from riskmodel.asof.design import Design, design
from riskmodel.asof.vocabulary import check_unique
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.forecasters import make
from riskmodel.records.history import History
from tests.worlds.two_towns import FEATURES, NAMES, TARGET

SETTINGS: dict[str, dict] = {
    "Persistence": {},
    "DecayedRate": {"half_lives": (30, 120), "over": "town", "exposure": "households"},
    "AdaptiveRate": {"half_lives": (30, 120), "over": "town", "exposure": "households"},
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
    "LinearCount": {"features": NAMES, "half_lives": (30, 120), "over": "town", "exposure": "households"},
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


def make_design(history: History, dates: np.ndarray) -> Design:
    """Rows of the dates with all features that any of the forecasters needs."""
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
