"""Space-time scan: brute force, level, threads and hard input."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.records.places import Places

GRID = np.array(list(product(range(5), range(4))), dtype=np.float64)
"""Twenty cells on a grid."""


def pairs_of(points: np.ndarray) -> np.ndarray:
    """Cells one step apart."""
    return np.array([(i, j) for i in range(len(points)) for j in range(i) if np.abs(points[i] - points[j]).sum() == 1])


def steps_from(centre: int, pairs: np.ndarray, cells: int) -> np.ndarray:
    """Number of steps from a centre, by relaxation."""
    steps = np.full(cells, np.inf)
    steps[centre] = 0
    for _ in range(cells):
        for one, other in pairs:
            steps[one], steps[other] = min(steps[one], steps[other] + 1), min(steps[other], steps[one] + 1)
    return steps


def every_cylinder(near: list[np.ndarray], longest: int) -> list[tuple[frozenset[int], int]]:
    """All zones over all recent windows."""
    return [
        (frozenset(order[:size].tolist()), span)
        for order in near
        for size in range(1, len(order) + 1)
        for span in range(1, longest + 1)
    ]


def by_brute_force(counts, expected, cylinders, fewest=3):
    """The largest statistic of all cylinders, where it is, its events and expectation."""
    total = counts.sum() if expected is None else 0
    found = (0.0, frozenset(), 0, 0, 0.0)
    for cells, span in cylinders:
        rows = sorted(cells)
        c = counts[rows, -span:].sum()
        if expected is None:
            e = counts[rows].sum() * counts[:, -span:].sum() / total
        else:
            e = expected[rows, -span:].sum()
        if c >= fewest and c > e:
            if expected is None:
                value = c * np.log(c / e) + ((total - c) * np.log((total - c) / (total - e)) if total > c else 0)
            else:
                value = c * np.log(c / e) + e - c
            if value > found[0] + 1e-12:
                found = (value, cells, counts.shape[1] - span, c, e)
    return found


@pytest.mark.parametrize("permuted", [False, True])
@pytest.mark.parametrize("seed", range(6))
def test_the_most_likely_cluster_is_that_of_a_brute_force_search(permuted, seed):
    rng = np.random.default_rng(seed)
    expected = rng.uniform(0.2, 3, (20, 1)) * np.ones((20, 12))
    counts = rng.poisson(expected)
    counts[seed : seed + 2, -1 - seed % 3 :] += 2
    points = GRID + rng.uniform(-0.2, 0.2, GRID.shape)
    near = [np.argsort(np.hypot(*(points - at).T))[:6] for at in points]
    value, cells, since, observed, usual = by_brute_force(counts, None if permuted else expected, every_cylinder(near, 4))
    usual_of = None if permuted else expected
    found = rm.scan(counts, centroids=points, expected=usual_of, longest=4, largest=6, replicates=1).clusters[0]
    assert found.statistic == pytest.approx(value, rel=1e-12)
    assert (set(found.cells), found.since, found.observed) == (cells, since, observed)
    assert found.expected == pytest.approx(usual)


def test_later_clusters_are_the_best_of_the_cells_that_are_free():
    rng = np.random.default_rng(3)
    expected = np.full((20, 10), 1.0)
    counts = rng.poisson(expected)
    counts[[0, 1], -2:] += 6
    counts[[18, 19], -3:] += 4
    points = GRID + np.random.default_rng(9).uniform(-0.2, 0.2, GRID.shape)
    near = [np.argsort(np.hypot(*(points - at).T))[:5] for at in points]
    first, second = rm.scan(counts, centroids=points, expected=expected, largest=5, longest=4, replicates=99).clusters[:2]
    left = [cylinder for cylinder in every_cylinder(near, 4) if not cylinder[0] & set(first.cells)]
    value, cells, *_ = by_brute_force(counts, expected, left)
    assert second.statistic == pytest.approx(value)
    assert set(second.cells) == cells
    assert first.p_value <= second.p_value


def test_zones_of_neighbours_grow_by_steps():
    pairs = pairs_of(GRID)
    counts, expected = np.zeros((20, 3)), np.full((20, 3), 0.01)
    for centre in (0, 7):
        steps = steps_from(centre, pairs, 20)
        busy = steps <= 1
        counts[:], counts[busy, -1] = 0, 5
        found = rm.scan(counts, neighbours=pairs, expected=expected, replicates=19).clusters[0]
        assert found.cells == tuple(np.flatnonzero(busy).tolist())
        assert (found.since, found.observed) == (2, 5 * busy.sum())
        assert found.p_value == 1 / 20


@pytest.mark.parametrize("model", ["poisson", "negative binomial", "permutation"])
def test_the_nominal_level_is_kept(model):
    rng = np.random.default_rng(11)
    level = rng.uniform(0.5, 3, (20, 1)) * np.exp(rng.normal(0, 0.3, 12))
    shuffled = rng.poisson(level)
    options = {"poisson": {"expected": level}, "negative binomial": {"expected": level, "dispersion": 0.5}, "permutation": {}}
    p_values = []
    for run in range(100):
        if model == "poisson":
            counts = rng.poisson(level)
        elif model == "negative binomial":
            counts = rng.negative_binomial(2, 2 / (2 + level))
        else:  # the same events with permuted dates
            cell, period = np.repeat(np.indices(shuffled.shape).reshape(2, -1), shuffled.ravel(), axis=1)
            counts = np.zeros_like(shuffled)
            np.add.at(counts, (cell, rng.permutation(period)), 1)
        found = rm.scan(
            counts, centroids=GRID, largest=5, longest=3, replicates=79, stop_after=10, seed=run, limit=1, threads=1,
            **options[model],
        )  # fmt: skip
        p_values.append(found.clusters[0].p_value if found.clusters else 1.0)
    for nominal in (0.1, 0.25):
        share = np.mean(np.array(p_values) <= nominal)
        assert abs(share - nominal) < 3 * np.sqrt(nominal * (1 - nominal) / 100)


def test_replicates_stop_early_and_depend_on_the_seed_alone():
    counts = np.random.default_rng(5).poisson(1.0, (20, 12))
    usual = rm.scan(counts, centroids=GRID, seed=1)
    assert 20 <= usual.replicates < 200
    assert usual.clusters[0].p_value == 20 / usual.replicates
    again = rm.scan(counts, centroids=GRID, seed=1, threads=3)
    assert again.clusters == usual.clusters
    assert rm.scan(counts, centroids=GRID, seed=2).clusters[0].p_value != usual.clusters[0].p_value
    counts[3, -1] += 15
    assert rm.scan(counts, centroids=GRID, replicates=199).clusters[0].p_value == 1 / 200


def test_permuted_replicates_keep_the_totals_of_cells_and_periods():
    from riskmodel.detection.scan_replicates import PermutationScan

    model = PermutationScan(np.array([5, 0, 9, 30]), np.array([4, 7]))
    for number in range(20):
        drawn = model.draw(0, number)
        np.testing.assert_array_equal(drawn.sum(axis=0), [4, 7])
        assert (drawn.sum(axis=1) <= model.by_cell).all()
        assert drawn.tobytes() == model.draw(0, number).tobytes()


def test_a_cell_that_is_unknown_is_in_no_cluster_and_said_so():
    counts = np.ones((20, 6))
    counts[4:7, -1] = 9
    counts[5, 2] = np.nan
    found = rm.scan(counts, centroids=GRID, longest=3, replicates=99)
    assert not found.judged[5]
    assert found.judged.sum() == 19
    assert 5 not in {cell for cluster in found.clusters for cell in cluster.cells}
    recent = rm.scan(counts, centroids=GRID, expected=np.ones((20, 6)), longest=3, replicates=99)
    assert recent.judged.all()
    assert {4, 5, 6} <= set(recent.clusters[0].cells)


@pytest.mark.parametrize("value", [0, 3, 10**6])
def test_constant_empty_and_huge_counts_have_no_cluster(value):
    counts = np.full((20, 9), value)
    for expected in (None, np.full((20, 9), float(value))):
        found = rm.scan(counts, centroids=GRID, expected=expected)
        assert found.clusters == ()
        assert found.replicates == 0
        assert len(found.frame()) == 0


def test_places_give_distances_or_steps_and_names():
    import pandas as pd

    cells = pd.DataFrame({"cell": ["a", "b", "c"]})
    square = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
    counts = np.array([[1, 0, 1, 1, 7], [1, 1, 0, 1, 1], [0, 1, 0, 1, 6]])
    drawn = Places.from_frame(cells, shapes={"a": [square], "b": [square + 9], "c": [square + 2]})
    adjacent = Places.from_frame(cells, neighbours=pd.DataFrame({"from": ["a"], "to": ["c"]}))
    for places in (drawn, adjacent):
        found = rm.scan(counts, places=places, expected=np.ones((3, 5)), replicates=99)
        frame = found.frame()
        assert frame["cell"].tolist()[:2] == ["a", "c"]
        assert frame["finding"][0] == (
            "13 events in 2 cells (a, c) since period 4, where 2.0 were expected (6.5 times as many); p = 0.01."
        )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "exactly one of the three"),
        ({"centroids": GRID, "neighbours": [[0, 1]]}, "exactly one of the three"),
        ({"centroids": GRID[:3]}, "one row for each of the 3 cells"),
        ({"centroids": GRID * np.nan}, "finite coordinates"),
        ({"neighbours": [[0, 20]]}, "cell numbers from 0 to 19"),
        ({"neighbours": [[0.5, 1]]}, "pairs of cell numbers"),
        ({"centroids": GRID, "longest": 0}, "at least 1"),
        ({"centroids": GRID, "longest": 6}, "more periods than the longest cluster"),
        ({"centroids": GRID, "expected": np.ones((20, 5))}, "of the shape of the counts"),
        ({"centroids": GRID, "expected": -np.ones((20, 6))}, "Got -1.0"),
    ],
)
def test_a_bad_argument_is_named(options, message):
    with pytest.raises(UsageError, match=message):
        rm.scan(np.ones((20, 6)), **options)


def test_too_many_events_to_permute_are_refused():
    with pytest.raises(UsageError, match="at most 1,000,000,000 events"):
        rm.scan(np.full((2, 20), 10**9), neighbours=[[0, 1]])
