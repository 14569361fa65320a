"""Contributions of features and model parts to a forecast."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.base.texts import Text
from riskmodel.counts.distribution import Rows


@dataclass(frozen=True)
class Contributions:
    """Additive contributions to the log mean of each row.

    ``log(mean[i]) == base + values[i].sum()``.

    Parameters
    ----------
    base
        Log mean of a usual row.
    names
        Features of the design, or the forecaster's own parts.
    values
        Contributions ``[row, part]``.
    parts
        Meaning of each own part, a sentence with the places ``{value}`` and ``{usual}``.
    shown
        Value that a sentence quotes for each own part, ``[row]``.
    """

    base: float
    names: tuple[str, ...]
    values: Float64[np.ndarray, "row part"]
    parts: Mapping[str, Text] = field(default_factory=dict)
    shown: Mapping[str, Rows] = field(default_factory=dict)

    @classmethod
    def of(cls, base: float, values: Mapping[str, Any], meanings: Mapping[str, Text]) -> Contributions:
        """Build contributions from columns by name.

        ``meanings`` are those of the own parts among the names. The value shown for an own part is its factor of the mean, the
        exponential of its contribution.
        """
        shown = {name: np.exp(values[name]) for name in meanings}
        return cls(base, tuple(values), np.stack(list(values.values()), axis=1), meanings, shown)


def log_slope(total: Rows, usual: float) -> Rows:
    """Return ``log(total / usual) / (total - usual)`` of each row.

    Multiplied by the change of one summand, it is that summand's share in the change of the log of the sum. The shares add up
    exactly (logarithmic mean Divisia index: Ang, 2004, "Decomposition analysis for policymaking in energy: which is the preferred
    method?").
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.log(total / usual) / (total - usual)
    return np.where(np.abs(total - usual) > 1e-9 * usual, slope, 1.0 / usual)
