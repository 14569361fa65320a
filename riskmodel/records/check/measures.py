"""Measures of a history: sources, cells and exposures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Int64

from riskmodel.base.days import NEVER
from riskmodel.base.equal_runs import run_of
from riskmodel.records.check.source_measures import SourceCheck, measure_sources
from riskmodel.records.history import History
from riskmodel.records.source_alerts import SourceAlert, source_alerts


@dataclass(frozen=True)
class ExposureCheck:
    """Cells in which an exposure is missing or zero.

    ``shown_under`` are the cells under which the cells without the exposure are shown.
    """

    exposure: str
    missing: int
    zero: int
    zero_with_records: int
    shown_under: tuple[str, ...]


class Measures(NamedTuple):
    """Everything that a check measures of a history.

    ``alerts`` say what is wrong with the last ingests.

    ``shown_empty`` are the cells under which cells without records are shown, where no cell of the same place has a record.
    """

    sources: tuple[SourceCheck, ...]
    exposures: tuple[ExposureCheck, ...]
    cells: int
    empty_cells: int
    shown_empty: tuple[str, ...]
    kinds_without_records: tuple[str, ...]
    kinds: int
    alerts: tuple[SourceAlert, ...] = ()


def measure(history: History, manifest: Mapping[str, Any], as_of: int) -> Measures:
    """Return the measures of a history loaded from ``manifest``."""
    empty, shown_empty = empty_cells(history, as_of)
    counts = np.bincount(history.kind, minlength=len(history.kinds))
    return Measures(
        sources=measure_sources(history, manifest, as_of),
        exposures=measure_exposures(history, as_of),
        cells=len(history.places),
        empty_cells=empty,
        shown_empty=shown_empty,
        kinds_without_records=tuple(name for name, n in zip(history.kinds, counts, strict=True) if n == 0),
        kinds=len(history.kinds),
        alerts=source_alerts(manifest),
    )


def measure_exposures(history: History, as_of: int) -> tuple[ExposureCheck, ...]:
    """Return the measures of every exposure, as known on day ``as_of``."""
    places = history.places
    version = places.version_at(np.array([as_of], dtype=np.int32))
    there = version[:, 0] >= 0
    busy = np.bincount(history.cell, minlength=len(places)) > 0
    found = []
    for name in places.exposures:
        figures = places.exposure(name, version)[:, 0]
        missing, zero = there & np.isnan(figures), there & (figures == 0)
        under = shown_under(history, np.flatnonzero(missing), as_of)
        found.append(ExposureCheck(name, int(missing.sum()), int(zero.sum()), int((zero & busy).sum()), under))
    return tuple(found)


def empty_cells(history: History, as_of: int) -> tuple[int, tuple[str, ...]]:
    """Return the number of cells without records and the empty places.

    A place is empty if none of the cells that are shown together has a record; it is named by the cell under which they are shown.
    """
    places = history.places
    there = places.version_at(np.array([as_of], dtype=np.int32))[:, 0] >= 0
    count = np.bincount(history.cell, minlength=len(places))
    shown = places.shown_as(as_of)
    total = np.bincount(shown[shown >= 0], weights=count[shown >= 0], minlength=len(places))
    empty = np.flatnonzero((shown == np.arange(len(shown))) & (total == 0))
    return int((there & (count == 0)).sum()), tuple(places.ids[cell] for cell in empty)


def shown_under(history: History, cells: Sequence[int] | Any, as_of: int) -> tuple[str, ...]:
    """Return the ids under which cells are shown, each once, sorted.

    No cell with too few households is among them.
    """
    shown = history.places.shown_as(as_of)[cells]
    return tuple(sorted({history.places.ids[cell] for cell in shown if cell >= 0}))


def daily(history: History, kind: int, first: int, stop: int) -> Int64[np.ndarray, " day"]:
    """Return the believed amounts of a kind on each day.

    Of a state, records are counted. The days run from ``first`` to before ``stop``.
    """
    state = list(history.kinds.values())[kind].state
    # records are sorted by kind
    mine = run_of(history.kind, kind)
    occurred = history.occurred[mine]
    chosen = (history.until[mine] == NEVER) & (occurred >= first) & (occurred < stop)
    weights = None if state else history.amount[mine][chosen].astype(np.float64)
    return np.bincount(occurred[chosen] - first, weights=weights, minlength=stop - first).astype(np.int64)
