"""Every method by name: references of R's ``surveillance``, hard series, threads and bad arguments."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.detection import Verdict
from riskmodel.detection.bayes import Bayes
from riskmodel.detection.methods import METHODS, named_detector

FIRST = 330


def hard_series() -> np.ndarray:
    """Constant, all zero, huge, with gaps, a lone burst, events in one year only, and an ordinary one."""
    rng = np.random.default_rng(3)
    rows = np.zeros((8, 350))
    rows[0] = 7
    rows[2] = rng.poisson(3e9, 350)
    rows[3] = rng.poisson(4, 350)
    rows[3, [5, 60, 200, 290, 329, 335]] = np.nan
    rows[4, 340] = 50
    rows[5, 100:150] = rng.poisson(30, 50)
    rows[6] = rng.negative_binomial(2, 0.2, 350)
    rows[7] = np.nan
    return rows


@pytest.mark.parametrize("method", METHODS)
def test_hard_series_have_a_stated_answer(method):
    found = rm.detect(hard_series(), method, first=FIRST)
    assert found.alarm.shape == (8, 20)
    silent = np.isnan(found.upper) & (found.reason == Verdict.JUDGED)
    assert not silent.any(), np.argwhere(silent)
    assert not (found.alarm & np.isnan(found.upper)).any()
    assert (found.reason[7] != Verdict.JUDGED).all()
    assert found.reason[3, 5] == Verdict.MISSING
    assert found.alarm[4, 10] or found.reason[4, 10] != Verdict.JUDGED or "ears_c3" in method
    frame = found.frame()
    assert len(frame) == 160
    assert (frame.loc[frame["upper"].isna(), "reason"] != "").all()


@pytest.mark.parametrize("method", METHODS)
def test_too_short_a_history_says_so(method):
    found = rm.detect(np.ones((2, 12), dtype=np.int64), method, first=0)
    assert found.alarm.shape == (2, 12)
    if method != "outbreakp_k100":
        assert (found.reason[:, 0] != Verdict.JUDGED).all()
    assert not found.alarm.any()


@pytest.mark.parametrize("method", METHODS)
def test_neither_threads_nor_other_series_change_a_bit(method):
    rows = hard_series()
    one = rm.detect(rows, method, first=FIRST, threads=1)
    three = rm.detect(rows, method, first=FIRST, threads=3)
    alone = rm.detect(rows[6:7], method, first=FIRST)
    for name in ("expected", "upper", "statistic", "p_value", "alarm", "reason"):
        assert getattr(one, name).tobytes() == getattr(three, name).tobytes()
        assert getattr(one, name)[6].tobytes() == getattr(alone, name)[0].tobytes()


def test_later_counts_change_no_earlier_judgement():
    rows = hard_series()
    for method in METHODS:
        whole = rm.detect(rows, method, first=FIRST)
        shorter = rm.detect(rows[:, :340], method, first=FIRST)
        assert whole.upper[:, :10].tobytes() == shorter.upper.tobytes(), method


@settings(max_examples=12, deadline=None)
@given(
    rows=st.lists(
        st.tuples(
            st.sampled_from([0, 1, 7, 10**6, 10**12]),
            st.floats(0, 40),
            st.floats(0, 0.9),
            st.integers(0, 2**32 - 1),
        ),
        min_size=1,
        max_size=4,
    ),
    first=st.sampled_from([0, 1, 60, 200, 285]),
)
def test_every_series_has_a_stated_answer_from_every_method(rows, first):
    """Constant, empty, huge, sparse and incomplete series of any history."""
    counts = np.zeros((len(rows), 290))
    for s, (level, spread, gaps, seed) in enumerate(rows):
        rng = np.random.default_rng(seed)
        counts[s] = np.minimum(level + rng.poisson(spread, 290), 10**12)
        counts[s, rng.random(290) < gaps * (seed % 2)] = np.nan
    for method in METHODS:
        found = rm.detect(counts, method, first=first)
        judged = found.reason == Verdict.JUDGED
        assert not (np.isnan(found.upper) & judged).any(), method
        assert not np.isinf(found.upper[judged]).any(), method
        assert not (found.alarm & np.isnan(found.upper)).any(), method
        assert not (found.alarm & np.isnan(found.observed)).any(), method
        assert (found.reason[np.isnan(found.observed)] == Verdict.MISSING).all(), method
        stated = found.p_value[~np.isnan(found.p_value)]
        assert ((stated >= 0) & (stated <= 1)).all(), method


def test_many_series_are_judged_some_at_a_time(monkeypatch):
    rows = np.tile(hard_series(), (3, 1))
    whole = rm.detect(rows, "recent_excess_2w", first=FIRST)
    monkeypatch.setattr("riskmodel.detection.methods.CHUNK", 5)
    parts = rm.detect(rows, "recent_excess_2w", first=FIRST)
    assert parts.upper.tobytes() == whole.upper.tobytes()
    assert parts.frame().equals(whole.frame())
    rows[17, 4] = 0.5
    with pytest.raises(UsageError, match=r"0.5 in series 17, period 4"):
        rm.detect(rows, "recent_excess_2w", first=FIRST)
    assert rm.detect(np.zeros((0, 12)), "ears_c1", first=10).alarm.shape == (0, 2)


def test_names_give_their_settings():
    assert named_detector("bayes_b2w4") == Bayes(2, 4, this_year=False)
    assert named_detector("bayes_b0w6") == named_detector("bayes1")
    assert named_detector("rki_b2w4") == named_detector("rki3")
    assert named_detector("farrington_original_b3w3") == METHODS["farrington_original_b3w3"]


@pytest.mark.parametrize(
    ("counts", "method", "options", "message"),
    [
        ([[1, 2]], "ears_c9", {"first": 1}, "no detection method named 'ears_c9'"),
        ([[1, 2]], 3, {"first": 1}, "the name of a method or a detector"),
        ([1, 2], "ears_c1", {"first": 1}, r"matrix of whole numbers \[series, period\]"),
        ([[1, 2.5]], "ears_c1", {"first": 1}, "Got 2.5 in series 0, period 1"),
        ([[1, -2]], "ears_c1", {"first": 1}, "Got -2 in series 0, period 1"),
        ([[1, np.inf]], "ears_c1", {"first": 1}, "Got inf in series 0, period 1"),
        ([["a", "b"]], "ears_c1", {"first": 1}, "matrix of whole numbers"),
        ([[1, 2]], "ears_c1", {"first": 2}, "a period from 0 to 1"),
        ([[1, 2]], "ears_c1", {"first": 1.0}, "a period from 0 to 1"),
        ([[1, 2]], "ears_c1", {"first": 1, "threads": 0}, "at least 1"),
    ],
)
def test_a_bad_argument_is_named(counts, method, options, message):
    with pytest.raises(UsageError, match=message):
        rm.detect(counts, method, **options)


def test_masked_and_integer_counts_are_accepted():
    masked = np.ma.masked_greater(np.array([[2, 3, 2, 1, 2, 3, 2, 2, 9]]), 8)
    assert rm.detect(masked, "ears_c1", first=8).reason[0, 0] == Verdict.MISSING
    assert rm.detect(masked.data, "ears_c1", first=8).alarm[0, 0]


def reference_rows(folder: Path) -> dict[tuple[str, str], list[dict[str, str]]]:
    """Rows of both reference files by method and series."""
    rows: dict[tuple[str, str], list[dict[str, str]]] = {}
    for name in ("detector_reference.csv", "detector_reference2.csv"):
        with open(folder / name, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                rows.setdefault((row["method"], row["series"]), []).append(row)
    return rows


def number(text: str | None) -> float:
    return float(text) if text not in (None, "", "NA") else np.nan


def test_every_row_of_the_references_is_met(open_data):
    """Weeks 1 to 208 are pasted twice before each series; the references cover the weeks from 417 on."""
    folder = open_data / "surveillance"
    rows = reference_rows(folder)
    series = sorted({name for _, name in rows})
    counts = []
    for name in series:
        with open(folder / f"{name}.csv", newline="", encoding="utf-8") as file:
            observed = [int(row["observed"]) for row in csv.DictReader(file)]
        counts.append(observed[:208] * 2 + observed)
    assert len({method for method, _ in rows}) == 16
    for method in {method for method, _ in rows}:
        found = rm.detect(np.array(counts), method, first=416)
        for at, name in enumerate(series):
            wanted = rows.get((method, name), [])
            t = np.array([int(row["t"]) - 417 for row in wanted], dtype=np.int64)
            alarm = np.array([row["alarm"] in ("1", "TRUE") for row in wanted], dtype=bool)
            np.testing.assert_array_equal(found.alarm[at, t], alarm, err_msg=f"{method} {name}")
            for column in ("upper", "expected"):
                values = np.array([number(row.get(column)) for row in wanted])
                if column == "upper" or not np.isnan(values).all():
                    np.testing.assert_allclose(
                        getattr(found, column)[at, t], values, rtol=1e-4, atol=1e-6, err_msg=f"{method} {name}"
                    )
