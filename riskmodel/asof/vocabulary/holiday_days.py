"""Holidays and worked weekend days ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import CALENDAR, Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.asof.vocabulary.public_holidays import check_country, public_holidays, worked_weekends
from riskmodel.base.argument_types import checked
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class HolidayDays(Feature):
    """Number of public holidays in the next ``ahead`` days.

    Parameters
    ----------
    country
        ISO code of two capital letters.
    ahead
        Number of days from the as-of date.

    Examples
    --------
    >>> HolidayDays("CN", 14).name
    'holidays_cn_14d'
    """

    country: str
    ahead: int = 7

    about: ClassVar[str] = CALENDAR

    def __post_init__(self) -> None:
        check_country(self)
        check_days(self, "ahead")

    @property
    def name(self) -> str:
        return f"holidays_{self.country.lower()}_{self.ahead}d"

    @property
    def unit(self) -> str:
        return "days"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh=f"今后{self.ahead}天内有法定节假日{{value}}天（平均{{usual}}天）",
            en=f"The next {self.ahead} days have {{value}} public holidays (mean {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        _count(public_holidays, self, view, out)


@checked()
@dataclass(frozen=True)
class WorkedWeekends(Feature):
    """Number of worked weekend days (调休) in the next ``ahead`` days.

    Weekend days that are worked in place of a holiday.

    Parameters
    ----------
    country
        ISO code of two capital letters.
    ahead
        Number of days from the as-of date.

    Examples
    --------
    >>> WorkedWeekends("CN", 14).name
    'worked_weekends_cn_14d'
    """

    country: str
    ahead: int = 7

    about: ClassVar[str] = CALENDAR

    def __post_init__(self) -> None:
        check_country(self)
        check_days(self, "ahead")

    @property
    def name(self) -> str:
        return f"worked_weekends_{self.country.lower()}_{self.ahead}d"

    @property
    def unit(self) -> str:
        return "days"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh=f"今后{self.ahead}天内有调休上班的周末{{value}}天（平均{{usual}}天）",
            en=f"The next {self.ahead} days have {{value}} worked weekend days (mean {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        _count(worked_weekends, self, view, out)


def _count(which: Any, feature: HolidayDays | WorkedWeekends, view: View, out: Any) -> None:
    """Write the number of such days ahead, counted once for all blocks."""

    def make() -> Any:
        ahead = ((day, day + feature.ahead) for day in view.calendar.tolist())
        return np.array([np.count_nonzero(which(feature.country, *days)) for days in ahead])

    out[...] = view.shared.once(feature, make)
