"""Oracles: what every class of feature means, record by record and day by day, as slow and as obvious as can be."""

from tests.oracles.features import MEANINGS, Oracle, label, values
from tests.oracles.histories import missing, records, version

__all__ = ["MEANINGS", "Oracle", "label", "missing", "records", "values", "version"]
