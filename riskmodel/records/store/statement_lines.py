"""Statements of completeness as lines of text, one per statement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

DAYS = ("since", "through", "known", "batch")
"""The numbers of a line, before the number of what it has in common with others."""
COMMON = ("kinds", "stale_after", "label_delay", "period")
"""What many lines have in common. A statement without a period is about days."""

Statement = Mapping[str, Any]


def statement_lines(rows: Sequence[Statement]) -> dict[str, Any]:
    """Return statements as lines of numbers, with what they have in common."""
    common: list[dict[str, Any]] = []
    lines = []
    for row in rows:
        one = {name: row[name] for name in COMMON if name in row}
        if one not in common:
            common.append(one)
        lines.append(" ".join(str(int(row[name])) for name in DAYS) + f" {common.index(one)}")
    return {"common": common, "rows": lines}


def statements_of(stated: Mapping[str, Any]) -> list[Statement]:
    """Return the statements of lines."""
    found = []
    for line in stated["rows"]:
        *days, common = map(int, line.split())
        found.append({**stated["common"][common], **dict(zip(DAYS, days, strict=True))})
    return found


def upgraded_coverage(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Return coverage of format 2 in the present format."""
    older = stated["older"]
    # the old file is never merged with others, so its number of statements need not be known
    entries = [] if older is None else [{**older, "count": 2**31}]
    last = stated["rows"][-1]["through"] if stated["rows"] else None
    return {"older": entries, **statement_lines(stated["rows"]), "count": stated["count"], "last": last}
