"""Tables that hold the events of another one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted
from riskmodel.starter.project_plan import PlannedSource

LEAST_COUNTS, ALIKE = 50, 0.95
"""Counts of a day, place and kind in the span of both tables, and the share of them that must be equal."""
_PLACES = 5
"""Decimals of coordinates that are compared."""


def refuse_same_sources(sources: Sequence[PlannedSource]) -> None:
    """Refuse tables of which one holds the events of another.

    Copies of a file, a file of a year beside those of its months, or events beside their counts of days would count twice.

    Raises
    ------
    UsageError
        Naming the first two.
    """
    for one, other in combinations(sources, 2):
        alike, many = _equal_counts(one, other)
        if many >= LEAST_COUNTS and alike >= ALIKE * many:
            raise UsageError(
                f"{one.table.shown!r} and {other.table.shown!r} hold the same events: {alike:,} of {counted(many, 'count')} of a day and place agree in the days of both, so these would count twice. Leave "
                "one of them out, and name the other tables after --from."
            )


def _equal_counts(one: PlannedSource, other: PlannedSource) -> tuple[int, int]:
    """Return how many counts of the smaller table are equal, and all."""
    pair = (one, other)
    if one.roles.period != other.roles.period or (one.roles.points is None) != (other.roles.points is None):
        return 0, 0
    columns = [_places(pair)]
    if one.roles.kind is not None and other.roles.kind is not None:
        columns.append(_texts([(source, str(source.roles.kind)) for source in pair]))
    days = [source.roles.date.days for source in pair]
    known = [source.roles.date.known for source in pair]
    if not all(some.any() for some in known):
        return 0, 0
    first = max(int(day[there].min()) for day, there in zip(days, known, strict=True))
    last = min(int(day[there].max()) for day, there in zip(days, known, strict=True))
    counts = []
    for at, source in enumerate(pair):
        rows = known[at] & (days[at] >= first) & (days[at] <= last) & np.all([column[at] >= 0 for column in columns], axis=0)
        key = days[at][rows] - first
        for column in columns:
            key = key * (max(int(part.max(initial=0)) for part in column) + 1) + column[at][rows]
        amount = source.roles.amount
        numbers = np.ones(len(rows)) if amount is None else np.nan_to_num(source.table.columns[amount].row_numbers())
        there, back = np.unique(key, return_inverse=True)
        summed = np.bincount(back, weights=numbers[rows], minlength=len(there))
        counts.append((there[summed > 0], summed[summed > 0]))
    (keys, numbers), (others, further) = counts
    _, at, beside = np.intersect1d(keys, others, assume_unique=True, return_indices=True)
    return int((numbers[at] == further[beside]).sum()), min(len(keys), len(others))


def _places(pair: tuple[PlannedSource, PlannedSource]) -> list[Any]:
    """Return numbers of the places of two tables; -1 where unknown."""
    points = [source.roles.points.points for source in pair if source.roles.points is not None]
    if not points:
        return _texts([(source, str(source.roles.cell)) for source in pair])
    both = np.round(np.concatenate(points), _PLACES)
    known = np.isfinite(both).all(axis=1)
    numbers = np.full(len(both), -1, dtype=np.int64)
    numbers[known] = np.unique(both[known], axis=0, return_inverse=True)[1].ravel()
    return np.split(numbers, [len(points[0])])


def _texts(columns: Sequence[tuple[PlannedSource, str]]) -> list[Any]:
    """Return numbers of the texts of two columns; -1 where empty."""
    number: dict[str, int] = {}
    found = []
    for source, name in columns:
        column = source.table.columns[name]
        own = [number.setdefault(text.strip().casefold(), len(number)) for text in column.values]
        found.append(np.array([*own, -1], dtype=np.int64)[column.codes])
    return found
