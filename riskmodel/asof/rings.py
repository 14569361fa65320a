"""Rings of cells around a cell, and weights by distance between centres."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.errors import UsageError
from riskmodel.records.places import Places

Rows = tuple[Int32[np.ndarray, " cell_plus_one"], Int32[np.ndarray, " member"]]


def rings(places: Places) -> tuple[Rows, Rows]:
    """Return the cells one and two steps away from each cell.

    Both are compressed rows in order of cells.
    """
    from scipy.sparse import csr_array, eye_array

    cells = len(places)
    start, members = places.neighbour_start, places.neighbour_cells
    if len(start) != cells + 1:  # no neighbours were given
        start = np.zeros(cells + 1, dtype=np.int32)
    first = csr_array((np.ones(len(members), dtype=np.int32), members, start), shape=(cells, cells))
    paths = csr_array(first @ first)
    # the cell itself and its neighbours get a value larger than any number of paths of two steps
    marked = csr_array(paths + (cells + 1) * (first + eye_array(cells, format="csr")))
    marked.sort_indices()
    far = (marked.data > 0) & (marked.data <= cells)
    begin = np.concatenate([[0], np.cumsum(far)])[marked.indptr].astype(np.int32)
    return (start, members), (begin, marked.indices[far].astype(np.int32))


def centres(places: Places) -> Float64[np.ndarray, "cell 2"]:
    """Return the centroid of each cell's first outline; NaN without a shape.

    Computed by the shoelace formula; the mean of the corners where the area is 0.

    Raises
    ------
    UsageError
        If the places have no shapes.
    """
    if places.shapes is None:
        raise UsageError("The places have no shapes, so distances between cells are unknown. Map shapes in riskmodel.toml.")
    found = np.full((len(places), 2), np.nan)
    drawn = [cell for cell, shape in enumerate(places.shapes) if shape]
    if not drawn:
        return found
    outlines = [places.shapes[cell][0] for cell in drawn]
    size = np.array([len(ring) for ring in outlines])
    first = np.concatenate([[0], np.cumsum(size)[:-1]])
    points = np.concatenate(outlines).astype(np.float64)
    origin = points[first]
    here = points - np.repeat(origin, size, axis=0)
    ahead = np.roll(here, -1, axis=0)
    ahead[first + size - 1] = 0.0  # after the last corner comes the first, which is the origin
    cross = here[:, 0] * ahead[:, 1] - ahead[:, 0] * here[:, 1]
    area = np.add.reduceat(cross, first)
    middle = np.add.reduceat((here + ahead) * cross[:, None], first, axis=0)
    mean = np.add.reduceat(here, first, axis=0) / size[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        found[drawn] = origin + np.where(area[:, None] != 0, middle / (3 * area[:, None]), mean)
    return found


def flat_centres(places: Places) -> Float64[np.ndarray, "cell 2"]:
    """Return :func:`centres` on a plane.

    Where the coordinates can be degrees, longitude is multiplied by the cosine of the mean latitude.
    """
    at = centres(places)
    if np.nanmax(np.abs(at[:, 0]), initial=0) <= 180 and np.nanmax(np.abs(at[:, 1]), initial=0) <= 90:
        at[:, 0] *= np.cos(np.radians(np.nanmean(at[:, 1]))) if len(at) and not np.isnan(at).all() else 1.0
    return at


def inverse_distances(places: Places) -> tuple[Any, Any, Any]:
    """Return the first and second ring, weighted by inverse distance.

    As compressed rows.

    Distances are between :func:`flat_centres`, at least a thousandth of the median, so that coinciding centres have a finite
    weight; the weight is 0 where a centre is unknown.
    """
    (start, one), (begin, two) = rings(places)
    cells = len(places)
    row = np.concatenate([np.repeat(np.arange(cells), np.diff(start)), np.repeat(np.arange(cells), np.diff(begin))])
    member = np.concatenate([one, two])
    order = np.lexsort((member, row))
    row, member = row[order], member[order]
    at = flat_centres(places)
    distance = np.hypot(*(at[row] - at[member]).T)
    least = 1e-3 * np.nanmedian(distance) if np.isfinite(distance).any() else 1.0
    weight = 1.0 / np.maximum(distance, least if least > 0 else 1.0)
    edges = np.searchsorted(row, np.arange(cells + 1)).astype(np.int32)
    return edges, member.astype(np.int32), np.nan_to_num(weight)


def quartic_weights(places: Places, bandwidth: float) -> tuple[Any, Any, Any]:
    """Return cells within ``bandwidth``, as compressed rows with quartic weights.

    Distances are between :func:`flat_centres`; a cell is among its own. The weight at distance ``d`` is
    ``(1 - (d / bandwidth)**2)**2``. A cell without a centre has itself alone.
    """
    from scipy.spatial import KDTree

    at = flat_centres(places)
    cells = np.arange(len(places))
    known = cells[~np.isnan(at).any(axis=1)]
    pairs = known[KDTree(at[known]).query_pairs(bandwidth, output_type="ndarray")] if len(known) else np.zeros((0, 2), int)
    row = np.concatenate([cells, pairs[:, 0], pairs[:, 1]])
    member = np.concatenate([cells, pairs[:, 1], pairs[:, 0]])
    order = np.lexsort((member, row))
    row, member = row[order], member[order]
    distance = np.where(row == member, 0.0, np.hypot(*(at[row] - at[member]).T))
    weight = np.maximum(1.0 - (distance / bandwidth) ** 2, 0.0) ** 2
    return np.searchsorted(row, np.arange(len(places) + 1)).astype(np.int32), member.astype(np.int32), weight
