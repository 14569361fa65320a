"""Cells and records without any events but those stated: the parts of hand-made worlds.

A cell of :func:`make_cells` holds from always to never, and a record of :func:`make_history` is known on its day, counts one, and
is never corrected, withdrawn or ended. Use them where a test needs records of its own, and name only what is special about them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.base.project import Kind
from riskmodel.records.history import Coverage, History, from_columns
from riskmodel.records.places import Grouping, Places


def make_cells(ids: Iterable[str], pairs: Iterable[tuple[int, int]] = (), **changed: Any) -> Places:
    """Cells of one version each; ``pairs`` are neighbours ``(cell, other)``, by cell, and ``changed`` any field of places."""
    names = tuple(ids)
    count = len(names)
    near = np.array([*pairs], dtype=np.int32).reshape(-1, 2)
    fields = {
        "cell": np.arange(count, dtype=np.int32),
        "valid_from": np.full(count, ALWAYS),
        "valid_to": np.full(count, NEVER),
        "known": np.full(count, ALWAYS),
        "groupings": {"all": Grouping(("all",), np.zeros(count, dtype=np.int32))},
        "neighbour_start": np.searchsorted(near[:, 0], np.arange(count + 1)).astype(np.int32),
        "neighbour_cells": np.ascontiguousarray(near[:, 1]),  # a column in steps would compile every kernel again
    }
    return Places(ids=names, **(fields | changed))


def make_history(
    places: Places, kinds: Mapping[str, Kind], occurred: Any, *, coverage: tuple[Coverage, ...] = (), **changed: Any
) -> History:
    """Records of the first kind in the first cell on the days ``occurred``; other columns are ``changed``, one value or one per record."""
    occurred = np.asarray(occurred, dtype=np.int64)
    columns = {"kind": 0, "cell": 0, "known": occurred, "until": NEVER, "ended": NEVER, "amount": 1} | changed
    whole = {name: np.broadcast_to(np.asarray(values), occurred.shape) for name, values in columns.items()}
    return from_columns(places, kinds, coverage=coverage, occurred=occurred, **whole)
