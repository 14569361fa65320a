"""Runs of rows that follow each other with equal keys."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Bool


def first_of_runs(*keys: Any) -> Bool[np.ndarray, " row"]:
    """Return which rows differ from the row before in a key.

    Examples
    --------
    >>> first_of_runs(np.array([3, 3, 5, 5])).tolist()
    [True, False, True, False]
    """
    first = np.zeros(len(keys[0]), dtype=bool)
    first[:1] = True
    for key in keys:
        first[1:] |= key[1:] != key[:-1]
    return first


def last_of_runs(*keys: Any) -> Bool[np.ndarray, " row"]:
    """Return which rows differ from the next row in a key.

    Examples
    --------
    >>> last_of_runs(np.array([3, 3, 5, 5]), np.array([1, 2, 2, 2])).tolist()
    [True, True, False, True]
    """
    last = np.ones(len(keys[0]), dtype=bool)
    last[:-1] = first_of_runs(*keys)[1:]
    return last


def run_of(key: Any, value: int) -> slice:
    """Return the rows of a sorted key that have a value.

    Parameters
    ----------
    key
        Values in ascending order ``[row]``.

    Examples
    --------
    >>> run_of(np.array([3, 3, 5, 5]), 5), run_of(np.array([3, 3, 5, 5]), 4)
    (slice(2, 4, None), slice(2, 2, None))
    """
    # a value of another type would let the whole key be copied
    wanted = key.dtype.type(value)
    return slice(int(np.searchsorted(key, wanted)), int(np.searchsorted(key, wanted, side="right")))
