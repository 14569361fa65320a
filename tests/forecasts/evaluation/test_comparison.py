"""Comparisons: with which forecasters, in which metrics, and how clearly they differ."""

from __future__ import annotations

import pytest

from riskmodel.base.errors import UsageError
from riskmodel.forecasts.evaluation.comparison import (
    STANDARD,
    ComparisonRequest,
    best_single,
    comparison,
    differences,
    references,
)
from tests.worlds.made_results import LABELS, blended, made
from tests.worlds.quick_forecasters import SETTINGS, make_experiment


def test_all_are_compared_with_the_baseline_and_with_the_best_single_one_of_a_blend() -> None:
    plain, result = made(), blended()
    assert references(plain.evaluation) == ("decayed",), "without a blend there is no comparison with the best single one"
    assert best_single(plain.evaluation) == best_single(result.evaluation) == "boosted"
    assert references(result.evaluation) == ("decayed", "boosted")
    assert references(result.evaluation, ComparisonRequest(against=("harmonic", "boosted"))) == ("decayed", "boosted", "harmonic")
    found = differences(result.evaluation)
    assert [(one.against, one.forecaster) for one in found] == [
        ("decayed", "boosted"), ("decayed", "persistence"), ("decayed", "harmonic"),
        ("boosted", "decayed"), ("boosted", "persistence"), ("boosted", "harmonic"),
    ]  # fmt: skip
    assert {one.metric for one in found} == {"log_score"}
    for one in found:
        assert one.better_by == result.lift(one.against)[one.forecaster]
        assert one.share == result.relative_lift(one.against)[one.forecaster]
    assert {one.forecaster: one.verdict for one in found[:3]} == {
        "boosted": "better",
        "persistence": "worse",
        "harmonic": "worse",
    }


def test_a_blend_is_never_the_best_single_one() -> None:
    tables = [{"type": "Blend" if name == "boosted" else "Persistence", "name": name, "settings": {}} for name in LABELS]
    result = made(experiment=make_experiment(forecasters=tables))
    assert min(result.summary()["forecasters"].items(), key=lambda item: item[1]["log_score"])[0] == "boosted"
    assert best_single(result.evaluation) == "decayed"
    every = [{"type": "Blend", "name": name, "settings": SETTINGS["Blend"]} for name in LABELS]
    assert best_single(made(experiment=make_experiment(forecasters=every)).evaluation) is None


def test_requested_comparisons_are_json_values() -> None:
    result = blended()
    found = comparison(result.evaluation, ComparisonRequest(metrics=("pai", "log_score")))
    assert (found["baseline"], found["best_single"]) == ("decayed", "boosted")
    assert len(found["differences"]) == 2 * 3 * 2
    (row,) = (
        one
        for one in found["differences"]
        if (one["metric"], one["forecaster"], one["against"]) == ("pai", "harmonic", "boosted")
    )
    value, low, high = result.lift("boosted", "pai")["harmonic"]
    assert (row["better_by"], row["low"], row["high"]) == (value, low, high)
    assert row["share_low"] <= row["share"] <= row["share_high"]
    assert result.summary(STANDARD)["comparison"] == comparison(result.evaluation)
    alone = made(forecasts={"decayed": result.forecasts["decayed"]})
    assert "comparison" not in alone.summary(STANDARD)
    assert "comparison" not in result.summary()
    plain = made()
    assert "comparison" not in plain.summary(STANDARD), "without a blend only on request"
    assert len(plain.summary(ComparisonRequest(metrics=("rmse",)))["comparison"]["differences"]) == 2 * 3


def test_a_request_is_checked_before_anything_is_fitted() -> None:
    labels = [table.label for table in make_experiment().forecasters]
    for request, said in (
        (ComparisonRequest(against=("boost",)), r"no forecaster in the experiment named 'boost'.*did you mean 'boosted'"),
        (ComparisonRequest(metrics=("rmsee",)), r"no metric named 'rmsee'.*did you mean 'rmse'"),
        (ComparisonRequest(metrics=("coverage_90",)), r"'coverage_90' should meet its stated level.*Compare a width or a score"),
    ):
        assert request
        with pytest.raises(UsageError, match=said):
            request.check(labels)
    assert not STANDARD
    STANDARD.check(labels)
    with pytest.raises(UsageError, match="neither better nor worse"):
        made().lift(score="coverage_50")


def test_equal_results_have_one_fingerprint() -> None:
    one = made()
    assert one.fingerprint() == made().fingerprint()
    assert len(one.fingerprint()) == 64
    assert made(y=one.y + 1).fingerprint() != one.fingerprint()
    fewer = {name: one.forecasts[name] for name in LABELS[:3]}
    assert made(forecasts=fewer).fingerprint() != one.fingerprint()
