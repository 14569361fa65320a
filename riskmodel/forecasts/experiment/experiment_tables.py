"""The tables of an experiment file: target, dates, forecasters, evaluation and intervals."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from itertools import product
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, StrictBool, field_validator

from riskmodel.base.days import Days, day_range, to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted
from riskmodel.base.table_faults import Fault
from riskmodel.base.toml_tables import Table
from riskmodel.forecasts.conformal import FEWEST_ROWS
from riskmodel.forecasts.forecasters.forecaster import make
from riskmodel.forecasts.forecasters.grids import GRIDS
from riskmodel.records.history import IgnoredDays

MOST_TRIED = 64
"""Most combinations in a search for one forecaster."""

LONGEST_HORIZON = 366
"""Days: a longer horizon is no experiment's."""


class TargetTable(Table):
    """What is forecast: kinds of events, and over how many days.

    The horizon is the ``horizon`` days from an as-of date on. With ``at_least_one`` the target is whether there is any event.
    ``kinds`` is a kind or several; in a file it may name kind groups.
    """

    kinds: Annotated[tuple[str, ...], BeforeValidator(lambda kinds: [kinds] if isinstance(kinds, str) else kinds)] = Field(
        min_length=1
    )
    horizon: int = Field(ge=1, le=LONGEST_HORIZON)
    at_least_one: bool = False
    allow_discretionary: bool = False


class ForecasterTable(Table):
    """One forecaster: class, name in results, settings and calibration.

    The name is the class where none is stated. ``calibrate`` is ``mean`` (mean and dispersion), ``level``
    (as well, and between fits the level follows the last mature dates) or ``dispersion`` (the dispersion alone; the mean stays). ``search`` lists values for settings, or is true for the built-in grid of the class
    without the settings that are stated; the combination of the best log score before the test window is used.
    """

    type: str
    name: str = ""
    calibrate: Literal["mean", "level", "dispersion"] = "mean"
    settings: dict[str, Any] = Field(default_factory=dict)
    search: StrictBool | dict[str, list[Any]] = Field(default_factory=dict)

    def value_faults(self) -> Iterator[Fault]:
        """Return faults of the search and of settings that the class refuses."""
        values = self._values()
        if self.search is True and self.type in GRIDS and not values:
            yield Fault(
                (),
                f"search is true, but no setting of {self.type}'s built-in grid is left to search; list values, or remove search.",
            )
        count = math.prod(len(found) for found in values.values())
        if any(not found for found in values.values()):
            yield Fault((), "every setting in search needs at least one value; add one, or remove the setting.")
        elif count > MOST_TRIED:
            yield Fault((), f"search has {count} combinations; leave at most {MOST_TRIED}.")
        else:
            wrong = (self._wrong(settings) for settings in (self.settings, *self.grid()))
            yield from (Fault((), text) for text in dict.fromkeys(text for text in wrong if text))

    def _wrong(self, settings: dict[str, Any]) -> str:
        try:
            make(self.type, settings)
        except UsageError as error:
            return str(error)
        except (TypeError, ValueError) as error:  # a value of a type that the class does not expect
            return f"{self.type} does not take these settings ({error}); correct them."
        return ""

    def grid(self) -> tuple[dict[str, Any], ...]:
        """Return the settings to be tried; none without a search."""
        values = self._values()
        if not values:
            return ()
        return tuple({**self.settings, **dict(zip(values, found, strict=True))} for found in product(*values.values()))

    def _values(self) -> dict[str, list[Any]]:
        """Return the values that are searched, by setting."""
        if isinstance(self.search, dict):
            return self.search
        built_in = GRIDS.get(self.type, {}) if self.search else {}
        return {name: list(values) for name, values in built_in.items() if name not in self.settings}

    @property
    def label(self) -> str:
        """Name in results."""
        return self.name or self.type


class StatedForecaster(ForecasterTable):
    """A forecaster of a file, perhaps only a member of blends.

    One that is ``member_only`` is not evaluated by itself. The ``settings.members`` of a blend name forecasters of the file.
    """

    member_only: bool = False

    def resolved(self) -> ForecasterTable:
        """Return the forecaster as the resolved experiment has it."""
        return ForecasterTable.model_validate(self.model_dump(exclude={"member_only"}))


def checked_date(value: Any) -> str:
    """Return a date as YYYY-MM-DD; TOML allows dates with and without quotes.

    Raises
    ------
    ValueError
        If it is none.
    """
    try:
        return to_iso(to_day(value.isoformat() if type(value) is date else value))
    except (UsageError, TypeError):
        raise ValueError(f"{value!r} is not a date; write it as YYYY-MM-DD.") from None


class Dates(Table):
    """As-of dates, as days of the project's calendar.

    Training uses every ``step`` days from ``first`` on. The test window from ``test_from`` (included) to ``test_to`` (excluded)
    is forecast with models refitted every ``refit_every`` days on what was known by then.
    """

    first: str
    step: int = Field(default=7, ge=1)
    test_from: str
    test_to: str
    refit_every: int = Field(default=91, ge=1)

    @field_validator("first", "test_from", "test_to", mode="before")
    @classmethod
    def _is_a_date(cls, value: Any) -> str:
        return checked_date(value)

    def value_faults(self) -> Iterator[Fault]:
        """Return faults of dates out of order or off the step."""
        if not to_day(self.first) < to_day(self.test_from) < to_day(self.test_to):
            yield Fault((), "first, test_from and test_to must follow each other in time; reorder them.")
        if (to_day(self.test_from) - to_day(self.first)) % self.step:
            text = f"test_from must lie a whole number of steps ({counted(self.step, 'day')}) after first; move one of them."
            yield Fault(("test_from",), text)

    def learning(self, stop: int) -> Days:
        """Return the as-of days of training before day ``stop``."""
        return day_range(self.first, stop, self.step)

    def window_text(self) -> str:
        """Return first and last day of the test window in words."""
        return f"{self.test_from} to {to_iso(to_day(self.test_to) - 1)}"

    def test(self) -> Days:
        """Return the as-of days of the test window."""
        return day_range(self.test_from, self.test_to, self.step)


class EvaluationTable(Table):
    """Choices of the evaluation: cuts of lists, and the baseline.

    Lists are cut at the policy's capacity in each group of ``grouping`` (none: the grouping ``centre`` if there is one, else
    the whole county). PAI, PEI and the metrics ``at_area`` select ``cells`` places per date or, where that is none,
    ``area_share`` of the area, which is the exposure ``area`` (none: every cell counts alike). ``recall`` belongs to the
    precision at a stated recall, and ``block`` is the number of as-of dates in a block of the bootstrap. ``truth`` names the
    table of a simulated county's truth (empty: the one called like the target's only kind, if there is one).
    """

    grouping: str | None = None
    area: str | None = None
    cells: int | None = Field(default=None, ge=1)
    area_share: float = Field(default=0.05, gt=0, le=1)
    recall: float = Field(default=0.5, gt=0, le=1)
    block: int = Field(default=4, ge=1)
    baseline: str = ""
    truth: str = ""


class IgnoreTable(Table):
    """Days of a source that are left out, ``from`` and ``to`` included.

    Records that occurred on them are seen by no feature, label or night of the experiment.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True, serialize_by_alias=True)

    source: str
    since: str = Field(alias="from")
    to: str

    @field_validator("since", "to", mode="before")
    @classmethod
    def _is_a_date(cls, value: Any) -> str:
        return checked_date(value)

    def value_faults(self) -> Iterator[Fault]:
        """Return the fault of days out of order."""
        if to_day(self.to) < to_day(self.since):
            yield Fault(
                ("to",), "to lies before from. Correct one of them; both days are left out, and so are those between them."
            )

    def days(self) -> IgnoredDays:
        """Return the days as numbers."""
        return IgnoredDays(self.source, to_day(self.since), to_day(self.to))


class IntervalsTable(Table):
    """Conformal intervals of ``level`` percent, in groups of ``grouping``.

    A backtest evaluates them and lists show them. Without a grouping they are in quarters of the forecasts by size. A group
    with fewer than ``least_rows`` rows on the dates of calibration uses the intervals of all places together.
    """

    level: int = Field(default=90, ge=50, le=99)
    grouping: str | None = None
    least_rows: int = Field(default=200, ge=FEWEST_ROWS)
