"""Dates, names, numbers and changes as people read them."""

from __future__ import annotations

import re
from typing import Protocol

from riskmodel.base.days import to_date
from riskmodel.base.plurals import counted
from riskmodel.base.policy import Policy
from riskmodel.base.texts import Language, Text
from riskmodel.warning.formats.list_phrases import CHANGES, FAMILIES, PHRASES, STATUSES
from riskmodel.warning.formats.timing_words import TIMING_MARKS
from riskmodel.warning.numbers import below_one, number, whole
from riskmodel.warning.warn.list_entries import Candidate, Dropped, FollowUp, OverduePlace, Status, Timing, Warning
from riskmodel.warning.warn.warning_list import Section, WarningList

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


class Marked(Protocol):
    """A list or a summary."""

    @property
    def status(self) -> Status: ...

    @property
    def timing(self) -> Timing: ...


def date_text(day: int, language: Language) -> str:
    """Return a date as the language writes it."""
    date = to_date(day)
    if language == "zh":
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def short_date(day: int, language: Language) -> str:
    """Return a date without its year."""
    full = date_text(day, language)
    return full.split("年")[1] if language == "zh" else full.rsplit(" ", 1)[0]


def row_date(day: int, language: Language) -> str:
    """Return a date without its year, shortened for tables."""
    date = to_date(day)
    return short_date(day, language) if language == "zh" else f"{date.day} {MONTHS[date.month - 1][:3]}"


def family_name(family: str, language: Language) -> str:
    """Return a family's name for readers."""
    return FAMILIES[family](language) if family in FAMILIES else family.replace("_", " ")


def grade_label(one: FollowUp | OverduePlace, whole: WarningList, language: Language) -> str:
    """Return the label of an earlier warning's grade, or of spot checks."""
    if one.grade is None:
        return PHRASES["spot"](language)
    section = whole.section(one.target)
    label = Policy().grades[one.grade].label if section is None else section.labels[one.grade]
    return label(language)


def place_name(entry: Warning | FollowUp | OverduePlace | Candidate | Dropped, grouping: str) -> tuple[str, str]:
    """Return how people call a place, and its wider groups.

    That is its smallest group (a village) and its name within it, or its id where the project states no name. The centre's own
    grouping is left out.
    """
    labels = [g.label for g in entry.groups if g.grouping != grouping and g.label]
    own = entry.name or entry.place
    return (f"{labels[0]} {own}", " · ".join(labels[1:])) if labels else (own, "")


def change_text(warning: Warning, section: Section, language: Language) -> tuple[str, str]:
    """Return what changed, and the previous grade and rank.

    Both are empty for a spot check and where there is no earlier list.
    """
    if section.previous_as_of is None or warning.grade is None:
        return "", ""
    change = warning.change
    if change.kind == "new" or change.previous_grade is None:
        return CHANGES["new"](language), ""
    was = PHRASES["was"](language, grade=section.labels[change.previous_grade](language), rank=change.previous_rank)
    return CHANGES[change.kind](language), was


def standing_text(warning: Warning, section: Section, language: Language) -> str:
    """Return what is new about a place, or its first night.

    It is empty for a spot check and where there is no earlier list.
    """
    change, _ = change_text(warning, section, language)
    since = since_text(warning, language)
    parts = [since] if since and warning.change.kind == "unchanged" else [change, since]
    return ("，" if language == "zh" else ", ").join(part for part in parts if part)


def since_text(warning: Warning, language: Language) -> str:
    """Return since when a place is on every list.

    It is empty if this list is the first.
    """
    if warning.listed_since is None:
        return ""
    return PHRASES["listed_since"](language, day=row_date(warning.listed_since, language))


def missed_deadline_text(warning: Warning, section: Section, language: Language) -> str:
    """Return a deadline of an earlier list that is over.

    It is empty if there is none.
    """
    promised = section.promised(warning)
    return PHRASES["first_deadline"](language, day=row_date(promised, language)) if promised < section.first_day else ""


def no_warning_text(section: Section, language: Language) -> str:
    """Return why a target has no warnings; empty if it has some.

    A target that cannot be scored says so itself.
    """
    if section.warnings or section.cannot_score is not None:
        return ""
    absent = {"cool-down", "follow-up"} & set(section.rules)
    key = "no_capacity" if not section.capacity else "no_warning_left" if absent else "no_warning"
    return PHRASES[key](language)


def list_status_text(whole: Marked, language: Language) -> str:
    """Return status and mark of timing of a list or summary."""
    marks = [STATUSES[whole.status](language), TIMING_MARKS[whole.timing](language)]
    return " · ".join(mark for mark in marks if mark)


def follow_up_text(one: FollowUp, as_of: int, language: Language) -> str:
    """Return since when a follow-up is open, and for how many days."""
    days = as_of - one.since
    key = "follow_up_since_one" if days == 1 else "follow_up_since"
    return PHRASES[key](language, since=date_text(one.since, language), n=f"{days:,}")


def expected_text(warning: Warning, language: Language) -> str:
    """Return the expected number of events as a phrase."""
    return PHRASES["expected"](language, n=expected_number(warning.expected, language))


def expected_number(value: float, language: Language) -> str:
    """Return an expected number of events with at most two decimals."""
    if 0 < value < 0.01:
        return "不到0.01" if language == "zh" else "under 0.01"
    return f"{value:.2f}" if 0 < value < 9.995 else number(value, language)


def interval_text(warning: Warning, language: Language) -> tuple[str, str]:
    """Return the interval as a phrase, and its level.

    Both are empty if there is none.
    """
    if warning.interval is None:
        return "", ""
    ends = warning.interval
    key = "interval_point" if ends.low == ends.high else "interval"
    phrase = PHRASES[key](language, level=ends.level, low=ends.low, high=ends.high)
    return phrase, PHRASES["interval_title"](language, level=ends.level)


def days_text(count: int, language: Language) -> str:
    """Return a number of days, in English with its noun."""
    return counted(count, "day") if language == "en" else f"{count:,}"


def about_text(phrase: Text, few: Text, expected: float, language: Language, **values: object) -> str:
    """Return a phrase with a whole expected number.

    Where readers see that it is below 1, it is the phrase for ``few``.
    """
    return few(language, **values) if below_one(expected) else phrase(language, n=whole(expected, language), **values)


def action_text(action: Text, language: Language) -> str:
    """Return the suggested service; Chinese text gets full-width commas."""
    text = action(language)
    return re.sub(r"(?<=[\u4e00-\u9fff）]),\s*(?=[\u4e00-\u9fff（])", "，", text) if language == "zh" else text
