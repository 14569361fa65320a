"""Sentences and figures of summaries for readers."""

from __future__ import annotations

from riskmodel.base.policy import GRADES
from riskmodel.base.texts import Language, enumerated
from riskmodel.warning.formats.plain_text import about_text, days_text
from riskmodel.warning.numbers import whole
from riskmodel.warning.summaries.summary import Summary, SummaryRow, SummaryTarget, TargetFigures
from riskmodel.warning.summaries.summary_phrases import SUMMARY_PHRASES

MOST_GROUPS = 3
"""Most groups that a summary names in its first sentences."""


def target_text(target: SummaryTarget, one: TargetFigures, language: Language) -> str:
    """Return a sentence on a target: expected events and warnings by grade."""
    count = sum(one.warnings.values())
    key = "said_none" if not count else "said_one" if count == 1 else "said"
    grades = [
        f"{target.labels[grade](language)}{_space(language)}{one.warnings[grade]}" for grade in GRADES if one.warnings[grade]
    ]
    stop = "。" if language == "zh" else "."
    more = SUMMARY_PHRASES["said_of_grades"](language, grades=enumerated(grades, language)) if grades else ""
    text = SUMMARY_PHRASES[key](language, title=target.title(language), expected=_expected_text(target, one, language), n=count)
    return text + more + stop


def _space(language: Language) -> str:
    return "" if language == "zh" else " "


def _expected_text(target: SummaryTarget, one: TargetFigures, language: Language) -> str:
    expected, days = one.expected or 0.0, target.last_day - target.first_day + 1
    return about_text(SUMMARY_PHRASES["about"], SUMMARY_PHRASES["about_few"], expected, language, days=days_text(days, language))


def most_text(summary: Summary, language: Language) -> str:
    """Return which groups have most warnings; nothing if all are equal."""
    counts = sorted((-warned(row), row.group) for row in summary.rows)
    named = [SUMMARY_PHRASES["most_in_one"](language, group=group, n=-count) for count, group in counts[:MOST_GROUPS] if count]
    return (
        SUMMARY_PHRASES["most_in"](language, groups=enumerated(named, language))
        if len({count for count, _ in counts}) > 1
        else ""
    )


def warned(row: SummaryRow) -> int:
    """Return the number of warnings of a row, of all targets."""
    return sum(sum(one.warnings.values()) for one in row.figures)


def expected_of(one: TargetFigures, language: Language) -> str:
    """Return an expected number as people read it."""
    return SUMMARY_PHRASES["unknown"](language) if one.expected is None else whole(one.expected, language)
