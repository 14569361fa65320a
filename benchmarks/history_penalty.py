"""The penalty of a harmonic regression's own rates, on cut series: ``python benchmarks/history_penalty.py``.

Decision 0036 was made by these figures: the gain in log score over the decayed rate, in per cent with its interval, of the harmonic regression
alone and of a blend of the two, by penalty, before the test windows. The repetition has intervals by a bootstrap, and the regression alone is calibrated like every forecaster.

    RISKMODEL_DATA=... python benchmarks/history_penalty.py                          # 52 series, an hour of processor
    RISKMODEL_DATA=... python benchmarks/history_penalty.py nyc-drugs-28d-6m         # one of them
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).absolute().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

from anyone import Case, cases, history_of  # noqa: E402

from riskmodel.asof.library import load_features  # noqa: E402
from riskmodel.forecasts.backtesting import backtest  # noqa: E402
from riskmodel.forecasts.experiment import Experiment  # noqa: E402
from riskmodel.forecasts.forecasters import harmonic_count  # noqa: E402

PENALTIES = (1.0, 10.0, 100.0, 1000.0)
"""Nats per standard deviation of a rate."""

CUTS = {"nyc": {(7, 3), (7, 6), (28, 6), (28, 12)}, "chicago": {(7, 3), (7, 6), (1, 3)}}
"""Horizons, days, with lengths of history, months."""


def two_members(case: Case, cells: int) -> Experiment:
    """Return the experiment with the decayed rate, the regression and their blend."""
    stated = case.experiment(cells).model_dump(mode="json")
    members = [{"type": "DecayedRate"}, {"type": "HarmonicCount"}]
    blend = {"type": "Blend", "name": "blend", "calibrate": "level", "settings": {"members": members}}
    singles = [{"type": "DecayedRate", "name": "decayed"}, {"type": "HarmonicCount", "name": "harmonic"}]
    return Experiment.model_validate(stated | {"champion": "blend", "forecasters": [*singles, blend]})


def main() -> int:
    """Print the gains of each series at each penalty."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("names", nargs="*", help="series; default: all of the decision's, one window back")
    asked = parser.parse_args()
    if "RISKMODEL_DATA" not in os.environ:
        print("RISKMODEL_DATA is not set: no open data to forecast.")
        return 0
    for case in cases():
        if case.change or (case.horizon, case.months) not in CUTS.get(case.project, set()):
            continue
        if asked.names and case.name not in asked.names:
            continue
        project, history = history_of(case.project, Path(tempfile.gettempdir()) / "riskmodel-anyone")
        earlier = case.earlier()
        stated, known = two_members(earlier, len(history.places)), earlier.cut(history)
        features = load_features(project).choose(stated.features)
        for penalty in PENALTIES:
            harmonic_count.HISTORY_PENALTY = penalty
            lift = backtest(stated, known, features, threads=1).relative_lift(over="decayed")
            found = (f"{name} {lift[name][0]:.2%} ({lift[name][1]:.2%} to {lift[name][2]:.2%})" for name in ("harmonic", "blend"))
            print(f"{case.name}, penalty {penalty:g}: {', '.join(found)}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
