"""Events that lie between two days, such as a burglary on holidays."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable

from riskmodel.starter.column_words import plain_name
from riskmodel.starter.date_evidence import DateEvidence
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.table_columns import ReadTable

LEAST_LONGER = 0.02
"""Share of the rows that reach over midnight, from which they are named."""
_FROM = re.compile(
    r"\b(?:from|fr|start|begin|earliest|first|von|ab|anfang|beginn|desde|inicio|debut|dal?|inizio|inicial|van|fra|od)\b|起|开始|最早|開始"
)
_TO = re.compile(r"\b(?:to|until|end|latest|last|bis|ende|hasta|fin|final|al?|fine|ate|tot|til|do)\b|止|结束|最晚|結束")
"""Names of the first and of the last day on which it may have happened."""


def explain_spans(
    table: ReadTable, date: DateEvidence, dates: Iterable[DateEvidence], known: DateEvidence | None, decisions: Decisions
) -> None:
    """Add that events lie between two days, and which of them counts."""
    if known is not None or date.period != "day" or not _FROM.search(plain_name(date.column)):
        return
    for other in dates:
        if other.column == date.column or not _is_last(date.column, other.column):
            continue
        both = date.known & other.known
        longer = float((other.days[both] > date.days[both]).mean()) if both.any() else 0.0
        if longer >= LEAST_LONGER and float((other.days[both] >= date.days[both]).mean()) >= 1 - LEAST_LONGER:
            decisions.limit(
                f"{longer:.0%} of the events of {table.shown!r} lie on no single day, but between {date.column!r} and a later {other.column!r}. They count on the first of these days, and as known "
                f"then, although nobody knew of them before the last: a backtest sees them too early. State --known {shlex.quote(other.column)} to count them as known on the last."
            )
            return


def _is_last(first: str, other: str) -> bool:
    """Return whether two names say first and last day of the same."""
    one, two = plain_name(first), plain_name(other)
    return _TO.search(two) is not None and (_FROM.sub("", one).split() == _TO.sub("", two).split())
