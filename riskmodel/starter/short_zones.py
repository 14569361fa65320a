"""Short names of time zones that can be several, such as CST."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from riskmodel.base.day_texts import SEVERAL_ZONES, own_offset
from riskmodel.base.errors import UsageError
from riskmodel.starter.date_evidence import DateEvidence
from riskmodel.starter.offset_zones import SHORT
from riskmodel.starter.table_columns import ReadTable

_EXAMPLES = {
    "CST": "America/Chicago or Asia/Shanghai", "PST": "America/Los_Angeles or Asia/Manila", "IST": "Asia/Kolkata, Europe/Dublin or Asia/Jerusalem",
    "BST": "Europe/London", "AST": "America/Halifax", "ADT": "America/Halifax", "SST": "Pacific/Pago_Pago",
}  # fmt: skip
"""Zones whose clocks have a name."""


def refuse_other_names(table: ReadTable, dates: list[DateEvidence], zone: str) -> None:
    """Refuse dates with a short name that clocks of a zone lack.

    Raises
    ------
    UsageError
        Naming the short name and what to state.
    """
    for date in dates:
        column = table.columns.get(date.column)
        if column is None or not date.zoned:
            continue
        years = {1970 + int(day) // 365 for day in (date.days[date.known].min(), date.days[date.known].max())}
        names = {found[1].upper() for text in column.values if (found := SHORT.search(text.strip())) is not None}
        for name in sorted(names & SEVERAL_ZONES):
            if all(own_offset(ZoneInfo(zone), name, year) is None for year in years):
                raise UsageError(
                    f"{date.column!r} of {table.shown!r} has times in {name}, a short name that can be several, and clocks of {zone} never have it. State the time zone of the place with --time-zone, "
                    f"such as {_EXAMPLES[name]}, then run the same command again."
                )
