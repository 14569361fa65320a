"""Kernel smoothing of a feature over the map."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.asof import windows
from riskmodel.asof.rings import quartic_weights
from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_features, check_positive
from riskmodel.asof.vocabulary.phrases import bare_text, figure
from riskmodel.base.argument_types import checked
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class Smoothed(Feature):
    """Mean of a feature over the cells within a bandwidth.

    The weight at distance ``d`` between centres is that of the quartic kernel, ``(1 - (d / bandwidth)**2)**2`` (Silverman, 1986, "Density
    Estimation", 4.5), as is usual for hot-spot maps; the cell itself counts. Cells with a missing value do not count; missing where none
    counts. Needs the shapes of the cells.

    Parameters
    ----------
    of
        The feature.
    bandwidth
        In units of the coordinates.

    Examples
    --------
    >>> Smoothed(Count("theft", 364), 500).name
    'theft_count_364d_smoothed_500'
    """

    of: Feature
    bandwidth: float

    def __post_init__(self) -> None:
        check_features(self, "of")
        check_positive(self, "bandwidth")

    @property
    def name(self) -> str:
        return f"{self.of.name}_smoothed_{figure(self.bandwidth)}"

    @property
    def unit(self) -> str:
        return self.of.unit

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        bare = bare_text(self.of, kinds)
        return Text(
            zh=f"本网格及{self.bandwidth:g}以内网格按核函数平滑，「{bare.zh}」平均为{{value}}（平常{{usual}}）",
            en=f"Smoothed over the cells within {self.bandwidth:g}, “{bare.en}” is {{value}} on average (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        kernel: tuple[Any, Any, Any] = view.shared.once(
            ("kernel", self.bandwidth), lambda: quartic_weights(view.history.places, self.bandwidth)
        )
        windows.weighted_means(view.everywhere(self.of), *kernel, view.first, view.stop, out)
