"""How many of all events happened at listed places."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from riskmodel.base.days import to_iso


@dataclass(frozen=True)
class ListCoverage:
    """The events of a target at listed places, and all.

    A place is listed on a day if an approved list of the span warned of it and the period of that warning holds the day. Spot checks do not count.

    Parameters
    ----------
    target
        The target.
    first, through
        The days that count, from the first list on, as far as the data are complete (None: no day is known yet).
    events, at_listed
        The events of these days, each once, and those of them at listed places.
    places, listed
        Mean numbers of places, and of listed ones, a day.
    """

    target: str
    first: int | None = None
    through: int | None = None
    events: int = 0
    at_listed: int = 0
    places: float = math.nan
    listed: float = math.nan

    @property
    def caught(self) -> float:
        """The share of the events that happened at listed places."""
        return self.at_listed / self.events if self.events else math.nan

    @property
    def share(self) -> float:
        """The share of the places that were listed."""
        return self.listed / self.places if self.places else math.nan

    def flat(self) -> dict[str, Any]:
        """Return plain values; what is not known is None."""
        known = self.first is not None and self.through is not None
        plain = {
            "target": self.target,
            "first": None if self.first is None else to_iso(self.first),
            "through": None if self.through is None else to_iso(self.through),
            "events": self.events if known else None,
            "at_listed": self.at_listed if known else None,
            **{name: getattr(self, name) for name in ("places", "listed", "caught", "share")},
        }
        return {name: None if isinstance(value, float) and math.isnan(value) else value for name, value in plain.items()}
