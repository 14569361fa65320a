"""Time from scores to lists in every format, in seconds of processor time.

Usage: python benchmarks/lists.py

Cells lie on a grid with outlines; explanations follow from their numbers. A small night comes first, which loads modules and templates. The
largest page is given in kB; none may be above 300.
"""

from __future__ import annotations

import sys
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from riskmodel.base.policy import Policy
from riskmodel.forecasts.scores import Scores
from riskmodel.records.places import Places
from riskmodel.warning import FORMATS, Evidence, WarningList, assemble, gather, shortlist, warn
from riskmodel.warning.warn import with_subtotals
from tests.worlds.listed_county import AS_OF, FRESH, TITLE, explained

SIZES = ((1_231, 1, 0.5), (120_000, 40, 10.0))
"""Cells, centres, and most seconds."""


def city(cells: int, centres: int) -> Places:
    """Return square cells, three towns to a centre and ten villages to a town."""
    import pandas as pd

    wide = int(np.ceil(np.sqrt(cells)))
    at = np.arange(cells)
    town = at * 3 * centres // cells
    frame = pd.DataFrame(
        {
            "cell": [f"G{i:06d}" for i in at],
            "village": [f"village {i * 30 * centres // cells}" for i in at],
            "town": [f"town {i}" for i in town],
            "centre": [f"centre {i // 3}" for i in town],
            "households": np.where(at % 50 == 7, 2.0, 100.0),
        }
    )
    outline = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]], dtype=float)
    shapes = {name: (outline + [i % wide, i // wide],) for i, name in enumerate(frame["cell"])}
    pairs = pd.DataFrame({"a": frame["cell"][:-1].to_numpy(), "b": frame["cell"][1:].to_numpy()})
    groups = ["village", "town", "centre"]
    return Places.from_frame(
        frame, groupings=groups, exposures=["households"], neighbours=pairs, shapes=shapes, households="households",
        minimum_households=5.0,
    )  # fmt: skip


def scores_of(places: Places, target: str) -> Scores:
    """Return made-up scores of every cell."""
    mean = np.random.default_rng(3).gamma(0.3, 0.05, len(places))
    day = np.full(len(places), AS_OF, dtype=np.int32)
    cell = np.arange(len(places), dtype=np.int32)
    return Scores(target, "0f3a9c2b71de", 28, places, cell, day, mean, np.full(len(places), 0.2))


def decided(scores: Scores) -> tuple[WarningList, ...]:
    """Return the lists of one target."""
    policy = Policy(capacity=20, exploration=1)
    cells = shortlist(scores, policy, "centre", None)
    evidence = gather(scores, explained(cells), policy, Evidence(freshness=FRESH, needs=("fire",)))
    return with_subtotals(warn(scores, evidence, None, policy, grouping="centre", title=TITLE), scores, ("town", "village"))


def night(places: Places) -> dict[str, Any]:
    """Return the seconds of each step of a night with three targets."""
    targets = [scores_of(places, name) for name in ("fire", "mediation", "theft")]
    for scores in targets:
        scores.probability  # noqa: B018  a part of scoring
    start = process_time()
    lists = assemble(*(decided(scores) for scores in targets))
    found: dict[str, Any] = {"lists": process_time() - start}
    for name, form in FORMATS.items():
        start = process_time()
        sizes = [len(form.render(one, places, "zh")) for one in lists]
        found[name] = process_time() - start
        found[f"{name} kB"] = max(sizes) / 1000
    return found


def main() -> int:
    """Print the seconds of each size; 1 if one is above its most."""
    late = False
    night(city(48, 2))
    for cells, centres, most in SIZES:
        found = night(city(cells, centres))
        total = sum(value for key, value in found.items() if not key.endswith("kB"))
        steps = ", ".join(f"{key} {value:.2f}" for key, value in found.items() if not key.endswith("kB"))
        print(f"{cells:,} cells, {centres} centres: {total:.2f} s of at most {most:g} ({steps}); page {found['html kB']:.0f} kB")
        late = late or total > most or found["html kB"] > 300
    return int(late)


if __name__ == "__main__":
    raise SystemExit(main())
