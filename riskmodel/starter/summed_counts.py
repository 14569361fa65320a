"""Counts that hold others: totals since a date, rows of totals."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from riskmodel.base.accents import without_accents
from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted
from riskmodel.starter.column_words import plain_name
from riskmodel.starter.incident_ids import combined
from riskmodel.starter.large_units import refuse_large_units
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.partial_sums import MOST_SERIES, MOST_TIMES, partial_sum
from riskmodel.starter.rolling_sums import refuse_rolling
from riskmodel.starter.table_columns import ReadTable

LEAST_SUMS = 6
"""Dates on which a row or column must be the sum of the others; on fewer it may be chance."""
_TOTALS = (
    "total", "totals", "grand total", "subtotal", "sum", "all", "overall", "summe", "gesamt", "gesamtsumme", "insgesamt", "zwischensumme", "total general", "totales", "suma", "total geral", "soma",
    "totale", "totale generale", "somma", "ensemble", "total général", "totaal", "totalt", "summa", "i alt", "yhteensä", "razem", "ogółem", "celkem", "spolu", "összesen", "ukupno", "toplam", "genel toplam", "σύνολο",
    "итого", "всего", "разом", "усього", "общо", "סה\"כ", "المجموع", "الإجمالي", "مجموع", "جمع کل", "tổng", "tổng cộng", "tổng số", "รวม", "รวมทั้งหมด", "कुल", "योग",
    "合计", "总计", "小计", "共计", "总和", "全部", "合計", "總計", "小計", "総計", "総数", "計", "합계", "총계", "소계", "계",
)  # fmt: skip
TOTALS = frozenset(map(without_accents, _TOTALS))
"""Names of rows and columns that add up the others, without accents."""
_CLEAR_TOTALS = TOTALS - {"all", "overall", "sum", "计", "計", "계", "suma", "soma", "somma", "summa", "ensemble", "全部"}
_TOTAL_OF = re.compile(
    r"(?:^|[^\w])(?:(?:sub|grand)[- ]?)?totals?$|^(?:sub[- ]?totals?|grand totals?|totals?:)|(?:合计|小计|总计|共计|合計|小計|總計|総計)[)）]?$|^(?:合计|小计|总计)|^zwischensumme\b|\b(?:gesamt|итого|всего)$"
)
"""Names that say a sum without any doubt, and names that begin or end so."""
LEAST_RISES, MOST_FALLS = 20, 0.02
"""Numbers are totals since a date if they rise at least so often within years, and fall at most so often per rise; counts fall as often as they rise."""
EQUAL = 0.99
"""Share of the sums that must be exact, since exports are corrected here and there."""
PRESENT = 0.8
"""Share of the dates and places that rows of totals have."""
LARGEST = 5
"""Values with the largest sums that are looked at: a total is as large as all others together."""


_FIGURES = re.compile(
    r"(?:total |resident )?(?:population|pop\.?|households?|inhabitants|residents|area(?: \(?km.*)?)$|.*(?:\bper (?:\d[\d,. ]*|capita|head|household)|\brates?$|"
    r"\brate \(|\bpercent(?:age)?\b|%)|(?:常住|户籍)?人口数?$|户数$|.*(?:面积|每[百千万十]|发生率|发案率|破案率|比率|占比|同比|环比)"
)
"""Kinds that are figures of a place, not events."""


_MEASURES = re.compile(
    r"\b(?:measures?|metrics?|indicators?|statistics?|variable|data type|value type|unit|indicador|indicateur|medida|kennzahl|merkmal|einheit|indicatore|показатель)\b|指标|统计项"
)
"""Names of columns that say what the number of a row is."""
_OTHER_PERIODS = re.compile(
    r"(?:last|previous|prior|preceding) (?:year|month|week|period)|same (?:period|month) .*|(?:year|month)[ -]to[ -]date|ytd\b.*|cumulative.*|"
    r"(?:vorjahr|vorperiode|ano anterior|annee precedente|anno precedente|прошлый год)\b.*|(?:上年|去年|上月|累计)\w*|.*\bper (?:\d[\d,. ]*|capita)"
)
"""Words of numbers that are none of a row's date, or rates, whatever the column is called."""
_OTHER_MEASURES = re.compile(r".*\b(?:average|mean|median|target|forecast|change|trend|index)|平均\w*")
_MOST_MEASURES = 20
"""Different values of a column that says what a number is."""


def refuse_figures(table: ReadTable, roles: ColumnRoles) -> None:
    """Refuse rows of counts that are about figures such as a population.

    Raises
    ------
    UsageError
        Naming the first such value.
    """
    if roles.amount is not None:
        # the names of columns of counts became kinds
        kinds = table.columns[roles.kind].values if roles.kind else ()
        others = ((name, column.values) for name, column in table.columns.items() if name not in (roles.kind, roles.cell))
        refuse_large_units(table.shown, (roles.amount, *kinds), others)
    for name, column in table.columns.items():
        if name == roles.cell or (name != roles.kind and len(column.values) > _MOST_MEASURES):
            continue
        found = [at for at, text in enumerate(column.values) if _is_figure(_plain(text), name, roles)]
        if found:
            what = "figures of a place" if _FIGURES.match(_plain(column.values[found[0]])) else "other numbers"
            raise UsageError(
                f"{counted(int(column.counts[found].sum()), 'row')} of {table.shown!r} with {column.values[found[0]]!r} in {name!r} hold {what}, not numbers of "
                "events. Remove these rows from the table, and others of figures such as rates or shares, then run the same command again."
            )


def _plain(text: str) -> str:
    return without_accents(text.strip().lower())


def _is_figure(text: str, name: str, roles: ColumnRoles) -> bool:
    """Return whether a value says that a number counts no events."""
    if name == roles.kind:
        return (roles.amount is not None or roles.period != "day") and _FIGURES.match(text) is not None
    if _MEASURES.search(plain_name(name)):
        return any(pattern.fullmatch(text) for pattern in (_OTHER_PERIODS, _OTHER_MEASURES)) or _FIGURES.match(text) is not None
    return roles.amount is not None and _OTHER_PERIODS.fullmatch(text) is not None


def refuse_sums(table: ReadTable, roles: ColumnRoles) -> None:
    """Refuse numbers of events that count some events more than once.

    Raises
    ------
    UsageError
        If the numbers are totals since a date, or the rows of one kind or cell are the sums of the others.
    """
    if roles.amount is None:
        return
    refuse_rolling(table.shown, roles.amount, roles.period)
    amounts = np.nan_to_num(table.columns[roles.amount].row_numbers())
    days = np.where(roles.date.known, roles.date.days, -1)
    places = [roles.cell] if roles.cell else [roles.points.x, roles.points.y] if roles.points is not None else []
    kinds = [roles.kind] if roles.kind else []
    _refuse_totals_since(table, roles, amounts, days, combined(table, [*places, *kinds]))
    _refuse_unread_totals(table, amounts, _joined(combined(table, [*places, *kinds]), days))
    for column, others in ((roles.kind, places), (roles.cell, kinds)):
        if column is not None:
            _refuse_rows_of_totals(table, column, amounts, _joined(combined(table, others), days))
            _refuse_named_totals(table, column, amounts)
            _refuse_partial_sums(table, column, amounts, _joined(combined(table, others), days))


def _joined(codes: Any, days: Any) -> Any:
    """Return a number for every pair of a code and a day."""
    day = np.unique(days, return_inverse=True)[1]
    return np.unique(codes * (int(day.max()) + 1) + day, return_inverse=True)[1]


def _refuse_totals_since(table: ReadTable, roles: ColumnRoles, amounts: Any, days: Any, series: Any) -> None:
    """Refuse numbers that never fall within a year.

    Raises
    ------
    UsageError
        If they are the totals of a year, or of all years, so far.
    """
    order = np.lexsort((days, series))
    year = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64)
    same = (np.diff(series[order]) == 0) & (np.diff(days[order]) > 0) & (days[order][:-1] >= 0)
    step, within = np.diff(amounts[order]), np.diff(year[order]) == 0
    rises, falls = int((step[same & within] > 0).sum()), int((step[same & within] < 0).sum())
    if rises < LEAST_RISES or falls > MOST_FALLS * rises:
        return
    reset = bool((step[same & ~within] < 0).any())
    since = "the beginning of each year" if reset else "the first date"
    raise UsageError(
        f"The numbers in {roles.amount!r} of {table.shown!r} rise {rises:,} times and fall {falls:,} times within a year, so they look like totals since "
        f"{since}, and events would count again in every later row. Write the number of each {roles.period}, which is the difference from the row before, "
        "then run the same command again."
    )


def _refuse_unread_totals(table: ReadTable, amounts: Any, groups: Any) -> None:
    """Refuse rows that are sums of others of their date and place.

    A column that is not read, such as one of sexes, divides them, and says total in one.

    Raises
    ------
    UsageError
        Naming columns that are not read.
    """
    rows = np.bincount(groups)
    sums, largest = np.bincount(groups, weights=amounts), np.zeros(len(rows))
    np.maximum.at(largest, groups, amounts)
    filled = np.bincount(groups[amounts > 0], minlength=len(rows))
    telling = filled >= 3
    if telling.sum() < LEAST_RISES or 2 * telling.sum() < (sums > 0).sum() or rows.min() < 3:
        return
    if np.mean(2 * largest[telling] == sums[telling]) >= EQUAL:
        unread = ", ".join(map(repr, table.refused)) or "another column"
        raise UsageError(
            f"Rows of {table.shown!r} with the same date, kind and place come in groups, and one of each is the sum of the others, so events would count twice. A column that is not read may divide "
            f"them ({unread}). Keep either the totals or the parts, then run the same command again."
        )


def _refuse_rows_of_totals(table: ReadTable, column: str, amounts: Any, groups: Any) -> None:
    """Refuse rows that are sums of the others in their group.

    Raises
    ------
    UsageError
        Naming the value of the column.
    """
    values, codes = table.columns[column].values, table.columns[column].codes
    if len(values) < 3:
        return
    many = int(groups.max()) + 1
    sums = np.bincount(groups, weights=amounts, minlength=many)
    least = PRESENT * many
    for at in _largest(values, codes, amounts):
        own = codes == at
        of = np.bincount(groups[own], weights=amounts[own], minlength=many)
        here = np.bincount(groups[own], minlength=many) > 0
        others = np.bincount(groups[(codes >= 0) & ~own & (amounts > 0)], minlength=many)
        # a group with one other row may have the same number by chance, and a sum is larger than its parts
        parts = np.zeros(many)
        np.maximum.at(parts, groups[~own], amounts[~own])
        telling = here & (others >= 2)
        if 2 * (of > parts)[telling].sum() <= telling.sum():
            continue
        named = is_total(values[at])
        if telling.sum() < LEAST_SUMS or (here.sum() < least and not named):
            continue
        rest = sums - of
        # where there are subtotals as well, every event stands in the rest twice
        if max(np.mean(of[telling] * times == rest[telling]) for times in (1, 2)) >= EQUAL:
            raise _sums(table, own, values[at], column)


def _refuse_named_totals(table: ReadTable, column: str, amounts: Any) -> None:
    """Refuse rows that are sums by their names, among others.

    A total of a month or over all kinds has no other rows beside it with which it can be compared.

    Raises
    ------
    UsageError
        Naming the first value.
    """
    values, codes = table.columns[column].values, table.columns[column].codes
    named = [at for at, value in enumerate(values) if _ends_as_total(value)]
    own = np.isin(codes, named)
    if named and 2 * len(named) < len(values) + 1 and amounts[own].any():
        raise UsageError(
            f"{counted(int(own.sum()), 'row')} of {table.shown!r} with {values[named[0]]!r} in {column!r} are sums of other rows by their name, so events would count more than once. Remove these "
            "rows from the table, or give them another name if they are no sums, then run the same command again."
        )


def _refuse_partial_sums(table: ReadTable, column: str, amounts: Any, groups: Any) -> None:
    """Refuse rows that are the sums of some of the others.

    Raises
    ------
    UsageError
        Naming the value of the column, and those that it adds up.
    """
    values, codes = table.columns[column].values, table.columns[column].codes
    if not 3 <= len(values) <= MOST_SERIES:
        return
    # of many groups some tell as much
    step = int(groups.max()) // MOST_TIMES + 1
    there = (codes >= 0) & (groups % step == 0)
    cells = groups[there] // step * len(values) + codes[there]
    size = (int(groups.max()) // step + 1) * len(values)
    found = partial_sum(np.bincount(cells, weights=amounts[there], minlength=size).reshape(-1, len(values)))
    if found is not None:
        at, parts = found
        shown = ", ".join(repr(values[part]) for part in parts[:4]) + (", …" if len(parts) > 4 else "")
        raise UsageError(
            f"{counted(int((codes == at).sum()), 'row')} of {table.shown!r} with {values[at]!r} in {column!r} hold the sums of those with {shown}, so events would count more than once. Keep either the sums or "
            "their parts, also of others, then run the same command again."
        )


def _sums(table: ReadTable, own: Any, value: str, column: str) -> UsageError:
    return UsageError(
        f"{counted(int(own.sum()), 'row')} of {table.shown!r} with {value!r} in {column!r} hold the sums of the other rows, so events would "
        "count more than once. Remove these rows from the table, and others that hold sums, then run the same command again."
    )


def _largest(values: Sequence[str], codes: Any, amounts: Any) -> list[int]:
    """Return values that may be totals: large, or called so."""
    there = codes >= 0
    of = np.bincount(codes[there], weights=amounts[there], minlength=len(values))
    large = np.argsort(-of, kind="stable")[:LARGEST].tolist()
    return sorted({*large, *(at for at, value in enumerate(values) if is_total(value))})


def _ends_as_total(value: str) -> bool:
    """Return whether a name says a sum: *East total*."""
    plain = _plain(value)
    return plain in _CLEAR_TOTALS or _TOTAL_OF.search(plain) is not None


def is_total(value: str) -> bool:
    """Return whether a row or column of this name adds up others."""
    return _plain(value) in TOTALS
