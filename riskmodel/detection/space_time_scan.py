"""Space-time scan: groups of neighbouring cells that are unusually busy of late.

Every zone (a cell with its nearest cells) over every run of the last periods is compared with what is expected there; the cylinder with the
largest likelihood ratio is the most likely cluster (Kulldorff, 2001, "Prospective time periodic geographical disease surveillance using a
scan statistic"; Kulldorff et al., 2005, "A space-time permutation scan statistic for disease outbreak detection"). Its p-value is the share of
replicates whose own best cylinder is as large, so all places, sizes and starts are accounted for.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Bool

from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument
from riskmodel.base.given_values import Described
from riskmodel.base.plurals import counted
from riskmodel.counts.distribution import SMALLEST_MEAN
from riskmodel.detection.detector import LARGEST_COUNT, Counts, whole_counts
from riskmodel.detection.scan_replicates import PermutationScan, PoissonScan, ScanModel, replicate_maxima
from riskmodel.detection.scan_result import ScanCluster, ScanResult
from riskmodel.detection.scan_statistic import Cylinder, ScanTable, best_cylinder
from riskmodel.detection.scan_zones import Zones, zones_by_distance, zones_by_steps, zones_of_places
from riskmodel.records.places import Places

MOST_PERMUTED = 10**9
"""Most events whose dates can be shuffled."""


@checked(places="Places | NoneType")
def scan(
    counts: Any,
    *,
    places: Places | None = None,
    neighbours: Any | None = None,
    centroids: Any | None = None,
    expected: Any | None = None,
    dispersion: Any = 0.0,
    longest: int = 8,
    largest: int = 20,
    fewest: int = 3,
    limit: int = 5,
    replicates: int = 999,
    stop_after: int = 20,
    seed: int = 0,
    threads: int = 2,
) -> ScanResult:
    """Find neighbouring cells that are unusually busy up to the last period.

    With ``expected`` counts the null hypothesis is Poisson, or negative binomial with ``dispersion``. Without them dates are permuted
    among events, so that only an excess beyond the usual share of the cells and the total of the period is unusual.

    Parameters
    ----------
    counts
        Whole numbers ``[cell, period]``, NaN or masked where a count is missing. The last period is the current one.
    places, neighbours, centroids
        Exactly one of them says what is near: places (distance between shapes, else steps between neighbours), pairs of cell
        numbers, or coordinates ``[cell, 2]`` on a plane.
    expected, dispersion
        Expected counts ``[cell, period]``, and their dispersion: variance = mean + dispersion x mean^2.
    longest
        Most periods of a cluster.
    largest
        Most cells of a cluster.
    fewest
        Fewest events of a cluster.
    limit
        Most clusters returned.
    replicates, stop_after
        Most replicates, and how many of them must reach the observed statistic to stop earlier.
    seed, threads
        Seed of the replicates, and number of threads; threads change no bit.

    Returns
    -------
    ScanResult
        Clusters with their cells, first period, observed and expected events and p-values.

    Raises
    ------
    UsageError
        If an argument is out of range.

    Examples
    --------
    >>> counts = np.array([[1, 0, 1, 1, 7], [0, 1, 0, 1, 6], [1, 1, 0, 1, 1]])
    >>> found = scan(counts, neighbours=[[0, 1], [1, 2]], expected=np.ones((3, 5)), longest=2)
    >>> found.clusters[0].cells, found.clusters[0].since, found.clusters[0].observed
    ((0, 1), 4, 13)
    """
    events = whole_counts(counts, "scan")
    _check_numbers(
        events, longest=(longest, 1), largest=(largest, 1), fewest=(fewest, 1), limit=(limit, 0), replicates=(replicates, 1),
        stop_after=(stop_after, 1), seed=(seed, 0), threads=(threads, 1),
    )  # fmt: skip
    zones = _zones((places, neighbours, centroids), len(events), largest, threads)
    span = min(longest, events.shape[1])
    if expected is None:
        model, judged = _permutation(events, span)
    else:
        model, judged = _poisson(events, expected, dispersion, span)
    own = _judged_zones(zones, judged)
    recent = np.where(judged[:, None], events[:, events.shape[1] - span :], 0.0)
    table = model.table(recent, fewest)
    best = _separate_cylinders(table, own, limit)
    names = None if places is None else places.ids
    if not best:
        return ScanResult((), 0, judged, names)
    free = np.ones(len(events), dtype=bool)
    maxima = replicate_maxima(
        lambda number: best_cylinder(model.table(model.draw(seed, number), fewest), own, free).statistic,
        best[0].statistic,
        replicates,
        stop_after,
        threads,
    )
    clusters = tuple(_cluster(found, table, own, events.shape[1], maxima.p_value(found.statistic)) for found in best)
    return ScanResult(clusters, len(maxima.maxima), judged, names)


def _check_numbers(events: Counts, **numbers: tuple[Any, int]) -> None:
    """Refuse an empty table, and options that are not whole numbers."""
    if not events.size:
        raise bad_argument("counts", "scan", "a matrix with at least one cell and period", events.shape)
    for name, (value, least) in numbers.items():
        if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
            raise bad_argument(name, "scan", f"a whole number of at least {least}", value)


def _zones(near: tuple[Places | None, Any, Any], cells: int, largest: int, threads: int) -> Zones:
    """Return the zones of places, neighbours or centroids."""
    places, neighbours, centroids = near
    if sum(one is not None for one in near) != 1:
        given = [name for name, one in zip(("places", "neighbours", "centroids"), near, strict=True) if one is not None]
        raise bad_argument("places", "scan", "given, or neighbours or centroids: exactly one of the three", given)
    if neighbours is not None:
        return zones_by_steps(neighbours, cells, largest, threads)
    found = zones_by_distance(centroids, largest) if places is None else zones_of_places(places, largest, threads)
    if len(found) != cells:
        raise bad_argument("counts", "scan", f"one row for each of the {len(found):,} cells", Described(counted(cells, "row")))
    return found


def _permutation(events: Counts, span: int) -> tuple[ScanModel, Bool[np.ndarray, " cell"]]:
    """Return the permutation model, and which cells have all counts."""
    judged = ~np.any(np.isnan(events), axis=1)
    whole = np.where(judged[:, None], events, 0.0)
    if whole.sum() > MOST_PERMUTED:
        expected = f"at most {MOST_PERMUTED:,} events in all without expected counts"
        raise bad_argument("counts", "scan", expected, Described(f"{whole.sum():,.0f} events"))
    if events.shape[1] <= span:
        expected = f"more periods than the longest cluster ({span}) without expected counts"
        raise bad_argument("counts", "scan", expected, Described(counted(events.shape[1], "period")))
    whole = whole.astype(np.int64)
    return PermutationScan(whole.sum(axis=1), whole[:, -span:].sum(axis=0)), judged


def _poisson(events: Counts, expected: Any, dispersion: Any, span: int) -> tuple[ScanModel, Bool[np.ndarray, " cell"]]:
    """Return the Poisson model, and which cells have counts and expectations."""
    values = []
    for name, given in (("expected", expected), ("dispersion", dispersion)):
        found = np.asarray(given, dtype=np.float64)
        if name == "expected" and found.shape != events.shape or name == "dispersion" and found.shape not in ((), events.shape):
            raise bad_argument(name, "scan", f"numbers [cell, period] of the shape of the counts, {events.shape}", found.shape)
        wrong = np.isinf(found) | (found < 0) | (found > LARGEST_COUNT)
        if wrong.any():
            raise bad_argument(name, "scan", f"numbers from 0 to {LARGEST_COUNT:,}, NaN where unknown", float(found[wrong][0]))
        values.append(np.broadcast_to(found, events.shape)[:, events.shape[1] - span :])
    mean, psi = values
    judged = ~np.any(np.isnan(events[:, events.shape[1] - span :] + mean + psi), axis=1)
    mean = np.where(judged[:, None], np.maximum(mean, SMALLEST_MEAN), 0.0)
    return PoissonScan(mean, np.where(judged[:, None], psi, 0.0)), judged


def _judged_zones(zones: Zones, judged: Bool[np.ndarray, " cell"]) -> Zones:
    """Return the zones around judged cells, without the others."""
    kept = zones[judged]
    gone = (kept < 0) | ~judged[kept]
    order = np.argsort(gone, axis=1, kind="stable")
    return np.take_along_axis(np.where(gone, np.int32(-1), kept), order, axis=1)


def _separate_cylinders(table: ScanTable, zones: Zones, limit: int) -> list[Cylinder]:
    """Return the best cylinders, each of cells that are in none before."""
    free, best = np.ones(len(table.events), dtype=bool), []
    while len(best) < limit:
        found = best_cylinder(table, zones, free)
        if found.size == 0:
            break
        best.append(found)
        free[zones[found.centre, : found.size]] = False
    return best


def _cluster(found: Cylinder, table: ScanTable, zones: Zones, periods: int, p_value: float) -> ScanCluster:
    """Return the cluster of a cylinder."""
    cells = np.sort(zones[found.centre, : found.size])
    return ScanCluster(
        tuple(int(cell) for cell in cells),
        periods - found.span,
        int(table.events[cells, found.span - 1].sum()),
        float(table.expected[cells, found.span - 1].sum()),
        found.statistic,
        p_value,
    )
