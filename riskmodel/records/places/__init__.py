"""Places: the cells of a county, with groups, figures and dates."""

from riskmodel.records.places.cell_table import Grouping
from riskmodel.records.places.cells import Places
from riskmodel.records.places.map_layers import ContextLayer
from riskmodel.records.places.shapes import Ring
from riskmodel.records.places.tile_map import DrawnCells, drawn_cells

__all__ = ["ContextLayer", "DrawnCells", "Grouping", "Places", "Ring", "drawn_cells"]
