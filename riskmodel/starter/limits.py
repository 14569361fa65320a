"""Limits of what a first project can tell."""

from __future__ import annotations

from riskmodel.base.plurals import counted
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.named_kinds import NamedKind
from riskmodel.starter.schedule import MONTHS, Schedule
from riskmodel.starter.target_kinds import TargetKinds

FEW_EVENTS = 100
"""Events of the target below which hardly any difference between forecasters or places can be seen."""


def state_few_events(decisions: Decisions, target: TargetKinds, cells: int) -> None:
    """Add that the target has hardly any events."""
    if target.events < FEW_EVENTS:
        decisions.limit(
            f"The target has {counted(target.events, 'event')} in {counted(cells, 'cell')}: differences between forecasters and between places are mostly "
            "chance. Forecast more kinds together (target.kinds in experiments/main.toml), larger cells, or a longer history."
        )


def state_limits(decisions: Decisions, dates: Schedule, cells: int, kinds: tuple[NamedKind, ...]) -> None:
    """Add what so little can tell."""
    if dates.seasons < 2:
        decisions.limit(
            f"The history covers {dates.days:,} days, less than two seasons: what recurs each year cannot be separated from a trend, and the test "
            f"window has {counted(dates.test_dates, 'date')}."
        )
    if cells == 1:
        decisions.limit(
            "There is a single cell: a ranking of places means nothing, and only how many events there will be is forecast."
        )
    if len(kinds) == 1:
        decisions.limit("There is a single kind: no other kind can give an early sign.")
    decisions.limit(
        "No exposure is known (households, residents): a place with more people is a place with more events. Add one in places.exposures."
    )
    if dates.period == "month":
        decisions.limit(
            f"Counts of a month stand on its last day; a horizon of {counted(dates.horizon, 'day')} from the beginning of a month holds {counted(MONTHS.index(dates.horizon) + 1, 'month')}."
        )
