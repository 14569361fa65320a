"""A backtest in a few sentences, each with its interval."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from riskmodel.forecasts.evaluation import BacktestResult
from riskmodel.forecasts.evaluation.comparing import SCORE, Difference, best_single, blends


def in_short(
    result: BacktestResult, found: Iterable[Difference], intervals: Iterable[Mapping[str, Any]], summary: Mapping[str, Any]
) -> list[str]:
    """What a reader should take home.

    Parameters
    ----------
    found
        Differences in the log score, to the baseline and the best single forecaster.
    intervals
        Rows of the table of conformal intervals.
    summary
        The result's summary.
    """
    return [*_scores(result, list(found)), *_covered(result, intervals), *_truth(result, summary)]


def _scores(result: BacktestResult, found: list[Difference]) -> Iterator[str]:
    base, single = result.experiment.baseline, best_single(result)
    scores = {name: result.row_scores(name)[SCORE].mean() for name in result.forecasts}
    best = min(scores, key=scores.__getitem__)
    yield f"{best} has the best log score, {scores[best]:.4f}."
    beside = {(one.forecaster, one.against): one for one in found if one.metric == SCORE}
    if (best, base) in beside:
        yield _said(beside[best, base], "the baseline")
    for name in blends(result):
        if single != base and (name, single) in beside:
            yield _said(beside[name, str(single)], "the best single forecaster")


def _said(one: Difference, role: str) -> str:
    value, low, high = one.share
    sure = ""
    if one.verdict == "better":
        sure = f" ({_size(low)} to {_size(high)})"
    elif one.verdict == "worse":
        sure = f" ({_size(high)} to {_size(low)})"
    elif low == low:
        sure = f" (from {_size(low)} {_way(low)} to {_size(high)} {_way(high)}: these dates do not tell the two apart)"
    return f"In log score, {one.forecaster} is {_size(value)} {_way(value)} than {one.against}, {role}{sure}."


def _size(value: float) -> str:
    return percent(abs(value)).removeprefix("+")


def _way(value: float) -> str:
    return "better" if value >= 0 else "worse"


def _covered(result: BacktestResult, intervals: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in intervals:
        if row["forecaster"] == result.experiment.champion:
            yield (
                f"The {row['level']} % conformal intervals of {row['forecaster']}, the champion, hold {100 * row['coverage']:.1f} % of "
                f"the counts{between(row['coverage_low'], row['coverage_high'])}."
            )


def _truth(result: BacktestResult, summary: Mapping[str, Any]) -> Iterator[str]:
    champion, base = result.experiment.champion, result.experiment.baseline
    if "truth" in summary and champion != base and champion in result.forecasts:
        value, low, high = summary["truth"]["forecasters"][champion]["closed"]
        yield f"Of the distance from {base} to the truth, {champion} closes {100 * value:.1f} %{between(low, high)}."


def between(low: float, high: float) -> str:
    """An interval of shares in percent, in brackets after a space; nothing where there are too few dates for one."""
    return f" ({100 * low:.1f} % to {100 * high:.1f} %)" if low == low else ""


def percent(value: float) -> str:
    """A difference as a share, with its sign, in percent; a dash where there is none."""
    if value != value:
        return "–"
    text = f"{value:+.2%}" if abs(value) < 0.01 else f"{value:+.1%}"
    return text.replace("-", "−").replace("%", " %")
