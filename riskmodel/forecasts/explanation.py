"""Explanations: additive contributions on the log mean, a row a cell and part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.texts import Text

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Part:
    """What a contribution comes from: a feature, or the forecaster's own part of that name.

    ``meaning`` is one sentence with the places ``{value}`` and ``{usual}``; ``family`` is the signal family.
    """

    name: str
    family: str
    unit: str
    meaning: Text


@dataclass(frozen=True, eq=False)
class Explanation:
    """``log(mean[i]) == base + contribution[i].sum()`` for each explained cell ``i``.

    ``value`` is the feature's value (NaN where missing), ``usual`` its mean over the training rows.
    """

    cell: Int32[np.ndarray, " cell"]
    parts: tuple[Part, ...]
    base: float
    contribution: Float64[np.ndarray, "cell part"]
    value: Float64[np.ndarray, "cell part"]
    usual: Float64[np.ndarray, " part"]

    def frame(self) -> pd.DataFrame:
        """A row a cell and part, the strongest first: cell, part, family, contribution, value, usual."""
        import pandas as pd

        cells, parts = self.contribution.shape
        order = np.argsort(-np.abs(self.contribution), axis=1, kind="stable")
        rows = np.arange(cells)[:, None]
        flat = order.ravel()
        return pd.DataFrame(
            {
                "cell": np.repeat(self.cell, parts),
                "part": np.array([part.name for part in self.parts], dtype=object)[flat],
                "family": np.array([part.family for part in self.parts], dtype=object)[flat],
                "contribution": self.contribution[rows, order].ravel(),
                "value": self.value[rows, order].ravel(),
                "usual": self.usual[flat],
            }
        )
