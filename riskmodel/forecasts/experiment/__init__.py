"""An experiment: one TOML file with target, features, forecasters, dates and policy."""

from riskmodel.forecasts.experiment.experiment import Experiment
from riskmodel.forecasts.experiment.experiment_file import check_kinds, experiment_names, load_experiment
from riskmodel.forecasts.experiment.experiment_tables import (
    MOST_TRIED,
    Dates,
    EvaluationTable,
    ForecasterTable,
    IntervalsTable,
    TargetTable,
)

__all__ = [
    "Dates",
    "EvaluationTable",
    "Experiment",
    "ForecasterTable",
    "IntervalsTable",
    "MOST_TRIED",
    "TargetTable",
    "check_kinds",
    "experiment_names",
    "load_experiment",
]
