"""Forecasters, one per file; each returns a distribution for every row."""

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
from riskmodel.forecasts.forecasters.persistence import Persistence
from riskmodel.forecasts.forecasters.seasonal_rate import SeasonalRate

__all__ = [
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
    "Persistence",
    "SeasonalRate",
    "make",
]
