"""Places: the cells of a county, their groups and figures, with days of validity and knowledge."""

from riskmodel.records.places.cell_table import Grouping, is_empty
from riskmodel.records.places.cells import Places
from riskmodel.records.places.shapes import Ring

__all__ = ["Grouping", "Places", "Ring", "is_empty"]
