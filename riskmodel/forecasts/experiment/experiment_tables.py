"""The tables of an experiment file: target, dates, forecasters, evaluation and intervals."""

from __future__ import annotations

import math
from itertools import product
from typing import Any, Literal

from pydantic import Field, StrictBool, field_validator, model_validator

from riskmodel.base.days import Days, day_range, to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.toml_tables import Table
from riskmodel.forecasts.conformal import FEWEST_ROWS
from riskmodel.forecasts.forecasters.base import make
from riskmodel.forecasts.forecasters.grids import GRIDS

MOST_TRIED = 64
"""Combinations that a search may have for one forecaster."""


class TargetTable(Table):
    """What is forecast: events of ``kinds`` in the ``horizon`` days from an as-of date, or whether there is any."""

    kinds: tuple[str, ...] = Field(min_length=1)
    horizon: int = Field(ge=1, le=366)
    at_least_one: bool = False
    allow_discretionary: bool = False


class ForecasterTable(Table):
    """One forecaster: its class, the name under which results stand (default: the class), its settings and what calibration does.

    ``calibrate`` is ``mean`` (mean and dispersion) or ``dispersion`` (it alone, the mean stands). ``search`` gives settings a list
    of values each, or is true for the forecaster's built-in grid, of which settings that are stated stand; the combination of the
    best log score before the test window is taken.
    """

    type: str
    name: str = ""
    calibrate: Literal["mean", "dispersion"] = "mean"
    settings: dict[str, Any] = Field(default_factory=dict)
    search: StrictBool | dict[str, list[Any]] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_made(self) -> ForecasterTable:
        values = self._values()
        if self.search is True and self.type in GRIDS and not values:
            raise ValueError(
                f"search is true, but no setting of {self.type}'s built-in grid is left to search; list values, or remove search."
            )
        if any(not found for found in values.values()):
            raise ValueError("every setting in search needs at least one value; add one, or remove the setting.")
        count = math.prod(len(found) for found in values.values())
        if count > MOST_TRIED:
            raise ValueError(f"search has {count} combinations; leave at most {MOST_TRIED}.")
        for settings in (self.settings, *self.grid()):
            try:
                make(self.type, settings)
            except UsageError as error:
                raise ValueError(str(error)) from None
        return self

    def grid(self) -> tuple[dict[str, Any], ...]:
        """The settings that are to be tried, in the order in which they are stated; none without a search."""
        values = self._values()
        if not values:
            return ()
        return tuple({**self.settings, **dict(zip(values, found, strict=True))} for found in product(*values.values()))

    def _values(self) -> dict[str, list[Any]]:
        """The values that are searched, by setting."""
        if isinstance(self.search, dict):
            return self.search
        built_in = GRIDS.get(self.type, {}) if self.search else {}
        return {name: list(values) for name, values in built_in.items() if name not in self.settings}

    @property
    def label(self) -> str:
        """The name under which results stand."""
        return self.name or self.type


class Dates(Table):
    """As-of dates, days of the project's calendar.

    Learning uses every ``step`` days from ``first`` on. The test window ``test_from`` (included) to ``test_to`` (excluded) is
    forecast with models refitted every ``refit_every`` days on what was known by then.
    """

    first: str
    step: int = Field(default=7, ge=1)
    test_from: str
    test_to: str
    refit_every: int = Field(default=91, ge=1)

    @field_validator("first", "test_from", "test_to")
    @classmethod
    def _is_a_date(cls, value: str) -> str:
        try:
            return to_iso(to_day(value))
        except UsageError:
            raise ValueError(f"{value!r} is not a date; write it as YYYY-MM-DD.") from None

    @model_validator(mode="after")
    def _in_order(self) -> Dates:
        if not to_day(self.first) < to_day(self.test_from) < to_day(self.test_to):
            raise ValueError("first, test_from and test_to must follow each other in time; reorder them.")
        if (to_day(self.test_from) - to_day(self.first)) % self.step:
            raise ValueError(f"test_from must lie a whole number of steps ({self.step} days) after first; move one of them.")
        return self

    def learning(self, stop: int) -> Days:
        """As-of days of learning before day ``stop``."""
        return day_range(self.first, stop, self.step)

    def test(self) -> Days:
        """As-of days of the test window."""
        return day_range(self.test_from, self.test_to, self.step)


class EvaluationTable(Table):
    """How forecasters are judged beside the scores that need no choice.

    Lists are cut at the policy's capacity in each group of ``grouping`` (none: the grouping ``centre`` if there is one, else the
    whole county). PAI, PEI and what bears ``at_area`` choose ``cells`` places a date or, where that is none, ``area_share`` of the
    area, which is the exposure ``area`` (none: cells count alike). ``recall`` is that of the precision at a stated recall, and
    ``block`` the as-of dates in a block of the bootstrap. ``truth`` names the table of a simulated county's truth (empty: the one
    called like the target's only kind, if there is one).
    """

    grouping: str | None = None
    area: str | None = None
    cells: int | None = Field(default=None, ge=1)
    area_share: float = Field(default=0.05, gt=0, le=1)
    recall: float = Field(default=0.5, gt=0, le=1)
    block: int = Field(default=4, ge=1)
    baseline: str = ""
    truth: str = ""


class IntervalsTable(Table):
    """Conformal intervals, which a backtest judges and lists show: ``level`` percent, in groups of ``grouping`` (none: by size).

    A group with fewer than ``least_rows`` rows on the dates of calibration takes what was learned of all places together.
    """

    level: int = Field(default=90, ge=50, le=99)
    grouping: str | None = None
    least_rows: int = Field(default=200, ge=FEWEST_ROWS)
