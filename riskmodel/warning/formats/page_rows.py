"""What the page's template shows of sections, places, notices and sources."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from riskmodel.base.days import to_iso
from riskmodel.base.policy import GRADES
from riskmodel.base.texts import Language
from riskmodel.detection.notice import Notice
from riskmodel.warning.evidence import Freshness
from riskmodel.warning.formats.list_phrases import CHANGES, PHRASES, WITHHELD, WITHHELD_COUNTS
from riskmodel.warning.formats.map import Map
from riskmodel.warning.formats.matters import matters
from riskmodel.warning.formats.own_usual_text import nearly_certain_text, own_usual_text
from riskmodel.warning.formats.plain_text import (
    about_text,
    action_text,
    change_text,
    date_text,
    days_text,
    expected_number,
    expected_text,
    family_name,
    follow_up_text,
    grade_label,
    interval_text,
    missed_deadline_text,
    no_warning_text,
    place_name,
    short_date,
    since_text,
)
from riskmodel.warning.formats.worklist import listed_in_order
from riskmodel.warning.numbers import percent
from riskmodel.warning.numbers import whole as whole_number
from riskmodel.warning.reasons import Reason
from riskmodel.warning.warn.list_entries import Candidate, Dropped, FollowUp, PastList, Warning
from riskmodel.warning.warn.warning_list import Section, WarningList

ARROWS = {"new": "＋", "risen": "▲", "fallen": "▼", "unchanged": "＝"}


def span(first: int, last: int, language: Language) -> str:
    """Return a period from its first to its last day."""
    return f"{date_text(first, language)}{PHRASES['to'](language)}{date_text(last, language)}"


def cards(whole: WarningList, language: Language) -> list[dict[str, Any]]:
    """Return the cards of all listed places, in the worklist's order."""
    called = matters(whole.sections, language)
    return [
        {"number": number, "matter": called[section.target], **warning_row(warning, section, whole, language)}
        for number, (section, warning) in enumerate(listed_in_order(whole), 1)
    ]


def marks(shown: Sequence[dict[str, Any]], picture: Map | None) -> list[dict[str, Any]]:
    """Return the places to mark on the map, each once.

    The most urgent is the last, on top. A place that is listed for several targets has all its numbers.
    """
    found: dict[str, dict[str, Any]] = {}
    for card in shown:
        if picture is None or card["place_id"] not in picture.spots:
            continue
        first = found.setdefault(card["place_id"], {**card, "numbers": []})
        first["numbers"].append(str(card["number"]))
    return list(reversed([{**card, "numbers": "·".join(card["numbers"])} for card in found.values()]))


def section_row(section: Section, heading: str, whole: WarningList, language: Language) -> dict[str, Any]:
    """Return what the page shows of one section."""
    return {
        "target": section.target,
        "title": heading,
        "model": section.model,
        "trained": "–" if section.age is None else to_iso(section.age.trained),
        "period": span(section.first_day, section.last_day, language),
        "days": _days(section, language),
        "capacity": section.capacity,
        "scored": f"{section.scored:,}",
        "cannot_score": None if section.cannot_score is None else section.cannot_score(language),
        "total": len(section.warnings),
        "no_warning": no_warning_text(section, language),
        "nearly_certain": nearly_certain_text(section, whole, language),
        "counts": [(grade, section.labels[grade](language), count) for grade, count in section.counts().items()],
        "labels": {grade: section.labels[grade](language) for grade in GRADES},
        "expected": _expected(section, language),
        "moves": _moves(section, language),
        "previous": None if section.previous_as_of is None else date_text(section.previous_as_of, language),
        "spot_note": (
            PHRASES["spot_note"](language, p=percent(section.spot_checks[0].propensity or 0.0)) if section.spot_checks else ""
        ),
        "withheld": [_withheld(candidate, whole, language) for candidate in section.withheld],
        "withheld_counts": [
            WITHHELD_COUNTS[rule](language, n=f"{n:,}") for rule, n in sorted((section.withheld_counts or {}).items())
        ],
        "dropped": [_dropped(gone, section, whole, language) for gone in section.dropped],
    }


def warning_row(warning: Warning, section: Section, whole: WarningList, language: Language) -> dict[str, Any]:
    """Return what the page shows of one listed place."""
    name, wider = place_name(warning, whole.grouping)
    change, was = change_text(warning, section, language)
    interval, level = interval_text(warning, language)
    return {
        "id": warning.id,
        "rank": warning.rank,
        "grade": warning.grade or "spot",
        "label": section.labels[warning.grade](language) if warning.grade else PHRASES["spot"](language),
        "place_id": warning.place,
        "name": name,
        "wider": wider,
        "probability": percent(warning.probability),
        "own_usual": own_usual_text(warning, language),
        "bar": f"{100 * min(max(warning.probability, 0.01), 1.0):.0f}",
        "expected": expected_text(warning, language),
        "interval": interval,
        "level": level,
        "arrow": ARROWS[warning.change.kind] if change else "",
        "change": change,
        "was": was,
        "since": since_text(warning, language),
        "missed": missed_deadline_text(warning, section, language),
        "risen": " ".join(PHRASES[rule](language) for rule in ("risen", "surge") if rule in section.rules_of(warning.place)),
        "reasons": [_reason_row(reason, language) for reason in warning.reasons],
        "agreeing": [family_name(family, language) for family in warning.agreeing],
        "action": action_text(warning.action, language),
        "deadline": short_date(section.deadline(warning), language),
        "expires": short_date(warning.expires, language),
    }


def _reason_row(reason: Reason, language: Language) -> dict[str, str]:
    way = "" if reason.direction == "fact" else PHRASES[reason.direction](language)
    return {"text": reason.text(language), "direction": reason.direction, "way": way}


def follow_up_row(one: FollowUp, whole: WarningList, language: Language) -> dict[str, Any]:
    """Return what the page shows of one follow-up."""
    name, wider = place_name(one, whole.grouping)
    return {
        "id": one.id,
        "title": one.title(language),
        "name": name,
        "wider": wider,
        "place_id": one.place,
        "grade": one.grade or "spot",
        "label": grade_label(one, whole, language),
        "age": follow_up_text(one, whole.as_of, language),
        "answered": short_date(one.answered, language),
    }


def past_row(past: PastList, language: Language) -> dict[str, Any]:
    """Return what the page shows of one earlier list."""
    waits = PHRASES["not_known"](language)
    return {
        "date": to_iso(past.as_of),
        "warnings": past.warnings,
        "answered": past.answered,
        "overdue": past.overdue,
        "expected": waits if past.expected is None else whole_number(past.expected, language),
        "found": waits if past.found is None else f"{past.found:,}",
    }


def notice_row(notice: Notice, language: Language) -> dict[str, str]:
    """Return what the page shows of one notice."""
    return {
        "group": notice.group,
        "family": family_name(notice.family, language),
        "text": about_text(
            PHRASES["notice"],
            PHRASES["notice_few"],
            notice.expected,
            language,
            count=f"{notice.count:,}",
            first=short_date(notice.first_day, language),
            last=short_date(notice.last_day, language),
            upper=f"{math.floor(notice.upper):,}",  # below the count, which exceeds the bound
        ),
    }


def _state(row: Freshness) -> str:
    """Return the key of the phrase for the state of a source."""
    if row.alert is None:
        # nobody stated how far it goes: it may be old
        return "stale" if row.stale else "fresh" if row.through is not None else "not_judged"
    if row.alert.failed:
        return "not_ingested"
    return "cut_off" if row.alert.code == "fewer rows" else "in_quarantine"


def freshness_row(row: Freshness, language: Language) -> dict[str, Any]:
    """Return what the page shows of one source."""
    return {
        "source": row.called(language),
        "through": PHRASES["unknown" if row.stale else "not_stated"](language) if row.through is None else to_iso(row.through),
        "stale": row.stale or row.alert is not None,
        "state": PHRASES[_state(row)](language),
    }


def _days(section: Section, language: Language) -> str:
    """Return the horizon; nothing if the title already states it."""
    stated = re.search(rf"\b{section.horizon}\b|{section.horizon}天", section.title(language))
    return "" if stated else PHRASES["days"](language, n=days_text(section.horizon, language))


def _expected(section: Section, language: Language) -> str:
    """Return the expected numbers of the area and the listed places."""
    days = days_text(section.horizon, language)
    text = about_text(PHRASES["expected_here"], PHRASES["expected_here_few"], section.expected, language, days=days)
    if section.warnings and section.expected > 0:
        listed = sum(warning.expected for warning in section.warnings)
        text += about_text(PHRASES["expected_listed"], PHRASES["expected_listed_few"], listed, language)
    return text


def _moves(section: Section, language: Language) -> list[tuple[str, str, int]]:
    """Return how many places changed in each way since the previous list."""
    moves = {kind: sum(w.change.kind == kind for w in section.warnings) for kind in CHANGES}
    return [(ARROWS[kind], CHANGES[kind](language), count) for kind, count in moves.items() if count]


def _withheld(candidate: Candidate, whole: WarningList, language: Language) -> dict[str, str]:
    return {
        "place": _place(candidate, whole),
        "id": candidate.place,
        "probability": percent(candidate.probability),
        "expected": expected_number(candidate.expected, language),
        "reason": WITHHELD[candidate.reason](language),
    }


def _dropped(gone: Dropped, section: Section, whole: WarningList, language: Language) -> dict[str, str]:
    grade = gone.previous_grade
    was = PHRASES["was"](language, grade=section.labels[grade](language), rank=gone.previous_rank) if grade else ""
    return {
        "place": _place(gone, whole),
        "id": gone.place,
        "was": was,
        "reason": WITHHELD[gone.reason](language) if gone.reason else PHRASES["lower"](language),
    }


def _place(entry: Candidate | Dropped, whole: WarningList) -> str:
    name, wider = place_name(entry, whole.grouping)
    return f"{name} · {wider}" if wider else name
