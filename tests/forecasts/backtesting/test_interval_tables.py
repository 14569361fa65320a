"""Conformal intervals of a backtest: as served, evaluated overall and in every group."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.counts.distribution import CountDistribution
from riskmodel.counts.quantiles import quantile
from riskmodel.forecasts.backtesting import BacktestResult, backtest
from riskmodel.forecasts.backtesting.interval_tables import interval_table, interval_table_by_group
from riskmodel.forecasts.conformal import Conformal, Groups
from riskmodel.forecasts.training import train
from riskmodel.records.history import History
from tests.worlds.made_results import made
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import FEATURES

INTERVALS = {"level": 80, "grouping": "town", "least_rows": 20}


def with_intervals(**changed: object) -> BacktestResult:
    """A result with intervals of one forecaster: its own for one town in the first fold, none in the second."""
    east = Conformal(80, "town", (), 0.4, {"east": 0.49})
    return made(experiment=make_experiment(intervals=INTERVALS), conformal={"boosted": (east, None)}, **changed)


def test_each_fold_has_the_intervals_of_its_own_models() -> None:
    result = with_intervals()
    found = result.intervals("boosted")
    assert found.level == 80
    assert np.array_equal(found.present, result.fold == 0)
    east = result.cell % 2 == 0
    forecast = result.forecasts["boosted"]
    rows = found.present
    for ends, sign in ((found.low, -1), (found.high, 1)):
        wide, narrow = (quantile(0.5 + sign * reach, forecast.mean, forecast.dispersion) for reach in (0.49, 0.4))
        assert np.array_equal(ends[rows], np.where(east, wide, narrow)[rows])
    assert np.array_equal(found.group[rows], np.where(east, "east", "west")[rows])
    assert not result.intervals("decayed").present.any()


def test_coverage_is_computed_from_rows_with_an_interval_overall_and_by_group() -> None:
    result = with_intervals().published()
    (row,) = interval_table(with_intervals())
    found = result.intervals("boosted")
    held = (found.low <= result.y) & (result.y <= found.high)
    assert (row["forecaster"], row["level"], row["rows"]) == ("boosted", 80, 5 * 23), "as shown: one cell has too few households"
    assert row["coverage"] == pytest.approx(held[found.present].mean())
    assert row["coverage_low"] <= row["coverage"] <= row["coverage_high"]
    assert row["width"] == pytest.approx((found.high - found.low)[found.present].mean())
    own = result.forecasts["boosted"]
    ends = [quantile(q, own.mean, own.dispersion) for q in (0.1, 0.9)]
    assert row["own_coverage"] == pytest.approx(((ends[0] <= result.y) & (result.y <= ends[1]))[found.present].mean())
    by_group = interval_table_by_group(with_intervals(), "boosted")
    assert [(one["group"], one["alone"], one["own"], one["rows"]) for one in by_group] == [
        ("east", True, 0.98, 55), ("west", False, 0.8, 60),
    ]  # fmt: skip
    for one in by_group:
        assert one["coverage"] == pytest.approx(held[found.present & (found.group == one["group"])].mean())
    assert interval_table(made()) == []


def test_a_backtest_evaluates_the_intervals_of_a_bundle_trained_on_its_first_day(town: History) -> None:
    experiment = make_experiment(champion="decayed", intervals=INTERVALS)
    result = backtest(experiment, town, FEATURES, threads=1)
    bundle = train(experiment, town, FEATURES, as_of=experiment.dates.test_from, threads=1)
    assert bundle.conformal == result.conformal["decayed"][0]
    assert bundle.conformal is not None
    assert set(bundle.conformal.reaches) == {"east", "west"}
    scores = bundle.score(town, experiment.dates.test_from)
    first = result.as_of == result.origins[0]
    found = result.intervals("decayed")
    low, high = scores.interval()
    assert low.tobytes() == found.low[first].tobytes()
    assert high.tobytes() == found.high[first].tobytes()
    # and shown, places with too few households are joined first
    shown, frame = result.predictions(), scores.frame()
    assert list(shown.columns[-2:]) == ["decayed_conformal_low", "decayed_conformal_high"]
    day = shown[shown["as_of"] == frame["as_of"].iloc[0]].reset_index(drop=True)
    assert day["decayed_conformal_low"].equals(frame["low"])
    assert day["decayed_conformal_high"].equals(frame["high"])
    assert (frame["level"] == 80).all()
    table = interval_table(result)
    assert [row["forecaster"] for row in table] == list(result.forecasts)
    assert all(row["rows"] == len(shown) for row in table), "the first fold also has intervals"
    assert all(row["coverage"] > 0.7 for row in table)


def test_an_unknown_grouping_is_refused_before_anything_is_fitted(town: History) -> None:
    experiment = make_experiment(intervals={"grouping": "twon"})
    for run in (backtest, train):
        with pytest.raises(UsageError, match=r"no grouping named 'twon'"):
            run(experiment, town, FEATURES, threads=1)


def test_joined_results_keep_their_intervals() -> None:
    both = with_intervals().joined(with_intervals())
    assert set(both.conformal) == {"boosted", "boosted (2)"}
    one, other = (both.intervals(name) for name in both.conformal)
    assert np.array_equal(one.high, other.high, equal_nan=True)
    assert isinstance(both.conformal["boosted"][0], Conformal)
    groups = Groups(("east",), np.zeros(1, dtype=np.int32))
    assert both.conformal["boosted"][0].interval(CountDistribution.of(np.array([4.0])), groups)[1][0] == 9.0


def test_small_cells_are_merged_before_anything_is_published() -> None:
    result = made(expected=np.full(240, 0.5))
    shown = result.published()
    assert len(shown) == 23 * 10
    assert shown.y.sum() == result.y.sum()
    assert 0 not in shown.cell
    for name in result.forecasts:
        assert shown.forecasts[name].mean.sum() == pytest.approx(result.forecasts[name].mean.sum())
    first = result.as_of == result.as_of[0]
    row = np.flatnonzero((shown.cell == 1) & (shown.as_of == result.as_of[0]))[0]
    assert shown.y[row] == result.y[first][:2].sum()
    mean, psi = (getattr(result.forecasts["boosted"], part)[first][:2] for part in ("mean", "dispersion"))
    at = shown.forecasts["boosted"]
    assert at.mean[row] + at.dispersion[row] * at.mean[row] ** 2 == pytest.approx((mean + psi * mean**2).sum())
    assert shown.expected is not None
    assert shown.expected[row] == pytest.approx(1.0)
    assert np.array_equal(shown.fold, np.where(shown.as_of < 19_035, 0, 1))
