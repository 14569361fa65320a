"""Forecasters of the first experiment."""

from __future__ import annotations

from typing import Any, NamedTuple


class FirstForecasters(NamedTuple):
    """Tables of ``[[forecasters]]``, the champion and the baseline."""

    entries: tuple[dict[str, Any], ...]
    champion: str
    baseline: str


def first_forecasters(days: int, cells: int, horizon: int) -> FirstForecasters:
    """Return forecasters for a history of ``days`` before the test window."""
    decayed: dict[str, Any] = {"type": "DecayedRate", "name": "decayed"}
    if days < 5 * horizon:
        return FirstForecasters((decayed,), "decayed", "decayed")
    entries = [decayed, {"type": "HarmonicCount", "name": "harmonic"}]
    if cells * (days // horizon) >= 1_000:
        entries.append({"type": "BoostedCount", "name": "boosted"})
    members = [entry["name"] for entry in entries]
    entries.append({"type": "Blend", "name": "blend", "settings": {"members": members}})
    return FirstForecasters(tuple(entries), "blend", "decayed")
