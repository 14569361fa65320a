"""Explanations: additive contributions on the log mean, by cell and part."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.base.texts import Text

if TYPE_CHECKING:
    import pandas as pd

    from riskmodel.asof.vocabulary import Feature


@dataclass(frozen=True)
class ExplainedPart:
    """Origin of a contribution: a feature or a forecaster's own part.

    Parameters
    ----------
    name
        Of the feature or the part.
    family
        Signal family, ``model`` for an own part.
    unit
        Unit of measure, empty if there is none.
    meaning
        One sentence with the places ``{value}``, ``{usual}`` and, for some, ``{detail}``.
    feature
        The feature, if it is one.
    form
        How its numbers are shown: with digits, as whole counts, as a multiple of the usual, or as a year.
    everywhere
        Whether the value is the same in all cells.
    """

    name: str
    family: str
    unit: str
    meaning: Text
    feature: Feature | None = None
    form: Literal["number", "count", "times", "year"] = "number"
    everywhere: bool = False


@dataclass(frozen=True, eq=False, repr=False)
class Explanation(HtmlCard):
    """Contributions that make the means of some cells what they are.

    ``log(mean[i]) == base + contribution[i].sum()`` for each cell ``i``.

    Parameters
    ----------
    cell
        Numbers of the explained cells.
    parts
        Origin of each contribution.
    base
        Log mean of a usual row.
    contribution
        On the log mean ``[cell, part]``.
    value
        Value of the feature ``[cell, part]``, NaN where missing.
    usual
        Mean of the feature over the training rows.
    details
        Name of a part to the phrase of each cell that its sentence holds.
    ids
        Ids of all cells of the places, by number; empty where they are not known.
    """

    cell: Int32[np.ndarray, " cell"]
    parts: tuple[ExplainedPart, ...]
    base: float
    contribution: Float64[np.ndarray, "cell part"]
    value: Float64[np.ndarray, "cell part"]
    usual: Float64[np.ndarray, " part"]
    details: Mapping[str, tuple[Text, ...]] = field(default_factory=dict)
    ids: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return f"<Explanation: {counted(len(self.cell), 'cell')}, {counted(len(self.parts), 'part')}, base {np.exp(self.base):.3g} events>"

    def html_frame(self) -> pd.DataFrame:
        """Return the contributions, those of the first cell first."""
        return self.frame()

    def frame(self) -> pd.DataFrame:
        """Return one row per cell and part, the strongest first.

        Columns are cell (its id), part, family, contribution (on the log mean), value and usual.
        """
        import pandas as pd

        cells, parts = self.contribution.shape
        order = np.argsort(-np.abs(self.contribution), axis=1, kind="stable")
        rows = np.arange(cells)[:, None]
        flat = order.ravel()
        return pd.DataFrame(
            {
                "cell": np.repeat(np.array(self.ids, dtype=object)[self.cell] if self.ids else self.cell, parts),
                "part": np.array([part.name for part in self.parts], dtype=object)[flat],
                "family": np.array([part.family for part in self.parts], dtype=object)[flat],
                "contribution": self.contribution[rows, order].ravel(),
                "value": self.value[rows, order].ravel(),
                "usual": self.usual[flat],
            }
        )


def unexplained(cells: Int32[np.ndarray, " cell"]) -> Explanation:
    """Return an explanation without parts, for scores of another model."""
    none = np.zeros((len(cells), 0))
    return Explanation(np.asarray(cells, dtype=np.int32), (), 0.0, none, none, np.zeros(0))
