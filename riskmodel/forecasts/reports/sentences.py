"""The main findings of a backtest in a few sentences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from riskmodel.counts.bootstrap import Interval
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.backtesting.cuts import centre_grouping
from riskmodel.forecasts.evaluation.comparison import MetricDifference, best_single
from riskmodel.forecasts.evaluation.lifts import SCORE
from riskmodel.forecasts.reports.number_formats import fixed_number, part, part_range, readable, signed_percent


def main_findings(result: BacktestResult, found: Iterable[MetricDifference], intervals: Iterable[Mapping[str, Any]]) -> list[str]:
    """Summarise a backtest in a few sentences.

    Parameters
    ----------
    found
        Differences in the log score from the baseline and the best single forecaster.
    intervals
        Rows of the table of conformal intervals.
    """
    return [*_scores(result, list(found)), *_coverage(result, intervals), *_truth(result)]


def _scores(result: BacktestResult, found: list[MetricDifference]) -> Iterator[str]:
    base, single = result.experiment.baseline, best_single(result.evaluation)
    best = result.evaluation.by_log_score[0]
    yield f"{best} has the best log score, {result.evaluation.metrics[best][SCORE]:.4f}."
    known = {(one.forecaster, one.against): one for one in found if one.metric == SCORE}
    if (best, base) in known:
        yield _difference(known[best, base], "the baseline")
    for name in result.evaluation.blends:
        if single != base and (name, single) in known:
            yield _difference(known[name, str(single)], "the best single forecaster")


def _difference(one: MetricDifference, role: str) -> str:
    """Say how much better a forecaster is than another, and how surely."""
    shown, size = (one.share, _share) if readable(one.share) else (one.better_by, _points)
    value, low, high = shown
    sure = ""
    if one.verdict == "better":
        sure = f" ({size(low)} to {size(high)})"
    elif one.verdict == "worse":
        sure = f" ({size(high)} to {size(low)})"
    elif not math.isnan(low):
        sure = f" ({size(low)} {_way(low)} to {size(high)} {_way(high)}; the difference is not clear)"
    return f"In log score, {one.forecaster} is {size(value)} {_way(value)} than {one.against}, {role}{sure}."


def _share(value: float) -> str:
    return signed_percent(abs(value)).removeprefix("+")


def _points(value: float) -> str:
    return fixed_number(abs(value), 5)


def _way(value: float) -> str:
    return "better" if value >= 0 else "worse"


def _coverage(result: BacktestResult, intervals: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in intervals:
        if row["forecaster"] == result.experiment.champion:
            yield (
                f"The {row['level']} % conformal intervals of {row['forecaster']}, the champion, cover "
                f"{part(row['coverage'])} of the counts{part_range(row['coverage_low'], row['coverage_high'])}."
            )


def _truth(result: BacktestResult) -> Iterator[str]:
    champion, base = result.experiment.champion, result.experiment.baseline
    if result.expected is not None and champion != base and champion in result.forecasts:
        closed: Interval = result.truth_gaps()[1][champion].closed
        if readable(closed):
            yield f"{champion} closes {part(closed.value)} of the gap from {base} to the truth{part_range(*closed[1:])}."


def note_sentences(result: BacktestResult) -> list[str]:
    """Return the notes of the fits, failures first, each with its fits.

    A note that several forecasters share stands once, with their names.
    """
    alike: dict[tuple[bool, tuple[str, ...], str], list[str]] = {}
    for row in sorted(result.note_table(), key=lambda row: not row["failed"]):
        name = row["forecaster"] + (f" ({row['about']})" if row["about"] != row["forecaster"] else "")
        alike.setdefault((row["failed"], tuple(row["fits"]), row["en"]), []).append(name)
    return [
        f"{', likewise '.join(names)}, {'all fits' if len(fits) == len(result.origins) else 'fit of ' + ', '.join(fits)}"
        + (", FAILED" if failed else "")
        + f": {text}"
        for (failed, fits, text), names in alike.items()
    ]


def cuts_sentence(result: BacktestResult) -> str:
    """Say where rankings are cut."""
    experiment, cuts = result.experiment, result.evaluation.cuts
    table, name = experiment.evaluation, centre_grouping(experiment, result.places)
    capacities = sorted({f"{value:g}" for value in cuts.capacity}, key=float)
    where = f"of each {name}" if name else "in the whole county"
    area = f"of the area ({table.area})" if table.area else "of the cells"
    total = float(cuts.area.sum())
    if table.cells is not None:
        chosen_area = result.evaluation.of(next(iter(result.forecasts))).at_area["area"].sum()
        chosen = f"{table.cells} cells per date, {100 * float(chosen_area) / total:.2f} % {area}"
    else:
        chosen = f"{100 * table.area_share:.2f} % {area} per date"
    return (
        f"At capacity: the {' or '.join(capacities)} best places {where} on each date. At area, PAI and PEI: {chosen}. "
        f"Precision at recall: a recall of {table.recall:g}. Rows with the same forecast share a position in the ranking."
    )
