"""Levels of the map: cells and groupings that may be shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64, Int64

from riskmodel.records.places import Places

CELL = "cell"
"""Name of the finest level."""


@dataclass(frozen=True, eq=False)
class MapLevel:
    """Places of one size: shown cells, or the groups of a grouping.

    Parameters
    ----------
    name
        ``"cell"`` or the name of the grouping.
    labels
        Label of each place of the level.
    of_cell
        Number of the place that each cell belongs to; -1 where none is shown.
    """

    name: str
    labels: tuple[str, ...]
    of_cell: Int64[np.ndarray, " cell"]

    def __len__(self) -> int:
        return len(self.labels)

    def cells(self, place: int) -> Int64[np.ndarray, " member"]:
        """Return the cells of a place."""
        return np.flatnonzero(self.of_cell == place)


def levels_of(places: Places, as_of: int) -> tuple[MapLevel, ...]:
    """Return the levels of a map at a date, the finest first.

    Cells with too few households count in the cell that stands for them; groups with too few are left out.
    """
    version = places.version_at(np.array([as_of], dtype=np.int32))
    there = version[:, 0] >= 0
    homes = None
    if places.households is not None:
        homes = np.nan_to_num(places.exposure(places.households, version)[:, 0])
    found = [_level(CELL, places.ids, np.where(there, places.shown_as(as_of), -1), None, 0.0)]
    groupings = sorted(places.groupings.items(), key=lambda item: (-len(item[1].labels), item[0]))
    for name, grouping in groupings:
        codes = places.group(name, version)[:, 0]
        blank = np.array([label == "" for label in grouping.labels] or [False], dtype=bool)
        codes = np.where((codes >= 0) & ~blank[np.maximum(codes, 0)], codes, -1)
        found.append(_level(name, grouping.labels, codes, homes, places.minimum_households))
    return tuple(level for level in found if len(level))


def called(level: MapLevel, label: str, places: Places, as_of: int) -> str:
    """Return what people call a place: a cell by village and name."""
    if level.name != CELL:
        return label
    version = places.version_at(np.array([as_of], dtype=np.int32))[places.index[label]]
    own = places.name(int(version[0])) or label
    smallest = min(places.groupings.items(), key=lambda item: (-len(item[1].labels), item[0]), default=None)
    group = "" if smallest is None or version[0] < 0 else smallest[1].labels[smallest[1].codes[version[0]]]
    return f"{group} {own}".strip()


def _level(
    name: str, labels: tuple[str, ...], codes: np.ndarray, homes: Float64[np.ndarray, " cell"] | None, least: float
) -> MapLevel:
    """Return a level without empty and too small places."""
    there = codes >= 0
    shown: Bool[np.ndarray, " group"] = np.bincount(codes[there], minlength=len(labels)) > 0
    if homes is not None:
        shown &= np.bincount(codes[there], homes[there], len(labels)) >= least
    number = np.full(len(labels) + 1, -1, dtype=np.int64)
    number[:-1][shown] = np.arange(int(shown.sum()))
    return MapLevel(name, tuple(labels[i] for i in np.flatnonzero(shown)), number[codes])
