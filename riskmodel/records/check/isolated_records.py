"""A few records years before or after all others."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import to_iso


@dataclass(frozen=True)
class Isolated:
    """A few records years before or after all others.

    ``days`` are their days, ``nearest`` is the nearest of all other records.
    """

    records: int
    days: tuple[str, ...]
    nearest: str
    years: int


def isolated_records(days: Int64[np.ndarray, " record"], first: int, last: int) -> tuple[Isolated, ...]:
    """Return the isolated records before and after the regular ones.

    ``first`` and ``last`` are the positions of the regular ones in sorted days.
    """
    found = []
    if first > 0:
        years = int((days[first] - days[first - 1]) // 365.25)
        found.append(Isolated(first, _different(days[:first]), to_iso(days[first]), years))
    if last < len(days) - 1:
        years = int((days[last + 1] - days[last]) // 365.25)
        found.append(Isolated(len(days) - 1 - last, _different(days[last + 1 :]), to_iso(days[last]), years))
    return tuple(found)


def _different(days: Int64[np.ndarray, " record"]) -> tuple[str, ...]:
    return tuple(map(to_iso, np.unique(days)))
