"""Oracles of features of surrounding cells, among cells and relative to a group."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from riskmodel.asof.vocabulary import NEIGHBOURS, RING2
from riskmodel.records.places import Places
from tests.oracles.histories import NAN

if TYPE_CHECKING:
    from tests.oracles.features import Oracle


def among(o: Oracle, f: Any) -> float:
    """``Among``."""
    there = [o.at(cell).rounded(f.of) for cell in o.members(f.over) if o.at(cell).exists()]
    known = [value for value in there if not math.isnan(value)]
    if not known:
        return NAN
    return {"least": min(known), "most": max(known), "share": sum(value > 0 for value in known) / len(known)}[f.how]


def relative(o: Oracle, f: Any) -> float:
    """``Relative``."""
    if not o.exists():
        return NAN
    group = [value for value in (o.at(cell).rounded(f.of) for cell in o.members(f.over)) if not math.isnan(value)]
    return NAN if not sum(group) else o.rounded(f.of) * len(group) / sum(group)


def centre(places: Places, cell: int) -> tuple[float, float] | None:
    """The centre of a cell whose shape is a rectangle."""
    corners = [] if places.shapes is None or not places.shapes[cell] else places.shapes[cell][0][:4].tolist()
    return (sum(c[0] for c in corners) / 4, sum(c[1] for c in corners) / 4) if corners else None


def nearby(o: Oracle, f: Any) -> float:
    """``Nearby``: distances on a plane, since the coordinates of the shapes cannot be degrees."""
    here = centre(o.places, o.cell)
    total = whole = 0.0
    for cell in [*o.members(NEIGHBOURS), *o.members(RING2)]:
        there, value = centre(o.places, cell), o.at(cell)(f.of) if o.at(cell).exists() else NAN
        if here is not None and there is not None and not math.isnan(value):
            weight = 1 / math.dist(here, there)
            total, whole = total + weight * value, whole + weight
    return total / whole if whole else NAN


def smoothed(o: Oracle, f: Any) -> float:
    """``Smoothed``: from the distances of all pairs of cells."""
    here = centre(o.places, o.cell)
    total = whole = 0.0
    for cell in range(len(o.places)):
        there, value = centre(o.places, cell), o.at(cell)(f.of) if o.at(cell).exists() else NAN
        if cell != o.cell and (here is None or there is None):
            continue
        distance = math.dist(here, there) if here is not None and there is not None else 0.0
        if distance < f.bandwidth and not math.isnan(value):
            weight = (1 - (distance / f.bandwidth) ** 2) ** 2
            total, whole = total + weight * value, whole + weight
    return total / whole if whole else NAN
