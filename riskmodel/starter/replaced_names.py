"""Names that end or begin within a table, and what replaces them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.natural_order import natural_order
from riskmodel.base.plurals import counted
from riskmodel.starter.table_columns import ReadTable

LEAST_ROWS = 12
"""Rows of a name, and rows that are missing where it has none, from which it ended or began: by chance so many lack once in 150,000 times."""
LONGER = 3.0
"""How many times as long as its longest gap a name must be without a row."""
LEAST_WAIT, WAITS = 31, 5.0
"""Days, and mean intervals between rows, between the last row of a name and the first of another."""
LEAST_RATE = 1 / 3
"""Least share of the rows per day of the one that the other has: what follows a name is as frequent."""
MOST_SHOWN = 5
"""Largest number of replacements that are described, each in a sentence."""


class _Spans(NamedTuple):
    """First and last day of names, and their rows per day between."""

    first: Any
    last: Any
    rate: Any


def replaced_names(table: ReadTable, column: str, what: str, remedy: str, days: Any, known: Any) -> Iterator[str]:
    """Yield that names end when others begin, or cells without others.

    Parameters
    ----------
    what
        What a name is of: ``cell`` or ``kind``.
    remedy
        What to do if they follow each other.
    known
        Rows with a date that counts.
    """
    codes = table.columns[column].codes
    rows = known & (codes >= 0)
    if not rows.any():
        return
    codes, days = codes[rows], days[rows]
    names = len(table.columns[column].values)
    counts = np.bincount(codes, minlength=names)
    first, last = np.full(names, np.iinfo(np.int64).max), np.full(names, np.iinfo(np.int64).min)
    np.minimum.at(first, codes, days)
    np.maximum.at(last, codes, days)
    spans = _Spans(first, last, counts / np.maximum(last - first, 1))
    often: list[int] = np.flatnonzero(counts >= LEAST_ROWS).tolist()
    begin, end = int(days.min()), int(days.max())
    gaps = _longest_gaps(codes, days, often)
    ended = [at for at in often if _is_gone(spans.rate[at], end - last[at], gaps[at])]
    begun = [at for at in often if _is_gone(spans.rate[at], first[at] - begin, gaps[at])]
    texts, found = table.columns[column].values, _successions(spans, ended, begun)
    for old, new in found[:MOST_SHOWN]:
        from_day = to_iso(int(first[new].min()))
        yield (
            f"{counted(len(old), what)} of {table.shown!r} without a row after {to_iso(int(last[old].max()))} ({_some(texts, old)}), and {len(new):,} without one before "
            f"{from_day} ({_some(texts, new)}). {remedy.format(day=from_day)}; as they are, what was known of the former is lost for the latter."
        )
    if what == "cell":
        followed, ordered = {at for pair in found for side in pair for at in side}, np.sort(days)
        gone = [at for at in ended if at not in followed and _lacks(counts[at], int((ordered > last[at]).sum()), len(days))]
        late = [at for at in begun if at not in followed and _lacks(counts[at], int((ordered < first[at]).sum()), len(days))]
        yield from _alone(table, spans, (gone, late), texts)


def _lacks(own: int, without: int, rows: int) -> bool:
    """Return whether a cell has too few rows for its share.

    ``without`` is the number of rows on the days on which it has none.
    """
    others = rows - without - own
    return without * own >= LEAST_ROWS * max(others, 1)


def _alone(table: ReadTable, spans: _Spans, found: tuple[list[int], list[int]], texts: Sequence[str]) -> Iterator[str]:
    """Yield cells that end or begin without another in their place."""
    ended, begun = found
    if ended:
        days = spans.last[ended]
        yield (
            f"{counted(len(ended), 'cell')} of {table.shown!r} without a row from some day on, where many would be usual: {_with_days(texts, ended, days, 'after')}. The days since then count as "
            "days without events. If a cell no longer reports or no longer exists, remove it from places/cells.csv: its rows go to quarantine, counted."
        )
    if begun:
        days = spans.first[begun]
        yield (
            f"{counted(len(begun), 'cell')} of {table.shown!r} without a row up to some day, where many would be usual: {_with_days(texts, begun, days, 'before')}. The days before count as days "
            "without events. If a cell did not report or exist then, let the experiment begin later (first in experiments/main.toml)."
        )


def _with_days(texts: Sequence[str], at: list[int], days: Any, word: str) -> str:
    """Return the first names with their last or first day."""
    order = sorted(range(len(at)), key=lambda one: natural_order(texts[at[one]]))
    shown = ", ".join(f"{texts[at[one]]} ({word} {to_iso(int(days[one]))})" for one in order[:3])
    return shown + (", …" if len(at) > 3 else "")


def _is_gone(rate: float, without: int, gap: int) -> bool:
    """Return whether days without a row are no chance."""
    return bool(rate * without >= LEAST_ROWS and without >= LONGER * gap)


def _longest_gaps(codes: Any, days: Any, often: Any) -> dict[int, int]:
    """Return the longest gap between the rows of each frequent name."""
    order = np.lexsort((days, codes))
    names, sorted_days = codes[order], days[order]
    steps, same = np.diff(sorted_days), np.diff(names) == 0
    longest = np.zeros(int(codes.max()) + 1, dtype=np.int64)
    np.maximum.at(longest, names[1:][same], steps[same])
    return {int(at): int(longest[at]) for at in often}


def _successions(spans: _Spans, ended: list[int], begun: list[int]) -> list[tuple[list[int], list[int]]]:
    """Return names that end, with those that begin then.

    Groups that share a new name are one replacement, as when two areas become three.
    """
    found: list[tuple[list[int], list[int]]] = []
    later = np.array(begun, dtype=np.int64)
    # first group of each new name: a city that redraws its areas replaces thousands at once
    group = np.full(len(spans.first), len(ended))
    for old in sorted(ended, key=lambda at: int(spans.last[at])):
        new = later[_follow(spans, old, later)]
        if not len(new):
            continue
        number = min(int(group[new].min()), len(found))
        if number == len(found):
            found.append(([], []))
        fresh = new[group[new] != number]
        group[fresh] = number
        found[number][0].append(old)
        found[number][1].extend(fresh.tolist())
    return [one for one in found if LEAST_RATE <= spans.rate[one[1]].sum() / spans.rate[one[0]].sum() <= 1 / LEAST_RATE]


def _follow(spans: _Spans, old: int, new: Any) -> Any:
    """Return which names begin about when another ends."""
    wait = np.maximum(LEAST_WAIT, WAITS / np.minimum(spans.rate[old], spans.rate[new]))
    # the last row of a name lies before its end, and the first of another behind its begin
    after = spans.first[new] - spans.last[old]
    return (after >= -LEAST_WAIT) & (after <= wait)


def _some(texts: Sequence[str], at: Any) -> str:
    return ", ".join(sorted((texts[int(one)] for one in at), key=natural_order)[:3]) + (", …" if len(at) > 3 else "")
