"""R's own Farrington flexible on the series of ``outbreaks.py``, beside ours.

Run it in three steps (R with the package ``surveillance`` is needed for the second only)::

    python benchmarks/outbreaks_in_r.py export FOLDER --replicates 24
    Rscript benchmarks/farrington_flexible.R FOLDER nbPlugin 2
    python benchmarks/outbreaks_in_r.py compare FOLDER nbPlugin

The series are the first replicates of the main table, past outbreaks included. R and ours judge them at a nominal 1 %; the same rates are computed for
both, at the nominal level and at equal shares of false alarms (``equal_rates.py``). An even number of replicates is compared: the first ones,
as far as R has judged them. The threshold may be ``nbPlugin`` or ``delta``; R's last argument is the number of processes.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).absolute().parent.parent))

from equal_rates import LEVELS, alarms_at, scores, summary
from outbreaks import FIRST, PARAMETERS, WEEKS, simulate

import riskmodel as rm
from riskmodel.detection import Detection
from riskmodel.detection.farrington import FarringtonFlexible

SCENARIOS = 6 * len(PARAMETERS)
OURS = {
    "nbPlugin": FarringtonFlexible(threshold="nbplugin", fewest=(0, 4), alpha=LEVELS[0]),
    "delta": FarringtonFlexible(threshold="delta", alpha=LEVELS[0]),
}
"""Our settings by R's name of the threshold."""

SHOWN = ("FPR %", "POD", "sensitivity")
RELATIVE, ABSOLUTE = 1e-4, 1e-6
"""Differences of bounds up to the larger of these are rounding."""


def series_names(series: int) -> list[str]:
    """Column names of the exported series, by replicate and scenario."""
    return [f"r{s // SCENARIOS:03d}_s{s % SCENARIOS:02d}" for s in range(series)]


def export(folder: Path, replicates: int) -> None:
    """Write the series of the first replicates, one column each."""
    folder.mkdir(parents=True, exist_ok=True)
    counts = simulate(replicates, None).counts
    pd.DataFrame(counts.T, columns=series_names(len(counts))).to_csv(folder / "series.csv", index=False)


def results_of_r(folder: Path, threshold: str) -> tuple[pd.DataFrame, int]:
    """Return R's rows of the first replicates, and the even number of these."""
    names = pd.read_csv(folder / "series.csv", nrows=0).columns
    files = [folder / threshold / f"r{number:03d}.csv" for number in range(len(names) // SCENARIOS)]
    judged = next((number for number, file in enumerate(files) if not file.exists()), len(files)) // 2 * 2
    if judged < 2:
        sys.exit(f"R has not judged the first two replicates: run Rscript benchmarks/farrington_flexible.R {folder} {threshold}")
    return pd.concat([pd.read_csv(file) for file in files[:judged]], ignore_index=True), judged


def as_detection(rows: pd.DataFrame, ours: Detection) -> Detection:
    """Return R's rows in the form of our findings on the same series."""
    shape = ours.alarm.shape
    if rows["series"].tolist() != np.repeat(series_names(shape[0]), shape[1]).tolist():
        sys.exit("R's rows are not those of the exported series: export them again and delete the results.")
    observed, alarm, upper, expected, p_value = (
        rows[name].to_numpy(dtype=np.float64).reshape(shape) for name in ("observed", "alarm", "upper", "expected", "p_value")
    )
    if not np.array_equal(observed, ours.observed):
        sys.exit("R judged other counts than outbreaks.py simulates: export them again and delete the results.")
    p_value = np.where(np.isnan(upper), np.nan, p_value)  # R states one even without a bound
    return replace(ours, alarm=alarm == 1, upper=upper, expected=expected, p_value=p_value)


def differing(one: np.ndarray, other: np.ndarray) -> str:
    """Return how many values differ by more than rounding, and the largest relative difference."""
    gap = np.isnan(one) != np.isnan(other)
    distance = np.abs(one - other)
    apart = distance > np.maximum(RELATIVE * np.abs(other), ABSOLUTE)
    largest = np.nanmax(distance / np.maximum(np.abs(other), ABSOLUTE))
    return f"{np.sum(gap | apart):,} of {one.size:,} differ, largest relative difference {largest:.1e}"


def compare(folder: Path, threshold: str) -> None:
    """Print differences of alarms and bounds, and the rates of both."""
    rows, replicates = results_of_r(folder, threshold)
    world = simulate(replicates, None)
    truth = world.truth
    ours = rm.detect(world.counts, OURS[threshold], first=FIRST)
    in_r = as_detection(rows, ours)
    seconds = rows.groupby(rows["series"].str[:4])["seconds"].first().sum()
    versions = (folder / threshold / "versions.txt").read_text(encoding="utf-8").split("\n")
    print(
        f"{', '.join(versions[:2])}; {threshold}; {replicates} replicates, {len(world.counts):,} series x {WEEKS - FIRST} weeks"
    )
    print(f"R: {seconds:.0f} s of processor time, {len(rows) / seconds:.0f} evaluations/s")
    print(
        f"alarms at a nominal 1 %: R {in_r.alarm.sum():,}, ours {ours.alarm.sum():,}, {np.sum(in_r.alarm != ours.alarm):,} differ"
    )
    for name in ("upper", "expected", "p_value"):
        print(f"{name}: {differing(getattr(in_r, name), getattr(ours, name))}")
    equal = {
        level: {name: alarms_at(scores(found), truth, level) for name, found in (("R", in_r), ("ours", ours))} for level in LEVELS
    }
    for level, alarm in equal.items():
        print(f"alarms at equal shares of {100 * level:g} %: {np.sum(alarm['R'] != alarm['ours']):,} differ")
    print(f"\n| {threshold} | thresholds | {' | '.join(SHOWN)} |\n|---|---|{'---|' * len(SHOWN)}")
    tables = {
        "nominal 1 %": {"R": in_r.alarm, "ours": ours.alarm},
        **{f"equal {100 * level:g} %": equal[level] for level in LEVELS},
    }
    for thresholds, alarm_of in tables.items():
        for name, alarm in alarm_of.items():
            print(f"| {name} | {thresholds} | {summary(alarm, truth).cells(SHOWN)} |")


def main() -> None:
    parser = argparse.ArgumentParser(description="R's Farrington flexible on the 42 scenarios, beside ours.")
    steps = parser.add_subparsers(dest="step", required=True)
    first = steps.add_parser("export", help="write the series for R")
    first.add_argument("folder", type=Path)
    first.add_argument("--replicates", type=int, default=24)
    last = steps.add_parser("compare", help="compare R's results with ours")
    last.add_argument("folder", type=Path)
    last.add_argument("threshold", choices=list(OURS))
    options = parser.parse_args()
    if options.step == "export":
        export(options.folder, max(options.replicates, 2))
    else:
        compare(options.folder, options.threshold)


if __name__ == "__main__":
    main()
