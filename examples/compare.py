"""Paired differences on an example's test window: every forecaster beside the baseline, and the blend beside the best single one.

Run as ``python examples/compare.py portland burglary-30days pai pei``: example, experiment, and metrics beside the log score. It
forecasts as ``riskmodel backtest`` does and prints the same figures, each difference with its interval; above 0 is better.
"""

import os
import sys
from pathlib import Path

from riskmodel.asof.library import load_features
from riskmodel.base.project import load_project
from riskmodel.forecasts.evaluation import backtest
from riskmodel.forecasts.experiment import load_experiment
from riskmodel.records.store import load_history

example, name, *metrics = sys.argv[1:]
data = Path(os.environ["RISKMODEL_DATA"])
project = load_project(Path(__file__).parent / example, data)
experiment = load_experiment(project, name)
history = load_history(project.layer(experiment.layer))
result = backtest(experiment, history, load_features(project).choose(experiment.features))
metrics = ["log_score", *metrics]
table = result.frame()
best = next(label for label in table.index if label != "blend")
print(f"{name}: {len(result):,} rows, {int(result.y.sum()):,} events, {len(result.first)} fits")
print(table[list(dict.fromkeys([*metrics, "crps", "rmse", "mae_mean", "mae_median"]))].round(5).to_string())
for over in dict.fromkeys((experiment.baseline, best)):
    for metric in metrics:
        print(f"\n{metric}: better than {over} by (95 % interval)")
        for label, gain in result.lift(over, metric).items():
            print(f"  {label:<12} {gain.value:9.5f}  ({gain.low:.5f} to {gain.high:.5f})")
