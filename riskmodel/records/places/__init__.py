"""Places: the cells of a county, with groups, figures and dates."""

from riskmodel.records.places.cell_table import Grouping
from riskmodel.records.places.cells import Places
from riskmodel.records.places.shapes import Ring

__all__ = ["Grouping", "Places", "Ring"]
