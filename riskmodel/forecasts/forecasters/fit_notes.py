"""Notes of a fit: what a reader must know before trusting it.

They are data: a bundle stores them, and the terminal, the JSON, the report, MLflow and the night show them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from riskmodel.base.texts import Text

NOT_CONVERGED = "not-converged"
SEASON_UNKNOWN = "season-unknown"
MEMBER_DROPPED = "member-dropped"
LEVEL_CORRECTED = "level-corrected"
LEVEL_HALVED = "level-corrected-half"
LAST_DATES_FAILED = "last-dates-failed"
BEYOND_SEEN = "beyond-seen"
UNCHECKED = "unchecked"
BURST = "burst"
GAP = "gap"
EARLY_LABELS = "early-labels"
BULK_ENTRY = "bulk-entry"
LATE_BEGIN = "late-begin"
SILENCE = "silence"
DEFAULT_DAY = "default-day"
LEVEL_DRIFT = "level-drift"

RECORDS = "records"
"""Who a note about the records is about, in place of a forecaster."""


@dataclass(frozen=True)
class FitNote:
    """One note about a fit.

    Parameters
    ----------
    code
        Kind of note, such as ``level-corrected``.
    forecaster
        Class of the forecaster that it is about.
    text
        The note in every language.
    failed
        Whether the model failed its own last dates, so that promotion is refused.
    day
        Date of what the note is about, YYYY-MM-DD; empty where it has none.
    """

    code: str
    forecaster: str
    text: Text
    failed: bool = False
    day: str = ""

    def __str__(self) -> str:
        """Return the note in English, after the forecaster."""
        return f"{self.forecaster}: {self.text.en}"

    @property
    def about(self) -> Text:
        """What the note is about, for readers."""
        return Text(zh="记录", en=RECORDS) if self.forecaster == RECORDS else Text(zh=self.forecaster, en=self.forecaster)

    def to_json(self) -> dict[str, Any]:
        """Return the note as plain JSON values."""
        return {
            "code": self.code,
            "forecaster": self.forecaster,
            "zh": self.text.zh,
            "en": self.text.en,
            "failed": self.failed,
            **({"day": self.day} if self.day else {}),
        }

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> FitNote:
        """Return the note of a JSON form."""
        return cls(form["code"], form["forecaster"], Text(zh=form["zh"], en=form["en"]), form["failed"], form.get("day", ""))


def season_unknown(forecaster: str, days: int) -> FitNote:
    """Return the note that training spans less than a full period."""
    return FitNote(
        SEASON_UNKNOWN,
        forecaster,
        Text(
            zh=f"训练数据只跨{days}天，不足一年，无法判断季节影响，预测未计入季节。",
            en=f"it learned from {days} days, less than a year, so the season is unknown and left out of the forecast.",
        ),
    )


FIXED_TEXTS: Mapping[str, Text] = {
    NOT_CONVERGED: Text(
        zh="参数搜索未收敛，预测可能不准确。",
        en="the search for its parameters did not converge. Compare it with the baseline before you use it.",
    ),
    UNCHECKED: Text(
        zh="日期或事件太少，无法用最近日期校准和检查该模型。",
        en="there are too few dates with events to calibrate and check it on later ones. Learn from more dates before you rely on it.",
    ),
}
"""Notes that hold no number, by code."""


def fixed_note(code: str, forecaster: str) -> FitNote:
    """Return the note of a code in :data:`FIXED_TEXTS`."""
    return FitNote(code, forecaster, FIXED_TEXTS[code])


def newer_notes(found: Iterable[FitNote], said: Iterable[FitNote]) -> tuple[FitNote, ...]:
    """Return the notes about days that were not said before."""
    there = {(note.code, note.day) for note in said}
    return tuple(note for note in found if (note.code, note.day) not in there)
