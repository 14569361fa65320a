"""EARS against its definition, day by day, and against results of R's ``surveillance``."""

from __future__ import annotations

import csv
import os
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.errors import UsageError
from riskmodel.detection import ears

counts = st.lists(st.integers(0, 40) | st.sampled_from([0, 0, 0, 3]), min_size=0, max_size=40)


def slow(series: list[int], method: str, alpha: float, baseline: int = 7) -> list[tuple[float, float, bool]]:
    """Day by day, from the definitions."""
    z = NormalDist().inv_cdf(1 - alpha)
    lag = 0 if method == "C1" else 2

    def moments(t: int) -> tuple[float, float]:
        before = series[t - lag - baseline : t - lag]
        if t - lag - baseline < 0:
            return np.nan, np.nan
        mean = sum(before) / baseline
        return mean, 0.0 if len(set(before)) == 1 else float(np.std(before, ddof=1))

    def excess(t: int) -> float:
        mean, deviation = moments(t)
        if t < 0 or np.isnan(mean):
            return np.nan
        over = series[t] - mean
        if deviation == 0:
            return np.nan if over == 0 else (np.inf if over > 0 else 0.0)
        return max(0.0, over / deviation - 1)

    days = []
    for t, count in enumerate(series):
        mean, deviation = moments(t)
        if method != "C3":
            upper = mean + z * deviation
        else:
            left = z - (excess(t - 1) + excess(t - 2))
            shifted = np.nan if deviation == 0 and np.isinf(left) else count + deviation * left
            upper = np.nan if np.isnan(shifted) else max(0.0, shifted)
        days.append((mean, upper, bool(count > upper)))
    return days


@settings(deadline=None)
@given(st.sampled_from(["C1", "C2", "C3"]), counts, st.sampled_from([0.001, 0.05]))
def test_every_day_is_as_the_definition_says(method, series, alpha):
    found = ears(np.array([series, series[::-1]], dtype=np.int64).reshape(2, -1), method, alpha=alpha)
    for row, days in enumerate((series, series[::-1])):
        wanted = slow(days, method, alpha)
        np.testing.assert_allclose(found.expected[row], [d[0] for d in wanted], rtol=1e-12)
        np.testing.assert_allclose(found.upper[row], [d[1] for d in wanted], rtol=1e-9, atol=1e-9)
        clear = np.array([not abs(count - d[1]) < 1e-9 for count, d in zip(days, wanted, strict=True)], dtype=bool)
        np.testing.assert_array_equal(found.alarm[row][clear], np.array([d[2] for d in wanted], dtype=bool)[clear])


def test_a_constant_baseline_has_no_spread():
    series = np.full((1, 12), 100_000_000)
    for method in ("C1", "C2"):
        found = ears(series, method)
        assert found.upper[0, 9] == 100_000_000
        assert not found.alarm.any()


def test_too_short_a_series_gives_no_alarm():
    found = ears(np.zeros((3, 9), dtype=np.int64), "C2")
    assert np.isnan(found.upper).all()
    assert not found.alarm.any()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"counts": np.zeros((1, 12))}, "matrix of whole numbers"),
        ({"counts": np.full((1, 12), -1)}, "Got -1 instead"),
        ({"method": "C4"}, "'C1', 'C2' or 'C3'"),
        ({"alpha": 0.0}, "between 0 and 1"),
        ({"baseline": 1}, "at least 2"),
    ],
)
def test_a_bad_argument_is_named(options, message):
    arguments = {"counts": np.zeros((1, 12), dtype=np.int64), "method": "C1"} | options
    with pytest.raises(UsageError, match=message):
        ears(arguments.pop("counts"), **arguments)


def test_every_row_of_the_reference_of_surveillance_is_met():
    """Weeks 1 to 208 are pasted twice before each series; the reference covers the weeks from 417 on."""
    data = os.environ.get("RISKMODEL_DATA")
    if not data:
        pytest.skip("RISKMODEL_DATA is not set: no reference results of R's surveillance")
    folder = Path(data) / "surveillance"
    rows: dict[tuple[str, str], list[dict[str, str]]] = {}
    with open(folder / "detector_reference.csv", newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["method"].startswith("ears"):
                rows.setdefault((row["series"], row["method"]), []).append(row)
    assert len(rows) == 21
    for (series, method), wanted in rows.items():
        with open(folder / f"{series}.csv", newline="", encoding="utf-8") as file:
            observed = [int(row["observed"]) for row in csv.DictReader(file)]
        long = np.array([observed[:208] * 2 + observed], dtype=np.int64)
        found = ears(long, method[-2:].upper(), alpha=0.001)  # type: ignore[arg-type]
        at = np.array([int(row["t"]) - 1 for row in wanted])
        upper = np.array([float(row["upper"]) if row["upper"] not in ("", "NA") else np.nan for row in wanted])
        np.testing.assert_allclose(found.upper[0, at], upper, rtol=1e-7, atol=1e-7, err_msg=f"{series} {method}")
        said = np.array([row["alarm"] in ("1", "1.0", "TRUE") for row in wanted])
        np.testing.assert_array_equal(found.alarm[0, at], said, err_msg=f"{series} {method}")
