"""Oracles: slow, obvious versions of features and probabilities, computed record by record."""

from tests.oracles.exact import whole
from tests.oracles.features import MEANINGS, Oracle, label, values
from tests.oracles.histories import missing, records, version
from tests.oracles.probabilities import slow_log_probability

__all__ = ["MEANINGS", "Oracle", "label", "missing", "records", "slow_log_probability", "values", "version", "whole"]
