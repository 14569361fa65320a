"""A simulated county: export tables and the true expected counts.

:func:`simulate` writes them for :class:`CountySettings`. Nothing that learns or forecasts may import this wing.
"""

from riskmodel.simulator.rates import TRUTH_TARGETS
from riskmodel.simulator.run import simulate
from riskmodel.simulator.settings import RECORD_TABLES, CountySettings, CountySummary

__all__ = ["TRUTH_TARGETS", "RECORD_TABLES", "CountySettings", "CountySummary", "simulate"]
