"""The text report of a backtest, for a terminal."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.base.shown_texts import columns_of, padded
from riskmodel.forecasts.backtesting import BacktestResult
from riskmodel.forecasts.backtesting.interval_tables import interval_table
from riskmodel.forecasts.backtesting.result import SHOWN
from riskmodel.forecasts.evaluation import METRIC_TABLE
from riskmodel.forecasts.evaluation.comparison import STANDARD, ComparisonRequest, MetricDifference, best_single, differences
from riskmodel.forecasts.evaluation.level_bands import band_name, level_bands
from riskmodel.forecasts.reports.number_formats import fixed_number, how_often, part, part_range, readable, words
from riskmodel.forecasts.reports.sentences import cuts_sentence, note_sentences

WIDEST_WORDS = 8
"""Columns into which the name of a metric is broken."""


def text_report(result: BacktestResult, looks: str = "", request: ComparisonRequest = STANDARD, width: int = 80) -> str:
    """Return the result as text.

    Parameters
    ----------
    looks
        A sentence that says how often the test window has been looked at.
    request
        Further metrics and forecasters to compare.
    width
        Columns at which paragraphs are broken; the table is as wide as the forecasters' names need.
    """
    parts = [_head(result, looks, width), _table(result), _legend(width), _filled(cuts_sentence(result), width)]
    if len(result.forecasts) > 1:
        found = differences(result.evaluation, request)
        for against in dict.fromkeys(one.against for one in found):
            parts.append(_comparison([one for one in found if one.against == against], result, width))
    if covered := _intervals(result, width):
        parts.append(covered)
    if result.experiment.champion in result.forecasts:
        parts.append(_bands(result, width))
    if result.expected is not None:
        parts.append(_truth(result))
    if notes := note_sentences(result):
        parts.append("\n".join(["Notes of the fits:", *(_filled(f"- {note}", width) for note in notes)]))
    return "\n\n".join(parts).replace("−", "-")


def _head(result: BacktestResult, looks: str, width: int) -> str:
    """Say what was forecast, when, and on how many rows."""
    title, dates = result.experiment.title, np.unique(result.as_of)
    names = title.en if title.en == title.zh else f"{title.en} · {title.zh}"
    span = (
        f"Forecasts as of {to_iso(dates[0])} to {to_iso(dates[-1])} ({counted(len(dates), 'date')}), "
        f"{counted(result.experiment.horizon, 'day')} ahead: {counted(len(result), 'row')}, "
        f"{counted(int(result.y.sum()), 'event')}. Each forecaster was fitted {how_often(len(result.origins))}."
    )
    head = [f"Backtest {result.experiment.name!r}: {names}", *textwrap.wrap(span, width), *textwrap.wrap(looks, width)]
    return "\n".join(head)


def _table(result: BacktestResult) -> str:
    """Return the table of metrics, one row per forecaster, with broken headings."""
    frame = result.frame()
    heads = {metric: textwrap.wrap(words(metric), WIDEST_WORDS) for metric in SHOWN}
    cells = {metric: [fixed_number(value) for value in frame[metric]] for metric in SHOWN}
    wide = {metric: max(map(len, [*heads[metric], *cells[metric]])) for metric in SHOWN}
    first, tall = max(map(columns_of, frame.index)), max(map(len, heads.values()))
    lines = []
    for row in range(tall):
        head = {m: (["", "", "", ""] + heads[m])[len(heads[m]) - tall + row + 4] for m in SHOWN}
        lines.append("  ".join([" " * first, *(head[m].rjust(wide[m]) for m in SHOWN)]).rstrip())
    for row, name in enumerate(frame.index):
        lines.append("  ".join([padded(str(name), first), *(cells[m][row].rjust(wide[m]) for m in SHOWN)]))
    return "\n".join(lines)


def _legend(width: int) -> str:
    """Explain every column of the table."""
    first = max(map(len, SHOWN)) + 2
    lines: list[str] = []
    for name in SHOWN:
        meaning = f"{METRIC_TABLE[name].meaning}; {METRIC_TABLE[name].better} is better"
        lines += textwrap.wrap(meaning, width, initial_indent=name.ljust(first), subsequent_indent=" " * first)
    return "\n".join(lines)


def _comparison(found: Sequence[MetricDifference], result: BacktestResult, width: int) -> str:
    """List the differences from one forecaster."""
    against = found[0].against
    roles = [
        role
        for role, name in (
            ("the baseline", result.experiment.baseline),
            ("the best single forecaster", best_single(result.evaluation)),
        )
        if name == against
    ]
    head = f"Better than {', '.join([against, *roles])}, by (95 % interval; * excludes 0):"
    return "\n".join([textwrap.fill(head, width), *difference_lines(found)])


def difference_lines(found: Sequence[MetricDifference]) -> Iterator[str]:
    """Yield a line for each difference, with its interval."""
    metrics, names = (max(columns_of(getattr(one, part)) for one in found) for part in ("metric", "forecaster"))
    for one in found:
        value, low, high = one.better_by
        clear = " " if one.verdict == "open" else "*"
        known = f"({low:z.5f} to {high:z.5f}) {clear}" if not math.isnan(low) else "(no interval: too few dates)"
        share = f"{one.share.value:+.2%}".replace("%", " %") if readable(one.share) else ""
        yield f"  {padded(one.metric, metrics)}  {padded(one.forecaster, names)}  {value:z9.5f}  {known:<24} {share:>9}".rstrip()


def _intervals(result: BacktestResult, width: int) -> str:
    """Say how often the champion's conformal intervals hold the count."""
    champion = result.experiment.champion
    rows = [row for row in interval_table(result) if row["forecaster"] == champion]
    return "\n".join(
        _filled(
            f"The {row['level']} % conformal intervals of the champion ({champion}) cover {part(row['coverage'])} of the counts"
            f"{part_range(row['coverage_low'], row['coverage_high'])}; their mean width is {row['width']:.2f} events.",
            width,
        )
        for row in rows
    )


def _bands(result: BacktestResult, width: int) -> str:
    """List ratio, coverage and PIT of the champion by band of means."""
    champion = result.experiment.champion
    bands = level_bands(result.y, result.forecasts[champion])
    head = f"By level of the mean, {champion}: expected over observed events, coverage of the central 90 % interval, and PIT (ten heights, 1 is right):"
    names = max(len(band_name(band)) for band in bands)
    lines = [
        f"  {band_name(band):<{names}}  {counted(band['rows'], 'row'):>14}  ratio {'-' if band['ratio'] is None else format(band['ratio'], '.2f'):>5}  "
        f"{part(band['coverage']):>7}\n  {'':<{names}}  PIT {' '.join(f'{height:.2f}' for height in band['pit'])}"
        for band in bands
    ]
    return "\n".join([_filled(head, width), *lines])


def _truth(result: BacktestResult) -> str:
    """List every forecaster's gap to the truth."""
    score, found = result.truth_gaps()
    names = max(map(columns_of, found))
    lines = [
        f"Gap to the truth, whose log score is {score:.5f}: the excess over it, the share of the",
        "baseline's gap that is closed, and that share for the expected scores of the means:",
    ]
    for name, one in sorted(found.items(), key=lambda item: item[1].excess.value):
        lines.append(f"  {padded(name, names)}  {one.excess.value:z9.5f}")
        if one.closed.value == one.closed.value:
            for share in (one.closed, one.closed_mean):
                lines[-1] += f"  {part(share.value):>8}{part_range(*share[1:]):<21}"
    return "\n".join(line.rstrip() for line in lines)


def _filled(text: str, width: int) -> str:
    """Break a paragraph into lines; a percentage is not broken."""
    return textwrap.fill(text.replace(" %", "\u00a0%"), width).replace("\u00a0", " ")
