"""The places of the listed county, and a policy of eight warnings."""

from __future__ import annotations

import pytest

from riskmodel.base.policy import Policy
from riskmodel.records.places import Places
from tests.worlds.listed_county import county


@pytest.fixture
def places() -> Places:
    return county()


@pytest.fixture
def policy() -> Policy:
    return Policy(capacity=8, exploration=1)
