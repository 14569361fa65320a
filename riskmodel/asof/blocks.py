"""Blocks: the features of some cells at a time.

A block's cells are computed from the whole history, so features see neighbours across its border. Totals of groups are computed
from all cells, once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float32

from riskmodel.asof.shared import Shared
from riskmodel.asof.shelf import Shelf
from riskmodel.asof.view import View
from riskmodel.asof.vocabulary import Feature
from riskmodel.asof.vocabulary.decay import half_lives
from riskmodel.asof.vocabulary.feature import filled_together
from riskmodel.base.blamed_parts import blamed
from riskmodel.base.days import Days
from riskmodel.records.history import History

MOST_VALUES = 1 << 17
"""At most this many cells times dates per block: one measure of a block then fits the cache of a core."""

MOST_BYTES = 1 << 25
"""At most this many bytes per block, so that blocks under way take little memory; but at least one cell."""

BLOCKS = 8
"""At least this many blocks, so that workers share the work evenly ..."""

LEAST_VALUES = 1 << 14
"""... unless blocks get fewer cells times dates than this: the fixed cost per block and feature would dominate.

A design with fewer of them and of records together is one block, which needs no second thread.
"""

Progress = Callable[[float], None]
"""Callback that receives the finished share of the work, up to 1."""

Values = Float32[np.ndarray, "feature cell date"]


def block_size(cells: int, dates: int, features: int, workers: int, records: int) -> int:
    """Return the number of cells per block."""
    most = MOST_BYTES // (4 * max(1, features) * dates)
    if cells * dates + records < LEAST_VALUES:
        return max(1, min(cells, most))
    a_share = max(cells // BLOCKS + 1, min(LEAST_VALUES // dates, -(-cells // workers)))
    return max(1, min(a_share, MOST_VALUES // dates + 1, most))


@dataclass(frozen=True, eq=False)
class Work:
    """Features to compute at as-of dates, in blocks of cells.

    Parameters
    ----------
    as_of
        As-of dates.
    features
        Features.
    edges
        Block ``i`` has the cells ``edges[i]:edges[i + 1]``.
    calendar
        Dates of which features of the calendar tell, one for each as-of date.
    """

    as_of: Days
    features: tuple[Feature, ...]
    edges: tuple[int, ...]
    calendar: Days

    @classmethod
    def of(
        cls,
        history: History,
        as_of: Days,
        features: tuple[Feature, ...],
        workers: int = 2,
        block: int | None = None,
        calendar: Days | None = None,
    ) -> Work:
        """Divide the cells of ``history`` into blocks, by default of :func:`block_size`."""
        cells = len(history.places)
        block = block or block_size(cells, len(as_of), len(features), workers, len(history))
        return cls(as_of, features, (*range(0, cells, block), cells), as_of if calendar is None else calendar)

    def __len__(self) -> int:
        return len(self.edges) - 1

    @property
    def bytes(self) -> int:
        """Size of all values."""
        return 4 * len(self.features) * len(self.as_of) * self.edges[-1]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON values."""
        features = [feature.to_json() for feature in self.features]
        dates = {"as_of": self.as_of.tolist(), "calendar": self.calendar.tolist()}
        return {**dates, "features": features, "edges": list(self.edges)}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Work:
        """Return the work of a JSON form."""
        features = tuple(Feature.from_json(feature) for feature in form["features"])
        as_of, calendar = (np.array(form[name], dtype=np.int32) for name in ("as_of", "calendar"))
        return cls(as_of, features, tuple(form["edges"]), calendar)


class Blocks:
    """Computes blocks of some work; safe to call from threads."""

    def __init__(self, history: History, work: Work, shelf: Shelf | None = None) -> None:
        self.work = work
        size = int(max(np.diff(work.edges), default=1))
        self._shared = Shared(history, work.as_of, size, shelf, half_lives(work.features), work.calendar)
        self._passes = filled_together(work.features)
        self._shared.history.starts  # noqa: B018  computed before threads need it

    def fill(self, block: int, X: Values, offset: int = 0) -> None:
        """Write a block's features to ``X[feature, cell - offset, date]``."""
        features, view = self.work.features, View(self._shared, *self.work.edges[block : block + 2])
        # each block begins elsewhere, so that workers do not wait for the same group's totals
        begin = block % max(1, len(self._passes))
        for rows in self._passes[begin:] + self._passes[:begin]:
            together = [features[row] for row in rows]
            with blamed(
                f"the feature {together[0].name!r}"
                if len(rows) == 1
                else f"one of the features {', '.join(repr(one.name) for one in together[:5])}"
            ):
                type(together[0]).fill_together(together, view, X, rows, offset)

    def values(self, block: int) -> Values:
        """Return the features of a block's cells."""
        first, stop = self.work.edges[block : block + 2]
        out = np.empty((len(self.work.features), stop - first, len(self.work.as_of)), dtype=np.float32)
        self.fill(block, out, first)
        return out
