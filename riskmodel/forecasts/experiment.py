"""Experiments: one TOML file each, with target, features, forecasters, dates and policy."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, PrivateAttr, field_validator, model_validator

from riskmodel.asof.target import Target
from riskmodel.base.errors import RefusedError, UsageError, faults, refused, unknown_name
from riskmodel.base.periods import Days, day_range, to_day, to_iso
from riskmodel.base.policy import Policy
from riskmodel.base.project import Kind, Project
from riskmodel.base.tables import Table, build, read_toml
from riskmodel.base.texts import Text
from riskmodel.forecasts.forecasters.base import Forecaster, make


class TargetTable(Table):
    """What is forecast: events of ``kinds`` in the ``horizon`` days from an as-of date."""

    kinds: tuple[str, ...] = Field(min_length=1)
    horizon: int = Field(ge=1, le=366)
    allow_discretionary: bool = False


class ForecasterTable(Table):
    """One forecaster: its class, the name under which results stand (default: the class), its settings and what calibration does.

    ``calibrate`` is ``mean`` (mean and dispersion) or ``dispersion`` (it alone, the mean stands).
    """

    type: str
    name: str = ""
    calibrate: Literal["mean", "dispersion"] = "mean"
    settings: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _can_be_made(self) -> ForecasterTable:
        try:
            make(self.type, self.settings)
        except UsageError as error:
            raise ValueError(str(error)) from None
        return self

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
    _source: str = PrivateAttr(default="")

    @model_validator(mode="after")
    def _champion_is_a_forecaster(self) -> Experiment:
        labels = [table.label for table in self.forecasters]
        if len(set(labels)) != len(labels):
            raise ValueError("two forecasters have the same name; give them different ones.")
        if self.champion not in labels:
            raise ValueError(f"champion {self.champion!r} is not one of the forecasters ({', '.join(labels)}); name one of them.")
        return self

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
        return Target(self.target.kinds, self.target.horizon)

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
        tables = {table.label: table for table in self.forecasters}
        if label not in tables:
            raise unknown_name("forecaster in the experiment", label, tables)
        settings = dict(tables[label].settings)
        if "features" in Forecaster.registry[tables[label].type].__init__.__code__.co_varnames:
            settings.setdefault("features", features)
        made = make(tables[label].type, settings)
        made.mean_stands |= tables[label].calibrate == "dispersion"
        return made


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
