"""Reasons of the decisions about columns."""

from __future__ import annotations

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.starter.column_words import rank
from riskmodel.starter.date_evidence import DateEvidence
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.table_columns import ReadTable


def explain_roles(
    table: ReadTable, roles: ColumnRoles, decisions: Decisions, why_period: str, why_id: str, unknown: str = ""
) -> None:
    """Add the decisions about the columns.

    ``unknown`` says why a column that is called so does not tell when rows became known.
    """
    add, name, date = decisions.add, table.name, roles.date
    shown = ", ".join(roles.dates())
    form = f" as {date.form}" if date.form else ""
    missing = table.rows - int(date.known.sum())
    lost = (
        f"; {counted(missing, 'row')} without a readable date {'goes' if missing == 1 else 'go'} to quarantine" if missing else ""
    )
    add("date", f"{shown}{form}", f"{date.why}{lost}", name)
    if date.form == "excel" and table.epoch is None:
        first = to_iso(int(date.days[date.known].min()))
        decisions.limit(
            f"The numbers in {shown!r} of {table.shown!r} are read as days counted from 1900, as most spreadsheet programs do, so the first is {first}. If they "
            "come from a workbook that counts from 1904 (old Excel for Mac), all dates are four years later: state --dates excel1904."
        )
    add("period of a row", roles.period, why_period, name)
    if roles.known is not None:
        add("known", roles.known.column, "its dates are never before the day of the event, save a few", name)
    else:
        until = {"day": "the same day"}.get(roles.period, f"the last day of its {roles.period}")
        day = "the day itself" if roles.period == "day" else "that day"
        add("known", until, f"{unknown or 'no column says when a row became known'}, so it counts as known on {day}", name)
        if unknown:
            decisions.limit(
                f"{unknown[0].upper()}{unknown[1:]}. Rows of {table.shown!r} count as known on {day}: a backtest sees late rows too early, and looks "
                "better than nights will be."
            )
    if roles.points is not None:
        places = roles.points
        add("place", f"x = {places.x}, y = {places.y}", f"{places.why}", name)
        add(
            "reference system",
            "unknown, in the plane" if places.crs == "local" else places.crs,
            places.doubt or "by the range of the numbers",
            name,
        )
        if places.scale != 1:
            what = "degrees" if places.unit is None else "coordinates"
            add("scale", f"{places.scale:,g}", f"the numbers are {what} that were multiplied by it", name)
        if places.decimal == ",":
            add("decimals", "decimal commas", "coordinates are written with them", name)
    else:
        column = table.columns[str(roles.cell)]
        many = counted(len(column.values), "different value")
        together = (
            ""
            if len(roles.cells) == 1
            else "; the names in one start again in every area of another, so together they name a cell (--cell states one of them)"
        )
        add("place", f"cell = {', '.join(roles.cells)}", f"{many}{together}", name)
    if roles.amount:
        sign = table.columns[roles.amount].thousands
        grouped = f"; {sign!r} stands between groups of three digits" if sign else ""
        add("number of events", roles.amount, f"whole numbers under such a name{grouped}", name)
    add("id", ", ".join(roles.id), why_id, name)


def explain_left_out(table: ReadTable, roles: ColumnRoles, dates: list[DateEvidence], decisions: Decisions) -> None:
    """Add the columns that are left out."""
    points = roles.points
    used = {*roles.dates(), roles.kind, roles.cell, *roles.cells, roles.amount, *roles.id, *table.joined}
    used |= {roles.known.column} if roles.known else set()
    used |= {points.x, points.y} if points is not None else set()
    dated = {one.column for one in dates}
    for column in table.columns:
        if column in used:
            continue
        why = "not needed for a first backtest"
        if column in dated and rank(column, "ended") >= 2:
            why = "an end; to make records states, map it as columns.ended"
        elif column in dated:
            why = "a second date; to use it as the day of knowledge, map it as columns.known"
        elif roles.kind is not None and rank(column, "kind") >= 2 and not table.columns[column].is_numeric:
            why = "another column of kinds; to use it, state it as --kind"
        elif rank(column, "cell") == 3:
            why = "another division into areas; it can be a grouping or a layer"
        decisions.leave_out(column, why, table.name)
    for column, why in table.refused.items():
        decisions.leave_out(column, why, table.name)
