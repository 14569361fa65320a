"""Notice: finding of a detector about a group of cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BeforeValidator, PlainSerializer

from riskmodel.base.days import to_day, to_iso

Day = Annotated[int, BeforeValidator(to_day), PlainSerializer(to_iso, return_type=str, when_used="json")]
"""Day number, an ISO date in JSON."""


@dataclass(frozen=True)
class Notice:
    """Group of cells in which a signal family was unusually busy.

    It is about a group of cells, never about one household or person.

    Parameters
    ----------
    group
        Label of the group.
    family
        Signal family.
    count
        Number of events from ``first_day`` through ``last_day``.
    expected
        Mean of the baseline weeks.
    upper
        Bound that the count exceeds.
    first_day, last_day
        Days of the week, both included.
    """

    group: str
    family: str
    count: int
    expected: float
    upper: float
    first_day: Day
    last_day: Day
