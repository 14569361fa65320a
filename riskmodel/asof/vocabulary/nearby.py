"""Weighted mean of a feature over surrounding cells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.asof import windows
from riskmodel.asof.rings import inverse_distances
from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_features
from riskmodel.asof.vocabulary.phrases import bare_text
from riskmodel.base.argument_types import checked
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class Nearby(Feature):
    """Mean of a feature over surrounding cells, by inverse distance.

    Cells of the first and second ring count, weighted by the inverse distance of their centres; cells with a missing value do not.
    Missing where none counts. Needs the shapes of the cells.

    Parameters
    ----------
    of
        The feature.

    Examples
    --------
    >>> Nearby(Count("theft", 28)).name
    'theft_count_28d_nearby'
    """

    of: Feature

    def __post_init__(self) -> None:
        check_features(self, "of")

    @property
    def name(self) -> str:
        return f"{self.of.name}_nearby"

    @property
    def unit(self) -> str:
        return self.of.unit

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        bare = bare_text(self.of, kinds)
        return Text(
            zh=f"周边网格按远近加权，「{bare.zh}」平均为{{value}}（平常{{usual}}）",
            en=f"Around this cell, nearer cells counting more, “{bare.en}” is {{value}} on average (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        ring: tuple[Any, Any, Any] = view.shared.once("around", lambda: inverse_distances(view.history.places))
        windows.weighted_means(view.everywhere(self.of), *ring, view.first, view.stop, out)
