"""Days off: public holidays of a country, and school terms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np

from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import Feature
from riskmodel.base.errors import UsageError, bad_argument, unknown_name
from riskmodel.base.periods import to_day
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text

FAR = 60
"""Days to look for a holiday in either direction, unless told otherwise."""


@lru_cache(maxsize=64)
def _days_off(country: str, year: int) -> tuple[frozenset[int], frozenset[int]]:
    """Public holidays, and all days off, of a year. A weekend day that is worked instead of another is not told of."""
    import holidays

    known = holidays.list_supported_countries()
    if country not in known:
        raise unknown_name("country with a table of public holidays", country, known)
    public = {to_day(day) for day in holidays.country_holidays(country, years=year)}
    first = date(year, 1, 1)
    weekend = {to_day(day) for n in range(366) if (day := first + timedelta(n)).weekday() >= 5 and day.year == year}
    return frozenset(public), frozenset(public | weekend)


def _off(country: str, first: int, stop: int) -> tuple[Any, Any]:
    """For each day from ``first`` to ``stop``, whether it is a public holiday and whether it is off."""
    days = np.arange(first, stop).astype("datetime64[D]")
    years = range(int(str(days[0])[:4]), int(str(days[-1])[:4]) + 1)
    found = [{day for year in years for day in _days_off(country, year)[which]} for which in (0, 1)]
    public, off = (np.array([day in one for day in range(first, stop)], dtype=bool) for one in found)
    return public, off


def _long(country: str, length: int, first: int, stop: int) -> Any:
    """For each day whether it lies in a run of at least ``length`` days off that holds a public holiday."""
    margin = 30
    public, off = _off(country, first - margin, stop + margin)
    found = np.zeros(len(off), dtype=bool)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], off.astype(np.int8), [0]])))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin >= length and public[begin:end].any():
            found[begin:end] = True
    return found[margin:-margin]


@dataclass(frozen=True)
class Weekday(Feature):
    """The day of the week of the as-of date: 1 for Monday to 7 for Sunday."""

    @property
    def name(self) -> str:
        return "weekday"

    @property
    def unit(self) -> str:
        return "day of the week"

    def family(self, kinds: Mapping[str, Kind]) -> str:
        return "calendar"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh="预警起始日为一周的第{value}天（平均{usual}）", en="The warning begins on day {value} of the week (mean {usual})"
        )

    def fill(self, view: View, out: Any) -> None:
        out[...] = ((view.as_of + 3) % 7 + 1)[None, :]


@dataclass(frozen=True)
class HolidayDays(Feature):
    """Public holidays of ``country`` (ISO code) among the ``ahead`` days from the as-of date."""

    country: str
    ahead: int = 7

    def __post_init__(self) -> None:
        _check_country(self)
        self._days("ahead")

    @property
    def name(self) -> str:
        return f"holidays_{self.country.lower()}_{self.ahead}d"

    @property
    def unit(self) -> str:
        return "days"

    def family(self, kinds: Mapping[str, Kind]) -> str:
        return "calendar"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh=f"今后{self.ahead}天内有法定节假日{{value}}天（平均{{usual}}天）",
            en=f"The next {self.ahead} days have {{value}} public holidays (mean {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        for t, day in enumerate(view.as_of.tolist()):
            out[:, t] = np.count_nonzero(_off(self.country, day, day + self.ahead)[0])


@dataclass(frozen=True)
class ToHoliday(Feature):
    """Days to the next long holiday of ``country``, at most ``cap``; 0 within one.

    A long holiday is at least ``length`` days off in a row, weekends included, of which one is a public holiday.
    """

    country: str
    length: int = 3
    cap: int = FAR

    def __post_init__(self) -> None:
        _check_country(self)
        self._days("length", "cap")

    @property
    def name(self) -> str:
        return f"days_to_holiday_{self.country.lower()}_{self.length}_{self.cap}d"

    @property
    def unit(self) -> str:
        return "days"

    def family(self, kinds: Mapping[str, Kind]) -> str:
        return "calendar"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh=f"距下一个长假（连休{self.length}天以上）还有{{value}}天（平均{{usual}}天）",
            en=f"The next long holiday ({self.length} days or more) is {{value}} days away (mean {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        for t, day in enumerate(view.as_of.tolist()):
            found = np.flatnonzero(_long(self.country, self.length, day, day + self.cap))
            out[:, t] = found[0] if len(found) else self.cap


@dataclass(frozen=True)
class SinceHoliday(Feature):
    """Days from the last day of the last long holiday of ``country`` to the as-of date, at most ``cap``; 0 within one."""

    country: str
    length: int = 3
    cap: int = FAR

    def __post_init__(self) -> None:
        _check_country(self)
        self._days("length", "cap")

    @property
    def name(self) -> str:
        return f"days_since_holiday_{self.country.lower()}_{self.length}_{self.cap}d"

    @property
    def unit(self) -> str:
        return "days"

    def family(self, kinds: Mapping[str, Kind]) -> str:
        return "calendar"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh=f"上一个长假（连休{self.length}天以上）已过去{{value}}天（平均{{usual}}天）",
            en=f"The last long holiday ({self.length} days or more) ended {{value}} days ago (mean {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        for t, day in enumerate(view.as_of.tolist()):
            found = np.flatnonzero(_long(self.country, self.length, day - self.cap, day + 1)[::-1])
            out[:, t] = min(found[0], self.cap) if len(found) else self.cap


@dataclass(frozen=True)
class SchoolTerm(Feature):
    """The share of the ``ahead`` days from the as-of date that lies in a school term.

    ``terms`` are pairs of the first and the last day of each term. Missing where a day lies before the first term or after the
    last: the table does not tell.
    """

    terms: tuple[tuple[str, str], ...]
    ahead: int = 7

    def __post_init__(self) -> None:
        try:
            terms = tuple((str(first), str(last)) for first, last in self.terms)
            days = [to_day(day) for term in terms for day in term]
        except (TypeError, ValueError, UsageError):
            terms, days = (), [1, 0]
        if not terms or days != sorted(set(days)):
            raise bad_argument(
                "terms", "SchoolTerm", "increasing pairs of dates, the first and last day of each term", self.terms
            )
        object.__setattr__(self, "terms", terms)
        self._days("ahead")

    @property
    def name(self) -> str:
        return f"school_term_{self.ahead}d"

    @property
    def unit(self) -> str:
        return "share"

    def family(self, kinds: Mapping[str, Kind]) -> str:
        return "calendar"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh=f"今后{self.ahead}天中在校上学的比例为{{value}}（平均{{usual}}）",
            en=f"Of the next {self.ahead} days, a share of {{value}} lies in a school term (mean {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        spans = [(to_day(first), to_day(last) + 1) for first, last in self.terms]
        day = view.as_of.astype(np.int64)
        inside = np.zeros(len(day), dtype=np.int64)
        for first, stop in spans:
            inside += np.clip(np.minimum(day + self.ahead, stop) - np.maximum(day, first), 0, None)
        told = (day >= spans[0][0]) & (day + self.ahead <= spans[-1][1])
        out[...] = np.where(told, inside / self.ahead, np.nan)[None, :]


def _check_country(feature: Any) -> None:
    country = feature.country
    if not isinstance(country, str) or len(country) != 2 or not country.isascii() or not country.isupper():
        raise bad_argument("country", type(feature).__name__, "an ISO code of two capital letters, such as 'CN'", country)
