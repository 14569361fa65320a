"""Day of the week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import CALENDAR, Feature
from riskmodel.base.argument_types import checked
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class Weekday(Feature):
    """Day of the week, from 1 for Monday to 7 for Sunday.

    Of the as-of date.

    Examples
    --------
    >>> Weekday().unit
    'day of the week'
    """

    about: ClassVar[str] = CALENDAR

    @property
    def name(self) -> str:
        return "weekday"

    @property
    def unit(self) -> str:
        return "day of the week"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh="预警起始日为一周的第{value}天（平均{usual}）", en="The warning begins on day {value} of the week (mean {usual})"
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = ((view.calendar + 3) % 7 + 1)[None, :]
