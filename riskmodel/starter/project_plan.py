"""A project as decided: tables, kinds, places and dates."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from riskmodel.base.texts import Language
from riskmodel.forecasts.experiment import DefaultForecasters
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.mapped_columns import ColumnRoles
from riskmodel.starter.named_kinds import NamedKind
from riskmodel.starter.point_grid import PointGrid
from riskmodel.starter.schedule import Schedule
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.target_kinds import TargetKinds


class UnobservedDays(NamedTuple):
    """First and last day on which a source is taken for down.

    ``missing`` are the rows of as many usual days.
    """

    source: str
    first: int
    last: int
    missing: float


@dataclass(frozen=True, eq=False)
class PlannedSource:
    """A table, the roles of its columns, and its kinds.

    Parameters
    ----------
    path
        Path as riskmodel.toml states it.
    kinds
        Its kinds; a table without a column of kinds has one, with no values.
    leaves_out
        Whether rows of refused kinds are left out.
    known_through
        Last day on which a row became known.
    complete_through
        Day through which its events are there: :func:`~riskmodel.records.history.complete_through`.
    label_delay
        Days that its labels wait for late reports.
    begin
        First as-of date, where old events were entered in bulk the day before.
    """

    table: ReadTable
    roles: ColumnRoles
    path: str
    kinds: tuple[NamedKind, ...]
    leaves_out: bool
    since: int
    through: int
    missing: float
    known_through: int
    complete_through: int
    label_delay: int = 0
    begin: int = 0

    @property
    def days(self) -> Any:
        """Days of the rows, without stray dates."""
        return self.roles.date.days[self._there]

    @property
    def amounts(self) -> Any:
        """Numbers of events of these rows; None where each is one."""
        amount = self.roles.amount
        return None if amount is None else self.table.columns[amount].row_numbers()[self._there]

    @property
    def _there(self) -> Any:
        days = self.roles.date.days
        return (days >= self.since) & (days <= self.through)


@dataclass(frozen=True, eq=False)
class ProjectPlan:
    """All that the files of a new project state.

    Parameters
    ----------
    cells
        Ids of the cells, where they are not those of a grid.
    target
        Kinds that the first experiment forecasts.
    country
        Country of the public holidays, if it is known.
    unobserved
        Days of sources that the experiment leaves out.
    groupings
        Group of every cell by grouping, the finest first; each group of the last gets a list.
    """

    name: str
    title: str
    language: Language
    time_zone: str
    sources: tuple[PlannedSource, ...]
    grid: PointGrid | None
    cells: tuple[str, ...]
    kinds: tuple[NamedKind, ...]
    target: TargetKinds
    schedule: Schedule
    forecasters: DefaultForecasters
    decisions: Decisions
    through: int
    groupings: dict[str, dict[str, str]] = field(default_factory=dict)
    country: str | None = None
    unobserved: tuple[UnobservedDays, ...] = ()

    @property
    def first_night(self) -> int:
        """As-of date of the first night, after the last complete day."""
        known = [one.complete_through for one in self.sources if one.roles.known is not None]
        return 1 + max(self.through, *known) if known else 1 + self.through

    @property
    def first_ingest(self) -> int:
        """A day by which all records are known."""
        return 1 + max(self.first_night, *(one.known_through for one in self.sources))

    @property
    def cell_count(self) -> int:
        """Number of cells."""
        return len(self.grid.boundary) if self.grid is not None else len(self.cells)

    def others(self) -> tuple[NamedKind, ...]:
        """Return the most frequent kinds beside the target's."""
        return tuple(kind for kind in self.kinds if kind.key not in self.target.keys)[:5]

    def to_json(self) -> dict[str, Any]:
        """Return the plan as JSON values."""
        return {
            "name": self.name,
            "time_zone": self.time_zone,
            "cells": self.cell_count,
            "kinds": [kind.key for kind in self.kinds],
            "target": self.target.key,
            **self.decisions.to_json(),
        }
