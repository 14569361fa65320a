"""Findings of the doctor, each with a remedy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from riskmodel.base.severities import SEVERITIES, Severity
from riskmodel.base.system_errors import system_refused
from riskmodel.base.texts import Text

DoctorSeverity = Severity | Literal["ok"]
NOTHING = Text(zh="", en="")


@dataclass(frozen=True)
class DoctorFinding:
    """One thing that was examined.

    ``code`` says what, such as ``"disk"``; ``subject`` which, and ``called`` what people call that (None: the same).
    """

    code: str
    subject: str
    severity: DoctorSeverity
    said: Text
    remedy: Text = NOTHING
    called: Text | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values, in both languages."""
        return {
            "code": self.code, "subject": self.subject, "severity": self.severity, "said": self.said.model_dump(), "remedy": self.remedy.model_dump(),
        }  # fmt: skip


def fine(code: str, subject: str, zh: str, en: str) -> DoctorFinding:
    """Return a finding that nothing is wrong."""
    return DoctorFinding(code, subject, "ok", Text(zh=zh, en=en))


def worst(found: Iterable[DoctorFinding]) -> DoctorSeverity:
    """Return the worst severity of findings."""
    there = {one.severity for one in found}
    for severity in SEVERITIES:
        if severity in there:
            return severity
    return "ok"


def refusal(error: Exception) -> str:
    """Return what failed in words, with the refused file."""
    return str(system_refused(error)) if isinstance(error, OSError) else str(error)


def remedy_unless_refused(error: Exception, remedy: Text) -> Text:
    """Return a remedy, unless a refused file has its own."""
    return NOTHING if isinstance(error, OSError) and not isinstance(error, FileNotFoundError) else remedy
