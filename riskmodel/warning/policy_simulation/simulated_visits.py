"""Visits that a simulation assumes; later nights see them as answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from riskmodel.base.errors import bad_argument
from riskmodel.base.files import sha256
from riskmodel.warning.evidence import AnsweredWarning
from riskmodel.warning.warn import Section, Warning


@dataclass(frozen=True)
class Visits:
    """Which warnings are answered, and when.

    A place on a list is visited on the day by which its list asks for it, and answered on that day, with the probability ``answered``; of
    the others nothing is heard until they are listed again. Draws follow from the ids of warnings, so that the same place on the same list is
    treated alike under every policy.

    Parameters
    ----------
    answered
        Share of places that are visited, from 0 to 1.

    Raises
    ------
    UsageError
        If the share is out of range.
    """

    answered: float = 1.0

    def __post_init__(self) -> None:
        if not 0 <= self.answered <= 1:
            raise bad_argument("answered", "Visits", "a share from 0 to 1", self.answered)

    def happens(self, warning: Warning) -> bool:
        """Return whether the place of a warning will be visited."""
        return int(sha256(f"visit\n{warning.id}".encode())[:8], 16) < self.answered * 2**32


@dataclass(frozen=True)
class PlannedVisit:
    """The day of a visit, whether it happens, and its warning."""

    day: int
    happens: bool
    warning: Warning


@dataclass(eq=False)
class VisitBook:
    """The visits of one walk, and the answers so far."""

    visits: Visits
    answers: list[AnsweredWarning] = field(default_factory=list)
    _planned: dict[str, PlannedVisit] = field(default_factory=dict)

    def until(self, as_of: int, longest: int) -> tuple[AnsweredWarning, ...]:
        """Return the answers of the last ``longest`` days before a night."""
        for place in sorted(place for place, visit in self._planned.items() if visit.day < as_of):
            visit = self._planned.pop(place)
            if visit.happens:
                self.answers.append(
                    AnsweredWarning(
                        target=visit.warning.target,
                        place=place,
                        day=visit.day,
                        grade=visit.warning.grade,
                        expected=visit.warning.expected,
                        number=len(self.answers),
                        warning=visit.warning.id,
                    )
                )
        return tuple(one for one in self.answers if as_of - longest < one.day < as_of)

    def plan(self, sections: Iterable[Section]) -> None:
        """Plan a visit to each listed place, at its earliest deadline."""
        for section in sections:
            for warning in (*section.warnings, *section.spot_checks):
                due, before = section.deadline(warning), self._planned.get(warning.place)
                if before is None:
                    self._planned[warning.place] = PlannedVisit(due, self.visits.happens(warning), warning)
                else:
                    # the officer goes with the newest list in hand
                    self._planned[warning.place] = replace(before, day=min(before.day, due), warning=warning)
