"""The map of a centre in SVG: cells, groups and listed places."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Int32

from riskmodel.records.places import drawn_cells
from riskmodel.warning.formats.map_context import ContextDrawing, draw_context
from riskmodel.warning.formats.map_outlines import Corners, Outlines
from riskmodel.warning.formats.map_scale import MANY_POINTS, Name, Scale
from riskmodel.warning.warn.warning_list import WarningList

if TYPE_CHECKING:
    from riskmodel.records.places import Places

LEAST_LABEL, LARGEST_LABEL = 9.0, 26.0
"""Smallest and largest letters on the tiles of a schematic map."""


@dataclass(frozen=True)
class Spot:
    """A listed place: its outline and its middle."""

    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Map:
    """The drawing of a centre.

    ``cells`` outlines every cell in one path, ``borders`` the groups; ``spots`` are by place id. A ``schematic`` map has one tile per
    cell; ``labels`` name its tiles in letters of ``label_size``, where they fit. ``context`` lies
    behind the marks.
    """

    width: int
    height: int
    cells: str
    borders: str
    names: tuple[Name, ...]
    spots: dict[str, Spot]
    schematic: bool = False
    labels: tuple[Name, ...] = ()
    label_size: float = 0.0
    context: ContextDrawing = ContextDrawing()


def draw(warning_list: WarningList, places: Places | None) -> Map | None:
    """Draw the centre's cells; return None without places.

    A shown place is drawn with every cell that was merged into it. Cells without shapes are tiles of a schematic map. Longitudes are shortened by the cosine of the latitude where
    the coordinates look like degrees.
    """
    if places is None:
        return None
    version = places.version_at(np.array([warning_list.as_of], dtype=np.int32))
    members = _members(warning_list, places, version)
    shapes, schematic = drawn_cells(places, warning_list.as_of, members)
    ours = [cell for cell in members if shapes[cell]]
    if not ours:
        return None
    rings = [ring for cell in ours for ring in shapes[cell]]
    many = sum(map(len, rings)) > MANY_POINTS
    scale = Scale.of(np.concatenate(rings))
    drawn = _drawn(ours, [len(shapes[cell]) for cell in ours], Outlines.of(rings, scale))
    groups = _groups(warning_list, places, version, ours)
    labels, size = _labels(places, drawn) if schematic else ((), 0.0)
    return Map(
        width=scale.width,
        height=scale.height,
        cells="".join(drawn.paths.values()),
        borders="" if many else "".join(_border([ring for c in groups[g] for ring in drawn.corners(c)]) for g in sorted(groups)),
        names=() if labels else tuple(_name(g, [drawn.middles[c] for c in groups[g]]) for g in sorted(groups) if g),
        spots=_spots(warning_list, places, drawn),
        schematic=schematic,
        labels=labels,
        label_size=size,
        context=ContextDrawing() if schematic else draw_context(places.context, scale),
    )


class _DrawnCells(NamedTuple):
    """The drawn cells: path, middle and numbers of rings of each."""

    outlines: Outlines
    rings: dict[int, range]
    paths: dict[int, str]
    middles: dict[int, tuple[float, float]]

    def corners(self, cell: int) -> list[Corners]:
        """Return the corners of each ring of a cell."""
        return [self.outlines.ring(i) for i in self.rings[cell]]


def _drawn(cells: Sequence[int], counts: Sequence[int], outlines: Outlines) -> _DrawnCells:
    """Return cells with their outlines, each of some rings."""
    ends = np.cumsum(counts).tolist()
    rings = {cell: range(end - count, end) for cell, count, end in zip(cells, counts, ends, strict=True)}
    paths, middles = outlines.paths(), outlines.middles()
    whole = {cell: "".join(paths[i] for i in own) for cell, own in rings.items()}
    return _DrawnCells(outlines, rings, whole, {cell: middles[own.start] for cell, own in rings.items()})


def _labels(places: Places, drawn: _DrawnCells) -> tuple[tuple[Name, ...], float]:
    """Return the ids to write into tiles, and the size of letters.

    Nothing where the letters would be too small to read.
    """
    wide = min(ring[1][0] - ring[0][0] for cell in drawn.rings for ring in drawn.corners(cell))
    longest = max(len(places.ids[cell]) for cell in drawn.rings)
    size = round(min(LARGEST_LABEL, 0.22 * wide, 1.6 * wide / longest), 1)
    if size < LEAST_LABEL:
        return (), 0.0
    return tuple(Name(places.ids[cell], x, round(y + 0.38 * wide, 1)) for cell, (x, y) in drawn.middles.items()), size


def _members(warning_list: WarningList, places: Places, version: Int32[np.ndarray, "cell 1"]) -> list[int]:
    """Return the cells of the list's centre."""
    labels = places.grouping(warning_list.grouping).labels
    if warning_list.centre not in labels:
        return []
    owner = places.group(warning_list.grouping, version)[:, 0]
    return np.flatnonzero(owner == labels.index(warning_list.centre)).tolist()


def _spots(warning_list: WarningList, places: Places, drawn: _DrawnCells) -> dict[str, Spot]:
    """Return the listed places, each with the cells merged into it."""
    listed = [w.place for s in warning_list.sections for w in (*s.warnings, *s.spot_checks)]
    index = places.index
    own = {place: index[place] for place in dict.fromkeys(listed) if index.get(place, -1) in drawn.rings}
    members: dict[int, list[int]] = {cell: [] for cell in own.values()}
    units = places.shown_as(warning_list.as_of)
    for cell in drawn.rings:
        if (unit := int(units[cell])) in members:
            members[unit].append(cell)
    return {
        place: Spot("".join(drawn.paths[c] for c in members[cell] or [cell]), *drawn.middles[cell]) for place, cell in own.items()
    }


def _groups(
    warning_list: WarningList, places: Places, version: Int32[np.ndarray, "cell 1"], ours: list[int]
) -> dict[str, list[int]]:
    """Return the cells of each group that is named on the map."""
    grouping = _named_grouping(places, warning_list.grouping, version[ours, 0])
    groups: dict[str, list[int]] = {}
    if grouping is not None:
        codes = places.group(grouping, version)[:, 0]
        for cell in ours:
            groups.setdefault(places.groupings[grouping].labels[codes[cell]], []).append(cell)
    return groups


def _named_grouping(places: Places, centres: str, version: Sequence[int] | np.ndarray) -> str | None:
    """Return the coarsest grouping with 2 to 30 groups in the centre."""
    found = []
    for name, grouping in places.groupings.items():
        count = len(set(grouping.codes[version].tolist()))
        if name != centres and 2 <= count <= 30:
            found.append((count, name))
    return min(found)[1] if found else None


def _border(rings: Sequence[Corners]) -> str:
    """Return the edges that belong to one ring only.

    Where cells share their corners, they are the outline of the group.
    """
    edges = Counter(tuple(sorted(pair)) for ring in rings for pair in zip(ring, ring[1:] + ring[:1], strict=True))
    return "".join(f"M{a[0]:g} {a[1]:g}L{b[0]:g} {b[1]:g}" for (a, b), count in sorted(edges.items()) if count == 1)


def _name(text: str, middles: Sequence[tuple[float, float]]) -> Name:
    x, y = np.mean(np.array(middles), axis=0)
    return Name(text, round(float(x), 1), round(float(y), 1))
