"""Notes of a backtest's fits, one row per kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from riskmodel.base.days import to_iso
from riskmodel.forecasts.forecasters.fit_notes import FitNote


def note_table(notes: Mapping[str, Sequence[Sequence[FitNote]]], origins: Sequence[int]) -> list[dict[str, Any]]:
    """Return the notes of all fits, each with its fits.

    Parameters
    ----------
    notes
        By label of the forecaster, the notes of each fit.
    origins
        Day of each fit.

    Returns
    -------
    list of dict
        ``forecaster`` is the label, ``about`` the class that a note is about (a member of a blend, perhaps), ``fits`` the days
        of the fits, ``en`` and ``zh`` the text of the last of them, and ``failed`` whether the fit failed its own last dates.
    """
    found: dict[tuple[str, ...], dict[str, Any]] = {}
    for label, fits in notes.items():
        for origin, said in zip(origins, fits, strict=True):
            for note in said:
                row = found.setdefault((label, note.forecaster, note.code, note.day), {"fits": []})
                row |= {
                    "forecaster": label,
                    "about": note.forecaster,
                    "code": note.code,
                    "failed": row.get("failed", False) or note.failed,
                    "en": note.text.en,
                    "zh": note.text.zh,
                }
                if to_iso(origin) not in row["fits"]:
                    row["fits"].append(to_iso(origin))
    return list(found.values())
