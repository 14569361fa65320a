"""A history that differs only from a day on: later records, corrections and places.

Use it where a result for a day must not depend on what becomes known later.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.records.history import History, from_columns
from riskmodel.records.places import Grouping, Places
from tests.worlds.two_towns import LAST, START


def with_another_future(history: History, day: int, seed: int = 8) -> History:
    """Return the same history until ``day``, and other records known from then on."""
    rng = np.random.default_rng(seed)
    keep = history.known < day
    columns = {name: getattr(history, name)[keep] for name in ("kind", "cell", "occurred", "known", "until", "ended", "amount")}
    columns["until"] = np.where(columns["until"] >= day, NEVER, columns["until"])
    # other corrections of what was known, and other records, late ones of earlier days among them
    corrected = (rng.random(len(columns["until"])) < 0.3) & (columns["until"] == NEVER)
    columns["until"] = np.where(corrected, day + rng.integers(0, 60, len(corrected)), columns["until"])
    more = 3_000
    occurred = rng.integers(START, LAST + 1, more)
    fresh = {
        "kind": rng.integers(0, 3, more),
        "cell": rng.integers(0, len(history.places), more),
        "occurred": occurred,
        "known": np.maximum(occurred, day) + rng.integers(0, 5, more),
        "until": np.full(more, NEVER),
        "ended": np.full(more, NEVER),
        "amount": rng.integers(1, 4, more),
    }
    joined = {name: np.concatenate([columns[name], fresh[name]]) for name in columns}
    return from_columns(with_later_places(history.places, day), history.kinds, coverage=history.coverage, **joined)


def with_later_places(places: Places, day: int) -> Places:
    """Give some cells other exposures and another town, known from ``day`` on."""
    cells = len(places)
    again = np.arange(0, cells, 3)
    order = np.lexsort((np.r_[np.zeros(cells), np.ones(len(again))], np.r_[np.arange(cells), again]))

    def both(old: Any, new: Any) -> Any:
        return np.concatenate([old, new])[order].astype(old.dtype)

    codes = places.groupings["town"].codes
    homes = places.exposures["households"]
    return replace(
        places,
        cell=both(places.cell, again),
        valid_from=both(places.valid_from, np.full(len(again), ALWAYS)),
        valid_to=both(places.valid_to, np.full(len(again), NEVER)),
        known=both(places.known, np.full(len(again), day)),
        groupings={"town": Grouping(("east", "west"), both(codes, 1 - codes[again]))},
        exposures={"households": both(homes, 5 * homes[again])},
    )
