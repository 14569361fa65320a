"""The worklist: every target's warnings in one order, one row each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from riskmodel.base.policy import GRADES, Grade
from riskmodel.base.texts import Language, bracketed, enumerated, labelled
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.matters import matter, matters
from riskmodel.warning.formats.own_usual_text import own_usual_text
from riskmodel.warning.formats.plain_text import follow_up_text, grade_label, missed_deadline_text, place_name, standing_text
from riskmodel.warning.reasons import NOT_SIGNALS
from riskmodel.warning.warn.list_entries import FollowUp, OverduePlace, Warning
from riskmodel.warning.warn.warning_list import Section, WarningList

DETAIL = re.compile(r"（[^（）]*\d[^（）]*）(?=，平常)| \([^()]*\d[^()]*\)(?=, usually)")
"""The number of each kind within a count; cards show it, a row has no room for it."""


MOST_OVERDUE = 20
"""Overdue places that a list shows."""


@dataclass(frozen=True)
class WorkRow:
    """One row of the worklist.

    ``number`` counts warnings and spot checks from 1; a follow-up or an overdue place has none. ``deadline`` is None where a follow-up stays open until an
    answer closes it. ``standing`` says what is new or since when the place is listed, ``missed`` which deadline is over.
    """

    number: int | None
    kind: str
    grade: Grade | None
    label: str
    matter: str
    place: str
    wider: str
    code: str
    reason: str
    deadline: int | None
    id: str
    standing: str = ""
    missed: str = ""
    is_new: bool = False


def listed_in_order(whole: WarningList) -> list[tuple[Section, Warning]]:
    """Return warnings by grade, deadline, target and rank, then spot checks.

    Ranks of different targets are never compared; only their grades and deadlines are.
    """
    listed = [(section, one) for section in whole.sections for one in (*section.warnings, *section.spot_checks)]

    def urgency(pair: tuple[Section, Warning]) -> tuple[int, int]:
        section, one = pair
        return GRADES.index(one.grade) if one.grade else len(GRADES), section.deadline(one)

    return sorted(listed, key=urgency)


def work_rows(whole: WarningList, language: Language) -> list[WorkRow]:
    """Return the rows of the worklist, follow-ups and overdue places last."""
    called = matters(whole.sections, language)
    listed = [
        _row(number, called[section.target], section, warning, whole, language)
        for number, (section, warning) in enumerate(listed_in_order(whole), 1)
    ]
    # a target that is followed up may be listed no more
    return listed + [
        _earlier(called.get(one.target, matter(one.title(language))), one, whole, language)
        for one in (*whole.follow_ups, *overdue_places(whole))
    ]


def overdue_places(whole: WarningList) -> list[OverduePlace]:
    """Return the places of earlier lists that nobody answered in time.

    Each is there once, under its newest warning, the most urgent first. Those that are listed again tonight are left out: an answer
    closes all their warnings. At most :data:`MOST_OVERDUE` are shown.
    """
    left = _overdue(whole)
    return sorted(left, key=lambda one: (GRADES.index(one.grade) if one.grade else len(GRADES), one.deadline))[:MOST_OVERDUE]


def overdue_count(whole: WarningList) -> int:
    """Return how many places of earlier lists wait for an answer."""
    return len(_overdue(whole))


def _overdue(whole: WarningList) -> list[OverduePlace]:
    again = {(section.target, one.place) for section in whole.sections for one in section.warnings}
    found: dict[tuple[str, str], OverduePlace] = {}
    for past in sorted(whole.past, key=lambda past: -past.as_of):
        for one in past.late:
            found.setdefault((one.target, one.place), one)
    return [one for key, one in found.items() if key not in again]


def _row(number: int, called: str, section: Section, warning: Warning, whole: WarningList, language: Language) -> WorkRow:
    name, wider = place_name(warning, whole.grouping)
    return WorkRow(
        number=number,
        kind="warning" if warning.grade else "spot",
        grade=warning.grade,
        label=section.labels[warning.grade](language) if warning.grade else PHRASES["spot"](language),
        matter=called,
        place=name,
        wider=wider,
        code=warning.place,
        reason=own_usual_text(warning, language) or DETAIL.sub("", first_reason(warning, language)),
        deadline=section.deadline(warning),
        id=warning.id,
        is_new=warning.change.kind == "new",
        standing=standing_text(warning, section, language),
        missed=missed_deadline_text(warning, section, language),
    )


def first_reason(warning: Warning, language: Language) -> str:
    """Return the reason that a row has room for.

    It is the first that raises, in plain counts if one is; else a fact, likewise. One that lowers the forecast is no reason to go there.
    """
    shown = [reason for reason in warning.reasons if reason.direction != "lowers"]
    order = sorted(shown, key=lambda reason: (reason.direction == "fact", reason.family in NOT_SIGNALS))
    if order:
        return order[0].text(language)
    return PHRASES["below_usual" if warning.reasons else "no_reason"](language)


def _earlier(called: str, one: FollowUp | OverduePlace, whole: WarningList, language: Language) -> WorkRow:
    """Return the row of a place that waits since an earlier list."""
    name, wider = place_name(one, whole.grouping)
    if isinstance(one, FollowUp):
        said = labelled(PHRASES["follow_ups"](language), follow_up_text(one, whole.as_of, language), language)
    else:
        said = PHRASES["overdue_row"](language)
    return WorkRow(
        number=None,
        kind="follow-up" if isinstance(one, FollowUp) else "overdue",
        grade=one.grade,
        label=grade_label(one, whole, language),
        matter=called,
        place=name,
        wider=wider,
        code=one.place,
        reason=said,
        deadline=None if isinstance(one, FollowUp) else one.deadline,
        id=one.id,
    )


def grade_terms(whole: WarningList, language: Language) -> list[tuple[Grade, str, str]]:
    """Return each grade that is given, its label and its meaning.

    The meaning is that of each target's policy. Where targets differ, a grade has several entries, each with the targets that it
    holds for.
    """
    sections = [section for section in whole.sections if section.cannot_score is None and section.shares]
    sections = [section for section in sections if section.capacity] or sections
    found: list[tuple[Grade, str, str]] = []
    called = matters(whole.sections, language)
    for grade in GRADES:
        held: dict[tuple[str, str], list[str]] = {}
        for section in sections:
            if section.shares.get(grade, 0) or any(warning.grade == grade for warning in section.warnings):
                term = section.labels[grade](language), _meaning(section, grade, language)
                held.setdefault(term, []).append(called[section.target])
        for (label, meaning), named in held.items():
            found.append((grade, label, meaning if len(held) == 1 else _only_for(meaning, named, language)))
    return found


def _meaning(section: Section, grade: Grade, language: Language) -> str:
    """Return a grade's share and deadline by one target's policy."""
    days = section.within.get(grade, 0)
    within = "within_end" if not days else "within_one" if days == 1 else "within"
    before = any(section.shares.get(other, 0) for other in GRADES[: GRADES.index(grade)])
    share = f"{100 * section.shares.get(grade, 0):.0f}"
    return PHRASES["share_next" if before else "share_first"](language, share=share) + PHRASES[within](language, n=days)


def _only_for(meaning: str, of: Sequence[str], language: Language) -> str:
    return bracketed(meaning, enumerated(dict.fromkeys(of), language), language)
