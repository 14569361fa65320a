"""Any feature of the cells around, nearer ones counting more."""

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
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@dataclass(frozen=True)
class Nearby(Feature):
    """Mean of ``of`` over the cells of the first and second ring, weighted by the inverse distance of their centres.

    Cells whose value cannot be known do not count; missing where none counts. Needs the shapes of the cells.
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
