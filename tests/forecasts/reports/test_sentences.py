"""The main findings: what is better, how clearly, and no claim where the difference is not clear."""

from __future__ import annotations

from riskmodel.base.days import to_iso
from riskmodel.counts.bootstrap import Interval
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.backtesting.interval_tables import interval_table
from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.evaluation.comparison import MetricDifference, differences
from riskmodel.forecasts.forecasters.fit_notes import season_unknown
from riskmodel.forecasts.refit_check import MostSeen, beyond
from riskmodel.forecasts.reports import text_report
from riskmodel.forecasts.reports.number_formats import signed_percent
from riskmodel.forecasts.reports.sentences import main_findings, note_sentences
from tests.worlds.made_results import blended, made


def findings(result: BacktestResult) -> list[str]:
    return main_findings(result, differences(result.evaluation), interval_table(result))


def test_the_best_is_compared_with_the_baseline_and_a_blend_with_the_best_single_one() -> None:
    result = blended()
    first, second, third = findings(result)
    assert first == f"boosted has the best log score, {result.row_scores('boosted')['log_score'].mean():.4f}."
    value, low, high = result.relative_lift("decayed")["boosted"]
    assert low > 0
    sizes = [signed_percent(one)[1:] for one in (value, low, high)]
    assert second == f"In log score, boosted is {sizes[0]} better than decayed, the baseline ({sizes[1]} to {sizes[2]})."
    value, low, high = result.relative_lift("boosted")["persistence"]
    assert high < 0
    sizes = [signed_percent(one)[1:] for one in (value, high, low)]
    assert (
        third
        == f"In log score, persistence is {sizes[0]} worse than boosted, the best single forecaster ({sizes[1]} to {sizes[2]})."
    )


def test_an_interval_that_includes_zero_is_not_clear() -> None:
    result, near = made(), Interval(0.002, -0.004, 0.0139)
    said = main_findings(result, [MetricDifference("log_score", "boosted", "decayed", near, near)], ())[1]
    assert said == (
        "In log score, boosted is 0.20 % better than decayed, the baseline "
        "(0.40 % worse to 1.4 % better; the difference is not clear)."
    )
    few = Interval(0.002, float("nan"), float("nan"))
    said = main_findings(result, [MetricDifference("log_score", "boosted", "decayed", few, few)], ())[1]
    assert said == "In log score, boosted is 0.20 % better than decayed, the baseline."


def test_intervals_and_gap_to_the_truth_are_those_of_the_champion() -> None:
    wide = Conformal(90, None, (), 0.4999999, {})
    result = made(conformal={"boosted": (wide, wide)}, expected=made().forecasts["boosted"].mean)
    said = findings(result)
    assert said[-2] == (
        "The 90 % conformal intervals of boosted, the champion, cover 100.0 % of the counts (100.0 % to 100.0 %)."
    )
    assert said[-1].startswith("boosted closes ")
    assert " of the gap from decayed to the truth" in said[-1]
    alone = made(forecasts={"decayed": result.forecasts["decayed"]})
    assert findings(alone)[0].startswith("decayed has the best log score")
    assert len(main_findings(alone, (), ())) == 1


def test_notes_of_fits_come_failures_first_each_once_with_its_fits() -> None:
    unknown, failed = season_unknown("HarmonicCount", 200), beyond("Blend", 3237.0, MostSeen(14.0))
    notes = {"harmonic": ((unknown,), (season_unknown("HarmonicCount", 235),)), "decayed": ((), (failed,))}
    result = made(notes=notes)
    first, second = to_iso(19_000), to_iso(19_035)
    assert note_sentences(result) == [
        f"decayed (Blend), fit of {second}, FAILED: {failed.text.en}",
        "harmonic (HarmonicCount), all fits: it learned from 235 days, less than a year, so the season is unknown and left out of the "
        "forecast.",
    ]
    table = result.summary()["notes"]
    assert [(row["forecaster"], row["code"], row["failed"], row["fits"]) for row in table] == [
        ("harmonic", "season-unknown", False, [first, second]),
        ("decayed", "beyond-seen", True, [second]),
    ]
    assert "Notes of the fits:\n- decayed (Blend), fit of" in text_report(result)
    shared = made(notes={"harmonic": ((unknown,), (unknown,)), "recent": ((unknown,), (unknown,)), "decayed": ((), (unknown,))})
    assert [one.partition(":")[0] for one in note_sentences(shared)] == [
        "harmonic (HarmonicCount), likewise recent (HarmonicCount), all fits",
        f"decayed (HarmonicCount), fit of {second}",
    ]
    assert note_sentences(made()) == []
    assert "Notes of the fits" not in text_report(made())
