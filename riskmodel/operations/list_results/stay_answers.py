"""What centres answered of each stay of a place on their lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from riskmodel.base.answer_outcomes import OUTCOME_MEANINGS
from riskmodel.ledger import FiledAnswer, counting, standing
from riskmodel.operations.list_results.listed_stays import ListedStays
from riskmodel.warning.results.given_answers import AnswerStanding, GivenAnswer
from riskmodel.warning.results.warned_stays import WarnedStay


def with_answers(listed: ListedStays, filed: Sequence[FiledAnswer], known: int) -> list[WarnedStay]:
    """Return stays with what was answered of them.

    An answer belongs to the stay of its warning. A visit under another warning of the same target and place, such as one before the span, belongs to the stay
    during which it took place. A visit is counted once.

    Parameters
    ----------
    filed
        The answers that stand, without those that a correction replaced.
    known
        Answers are known that came in before this day.
    """
    of_warning = {id: at for at, ids in enumerate(listed.warnings) for id in ids}
    of_place: dict[tuple[str, str], list[int]] = {}
    for at, one in enumerate(listed.stays):
        of_place.setdefault((one.target, one.place), []).append(at)
    answers: list[list[FiledAnswer]] = [[] for _ in listed.stays]
    for one in filed:
        at = of_warning.get(one.warning.id)
        if at is None and OUTCOME_MEANINGS[one.answer.outcome].visit:
            at = _during(listed, of_place.get((one.warning.target, one.warning.place), ()), one.answer.day)
        if at is not None:
            answers[at].append(one)
    return [_answered(stay, mine, known) for stay, mine in zip(listed.stays, answers, strict=True)]


def given_answers(listed: ListedStays, filed: Sequence[FiledAnswer]) -> Iterator[GivenAnswer]:
    """Yield every answer to the warnings of stays, in the order received.

    Parameters
    ----------
    filed
        All answers, also those that a correction replaced.
    """
    stay_of = {id: stay for stay, ids in zip(listed.stays, listed.warnings, strict=True) for id in ids}
    mine: dict[str, list[FiledAnswer]] = {}
    for one in filed:
        if one.warning.id in stay_of:
            mine.setdefault(one.warning.id, []).append(one)
    stand = {one.number for answers in mine.values() for one in standing(answers)}
    count = {best.number for answers in mine.values() if (best := counting(answers)) is not None}
    for one in sorted((one for answers in mine.values() for one in answers), key=lambda one: one.number):
        how: AnswerStanding = "counts" if one.number in count else "outweighed" if one.number in stand else "corrected"
        yield GivenAnswer(
            one.number,
            one.warning.id,
            one.warning.target,
            stay_of[one.warning.id].centre,
            one.warning.place,
            one.as_of,
            one.answer.outcome,
            one.answer.day,
            one.answer.received,
            how,
        )


def _during(listed: ListedStays, stays: Sequence[int], day: int) -> int | None:
    """Return the last of some stays that lasted on a day."""
    begun = [at for at in stays if listed.stays[at].first_listed <= day <= listed.until[at]]
    return max(begun, key=lambda at: listed.stays[at].first_listed, default=None)


def _answered(stay: WarnedStay, answers: Sequence[FiledAnswer], known: int) -> WarnedStay:
    """Return a stay with its answers.

    Of one day the answer that came in last counts, and a visit outweighs that nobody went.
    """
    if not answers:
        return replace(stay, waiting=stay.deadline >= known)
    visits = [one for one in answers if OUTCOME_MEANINGS[one.answer.outcome].visit]
    counting = {one.answer.day: one for one in sorted(visits or answers, key=lambda one: one.number)}
    last = counting[max(counting)].answer
    follow = next((one.answer for one in counting.values() if OUTCOME_MEANINGS[one.answer.outcome].follow_up), last)
    return replace(
        stay,
        result=follow.outcome,
        visited_on=min(counting) if visits else None,
        received=min(one.answer.received for one in answers),
    )
