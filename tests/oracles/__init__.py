"""Oracles: what features and probabilities mean, record by record and day by day, as slow and as obvious as can be."""

from tests.oracles.exact import whole
from tests.oracles.features import MEANINGS, Oracle, label, values
from tests.oracles.histories import missing, records, version
from tests.oracles.probabilities import slow_log_probability

__all__ = ["MEANINGS", "Oracle", "label", "missing", "records", "slow_log_probability", "values", "version", "whole"]
