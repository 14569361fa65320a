"""Answers that stand, and the one to a warning that counts."""

from __future__ import annotations

from collections.abc import Iterable

from riskmodel.base.answer_outcomes import OUTCOME_MEANINGS
from riskmodel.ledger.entries import FiledAnswer


def standing(filed: Iterable[FiledAnswer]) -> tuple[FiledAnswer, ...]:
    """Return the answers that no correction among them replaces.

    A correction replaces the earlier answers to its warning, up to the number that it holds.
    """
    given = list(filed)
    replaced: dict[str, int] = {}
    for one in given:
        warning, last = one.warning.id, one.answer.replaces
        if last is not None:
            replaced[warning] = max(last, replaced.get(warning, 0))
    return tuple(one for one in given if one.number > replaced.get(one.warning.id, 0))


def counting(filed: Iterable[FiledAnswer]) -> FiledAnswer | None:
    """Return the answer to a warning that counts; None without any.

    It is the latest visit, and of one day what came in last. That nobody went counts only where nobody says otherwise.
    """
    there = standing(filed)
    visits = [one for one in there if OUTCOME_MEANINGS[one.answer.outcome].visit]
    return max(visits or there, key=lambda one: (one.answer.day, one.number), default=None)
