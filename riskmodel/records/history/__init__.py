"""History: every record that was ever believed, in columns, sorted and immutable, with its places and coverage."""

from riskmodel.records.history.coverage import Coverage
from riskmodel.records.history.records import History, from_columns

__all__ = ["Coverage", "History", "from_columns"]
