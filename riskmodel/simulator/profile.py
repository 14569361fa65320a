"""What drives the county from outside: the calendar's factors, and the part of every rate that never changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.simulator.calendar import factors
from riskmodel.simulator.geography import County
from riskmodel.simulator.kinds import (
    ESCALATION_RHYTHM,
    FIRE_ROW,
    HAZARD_ROW,
    INSPECTION_RHYTHM,
    KINDS,
    LEVELS,
    REFERENCE_CELLS,
)

LARGEST = 14.0
"""No cell's endemic rate exceeds so many times the mean."""


@dataclass(frozen=True)
class Climate:
    """What the calendar does to every rate, from ``start`` on: all arrays begin with the shape ``[day]``."""

    start: int
    rows: Float64[np.ndarray, "day row"]
    inspections: Float64[np.ndarray, " day"]
    escalation: Float64[np.ndarray, " day"]

    @classmethod
    def over(cls, start: int, stop: int, origin: int) -> Climate:
        """The climate of ``[start, stop)`` with trends that stand at one on ``origin``."""
        days = np.arange(start, stop, dtype=np.int32)
        return cls(
            start=start,
            rows=np.stack([factors(days, kind.rhythm, origin) for kind in KINDS], axis=1),
            inspections=factors(days, INSPECTION_RHYTHM, origin),
            escalation=factors(days, ESCALATION_RHYTHM, origin),
        )


@dataclass(frozen=True)
class Profile:
    """What of a cell never changes: ``base`` is the endemic rate ``[row, cell]`` in records a day, ``beat`` the day of
    the patrols' round, ``inspected`` the class of inspections; ``spread`` takes a vector of cells to what their
    neighbours receive of it (columns sum to one).
    """

    base: Float64[np.ndarray, "row cell"]
    beat: Int32[np.ndarray, " cell"]
    inspected: Int32[np.ndarray, " cell"]
    village: Int32[np.ndarray, " cell"]
    rooms: Int32[np.ndarray, " cell"]
    spread: Any  # scipy.sparse.csr_array, shape [cell, cell]

    @property
    def cells(self) -> int:
        """Number of cells."""
        return self.base.shape[1]


def make_profile(county: County, rng: np.random.Generator) -> Profile:
    """Draw the fixed part of every rate: exposure x village x level's cell x kind's cell, with absent kinds."""
    from scipy.sparse import coo_array  # late: the package's help must not wait for it

    cells = len(county)
    age = np.clip((2030 - county.built) / 30.0, 0.3, 2.0)
    street = 40.0 + county.households + 4.0 * county.enterprises
    exposure = {
        "households": county.households + 1.0,
        "rooms": county.rooms + 3.0,
        "enterprises": county.enterprises + 0.5,
        "street": street,
        "rental": (county.rooms + 5.0) ** 0.8 * age,
    }
    villages = int(county.village.max()) + 1
    shared = {
        name: rng.lognormal(0, level.village, villages)[county.village] * rng.gamma(level.spread, 1, cells)
        for name, level in LEVELS.items()
    }
    base = np.empty((len(KINDS), cells))
    for row, kind in enumerate(KINDS):
        weight = exposure[kind.exposure] ** 0.85 * shared[kind.level] * rng.gamma(3.0, 1 / 3.0, cells)
        weight *= rng.random(cells) >= kind.absent
        weight = np.minimum(weight, LARGEST * weight.mean())
        base[row] = weight / max(weight.mean(), 1e-12) * kind.rate / REFERENCE_CELLS
    base[FIRE_ROW] = base[HAZARD_ROW] * KINDS[FIRE_ROW].rate / KINDS[HAZARD_ROW].rate

    beats = rng.integers(0, 3, villages, dtype=np.int32)
    steps = np.quantile(county.rooms, [0.3, 0.6, 0.85])
    pairs = np.concatenate([county.pairs, county.pairs[:, ::-1]])
    degree = np.bincount(pairs[:, 1], minlength=cells)
    spread = coo_array((1.0 / degree[pairs[:, 1]], (pairs[:, 0], pairs[:, 1])), shape=(cells, cells)).tocsr()
    return Profile(
        base, beats[county.village], np.searchsorted(steps, county.rooms).astype(np.int32), county.village, county.rooms, spread
    )
