"""An experiment: what is forecast, when, by which forecasters, and how scores become warnings."""

from __future__ import annotations

from typing import Any

from pydantic import Field, PrivateAttr, model_validator

from riskmodel.asof.target import Target
from riskmodel.base.errors import unknown_name
from riskmodel.base.policy import Policy
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text
from riskmodel.base.toml_tables import Table
from riskmodel.forecasts.conformal import IntervalRule
from riskmodel.forecasts.experiment.experiment_tables import (
    Dates,
    EvaluationTable,
    ForecasterTable,
    IntervalsTable,
    TargetTable,
)
from riskmodel.forecasts.forecasters.base import Forecaster, make


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

    def with_source(self, text: str) -> Experiment:
        """Return the same experiment with the text of its file."""
        copy = self.model_copy()
        copy._source = text
        return copy

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
