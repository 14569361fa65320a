"""Days that an experiment ignores: not observed by windows, rates and labels, and nothing known late changes the past."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from riskmodel.asof.design import design
from riskmodel.asof.engines import Threads
from riskmodel.asof.target import Target, mature
from riskmodel.asof.vocabulary import Count, Decay, DecayedDays
from riskmodel.base.errors import UsageError
from riskmodel.records.history import Coverage, History, IgnoredDays, without_days
from riskmodel.records.packed import pack, unpack
from tests.worlds.drawn_histories import cases
from tests.worlds.every_feature import FEATURES
from tests.worlds.plain import make_cells, make_history
from tests.worlds.two_towns import KINDS

FIRST, DAY = 18000, 18100


@pytest.fixture(scope="module")
def history() -> History:
    """One theft a day in one cell, and 500 on one of the days."""
    days = np.concatenate([np.arange(FIRST, FIRST + 200), np.full(500, DAY)])
    coverage = (
        Coverage("calls", ("theft",), FIRST, FIRST + 200, FIRST + 200),
        Coverage("web", ("noise",), FIRST, FIRST + 200, FIRST + 200),
    )
    zeros = np.zeros(len(days))
    return make_history(
        make_cells(["a"]), KINDS, days, kind=zeros, cell=zeros, known=days, until=np.full(len(days), 1 << 30), coverage=coverage
    )


def ignoring(history: History, first: int = DAY, last: int = DAY, source: str = "calls") -> History:
    """The history without some days of a source."""
    return without_days(history, [IgnoredDays(source, first, last)])


def test_a_small_part_of_a_window_is_left_out_and_a_large_one_is_missing(history: History) -> None:
    at = [DAY, DAY + 1, DAY + 7, DAY + 8]
    found = design(ignoring(history), at, [Count("theft", 7), Count("theft", 30), Count("noise", 7)]).X
    np.testing.assert_array_equal(found[:, 0], [7, np.nan, np.nan, 7])
    np.testing.assert_array_equal(found[:, 1], [30, 29, 29, 29])
    np.testing.assert_array_equal(found[:, 2], [0, 0, 0, 0])


def test_a_rate_counts_observed_days_only(history: History) -> None:
    rates = design(
        ignoring(history, DAY, DAY + 20), [DAY, DAY + 10, DAY + 21, DAY + 60], [Decay("theft", 14), DecayedDays("theft", 14)]
    ).X
    np.testing.assert_allclose(rates[:, 0] / rates[:, 1], 1.0, rtol=1e-6)


def test_days_that_were_ignored_before_stay_so(history: History) -> None:
    twice = ignoring(ignoring(history, DAY, DAY + 4), DAY + 20, DAY + 24)
    assert twice.sources["calls"].ignored == ((DAY, DAY + 4), (DAY + 20, DAY + 24))


def test_ignored_days_are_counted_once(history: History) -> None:
    days = [IgnoredDays("calls", DAY, DAY + 4), IgnoredDays("calls", DAY + 2, DAY + 9)]
    one, two = ignoring(history, DAY, DAY + 9), without_days(history, days)
    assert one.coverage == two.coverage
    assert one.fingerprint() == two.fingerprint() != history.fingerprint()


def test_a_label_whose_horizon_holds_an_ignored_day_is_never_final(history: History) -> None:
    dates = np.arange(DAY - 9, DAY + 4, dtype=np.int32)
    found = mature(ignoring(history), Target(("theft",), 7), dates)
    assert dates[~found].tolist() == list(range(DAY - 6, DAY + 1))
    assert mature(ignoring(history), Target(("noise",), 7), dates).all()


@settings(deadline=None, max_examples=15)
@given(cases())
def test_ignored_days_leak_nothing(case: tuple[History, list[int]]) -> None:
    """From what was known then the same follows, and dates before the first ignored day are not changed by a bit."""
    history, (t,) = case
    if not history.sources:
        return
    source = next(iter(history.sources))
    past, later = ignoring(history, t - 9, t - 3, source), ignoring(history, t, t + 9, source)
    assert design(past, [t], FEATURES).identical(design(past.known_by(t), [t], FEATURES))
    assert design(later, [t], FEATURES).identical(design(history, [t], FEATURES))
    blocks = design(past, [t], FEATURES, engine=Threads(1, block=2))
    assert design(past, [t], FEATURES).identical(blocks)


def test_other_processes_ignore_the_same_days(history: History, tmp_path) -> None:
    pack(ignoring(history), tmp_path / "packed")
    assert unpack(tmp_path / "packed").coverage == ignoring(history).coverage


def test_a_source_that_is_not_there_is_named(history: History) -> None:
    with pytest.raises(UsageError, match=r"source \(named by ignore\).*'call'.*calls"):
        ignoring(history, source="call")
