"""How soon default forecasters follow a place whose level jumps: ``python benchmarks/jumps.py``.

Sixty places have steady Poisson counts for 900 days; ten weeks before the end the level of four of them changes for good, to five times or a fifth. The table goes
through ``rm.quick`` and a backtest, unchanged. The default champion is compared with the decayed rate and with the same champion that has the decayed rate in the
adaptive rate's place, as before decision 0044. Shown are the forecasts of the changed places over their new level, by weeks since the change, and the log score of these
and of all other places.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).absolute().parent.parent
sys.path.insert(0, str(ROOT))

import riskmodel as rm  # noqa: E402
from riskmodel.forecasts.backtesting import BacktestResult, backtest  # noqa: E402
from riskmodel.forecasts.experiment import Experiment  # noqa: E402

PLACES, CHANGED, DAYS, WEEKS = 60, 4, 900, 10
"""Places, those that change, days in all, and weeks since the change."""

CHANGES = ((0.5, 5.0), (2.0, 5.0), (10.0, 5.0), (10.0, 0.2))
"""Events a week of the changed places before, and the factor by which they change."""

BEFORE = "before"


def table(rate: float, factor: float) -> tuple[Any, int]:
    """Return the records of a city, and the day of the change."""
    import pandas as pd

    rng = np.random.default_rng(1)
    mean = np.full((DAYS, PLACES), rate / 7) * rng.gamma(3, 1 / 3, PLACES)
    mean[:, :CHANGED] = rate / 7
    mean[-7 * WEEKS :, :CHANGED] *= factor
    counts = rng.poisson(mean)
    day, place = np.nonzero(counts)
    many = counts[day, place]
    dates = pd.date_range("2022-01-03", periods=DAYS)
    frame = pd.DataFrame({"date": np.repeat(dates[day], many), "place": [f"P{one:02d}" for one in np.repeat(place, many)]})
    return frame, rm.to_day(dates[-7 * WEEKS])


def forecast(frame: Any) -> tuple[BacktestResult, str]:
    """Backtest the default forecasters and the champion of before; return the champion's name too."""
    look = rm.quick(frame, date="date", cell="place")
    stated = look.experiment.model_dump(mode="json", exclude_none=True)
    champion = next(entry for entry in stated["forecasters"] if entry.get("name") == stated["champion"])
    members = [{"type": "DecayedRate"} if one["type"] == "AdaptiveRate" else one for one in champion["settings"]["members"]]
    stated["forecasters"].append(champion | {"name": BEFORE, "settings": champion["settings"] | {"members": members}})
    return backtest(Experiment.model_validate(stated), look.history, look.features, threads=1), stated["champion"]


def main() -> int:
    """Print the rows of each change."""
    print(
        "| events a week, before and after | forecaster | forecast over new level, 0 to 9 weeks after | log score: changed places | all others |"
    )
    print("|---|---|---|---|---|")
    for rate, factor in CHANGES:
        frame, change = table(rate, factor)
        result, champion = forecast(frame)
        at = np.asarray(result.cell) < CHANGED
        late = result.as_of >= change
        for name in ("decayed", BEFORE, champion):
            mean, scores = np.asarray(result.forecasts[name].mean), result.row_scores(name)["log_score"]
            shares = [mean[at & (result.as_of == day)].mean() / (rate * factor) for day in np.unique(result.as_of[late])]
            row = " ".join(f"{share:.2f}" for share in shares)
            print(
                f"| {rate:g}, {rate * factor:g} | {name} | {row} | {scores[at & late].mean():.3f} | {scores[~at].mean():.4f} |",
                flush=True,
            )
    return 0


if __name__ == "__main__":
    sys.exit(main())
