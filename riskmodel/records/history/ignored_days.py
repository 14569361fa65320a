"""Ignored days of sources, such as a burst at a cut-over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Int64

from riskmodel.records.history.coverage import Coverage

IGNORED_SHARE = 0.1
"""A window of which more than this share of the days is ignored is missing; a smaller part is left out of its count."""

Span = tuple[int, int]


class IgnoredDays(NamedTuple):
    """Days of a source from ``first`` to ``last``, both included."""

    source: str
    first: int
    last: int


def ignored_spans(lasting: Mapping[str, Coverage], kinds: set[str]) -> tuple[Span, ...]:
    """Return the ignored days of the sources of ``kinds``.

    Parameters
    ----------
    lasting
        What holds of each source at every as-of date.

    Returns
    -------
    tuple
        Disjoint spans of days in order, the first and the last day included.
    """
    return joined_spans(span for one in lasting.values() if kinds & set(one.kinds) for span in one.ignored)


def mostly_ignored(lasting: Mapping[str, Coverage], kinds: set[str], window: int, as_of: Any) -> Bool[np.ndarray, " date"]:
    """Return where ignored days are too large a share of a window."""
    day = as_of.astype(np.int64)
    return ignored_days(ignored_spans(lasting, kinds), day - window, day) > IGNORED_SHARE * window


def joined_spans(spans: Any) -> tuple[Span, ...]:
    """Return disjoint spans in order that hold the same days."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def ignored_days(spans: Sequence[Span], first: Any, stop: Any) -> Int64[np.ndarray, " date"]:
    """Return the number of ignored days from ``first`` to ``stop - 1``."""
    found = np.zeros(np.broadcast(first, stop).shape, dtype=np.int64)
    for start, last in spans:
        found += np.clip(np.minimum(stop, last + 1) - np.maximum(first, start), 0, None)
    return found
