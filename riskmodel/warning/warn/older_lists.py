"""Names that lists of earlier versions used, and their present ones."""

from __future__ import annotations

from typing import Any

RENAMED = {
    "chance": "probability",
    "below the minimum chance": "below the minimum probability",
}
"""Keys and rules of stored lists: the old name and the present one."""


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


def _rule(key: str, value: Any) -> Any:
    return RENAMED.get(value, value) if key == "reason" and isinstance(value, str) else value
