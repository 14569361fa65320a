"""Ninety nights of the simulated county with answers fed back: ``python benchmarks/ninety_nights.py [--project DIR] [--seed N] [--nights N] [--operated N]``.

For every target of ``warnings.split``, the same past nights are scored from what was known then, and the lists of the adopted policy are decided
with every listed place visited on its deadline. It prints whether stated and realised hit rates agree for each grade, what the lists catch
compared with ranking by last month's counts at the same size, how much they flap, and what ranking by the true expectation would catch.

``--operated N`` also runs N real nights of a county of 120 cells: ledger, approval, answers as a table, and lists again. What each list says of
the lists before (expected, found, answered, overdue) is counted again from the records and compared.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).absolute().parent.parent))

import riskmodel as rm
from benchmarks.common.county import ROOT, county
from benchmarks.common.operated_nights import operate
from riskmodel.asof.target import mature
from riskmodel.records.truth import read_truth, truth_names
from riskmodel.warning.policy_simulation import PolicySimulation, WalkedNights
from riskmodel.warning.policy_simulation.hit_intervals import quotient_interval
from riskmodel.warning.policy_simulation.listed_lines import ListedLines
from riskmodel.warning.policy_simulation.simulated_figures import events_by_night
from riskmodel.warning.policy_simulation.simulation_tables import agreement, counts, shares

GOAL = 1.25
"""How many times what last month's counts catch the lists are to catch."""
FLAPPING = 0.1
"""Share of lines without events that may flap."""


class Walk(NamedTuple):
    """The walked nights of a target, and its lists with and without answers."""

    walked: WalkedNights
    answered: PolicySimulation
    silent: PolicySimulation


def walks(project: Any, nights: int) -> dict[str, Walk]:
    """Walk the same nights for every target, the last of which is final for all."""
    history, library = rm.load_history(project), rm.load_features(project)
    experiments = {name: rm.load_experiment(project, name) for name in project.table.warnings.split}
    known = rm.day_range("2000-01-01", int(history.known.max()) + 2)
    last = min(int(known[mature(history, one.goal(), known)][-1]) for one in experiments.values())
    found = {}
    for name, experiment in experiments.items():
        start = time.time()
        walked = rm.walk_nights(
            experiment,
            history,
            library.choose(experiment.features),
            nights=nights,
            last=last,
            keep=project.folder / "data" / "policies" / name,
        )
        options: Any = {
            "grouping": project.table.warnings.grouping,
            "share": project.table.warnings.split[name],
            "capacities": (),
            "explorations": (),
        }
        found[name] = Walk(walked, rm.simulate_policies(walked, **options), rm.simulate_policies(walked, answered=0.0, **options))
        print(f"{walked!r}, {time.time() - start:.0f} s", flush=True)
    return found


def print_grades(name: str, walk: Walk) -> None:
    """Print stated and realised rates of each grade."""
    print(f"\n{name}: stated and realised rates, with answers\n")
    print("| grade | warnings | stated | realised (95 %) | agrees |\n|---|---|---|---|---|")
    for row in walk.answered.grades:
        print(f"| {row.grade} | {row.final:,} | {100 * row.stated:.1f} % | {shares(row.realised)} | {agreement(row)} |")


def print_agreement(found: dict[str, Walk]) -> None:
    """Print how many stated rates lie in the interval of the realised one; chance alone leaves one in twenty outside."""
    judged = [row.agrees for walk in found.values() for row in walk.answered.grades if row.agrees is not None]
    print(f"\nOf {len(judged)} stated rates {sum(judged)} lie in the interval of the realised one.")


def hits(lines: ListedLines) -> Any:
    """Warnings with an event, by night."""
    return lines.by_night(lines.ranked & (np.nan_to_num(lines.columns["events"]) > 0))


def print_catch(found: dict[str, Walk]) -> None:
    """Print what lists catch over what as many places by last counts catch."""
    print(f"\nCaught, over as many places with the highest counts of the last 30 days (goal {GOAL})\n")
    print("| target | answers | events | warnings with an event | true expectation, by rank alone |\n|---|---|---|---|---|")
    for answers in ("answered", "silent"):
        total: dict[str, Any] = {}
        for name, walk in found.items():
            simulation: PolicySimulation = getattr(walk, answers)
            ours, theirs = simulation.lines[0], simulation.by_counts[0]
            parts = {"events": (events_by_night(ours), events_by_night(theirs)), "hits": (hits(ours), hits(theirs))}
            for key, pair in parts.items():
                before = total.get(key, (0, 0))
                total[key] = (before[0] + pair[0], before[1] + pair[1])
            ratios = [counts(quotient_interval(walk.walked, *pair)) for pair in parts.values()]
            print(f"| {name} | {answers} | {ratios[0]} | {ratios[1]} | {knowable(walk) if answers == 'silent' else ''} |")
        longest = max((walk.walked for walk in found.values()), key=lambda walked: walked.experiment.horizon)
        ratios = [counts(quotient_interval(longest, *pair)) for pair in total.values()]
        print(f"| all targets | {answers} | {ratios[0]} | {ratios[1]} | |")


def knowable(walk: Walk) -> str:
    """What ranking by the county's true expectation catches over ranking by counts, on the nights that have one."""
    project, walked, lines = PROJECT[0], walk.walked, walk.silent.lines[0]
    name = walked.experiment.evaluation.truth or walked.experiment.target.kinds[0]
    if name not in truth_names(project):
        return "not known"
    truth = read_truth(project, walked.history.places, name, walked.experiment.dates.test())
    codes = walked.history.places.groupings[walk.silent.grouping].codes
    caught = np.zeros((2, len(walked.nights)))
    rng = np.random.default_rng(1)
    dates = set(walked.experiment.dates.test().tolist())
    chosen = [number for number, night in enumerate(walked.nights) if night.as_of in dates and night.scores is not None]
    for number in chosen:
        scores = walked.nights[number].scores
        assert scores is not None
        expected = truth.at(scores.cell, scores.as_of)
        recent = walked.recent[number][scores.cell] + rng.random(len(scores.cell)) / 2
        for centre in lines.centres:
            label = walked.history.places.groupings[walk.silent.grouping].labels.index(centre)
            here = np.flatnonzero(codes[scores.cell] == label)
            size = int(((lines.columns["night"] == number) & (lines.columns["centre"] == centre) & lines.ranked).sum())
            for at, values in enumerate((expected, recent)):
                best = here[np.argsort(-values[here], kind="stable")[:size]]
                caught[at, number] += walked.events[number, scores.cell[best]].sum()
    return f"{caught[0].sum() / caught[1].sum():.2f} ({len(chosen)} nights)" if caught[1].sum() else "not known"


def print_flapping(found: dict[str, Walk]) -> None:
    """Print how much lists flap, of lines without an event or an answer."""
    print(f"\nFlapping: share of lines that are new without an event or an answer (goal: median under {FLAPPING:.0%})\n")
    print(
        "| target | answers | median | one night in ten exceeds | new lines, median | by counts: median |\n|---|---|---|---|---|---|"
    )
    for name, walk in found.items():
        for answers in ("answered", "silent"):
            simulation: PolicySimulation = getattr(walk, answers)
            one, other = simulation.figures[0], simulation.counts_figures
            figures = " | ".join(f"{100 * value:.1f} %" for value in (one.flapping, one.flapping_high, one.new, other.flapping))
            print(f"| {name} | {answers} | {figures} |")


def main() -> None:
    """Walk, print, and operate nights if asked."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--project", type=Path, help="folder of a simulated county; default: a new one of 1,231 cells")
    parser.add_argument("--seed", type=int, help="seed of the new county; default: that of the demo")
    parser.add_argument("--nights", type=int, default=90)
    parser.add_argument("--operated", type=int, default=0, help="real nights of a county of 120 cells")
    asked = parser.parse_args()
    if asked.nights:
        with county(asked.project, seed=asked.seed) as project:
            PROJECT.append(project)
            found = walks(project, asked.nights)
            for name, walk in found.items():
                print_grades(name, walk)
            print_agreement(found)
            print_catch(found)
            print_flapping(found)
    if asked.operated:
        with tempfile.TemporaryDirectory() as folder:
            for part in ("riskmodel.toml", "features", "experiments"):
                source = ROOT / part
                target = Path(folder) / part
                shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
            print(operate(Path(folder), asked.operated))


PROJECT: list[Any] = []
"""The project that is walked."""

if __name__ == "__main__":
    main()
