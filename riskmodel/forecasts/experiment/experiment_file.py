"""Experiment files: found, read, checked against the project and resolved."""

from __future__ import annotations

import re
from pathlib import Path

from riskmodel.base.errors import RefusedError, faults, refused, unknown_name
from riskmodel.base.project import Kind, Project
from riskmodel.base.toml_tables import build, read_toml
from riskmodel.forecasts.experiment.experiment import Experiment


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
    check_kinds(experiment, project.table.kinds)
    return experiment.with_source(path.read_text(encoding="utf-8"))


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
