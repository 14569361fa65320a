"""Named tuples of arrays that kernels take as arguments.

Most kernels have the form ``kernel(records, dates, <settings>, cells, out)``. numba caches compiled kernels by the file of the
kernel alone: after renaming a tuple or a field, delete the ``*.nbi`` and ``*.nbc`` files in ``windows/__pycache__``.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float32, Float64, Int32, Int64


class Records(NamedTuple):
    """Records of a history, and the kinds to read.

    Records are ordered by kind, cell and ``occurred``.

    Attributes
    ----------
    starts
        ``starts[kind, cell]:starts[kind, cell + 1]`` are the positions of a kind's records in a cell.
    kinds
        Numbers of the kinds to read.
    occurred, known, until
        Days on which each record occurred and became known, and until which it counts.
    weight
        Contribution of each record to a sum.
    """

    starts: Int64[np.ndarray, "kind cell_plus_one"]
    kinds: Int64[np.ndarray, " chosen"]
    occurred: Int32[np.ndarray, " record"]
    known: Int32[np.ndarray, " record"]
    until: Int32[np.ndarray, " record"]
    weight: Int32[np.ndarray, " record"] | Int64[np.ndarray, " record"]


class AsOf(NamedTuple):
    """The as-of dates, with ``origin`` and ``table`` of :func:`~riskmodel.asof.windows.date_table.day_table`."""

    as_of: Int64[np.ndarray, " date"]
    origin: int
    table: Int32[np.ndarray, " day"]


class Cells(NamedTuple):
    """The cells ``first:stop``, and the cells whose records each of them counts.

    Cell ``c`` counts those of ``members[member_start[c]:member_start[c + 1]]``, or its own if ``member_start`` is empty.
    """

    first: int
    stop: int
    member_start: Int32[np.ndarray, " cell_plus_one"]
    members: Int32[np.ndarray, " member"]


class Span(NamedTuple):
    """A window of ``days`` days that ends ``lag`` days before each date."""

    days: int
    lag: int


class Spans(NamedTuple):
    """Several windows, with a term to add to each sum.

    ``gap`` is 0, or NaN where a window is missing.
    """

    days: Int64[np.ndarray, " window"]
    lag: Int64[np.ndarray, " window"]
    gap: Float32[np.ndarray, "window date"]


class Destination(NamedTuple):
    """Destination ``X[rows[w], cell - offset]`` of the sums of window ``w``.

    With ``past_cache``, for an ``X`` larger than any cache, sums are written to memory directly.
    """

    X: Float32[np.ndarray, "feature cell date"]
    rows: Int64[np.ndarray, " window"]
    offset: int
    past_cache: bool


class Factors(NamedTuple):
    """A window of ``days`` days, with a factor for each record.

    The factor is by kind, date and age of the record in days.
    """

    days: int
    factor: Float64[np.ndarray, "kind date age"]


class Halvings(NamedTuple):
    """Decay by several half-lives: ``powers[age, half_life]`` for ages in days.

    ``oldest`` is the first day on which any record occurred; ``powers`` reach from there to the last date.
    """

    powers: Float64[np.ndarray, "age half_life"]
    oldest: int


class Searches(NamedTuple):
    """Settings of :func:`~riskmodel.asof.windows.searches.searched`.

    Attributes
    ----------
    weights
        Weight of what a search found, by age in days.
    powers
        Share of the stock that is left after some days if nobody searches; as long as ``weights``.
    thorough
        Share that a search of the whole exposure finds.
    exposure
        Size of each cell at each date.
    """

    weights: Float64[np.ndarray, " age"]
    powers: Float64[np.ndarray, " age"]
    thorough: float
    exposure: Float64[np.ndarray, "cell date"]
