"""Detectors on real counts: ``RISKMODEL_DATA=<folder> python benchmarks/injected_outbreaks.py [COUNTY]``.

Two tables. The first judges the labelled weekly series of ``surveillance/``: thresholds are set at 5 % of the weeks without an outbreak of all other
series. The second injects one outbreak per series into the last 52 weeks of police counts of New York's precincts, and of the villages of a
simulated county if its folder is given (``riskmodel simulate``): its size is Poisson with mean k standard deviations of the two years before, k from
1 to 10, spread by a lognormal(0, 0.5). Thresholds are set on half of the places and judged on the others. The forecasts are those of a
backtest of our own forecasters on the same counts, outbreaks included, each made before its week.
"""

from __future__ import annotations

import csv
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).absolute().parent.parent))

from equal_rates import LEVELS, RATES, Truth, alarms_at, scores, summary
from simulated_vs_real import Exported

import riskmodel as rm
from riskmodel.asof.vocabulary import Count, Harmonic
from riskmodel.base.project import Kind
from riskmodel.detection import Detection
from riskmodel.records.history import Coverage

WEEKS, JUDGED = 468, 52
"""Most weeks that are read, and last ones that are judged."""

MONDAY = 18_624
"""Day on which the week after the last one begins; which one does not matter."""

FAMILIES = ("nypd_dispute_harassment", "nypd_theft", "nypd_violent", "nypd_damage")
METHODS = ("ears_c2", "bayes3", "glrnb_int", "farrington_flexible_nbplugin", "recent_excess_2w", "recent_excess_1to2w")
SHOWN = ("FPR %", "POD", "sensitivity", "PPV", "days", RATES[-1])


def labelled(folder: Path) -> None:
    """Print rates on the labelled series; each has its first 208 weeks twice in front."""
    files = sorted(file for file in folder.glob("*.csv") if file.read_text(encoding="utf-8").startswith("week,observed,state"))
    counts, states = [], []
    for file in files:
        with open(file, newline="", encoding="utf-8") as rows:
            table = [(int(row["observed"]), int(row["state"])) for row in csv.DictReader(rows)]
        counts.append([y for y, _ in table[:208]] * 2 + [y for y, _ in table])
        states.append([state > 0 for _, state in table])
    if len({len(row) for row in counts}) != 1:
        shortest = min(len(row) for row in counts)
        counts, states = [row[:shortest] for row in counts], [row[: shortest - 416] for row in states]
    cases = np.array(states)
    print(f"\n| {len(counts)} labelled series at 5 % | FPR % | sensitivity | PPV |\n|---|---|---|---|")
    for method in METHODS:
        score, alarm = scores(rm.detect(np.array(counts), method, first=416)), np.zeros(cases.shape, dtype=bool)
        for own in range(len(counts)):
            others = np.arange(len(counts)) != own
            free = np.sort(score[others][~cases[others]])[::-1]
            alarm[own] = score[own] > free[int(0.05 * len(free))]
        print(f"| {method} | {100 * alarm[~cases].mean():.2f} | {alarm[cases].mean():.3f} | {cases[alarm].mean():.3f} |")


def inject(counts: np.ndarray, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return counts with one outbreak per series, and where its cases are."""
    rng = np.random.default_rng(seed)
    cases = np.zeros_like(counts)
    for s in range(len(counts)):
        spread = max(counts[s, -JUDGED - 104 : -JUDGED].std(), 0.5)
        delays = np.floor(rng.lognormal(0, 0.5, rng.poisson((s % 10 + 1) * spread))).astype(np.int64)
        weeks = counts.shape[1] - JUDGED + int(rng.integers(JUDGED)) + delays
        np.add.at(cases[s], weeks[weeks < counts.shape[1]], 1)
    return counts + cases, cases[:, -JUDGED:] > 0


def forecasts(counts: np.ndarray, forecaster: str) -> rm.ForecastExcess:
    """Return the forecasts of a backtest on these counts as a detector of single weeks."""
    places = rm.Places.from_frame(
        pd.DataFrame({"cell": [f"{s:05d}" for s in range(len(counts))], "all": "all"}), groupings=["all"]
    )
    s, week = np.nonzero(counts)
    day = MONDAY - 7 * (counts.shape[1] - week) + 6
    records = pd.DataFrame({"cell": [f"{i:05d}" for i in s], "kind": "event", "occurred": day, "amount": counts[s, week]})
    records["occurred"] = records["occurred"].to_numpy().astype("datetime64[D]").astype(str)
    kinds = {"event": Kind(family="police", zh="事件", en="event")}
    begin = MONDAY - 7 * counts.shape[1]
    feed = Coverage("calls", ("event",), since=begin, through=MONDAY - 1, known=MONDAY - 1, stale_after=30)
    history = rm.History.from_frame(records, places, kinds, (feed,))
    half_lives = [14, 60, 365]
    tables = {
        "harmonic": {"type": "HarmonicCount", "name": "harmonic", "settings": {"half_lives": half_lives, "over": "all"}},
        "decayed": {"type": "DecayedRate", "name": "decayed", "settings": {"half_lives": half_lives, "over": "all"}},
    }
    dates = {
        "first": str(np.datetime64(begin + 7 * 104, "D")),
        "step": 7,
        "test_from": str(np.datetime64(MONDAY - 7 * JUDGED, "D")),
        "test_to": str(np.datetime64(MONDAY, "D")),
        "refit_every": 91,
    }
    features = (Count("event", 7), Count("event", 28), Harmonic("sin", 1, 7), Harmonic("cos", 1, 7))
    stated: dict[str, Any] = {
        "name": "injected", "title": {"zh": "注入", "en": "Injected"}, "champion": forecaster,
        "features": tuple(f.name for f in features), "target": {"kinds": ["event"], "horizon": 7}, "dates": dates,
        "forecasters": [tables[forecaster]], "evaluation": {"baseline": forecaster},
    }  # fmt: skip
    experiment = rm.Experiment.model_validate(stated)
    series = rm.forecast_series(rm.backtest(experiment, history, features))
    mean, dispersion = np.full((2, *counts.shape), np.nan)
    mean[:, -series.mean.shape[1] :], dispersion[:, -series.mean.shape[1] :] = series.mean, series.dispersion
    return rm.ForecastExcess(mean, dispersion)


def detections(counts: np.ndarray) -> dict[str, Detection]:
    """Run detectors on raw counts and on forecasts."""
    from dataclasses import replace

    first = counts.shape[1] - JUDGED
    found = {method: rm.detect(counts, method, first=first) for method in METHODS}
    for forecaster in ("harmonic", "decayed"):
        single = forecasts(counts, forecaster)
        for name, settings in {
            "last week": {},
            "one and two weeks combined": {"spans": 2, "combined": True},
            "e-detector over two weeks": {"spans": 2, "between_alarms": 100.0},
        }.items():
            found[f"forecast ({forecaster}), {name}"] = rm.detect(counts, replace(single, **settings), first=first)
    return found


def table(title: str, panels: list[np.ndarray]) -> None:
    """Print equal rates over several panels ``[place, week]`` of counts."""
    found: dict[str, list[Detection]] = {}
    cases, places = [], []
    for seed, counts in enumerate(panels):
        injected, where = inject(counts, seed)
        cases.append(where)
        places.append(np.arange(len(counts)))
        for name, detection in detections(injected).items():
            found.setdefault(name, []).append(detection)
    truth = Truth(np.concatenate(cases), np.concatenate(places))
    for level in LEVELS:
        print(
            f"\n| {title}, {len(truth.cases):,} series, at {100 * level:g} % | {' | '.join(SHOWN)} |\n|---|{'---|' * len(SHOWN)}"
        )
        hits = {}
        for name, parts in found.items():
            alarm = alarms_at(np.concatenate([scores(part) for part in parts]), truth, level)
            print(f"| {name} | {summary(alarm, truth).cells(SHOWN)} |", flush=True)
            hits[name] = np.any(alarm & truth.cases, axis=1)
        for name in list(hits)[len(METHODS) :]:
            print(f"POD of {name} less that of the best on raw counts: {advantage(hits, name, truth)}")


def advantage(hits: dict[str, np.ndarray], name: str, truth: Truth) -> str:
    """Return how much more often a method finds the outbreaks than the best on raw counts, with two standard errors over places."""
    some = truth.cases.any(axis=1)
    best = max(METHODS, key=lambda method: hits[method][some].mean())
    more = hits[name].astype(float) - hits[best]
    by_place = np.array([more[some & (truth.replicate == place)].mean() for place in np.unique(truth.replicate[some])])
    return f"{by_place.mean():+.3f} ± {2 * by_place.std(ddof=1) / np.sqrt(len(by_place)):.3f} ({best})"


def new_york(folder: Path) -> list[np.ndarray]:
    """Weekly counts of each family by precinct, the last weeks."""
    frame = pd.read_parquet(folder / "nyc_precinct_week_family.parquet")
    week = (frame["week"].to_numpy().astype("datetime64[D]").astype(np.int64) - 4) // 7
    last = week.max() - 260  # before the years of the pandemic
    panels = []
    for family in FAMILIES:
        keep = ((frame["family"] == family).to_numpy()) & (week <= last) & (week > last - WEEKS)
        precincts, place = np.unique(frame["precinct"][keep].astype(str), return_inverse=True)
        panel = np.zeros((len(precincts), WEEKS), dtype=np.int64)
        np.add.at(panel, (place, week[keep] - last - 1 + WEEKS), frame["count"].to_numpy()[keep])
        panels.append(panel)
    return panels


def simulated(folder: Path) -> list[np.ndarray]:
    """Weekly counts of police records of each kind by village, the kinds with an event per village and two weeks."""
    cells = pd.read_csv(folder / "cells.csv")
    village, _ = pd.factorize(cells["乡镇街道"] + cells["村社区"])
    county, panels = Exported(folder), []
    weeks = min(county.days // 7, WEEKS)
    for _, rows in county.records["police"].groupby("kind"):
        back = (county.days - 1 - rows["day"].to_numpy()) // 7
        panel = np.zeros((int(village.max()) + 1, weeks), dtype=np.int64)
        np.add.at(panel, (village[rows["cell"].to_numpy()][back < weeks], weeks - 1 - back[back < weeks]), 1)
        if panel.mean() >= 0.5:
            panels.append(panel)
    return panels


def main() -> None:
    folder = os.environ.get("RISKMODEL_DATA")
    if not folder:
        print("RISKMODEL_DATA is not set: no labelled or real series.")
        return
    labelled(Path(folder) / "surveillance")
    table("New York", new_york(Path(folder)))
    if len(sys.argv) > 1:
        table("simulated county", simulated(Path(sys.argv[1])))


if __name__ == "__main__":
    main()
