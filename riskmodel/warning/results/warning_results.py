"""Stays and their figures as a result, with tables and plain values."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

from riskmodel.base.argument_types import checked
from riskmodel.base.days import NEVER, frame_dates, to_iso
from riskmodel.base.errors import unknown_name
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.warning.results.given_answers import GivenAnswer
from riskmodel.warning.results.list_coverage import ListCoverage
from riskmodel.warning.results.result_figures import ResultFigures, result_figures
from riskmodel.warning.results.warned_stays import SPOT, SpanOfLists, WarnedStay

if TYPE_CHECKING:
    import pandas as pd

ANSWER_DAYS = ("listed", "day", "received")
DAYS = ("first_listed", "last_listed", "deadline", "visited_on", "received")


@checked(span="SpanOfLists", stays="tuple")
@dataclass(frozen=True)
class WarningResults(HtmlCard):
    """What approved lists forecast, what visits found, and what happened.

    A place that stays on the lists of several nights counts once, with the grade and the forecast of the first.

    Parameters
    ----------
    span
        The lists.
    stays
        Stays of places on them, in the order of target, night, centre and place.
    answers
        Every answer to their warnings, wrong and corrected ones included, each with whether it counts.
    coverage
        For each target, how many of all events happened at listed places.

    Examples
    --------
    >>> rm.warning_results(project, "2023-10-01", "2023-10-31")
    <WarningResults 2023-10-01 to 2023-10-31: 0 approved lists, 0 places warned of>
    """

    span: SpanOfLists
    stays: tuple[WarnedStay, ...]
    answers: tuple[GivenAnswer, ...] = ()
    coverage: tuple[ListCoverage, ...] = ()

    def __repr__(self) -> str:
        lists = counted(self.span.approved, "approved list")
        places = counted(sum(one.grade is not None for one in self.stays), "place")
        return f"<WarningResults {to_iso(self.span.first)} to {to_iso(self.span.last)}: {lists}, {places} warned of>"

    @cached_property
    def grades(self) -> tuple[ResultFigures, ...]:
        """The figures of each target and grade, over all centres."""
        return result_figures(self.stays)

    @cached_property
    def centres(self) -> tuple[ResultFigures, ...]:
        """The figures of each target, centre and grade."""
        return result_figures(self.stays, by_centre=True)

    def html_frame(self) -> pd.DataFrame:
        """Return the table of the card: the main figures of each grade."""
        columns = ["target", "grade", "warned", "visited", "needs_followup", "over", "forecast", "happened"]
        return self.frame()[columns]

    def frame(self, table: Literal["grades", "centres", "stays", "answers", "coverage"] = "grades") -> pd.DataFrame:
        """Return a table.

        Parameters
        ----------
        table
            ``grades``: one row per target and grade, and one over all grades. ``centres``: the same for each centre. ``stays``: one row per stay of a
            place. ``answers``: one row per answer, with whether it counts. ``coverage``: one row per target with the events at listed places. Intervals of 95 % have the endings ``_low`` and ``_high``.

        Raises
        ------
        UsageError
            If there is no such table.
        """
        import pandas as pd

        if table == "stays":
            return self._stays_frame()
        if table == "answers":
            rows = pd.DataFrame([asdict(one) for one in self.answers], columns=[*GivenAnswer.__dataclass_fields__])
            return rows.assign(**{name: frame_dates(rows[name]) for name in ANSWER_DAYS})
        if table == "coverage":
            return pd.DataFrame([one.flat() for one in self.coverage], columns=[*ListCoverage("").flat()])
        figures = {"grades": self.grades, "centres": self.centres}
        if table not in figures:
            raise unknown_name("table of results", table, [*figures, "stays", "answers", "coverage"])
        columns = [*ResultFigures.__dataclass_fields__]
        for name in ("found", "happened"):
            columns[columns.index(name) : columns.index(name) + 1] = [name, f"{name}_low", f"{name}_high"]
        return pd.DataFrame([one.flat() for one in figures[table]], columns=[*columns, "agrees"])

    def _stays_frame(self) -> pd.DataFrame:
        """Return one row per stay; days that are not known are NaT."""
        import pandas as pd

        rows = [{**asdict(one), "grade": one.grade or SPOT, "unanswered": one.unanswered, "late": one.late} for one in self.stays]
        frame = pd.DataFrame(rows, columns=[*WarnedStay.__dataclass_fields__, "unanswered", "late"])
        for name in DAYS:
            frame[name] = frame_dates([int(NEVER) if pd.isna(day) else int(day) for day in frame[name]])
        return frame.astype({"events": "Int64"})

    def to_json(self) -> dict[str, Any]:
        """Return plain values: span, figures and stays; days are ISO dates."""
        span = {**asdict(self.span), **{name: to_iso(getattr(self.span, name)) for name in ("first", "last", "known")}}
        stays = []
        for one in self.stays:
            row = {**asdict(one), "grade": one.grade or SPOT, "unanswered": one.unanswered, "late": one.late}
            stays.append(row | {name: None if row[name] is None else to_iso(row[name]) for name in DAYS})
        return {
            **span,
            **{key: {name: text.model_dump() for name, text in getattr(self.span, key)} for key in ("titles", "labels")},
            "grades": [one.flat() for one in self.grades],
            "centres": [one.flat() for one in self.centres],
            "coverage": [one.flat() for one in self.coverage],
            "stays": stays,
            "answers": [{**asdict(one), **{name: to_iso(getattr(one, name)) for name in ANSWER_DAYS}} for one in self.answers],
        }
