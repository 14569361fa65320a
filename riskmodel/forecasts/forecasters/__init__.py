"""Forecasters, one a file; every one returns a distribution."""

from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, make
from riskmodel.forecasts.forecasters.boosted_count import BoostedCount
from riskmodel.forecasts.forecasters.decayed_rate import DecayedRate
from riskmodel.forecasts.forecasters.harmonic_count import HarmonicCount
from riskmodel.forecasts.forecasters.persistence import Persistence

__all__ = ["BoostedCount", "Contributions", "DecayedRate", "Forecaster", "HarmonicCount", "Persistence", "make"]
