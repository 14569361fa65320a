"""The tables of results as texts, for terminal and page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from riskmodel.base.texts import Language, labelled
from riskmodel.warning.numbers import whole
from riskmodel.warning.results.result_figures import ResultFigures
from riskmodel.warning.results.result_words import (
    BY_CENTRE,
    COLUMNS,
    HAPPENED,
    VISITS,
    called_target,
    comparison_word,
    grade_name,
    interval_of,
    share_text,
)
from riskmodel.warning.results.warning_results import WarningResults

OF_VISITS = (
    "warned", "visited", "late", "needs_followup", "nothing_found", "not_stated", "found", "not_done", "unanswered", "waiting",
)  # fmt: skip
OF_EVENTS = ("over", "forecast", "happened", "agrees", "expected", "events", "not_over", "unknown")
WORDS = frozenset(("grade", "centre", "agrees"))
"""Columns of words."""


class ResultTable(NamedTuple):
    """A table of texts; ``words`` says which columns are no numbers."""

    title: str
    head: tuple[str, ...]
    words: tuple[bool, ...]
    rows: tuple[tuple[str, ...], ...]


def result_tables(found: WarningResults, language: Language, centres: bool = False) -> Iterator[ResultTable]:
    """Yield the two tables of each target.

    That of events is left out while no period is over; the findings say so.

    Parameters
    ----------
    centres
        Whether they are by centre, where there are several; else over all centres.
    """
    figures = found.centres if centres else found.grades
    if centres and len({one.centre for one in figures}) < 2:
        return
    for target in dict.fromkeys(one.target for one in figures):
        rows = [one for one in figures if one.target == target]
        title = called_target(target, found.span, language)
        kinds = ((VISITS, OF_VISITS), (HAPPENED, OF_EVENTS)) if any(one.over for one in rows) else ((VISITS, OF_VISITS),)
        for heading, columns in kinds:
            said = labelled(title, heading(language), language)
            yield _table(said if not centres else labelled(said, BY_CENTRE(language), language), rows, columns, found, language)


def _table(
    title: str, rows: Sequence[ResultFigures], columns: Sequence[str], found: WarningResults, language: Language
) -> ResultTable:
    first = ("centre", "grade") if rows[0].centre else ("grade",)
    names = (*first, *columns)
    return ResultTable(
        title,
        tuple(COLUMNS[name](language) for name in names),
        tuple(name in WORDS for name in names),
        tuple(tuple(_cell(one, name, found, language) for name in names) for one in rows),
    )


def _cell(one: ResultFigures, name: str, found: WarningResults, language: Language) -> str:
    """Return what a row has in a column."""
    if name == "grade":
        return grade_name(one.grade, found.span, language)
    if name in ("found", "happened"):
        return interval_of(getattr(one, name), language)
    if name == "agrees":
        return comparison_word(one, language)
    if name == "forecast":
        return share_text(one.forecast)
    if name in ("expected", "events") and not one.over:
        return "–"
    if name == "expected":
        return whole(one.expected, language)
    return str(getattr(one, name))
