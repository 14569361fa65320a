"""What a centre can answer to a warning, and what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from riskmodel.base.texts import Text

AnswerOutcome = Literal["visited", "needs_followup", "nothing_found", "not_done"]


@dataclass(frozen=True)
class OutcomeMeaning:
    """How an outcome is called, and what follows from it.

    ``visit``: somebody went there. Then the answer needs a day, and the place rests. ``follow_up``: the place stays on its list until it is closed.
    ``states_finding``: it says what was found there.
    """

    text: Text
    visit: bool = True
    follow_up: bool = False
    states_finding: bool = False

    @property
    def closes(self) -> bool:
        """Whether the answer closes an open follow-up."""
        return self.visit and not self.follow_up


OUTCOME_MEANINGS: Mapping[AnswerOutcome, OutcomeMeaning] = {
    "visited": OutcomeMeaning(Text(zh="已走访", en="visited")),
    "needs_followup": OutcomeMeaning(Text(zh="需跟进", en="needs follow-up"), follow_up=True, states_finding=True),
    "nothing_found": OutcomeMeaning(Text(zh="未发现问题", en="nothing found"), states_finding=True),
    "not_done": OutcomeMeaning(Text(zh="未走访", en="not done"), visit=False),
}
"""Every outcome that can be answered, in the order in which lists offer it."""

OUTCOMES = tuple(OUTCOME_MEANINGS)
OUTCOME_TEXTS: Mapping[AnswerOutcome, Text] = {name: meaning.text for name, meaning in OUTCOME_MEANINGS.items()}
"""What can be answered, as people read it."""
