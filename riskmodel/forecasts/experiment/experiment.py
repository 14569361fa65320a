"""An experiment: target, dates, features, forecasters and policy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from pydantic import Field, PrivateAttr

from riskmodel.asof.target import Target
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import unknown_name
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.base.policy import Policy
from riskmodel.base.project import Kind
from riskmodel.base.table_faults import Fault
from riskmodel.base.texts import FileText
from riskmodel.base.toml_tables import Table
from riskmodel.forecasts.conformal import IntervalRule
from riskmodel.forecasts.experiment.experiment_tables import (
    Dates,
    EvaluationTable,
    ForecasterTable,
    IgnoreTable,
    IntervalsTable,
    TargetTable,
)
from riskmodel.forecasts.forecasters.forecaster import Forecaster, make
from riskmodel.records.history import IgnoredDays


class ExperimentContent(Table):
    """What an experiment states in addition to its name and its forecasters."""

    title: FileText
    layer: str = ""
    target: TargetTable
    dates: Dates
    features: tuple[str, ...] = ()
    champion: str
    policy: Policy = Policy()
    evaluation: EvaluationTable = EvaluationTable()
    intervals: IntervalsTable = IntervalsTable()
    ignore: tuple[IgnoreTable, ...] = ()

    @classmethod
    def key_faults(cls, given: Mapping[str, Any]) -> Iterator[Fault]:
        """Return faults of the forecasters' names, the champion and the baseline."""
        labels, members = _labels(given.get("forecasters"))
        if len({*labels, *members}) != len(labels) + len(members):
            yield Fault(("forecasters",), "two forecasters have the same name; give them different ones.")
        evaluation = given.get("evaluation")
        baseline = evaluation.get("baseline") if isinstance(evaluation, Mapping) else getattr(evaluation, "baseline", None)
        for key, label in ((("champion",), given.get("champion")), (("evaluation", "baseline"), baseline)):
            if not isinstance(label, str) or not label or label in labels or not labels:
                continue
            if label in members:
                text = f"{label!r} is member_only, so it is not evaluated by itself; remove member_only, or name another."
            else:
                text = f"{label!r} is not one of the forecasters ({', '.join(labels)}); name one of them."
            yield Fault(key, text)


def _labels(forecasters: Any) -> tuple[list[str], list[str]]:
    """Return the names of forecasters, and of those only members."""
    labels: list[str] = []
    members: list[str] = []
    for entry in forecasters if isinstance(forecasters, (list, tuple)) else ():
        stated = entry if isinstance(entry, Mapping) else entry.model_dump() if isinstance(entry, ForecasterTable) else {}
        label = stated.get("name") or stated.get("type")
        if isinstance(label, str):
            (members if stated.get("member_only") is True else labels).append(label)
    return labels, members


@checked()
class Experiment(HtmlCard, ExperimentContent):
    """A resolved experiment, which depends on no file.

    Kind groups are replaced by their kinds and members of blends by their settings; the policy is complete. Tables may be given as dicts.

    Parameters
    ----------
    name, title
        Name of the file, or of results; and what readers see, a text or one in each language.
    target
        ``kinds``, ``horizon`` in days and ``at_least_one``.
    dates
        ``first`` date of training, ``step`` in days, the test window from ``test_from`` to before ``test_to``, and ``refit_every`` so many days.
    forecasters, champion
        A list of ``{"type": ..., "name": ..., "settings": {...}, "search": ..., "calibrate": ...}``, and the name of the one that is trained.
    features
        Names of features, with ``*`` for any part, of modules of a project.
    policy
        As for :class:`Policy`.
    evaluation
        ``baseline`` that others are compared with, and how rankings are cut: ``grouping``, ``area``, ``cells``, ``area_share``, ``recall``, ``block``.
    intervals
        ``level`` in percent, ``grouping`` and ``least_rows`` of conformal intervals.
    ignore
        Days of sources that are left out.
    layer
        A division of the project, such as wards.

    Raises
    ------
    UsageError
        Naming every fault.

    Examples
    --------
    >>> experiment.name, experiment.horizon, experiment.champion
    ('main', 7, 'decayed')
    >>> experiment.goal()
    Target(kinds=('theft',), horizon=7, at_least_one=False)
    """

    EXAMPLE: ClassVar[str] = (
        'rm.Experiment(name="main", title="Thefts", target={"kinds": ["theft"], "horizon": 7}, '
        'dates={"first": "2022-01-03", "step": 7, "test_from": "2023-07-03", "test_to": "2023-12-25", "refit_every": 91}, '
        'forecasters=[{"type": "DecayedRate", "name": "decayed"}], champion="decayed", features=["signals.*"])'
    )

    name: str
    forecasters: tuple[ForecasterTable, ...] = Field(min_length=1)
    _source: str = PrivateAttr(default="")

    def __repr__(self) -> str:
        kinds = ", ".join(self.target.kinds)
        return (
            f"<Experiment {self.name!r}: {kinds}, {counted(self.horizon, 'day')} ahead, test window {self.dates.window_text()}, "
            f"{counted(len(self.forecasters), 'forecaster')} (champion {self.champion})>"
        )

    def __str__(self) -> str:
        return repr(self)

    @property
    def baseline(self) -> str:
        """Forecaster that others are compared with.

        It is the one stated, else the first ``DecayedRate``, else the first of all.
        """
        decayed = [table.label for table in self.forecasters if table.type == "DecayedRate"]
        return self.evaluation.baseline or (decayed or [self.forecasters[0].label])[0]

    @property
    def horizon(self) -> int:
        """Horizon in days."""
        return self.target.horizon

    @property
    def step(self) -> int:
        """Days between as-of dates of training."""
        return self.dates.step

    @property
    def source_text(self) -> str:
        """Text of the file; empty if there was none."""
        return self._source

    def with_source(self, text: str) -> Experiment:
        """Return the same experiment with the text of its file."""
        copy = self.model_copy()
        copy._source = text  # noqa: SLF001  its own
        return copy

    @property
    def follows_level(self) -> bool:
        """Whether the champion's level follows the last mature dates."""
        return self.forecaster(self.champion, ()).follows_level

    def goal(self) -> Target:
        """Return the target of features and labels."""
        return Target(self.target.kinds, self.target.horizon, self.target.at_least_one)

    def ignored_days(self) -> tuple[IgnoredDays, ...]:
        """Return the days of sources that are left out."""
        return tuple(one.days() for one in self.ignore)

    def interval_rule(self) -> IntervalRule:
        """Return the level and groups of the intervals."""
        return IntervalRule(self.intervals.level, self.intervals.grouping, self.intervals.least_rows)

    def caveats(self, kinds: dict[str, Kind]) -> list[str]:
        """Return the caveats that every result must carry."""
        made = [name for name in self.target.kinds if name in kinds and kinds[name].discretionary]
        return (
            [f"The target kinds {', '.join(made)} are produced by police effort: the forecast follows patrols as well as harm."]
            if made
            else []
        )

    def forecaster(self, label: str, features: tuple[str, ...]) -> Forecaster:
        """Return an unfitted forecaster, which uses ``features`` if it takes any."""
        table = self.table(label)
        made = make(table.type, table.settings, features)
        stands = made.mean_stands or table.calibrate == "dispersion"
        return replace(made, mean_stands=stands, follows_level=table.calibrate == "level" and not stands)

    def table(self, label: str) -> ForecasterTable:
        """Return the table of a forecaster by its name in results.

        Raises
        ------
        UsageError
            If there is none.
        """
        tables = {table.label: table for table in self.forecasters}
        if label not in tables:
            raise unknown_name("forecaster in the experiment", label, tables)
        return tables[label]

    def champion_in_words(self) -> str:
        """Return the champion's name and class, of a blend with its members."""
        table = self.table(self.champion)
        members = ", ".join(str(one["type"]) for one in table.settings.get("members", ()) if isinstance(one, Mapping))
        return f"{self.champion} ({table.type}{f' of {members}' if members else ''})"

    def searching_only(self, label: str) -> Experiment:
        """Return the same experiment with a search for one forecaster only."""
        tables = tuple(table if table.label == label else table.model_copy(update={"search": {}}) for table in self.forecasters)
        return self.model_copy(update={"forecasters": tables})

    def with_settings(self, label: str, settings: dict[str, Any]) -> Experiment:
        """Return the same experiment with given settings of one forecaster.

        Nothing is left to search for it.
        """
        tables = tuple(
            table.model_copy(update={"settings": settings, "search": {}}) if table.label == label else table
            for table in self.forecasters
        )
        return self.model_copy(update={"forecasters": tables})
