"""Experiment files: found, read, checked against the project and resolved."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from riskmodel.base.argument_types import checked
from riskmodel.base.errors import UsageError, did_you_mean, refused, unknown_name
from riskmodel.base.policy import changed
from riskmodel.base.project import Kind, Project, ProjectTable
from riskmodel.base.table_faults import Fault
from riskmodel.base.toml_tables import build, read_toml
from riskmodel.forecasts.experiment.blend_members import MemberResolver
from riskmodel.forecasts.experiment.experiment import Experiment, ExperimentContent
from riskmodel.forecasts.experiment.experiment_tables import StatedForecaster
from riskmodel.forecasts.experiment.stated_kinds import KindResolver


class ExperimentFile(ExperimentContent):
    """The content of an experiment file, whose name is the experiment's."""

    forecasters: tuple[StatedForecaster, ...] = Field(min_length=1)

    def resolved(self, name: str) -> Experiment:
        """Return the experiment, without the forecasters that are only members."""
        tables = [table.resolved().model_dump() for table in self.forecasters if not table.member_only]
        return Experiment.model_validate({**self.model_dump(), "name": name, "forecasters": tables})


def experiment_names(project: Project) -> list[str]:
    """Return the names of the project's experiments, sorted."""
    return sorted(path.stem for path in (project.folder / "experiments").glob("*.toml") if path.is_file())


@checked(project="Project", name="str")
def load_experiment(project: Project, name: str) -> Experiment:
    """Load the experiment ``experiments/NAME.toml`` of a project.

    Kind groups are replaced by their kinds and members of blends by their settings. Where the experiment's policy states nothing,
    the project's holds. The result, and so a bundle, depends on no file.

    Parameters
    ----------
    project
        The project.
    name
        Name of the file, without ``.toml``.

    Returns
    -------
    Experiment
        Resolved: it needs no file any more.

    Raises
    ------
    UsageError
        If the file is missing or has faults; all are named.
    RefusedError
        If police effort produces a target kind and the experiment does not allow it.

    Examples
    --------
    >>> rm.load_experiment(project, "main").champion
    'blend'
    """
    path: Path = project.folder / "experiments" / f"{name}.toml"
    if not re.fullmatch(r"[a-z0-9][a-z0-9_-]*", name) or not path.is_file():
        there = experiment_names(project)
        if not there:
            raise UsageError(
                f"There is no experiment named {name!r}: the project has none. Write experiments/NAME.toml, or run 'riskmodel init DIR' for "
                "examples."
            )
        raise unknown_name("experiment", name, there)
    stated = read_toml(path, "experiment", "Write it, or run 'riskmodel init DIR --from FILE' for an example.")
    content, found = _resolved(stated, project.table)
    experiment = build(ExperimentFile, content, f"experiments/{path.name}", found).resolved(name)
    _check_discretionary(experiment, project.table.kinds)
    return experiment.with_source(path.read_text(encoding="utf-8"))


def _resolved(stated: Mapping[str, Any], table: ProjectTable) -> tuple[dict[str, Any], list[Fault]]:
    """Return the resolved content, and the faults found on the way."""
    content, kinds = dict(stated), KindResolver(table)
    content["policy"] = changed(table.policy, stated.get("policy", {}))
    kinds.faults += _unknown_sources(stated.get("ignore"), table)
    target, entries = stated.get("target"), stated.get("forecasters")
    if isinstance(target, Mapping) and "kinds" in target:
        content["target"] = {**target, "kinds": kinds.kinds(("target", "kinds"), target["kinds"])}
    if not isinstance(entries, list):
        return content, kinds.faults
    entries = [_with_kinds(at, entry, kinds) for at, entry in enumerate(entries)]
    members = MemberResolver(entries)
    content["forecasters"] = members.resolved()
    return content, [*kinds.faults, *members.faults]


def _unknown_sources(ignore: Any, table: ProjectTable) -> list[Fault]:
    """Return faults of unknown sources in ``ignore``."""
    known = [source.name for source in table.sources]
    entries = [one for one in ignore if isinstance(one, Mapping)] if isinstance(ignore, list) else []
    named = [(at, one["source"]) for at, one in enumerate(entries) if isinstance(one.get("source"), str)]
    return [
        Fault(("ignore", at, "source"), f"There is no source named {name!r}. {did_you_mean(name, known)}")
        for at, name in named
        if name not in known
    ]


def _with_kinds(at: int, entry: Any, kinds: KindResolver) -> Any:
    if not isinstance(entry, Mapping):
        return entry
    found = dict(entry)
    if "settings" in entry:
        found["settings"] = kinds.settings(("forecasters", at, "settings"), entry["settings"])
    if "search" in entry:
        found["search"] = kinds.search(("forecasters", at, "search"), entry["search"])
    return found


def _check_discretionary(experiment: Experiment, kinds: Mapping[str, Kind]) -> None:
    """Refuse target kinds that police effort produces, unless allowed.

    Raises
    ------
    RefusedError
        For such kinds, unless ``target.allow_discretionary`` is set.
    """
    made = [name for name in experiment.target.kinds if kinds[name].discretionary]
    if made and not experiment.target.allow_discretionary:
        raise refused(
            f"The target kind {made[0]!r}",
            "police effort produces it, so forecasting it would send patrols where patrols were",
            "Choose kinds that harm produces, or set target.allow_discretionary = true; every report then carries the caveat.",
        )
