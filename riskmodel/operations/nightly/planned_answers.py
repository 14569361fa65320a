"""Answers that a plan takes into account, with their warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from riskmodel.base.answer_outcomes import OUTCOME_MEANINGS
from riskmodel.base.texts import Text
from riskmodel.ledger import FiledAnswer
from riskmodel.operations.list_bodies import expected_numbers
from riskmodel.operations.nightly.night_steps import NightProgress

if TYPE_CHECKING:
    from riskmodel.warning import AnsweredWarning


def planned_answers(night: NightProgress) -> tuple[AnsweredWarning, ...]:
    """Return the answers of visits up to the plan's number.

    A place rests only if somebody went there. Where it matters (within the cool-down, and for open follow-ups), the list of the warning
    is read for its expected number, centre and title.

    Raises
    ------
    IntegrityError
        If such a list is damaged.
    """
    from riskmodel.warning.warn import open_follow_ups

    as_of = night.plan.as_of
    filed = {one.number: one for one in night.filed if OUTCOME_MEANINGS[one.answer.outcome].visit}
    answers = {number: _answered(one) for number, one in filed.items()}
    longest = longest_cool_down(night)
    needed = {number for number, one in filed.items() if as_of - longest < one.answer.day < as_of}
    needed |= {one.answer.number for one in open_follow_ups(answers.values(), as_of)}
    return tuple({**answers, **_with_lists(night, filed, {number: answers[number] for number in needed})}.values())


def longest_cool_down(night: NightProgress) -> int:
    """Return for how many days an answered place may rest at most."""
    return max((bundle.experiment.policy.cool_down for bundle in night.bundles.values()), default=0)


def _answered(one: FiledAnswer) -> AnsweredWarning:
    from riskmodel.base.policy import GRADES, Grade
    from riskmodel.warning import AnsweredWarning

    grades: dict[str | None, Grade] = {grade: grade for grade in GRADES}
    return AnsweredWarning(
        target=one.warning.target,
        place=one.warning.place,
        day=one.answer.day,
        grade=grades.get(one.warning.grade),
        follow_up=OUTCOME_MEANINGS[one.answer.outcome].follow_up,
        number=one.number,
        warning=one.warning.id,
    )


def _with_lists(
    night: NightProgress, filed: Mapping[int, FiledAnswer], answers: Mapping[int, AnsweredWarning]
) -> dict[int, AnsweredWarning]:
    """Return the answers with what the lists of their nights say."""
    with night.ledger.read() as book:
        stored = [one for day in sorted({filed[number].as_of for number in answers}) for one in book.lists.of(day)]
    wanted = {answer.warning for answer in answers.values()}
    said: dict[str, tuple[float, str, Text]] = {}
    for one in stored:
        if wanted & {warning.id for warning in one.warnings}:
            said |= {id: (expected, one.centre, title) for id, expected, title in expected_numbers(one)}
    found = {}
    for number, answer in answers.items():
        expected, centre, title = said.get(answer.warning, (None, "", None))
        found[number] = replace(answer, expected=expected, centre=centre, title=title)
    return found
