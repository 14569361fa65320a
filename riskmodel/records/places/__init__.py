"""Places: the cells of a county, what they belong to and what is in them, all with validity and knowledge dates."""

from riskmodel.records.places.cells import Places
from riskmodel.records.places.tables import Grouping, Ring, is_empty

__all__ = ["Grouping", "Places", "Ring", "is_empty"]
