"""Audit of a project: journal, records and stored scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger, LedgerAudit, audit_ledger, printed
from riskmodel.operations.stored_scores import changed_scores

SHORTEST = 8
"""Digits of a printed head that are needed."""


@dataclass(frozen=True)
class ProjectAudit:
    """What an audit found.

    ``scores`` names nights and targets whose stored scores are missing or were changed (None: they were not
    checked, since the ledger that names them has faults); ``unknown_head`` is a printed head that the
    journal does not hold.
    """

    ledger: LedgerAudit
    scores: tuple[str, ...] | None
    unknown_head: str = ""

    @property
    def passed(self) -> bool:
        """Whether everything agrees."""
        return not (self.ledger.faults or self.scores or self.unknown_head)

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {
            "passed": self.passed,
            "entries": self.ledger.entries,
            "head": self.ledger.head,
            "faults": [{"number": f.number, "event": f.event, "subject": f.subject, "why": f.why} for f in self.ledger.faults],
            "scores": None if self.scores is None else list(self.scores),
            "unknown_head": self.unknown_head,
        }

    def __repr__(self) -> str:
        count = counted(self.ledger.entries, "entry", "entries")
        if self.passed:
            return f"The journal holds: {count}, and every record agrees with its entry. Head: {printed(self.ledger.head)}."
        lines = [f"The audit failed. Journal: {count}, head {printed(self.ledger.head)}."]
        if self.ledger.faults:
            lines.append(f"The first link that does not fit is {self.ledger.faults[0]}")
            lines += [f"Also {fault}" for fault in self.ledger.faults[1:]]
        if self.unknown_head:
            lines.append(
                f"No entry has the printed head {self.unknown_head}: the journal was cut off or replaced after that list was printed."
            )
        lines += [f"The stored scores of {one} are missing or were changed." for one in self.scores or ()]
        if self.scores is None:
            lines.append("The stored scores were not checked, since the records that name them cannot be trusted.")
        return "\n".join(
            [*lines, "Nothing was changed. Keep this database, restore a backup beside it, and find out who changed it."]
        )


def audit_project(project: Project, day: int, head: str = "") -> ProjectAudit:
    """Verify the journal, every record against it, and the stored scores.

    Parameters
    ----------
    day
        Today; scores that are no longer kept may be missing.
    head
        A head that a list prints, with 8 digits or more; it must be in the journal.

    Raises
    ------
    UsageError
        If the head is none, or the project has no ledger yet.
    """
    if head and not (SHORTEST <= len(head) <= 64 and set(head) <= set("0123456789abcdef")):
        raise UsageError(
            f"--head must be the {SHORTEST} to 64 digits that a list prints, such as 3f2a9c1d77e0; got {head!r}. Copy them."
        )
    if not Ledger.exists(project):
        raise UsageError("There is no ledger to audit yet. Run 'riskmodel nightly' first.")
    with Ledger.of(project).read() as book:
        found = audit_ledger(book)
        nights = [night for as_of in book.nights.dates() for night in book.nights.of(as_of)] if not found.faults else None
    scores = None if nights is None else tuple(changed_scores(project, nights, day))
    return ProjectAudit(found, scores, "" if not head or found.holds(head) else head)
