"""Blends of New York's segments on the years before the test year: ``python benchmarks/segment_blends.py``.

The weights of ``examples/nyc/experiments/segments-weekly.toml`` were chosen by these figures (decision 0035). A year is forecast from the years
before it, with the features and settings of ``segments-2023.toml``; 2024 is refused. One year takes about five minutes of processor and 4.5 GB.

    RISKMODEL_DATA=... python benchmarks/segment_blends.py              # 2023
    RISKMODEL_DATA=... python benchmarks/segment_blends.py --year 2022
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).absolute().parent.parent
sys.path.insert(0, str(ROOT))

from riskmodel.asof.library import load_features  # noqa: E402
from riskmodel.base.project import Project, load_project  # noqa: E402
from riskmodel.forecasts.backtesting import BacktestResult, backtest  # noqa: E402
from riskmodel.forecasts.experiment import Experiment, load_experiment  # noqa: E402
from riskmodel.records.intake import ingest  # noqa: E402
from riskmodel.records.store import load_history  # noqa: E402

WINDOWS = {2022: ("2022-01-03", "2023-01-02"), 2023: ("2023-01-02", "2024-01-01")}
"""First day of each year's window, and the day after it."""

WEIGHTS = {
    "trees and lags": {"boosted": 0.8, "lag": 0.2},
    ".4 .4 .2": {"boosted": 0.4, "linear": 0.4, "lag": 0.2},
    ".45 .45 .1": {"boosted": 0.45, "linear": 0.45, "lag": 0.1},
    ".4 .5 .1": {"boosted": 0.4, "linear": 0.5, "lag": 0.1},
    ".35 .55 .1": {"boosted": 0.35, "linear": 0.55, "lag": 0.1},
    ".3 .6 .1": {"boosted": 0.3, "linear": 0.6, "lag": 0.1},
    ".5 .4 .1": {"boosted": 0.5, "linear": 0.4, "lag": 0.1},
    ".5 .5 0": {"boosted": 0.5, "linear": 0.5},
}
"""Blends that are compared, the first one with all others."""

SHOWN = ("rmse", "wmae", "mae_median", "log_score", "ratio")
"""Metrics that are printed."""


def experiment(project: Project, year: int) -> Experiment:
    """Return the experiment of 2023 for a year, with all blends."""
    stated = load_experiment(project, "segments-2023").model_dump(mode="json")
    first, end = WINDOWS[year]
    stated["dates"] |= {"test_from": first, "test_to": end}
    singles = [table for table in stated["forecasters"] if table["type"] != "Blend"]
    made = {table["name"]: {"type": table["type"], "settings": table["settings"]} for table in singles}
    blends: list[dict[str, Any]] = [
        {
            "type": "Blend",
            "name": name,
            "calibrate": "dispersion",
            "settings": {"members": [made[one] for one in weights], "weights": list(weights.values()), "pooling": "mean"},
        }
        for name, weights in WEIGHTS.items()
    ]
    return Experiment.model_validate(stated | {"champion": next(iter(WEIGHTS)), "forecasters": [*singles, *blends]})


def shown(result: BacktestResult) -> str:
    """Return the figures, and what each blend gains over the first one."""
    metrics, lines = result.evaluation.metrics, []
    against, first = result.relative_lift(over="lag", score="rmse"), next(iter(WEIGHTS))
    weighted, over = result.relative_lift(over="lag", score="wmae"), result.relative_lift(over=first, score="wmae")
    for name, found in metrics.items():
        line = f"{name:>16}: " + ", ".join(f"{metric} {float(found[metric]):.4f}" for metric in SHOWN)
        if name != "lag":
            line += f"; RMSE {against[name][0]:.2%} and wMAE {weighted[name][0]:.2%} below lag"
        if name not in ("lag", first):
            line += "; wMAE {:.2%} ({:.2%} to {:.2%}) below the first blend".format(*over[name])
        lines.append(line)
    return "\n".join(lines)


def main() -> int:
    """Forecast the year and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--year", type=int, choices=sorted(WINDOWS), default=2023)
    asked = parser.parse_args()
    if "RISKMODEL_DATA" not in os.environ:
        print("RISKMODEL_DATA is not set: no segments to forecast.")
        return 0
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / "nyc"
        shutil.copytree(ROOT / "examples" / "nyc", folder, ignore=shutil.ignore_patterns("data", "reports", "mlruns", "outbox"))
        project = load_project(folder, Path(os.environ["RISKMODEL_DATA"])).layer("segments")
        ingest(project, "2025-02-01")
        stated = experiment(project, asked.year)
        print(shown(backtest(stated, load_history(project), load_features(project).choose(stated.features))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
