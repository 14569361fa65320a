"""Decisions about tables as text for a terminal."""

from __future__ import annotations

import textwrap

from riskmodel.base.shown_texts import columns_of, padded
from riskmodel.starter.decisions import Decisions


def decision_table(decisions: Decisions, width: int) -> str:
    """Return a table of decisions and reasons, then what is unknown."""
    rows = list(decisions.rows())
    one = min(26, max((columns_of(row[0]) for row in rows), default=0))
    two = min(38, max((columns_of(row[1]) for row in rows if row[1] != "left out"), default=0))
    three = max(30, width - one - two - 4)
    lines: list[str] = []
    for row in (("", "decided", "why"), *rows):
        cells = [_wrapped(text, size) for text, size in zip(row, (one, two, three), strict=True)]
        for at in range(max(map(len, cells))):
            parts = [cell[at] if at < len(cell) else "" for cell in cells]
            lines.append(f"{padded(parts[0], one)}  {padded(parts[1], two)}  {parts[2]}".rstrip())
    for text in decisions.limits:
        lines += ["", *textwrap.wrap(f"Limit: {text}", width, subsequent_indent="  ")]
    return "\n".join(lines)


def _wrapped(text: str, width: int) -> list[str]:
    """Return lines of at most ``width`` columns; wide signs take two."""
    if columns_of(text) == len(text):
        return textwrap.wrap(text, width) or [""]
    lines, line = [], ""
    for sign in text:
        if columns_of(line + sign) > width:
            lines.append(line)
            line = ""
        line += sign
    return [*lines, line]
