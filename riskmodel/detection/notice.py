"""What a detector says: a group of cells in which a signal family was unusually busy."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from riskmodel.base.days import to_day, to_iso

Day = Annotated[int, BeforeValidator(to_day), PlainSerializer(to_iso, return_type=str, when_used="json")]
"""A day number that is an ISO date in JSON."""


@dataclass(frozen=True)
class Notice:
    """``count`` events of ``family`` in ``group`` from ``first_day`` through ``last_day``, above ``upper``.

    ``expected`` is the mean of the baseline weeks. A notice speaks of a group of cells, never of one household or person.
    """

    group: str
    family: str
    count: int
    expected: float
    upper: float
    first_day: Day
    last_day: Day
