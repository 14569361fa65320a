"""An experiment: one TOML file with target, features, forecasters, dates and policy."""

from riskmodel.forecasts.experiment.experiment import Experiment
from riskmodel.forecasts.experiment.experiment_file import ExperimentFile, experiment_names, load_experiment
from riskmodel.forecasts.experiment.experiment_tables import (
    MOST_TRIED,
    Dates,
    EvaluationTable,
    ForecasterTable,
    IgnoreTable,
    IntervalsTable,
    StatedForecaster,
    TargetTable,
)

__all__ = [
    "Dates",
    "EvaluationTable",
    "Experiment",
    "ExperimentFile",
    "ForecasterTable",
    "IgnoreTable",
    "IntervalsTable",
    "MOST_TRIED",
    "StatedForecaster",
    "TargetTable",
    "experiment_names",
    "load_experiment",
]
