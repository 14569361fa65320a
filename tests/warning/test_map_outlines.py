"""Outlines of many rings at once say what each ring says alone."""

from __future__ import annotations

import numpy as np

from riskmodel.warning.formats.map_outlines import Outlines
from riskmodel.warning.formats.map_scale import Scale

TURNED = (
    np.array([[0, 0], [4, 0], [4, 0], [4, 3], [0, 3], [0, 0]]),
    np.array([[0, 0], [0, 0], [0, 0]]),
    np.array([[5, 5], [9, 9], [5, 5]]),
    np.array([[5, 5], [9, 9], [5, 5], [5, 5]]),
    np.array([[0, 0], [2, 2], [4, 4], [0, 0]]),
    np.array([[1, 1], [1, 1], [2, 1], [2, 2], [1, 1], [1, 1]]),
)


def rings() -> list[np.ndarray]:
    """Rings with repeated points, without an area, and stars of any number of corners."""
    rng = np.random.default_rng(7)
    stars = []
    for corners in rng.integers(3, 40, 60).tolist():
        angle = np.sort(rng.random(corners)) * 2 * np.pi
        star = rng.random(2) * 90 + np.column_stack([np.cos(angle), np.sin(angle)]) * rng.random((corners, 1)) * 3
        stars.append(np.concatenate([star, star[:1]]))
    return [*(ring.astype(float) for ring in TURNED), *stars]


def kept(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The points without repetitions and closing point, one after the other."""
    found: list[tuple[float, float]] = []
    for point in points:
        if not found or point != found[-1]:
            found.append(point)
    return found[:-1] if len(found) > 1 and found[0] == found[-1] else found


def path(ring: list[tuple[float, float]]) -> str:
    if len(ring) < 3:
        return ""
    steps = [f"{round(b[0] - a[0], 1):g} {round(b[1] - a[1], 1):g}" for a, b in zip(ring, ring[1:], strict=False)]
    return f"M{ring[0][0]:g} {ring[0][1]:g}l{' '.join(steps)}z"


def middle(ring: list[tuple[float, float]]) -> tuple[float, float]:
    area = across = up = 0.0
    for (x, y), (next_x, next_y) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = x * next_y - next_x * y
        area, across, up = area + cross, across + (x + next_x) * cross, up + (y + next_y) * cross
    if abs(area) < 1e-9:
        return round(sum(x for x, _ in ring) / len(ring), 1), round(sum(y for _, y in ring) / len(ring), 1)
    return round(across / (3 * area), 1), round(up / (3 * area), 1)


def test_every_ring_has_its_own_corners_path_and_middle() -> None:
    whole = rings()
    scale = Scale.of(np.concatenate(whole))
    outlines = Outlines.of(whole, scale)
    alone = [kept([(x, y) for x, y in np.round(scale.placed(ring), scale.decimals).tolist()]) for ring in whole]

    assert [outlines.ring(i) for i in range(len(whole))] == alone
    assert outlines.paths() == [path(ring) for ring in alone]
    assert outlines.middles() == [middle(ring) for ring in alone]
    assert [len(ring) for ring in alone[:6]] == [4, 1, 2, 2, 3, 3]


def test_no_ring_has_no_outline() -> None:
    outlines = Outlines.of([], Scale(0, 0, 1, 1, 1, 1))

    assert outlines.paths() == outlines.middles() == []
