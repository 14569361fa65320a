"""What the examples in docstrings use: a made-up city with a backtest, a model and its list, and a county with three families.

Every name of the package is reached by ``rm``; the other names are listed at the top of ``docs/api.md``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import riskmodel as rm
from riskmodel.starter.target_defaults import TargetDefaults
from tests.worlds import own_tables
from tests.worlds.three_families import AS_OF, Event, make_families


def example_names(folder: Path) -> dict[str, Any]:
    """The names that examples use; ``folder`` is empty, and what they write goes there."""
    frame = own_tables.points(600, days=300)
    made = rm.init(folder / "mycity", frame)
    project = made.project()
    rm.ingest(project, made.plan.first_night + 1)
    history = rm.load_history(project)
    whole = rm.load_experiment(project, "main")
    quick: Any = {"forecasters": (whole.table("decayed"),), "champion": "decayed"}
    experiment = whole.model_copy(update=quick)
    features = rm.load_features(project).choose(experiment.features)
    result = rm.backtest(experiment, history, features)
    bundle = rm.train(experiment, history, features)
    scores = bundle.score(history, made.plan.first_night)
    chosen = TargetDefaults(made.plan.schedule, experiment.forecasters)
    signals = make_families([Event("fire", 7, 5), Event("smoke", 7, 5), Event("hazard", 8, 4)])
    return {
        "rm": rm,
        "np": np,
        "pd": pd,
        "frame": frame,
        "folder": folder,
        "made": made,
        "project": project,
        "history": history,
        "experiment": experiment,
        "features": features,
        "result": result,
        "bundle": bundle,
        "scores": scores,
        "lists": rm.warning_lists(bundle, scores, history),
        "look": rm.QuickLook(history, experiment, features, made.decisions, made.plan.first_night, "en", chosen),
        "signals": signals,
        "report": rm.surge(signals, AS_OF),
        "county": _county(folder / "county"),
    }


def _county(folder: Path) -> rm.Project:
    """A simulated county of 12 cells and one year, ingested."""
    rm.init_county(folder)
    rm.simulate(folder / "data" / "tables", rm.CountySettings(cells=12, first="2024-01-01", years=1, truth_every=7))
    project = rm.load_project(folder)
    rm.ingest(project, "2025-01-01")
    return project
