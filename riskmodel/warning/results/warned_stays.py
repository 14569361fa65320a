"""Stays of places on lists: what was forecast, found, and then happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from riskmodel.base.answer_outcomes import OUTCOME_MEANINGS, AnswerOutcome
from riskmodel.base.policy import Grade
from riskmodel.base.texts import Text

SPOT = "spot check"
"""What stands for the grade of a spot check."""

Period = Literal["over", "not over", "unknown"]
"""What is known of the events of a stay's horizon.

``over``: it is over, and its sources are complete that far. ``not over``: that is still to come. ``unknown``: the place or the model is there no more, or days of it
were not observed.
"""


@dataclass(frozen=True)
class WarnedStay:
    """One stay of a place on a centre's approved lists.

    A place that stays on the lists of several nights is one stay, with the grade, the forecast and the horizon of the first. A spot check is one of its own.

    Parameters
    ----------
    target, centre, place, name, grade
        Of the first warning; the grade of a spot check is None.
    first_listed, last_listed
        Nights of its first and last list.
    deadline
        The earliest day by which its lists asked for a visit.
    horizon, expected, probability, model
        The forecast of the first list, for the days from ``first_listed`` on.
    result
        What was answered; of several visits, that something needs follow-up if one of them says so (None: no answer).
    visited_on
        Day of the first visit (None: nobody was there, or nobody said so).
    received
        Day on which the first answer came in.
    waiting
        Whether there is no answer, and the deadline is not over.
    period, events
        What is known of the horizon, and its events at the place (None unless it is over).
    """

    target: str
    centre: str
    place: str
    name: str
    grade: Grade | None
    first_listed: int
    last_listed: int
    deadline: int
    horizon: int
    expected: float
    probability: float
    model: str
    result: AnswerOutcome | None = None
    visited_on: int | None = None
    received: int | None = None
    waiting: bool = False
    period: Period = "not over"
    events: int | None = None

    @property
    def visited(self) -> bool:
        """Whether somebody was there."""
        return self.result is not None and OUTCOME_MEANINGS[self.result].visit

    @property
    def needs_followup(self) -> bool:
        """Whether a visit found something that is to be followed up."""
        return self.result is not None and OUTCOME_MEANINGS[self.result].follow_up

    @property
    def nothing_found(self) -> bool:
        """Whether a visit says that it found nothing."""
        return self.visited and not self.needs_followup and not self.not_stated

    @property
    def not_stated(self) -> bool:
        """Whether somebody was there and did not say what was found."""
        return self.visited and self.result is not None and not OUTCOME_MEANINGS[self.result].states_finding

    @property
    def not_done(self) -> bool:
        """Whether the answer is that nobody went."""
        return self.result is not None and not self.visited

    @property
    def late(self) -> bool:
        """Whether somebody was there after the deadline only."""
        return self.visited_on is not None and self.visited_on > self.deadline

    @property
    def unanswered(self) -> bool:
        """Whether the deadline passed without an answer."""
        return self.result is None and not self.waiting


@dataclass(frozen=True)
class SpanOfLists:
    """The approved lists whose stays are counted.

    Parameters
    ----------
    first, last
        The first and the last night.
    known
        Only what came in before this day is used.
    centre
        The only centre; empty for all.
    approved, drafts, undelivered
        Numbers of lists: approved, never approved, and approved but not delivered to every receiver.
    titles, labels
        What people call the targets and the grades.
    """

    first: int
    last: int
    known: int
    centre: str = ""
    approved: int = 0
    drafts: int = 0
    undelivered: int = 0
    titles: tuple[tuple[str, Text], ...] = ()
    labels: tuple[tuple[Grade, Text], ...] = ()
