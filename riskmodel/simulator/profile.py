"""Fixed drivers of the county: calendar factors and base rates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.simulator.county_calendar import factors
from riskmodel.simulator.geography import County
from riskmodel.simulator.rates import (
    ESCALATION_RHYTHM,
    FIRE_ROW,
    HAZARD_ROW,
    INSPECTION_RHYTHM,
    KINDS,
    LEVELS,
    REFERENCE_CELLS,
)

LARGEST = 14.0
"""Upper limit of an endemic rate of a cell, in multiples of the mean."""


@dataclass(frozen=True)
class Climate:
    """Calendar factors on every rate, per ``[day]`` from ``start`` on."""

    start: int
    rows: Float64[np.ndarray, "day row"]
    inspections: Float64[np.ndarray, " day"]
    escalation: Float64[np.ndarray, " day"]

    @classmethod
    def over(cls, start: int, stop: int, origin: int) -> Climate:
        """Compute the factors of ``[start, stop)``; trends are one at ``origin``."""
        days = np.arange(start, stop, dtype=np.int32)
        return cls(
            start=start,
            rows=np.stack([factors(days, kind.rhythm, origin) for kind in KINDS], axis=1),
            inspections=factors(days, INSPECTION_RHYTHM, origin),
            escalation=factors(days, ESCALATION_RHYTHM, origin),
        )


@dataclass(frozen=True)
class Profile:
    """Constant properties of the cells.

    ``base``: endemic rate ``[row, cell]`` in records per day; ``beat``: day of the patrol round; ``inspected``: class of
    inspection; ``spread``: matrix that distributes values of cells to their neighbours (columns sum to one).
    """

    base: Float64[np.ndarray, "row cell"]
    beat: Int32[np.ndarray, " cell"]
    inspected: Int32[np.ndarray, " cell"]
    village: Int32[np.ndarray, " cell"]
    rooms: Int32[np.ndarray, " cell"]
    spread: Any  # scipy.sparse.csr_array, shape [cell, cell]

    @property
    def cells(self) -> int:
        """Return the number of cells."""
        return self.base.shape[1]


def make_profile(county: County, rng: np.random.Generator) -> Profile:
    """Draw the fixed part of every rate.

    It is exposure x village factor x cell factor of the level x cell factor of the kind; some kinds are absent in a cell.
    """
    from scipy.sparse import coo_array  # late: the package's help must not wait for it

    cells = len(county)
    base = _base_rates(county, rng)
    villages = int(county.village.max()) + 1
    beats = rng.integers(0, 3, villages, dtype=np.int32)
    steps = np.quantile(county.rooms, [0.3, 0.6, 0.85])
    pairs = np.concatenate([county.pairs, county.pairs[:, ::-1]])
    degree = np.bincount(pairs[:, 1], minlength=cells)
    spread = coo_array((1.0 / degree[pairs[:, 1]], (pairs[:, 0], pairs[:, 1])), shape=(cells, cells)).tocsr()
    return Profile(
        base, beats[county.village], np.searchsorted(steps, county.rooms).astype(np.int32), county.village, county.rooms, spread
    )


def _base_rates(county: County, rng: np.random.Generator) -> Float64[np.ndarray, "row cell"]:
    """Draw the endemic rate of each kind in each cell."""
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
    return base
