"""Distance in days to and from long holidays."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import CALENDAR, Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.asof.vocabulary.public_holidays import check_country, long_holidays
from riskmodel.base.argument_types import checked
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

FAR = 60
"""Default of the largest distance to a holiday, in days."""


@checked()
@dataclass(frozen=True)
class ToHoliday(Feature):
    """Days to the next long holiday; 0 within one.

    A long holiday is at least ``length`` days off in a row, weekends included, one of them a public holiday. A worked weekend day is
    not off.

    Parameters
    ----------
    country
        ISO code of two capital letters.
    length
        Least number of days off.
    cap
        Largest value.

    Examples
    --------
    >>> ToHoliday("CN").name
    'days_to_holiday_cn_3_60d'
    """

    country: str
    length: int = 3
    cap: int = FAR

    about: ClassVar[str] = CALENDAR

    def __post_init__(self) -> None:
        _check(self)

    @property
    def name(self) -> str:
        return f"days_to_holiday_{self.country.lower()}_{self.length}_{self.cap}d"

    @property
    def unit(self) -> str:
        return "days"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh=f"距下一个长假（连休{self.length}天以上）还有{{value}}天（平均{{usual}}天）",
            en=f"The next long holiday ({self.length} days or more) is {{value}} days away (mean {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = _each(self, view, lambda day: long_holidays(self.country, self.length, day, day + self.cap))


@checked()
@dataclass(frozen=True)
class SinceHoliday(Feature):
    """Days since the last long holiday ended; 0 within one.

    Long holidays are those of :class:`ToHoliday`.

    Parameters
    ----------
    country
        ISO code of two capital letters.
    length
        Least number of days off.
    cap
        Largest value.

    Examples
    --------
    >>> SinceHoliday("CN").name
    'days_since_holiday_cn_3_60d'
    """

    country: str
    length: int = 3
    cap: int = FAR

    about: ClassVar[str] = CALENDAR

    def __post_init__(self) -> None:
        _check(self)

    @property
    def name(self) -> str:
        return f"days_since_holiday_{self.country.lower()}_{self.length}_{self.cap}d"

    @property
    def unit(self) -> str:
        return "days"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh=f"上一个长假（连休{self.length}天以上）已过去{{value}}天（平均{{usual}}天）",
            en=f"The last long holiday ({self.length} days or more) ended {{value}} days ago (mean {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = _each(self, view, lambda day: long_holidays(self.country, self.length, day - self.cap + 1, day + 1)[::-1])


def _check(feature: ToHoliday | SinceHoliday) -> None:
    check_country(feature)
    check_days(feature, "length", "cap")


def _each(feature: ToHoliday | SinceHoliday, view: View, days: Callable[[int], Any]) -> Any:
    """Return the position of the first of ``days``, by date.

    Computed once for all blocks of cells.
    """
    return view.shared.once(feature, lambda: np.array([_first(days(day), feature.cap) for day in view.calendar.tolist()]))


def _first(days: Any, cap: int) -> int:
    """Return the position of the first true day, or ``cap``."""
    found = np.flatnonzero(days)
    return int(found[0]) if len(found) else cap
