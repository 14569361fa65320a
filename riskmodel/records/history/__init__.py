"""Histories: all records ever believed, sorted and immutable, with places and coverage."""

from riskmodel.records.history.coverage import Coverage, known_through, regular_days
from riskmodel.records.history.history import History, from_columns

__all__ = ["Coverage", "History", "from_columns", "known_through", "regular_days"]
