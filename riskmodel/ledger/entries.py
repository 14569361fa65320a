"""Entries of the ledger: frozen values with stable ids; days are int32."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from riskmodel.base.answer_outcomes import AnswerOutcome
from riskmodel.base.files import canonical_json, sha256


@dataclass(frozen=True)
class Night:
    """One target of a night, with everything that a replay needs.

    ``model`` is the bundle's version and ``registered`` its number in the registry. ``share`` is the target's share of each
    centre's capacity; the groups of ``grouping`` are the centres. ``previous`` is the earlier night whose lists were read,
    and ``answers`` the number of the last answer that was taken into account. ``status`` is ``"scored"``; ``"stale"`` where a
    source that the target needs was too old; ``"late"`` on a night that was missed and caught up; ``"missing"`` where the target had
    no champion (then ``model`` is empty and ``registered`` is 0); or ``"unusable"`` where the files of its champion were damaged or missing. ``journal`` is the head of the journal that the lists print, ``configuration`` the digest of the settings
    that were read, and ``scores`` the sha256 of the stored scores (None: the night was stored before these were kept, or the target
    was not scored). ``build`` is the digest of the build of riskmodel that made the night (None: stored before builds were kept).
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
    journal: str | None = None
    configuration: str | None = None
    scores: str | None = None
    build: str | None = None


@dataclass(frozen=True)
class ListedWarning:
    """A warning of a stored list, to which an answer refers.

    ``grade`` is None for a spot check.
    """

    id: str
    target: str
    place: str
    grade: str | None


@dataclass(frozen=True)
class StoredList:
    """A centre's list of one night.

    ``body`` is its JSON, which is the same in every language. ``digest`` is the sha256 of the body when it was stored (None: the
    list is not stored yet, or was stored before digests were kept). ``replaced`` counts how often a night that was run again
    changed the draft. ``seal`` is the digest over the approval when it was recorded (None: not approved), ``warned`` the one over the
    warnings.
    """

    id: str
    as_of: int
    centre: str
    body: str
    warnings: tuple[ListedWarning, ...] = ()
    approved_by: str | None = None
    approved_on: int | None = None
    digest: str | None = field(default=None, compare=False)
    replaced: int | None = field(default=None, compare=False)
    seal: str | None = field(default=None, compare=False)
    warned: str | None = field(default=None, compare=False)

    @property
    def listed(self) -> str:
        """The sha256 over the warnings as they are now."""
        return warnings_digest(self.id, self.warnings)

    @property
    def content(self) -> str:
        """The sha256 of the body as it is now."""
        return sha256(self.body.encode("utf-8", "surrogateescape"))

    @property
    def approval(self) -> str | None:
        """The sha256 over the approval as it is now.

        It covers list, content, role and day; None if not approved.
        """
        if not self.approved:
            return None
        return sha256(canonical_json([self.id, self.as_of, self.centre, self.digest, self.approved_by, self.approved_on]))

    @property
    def approved(self) -> bool:
        """Whether the list may leave.

        A person approved it, or the project asks for no approval.
        """
        return self.approved_by is not None

    @property
    def status(self) -> str:
        """``"approved"`` or ``"draft"``."""
        return "approved" if self.approved else "draft"


def warnings_digest(id: str, warnings: Iterable[ListedWarning]) -> str:
    """Return the sha256 over the warnings of a list."""
    return sha256(canonical_json([id, sorted([one.id, one.target, one.place, one.grade or ""] for one in warnings)]))


def night_digest(lists: Iterable[StoredList]) -> str:
    """Return the digest over the digests of a night's lists."""
    return sha256(canonical_json({one.centre: one.digest or "" for one in lists}))


@dataclass(frozen=True)
class Receipt:
    """A delivery of a list to an address of a channel."""

    id: str
    list_id: str
    channel: str
    address: str
    as_of: int
    day: int


@dataclass(frozen=True)
class Answer:
    """What a centre found at a warned place on a day.

    ``received`` is the day on which the answer came in. A correction ``replaces`` the answers to the warning up to this number (None: it
    is none).
    """

    warning: str
    day: int
    outcome: AnswerOutcome
    received: int
    replaces: int | None = None

    @property
    def id(self) -> str:
        """Stable id from warning, day, outcome and what it replaces.

        An answer that comes in twice has the same id, whenever it comes in.
        """
        more = [] if self.replaces is None else [self.replaces]
        return sha256(canonical_json([self.warning, self.day, self.outcome, *more]))


@dataclass(frozen=True)
class FiledAnswer:
    """A recorded answer and its warning.

    ``number`` is the order in which answers came in; ``as_of`` is the night of the warning.
    """

    number: int
    answer: Answer
    warning: ListedWarning
    as_of: int


@dataclass(frozen=True)
class Promotion:
    """A promotion of a version to champion of an experiment.

    ``before`` is the version that was champion until then (None: there was none), ``role`` who promoted it.
    """

    experiment: str
    version: int
    model: str
    before: int | None
    role: str
    day: int
