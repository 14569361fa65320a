"""A warning list for the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from riskmodel.base.days import to_iso
from riskmodel.warning.formats.list_phrases import PHRASES
from riskmodel.warning.formats.notes import notes
from riskmodel.warning.formats.plain_text import follow_up_text
from riskmodel.warning.formats.surge_text import heading
from riskmodel.warning.formats.worklist import first_reason

if TYPE_CHECKING:
    from riskmodel.base.texts import Language
    from riskmodel.warning import WarningList


def list_text(one: WarningList, language: Language) -> str:
    """Return a list for the terminal."""
    lines = [
        f"{one.centre}, as of {to_iso(one.as_of)} ({', '.join([*_marks(one), f'list {one.digest[:8]}'])})",
        *(f" NOTE: {note}" for note in notes(one, language)),
    ]
    lines += [f" {PHRASES['surges'](language)}: {heading(surge, language)} ({surge.id})" for surge in one.surges or ()]
    if one.follow_ups:
        lines.append(f" {PHRASES['follow_ups'](language)} ({len(one.follow_ups)})")
    for follow_up in one.follow_ups:
        lines.append(
            f"      {follow_up.place} {follow_up.title(language)}: {follow_up_text(follow_up, one.as_of, language)} ({follow_up.id})"
        )
    for section in one.sections:
        lines.append(f" {section.title(language)}")
        if section.cannot_score is not None:
            lines.append(f"  CANNOT SCORE: {section.cannot_score(language)}")
        for warning in section.warnings:
            reason = first_reason(warning, language)
            lines.append(f"  {warning.rank:>3} {warning.grade:<6} {warning.place} {warning.probability:6.1%}  {reason}")
    return "\n".join(lines)


def _marks(one: WarningList) -> list[str]:
    """Return the status of a list and the mark of its timing."""
    return [one.status.upper()] if one.timing == "night" else [one.status.upper(), one.timing.upper()]
