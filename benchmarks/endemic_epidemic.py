"""How fast the endemic-epidemic model is fitted, and whether it is R's: ``python benchmarks/endemic_epidemic.py``.

The data are measles in Weser-Ems in ``$RISKMODEL_DATA/surveillance``. R's ``hhh4`` takes 0.023 to 0.046 s for a fit of the same model.
"""

from __future__ import annotations

import csv
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

from riskmodel.forecasts.forecasters.endemic_epidemic import maximise

sys.path.insert(0, str(Path(__file__).parent.parent / "examples" / "measles"))
from measles import JUDGING, Measles, Model, rolling, scores

R_SECONDS = 0.04
REPEATS = 30


def seconds(run: Callable[[], object]) -> float:
    """The median time of a call."""
    run()
    times = []
    for _ in range(REPEATS):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return statistics.median(times)


def main() -> int:
    """Measure and print; 1 if R's figures are not met or a fit takes longer than R's."""
    if not os.environ.get("RISKMODEL_DATA"):
        print("RISKMODEL_DATA is not set: no open data to measure on")
        return 0
    folder = Path(os.environ["RISKMODEL_DATA"])
    data = Measles.load(folder)
    with (folder / "surveillance" / "hhh4_measles_scores.csv").open(encoding="utf-8") as file:
        reference: dict[str, float] = dict(
            zip(("log score", "RPS", "DSS", "SES"), map(float, list(csv.reader(file))[1]), strict=True)
        )
    with (folder / "surveillance" / "hhh4_measles_onestep_pred.csv").open(encoding="utf-8") as file:
        predicted = np.array([row[:-1] for row in list(csv.reader(file))[1:]], dtype=float)

    y, parts = Model().rows(data, 1, len(data.cases))
    cold = maximise(y, parts)
    before = maximise(*Model().rows(data, 1, 77))
    start = [*before.coefficients, before.theta]
    took = {
        "from its own start": seconds(lambda: maximise(y, parts)),
        "from an earlier fit": seconds(lambda: maximise(y, parts, start)),
    }
    print(f"{len(y)} terms, {len(cold.coefficients) + 1} parameters, log-likelihood {cold.log_likelihood:.6f}")
    for name, value in took.items():
        print(f"a fit {name}: {1000 * value:.1f} ms ({R_SECONDS / value:.1f} times as fast as R's {1000 * R_SECONDS:.0f} ms)")
    forecast = rolling(Model(), data, JUDGING)
    found = scores(*forecast)
    for name, value in found.items():
        print(f"{name}: {value:.4f}, R {reference[name]:.4f}")
    apart = float(np.abs(forecast[1] / predicted - 1).max())
    print(f"one-step-ahead predictions differ by at most {apart:.1e} (relative)")
    met = apart < 0.01 and all(abs(found[name] - value) < 5e-4 for name, value in reference.items())
    return 0 if met and max(took.values()) <= R_SECONDS else 1


if __name__ == "__main__":
    sys.exit(main())
