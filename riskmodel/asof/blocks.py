"""Blocks: the features of a few cells at a time. What a design is made of when it is not made in one piece.

A block's cells are computed from the whole history, so neighbours across its border are seen as in the undivided design;
totals of groups are made of all cells, once.
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
from riskmodel.base.days import Days
from riskmodel.records.history import History

BLOCK_BYTES = 1 << 25
"""Most bytes of a block, unless a single cell takes more."""

LEAST_BLOCKS = 8
"""At least as many blocks, where there are as many cells: so that workers share the work, and little is lost with one."""

Progress = Callable[[float], None]


@dataclass(frozen=True, eq=False)
class Work:
    """What to compute: ``features`` at the dates ``as_of``, for the cells ``edges[i]:edges[i + 1]`` of each block ``i``."""

    as_of: Days
    features: tuple[Feature, ...]
    edges: tuple[int, ...]

    @classmethod
    def of(cls, history: History, as_of: Days, features: tuple[Feature, ...]) -> Work:
        """The cells of ``history`` in blocks of a sensible size."""
        cells, a_cell = len(history.places), max(1, 4 * len(features) * len(as_of))
        block = max(1, min(BLOCK_BYTES // a_cell, -(-cells // LEAST_BLOCKS)))
        return cls(as_of, features, (*range(0, cells, block), cells))

    def __len__(self) -> int:
        return len(self.edges) - 1

    @property
    def bytes(self) -> int:
        """Size of all values."""
        return 4 * len(self.features) * len(self.as_of) * self.edges[-1]

    def to_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        features = [feature.to_json() for feature in self.features]
        return {"as_of": self.as_of.tolist(), "features": features, "edges": list(self.edges)}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Work:
        """The work of a JSON form."""
        features = tuple(Feature.from_json(feature) for feature in form["features"])
        return cls(np.array(form["as_of"], dtype=np.int32), features, tuple(form["edges"]))


class Blocks:
    """The blocks of some work on a history, each computed when it is asked for; several threads may ask."""

    def __init__(self, history: History, work: Work, shelf: Shelf | None = None) -> None:
        self.work = work
        self._shared = Shared(history, work.as_of, int(max(np.diff(work.edges))), shelf, half_lives(work.features))
        self._passes = filled_together(work.features)
        self._shared.history.starts  # noqa: B018  made before threads need it

    def values(self, block: int) -> Float32[np.ndarray, "feature cell date"]:
        """The features of a block's cells."""
        first, stop = self.work.edges[block : block + 2]
        features, view = self.work.features, View(self._shared, first, stop)
        out = np.empty((len(features), stop - first, len(self.work.as_of)), dtype=np.float32)
        # each block begins elsewhere, so that workers do not wait for the same group's totals
        begin = block % max(1, len(self._passes))
        for rows in self._passes[begin:] + self._passes[:begin]:
            type(features[rows[0]]).fill_together([features[row] for row in rows], view, out, rows, first)
        return out
