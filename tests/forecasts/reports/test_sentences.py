"""A backtest in a few sentences: what is better, how surely, and that nothing is claimed where the dates cannot tell."""

from __future__ import annotations

from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.evaluation.comparison import MetricDifference, differences
from riskmodel.forecasts.backtesting.interval_tables import interval_table
from riskmodel.forecasts.evaluation.metrics import Interval
from riskmodel.forecasts.reports.number_formats import percent
from riskmodel.forecasts.reports.sentences import main_findings
from tests.forecasts.backtesting.results import blended, made


def told(result: BacktestResult) -> list[str]:
    return in_short(result, differences(result), interval_table(result), result.summary())


def test_the_best_is_named_beside_the_baseline_and_a_blend_beside_the_best_single_one() -> None:
    result = blended()
    first, second, third = told(result)
    assert first == f"boosted has the best log score, {result.row_scores('boosted')['log_score'].mean():.4f}."
    value, low, high = result.relative_lift("decayed")["boosted"]
    assert low > 0
    sizes = [percent(one)[1:] for one in (value, low, high)]
    assert second == f"In log score, boosted is {sizes[0]} better than decayed, the baseline ({sizes[1]} to {sizes[2]})."
    value, low, high = result.relative_lift("boosted")["persistence"]
    assert high < 0
    sizes = [percent(one)[1:] for one in (value, high, low)]
    assert (
        third
        == f"In log score, persistence is {sizes[0]} worse than boosted, the best single forecaster ({sizes[1]} to {sizes[2]})."
    )


def test_where_the_interval_holds_zero_it_says_so() -> None:
    result, near = made(), Interval(0.002, -0.004, 0.0139)
    said = in_short(result, [MetricDifference("log_score", "boosted", "decayed", near, near)], (), result.summary())[1]
    assert said == (
        "In log score, boosted is 0.20 % better than decayed, the baseline "
        "(from 0.40 % worse to 1.4 % better: these dates do not tell the two apart)."
    )
    few = Interval(0.002, float("nan"), float("nan"))
    said = in_short(result, [MetricDifference("log_score", "boosted", "decayed", few, few)], (), result.summary())[1]
    assert said == "In log score, boosted is 0.20 % better than decayed, the baseline."


def test_intervals_and_truth_are_told_of_the_champion() -> None:
    wide = Conformal(90, None, (), 0.4999999, {})
    result = made(conformal={"boosted": (wide, wide)}, expected=made().forecasts["boosted"].mean)
    said = told(result)
    assert said[-2] == ("The 90 % conformal intervals of boosted, the champion, hold 100.0 % of the counts (100.0 % to 100.0 %).")
    assert said[-1].startswith("Of the distance from decayed to the truth, boosted closes ")
    alone = made(forecasts={"decayed": result.forecasts["decayed"]})
    assert told(alone)[0].startswith("decayed has the best log score")
    assert len(in_short(alone, (), (), alone.summary())) == 1
