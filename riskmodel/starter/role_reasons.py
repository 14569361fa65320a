"""Reasons of the decisions about columns."""

from __future__ import annotations

import re
import shlex

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.starter.case_states import are_case_states
from riskmodel.starter.column_words import plain_name, rank
from riskmodel.starter.date_evidence import DateEvidence
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.event_dates import is_before
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.reference_systems import LOCAL, CoordinateEvidence
from riskmodel.starter.table_columns import ReadTable

_UTM_NAME, _ZONE_NAME = re.compile(r"\b(utm|huso|fuso)\b|带号"), re.compile(r"\b(zone|zona)\b")
_UTM_ZONE = re.compile(r"0?(?:[1-9]|[1-5]\d|60)(?:\.0)?\s?([C-HJ-NP-X])?", re.IGNORECASE)
"""Names of columns of zones of UTM, and a zone with the letter of its band."""


def explain_roles(
    table: ReadTable, roles: ColumnRoles, decisions: Decisions, why_period: str, why_id: str, unknown: str = ""
) -> None:
    """Add the decisions about the columns.

    ``unknown`` says why a column that is called so does not tell when rows became known.
    """
    _explain_date(table, roles, decisions)
    decisions.add("period of a row", roles.period, why_period, table.name)
    _explain_known(table, roles, decisions, unknown)
    if roles.points is not None:
        _explain_points(roles.points, decisions, table.name)
    else:
        many = counted(len(table.columns[str(roles.cell)].values), "different value")
        together = (
            "; the names in one start again in every area of another, so together they name a cell (--cell states one of them)"
        )
        decisions.add("place", f"cell = {', '.join(roles.cells)}", many + together * (len(roles.cells) > 1), table.name)
    if roles.amount:
        sign = table.columns[roles.amount].thousands
        grouped = f"; {sign!r} stands between groups of three digits" if sign else ""
        decisions.add("number of events", roles.amount, f"whole numbers under such a name{grouped}", table.name)
    decisions.add("id", ", ".join(roles.id), why_id, table.name)
    if roles.revision and roles.known is not None:
        why = f"made from {roles.known.column}: until the next one was known a version counts, so past nights see what was known then"
        decisions.add("versions", roles.revision, why, table.name)


def _explain_date(table: ReadTable, roles: ColumnRoles, decisions: Decisions) -> None:
    """Add the columns of the date, their form, and rows without one."""
    date, shown = roles.date, ", ".join(roles.dates())
    form = f" as {date.form}" if date.form else ""
    missing = table.rows - int(date.known.sum())
    go = "goes" if missing == 1 else "go"
    lost = f"; {counted(missing, 'row')} without a readable date {go} to quarantine" if missing else ""
    written = f"; {roles.in_utc}" if roles.in_utc else ""
    decisions.add("date", f"{shown}{form}", f"{date.why}{written}{lost}", table.name)
    if date.form == "excel" and table.epoch is None:
        first = to_iso(int(date.days[date.known].min()))
        decisions.limit(
            f"The numbers in {shown!r} of {table.shown!r} are read as days counted from 1900, as most spreadsheet programs do, so the first is {first}. If they "
            "come from a workbook that counts from 1904 (old Excel for Mac), all dates are four years later: state --dates excel1904."
        )


def _explain_known(table: ReadTable, roles: ColumnRoles, decisions: Decisions, unknown: str) -> None:
    """Add when a row became known."""
    if roles.known is not None:
        why = "its dates are never before the day of the event, with few exceptions"
        decisions.add("known", roles.known.column, why, table.name)
        return
    until = {"day": "the same day"}.get(roles.period, f"the last day of its {roles.period}")
    day = "the day itself" if roles.period == "day" else "that day"
    why = f"{unknown or 'no column says when a row became known'}, so it counts as known on {day}"
    decisions.add("known", until, why, table.name)
    if unknown:
        decisions.limit(
            f"{unknown[0].upper()}{unknown[1:]}. Rows of {table.shown!r} count as known on {day}: a backtest sees late rows too early, and looks "
            "better than nights will be."
        )


def _explain_points(points: CoordinateEvidence, decisions: Decisions, table: str) -> None:
    """Add the columns of the coordinates and what their numbers are."""
    decisions.add("place", f"x = {points.x}, y = {points.y}", points.why, table)
    crs = "unknown, in the plane" if points.crs == LOCAL else points.crs
    decisions.add("reference system", crs, points.doubt or "by the range of the numbers", table)
    if points.scale != 1:
        what = "degrees" if points.unit is None else "coordinates"
        decisions.add("scale", f"{points.scale:,g}", f"the numbers are {what} that were multiplied by it", table)
    if points.decimal == ",":
        decisions.add("decimals", "decimal commas", "coordinates are written with them", table)


def explain_zones(table: ReadTable, points: CoordinateEvidence | None, decisions: Decisions) -> None:
    """Add that rows name several zones of a system in the plane."""
    if points is None or points.unit is None:
        return
    for name, column in table.columns.items():
        of_utm = _UTM_NAME.search(plain_name(name)) is not None
        if not of_utm and not _ZONE_NAME.search(plain_name(name)):
            continue
        found = [_UTM_ZONE.fullmatch(text.strip()) for text in column.values]
        # a number alone can be the zone of a police force
        sure = of_utm or all(one and one[1] for one in found)
        if len(found) > 1 and all(found) and sure:
            decisions.limit(
                f"{name!r} of {table.shown!r} names {len(column.values)} zones, and each zone counts its coordinates from its own origin, so places of different zones would lie on top of each other. Write all coordinates in one "
                "system, such as degrees, then run init again."
            )


def explain_left_out(table: ReadTable, roles: ColumnRoles, dates: list[DateEvidence], decisions: Decisions) -> None:
    """Add the columns that are left out."""
    points = roles.points
    used = {*roles.dates(), roles.kind, roles.cell, *roles.cells, roles.amount, *roles.id, *table.joined}
    used |= {roles.known.column} if roles.known else set()
    used |= {points.x, points.y} if points is not None else set()
    dated = {one.column for one in dates}
    earlier = {one.column for one in dates if one.column not in used and is_before(one, roles.date)}
    for column in sorted(earlier):
        decisions.limit(
            f"{column!r} of {table.shown!r} holds dates too, and they are nearly always earlier than those of {roles.date.column!r}, which count as the days of the events. If it is the day on which it happened, "
            f"state --date {shlex.quote(column)}."
        )
    for column in table.columns:
        if column in used:
            continue
        why = "not needed for a first backtest"
        if column in dated and rank(column, "ended") >= 2:
            why = "an end; to make records states, map it as columns.ended"
        elif column in earlier:
            why = f"its dates are earlier than those of {roles.date.column!r}; if it is the day of the event, state it as --date"
        elif column in dated:
            why = f"a second date; if it is the day on which the row became known, state --known {shlex.quote(column)}"
        elif roles.kind is not None and rank(column, "kind") >= 2 and not table.columns[column].is_numeric:
            why = "another column of kinds; to use it, state it as --kind"
        elif rank(column, "cell") == 3 and not are_case_states(table.columns[column]):
            why = "another division into areas; it can be a grouping or a layer"
        decisions.leave_out(column, why, table.name)
    for column, why in table.refused.items():
        decisions.leave_out(column, why, table.name)


def explain_periods(table: ReadTable, period: str, decisions: Decisions) -> None:
    """Add that rows of weeks or months count as one event each."""
    decisions.limit(
        f"Dates of {table.shown!r} name {period}s, and no column is called like a number of events: every row counts as one event. If rows hold numbers of events, "
        "state their column with --amount; rates and averages are no such numbers."
    )


def explain_sundays(table: ReadTable, date: DateEvidence, decisions: Decisions) -> None:
    """Add that Sundays may be the last days of weeks."""
    decisions.limit(
        f"Every date in {date.column!r} of {table.shown!r} is a Sunday, taken as the first day of its week, so its events count on the Saturday after. If weeks end on these Sundays, as pandas "
        "names them, they count six days late: call the column 'week ending' and run init again, or set period = \"week_end\" in riskmodel.toml."
    )
