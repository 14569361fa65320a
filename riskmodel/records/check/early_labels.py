"""Labels that do not wait for late reports and withdrawals."""

from __future__ import annotations

from dataclasses import dataclass

from riskmodel.records.history import Coverage, History, source_reports

ANSWERS = "outcome"
"""The family of the records that answers become."""


@dataclass(frozen=True)
class EarlyLabels:
    """What the labels of a source lack.

    ``missing`` is the share of a label's events that is not known after the ``stated`` days of ``label_delay``, ``left`` after ``days``, which are enough. Both are below 0 where more
    events are taken back later than are reported.
    """

    stated: int
    missing: float
    days: int
    left: float


def early_labels(history: History, c: Coverage, as_of: int) -> EarlyLabels | None:
    """Return what labels lack, if a longer wait changes much of it.

    Answers to warnings are no labels: they may come in late without harm.
    """
    if all(history.kinds[kind].family == ANSWERS for kind in c.kinds if kind in history.kinds):
        return None
    found = source_reports(history, c.source, as_of)
    if not found.too_early(c.label_delay):
        return None
    return EarlyLabels(c.label_delay, found.after(c.label_delay), found.days, found.after(found.days))
