"""Answers as they came in, each with whether it counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from riskmodel.base.answer_outcomes import AnswerOutcome

AnswerStanding = Literal["counts", "corrected", "outweighed"]
"""Whether an answer is the one of its warning that counts.

``corrected``: a correction replaced it. ``outweighed``: it stands, but a later visit counts, or of the same day what came in last, or a visit where it says that nobody
went.
"""


@dataclass(frozen=True)
class GivenAnswer:
    """One answer to a warning, and whether it counts.

    ``number`` is the order in which all answers of the ledger came in; ``listed`` the night of the warning, ``day`` that of the visit, ``received`` when it came in.
    """

    number: int
    warning: str
    target: str
    centre: str
    place: str
    listed: int
    outcome: AnswerOutcome
    day: int
    received: int
    standing: AnswerStanding
