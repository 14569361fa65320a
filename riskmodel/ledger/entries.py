"""What the operations store keeps: frozen values with stable ids; days are int32 day numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from riskmodel.base.files import canonical_json, sha256

Outcome = Literal["visited", "needs_followup", "nothing_found", "not_done"]
OUTCOMES: tuple[Outcome, ...] = get_args(Outcome)
"""What a centre can answer to a warning."""


@dataclass(frozen=True)
class Night:
    """What one target of a night was made from; all that a replay needs.

    ``model`` is the bundle's version and ``registered`` its number in the registry; ``share`` is the target's part of each
    centre's capacity and ``grouping`` whose groups the centres are; ``previous`` is the night whose lists it looked back to,
    and ``answers`` the number of the last answer that it saw. ``status`` is ``"scored"``, or ``"stale"`` where a feed that
    the target needs was too old, or ``"missing"`` where it had no champion (then ``model`` is empty and ``registered`` 0).
    """

    as_of: int
    experiment: str
    model: str
    registered: int
    manifest: str
    share: float
    grouping: str
    status: str
    centres: tuple[str, ...]
    previous: int | None
    answers: int


@dataclass(frozen=True)
class ListedWarning:
    """A warning of a stored list: its id, target, place and grade (None: a spot check), for the answers that come back."""

    id: str
    target: str
    place: str
    grade: str | None


@dataclass(frozen=True)
class StoredList:
    """A centre's list of one night: ``body`` is its JSON, the same in every language."""

    id: str
    as_of: int
    centre: str
    body: str
    warnings: tuple[ListedWarning, ...] = ()
    approved_by: str | None = None
    approved_on: int | None = None

    @property
    def approved(self) -> bool:
        """Whether a person (or the project, where approval is not required) let it leave."""
        return self.approved_by is not None


@dataclass(frozen=True)
class Receipt:
    """That a list took effect at an address of a channel, under a stable id."""

    id: str
    list_id: str
    channel: str
    address: str
    as_of: int
    day: int


@dataclass(frozen=True)
class Answer:
    """What a centre found at a warned place on ``day``; ``received`` is the day on which the answer came in."""

    warning: str
    day: int
    outcome: Outcome
    received: int

    @property
    def id(self) -> str:
        """The same answer has the same id, however often and whenever it comes in."""
        return sha256(canonical_json([self.warning, self.day, self.outcome]))


@dataclass(frozen=True)
class FiledAnswer:
    """A recorded answer with the warning that it answers; ``number`` is the order in which answers came in."""

    number: int
    answer: Answer
    warning: ListedWarning
    as_of: int


@dataclass(frozen=True)
class Promotion:
    """That a version became the champion of an experiment on a day, by whom (a role), and what was champion before."""

    experiment: str
    version: int
    model: str
    before: int | None
    role: str
    day: int
