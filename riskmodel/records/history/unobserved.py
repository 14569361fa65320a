"""Histories in which some days of sources are not observed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import numpy as np

from riskmodel.base.errors import unknown_name
from riskmodel.records.history.history import History
from riskmodel.records.history.ignored_days import IgnoredDays, Span, joined_spans


def without_days(history: History, days: Iterable[IgnoredDays]) -> History:
    """Return the history in which some days of sources are not observed.

    Records of the source's kinds that occurred on them are left out, whenever they became known. Labels whose horizon holds such a
    day are never final. Windows of which these days are more than a tenth are missing, and the days do not count as observed.

    Raises
    ------
    UsageError
        If the history has no such source.
    """
    keep, spans = np.ones(len(history), dtype=bool), dict[str, tuple[Span, ...]]()
    for one in days:
        if one.source not in history.sources:
            raise unknown_name("source (named by ignore)", one.source, history.sources)
        mine = np.isin(history.kind, history.numbers(history.sources[one.source].kinds))
        keep &= ~(mine & (history.occurred >= one.first) & (history.occurred <= one.last))
        spans[one.source] = joined_spans((*spans.get(one.source, ()), (one.first, one.last)))
    if not spans:
        return history
    coverage = tuple(replace(c, ignored=joined_spans((*c.ignored, *spans.get(c.source, ())))) for c in history.coverage)
    return replace(history if keep.all() else history.take(keep), coverage=coverage)
