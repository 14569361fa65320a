"""Exposures and attributes of the cell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import unknown_name
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

LABELS = {
    "households": Text(zh="户数", en="households"),
    "rental_rooms": Text(zh="出租房间数", en="rental rooms"),
    "enterprises": Text(zh="企业数", en="enterprises"),
    "built_year": Text(zh="平均建成年份", en="mean year of building"),
    "floors": Text(zh="平均楼层", en="mean number of floors"),
    "population": Text(zh="人口", en="residents"),
}
COUNTED = ("households", "rental_rooms", "enterprises", "population")
"""Figures that are numbers of things: "321 households"."""


@checked(figure="str")
@dataclass(frozen=True)
class PlaceFigure(Feature):
    """Exposure or attribute of the cell, as known at the as-of date.

    Parameters
    ----------
    figure
        Name of the exposure or attribute.

    Examples
    --------
    >>> PlaceFigure("households").name
    'place_households'
    """

    figure: str

    @property
    def name(self) -> str:
        return f"place_{self.figure}"

    @property
    def unit(self) -> str:
        return self.figure

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        label = LABELS.get(self.figure, Text(zh=self.figure, en=self.figure))
        what = f"{{value}} {label.en}" if self.figure in COUNTED else f"{label.en.capitalize()} {{value}}"
        return Text(zh=f"本网格{label.zh}{{value}}（各地点平均{{usual}}）", en=f"{what} (mean of all places {{usual}})")

    def fill(self, view: View, out: Any) -> None:
        places = view.history.places
        if self.figure in places.exposures:
            out[...] = view.exposure(self.figure)
        elif self.figure in places.attributes:
            out[...] = view.attribute(self.figure)
        else:
            raise unknown_name("exposure or attribute", self.figure, [*places.exposures, *places.attributes])
