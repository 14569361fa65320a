"""The order in which people expect names with numbers."""

from __future__ import annotations

import re
from typing import Any


def natural_order(text: str) -> tuple[Any, ...]:
    """Return the sorting key of a name, its numbers compared as numbers.

    Examples
    --------
    >>> sorted(["beat 10", "beat 9", "beat 1"], key=natural_order)
    ['beat 1', 'beat 9', 'beat 10']
    """
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in re.split(r"(\d+)", text) if part)
