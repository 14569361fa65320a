"""Detector: settings of a method that judges series of counts."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

import numpy as np
from jaxtyping import Float64, Int8

from riskmodel.base.errors import bad_argument
from riskmodel.base.given_values import Described
from riskmodel.base.plurals import counted
from riskmodel.detection.judgement import Detection, Verdict

YEAR = 52
"""Periods of a year of weekly counts."""

Counts = Float64[np.ndarray, "series period"]
"""Whole numbers, NaN where a count is missing; sums of these are exact."""

TEXTS_OR_TIMES = frozenset("USTmM")
"""Kinds of arrays whose values are no counts, although some can be converted."""

LARGEST_COUNT = 10**12
"""Largest count whose sums over a series are exact in float64."""


class Detector(ABC):
    """Settings of a method; subclasses are frozen dataclasses."""

    in_chunks = True
    """Whether the series may be judged in batches; not if settings differ by series."""

    @abstractmethod
    def judge(self, counts: Counts, first: int, threads: int = 2) -> Detection:
        """Judge the periods from ``first`` on.

        ``counts`` come from :func:`whole_counts`. The number of threads changes no bit.
        """


def whole_counts(counts: Any, owner: str = "detect", before: int = 0) -> Counts:
    """Return counts as a matrix ``[series, period]``, NaN where missing.

    ``before`` is the number of series before these, for messages.

    Raises
    ------
    UsageError
        If they are not whole numbers from 0 to :data:`LARGEST_COUNT` in a matrix.
    """
    if getattr(getattr(counts, "dtype", None), "kind", "") in TEXTS_OR_TIMES:
        raise bad_argument(
            "counts", owner, "a matrix of whole numbers [series, period]", Described(f"values of type {counts.dtype}")
        )
    try:
        matrix = np.asarray(np.ma.filled(np.ma.asarray(counts, dtype=np.float64), np.nan))
    except (TypeError, ValueError):
        inner = "; give its .counts" if hasattr(counts, "counts") else ""
        raise bad_argument("counts", owner, f"a matrix of whole numbers [series, period]{inner}", counts) from None
    if matrix.ndim != 2:
        raise bad_argument(
            "counts",
            owner,
            "a matrix of whole numbers [series, period] (one series is counts[None, :])",
            Described(counted(matrix.ndim, "dimension")),
        )
    wrong = np.isinf(matrix) | (matrix < 0) | (matrix > LARGEST_COUNT) | (matrix != np.floor(matrix)) & ~np.isnan(matrix)
    if wrong.any():
        series, period = map(int, np.argwhere(wrong)[0])
        expected = f"whole numbers from 0 to {LARGEST_COUNT:,}, NaN where missing"
        raise bad_argument(
            "counts", owner, expected, Described(f"{matrix[series, period]:g} in series {before + series}, period {period}")
        )
    return np.ascontiguousarray(matrix)


def detection(
    counts: Counts, first: int, *, expected: Any, upper: Any, statistic: Any, p_value: Any, alarm: Any, reason: Any
) -> Detection:
    """Return a detection whose values are NaN at missing counts.

    Values may be scalars; ``alarm`` is cleared where a reason stands and the bound is NaN.
    """
    observed = counts[:, first:].copy()
    codes: Int8[np.ndarray, "series period"] = np.array(np.broadcast_to(reason, observed.shape), dtype=np.int8)
    missing = np.isnan(observed)
    codes[missing] = Verdict.MISSING

    def known(values: Any) -> Counts:
        return np.where(missing, np.nan, np.broadcast_to(values, observed.shape)).astype(np.float64)

    raised = np.array(np.broadcast_to(alarm, observed.shape), dtype=bool) & ~missing
    return Detection(first, observed, known(expected), known(upper), known(statistic), known(p_value), raised, codes)


def check_alpha(alpha: float, owner: str) -> None:
    """Refuse a level outside 0 to 1."""
    if not 0 < alpha < 1:
        raise bad_argument("alpha", owner, "between 0 and 1", alpha)
