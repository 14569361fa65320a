"""Map layers of the county: names of villages, a river and roads.

They are drawn behind the cells of a map and count for nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.simulator.geography import County
from riskmodel.simulator.settings import CountySettings
from riskmodel.simulator.table_files import write_text

RIVER_PARTS = 64
"""Parts of the river's line."""
BENDS = (1.0, 2.3, 4.1)
"""Waves of the river across the county."""
NAMED = 6
"""Cells per village from which its name is on the map."""


def write_layers(county: County, settings: CountySettings, directory: Path) -> dict[str, tuple[Path, int]]:
    """Write ``villages.geojson``, ``water.geojson`` and ``roads.geojson``.

    Returns path and number of features by layer.
    """
    middles = np.array([ring.mean(axis=0) for ring in county.corners])
    rng = settings.stream("map layers")
    layers = {"villages": _villages(county, middles), "water": _river(middles, rng), "roads": _roads(county, middles)}
    for layer, features in layers.items():
        lines = (json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in features)
        write_text(directory / f"{layer}.geojson", '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n")
    return {layer: (directory / f"{layer}.geojson", len(features)) for layer, features in layers.items()}


def _feature(kind: str, points: Any, properties: Mapping[str, str]) -> dict[str, Any]:
    return {
        "type": "Feature",
        "properties": dict(properties),
        "geometry": {"type": kind, "coordinates": np.round(points, 5).tolist()},
    }


def _villages(county: County, middles: Float64[np.ndarray, "cell 2"]) -> list[dict[str, Any]]:
    """Return a named point near the middle of each larger village."""
    found = []
    for village, name in enumerate(county.village_names):
        cells = np.flatnonzero(county.village == village)
        if len(cells) >= min(NAMED, _largest(county)):
            apart = np.hypot(*(middles[cells] - middles[cells].mean(axis=0)).T)
            found.append(_feature("Point", middles[cells[np.argmin(apart)]], {"名称": name}))
    return found


def _largest(county: County) -> int:
    return int(np.bincount(county.village).max())


def _river(middles: Float64[np.ndarray, "cell 2"], rng: np.random.Generator) -> list[dict[str, Any]]:
    """Return a line of bends from west to east."""
    west, east = middles[:, 0].min(), middles[:, 0].max()
    along = np.linspace(0.0, 1.0, RIVER_PARTS + 1)
    turn = sum(np.sin(2 * np.pi * (bend * along + rng.random())) / bend for bend in BENDS)
    south, north = middles[:, 1].min(), middles[:, 1].max()
    line = np.stack([west + along * (east - west), (south + north) / 2 + turn * (north - south) / 10], axis=1)
    return [_feature("LineString", line, {"名称": "清溪"})]


def _roads(county: County, middles: Float64[np.ndarray, "cell 2"]) -> list[dict[str, Any]]:
    """Return a road between the middles of each two towns that border."""
    towns = np.array([middles[county.town == town].mean(axis=0) for town in range(len(county.town_names))])
    lifted = np.sort(county.town[county.pairs], axis=1)
    between = np.unique(lifted[lifted[:, 0] != lifted[:, 1]], axis=0)
    return [_feature("LineString", _by_the_border(county, middles, towns, pair), {}) for pair in between.tolist()]


def _by_the_border(
    county: County, middles: Float64[np.ndarray, "cell 2"], towns: Float64[np.ndarray, "town 2"], pair: Iterable[int]
) -> Float64[np.ndarray, "point 2"]:
    """Return the line between two towns through the middle of their border."""
    first, second = pair
    ends = county.town[county.pairs]
    at = ((ends == (first, second)) | (ends == (second, first))).all(axis=1)
    crossing = middles[county.pairs[at]].mean(axis=(0, 1))
    return np.stack([towns[first], crossing, towns[second]])
