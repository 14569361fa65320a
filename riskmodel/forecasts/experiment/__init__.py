"""An experiment: one TOML file with target, features, forecasters, dates and policy."""

from riskmodel.forecasts.experiment.default_forecasters import DefaultForecasters, default_forecasters
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
    "DefaultForecasters",
    "EvaluationTable",
    "Experiment",
    "ExperimentFile",
    "ForecasterTable",
    "IgnoreTable",
    "IntervalsTable",
    "MOST_TRIED",
    "StatedForecaster",
    "TargetTable",
    "default_forecasters",
    "experiment_names",
    "load_experiment",
]
