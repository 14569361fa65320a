"""Place-based early warning: as-of features, calibrated forecasts, detection and short, explained warning lists.

Everything a notebook needs is here by name and is imported when it is first used::

    import riskmodel as rm

    project = rm.load_project(".")
    history = rm.load_history(project)
    experiment = rm.load_experiment(project, "rental-fire")
    result = rm.backtest(experiment, history, rm.load_features(project).choose(experiment.features))
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from riskmodel.asof.design import Design, design
    from riskmodel.asof.engines import Dask, Processes, Threads
    from riskmodel.asof.library import load_features
    from riskmodel.asof.target import Target
    from riskmodel.base.days import day_range, to_day, to_iso
    from riskmodel.base.errors import RefusedError, RiskmodelError, StaleError, UsageError
    from riskmodel.base.policy import Policy
    from riskmodel.base.project import Kind, Project, load_project
    from riskmodel.detection import ears, unusual
    from riskmodel.forecasts.bundle import Bundle
    from riskmodel.forecasts.evaluation import BacktestResult, backtest
    from riskmodel.forecasts.experiment import Experiment, load_experiment
    from riskmodel.forecasts.reports import (
        plot_ageing,
        plot_hits,
        plot_map,
        plot_over_time,
        plot_pit,
        plot_reliability,
        plot_residuals,
    )
    from riskmodel.forecasts.scores import Scores
    from riskmodel.forecasts.training import train
    from riskmodel.records.history import Coverage, History
    from riskmodel.records.intake import ingest
    from riskmodel.records.places import Places
    from riskmodel.records.store import load_history
    from riskmodel.records.truth import read_truth
    from riskmodel.simulator import CountySettings, simulate
    from riskmodel.warning import WarningList, warning_lists

_WHERE = {
    "riskmodel.asof.design": ("Design", "design"),
    "riskmodel.asof.engines": ("Dask", "Processes", "Threads"),
    "riskmodel.asof.library": ("load_features",),
    "riskmodel.asof.target": ("Target",),
    "riskmodel.base.errors": ("RefusedError", "RiskmodelError", "StaleError", "UsageError"),
    "riskmodel.base.days": ("day_range", "to_day", "to_iso"),
    "riskmodel.base.policy": ("Policy",),
    "riskmodel.base.project": ("Kind", "Project", "load_project"),
    "riskmodel.detection": ("ears", "unusual"),
    "riskmodel.forecasts.bundle": ("Bundle",),
    "riskmodel.forecasts.evaluation": ("BacktestResult", "backtest"),
    "riskmodel.forecasts.experiment": ("Experiment", "load_experiment"),
    "riskmodel.forecasts.reports": (
        "plot_ageing",
        "plot_hits",
        "plot_map",
        "plot_over_time",
        "plot_pit",
        "plot_reliability",
        "plot_residuals",
    ),
    "riskmodel.forecasts.scores": ("Scores",),
    "riskmodel.forecasts.training": ("train",),
    "riskmodel.records.history": ("Coverage", "History"),
    "riskmodel.records.intake": ("ingest",),
    "riskmodel.records.places": ("Places",),
    "riskmodel.simulator": ("CountySettings", "simulate"),
    "riskmodel.records.store": ("load_history",),
    "riskmodel.records.truth": ("read_truth",),
    "riskmodel.warning": ("WarningList", "warning_lists"),
}
_MODULE = {name: module for module, names in _WHERE.items() for name in names}

__all__ = [
    "BacktestResult",
    "Bundle",
    "CountySettings",
    "Coverage",
    "Dask",
    "Design",
    "Experiment",
    "History",
    "Kind",
    "Places",
    "Policy",
    "Processes",
    "Project",
    "RefusedError",
    "RiskmodelError",
    "Scores",
    "StaleError",
    "Target",
    "Threads",
    "UsageError",
    "WarningList",
    "backtest",
    "day_range",
    "design",
    "ears",
    "ingest",
    "load_experiment",
    "load_features",
    "load_history",
    "load_project",
    "plot_ageing",
    "plot_hits",
    "plot_map",
    "plot_over_time",
    "plot_pit",
    "plot_reliability",
    "plot_residuals",
    "read_truth",
    "simulate",
    "to_day",
    "to_iso",
    "train",
    "unusual",
    "warning_lists",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULE:
        raise AttributeError(f"module 'riskmodel' has no attribute {name!r}")
    value = getattr(import_module(_MODULE[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*__all__, "__version__"])
