"""Warnings as rows of a data frame."""

from __future__ import annotations

from typing import Any

from riskmodel.base.days import to_iso
from riskmodel.base.texts import Language
from riskmodel.warning.warn.list_entries import Warning

ROW = {
    "target": "object", "as_of": "datetime64[s]", "rank": "Int64", "grade": "object", "place": "object", "name": "object",
    "expected": "float64", "probability": "float64", "low": "Int64", "high": "Int64", "level": "Int64", "change": "object",
    "reasons": "object", "expires": "datetime64[s]", "propensity": "float64", "model": "object",
}  # fmt: skip
"""Columns and their types, in order."""


def list_row(as_of: int, warning: Warning, language: Language) -> dict[str, Any]:
    """Return the values of one warning by column."""
    interval = warning.interval
    return {
        "target": warning.target,
        "as_of": to_iso(as_of),
        "rank": warning.rank,
        "grade": warning.grade,
        "place": warning.place,
        "name": warning.name,
        "expected": warning.expected,
        "probability": warning.probability,
        "low": None if interval is None else interval.low,
        "high": None if interval is None else interval.high,
        "level": None if interval is None else interval.level,
        "change": warning.change.kind,
        "reasons": "; ".join(reason.text(language) for reason in warning.reasons),
        "expires": to_iso(warning.expires),
        "propensity": warning.propensity,
        "model": warning.model,
    }
