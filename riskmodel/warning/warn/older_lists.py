"""Lists of earlier versions: their names, and keys that they lack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

RENAMED = {
    "chance": "probability",
    "below the minimum chance": "below the minimum probability",
}
"""Keys and rules of stored lists: the old name and the present one."""

UNSTATED: Mapping[str, Any] = {
    "journal": "", "zone": "", "name": "", "shares": {}, "within": {}, "title": None, "past": [], "late": [], "surges": None, "judged": [], "unjudged": [],
    "subtotals": [], "listed_since": None, "first_deadline": None, "own_usual": None, "damaged": False, "last_scored": None, "silent_places": [], "only": None, "ended_lists": [], "of_new": None,
    "absent": {}, "first_back": None,
}  # fmt: skip
"""Keys that earlier versions did not have, with the value that stands for none."""


def has_older_names(text: str) -> bool:
    """Return whether the JSON of a list may hold an older name.

    Examples
    --------
    >>> has_older_names('{"chance": 0.5}'), has_older_names('{"probability": 0.5}')
    (True, False)
    """
    return any(f'"{name}"' in text for name in RENAMED)


def with_present_names(content: Any) -> Any:
    """Return plain values of a list with present keys and rules.

    The ledger keeps the bodies of earlier versions as they were written.
    """
    if isinstance(content, dict):
        return {RENAMED.get(key, key): _rule(key, with_present_names(value)) for key, value in content.items()}
    if isinstance(content, list):
        return [with_present_names(value) for value in content]
    return content


def without_unstated(content: Any) -> Any:
    """Return plain values without the keys of :data:`UNSTATED` values."""
    if isinstance(content, dict):
        return {key: without_unstated(value) for key, value in content.items() if key not in UNSTATED or value != UNSTATED[key]}
    return [without_unstated(value) for value in content] if isinstance(content, list) else content


def _rule(key: str, value: Any) -> Any:
    return RENAMED.get(value, value) if key == "reason" and isinstance(value, str) else value
