"""Notes about the records that a model learns from."""

from __future__ import annotations

from riskmodel.asof.target import Target
from riskmodel.forecasts.burst_notes import burst_notes
from riskmodel.forecasts.forecasters.fit_notes import FitNote
from riskmodel.forecasts.gap_notes import gap_notes
from riskmodel.forecasts.label_notes import label_notes
from riskmodel.records.history import History


def record_notes(history: History, target: Target, as_of: int) -> tuple[FitNote, ...]:
    """Return the notes about bursts, gaps and late reports.

    Parameters
    ----------
    history
        Records as known at ``as_of``, without those that the experiment ignores.
    """
    kinds = target.kinds
    return (*burst_notes(history, kinds), *gap_notes(history, kinds), *label_notes(history, kinds, as_of, target.horizon))
