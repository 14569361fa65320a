"""Rings of cells around a cell, and how far their centres are."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.errors import UsageError
from riskmodel.records.places import Places

Rows = tuple[Int32[np.ndarray, " cell_plus_one"], Int32[np.ndarray, " member"]]


def rings(places: Places) -> tuple[Rows, Rows]:
    """The cells one step and two steps away from each cell, as compressed rows in order of cells."""
    from scipy.sparse import csr_array

    cells = len(places)
    start, members = places.neighbour_start, places.neighbour_cells
    if len(start) != cells + 1:  # no neighbours were given
        start = np.zeros(cells + 1, dtype=np.int32)
    first = csr_array((np.ones(len(members), dtype=np.int32), members, start), shape=(cells, cells))
    second = (first @ first).tocoo()
    keys = np.setdiff1d(
        second.row.astype(np.int64) * cells + second.col,
        np.concatenate(
            [np.repeat(np.arange(cells, dtype=np.int64), np.diff(start)) * cells + members, np.arange(cells) * (cells + 1)]
        ),
    )
    begin = np.searchsorted(keys, np.arange(cells + 1, dtype=np.int64) * cells).astype(np.int32)
    return (start, members), (begin, (keys % cells).astype(np.int32))


def centres(places: Places) -> Float64[np.ndarray, "cell 2"]:
    """The centre of each cell's first ring (mean of its corners by the shoelace formula); NaN without a shape.

    Raises
    ------
    UsageError
        If the places have no shapes.
    """
    if places.shapes is None:
        raise UsageError("The places have no shapes, so distances between cells are unknown. Map shapes in riskmodel.toml.")
    return np.array([_centre(rings_of[0]) if rings_of else (np.nan, np.nan) for rings_of in places.shapes]).reshape(-1, 2)


def _centre(ring: Any) -> tuple[float, float]:
    origin = ring[0]
    x, y = (ring - origin).T
    cross = x * np.roll(y, -1) - np.roll(x, -1) * y
    area = cross.sum()
    if area == 0:
        return tuple(ring.mean(axis=0).tolist())
    middle = [((v + np.roll(v, -1)) * cross).sum() / (3 * area) for v in (x, y)]
    return float(middle[0] + origin[0]), float(middle[1] + origin[1])


def inverse_distances(places: Places) -> tuple[Any, Any, Any]:
    """First and second ring as compressed rows with ``1 / distance`` of the centres; 0 where a centre is unknown.

    Coordinates that can be degrees are taken as degrees: a degree of longitude shrinks with the cosine of the latitude.
    Distances count from a thousandth of the median one, so that centres that coincide have a finite weight.
    """
    (start, one), (begin, two) = rings(places)
    cells = len(places)
    row = np.concatenate([np.repeat(np.arange(cells), np.diff(start)), np.repeat(np.arange(cells), np.diff(begin))])
    member = np.concatenate([one, two])
    order = np.lexsort((member, row))
    row, member = row[order], member[order]
    at = centres(places)
    if np.nanmax(np.abs(at[:, 0]), initial=0) <= 180 and np.nanmax(np.abs(at[:, 1]), initial=0) <= 90:
        at[:, 0] *= np.cos(np.radians(np.nanmean(at[:, 1]))) if len(at) and not np.isnan(at).all() else 1.0
    distance = np.hypot(*(at[row] - at[member]).T)
    least = 1e-3 * np.nanmedian(distance) if np.isfinite(distance).any() else 1.0
    weight = 1.0 / np.maximum(distance, least if least > 0 else 1.0)
    edges = np.searchsorted(row, np.arange(cells + 1)).astype(np.int32)
    return edges, member.astype(np.int32), np.nan_to_num(weight)
