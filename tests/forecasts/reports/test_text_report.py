"""The text report: narrow, with every column explained and an interval for every difference."""

from __future__ import annotations

import numpy as np

from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.backtesting.interval_tables import interval_table
from riskmodel.forecasts.backtesting.result import SHOWN
from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.evaluation import METRIC_TABLE
from riskmodel.forecasts.evaluation.comparison import ComparisonRequest
from riskmodel.forecasts.reports import text_report
from riskmodel.forecasts.reports.sentences import main_findings
from tests.worlds.made_results import blended, made


def test_window_looks_and_every_column_are_explained() -> None:
    result = blended()
    report = text_report(result, "This test window has been looked at 3 times, with 2 different experiments.")
    assert max(map(len, report.splitlines())) <= 80
    lines = report.splitlines()
    assert lines[0] == "Backtest 'town-theft': Theft in two weeks · 盗窃"
    joined = " ".join(report.split())
    assert "as of 2022-01-08 to 2022-03-12 (10 dates), 14 days ahead: 240 rows" in joined
    assert "looked at 3 times, with 2 different experiments." in joined
    assert "5.00 % of the cells per date" in joined
    for name in SHOWN:
        assert f"{METRIC_TABLE[name].meaning}; {METRIC_TABLE[name].better} is better" in joined
    (row,) = (line for line in lines if line.startswith("boosted "))
    assert row.split()[1:] == [f"{result.evaluation.metrics['boosted'][name]:.4f}" for name in SHOWN]


def test_differences_from_requested_forecasters_have_intervals() -> None:
    result = blended()
    report = text_report(result, request=ComparisonRequest(against=("harmonic",), metrics=("pai",)))
    for said in (
        "Better than decayed, the baseline,",
        "Better than boosted, the best single forecaster,",
        "Better than harmonic, by",
    ):
        assert report.count(said) == 1
    value, low, high = result.lift("boosted", "pai")["persistence"]
    assert f"  pai        persistence  {value:9.5f}  ({low:.5f} to {high:.5f}) *" in report
    alone = text_report(made(forecasts={"decayed": result.forecasts["decayed"]}))
    assert "Better than" not in alone


def test_chinese_names_are_aligned() -> None:
    result = blended()
    renamed = {"混合模型" if name == "boosted" else name: one for name, one in result.forecasts.items()}
    report = text_report(made(forecasts=renamed)).splitlines()
    (wide,), (plain,) = ([line for line in report if line.startswith(name)] for name in ("混合模型", "harmonic"))
    assert len(wide) + 4 == len(plain), "four characters of two columns each"


def test_the_truth_and_missing_values_are_stated() -> None:
    report = text_report(made(expected=np.full(240, 0.9)))
    assert "Gap to the truth, whose log score is" in report
    assert " %" in report.split("Gap to the truth")[1]
    two = made()
    first = two.as_of < two.as_of[0] + 14
    forecasts = {name: CountDistribution(one.mean[first], one.dispersion[first]) for name, one in two.forecasts.items()}
    short = made(
        cell=two.cell[first], as_of=two.as_of[first], y=two.y[first] * 0, fold=two.fold[first], forecasts=forecasts,
        expected=np.full(48, 0.9), conformal={"boosted": (Conformal(90, None, (), 0.45, {}), None)},
    )  # fmt: skip
    report = text_report(short)
    assert "(no interval: too few dates)" in report
    assert " – " in report, "a weighted error needs events"
    assert "conformal intervals of the champion (boosted) cover 100.0 % of the counts; their mean width is" in " ".join(
        report.split()
    )
    assert "nan" not in report
    assert "nan" not in " ".join(main_findings(short, (), interval_table(short)))
