"""A backtest in a terminal: what was judged, a narrow table, what its columns mean, and how surely forecasters differ."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.forecasts.evaluation import TABLE, BacktestResult
from riskmodel.forecasts.evaluation.comparing import NOTHING, Difference, Question, best_single, differences
from riskmodel.forecasts.evaluation.conformal import conformal_table
from riskmodel.forecasts.evaluation.oracle import distances
from riskmodel.forecasts.evaluation.result import SHOWN
from riskmodel.forecasts.reports.in_short import between
from riskmodel.forecasts.reports.page import stated

WIDEST_WORDS = 8
"""Columns into which the name of a metric is broken."""


def terminal(result: BacktestResult, looks: str = "", question: Question = NOTHING, width: int = 80) -> str:
    """The result as text; paragraphs are broken at ``width`` columns, and the table is as wide as its forecasters' names need.

    Parameters
    ----------
    looks
        A sentence that says how often the test window has been looked at.
    question
        Metrics and forecasters that are compared beside what always is.
    """
    parts = [_head(result, looks, width), _table(result), _legend(width), textwrap.fill(stated(result), width)]
    if len(result.forecasts) > 1:
        found = differences(result, question)
        for against in dict.fromkeys(one.against for one in found):
            parts.append(_beside([one for one in found if one.against == against], result))
    if covered := _intervals(result, width):
        parts.append(covered)
    if result.expected is not None:
        parts.append(_truth(result))
    return "\n\n".join(parts)


def _head(result: BacktestResult, looks: str, width: int) -> str:
    title, dates = result.experiment.title, np.unique(result.as_of)
    names = title.en if title.en == title.zh else f"{title.en} · {title.zh}"
    span = (
        f"Judged as of {to_iso(dates[0])} to {to_iso(dates[-1])}, {len(dates)} dates, {result.experiment.horizon} days ahead; "
        f"{len(result):,} rows, {int(result.y.sum()):,} events; {len(result.first)} fits of each forecaster."
    )
    said = [f"Backtest {result.experiment.name!r}: {names}", *textwrap.wrap(span, width), *textwrap.wrap(looks, width)]
    return "\n".join(said)


def _table(result: BacktestResult) -> str:
    frame = result.frame()
    heads = {metric: textwrap.wrap(metric.replace("_", " "), WIDEST_WORDS) for metric in SHOWN}
    cells = {metric: [_figure(value) for value in frame[metric]] for metric in SHOWN}
    wide = {metric: max(map(len, [*heads[metric], *cells[metric]])) for metric in SHOWN}
    first, tall = max(map(_columns, frame.index)), max(map(len, heads.values()))
    lines = []
    for row in range(tall):
        words = {m: (["", "", "", ""] + heads[m])[len(heads[m]) - tall + row + 4] for m in SHOWN}
        lines.append("  ".join([" " * first, *(words[m].rjust(wide[m]) for m in SHOWN)]))
    for row, name in enumerate(frame.index):
        lines.append("  ".join([_padded(str(name), first), *(cells[m][row].rjust(wide[m]) for m in SHOWN)]))
    return "\n".join(lines)


def _legend(width: int) -> str:
    first = max(map(len, SHOWN)) + 2
    lines: list[str] = []
    for name in SHOWN:
        said = f"{TABLE[name].meaning}; {TABLE[name].better} is better"
        lines += textwrap.wrap(said, width, initial_indent=name.ljust(first), subsequent_indent=" " * first)
    return "\n".join(lines)


def _beside(found: Sequence[Difference], result: BacktestResult) -> str:
    against = found[0].against
    roles = [
        role
        for role, name in (("the baseline", result.experiment.baseline), ("the best single one", best_single(result)))
        if name == against
    ]
    head = f"Better than {', '.join([against, *roles])}, by (95 % interval; * lies clear of 0):"
    return "\n".join([head, *_lines(found)])


def _lines(found: Sequence[Difference]) -> Iterator[str]:
    metrics, names = (max(_columns(getattr(one, part)) for one in found) for part in ("metric", "forecaster"))
    for one in found:
        value, low, high = one.better_by
        clear = " " if one.verdict == "open" else "*"
        known = f"({low:.5f} to {high:.5f}) {clear}" if low == low else "(no interval: too few dates)"
        share = f"{one.share.value:+.2%}".replace("%", " %") if one.share.value == one.share.value else ""
        yield f"  {_padded(one.metric, metrics)}  {_padded(one.forecaster, names)}  {value:9.5f}  {known:<24} {share:>9}".rstrip()


def _intervals(result: BacktestResult, width: int) -> str:
    champion = result.experiment.champion
    rows = [row for row in conformal_table(result) if row["forecaster"] == champion]
    return "\n".join(
        textwrap.fill(
            f"The champion's {row['level']} % conformal intervals ({champion}) hold {_percent(row['coverage'])} of the counts"
            f"{between(row['coverage_low'], row['coverage_high'])} and are {row['width']:.2f} events wide on average.",
            width,
        )
        for row in rows
    )


def _truth(result: BacktestResult) -> str:
    score, found = distances(result)
    names = max(map(_columns, found))
    lines = [
        f"The truth has a log score of {score:.5f}. Excess over it, the share of the baseline's",
        "excess that is closed, and that share for the means alone, whatever happened:",
    ]
    for name, one in sorted(found.items(), key=lambda item: item[1].excess.value):
        lines.append(f"  {_padded(name, names)}  {one.excess.value:9.5f}")
        if one.closed.value == one.closed.value:
            for share in (one.closed, one.closed_mean):
                lines[-1] += f"  {_percent(share.value):>8}{between(share.low, share.high):<21}"
    return "\n".join(line.rstrip() for line in lines)


def _percent(value: float) -> str:
    return f"{value:.1%}".replace("%", " %")


def _figure(value: float) -> str:
    return "–" if value != value else f"{value:.4f}"


def _columns(text: str) -> int:
    """Columns that a text takes in a terminal: a Chinese sign takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - _columns(text))
