"""The map of the county: cells, borders, villages, towns and centres.

Cells are the Voronoi polygons of jittered points, denser in the middle. Points outside the outline of the county bound the
polygons at its edge, so nothing has to be clipped. Every grouping is grown along shared borders (shortest paths from seeds),
so each group is connected.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.equal_runs import first_of_runs
from riskmodel.simulator.settings import CountySettings

CELL_KM = 0.45
"""Spacing of the cells in kilometres."""

ORIGIN = (119.62, 29.87)
"""Longitude and latitude of the county's middle, degrees."""

FIRST_SYLLABLES = "青白清玉金银龙凤云松柏竹梅桂柳杨石溪泉湖江沙塘桥岭坪东南西北上下长高安平永新大小"
LAST_SYLLABLES = "山水河溪塘桥湾坪岭口泉井石林田园坝墩渡浦港岙湖沟坡台洲墟畈坑源头"


@dataclass(frozen=True)
class County:
    """Cells of the county with groupings, exposures and outlines.

    Arrays have the shape ``[cell]`` unless stated otherwise. ``village``, ``town`` and ``centre`` are positions in the lists of
    names; ``pairs`` has the shape ``[border, 2]``, smaller position first; ``corners`` holds one ``[corner, 2]`` ring of degrees for each cell, open.
    """

    ids: list[str]
    village: Int32[np.ndarray, " cell"]
    town: Int32[np.ndarray, " cell"]
    centre: Int32[np.ndarray, " cell"]
    village_names: list[str]
    town_names: list[str]
    centre_names: list[str]
    households: Int32[np.ndarray, " cell"]
    rooms: Int32[np.ndarray, " cell"]
    enterprises: Int32[np.ndarray, " cell"]
    built: Int32[np.ndarray, " cell"]
    floors: Float64[np.ndarray, " cell"]
    pairs: Int32[np.ndarray, "border 2"]
    corners: list[np.ndarray]

    def __len__(self) -> int:
        return len(self.ids)


def make_county(settings: CountySettings) -> County:
    """Draw the county from sizes and seed alone."""
    rng = settings.stream("geography")
    points = _points(settings.cells, rng)
    corners, pairs = _tiles(points, settings.cells)
    village = _grow(settings.cells, pairs, settings.villages, rng)
    town_of_village = _grow(settings.villages, _lifted(pairs, village), settings.towns, rng)
    town_pairs = _lifted(_lifted(pairs, village), town_of_village)
    centre_of_town = _grow(settings.towns, town_pairs, settings.centres, rng)

    town = town_of_village[village]
    order = np.lexsort((np.hypot(*points[: settings.cells].T), village, town)).astype(np.int32)
    position = np.empty_like(order)
    position[order] = np.arange(len(order), dtype=np.int32)
    village, town = village[order], town[order]
    pairs = np.sort(position[pairs], axis=1)
    names = _names(settings.villages + settings.towns, rng)
    return County(
        ids=_ids(village, town, town_of_village),
        village=village,
        town=town,
        centre=centre_of_town[town],
        village_names=[
            name + ("社区" if urban else "村")
            for name, urban in zip(names[settings.towns :], rng.random(settings.villages) < 0.35, strict=True)
        ],
        town_names=[
            name + ("街道" if urban else "镇")
            for name, urban in zip(names[: settings.towns], rng.random(settings.towns) < 0.3, strict=True)
        ],
        centre_names=[f"第{n + 1}指挥中心" for n in range(settings.centres)],
        pairs=pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))],
        corners=[corners[cell] for cell in order],
        **_contents(village, settings.villages, rng),
    )


def _points(cells: int, rng: np.random.Generator) -> Float64[np.ndarray, "point 2"]:
    """Draw jittered points in kilometres, those of the county first."""
    reach = int(np.ceil(np.sqrt(cells / np.pi) * 1.9)) + 4
    column, line = np.meshgrid(np.arange(-reach, reach + 1), np.arange(-reach, reach + 1))
    grid = np.stack([column + 0.5 * (line % 2), line * np.sqrt(0.75)], axis=-1).reshape(-1, 2).astype(float)
    grid += rng.uniform(-0.36, 0.36, grid.shape)
    angle, radius = np.arctan2(grid[:, 1], grid[:, 0]), np.hypot(grid[:, 0], grid[:, 1])
    outline = np.ones(len(grid))
    for wave in range(2, 8):
        outline += rng.normal(0, 0.16 / wave) * np.cos(wave * angle + rng.uniform(0, 2 * np.pi))
    grid = grid[np.argsort(radius / outline, kind="stable")]
    radius = np.hypot(grid[:, 0], grid[:, 1])
    middle = np.sqrt(cells / np.pi)
    return grid * (CELL_KM * (0.45 + 0.55 * (radius / middle) ** 0.6))[:, None]


def _tiles(points: Float64[np.ndarray, "point 2"], cells: int) -> tuple[list[np.ndarray], Int32[np.ndarray, "border 2"]]:
    """Return polygon corners in degrees and pairs of adjacent cells."""
    from scipy.spatial import Voronoi  # late: scipy.spatial takes a third of a second to import

    diagram = Voronoi(points)
    vertices = diagram.vertices / np.array([111.32 * np.cos(np.radians(ORIGIN[1])), 110.95]) + np.array(ORIGIN)
    vertices = np.round(vertices, 6)
    corners = []
    for cell in range(cells):
        ring = vertices[diagram.regions[diagram.point_region[cell]]]
        x, y = ring.T
        turn = np.sum(x * np.roll(y, -1) - y * np.roll(x, -1))
        corners.append(ring if turn > 0 else ring[::-1])
    touching = diagram.ridge_points
    pairs = np.sort(touching[(touching < cells).all(axis=1)], axis=1)
    return corners, np.unique(pairs, axis=0).astype(np.int32)


def _grow(nodes: int, pairs: Int32[np.ndarray, "border 2"], groups: int, rng: np.random.Generator) -> Int32[np.ndarray, " node"]:
    """Group the nodes into connected groups around random seeds.

    A node belongs to the seed nearest along borders of random length. Of several draws of few seeds, the one with the
    smallest largest group is kept.
    """
    from scipy.sparse import coo_array  # late: the package's help must not wait for it
    from scipy.sparse.csgraph import dijkstra

    length = rng.uniform(0.6, 1.4, len(pairs))
    graph = coo_array((length, (pairs[:, 0], pairs[:, 1])), shape=(nodes, nodes)).tocsr()
    best, smallest = np.zeros(nodes, dtype=np.int32), nodes + 1
    for _ in range(12 if groups <= 64 else 1):
        seeds = _apart(graph, groups, rng) if groups <= 64 else rng.choice(nodes, groups, replace=False)
        _, _, source = dijkstra(graph, directed=False, indices=seeds, min_only=True, return_predecessors=True)
        group = np.empty(nodes, dtype=np.int32)
        group[seeds] = np.arange(groups, dtype=np.int32)
        largest = int(np.bincount(group[source]).max())
        if largest < smallest:
            best, smallest = group[source], largest
    return best


def _apart(graph: Any, groups: int, rng: np.random.Generator) -> Int32[np.ndarray, " group"]:
    """Draw seeds far from one another, as in k-means++."""
    from scipy.sparse.csgraph import dijkstra

    nodes = graph.shape[0]
    seeds = [int(rng.integers(nodes))]
    nearest = np.full(nodes, np.inf)
    while len(seeds) < groups:
        nearest = np.minimum(nearest, dijkstra(graph, directed=False, indices=seeds[-1]))
        weight = nearest**3
        seeds.append(int(rng.choice(nodes, p=weight / weight.sum())))
    return np.array(seeds, dtype=np.int32)


def _lifted(pairs: Int32[np.ndarray, "border 2"], group: Int32[np.ndarray, " node"]) -> Int32[np.ndarray, "border 2"]:
    """Return the pairs of adjacent groups."""
    lifted = np.sort(group[pairs], axis=1)
    return np.unique(lifted[lifted[:, 0] != lifted[:, 1]], axis=0)


def _ids(village: Int32[np.ndarray, " cell"], town: Int32[np.ndarray, " cell"], town_of_village: np.ndarray) -> list[str]:
    """Return ids ``G<town>-<village>-<cell>``; cells are ordered by town and village.

    Of 1,000 towns or more, each has five digits: with four an id looks like the number of a passport, and intake refuses it.
    """
    number = np.empty(len(town_of_village), dtype=np.int64)
    for members in (np.flatnonzero(town_of_village == t) for t in range(town_of_village.max() + 1)):
        number[members] = np.arange(1, len(members) + 1)
    starts = np.flatnonzero(first_of_runs(village))
    inside = np.arange(len(village)) - np.repeat(starts, np.diff(np.r_[starts, len(village)])) + 1
    digits = 2 if town.max() < 999 else 5
    return [f"G{t + 1:0{digits}d}-{v:03d}-{c:02d}" for t, v, c in zip(town, number[village], inside, strict=True)]


def _names(count: int, rng: np.random.Generator) -> list[str]:
    """Return distinct invented names of two syllables, more if needed."""
    pairs = [a + b for a in FIRST_SYLLABLES for b in LAST_SYLLABLES if a != b]
    names = [pairs[i] for i in rng.permutation(len(pairs))]
    longer = 0
    while len(names) < count:
        names.extend(
            FIRST_SYLLABLES[longer % len(FIRST_SYLLABLES)] * (1 + longer // len(FIRST_SYLLABLES)) + pair for pair in pairs
        )
        names = list(dict.fromkeys(names))
        longer += 1
    return names[:count]


def _contents(village: Int32[np.ndarray, " cell"], villages: int, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Draw households, rented rooms, enterprises, year built and storeys.

    Some cells are parks or industrial plots.
    """
    cells = len(village)
    crowd = rng.lognormal(-0.06, 0.35, villages)[village]
    renting = rng.gamma(0.9, 1 / 0.9, villages)[village]
    trade = rng.lognormal(-0.18, 0.6, villages)[village]
    households = np.maximum(rng.lognormal(5.05, 0.45, cells) * crowd, 6).astype(np.int32)
    empty = rng.permutation(cells)[: max(1, round(cells * 0.012))]
    households[empty] = rng.integers(0, 5, len(empty), dtype=np.int32)
    share = np.clip(renting * rng.gamma(1.5, 1 / 1.5, cells) * 0.55, 0, 6)
    rooms = np.floor(households * share * (rng.random(cells) > 0.06)).astype(np.int32)
    return {
        "households": households,
        "rooms": rooms,
        "enterprises": rng.poisson(rng.gamma(0.8, 12, cells) * trade).astype(np.int32),
        "built": np.clip(rng.normal(1999, 9, villages)[village] + rng.normal(0, 4, cells), 1970, 2020).astype(np.int32),
        "floors": np.round(np.clip(rng.lognormal(1.35, 0.5, cells), 1, 33), 1),
    }
