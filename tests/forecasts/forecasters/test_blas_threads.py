"""The bits of every forecaster are the same with one and with two BLAS threads."""

from __future__ import annotations

from functools import cache

import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from riskmodel.base.days import day_range
from riskmodel.base.files import canonical_json, sha256
from riskmodel.forecasts.forecasters import Forecaster, make
from tests.worlds.quick_forecasters import SETTINGS, make_design
from tests.worlds.two_towns import make_town

NAMES = sorted(name for name, cls in Forecaster.registry.items() if cls.__module__.startswith("riskmodel."))


@cache
def digests(threads: int) -> dict[str, str]:
    """Digest of every fitted forecaster, with that many BLAS threads outside of what limits them itself."""
    town = make_town(cells=400)
    early = make_design(town, day_range("2021-02-01", "2022-03-01", 7))
    later = make_design(town, day_range("2022-04-01", "2022-07-01", 7))
    with threadpool_limits(threads, user_api="blas"):
        assert {library["num_threads"] for library in threadpool_info() if library["user_api"] == "blas"} == {threads}
        fitted = {name: make(name, settings).fit(early, later) for name, settings in SETTINGS.items()}
    return {name: sha256(canonical_json(one.to_json())) for name, one in fitted.items()}


@pytest.mark.parametrize("name", NAMES)
def test_the_number_of_blas_threads_changes_no_bit(name: str) -> None:
    one, two = digests(1), digests(2)
    assert set(NAMES) <= set(one)
    assert one[name] == two[name]
