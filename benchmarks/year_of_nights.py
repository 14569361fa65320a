"""A year of nights in a row with faults: ``python benchmarks/year_of_nights.py [--nights N] [--seed N] [--formats NAMES]``.

A town of 60 cells is operated day after day: late and corrected feeds, runs that are stopped at a random place, silent receivers, days on which
the machine is off, approvals that are forgotten, answers, and two upgrades of the ledger. At the end ledger, history and receivers are
compared on every warning. It prints what the first and the last nights took, and by how much the project grew in each.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import time
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).absolute().parent.parent))

import numpy as np

from riskmodel.base.days import to_day
from riskmodel.warning.formats import FORMATS
from tests.worlds.operated_year import operate, operated_year, sizes
from tests.worlds.operated_year_checks import approved_lists, disagreements

FIRST = to_day("2026-01-05")
PARTS = ("night", "approval", "answers", "evening")


def medians(days: list[dict[str, float]]) -> dict[str, float]:
    """Median processor seconds of each part, of the days on which it did something."""
    found = {part: [day[part] for day in days if day.get(part, 0) > 0] for part in PARTS}
    return {part: float(np.median(took)) if took else 0.0 for part, took in found.items()}


def main() -> int:
    """Operate, compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--nights", type=int, default=365)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--formats", default="", help="formats of the lists, such as json,csv; all if not given")
    asked = parser.parse_args()
    formats = {name: FORMATS[name] for name in asked.formats.split(",")} if asked.formats else dict(FORMATS)
    logging.getLogger("riskmodel").setLevel(logging.ERROR)
    some = min(30, asked.nights // 3)
    days, space = list[dict[str, float]](), dict[int, dict[str, int]]()
    began = time.process_time()
    with (
        patch.dict(FORMATS, formats, clear=True),
        tempfile.TemporaryDirectory() as made,
        operated_year(Path(made) / "town", FIRST, asked.seed) as year,
    ):
        for number, took in enumerate(operate(year, FIRST, asked.nights)):
            if number in (0, some, asked.nights - some, asked.nights - 1):
                space[number] = sizes(year.project.folder)
            days.append(took)
            if number % 30 == 0:
                last = ", ".join(f"{part} {took:.3f}" for part, took in medians(days[-30:]).items())
                print(f"night {number}, {time.process_time() - began:.0f} s; medians of the last 30: {last}", flush=True)
        last = FIRST + asked.nights
        print("\n".join(year.settle(last).lines))
        found = list(disagreements(year, last, replayed=24))
        lists = approved_lists(year.project.ledger_file)
        warnings = sum(len(one.warnings) for one in lists)
        print(
            f"{asked.nights} nights, {time.process_time() - began:.0f} s of processor time: {len(lists)} approved lists with {warnings} warnings,"
        )
        print(
            f"{len(year.given)} answers. {', '.join(f'{name} {number}' for name, number in sorted(year.faults.happened.items()))}."
        )
        print(f"Disagreements of ledger, history and receivers: {len(found)}")
        print("\n".join(found[:20]))
        print(f"\n| processor seconds, median | first {some} | last {some} | ratio |\n|---|---:|---:|---:|")
        before, after = medians(days[:some]), medians(days[-some:])
        for part in PARTS:
            print(f"| {part} | {before[part]:.3f} | {after[part]:.3f} | {after[part] / before[part]:.2f} |")
        total = sum(before.values()), sum(after.values())
        print(f"| all | {total[0]:.3f} | {total[1]:.3f} | {total[1] / total[0]:.2f} |")
        print(f"\n| bytes of a night | first {some} | last {some} | ratio |\n|---|---:|---:|---:|")
        for name in sorted(space[asked.nights - 1]):
            grown = [
                (space[b].get(name, 0) - space[a].get(name, 0)) / (b - a)
                for a, b in ((0, some), (asked.nights - some, asked.nights - 1))
            ]
            if max(grown) > 50:
                print(f"| {name} | {grown[0]:,.0f} | {grown[1]:,.0f} | {grown[1] / max(grown[0], 1):.2f} |")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
