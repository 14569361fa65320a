"""The HTML format: one self-contained page for screen, telephone and paper.

The page needs no network and no script, and does not rely on colours. Each part of it is a template of its own, which
``list.html.j2`` includes in order: the worklist, follow-ups, cards, the map, and what was withheld.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from riskmodel.base.days import to_iso
from riskmodel.base.files import short_digest
from riskmodel.base.page_templates import page_template
from riskmodel.base.policy import GRADES
from riskmodel.base.shown_texts import shown_on_pages
from riskmodel.base.texts import LANGUAGE_TAGS, Language, Text
from riskmodel.warning.formats.kept_grades import kept_grades_text
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.list_summary import empty_text, forecast_period, list_summary
from riskmodel.warning.formats.map import draw
from riskmodel.warning.formats.matters import headings
from riskmodel.warning.formats.notes import data_notes, unscored_targets
from riskmodel.warning.formats.page_rows import (
    cards,
    follow_up_row,
    freshness_row,
    marks,
    notice_row,
    past_row,
    section_row,
)
from riskmodel.warning.formats.plain_text import date_text, list_status_text, row_date
from riskmodel.warning.formats.surge_rows import surge_rows
from riskmodel.warning.formats.surge_text import ADVICE, BARS, NO_NOTICES, judged_text, quiet_text, unjudged_text
from riskmodel.warning.formats.timing_words import BANNERS
from riskmodel.warning.formats.worklist import grade_terms, work_rows
from riskmodel.warning.warn.warning_list import WarningList

if TYPE_CHECKING:
    from jinja2 import Template

    from riskmodel.records.places import Places

ISOLATES = re.compile("[\u2066-\u2069]")
TURNS = re.compile("[\u202a-\u202e\u2066-\u2069]")
"""Signs that turn the direction of text, and those among them that isolate."""


def render(warning_list: WarningList, places: Places | None = None, language: Language = "zh") -> bytes:
    """Return the bytes of a list's page, with a map if possible."""
    picture, shown = draw(warning_list, places), cards(warning_list, language)
    page = list_template("list.html.j2").render(
        tag=LANGUAGE_TAGS[language],
        language=language,
        t={key: text(language) for key, text in PHRASES.items()},
        list=warning_list,
        cards=shown,
        picture=picture,
        marks=marks(shown, picture),
        numbered=() if picture is None else tuple(picture.spots),
        grades=GRADES,
        **_head(warning_list, language),
        **_worklist(warning_list, language),
        **_background(warning_list, language),
    )
    return page.encode()


def _head(whole: WarningList, language: Language) -> dict[str, Any]:
    """Return what stands above the worklist: status, period and notes."""
    status, alerts = list_status_text(whole, language), data_notes(whole, language)
    return {
        "draft": status if whole.status == "draft" else "",
        "banner": BANNERS[whole.timing](language),
        "status": status,
        "as_of": f"{date_text(whole.as_of, language)} {PHRASES['midnight'](language)}",
        "foot": f"{to_iso(whole.as_of)} {short_digest(whole.digest)}",
        "period": forecast_period(whole.as_of, whole.sections, language),
        "summary": list_summary(whole, language),
        "kept_grades": kept_grades_text(whole, language),
        "empty": empty_text(whole, language),
        "alerts": alerts,
        "stopped": unscored_targets(whole, language),
        "more_notes": PHRASES["more_notes" if len(alerts) > 2 else "more_notes_one"](language, n=len(alerts) - 1),
    }


def _worklist(whole: WarningList, language: Language) -> dict[str, Any]:
    """Return the rows of the worklist, of overdue places and follow-ups."""
    rows, heads = work_rows(whole, language), headings(whole.sections, language)
    return {
        "work": [row for row in rows if row.number is not None],
        "overdue": [row for row in rows if row.kind == "overdue"],
        "terms": grade_terms(whole, language),
        "day": lambda day: row_date(day, language),
        "follow_ups": [follow_up_row(one, whole, language) for one in whole.follow_ups],
        "sections": [section_row(section, heads[section.target], whole, language) for section in whole.sections],
        "labels": next(({grade: one.labels[grade](language) for grade in GRADES} for one in whole.sections if one.labels), {}),
    }


def _background(whole: WarningList, language: Language) -> dict[str, Any]:
    """Return what is unusual, what earlier lists met, and freshness."""
    return {
        "quiet": _quiet(whole)(language),
        "judged": _all_judged(whole),
        "advice": ADVICE(language),
        "bars": BARS(language),
        "surges": surge_rows(whole, language),
        "surge_notes": _surge_notes(whole, language),
        "notices": [notice_row(notice, language) for notice in whole.notices],
        "past": [past_row(one, language) for one in whole.past],
        "freshness": [freshness_row(row, language) for row in whole.freshness],
    }


def isolated(value: object) -> object:
    """Return a value; text that turns its direction is isolated.

    What stands around a label with such signs keeps its own direction.
    """
    value = shown_on_pages(value)
    if type(value) is not str or not TURNS.search(value):
        return value
    return f"\u2068{ISOLATES.sub('', value)}\u2069"


@cache
def list_template(name: str) -> Template:
    """Load a template of lists and summaries, which isolates every value."""
    return page_template(name, "riskmodel.warning.formats", finalize=isolated, ends_line=True)


def _quiet(warning_list: WarningList) -> Text:
    """Return what a list without notices says.

    All signals are as usual only where all were judged, and only without a surge.
    """
    if not _all_judged(warning_list):
        return PHRASES["no_notices_stale"]
    return NO_NOTICES if warning_list.surges else PHRASES["no_notices"]


def _all_judged(warning_list: WarningList) -> bool:
    """Return whether all sources are surely whole and all targets scored."""
    stated = all(row.alert is None and row.through is not None for row in warning_list.freshness)
    return (
        stated
        and not (warning_list.stale() or warning_list.unjudged)
        and all(section.cannot_score is None for section in warning_list.sections)
    )


def _surge_notes(whole: WarningList, language: Language) -> list[str]:
    """Return which families were judged, and whether nothing was found."""
    judged, unjudged = ({one.family: one.through for one in families} for families in (whole.judged, whole.unjudged))
    quiet = "" if whole.surges else quiet_text(judged, unjudged, language)
    return [text for text in (quiet, judged_text(judged, language), unjudged_text(unjudged, language)) if text]
