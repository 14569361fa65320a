"""Experiments: one TOML file each, with target, features, forecasters, dates and policy."""

from __future__ import annotations

import math
import re
from itertools import product
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, StrictBool, field_validator, model_validator

from riskmodel.asof.target import Target
from riskmodel.base.days import Days, day_range, to_day, to_iso
from riskmodel.base.errors import RefusedError, UsageError, faults, refused, unknown_name
from riskmodel.base.policy import Policy
from riskmodel.base.project import Kind, Project
from riskmodel.base.texts import Text
from riskmodel.base.toml_tables import Table, build, read_toml
from riskmodel.forecasts.conformal import FEWEST_ROWS, IntervalRule
from riskmodel.forecasts.forecasters.base import Forecaster, make
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


class Experiment(Table):
    """The content of an experiment file; ``name`` is the file's."""

    name: str
    title: Text
    layer: str = ""
    target: TargetTable
    dates: Dates
    features: tuple[str, ...] = ()
    forecasters: tuple[ForecasterTable, ...] = Field(min_length=1)
    champion: str
    policy: Policy = Policy()
    evaluation: EvaluationTable = EvaluationTable()
    intervals: IntervalsTable = IntervalsTable()
    _source: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _champion_is_a_forecaster(self) -> Experiment:
        labels = [table.label for table in self.forecasters]
        if len(set(labels)) != len(labels):
            raise ValueError("two forecasters have the same name; give them different ones.")
        if self.champion not in labels:
            raise ValueError(f"champion {self.champion!r} is not one of the forecasters ({', '.join(labels)}); name one of them.")
        if self.evaluation.baseline and self.evaluation.baseline not in labels:
            raise ValueError(
                f"evaluation.baseline {self.evaluation.baseline!r} is not one of the forecasters ({', '.join(labels)}); name one."
            )
        return self

    @property
    def baseline(self) -> str:
        """The forecaster that others are compared with: the one stated, else the first DecayedRate, else the first."""
        decayed = [table.label for table in self.forecasters if table.type == "DecayedRate"]
        return self.evaluation.baseline or (decayed or [self.forecasters[0].label])[0]

    @property
    def horizon(self) -> int:
        """Horizon in days."""
        return self.target.horizon

    @property
    def step(self) -> int:
        """Days between as-of dates of learning."""
        return self.dates.step

    @property
    def source_text(self) -> str:
        """The text of the file, empty if there was none."""
        return self._source

    def goal(self) -> Target:
        """The target as the as-of floor knows it."""
        return Target(self.target.kinds, self.target.horizon, self.target.at_least_one)

    def interval_rule(self) -> IntervalRule:
        """What intervals are wanted."""
        return IntervalRule(self.intervals.level, self.intervals.grouping, self.intervals.least_rows)

    def caveats(self, kinds: dict[str, Kind]) -> list[str]:
        """What a reader of any result must know."""
        made = [name for name in self.target.kinds if name in kinds and kinds[name].discretionary]
        return (
            [f"The target kinds {', '.join(made)} are made by police effort: the forecast follows patrols as well as harm."]
            if made
            else []
        )

    def forecaster(self, label: str, features: tuple[str, ...]) -> Forecaster:
        """An unfitted forecaster of the experiment that uses the named features where it takes any."""
        table = self.table(label)
        made = make(table.type, table.settings, features)
        made.mean_stands |= table.calibrate == "dispersion"
        return made

    def table(self, label: str) -> ForecasterTable:
        """The table of the forecaster under whose name results stand.

        Raises
        ------
        UsageError
            If there is none.
        """
        tables = {table.label: table for table in self.forecasters}
        if label not in tables:
            raise unknown_name("forecaster in the experiment", label, tables)
        return tables[label]

    def searching_only(self, label: str) -> Experiment:
        """The same experiment in which settings are searched for one forecaster alone."""
        tables = tuple(table if table.label == label else table.model_copy(update={"search": {}}) for table in self.forecasters)
        return self.model_copy(update={"forecasters": tables})

    def with_settings(self, label: str, settings: dict[str, Any]) -> Experiment:
        """The same experiment with other settings of a forecaster, and nothing left to search for it."""
        tables = tuple(
            table.model_copy(update={"settings": settings, "search": {}}) if table.label == label else table
            for table in self.forecasters
        )
        return self.model_copy(update={"forecasters": tables})


def experiment_names(project: Project) -> list[str]:
    """Names of the project's experiments, sorted."""
    return sorted(path.stem for path in (project.folder / "experiments").glob("*.toml"))


def load_experiment(project: Project, name: str) -> Experiment:
    """The experiment ``experiments/NAME.toml`` of a project.

    Raises
    ------
    UsageError
        If it is missing or has faults; all are named.
    RefusedError
        If a target kind is made by police effort and the experiment does not say that it knows.
    """
    path: Path = project.folder / "experiments" / f"{name}.toml"
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name) or not path.is_file():
        raise unknown_name("experiment", name, experiment_names(project))
    content = read_toml(path, "experiment", "Write it, or run 'riskmodel init' for examples.")
    if "name" in content:
        raise faults(f"experiments/{path.name}", ["name: an experiment is called like its file; remove the key."])
    experiment = build(Experiment, {"name": name, **content}, f"experiments/{path.name}")
    experiment._source = path.read_text(encoding="utf-8")
    check_kinds(experiment, project.table.kinds)
    return experiment


def check_kinds(experiment: Experiment, kinds: dict[str, Kind]) -> None:
    """Check the target kinds against the project's.

    Raises
    ------
    UsageError
        Naming all kinds that do not exist.
    RefusedError
        For kinds made by police effort, unless ``target.allow_discretionary`` is set.
    """
    unknown = [name for name in experiment.target.kinds if name not in kinds]
    if unknown:
        raise faults(
            f"experiments/{experiment.name}.toml",
            [f"target.kinds: {unknown_name('kind', name, kinds)}" for name in unknown],
        )
    made = [name for name in experiment.target.kinds if kinds[name].discretionary]
    if made and not experiment.target.allow_discretionary:
        error: RefusedError = refused(
            f"The target kind {made[0]!r}",
            "police effort makes it, so forecasting it would send patrols where patrols were",
            "Choose kinds that harm makes, or set target.allow_discretionary = true; every report then carries the caveat.",
        )
        raise error
