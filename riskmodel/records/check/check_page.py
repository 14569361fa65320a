"""The check as one self-contained HTML page.

It needs no network and is readable on paper and without colours. The same check gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from riskmodel.base.page_templates import page_template
from riskmodel.base.texts import LANGUAGE_TAGS, Language
from riskmodel.records.check.check_headings import WORDS
from riskmodel.records.check.check_terminal import month_level
from riskmodel.records.check.findings import Finding
from riskmodel.records.check.history_check import HistoryCheck
from riskmodel.records.check.reason_words import reason_text
from riskmodel.records.check.shown_names import ShownNames
from riskmodel.records.check.source_measures import SourceCheck

if TYPE_CHECKING:
    from jinja2 import Template

LEVELS = ("none", "below_half", "below", "usual", "above", "double")
WIDTH = 860
"""Width of the strips, in units of the picture."""
_LINE_HIGH = 46


def check_page(check: HistoryCheck, names: ShownNames, language: Language = "zh", besides: Sequence[str] = ()) -> bytes:
    """Return the page of a check.

    ``besides`` says what is wrong with lists and models, in the page's language.
    """
    labels = {name: getattr(kind, language) for name, kind in names.kinds.items()}
    titles = {name: title(language) for name, title in names.sources.items()}
    text = _template().render(
        tag=LANGUAGE_TAGS[language],
        language=language,
        title=names.project,
        t={key: word(language) for key, word in WORDS.items()},
        check=check,
        labels=labels,
        titles=titles,
        besides=besides,
        findings=[_finding_row(one, names, language) for one in check.findings],
        width=WIDTH,
        levels=LEVELS,
        axis=_axis(check.sources),
        strips=[_strip(one, check.sources) for one in check.sources],
        lines=[_line(one, check.sources) for one in check.sources if one.delay_95 > 0],
        line_high=_LINE_HIGH,
        checks=[
            {"code": one.code, "title": one.title(language), "state": one.state, "subjects": one.subjects} for one in check.checks
        ],
        quarantine=[row for one in check.sources for row in _quarantine_rows(one, language)],
    )
    return text.encode()


def _finding_row(one: Finding, names: ShownNames, language: Language) -> dict[str, Any]:
    name, key = names.subject(one, language)
    subject = {"name": name, "code": key}
    said, remedy = one.said(language), one.remedy(language)
    return {"severity": one.severity, "code": one.code, "subject": subject, "said": said, "remedy": remedy}


def _quarantine_rows(one: SourceCheck, language: Language) -> list[dict[str, Any]]:
    """Return one row per reason, the most frequent first."""
    reasons = sorted(one.quarantined.items(), key=lambda item: (-item[1], item[0]))
    return [
        {"source": one.source, "reason": reason_text(reason)(language), "rows": rows, "share": rows / one.rows}
        for reason, rows in reasons
    ]


def _span(sources: Sequence[SourceCheck]) -> tuple[int, int]:
    """Return the first and the last month of all sources, as numbers."""
    months = [_number(one.months[i].month) for one in sources if one.months for i in (0, -1)]
    return (min(months), max(months)) if months else (0, 0)


def _number(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7]) - 1


def _axis(sources: Sequence[SourceCheck]) -> list[dict[str, Any]]:
    """Return where each year begins.

    Of many years only every second, fifth or tenth is named.
    """
    first, last = _span(sources)
    step = WIDTH / (last - first + 1)
    every = next(n for n in (1, 2, 5, 10, 1000) if n * 12 * step >= 34)
    years = [month // 12 for month in range(first, last + 1) if month % 12 == 0]
    return [{"x": round((year * 12 - first) * step, 2), "year": year if year % every == 0 else ""} for year in years]


def _strip(one: SourceCheck, sources: Sequence[SourceCheck]) -> dict[str, Any]:
    first, last = _span(sources)
    step = WIDTH / (last - first + 1)
    # in a month that is not whole, no records does not mean that records are missing
    cells = [
        {
            "x": round((_number(month.month) - first) * step, 2),
            "level": LEVELS[month_level(month.records, one.usual_month)],
            "said": f"{month.month}: {month.records:,}",
        }
        for month in one.months
        if month.whole or month.records
    ]
    return {
        "source": one.source,
        "usual": "" if one.usual_month is None else f"{one.usual_month:,.0f}",
        "cells": cells,
        "wide": round(max(step - min(1.0, step / 6), 0.5), 2),
    }


def _line(one: SourceCheck, sources: Sequence[SourceCheck]) -> dict[str, Any]:
    """Return the points of the two lines of a source's delays."""
    first, last = _span(sources)
    step = WIDTH / (last - first + 1)
    there = [month for month in one.months if month.delay_95 is not None]
    top = max((float(month.delay_95 or 0) for month in there), default=0.0) or 1.0

    def points(values: list[float]) -> str:
        return " ".join(
            f"{round((_number(month.month) - first + 0.5) * step, 2):g},{round(_LINE_HIGH - 4 - value / top * (_LINE_HIGH - 12), 2):g}"
            for month, value in zip(there, values, strict=True)
        )

    return {
        "source": one.source,
        "top": top,
        "median": points([float(month.delay_median or 0) for month in there]),
        "high": points([float(month.delay_95 or 0) for month in there]),
    }


@cache
def _template() -> Template:
    filters = {"whole": lambda number: f"{number:,.0f}", "percent": lambda share: f"{share:.2%}"}
    return page_template("check.html.j2", "riskmodel.records.check", filters=filters)
