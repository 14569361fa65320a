"""Engines: where blocks of cells are computed. All give the same bits."""

from riskmodel.asof.engines.dask_cluster import Dask
from riskmodel.asof.engines.engine import MEMORY, Engine, make_engine
from riskmodel.asof.engines.processes import Processes
from riskmodel.asof.engines.threads import Threads

__all__ = ["MEMORY", "Dask", "Engine", "Processes", "Threads", "make_engine"]
