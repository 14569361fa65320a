"""Forecasters, one per file; each returns a distribution for every row.

Examples
--------
Settings are fitted to a design of mature rows; what is fitted forecasts any design with the same features.

>>> import pandas as pd
>>> from riskmodel.asof.design import design
>>> from riskmodel.asof.target import Target
>>> from riskmodel.base.days import day_range
>>> from riskmodel.forecasts.forecasters import DecayedRate
>>> from riskmodel.records.history import History
>>> from riskmodel.records.places import Places
>>> places = Places.from_frame(pd.DataFrame({"cell": ["a", "b"]}))
>>> days = pd.date_range("2024-01-01", periods=90, freq="2D")
>>> thefts = pd.DataFrame({"cell": ["a"] * 60 + ["b"] * 30, "kind": "theft", "occurred": [*days[:60], *days[::3]]})
>>> history = History.from_frame(thefts, places)
>>> target = Target(("theft",), horizon=14)
>>> forecaster = DecayedRate(half_lives=(30,))
>>> past = design(history, day_range("2024-02-01", "2024-05-01", 7), forecaster.needs(target), target)
>>> fitted = forecaster.fit(past)
>>> fitted.predict(design(history, "2024-05-01", forecaster.needs(target))).mean.round(1)
array([6.3, 2.4])
"""

from riskmodel.forecasts.forecasters.adaptive_rate import AdaptiveRate
from riskmodel.forecasts.forecasters.additive import AdditiveRate
from riskmodel.forecasts.forecasters.blend import Blend
from riskmodel.forecasts.forecasters.boosted_count import BoostedCount
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.decayed_rate import DecayedRate
from riskmodel.forecasts.forecasters.endemic_epidemic import EndemicEpidemic
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, Forecaster, make
from riskmodel.forecasts.forecasters.group_series import GroupSeries
from riskmodel.forecasts.forecasters.harmonic_count import HarmonicCount
from riskmodel.forecasts.forecasters.kernel_density import KernelDensity
from riskmodel.forecasts.forecasters.lag_ensemble import LagEnsemble
from riskmodel.forecasts.forecasters.linear_count import LinearCount
from riskmodel.forecasts.forecasters.persistence import Persistence
from riskmodel.forecasts.forecasters.seasonal_rate import SeasonalRate

__all__ = [
    "AdaptiveRate",
    "AdditiveRate",
    "Blend",
    "BoostedCount",
    "Contributions",
    "DecayedRate",
    "EndemicEpidemic",
    "FittedForecaster",
    "Forecaster",
    "GroupSeries",
    "HarmonicCount",
    "KernelDensity",
    "LagEnsemble",
    "LinearCount",
    "Persistence",
    "SeasonalRate",
    "make",
]
