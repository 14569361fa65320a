"""A feature compared with its group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from riskmodel.asof.view import COUNTY, View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.asof.vocabulary.field_checks import check_features, check_group
from riskmodel.asof.vocabulary.phrases import bare_text, scope_text
from riskmodel.base.argument_types import checked
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class Relative(Feature):
    """A feature divided by its mean over the cell's group.

    The mean is over cells that exist and whose value is known. Missing where it is 0.

    Parameters
    ----------
    of
        The feature.
    over
        ``county`` or a grouping.

    Examples
    --------
    >>> Relative(Count("theft", 28), over="town").name
    'theft_count_28d_relative_to_town'
    """

    of: Feature
    over: str = COUNTY

    def __post_init__(self) -> None:
        check_features(self, "of")
        check_group(self, self.over)

    @property
    def name(self) -> str:
        return f"{self.of.name}_relative_to_{self.over}"

    @property
    def unit(self) -> str:
        return "ratio"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        bare, whose = bare_text(self.of, kinds), scope_text(self.over)
        return Text(
            zh=f"「{bare.zh}」是{whose.zh}各网格平均的{{value}}倍（平常{{usual}}倍）",
            en=f"“{bare.en}” is {{value}} times the mean of its {self.over} (usually {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        def own(v: View) -> Any:
            return v.everywhere(self.of)[v.first : v.stop]

        total = view.over((self.of, "sum"), lambda v: np.nan_to_num(own(v)).astype(np.float64), self.over)
        count = view.over((self.of, "count"), lambda v: (~np.isnan(own(v))).astype(np.int64), self.over)
        with np.errstate(divide="ignore", invalid="ignore"):
            out[...] = np.where(total != 0, own(view) * (count / total), np.nan)
