"""One answer to a warning, recorded without a file."""

from __future__ import annotations

from riskmodel.base.answer_outcomes import AnswerOutcome
from riskmodel.base.days import DateLike, to_day
from riskmodel.base.project import Project
from riskmodel.ledger import Answer, Ledger


def answer(
    project: Project,
    warning: str,
    outcome: AnswerOutcome,
    day: DateLike,
    *,
    received: DateLike | None = None,
    correct: bool = False,
) -> bool:
    """Record an answer and return whether it was new.

    Parameters
    ----------
    day
        The day on which the centre went there.
    received
        The day on which the answer came in, from which it counts as known; ``day`` if not given.
    correct
        Whether it replaces all earlier answers to the warning.

    Raises
    ------
    UsageError
        If the warning was never approved, or the outcome is not one of :data:`riskmodel.base.answer_outcomes.OUTCOMES`.
    """
    came = to_day(day if received is None else received)
    given = [Answer(warning, to_day(day), outcome, came)]
    with Ledger.of_nights(project).write() as book:
        return (book.answers.correct(given) if correct else book.answers.record(given)) == 1
