"""The map of a centre's cells as SVG paths: outlines, group borders and names, and the listed places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float64

from riskmodel.warning.warn.lists import WarningList

if TYPE_CHECKING:
    from riskmodel.records.places import Places

WIDTH = 1000
MANY_POINTS = 20_000
"""Above this many corners coordinates are whole numbers and group borders are left out, so that the page stays small."""

Corners = list[tuple[float, float]]


@dataclass(frozen=True)
class Name:
    """A group's name at the middle of its cells."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class Spot:
    """A listed place: its outline and its middle."""

    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Map:
    """``cells`` outlines every cell in one path, ``borders`` the groups; ``spots`` are by place id."""

    width: int
    height: int
    cells: str
    borders: str
    names: tuple[Name, ...]
    spots: dict[str, Spot]


def draw(warning_list: WarningList, places: Places | None) -> Map | None:
    """The map of the cells of the list's centre; None without places or shapes.

    A shown place is drawn with every cell that it stands for. Longitudes are shortened by the cosine of the latitude where
    the coordinates look like degrees.
    """
    if places is None or places.shapes is None:
        return None
    version = places.version_at(np.array([warning_list.as_of], dtype=np.int32))
    owner = places.group(warning_list.grouping, version)[:, 0]
    labels = places.grouping(warning_list.grouping).labels
    if warning_list.centre not in labels:
        return None
    ours = [int(cell) for cell in np.flatnonzero(owner == labels.index(warning_list.centre)) if places.shapes[cell]]
    if not ours:
        return None
    every = np.concatenate([ring for cell in ours for ring in places.shapes[cell]])
    low, high = every.min(axis=0), every.max(axis=0)
    degrees = bool(np.abs(every[:, 0]).max() <= 180 and np.abs(every[:, 1]).max() <= 90)
    shorten = float(np.cos(np.radians((low[1] + high[1]) / 2))) if degrees else 1.0
    margin = 12.0
    across, up = max((high[0] - low[0]) * shorten, 1e-12), max(high[1] - low[1], 1e-12)
    scale = (WIDTH - 2 * margin) / max(across, up / 1.4)
    decimals = 0 if len(every) > MANY_POINTS else 1

    def corners(ring: Float64[np.ndarray, "point 2"]) -> Corners:
        x = np.round(margin + (ring[:, 0] - low[0]) * shorten * scale, decimals)
        y = np.round(margin + (high[1] - ring[:, 1]) * scale, decimals)
        points = list(zip(x.tolist(), y.tolist(), strict=True))
        kept = [point for before, point in zip([None, *points], points, strict=False) if point != before]
        return kept[:-1] if len(kept) > 1 and kept[0] == kept[-1] else kept

    drawn = {cell: [corners(ring) for ring in places.shapes[cell]] for cell in ours}
    members: dict[int, list[int]] = {}
    units = places.shown_as(warning_list.as_of)
    for cell in ours:
        members.setdefault(int(units[cell]), []).append(cell)
    index = places.index
    listed = [w.place for s in warning_list.sections for w in (*s.warnings, *s.spot_checks)]
    spots = {}
    for place in dict.fromkeys(listed):
        own = index.get(place, -1)
        if own in drawn:
            x, y = _middle(drawn[own])
            spots[place] = Spot(_path(ring for cell in members.get(own, [own]) for ring in drawn[cell]), x, y)
    grouping = _named_grouping(places, warning_list.grouping, version[ours, 0])
    groups: dict[str, list[int]] = {}
    if grouping is not None:
        codes = places.group(grouping, version)[:, 0]
        for cell in ours:
            groups.setdefault(places.groupings[grouping].labels[codes[cell]], []).append(cell)
    return Map(
        width=round(across * scale + 2 * margin),
        height=round(up * scale + 2 * margin),
        cells=_path(ring for cell in ours for ring in drawn[cell]),
        borders="".join(_border([r for c in groups[g] for r in drawn[c]]) for g in sorted(groups) if len(every) <= MANY_POINTS),
        names=tuple(_name(g, [_middle(drawn[c]) for c in groups[g]]) for g in sorted(groups) if g),
        spots=spots,
    )


def _named_grouping(places: Places, centres: str, version: Sequence[int] | np.ndarray) -> str | None:
    """The coarsest grouping that splits the centre's cells into 2 to 30 groups."""
    found = []
    for name, grouping in places.groupings.items():
        count = len(set(grouping.codes[version].tolist()))
        if name != centres and 2 <= count <= 30:
            found.append((count, name))
    return min(found)[1] if found else None


def _path(rings: Iterable[Corners]) -> str:
    return "".join("M" + "L".join(f"{x:g} {y:g}" for x, y in ring) + "Z" for ring in rings if len(ring) > 2)


def _border(rings: Sequence[Corners]) -> str:
    """The edges that belong to one ring only: where cells share their corners, the outline of the group."""
    edges = Counter(tuple(sorted(pair)) for ring in rings for pair in zip(ring, ring[1:] + ring[:1], strict=True))
    return "".join(f"M{a[0]:g} {a[1]:g}L{b[0]:g} {b[1]:g}" for (a, b), count in sorted(edges.items()) if count == 1)


def _middle(rings: Sequence[Corners]) -> tuple[float, float]:
    """The centroid of the first ring's area; of its corners where it has no area."""
    points = np.array(rings[0])
    x, y = points[:, 0], points[:, 1]
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    area = float(cross.sum())
    if abs(area) < 1e-9:
        return round(float(x.mean()), 1), round(float(y.mean()), 1)
    middle = ((x + np.roll(x, -1)) * cross).sum() / (3 * area), ((y + np.roll(y, -1)) * cross).sum() / (3 * area)
    return round(float(middle[0]), 1), round(float(middle[1]), 1)


def _name(text: str, middles: Sequence[tuple[float, float]]) -> Name:
    x, y = np.mean(np.array(middles), axis=0)
    return Name(text, round(float(x), 1), round(float(y), 1))
