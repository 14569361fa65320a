"""Days of one holiday ahead, by its name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import CALENDAR, Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.asof.vocabulary.public_holidays import check_country, holiday_of_name
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class NamedHoliday(Feature):
    """Number of days of one holiday ahead.

    Holidays differ: a week with Thanksgiving is not one with Labor Day. Days in lieu count.

    Parameters
    ----------
    country
        ISO code of two capital letters.
    holiday
        English name, as in the package ``holidays``.
    ahead
        Number of days from the as-of date.

    Examples
    --------
    >>> NamedHoliday("US", "Thanksgiving Day", 7).name
    'holiday_us_thanksgiving_day_7d'
    """

    country: str
    holiday: str
    ahead: int = 7

    about: ClassVar[str] = CALENDAR

    def __post_init__(self) -> None:
        check_country(self)
        check_days(self, "ahead")
        if not re.search("[A-Za-z]", self.holiday):
            raise bad_argument(
                "holiday", "NamedHoliday", "the English name of a public holiday, such as 'National Day'", self.holiday
            )

    @property
    def name(self) -> str:
        called = re.sub("[^a-z0-9]+", "_", self.holiday.lower()).strip("_")
        return f"holiday_{self.country.lower()}_{called}_{self.ahead}d"

    @property
    def unit(self) -> str:
        return "days"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh=f"今后{self.ahead}天内“{self.holiday}”假日有{{value}}天（平均{{usual}}天）",
            en=f"The next {self.ahead} days have {{value}} days of {self.holiday} (mean {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        def make() -> Any:
            ahead = ((day, day + self.ahead) for day in view.calendar.tolist())
            return np.array([np.count_nonzero(holiday_of_name(self.country, self.holiday, *days)) for days in ahead])

        out[...] = view.shared.once(self, make)
