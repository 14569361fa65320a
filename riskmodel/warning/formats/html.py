"""A list as one self-contained page: no network, readable on paper, on a telephone and without colours."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from riskmodel.base.days import to_iso
from riskmodel.base.policy import GRADES, Grade
from riskmodel.base.texts import Language
from riskmodel.warning.formats.map import Map, draw
from riskmodel.warning.formats.notes import notes
from riskmodel.warning.formats.words import (
    CHANGES,
    DRAFT_MARK,
    STATUSES,
    WITHHELD,
    WORDS,
    change_text,
    date_text,
    expected_text,
    family_name,
    interval_text,
    place_name,
    short_date,
)
from riskmodel.warning.reasons import number, percent
from riskmodel.warning.warn.lists import Section, Warning, WarningList

if TYPE_CHECKING:
    from jinja2 import Template

    from riskmodel.records.places import Places

LANGUAGE_TAGS = {"zh": "zh-Hans", "en": "en"}
ARROWS = {"new": "＋", "risen": "▲", "fallen": "▼", "unchanged": "＝"}


def render(warning_list: WarningList, places: Places | None = None, language: Language = "zh") -> bytes:
    """The bytes of the page of ``warning_list`` in ``language``; with ``places`` that have shapes it holds a map."""
    picture = draw(warning_list, places)
    page = _template().render(
        tag=LANGUAGE_TAGS[language],
        language=language,
        t={key: text(language) for key, text in WORDS.items()},
        draft=DRAFT_MARK if warning_list.status == "draft" else "",
        status=STATUSES[warning_list.status](language),
        list=warning_list,
        as_of=f"{date_text(warning_list.as_of, language)} {WORDS['midnight'](language)}",
        period=_period(warning_list, language),
        alerts=notes(warning_list, language),
        sections=[_section(section, warning_list, picture, language) for section in warning_list.sections],
        notices=[_notice(notice, language) for notice in warning_list.notices],
        freshness=[
            {
                "source": row.source,
                "through": WORDS["not_stated"](language) if row.through is None else to_iso(row.through),
                "stale": row.stale,
                "state": WORDS["stale" if row.stale else "fresh"](language),
            }
            for row in warning_list.freshness
        ],
        picture=picture,
        grades=GRADES,
    )
    return page.encode()


@cache
def _template() -> Template:
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("riskmodel.warning.formats", "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("list.html.j2")


def _period(warning_list: WarningList, language: Language) -> str:
    """The forecast period of the longest section."""
    last = max((section.last_day for section in warning_list.sections), default=warning_list.as_of)
    return _span(warning_list.as_of, last, language)


def _span(first: int, last: int, language: Language) -> str:
    return f"{date_text(first, language)}{WORDS['to'](language)}{date_text(last, language)}"


def _section(section: Section, whole: WarningList, picture: Map | None, language: Language) -> dict[str, Any]:
    listed = sum(warning.expected for warning in section.warnings)
    moves = {kind: sum(w.change.kind == kind for w in section.warnings) for kind in CHANGES}
    spots = [_row(w, section, whole, language) for w in section.spot_checks]
    rows = [_row(w, section, whole, language) for w in section.warnings]
    return {
        "target": section.target,
        "title": section.title(language),
        "model": section.model,
        "period": _span(section.first_day, section.last_day, language),
        "days": WORDS["days"](language, n=section.horizon),
        "capacity": section.capacity,
        "scored": f"{section.scored:,}",
        "cannot_score": None if section.cannot_score is None else section.cannot_score(language),
        "total": len(rows),
        "counts": [(grade, section.labels[grade](language), count) for grade, count in section.counts().items()],
        "labels": {grade: section.labels[grade](language) for grade in GRADES},
        "expected": number(section.expected, language),
        "share": percent(listed / section.expected) if section.expected > 0 and rows else None,
        "moves": [(ARROWS[kind], CHANGES[kind](language), count) for kind, count in moves.items() if count],
        "previous": None if section.previous_as_of is None else date_text(section.previous_as_of, language),
        "rows": rows,
        "spots": spots,
        "spot_note": WORDS["spot_note"](language, p=percent(section.spot_checks[0].propensity or 0.0)) if spots else "",
        "withheld": [
            {
                "place": _place(candidate, whole),
                "id": candidate.place,
                "probability": percent(candidate.probability),
                "expected": number(candidate.expected, language),
                "reason": WITHHELD[candidate.reason](language),
            }
            for candidate in section.withheld
        ],
        "withheld_counts": [(WITHHELD[why](language), f"{n:,}") for why, n in sorted((section.withheld_counts or {}).items())],
        "dropped": [
            {
                "place": _place(gone, whole),
                "id": gone.place,
                "was": _was(gone.previous_grade, gone.previous_rank, section, language),
                "reason": WITHHELD[gone.reason](language) if gone.reason else WORDS["lower"](language),
            }
            for gone in section.dropped
        ],
        # drawn from the last rank to the first, so that the first stays on top
        "marks": [row for row in [*reversed(rows), *spots] if picture is not None and row["place_id"] in picture.spots],
    }


def _was(grade: Grade | None, rank: int | None, section: Section, language: Language) -> str:
    return "" if grade is None else WORDS["was"](language, grade=section.labels[grade](language), rank=rank)


def _row(warning: Warning, section: Section, whole: WarningList, language: Language) -> dict[str, Any]:
    name, wider = place_name(warning, whole.grouping)
    change, was = change_text(warning, section, language)
    return {
        "id": warning.id,
        "rank": warning.rank,
        "grade": warning.grade or "spot",
        "label": section.labels[warning.grade](language) if warning.grade else WORDS["spot"](language),
        "place_id": warning.place,
        "name": name,
        "wider": wider,
        "probability": percent(warning.probability),
        "bar": f"{100 * min(max(warning.probability, 0.01), 1.0):.0f}",
        "expected": expected_text(warning, language),
        "interval": interval_text(warning, language),
        "arrow": ARROWS[warning.change.kind] if change else "",
        "change": change,
        "was": was,
        "reasons": [
            {"text": r.text(language), "direction": r.direction, "way": WORDS[r.direction](language)} for r in warning.reasons
        ],
        "agreeing": [family_name(family, language) for family in warning.agreeing],
        "action": warning.action(language),
        "expires": short_date(warning.expires, language),
    }


def _place(entry: Any, whole: WarningList) -> str:
    labels = [g.label for g in entry.groups if g.grouping != whole.grouping and g.label]
    return " · ".join(labels) or entry.place


def _notice(notice: Any, language: Language) -> dict[str, str]:
    return {
        "group": notice.group,
        "family": family_name(notice.family, language),
        "text": WORDS["notice"](
            language,
            count=f"{notice.count:,}",
            first=short_date(notice.first_day, language),
            last=short_date(notice.last_day, language),
            expected=number(notice.expected, language),
            upper=number(notice.upper, language),
        ),
    }
