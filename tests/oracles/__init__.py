"""Oracles: what features and chances mean, record by record and day by day, as slow and as obvious as can be."""

from tests.oracles.chances import slow_log_chance
from tests.oracles.exact import whole
from tests.oracles.features import MEANINGS, Oracle, label, values
from tests.oracles.histories import missing, records, version

__all__ = ["MEANINGS", "Oracle", "label", "missing", "records", "slow_log_chance", "values", "version", "whole"]
