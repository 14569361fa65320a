"""Looks: how often a test window was evaluated.

A figure on a test window is worth less each time that something was changed after seeing one. So every backtest of it is
recorded, and reports state the count. Looks are lines of a file beside the ledger; lines are added and never removed.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskmodel.base.days import to_day
from riskmodel.base.errors import IntegrityError
from riskmodel.base.files import canonical_json, sha256, write_json
from riskmodel.base.locks import exclusive, is_lost, mark_made
from riskmodel.base.project import Project
from riskmodel.forecasts.experiment import Experiment
from riskmodel.registry.errors import lost_looks

LOOKS = "looks.json"
"""Name of the file of looks."""

_LINE = ("target", "from", "to", "judged")
"""What every line must say."""


@dataclass(frozen=True)
class Looks:
    """How often a test window was evaluated, and by how many experiments.

    The present evaluation is included. Another window counts as the same if it overlaps and the target (kinds, horizon and
    layer) is the same.
    """

    count: int
    different: int

    def __str__(self) -> str:
        times = {1: "once", 2: "twice"}.get(self.count, f"{self.count} times")
        settings = "one experiment" if self.different == 1 else f"{self.different} different experiments"
        return f"This test window has been evaluated {times}, by {settings}."


def looks_file(project: Project) -> Path:
    """Return the file of a project's looks."""
    return project.ledger_file.with_name(LOOKS)


def fault_of_looks(project: Project) -> IntegrityError | None:
    """Return what is wrong with the file of looks, if anything."""
    try:
        _looks(project)
    except IntegrityError as error:
        return error
    return None


def look(project: Project, experiment: Experiment, day: int, forecasts: str = "") -> Looks:
    """Record a look at the experiment's test window and count all.

    Parameters
    ----------
    forecasts
        The fingerprint of the forecasts that were evaluated (:meth:`riskmodel.forecasts.backtesting.BacktestResult.fingerprint`).

    Raises
    ------
    OSError
        If the file cannot be written; then nothing should be shown.
    IntegrityError
        If it is lost or damaged.
    """
    path = looks_file(project)
    with exclusive(path):
        looks = _looks(project)
        looks.append(_line(experiment, day) | {"forecasts": forecasts})
        write_json(path, looks)
        mark_made(path)
    return count(project, experiment)


def seen(project: Project, experiment: Experiment, forecasts: str) -> bool:
    """Return whether the same experiment's forecasts of that fingerprint were evaluated before.

    Evaluating them again is the same look, because nothing was changed in between.
    """
    judged = _line(experiment, 0)["judged"]
    return any(one["judged"] == judged and one.get("forecasts") == forecasts for one in _looks(project))


def count(project: Project, experiment: Experiment) -> Looks:
    """Count the looks at the experiment's test window so far."""
    mine = _line(experiment, 0)
    here = [one for one in _looks(project) if one["target"] == mine["target"] and _overlap(one, mine)]
    return Looks(len(here), len({one["judged"] for one in here}))


def _looks(project: Project) -> list[dict[str, Any]]:
    """Return the lines of the file.

    Raises
    ------
    IntegrityError
        If it is lost or damaged: the count would start again.
    """
    path = looks_file(project)
    if is_lost(path):
        raise lost_looks(path, "missing or empty, although there was one")
    if not path.exists():
        return []
    try:
        looks = json.loads(path.read_bytes())
        if not isinstance(looks, list) or any(not set(_LINE) <= set(one) for one in looks):
            raise lost_looks(path, "damaged")
    except (IsADirectoryError, ValueError, TypeError, RecursionError):
        raise lost_looks(path, "damaged") from None
    return looks


def _line(experiment: Experiment, day: int) -> dict[str, Any]:
    target = experiment.target
    judged = experiment.model_dump(mode="json", exclude={"title", "policy", "name", "intervals"})
    return {
        "target": [experiment.layer, sorted(target.kinds), target.horizon],
        "from": to_day(experiment.dates.test_from),
        "to": to_day(experiment.dates.test_to) + experiment.horizon - 1,
        "experiment": experiment.name,
        "judged": sha256(canonical_json(judged)),
        "day": day,
    }


def _overlap(one: dict[str, Any], other: dict[str, Any]) -> bool:
    return bool(one["from"] < other["to"] and other["from"] < one["to"])
