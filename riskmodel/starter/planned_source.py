"""A table with its kinds, as a source of a new project."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np

from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.months import month_end
from riskmodel.base.plurals import counted
from riskmodel.base.texts import Language
from riskmodel.records.history import LABEL_DAYS, MOST_LEFT, bulk_entry, complete_through, late_reports, regular_days
from riskmodel.starter.cut_days import cut_day
from riskmodel.starter.date_evidence import last_day
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.doubtful_rows import doubts
from riskmodel.starter.exchanged_columns import exchanged_columns
from riskmodel.starter.fiscal_months import refuse_fiscal_months
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.named_kinds import named_persons
from riskmodel.starter.personal_roles import refuse_personal
from riskmodel.starter.project_plan import PlannedSource
from riskmodel.starter.summed_counts import refuse_figures, refuse_sums
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.table_kinds import table_kinds
from riskmodel.starter.usable_rows import usable_change

OLD_DAYS = 15 * 365
"""Days since the last date, from which years of two digits may be of another calendar."""
MOST_UNUSABLE = 0.5
"""Share of the rows in quarantine above which a limit says what may be wrong."""
NEARLY_ALL = 0.9
"""Share of them above which the table is refused: what is left says nothing of it."""


def _uncounted(table: ReadTable, roles: ColumnRoles) -> np.ndarray:
    """Return the rows without a whole number of events."""
    if roles.amount is None:
        return np.zeros(table.rows, dtype=bool)
    numbers = table.columns[roles.amount].row_numbers()
    return ~((numbers >= 0) & (numbers == np.rint(numbers)))


def planned_source(
    table: ReadTable,
    roles: ColumnRoles,
    path: str,
    decisions: Decisions,
    language: Language,
    today: int | None = None,
    wanted: Collection[str] = (),
) -> PlannedSource:
    """Return a table with its kinds.

    Parameters
    ----------
    wanted
        Values that are kinds of their own, however rare they are.

    Raises
    ------
    UsageError
        If its numbers of events hold sums of others, or all its kinds are lawful civic activity.
    RefusedError
        If its kinds or cells speak of persons.
    """
    refuse_personal(table, roles, decisions)
    refuse_fiscal_months(table, roles)
    refuse_figures(table, roles)
    refuse_sums(table, roles)
    persons = np.zeros(0, dtype=bool) if roles.kind is None else named_persons(table.columns[roles.kind])
    kinds, refused = table_kinds(table, roles, persons, (language, wanted), decisions)
    since, last, final = _span(table, roles, today, decisions)
    for doubt in doubts(table, roles, final):
        decisions.doubt(doubt)
    known, complete = _knowledge(table, roles, last, today, decisions)
    delay = _label_delay(table, roles, (since, last, known), decisions)
    begin = _begin(table, roles, (since, last), decisions)
    unusable = _unusable(table, roles, persons, decisions)
    return PlannedSource(
        table, roles, path, tuple(kinds), bool(refused), since, last, float(unusable.mean()), known, complete, delay, begin
    )


def _knowledge(table: ReadTable, roles: ColumnRoles, last: int, today: int | None, decisions: Decisions) -> tuple[int, int]:
    """Return the last days of knowledge and of complete events."""
    if roles.known is None:
        return last, last
    heard = max(last, last_day(roles.known.days[roles.known.known], today))
    both = roles.date.known & roles.known.known & (roles.date.days <= last) & (roles.known.days <= heard)
    if not both.any() or complete_through(roles.date.days[both], roles.known.days[both]) >= int(roles.known.days[both].max()):
        return heard, heard
    decisions.limit(
        f"{table.shown!r} holds no event after {to_iso(last)}, although some became known until {to_iso(heard)}: it was cut by the day of the event. It counts as complete "
        f"through {to_iso(last)}; reports of the last days that came later are missing from it."
    )
    return heard, last


def _label_delay(table: ReadTable, roles: ColumnRoles, span: tuple[int, int, int], decisions: Decisions) -> int:
    """Return the days that labels wait for late reports.

    ``span`` is the first and the last day of events, and the last day of knowledge.
    """
    if roles.known is None:
        return 0
    since, last, heard = span
    both = roles.date.known & roles.known.known & (roles.date.days >= since) & (roles.date.days <= last)
    days = {"occurred": roles.date.days[both], "known": roles.known.days[both]}
    found = late_reports(days, heard, LABEL_DAYS if roles.period == "day" else 1)
    left = found.after(found.days)
    if found.days:
        decisions.add(
            "label_delay",
            counted(found.days, "day"),
            f"{found.after(0):.0%} of the events of the latest counts are reported later, {left:.0%} after that wait; without it forecasts follow counts that are too low",
            table.name,
        )
    if left > MOST_LEFT:
        decisions.limit(
            f"{left:.0%} of the events of a count in {table.shown!r} are reported more than {counted(found.days, 'day')} after it: forecasts learn from counts that are too low by "
            "that, and a backtest compares with what became known in the end. State a longer label_delay in riskmodel.toml, or a longer history."
        )
    return found.days


def _begin(table: ReadTable, roles: ColumnRoles, span: tuple[int, int], decisions: Decisions) -> int:
    """Return the day after old events were entered; 0 without."""
    if roles.known is None:
        return 0
    both = roles.date.known & roles.known.known & (roles.date.days >= span[0]) & (roles.date.days <= span[1])
    entry = bulk_entry(roles.date.days[both], roles.known.days[both])
    if entry is None:
        return 0
    decisions.add(
        "entered at once",
        to_iso(entry.day),
        f"{counted(entry.events, 'old event')} ({entry.share:.0%}), from {to_iso(entry.since)} on, became known by then at once; nobody knew them before, so the experiment begins afterwards",
        table.name,
    )
    return entry.day + 1


def _span(table: ReadTable, roles: ColumnRoles, today: int | None, decisions: Decisions) -> tuple[int, int, int]:
    """Return the history's first and last day, and the last date.

    The last day is that of the period of the last date.
    """
    days = roles.date.days[roles.date.known]
    _refuse_future(table, days, today)
    final = last_day(days, today)
    if today is not None and _is_short_year(roles.form) and today - final > OLD_DAYS:
        decisions.doubt(
            f"Years of two digits in {table.shown!r} are taken for {to_iso(int(days.min()))[:4]} to {to_iso(final)[:4]}. If they count the years of another calendar or era, write the years of the common calendar "
            "with four digits, then run init again."
        )
    ordered = np.sort(days)
    before, _ = regular_days(ordered)
    since = int(ordered[before])
    if before:
        decisions.limit(
            f"{counted(before, 'date')} of {table.shown!r} lie years before all others, as early as {to_iso(int(ordered[0]))}, and are taken for mistakes or unknown dates: the "
            f"history begins on {to_iso(since)}. If they are unknown, leave them empty: their rows go to quarantine, counted."
        )
    if (days > final).any():
        decisions.limit(
            f"{counted(int((days > final).sum()), 'date')} of {table.shown!r} beyond all others, as late as {to_iso(int(days.max()))}, taken for "
            f"mistakes: the history ends on {to_iso(final)}. An ingest puts rows of later days than its own into quarantine."
        )
    last = month_end(final) if roles.period == "month" else final + (6 if roles.period == "week" else 0)
    return *_whole_days(table, roles, (since, last), decisions), final


def _refuse_future(table: ReadTable, days: np.ndarray, today: int | None) -> None:
    """Refuse a table whose dates all lie in the future.

    Raises
    ------
    UsageError
        With the span of the dates.
    """
    if today is not None and len(days) and int(days.min()) > today:
        raise UsageError(
            f"All dates of {table.shown!r} lie in the future, from {to_iso(int(days.min()))} to {to_iso(int(days.max()))}, so an ingest would take none of its rows. Perhaps the years are of another "
            "calendar (of the Buddhist one: subtract 543), or their two digits are of another century: write dates such as 2024-02-29, then run the same command again."
        )


def _is_short_year(form: str | None) -> bool:
    """Return whether a form of dates has years of two digits."""
    return form is not None and "yy" in form and "yyyy" not in form


def _whole_days(table: ReadTable, roles: ColumnRoles, span: tuple[int, int], decisions: Decisions) -> tuple[int, int]:
    """Return the first and the last day, without those that were cut."""
    since, last = span
    cut = [why if (why := cut_day(table, roles, day, day == last)) and since < last else "" for day in span]
    for what, day, why in zip(("first day", "last day"), span, cut, strict=True):
        if why:
            decisions.add(what, f"{to_iso(day)} left out", f"{why}: the table was cut, or written, within it", table.name)
    return since + bool(cut[0]), last - bool(cut[1])


def _unusable(table: ReadTable, roles: ColumnRoles, persons: np.ndarray, decisions: Decisions) -> np.ndarray:
    """Return the rows that an ingest puts into quarantine."""
    uncounted = _uncounted(table, roles)
    if uncounted.any():
        decisions.limit(
            f"{counted(int(uncounted.sum()), 'row')} of {table.shown!r} without a whole number in {roles.amount!r} go to quarantine, and count as no events. If "
            "they mean that nothing was counted, leave those dates out (ignore in experiments/main.toml)."
        )
    unusable = ~roles.date.known | uncounted
    if roles.points is not None:
        unusable |= ~np.isfinite(roles.points.points).all(axis=1)
    else:
        unusable |= table.columns[str(roles.cell)].codes < 0
    unnamed = np.zeros(table.rows, dtype=bool)
    if roles.kind is not None:
        codes = table.columns[roles.kind].codes
        unnamed = (codes < 0) | np.append(persons, False)[codes]
    unusable |= unnamed
    lacking = ["a place", *(["a kind"] if unnamed.any() else []), *(["a number of events"] if uncounted.any() else [])]
    if unusable.mean() > NEARLY_ALL:
        raise _nearly_all(table, roles, unusable, lacking)
    _explain_unusable(table, unusable, lacking, decisions)
    _explain_change(table, roles, unusable, decisions)
    return unusable


def _nearly_all(table: ReadTable, roles: ColumnRoles, unusable: np.ndarray, lacking: list[str]) -> UsageError:
    """Return the error for a table with hardly a usable row."""
    without = " or ".join(["a date", *lacking])
    why = " ".join(exchanged_columns(table, roles))
    return UsageError(
        f"{int(unusable.sum()):,} of {table.rows:,} rows of {table.shown!r} are without {without} that can be used, so hardly anything of it would be forecast. {why or 'If a date or a place stands only in the first of the rows that it is about, fill it down at the source. Else state the right columns (--date, --kind, --cell, --x, --y, --amount).'}"
    )


def _explain_unusable(table: ReadTable, unusable: np.ndarray, lacking: list[str], decisions: Decisions) -> None:
    """Add how many rows cannot be used, and what they lack."""
    if unusable.mean() > MOST_UNUSABLE:
        decisions.limit(
            f"{int(unusable.sum()):,} of {table.rows:,} rows of {table.shown!r} cannot be used. If a date or a place stands only in the first of the rows that it is about, fill it down at the source, then run init again."
        )
    if unusable.any():
        without = f"a date, {', '.join(lacking[:-1])} or {lacking[-1]}" if len(lacking) > 1 else f"a date or {lacking[0]}"
        decisions.add(
            "unusable rows",
            f"{int(unusable.sum()):,} of {table.rows:,}",
            f"without {without}; they go to quarantine, counted",
            table.name,
        )


def _explain_change(table: ReadTable, roles: ColumnRoles, unusable: np.ndarray, decisions: Decisions) -> None:
    """Add since when another share of the rows can be used."""
    change = usable_change(roles.date.days[roles.date.known], ~unusable[roles.date.known])
    if change is not None:
        rise = "rise" if change.after > change.before else "fall"
        decisions.limit(
            f"{change.before:.0%} of the rows of {table.shown!r} before {to_iso(change.day)} can be used, and {change.after:.0%} since: counts {rise} then for that reason alone. Complete the "
            f"rows, or let the history begin then (since = {to_iso(change.day)} of the source in riskmodel.toml, and first in experiments/main.toml)."
        )
