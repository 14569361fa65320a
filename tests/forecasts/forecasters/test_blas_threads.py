"""The bits of every forecaster are the same with one and with two BLAS threads."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import pytest

from riskmodel.forecasts.forecasters import Forecaster
from tests.worlds.simulated_county import ROOT

SCRIPT = """
import hashlib
from riskmodel.base.days import day_range
from riskmodel.base.files import canonical_json
from riskmodel.forecasts.forecasters import make
from tests.worlds.quick_forecasters import SETTINGS, make_design
from tests.worlds.two_towns import make_town

town = make_town(cells=400)
early = make_design(town, day_range("2021-02-01", "2022-03-01", 7))
later = make_design(town, day_range("2022-04-01", "2022-07-01", 7))
for name, settings in SETTINGS.items():
    fitted = make(name, settings).fit(early, later)
    print(name, hashlib.sha256(canonical_json(fitted.to_json())).hexdigest())
"""

NAMES = sorted(name for name, cls in Forecaster.registry.items() if cls.__module__.startswith("riskmodel."))


@cache
def digests(threads: int) -> dict[str, str]:
    """Digest of every fitted forecaster, from a process with that many BLAS threads."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, env=environment, cwd=ROOT, check=True)
    return dict(line.split(" ", 1) for line in done.stdout.splitlines())


@pytest.mark.parametrize("name", NAMES)
def test_the_number_of_blas_threads_changes_no_bit(name: str) -> None:
    one, two = digests(1), digests(2)
    assert set(NAMES) <= set(one)
    assert one[name] == two[name]
