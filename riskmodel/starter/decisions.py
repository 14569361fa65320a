"""Decisions about tables, with reasons, and what was left out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.base.shown_texts import visible


@dataclass(frozen=True)
class Decision:
    """A decision: its subject, the choice, and the reason.

    ``table`` is the name of the table that it is about; empty if it is about the whole project.
    """

    subject: str
    choice: str
    reason: str
    table: str = ""


@dataclass(repr=False)
class Decisions(HtmlCard):
    """All decisions about a project, what was left out, and limits.

    Parameters
    ----------
    doubts
        Those of the limits by which rows may not be what they seem, so that counts may be wrong.
    """

    made: list[Decision] = field(default_factory=list)
    left_out: list[Decision] = field(default_factory=list)
    limits: list[str] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<Decisions: {counted(len(self.made), 'decision')}, {len(self.left_out):,} left out, {counted(len(self.limits), 'limit')}>"

    def html_frame(self) -> Any:
        """Return what was decided and left out, with reasons, then limits."""
        import pandas as pd

        limits = [("limit", "", text) for text in self.limits]
        return pd.DataFrame([*self.rows(), *limits], columns=["subject", "decided", "why"])

    def add(self, subject: str, choice: object, reason: str, table: str = "") -> None:
        """Add a decision."""
        self.made.append(Decision(subject, visible(str(choice)), reason, table))

    def leave_out(self, subject: str, reason: str, table: str = "") -> None:
        """Add something that is left out."""
        self.left_out.append(Decision(visible(subject), "left out", reason, table))

    def limit(self, text: str) -> None:
        """Add a limit of what the project can tell."""
        self.limits.append(text)

    def doubt(self, text: str) -> None:
        """Add a limit by which counts may be wrong."""
        self.limits.append(text)
        self.doubts.append(text)

    def extend(self, others: Decisions) -> None:
        """Add all that was decided elsewhere, in its order."""
        self.made += others.made
        self.left_out += others.left_out
        self.limits += others.limits
        self.doubts += others.doubts

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Return subject, choice and reason of all decisions."""
        several = len({one.table for one in (*self.made, *self.left_out) if one.table}) > 1
        for one in (*self.made, *self.left_out):
            subject = f"{one.table}: {one.subject}" if several and one.table else one.subject
            yield subject, one.choice, one.reason

    def to_json(self) -> dict[str, Any]:
        """Return everything as JSON values."""
        return {
            "decisions": [vars(one) for one in self.made],
            "left_out": [vars(one) for one in self.left_out],
            "limits": list(self.limits),
        }
