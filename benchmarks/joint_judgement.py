"""The joint judgement on planted events: ``python benchmarks/joint_judgement.py [--cells N] [--events N] [--large]``.

A county is simulated, and events are planted in cells of its last two years: further police calls, online complaints and residents' reports over
two weeks. Sizes of the three families have the same gamma distribution and a dependence of 0, .4 or .8 (normal copula). Each family by
itself and the joint evidence get the threshold at which one cell in 200 alarms on nights without events; the days from the start of an
event to the first alarm are compared on the same events. Then findings of whole nights are counted: one is false if it neither holds nor
touches a cell with an event. Last, the time of a night is measured.

Intervals are those of 2,000 bootstrap draws over events (95 %); those of shares of findings over nights.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).absolute().parent.parent))

import riskmodel as rm
from riskmodel.base.days import NEVER, to_day
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.detection.joint.clusters import with_neighbours
from riskmodel.detection.joint.levels import levels_of
from riskmodel.detection.joint.place_judgement import judged_level
from riskmodel.detection.joint.topics import FAMILIES, Topic, is_event, topics_of
from riskmodel.detection.joint.weekly_counts import family_records
from riskmodel.records.history import History, from_columns

FIRST = to_day("2025-01-06")
ROUND, WATCHED, LASTS = 35, 15, 14
"""Days from one round of events to the next, days that are watched from their start, and days of an event."""

MEAN_SIZE, SHAPE = 4.0, 1.0
"""Mean and shape of the number of further records of a family in an event."""

RATE = 0.005
"""Share of cells that alarm on a night without events."""

CAUGHT = {"police": "theft", "online": "noise_complaint", "sentiment": "help_request"}
"""The kind of a family that an event adds."""


METHODS = (*FAMILIES, "joint", "smallest", "harmonic", "Cauchy", "product")
"""What is compared: families, the joint evidence, and other statistics of them."""


class Planted(NamedTuple):
    """Cells and first days of events, and the history with them."""

    cell: np.ndarray
    start: np.ndarray
    history: History


def county(cells: int, folder: Path) -> tuple[Project, History]:
    """Simulate a county of three years and read its history."""
    rm.init_county(folder)
    rm.simulate(folder / "data" / "tables", rm.CountySettings(cells=cells, first="2023-01-01", years=3, seed=77))
    project = rm.load_project(folder)
    rm.ingest(project, "2026-01-01")
    return project, rm.load_history(project)


def planted(history: History, dependence: float, events: int, rounds: int, scale: float, seed: int) -> Planted:
    """Add events to the last year of a history, at most one in a village and round."""
    from scipy.special import ndtr
    from scipy.stats import gamma

    rng = np.random.default_rng(seed)
    level = levels_of(history.places, FIRST)[1]
    columns: dict[str, list[np.ndarray]] = {name: [] for name in ("kind", "cell", "occurred", "known")}
    where, when = [], []
    for number in range(rounds):
        start = FIRST + number * ROUND
        cells = np.array([rng.choice(level.cells(group)) for group in rng.choice(len(level), events, replace=False)])
        shared = np.sqrt(dependence) * rng.standard_normal(events)
        for kind in CAUGHT.values():
            normal = shared + np.sqrt(1 - dependence) * rng.standard_normal(events)
            size = rng.poisson(scale * MEAN_SIZE / SHAPE * gamma.ppf(ndtr(normal), SHAPE))
            total = int(size.sum())
            day = start + rng.integers(0, LASTS, total)
            columns["kind"].append(np.full(total, history.kind_number[kind]))
            columns["cell"].append(np.repeat(cells, size))
            columns["occurred"].append(day)
            columns["known"].append(day + rng.integers(0, 3, total))
        where.append(cells)
        when.append(np.full(events, start))
    added = {name: np.concatenate(values) for name, values in columns.items()}
    count = len(added["cell"])
    more = from_columns(
        history.places,
        history.kinds,
        kind=added["kind"],
        cell=added["cell"],
        occurred=added["occurred"],
        known=added["known"],
        until=np.full(count, NEVER),
        ended=np.full(count, NEVER),
        amount=np.ones(count, np.int32),
    )
    return Planted(np.concatenate(where), np.concatenate(when), history.append(more))


class Evidence(NamedTuple):
    """Evidence ``[method, cell]`` of a night: that of each family, and of all."""

    p: np.ndarray
    number: np.ndarray


def evidence(history: History, topic: Topic, day: int) -> Evidence:
    """Judge the cells of one night."""
    level = levels_of(history.places, day)[0]
    records = {family: family_records(history, kinds, day) for family, kinds in topic.kinds.items()}
    judged = judged_level(topic, level, records)
    return Evidence(np.concatenate([judged.family_p, judged.joint[None], *others(judged.family_p)]), level.of_cell)


def others(p: np.ndarray) -> list[np.ndarray]:
    """Other statistics of several families, for comparison."""
    p = np.clip(p, 1e-12, 1 - 1e-12)
    cauchy = 0.5 - np.arctan(np.tan((0.5 - p) * np.pi).mean(axis=0)) / np.pi
    return [each[None] for each in (p.min(axis=0), 1 / (1 / p).mean(axis=0), cauchy, np.exp(np.log(p).mean(axis=0)))]


def interval(values: np.ndarray) -> str:
    """Mean and 95 % bootstrap interval."""
    draws = np.random.default_rng(0).integers(0, len(values), (2000, len(values)))
    low, high = np.percentile(values[draws].mean(axis=1), [2.5, 97.5])
    return f"{values.mean():.2f} ({low:.2f} to {high:.2f})"


def detection(history: History, topic: Topic, events: int, rounds: int) -> None:
    """Compare days to the first alarm at equal rates of false alarms."""
    quiet = np.concatenate([evidence(history, topic, day).p for day in range(FIRST - 200, FIRST - 20, 9)], axis=1)
    threshold = np.quantile(quiet, RATE, axis=1, method="lower")
    print(
        f"{rounds} rounds of {events} events; {quiet.shape[1]:,} quiet nights of cells; thresholds {threshold.round(5).tolist()}"
    )
    for dependence in (0.0, 0.4, 0.8):
        made = planted(history, dependence, events, rounds, 1.0, seed=int(10 * dependence) + 101)
        days = np.full((len(METHODS), len(made.cell)), float(WATCHED))
        false, cells = np.zeros(len(METHODS)), 0
        for start in np.unique(made.start):
            mine = np.flatnonzero(made.start == start)
            for after in range(1, WATCHED, 2):
                found = evidence(made.history, topic, int(start) + after)
                alarm = found.p <= threshold[:, None]
                place = found.number[made.cell[mine]]
                hit = alarm[:, place] & (place >= 0)
                days[:, mine] = np.where(hit, np.minimum(days[:, mine], after), days[:, mine])
                other = np.ones(alarm.shape[1], dtype=bool)
                other[place[place >= 0]] = False
                false += alarm[:, other].sum(axis=1)
                cells += int(other.sum())
        print(f"\ndependence {dependence}: false alarms per 1,000 cells and night {(1000 * false / cells).round(2).tolist()}")
        for name, row in zip(METHODS, days, strict=True):
            print(f"  {name:10} days to detection {interval(row)}; detected {interval((row < WATCHED).astype(float))}")
        best = int(days[: len(FAMILIES)].mean(axis=1).argmin())
        print(f"  joint earlier than {FAMILIES[best]} by {interval(days[best] - days[len(FAMILIES)])} days")


def findings(project: Project, history: History, events: int, rounds: int) -> None:
    """Count false findings of whole nights."""
    for scale in (0.0, 1.0, 4.0):
        made = planted(history, 0.4, events, rounds, scale, seed=109)
        shares, wrong, every = [], 0, 0
        for start in np.unique(made.start):
            for after in (5, 9, 13):
                day = int(start) + after
                report = rm.surge(made.history, day, groups=project.table.kind_groups)
                ours = np.zeros(len(history.places), dtype=bool)
                ours[made.cell[made.start == start]] = scale > 0
                near = with_neighbours(ours, history.places)
                index = history.places.index
                false = sum(not any(near[index[cell]] for cell in one.cells) for one in report.surges)
                wrong, every = wrong + false, every + len(report.surges)
                shares.append(false / max(len(report.surges), 1))
        print(
            f"  size x {scale:g}: {every} findings in {len(shares)} nights, {wrong} false; mean share of a night {interval(np.array(shares))}"
        )


def speed(project: Project, history: History) -> None:
    """Measure one night after loading."""
    day = to_day("2025-12-01")
    _ = history.relocated
    levels = levels_of(history.places, day)[:3]
    names = [name for name, kind in history.kinds.items() if kind.family in FAMILIES and is_event(kind)][:10]
    topics = [Topic(name, Text(zh=name, en=name), {history.kinds[name].family: (name,)}) for name in names]
    start = time.perf_counter(), time.process_time()
    for topic in topics:
        records = {family: family_records(history, kinds, day) for family, kinds in topic.kinds.items()}
        for level in levels:
            judged_level(topic, level, records)
    print(
        f"  {len(history.places):,} cells x {len(topics)} kinds x {len(levels)} levels: {time.perf_counter() - start[0]:.2f} s, {time.process_time() - start[1]:.2f} s of them computing"
    )
    start = time.perf_counter(), time.process_time()
    rm.surge(history, day, groups=project.table.kind_groups)
    count = len(topics_of(history.kinds, project.table.kind_groups))
    print(
        f"  rm.surge with {count} topics of three families, all levels, leads and clusters: "
        f"{time.perf_counter() - start[0]:.2f} s, {time.process_time() - start[1]:.2f} s of them computing"
    )


def large(cells: int = 120_000, records: int = 8_000_000) -> None:
    """Measure time and memory of one night of a large map of random records."""
    import resource

    import pandas as pd

    number = np.arange(cells)
    frame = pd.DataFrame({"cell": [f"C{i:06d}" for i in number], "village": number // 4, "town": number // 1000})
    places = rm.Places.from_frame(frame.astype(str), groupings=["village", "town"])
    names = {"fire": "police", "theft": "police", "smoke": "online", "hazard": "sentiment"}
    kinds = {name: rm.Kind(family=family, zh=name, en=name) for name, family in names.items()}
    rng = np.random.default_rng(0)
    day = FIRST - 1 - rng.integers(0, 3 * 365, records)
    never = np.full(records, NEVER)
    history = from_columns(
        places,
        kinds,
        kind=rng.integers(0, len(kinds), records).astype(np.int16),
        cell=rng.integers(0, cells, records).astype(np.int32),
        occurred=day,
        known=day,
        until=never,
        ended=never,
        amount=np.ones(records, np.int32),
    )
    start = time.perf_counter(), time.process_time()
    rm.surge(history, FIRST)
    print(
        f"  {cells:,} cells, {records:,} records: {time.perf_counter() - start[0]:.1f} s, {time.process_time() - start[1]:.1f} s of them "
        f"computing; {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.1f} GB"
    )


def main() -> None:
    """Run all three parts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cells", type=int, default=1231)
    parser.add_argument("--events", type=int, default=60, help="events of a round")
    parser.add_argument("--rounds", type=int, default=6)
    parser.add_argument("--large", action="store_true", help="only time and memory of 120,000 cells")
    given = parser.parse_args()
    if given.large:
        large()
        return
    with tempfile.TemporaryDirectory() as folder:
        project, history = county(given.cells, Path(folder))
        topic = topics_of(history.kinds, project.table.kind_groups)[0]
        print("speed")
        speed(project, history)
        print("\nfindings of whole nights, nominal false discovery rate 10 %")
        findings(project, history, max(4, given.events // 6), given.rounds)
        print("\ndetection at equal rates of false alarms")
        detection(history, topic, given.events, given.rounds)


if __name__ == "__main__":
    main()
