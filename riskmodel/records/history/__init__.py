"""Histories: all records ever believed, sorted and immutable, with places and coverage."""

from riskmodel.records.history.coverage import ISOLATED_FEW, ISOLATED_GAP, Coverage, are_few, known_through, regular_days
from riskmodel.records.history.history import History, from_columns

__all__ = ["ISOLATED_FEW", "ISOLATED_GAP", "Coverage", "History", "are_few", "from_columns", "known_through", "regular_days"]
