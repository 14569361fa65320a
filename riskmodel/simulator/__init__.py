"""A simulated county: plain tables that look like a county's exports, and the truth beside them.

:func:`simulate` writes them for :class:`CountySettings`. Nothing that learns or forecasts may import this room.
"""

from riskmodel.simulator.kinds import OUTCOMES
from riskmodel.simulator.run import simulate
from riskmodel.simulator.settings import RECORD_TABLES, CountySettings, CountySummary

__all__ = ["OUTCOMES", "RECORD_TABLES", "CountySettings", "CountySummary", "simulate"]
