"""Columns of counts by sex, age or descent are no kinds."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import numpy as np

from riskmodel.base.accents import without_accents
from riskmodel.base.errors import UsageError
from riskmodel.starter.column_words import ROW_NUMBERS, free_name, is_chinese, plain_name, rank
from riskmodel.starter.event_numbers import LEAST_UNIQUE, holds_minutes
from riskmodel.starter.incident_ids import combined, names_its_rows
from riskmodel.starter.new_rows import NewRows, as_counts, holds_counts
from riskmodel.starter.person_words import division_of_persons, kind_of_part
from riskmodel.starter.table_columns import ReadTable

_RANGE = re.compile(r"(\d{1,3}) (\d{1,3})|(\d{1,3})")
_HIGHEST = 31
"""Numbers of ranges up to which they may be hours or days: ages reach beyond."""
_ROLES = ("id", "x", "y", "year", "month", "week", "day", "date", "known", "cell")


def without_person_groups(table: ReadTable) -> NewRows | None:
    """Return the table with one number for the columns that divide persons.

    Columns such as ``male`` and ``female`` are added up, for each kind where they name one (``theft male``). Where another column holds their sum, or others are kinds, they
    are left out.

    Raises
    ------
    UsageError
        If several divisions add up to different numbers.
    """
    groups = _groups(table)
    if not groups or not _are_sums(table):
        return None
    used = [name for parts in groups.values() for names in parts.values() for name in names]
    others = [name for name in table.columns if name not in used]
    counts = [
        name
        for name in others
        if holds_counts(table.columns[name])
        and plain_name(name) not in ROW_NUMBERS
        and max(rank(name, role) for role in _ROLES) < 2
    ]
    columns: dict[str, list[str | None]] = {name: table.columns[name].texts().tolist() for name in others}
    chinese = is_chinese(others)
    for kind, parts in groups.items():
        sums = _sum(table, kind, parts)
        if not kind and counts:
            continue
        columns[free_name(kind or ("数量" if chinese else "count"), columns)] = [
            "" if one != one else str(int(one)) for one in sums
        ]
    left = tuple((name, "it counts persons of one sex, age or descent, which is no kind") for name in used)
    return NewRows(columns, f"{', '.join(used[:6])} divide events by persons: their sum is the number of events", left)


def _are_sums(table: ReadTable) -> bool:
    """Return whether rows are sums of a period and a place.

    A row of a single event has an id, a minute or a point, or agrees with others.
    """
    if names_its_rows(table):
        return False
    if any(holds_minutes(column) or max(rank(name, "x"), rank(name, "y")) >= 2 for name, column in table.columns.items()):
        return False
    others = [
        name
        for name, column in table.columns.items()
        if not holds_counts(column) or max(rank(name, role) for role in _ROLES) >= 2
    ]
    return len(others) > 1 and int(combined(table, others).max()) + 1 >= LEAST_UNIQUE * table.rows


def _groups(table: ReadTable) -> dict[str, dict[str, list[str]]]:
    """Return columns of counts by persons, by kind and what divides them."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    named = {name: without_accents(plain_name(name)) for name, column in table.columns.items() if holds_counts(column)}
    ranges = _age_ranges(list(named.values()))
    for name, plain in named.items():
        division = division_of_persons(plain) or ("age" if plain in ranges else None)
        part = kind_of_part(plain)
        if division is not None:
            found[""][division].append(name)
        elif part is not None:
            found[part]["sex"].append(name)
    whole = {kind: {key: names for key, names in parts.items() if len(names) > 1} for kind, parts in found.items()}
    return {kind: parts for kind, parts in whole.items() if parts}


def _age_ranges(names: list[str]) -> set[str]:
    """Return names that are ranges of ages, such as 0-17 and 65+."""
    like = {name: [int(one) for one in re.findall(r"\d+", name)] for name in names if _RANGE.fullmatch(name)}
    bounds = sorted(number for numbers in like.values() for number in numbers)
    spans = [numbers for numbers in like.values() if len(numbers) == 2 and numbers[0] < numbers[1]]
    return set(like) if len(spans) > 1 and _HIGHEST < bounds[-1] <= 120 else set()


def _sum(table: ReadTable, kind: str, parts: dict[str, list[str]]) -> Any:
    """Return the number of events of each row.

    Several divisions must agree.
    """
    sums = [np.array([column.row_numbers() for column in as_counts(table, names)]).sum(axis=0) for names in parts.values()]
    if any(not np.array_equal(sums[0], other, equal_nan=True) for other in sums[1:]):
        shown = "; ".join(", ".join(names[:4]) for names in parts.values())
        raise UsageError(
            f"The columns of {table.shown!r} divide {'events' if not kind else repr(kind)} by persons in several ways whose sums differ ({shown}). Keep one column with the number of events, "
            "then run the same command again."
        )
    return sums[0]
