"""School terms, from a table of the project."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from riskmodel.asof.view import View
from riskmodel.asof.vocabulary.feature import CALENDAR, Feature
from riskmodel.asof.vocabulary.field_checks import check_days
from riskmodel.base.argument_types import checked
from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.base.project import Kind
from riskmodel.base.texts import Text


@checked()
@dataclass(frozen=True)
class SchoolTerm(Feature):
    """Share of the next ``ahead`` days that lies in a school term.

    Missing where a day lies before the first term or after the last.

    Parameters
    ----------
    terms
        Pairs of the first and last day of each term, in order.
    ahead
        Number of days from the as-of date.

    Examples
    --------
    >>> SchoolTerm((("2024-02-19", "2024-06-28"), ("2024-09-02", "2025-01-17")), 14).name
    'school_term_14d'
    """

    terms: tuple[tuple[str, str], ...]
    ahead: int = 7

    about: ClassVar[str] = CALENDAR

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
        check_days(self, "ahead")

    @property
    def name(self) -> str:
        return f"school_term_{self.ahead}d"

    @property
    def unit(self) -> str:
        return "share"

    def meaning(self, kinds: Mapping[str, Kind]) -> Text:
        return Text(
            zh=f"今后{self.ahead}天中在校上学的比例为{{value}}（平均{{usual}}）",
            en=f"Of the next {self.ahead} days, a share of {{value}} lies in a school term (mean {{usual}})",
        )

    def fill(self, view: View, out: Any) -> None:
        spans = [(to_day(first), to_day(last) + 1) for first, last in self.terms]
        day = view.calendar.astype(np.int64)
        inside = np.zeros(len(day), dtype=np.int64)
        for first, stop in spans:
            inside += np.clip(np.minimum(day + self.ahead, stop) - np.maximum(day, first), 0, None)
        covered = (day >= spans[0][0]) & (day + self.ahead <= spans[-1][1])
        out[...] = np.where(covered, inside / self.ahead, np.nan)[None, :]
