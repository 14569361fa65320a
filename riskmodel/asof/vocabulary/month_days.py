"""First or last days of a month ahead."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import CALENDAR, Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import bad_argument
from riskmodel.base.months import month_begin, month_of
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

ENDS = {"first": ("初", "first"), "last": ("末", "last")}
MOST_DAYS = 14


@checked()
@dataclass(frozen=True)
class MonthDays(Feature):
    """Number of first or last days of a month ahead.

    Rents, wages and benefits are due at the turn of a month, and events of an unknown day are often recorded on the first.

    Parameters
    ----------
    end
        ``first`` or ``last``.
    days
        How many days at that end of each month count, at most 14.
    ahead
        Number of days from the as-of date.

    Examples
    --------
    >>> MonthDays("last", 3, 7).name
    'month_last3_7d'
    """

    end: str
    days: int = 1
    ahead: int = 1

    about: ClassVar[str] = CALENDAR

    def __post_init__(self) -> None:
        if self.end not in ENDS:
            raise bad_argument("end", "MonthDays", "'first' or 'last'", self.end)
        check_days(self, "days", "ahead")
        if self.days > MOST_DAYS:
            raise bad_argument("days", "MonthDays", f"at most {MOST_DAYS}", self.days)

    @property
    def name(self) -> str:
        return f"month_{self.end}{self.days}_{self.ahead}d"

    @property
    def unit(self) -> str:
        return "days"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        zh, en = ENDS[self.end]
        which = f"月{zh}{self.days}天", f"the {en} {self.days} days of a month" if self.days > 1 else f"the {en} day of a month"
        return Text(
            zh=f"今后{self.ahead}天内有{{value}}天属于{which[0]}（平均{{usual}}天）",
            en=f"Of the next {self.ahead} days {{value}} are among {which[1]} (mean {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        days = view.calendar[:, None] + np.arange(self.ahead)
        months = month_of(days)
        counted = (days - month_begin(months) if self.end == "first" else month_begin(months + 1) - days - 1) < self.days
        out[...] = counted.sum(axis=1)[None, :]
