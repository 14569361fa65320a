"""Counts that are published again: several versions of one number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int64

from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted
from riskmodel.starter.column_words import free_name, rank
from riskmodel.starter.date_evidence import DateEvidence, date_evidence
from riskmodel.starter.incident_ids import combined
from riskmodel.starter.kept_versions import KeptVersions
from riskmodel.starter.new_rows import NewRows, holds_counts
from riskmodel.starter.table_columns import ReadTable

LEAST_PAIRS, LEAST_AGAIN = 20, 0.1
"""Pairs of numbers that tell, and share of the rows whose number stands there with another date too."""
LATER, READ = 0.97, 0.97
"""Shares of the rows whose second date is not before the first, and of the dates that must be read."""
DIFFERENT = 0.99
"""Share of the rows of numbers with several that must differ from the others in their second date."""
MOST_FALLS, LEAST_FALLS = 0.1, 0.3
"""Numbers of later dates are lower that seldom if they are versions, and at least so often if they add up."""
SMALL_CHANGE, LARGE = 0.2, 5.0
"""Median change, as a share, of versions that are corrected up and down, where numbers are so large."""


class _Pairs(NamedTuple):
    """Numbers of one period and place by one date and the next."""

    earlier: Float64[np.ndarray, " pair"]
    later: Float64[np.ndarray, " pair"]

    @property
    def falls(self) -> float:
        """Share of the pairs whose later number is lower."""
        return float((self.later < self.earlier).mean())

    @property
    def are_near(self) -> bool:
        """Whether large numbers hardly change."""
        change = np.abs(self.later - self.earlier) / np.maximum(self.earlier, 1)
        return float(np.median(self.earlier)) >= LARGE and float(np.median(change)) <= SMALL_CHANGE


def revised_counts(table: ReadTable, form: str | None, today: int | None) -> NewRows | None:
    """Return the newest version of each number.

    Numbers that come in parts, by the day on which they were reported, add up, and are left as they are.

    Raises
    ------
    UsageError
        If nothing tells which of both they are.
    """
    amounts = [name for name, column in table.columns.items() if rank(name, "amount") >= 2 and holds_counts(column)]
    dates = _dates(table, set(amounts), form, today) if len(amounts) == 1 else []
    if len(dates) != 2:
        return None
    first, second = sorted(dates, key=lambda one: float(one.days[one.known].mean()))
    if float((second.days >= first.days)[first.known & second.known].mean()) < LATER:
        return None
    [amount] = amounts
    others = [name for name, column in table.columns.items() if name not in (amount, second.column) and _describes(table, name)]
    groups = combined(table, others)
    numbers = np.nan_to_num(table.columns[amount].row_numbers())
    again = np.bincount(groups)[groups] > 1
    if (
        again.mean() < LEAST_AGAIN
        or combined(table, (*others, second.column))[again].max(initial=0) + 1 < DIFFERENT * again.sum()
    ):
        return None
    order = np.lexsort((second.days, groups))
    pairs = _pairs(groups[order], numbers[order])
    if len(pairs.earlier) < LEAST_PAIRS or (pairs.falls >= LEAST_FALLS and not pairs.are_near):
        return None
    shown = ", ".join(map(repr, others))
    if pairs.falls > MOST_FALLS and not pairs.are_near:
        raise UsageError(
            f"{counted(int(again.sum()), 'row')} of {table.shown!r} agree in {shown} and differ in {second.column!r}. Nothing tells whether later numbers in {amount!r} replace the earlier ones or are added "
            f"to them. If they replace them, keep the newest row of each; if they are parts, add them up, or leave {second.column!r} out. Then run the same command again."
        )
    rows = np.sort(order[np.append(np.diff(groups[order]) != 0, True)])
    columns = {name: column.texts()[rows].tolist() for name, column in table.columns.items()}
    share = pairs.earlier.sum() / max(pairs.later.sum(), 1.0)
    doubt = (
        f"Numbers in {amount!r} of {table.shown!r} that come again with a later {second.column!r} are taken for versions of one number, and the newest counts. Earlier versions have {share:.0%} of the next, so those of "
        "the last periods may still change. If the numbers are parts that add up, add them up and run the same init into another folder."
    )
    why = f"rows that agree in {shown} are versions of one number: the newest by {second.column} counts; {table.rows - len(rows):,} rows are earlier ones"
    return NewRows(columns, why, (), doubt, _versions(table, (groups, order), second, frozenset(others)))


def _versions(
    table: ReadTable,
    numbered: tuple[Int64[np.ndarray, " row"], Int64[np.ndarray, " row"]],
    later: DateEvidence,
    of: frozenset[str],
) -> KeptVersions:
    """Return all rows with the number of each version.

    ``numbered`` is the group of each row, and the order of rows by group and version.
    """
    import pyarrow as pa

    groups, order = numbered
    sizes = np.bincount(groups)
    number = np.empty(table.rows, dtype=np.int64)
    number[order] = np.arange(table.rows) - np.repeat(np.cumsum(sizes) - sizes, sizes) + 1
    name = free_name("version", table.columns)
    texts = {one: pa.array(column.texts().tolist(), pa.string()) for one, column in table.columns.items()}
    return KeptVersions(pa.table({**texts, name: pa.array(number)}), later.column, name, of)


def _dates(table: ReadTable, others: set[str], form: str | None, today: int | None) -> list[DateEvidence]:
    """Return the columns of dates that are nearly all read."""
    found = []
    for name, column in table.columns.items():
        named = max(rank(name, role) for role in ("date", "known", "changed", "week", "month")) >= 1
        if name not in others and (named or not column.is_numeric) and 2 <= len(column.values) < table.rows:
            found.append(date_evidence(column, today, form, named))
    return [one for one in found if one is not None and one.known.mean() >= READ]


def _describes(table: ReadTable, name: str) -> bool:
    """Return whether a column says which number it is, not how large."""
    column = table.columns[name]
    return max(rank(name, role) for role in ("cell", "kind", "date", "week", "month")) >= 2 or not column.is_numeric


def _pairs(groups: Int64[np.ndarray, " row"], numbers: Float64[np.ndarray, " row"]) -> _Pairs:
    """Return neighbours in a group of which one is 2 or more."""
    same: Bool[np.ndarray, " pair"] = np.diff(groups) == 0
    telling = same & (np.maximum(numbers[:-1], numbers[1:]) >= 2)
    return _Pairs(numbers[:-1][telling], numbers[1:][telling])
