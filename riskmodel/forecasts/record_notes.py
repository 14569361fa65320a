"""Notes about the records that a model learns from."""

from __future__ import annotations

from riskmodel.asof.target import Target
from riskmodel.forecasts.burst_notes import burst_notes
from riskmodel.forecasts.default_day_notes import default_day_notes
from riskmodel.forecasts.entry_notes import entry_notes
from riskmodel.forecasts.forecasters.fit_notes import FitNote
from riskmodel.forecasts.gap_notes import gap_notes
from riskmodel.forecasts.label_notes import label_notes
from riskmodel.forecasts.silence_notes import silence_notes
from riskmodel.records.history import History


def record_notes(history: History, target: Target, as_of: int, first: int) -> tuple[FitNote, ...]:
    """Return the notes on what is odd about the records.

    Parameters
    ----------
    history
        Records as known at ``as_of``, without those that the experiment ignores.
    first
        First as-of date that is learned from.
    """
    kinds = target.kinds
    return (
        *burst_notes(history, kinds),
        *gap_notes(history, kinds),
        *default_day_notes(history, kinds, as_of),
        *entry_notes(history, kinds, as_of, first),
        *silence_notes(history, kinds, as_of),
        *label_notes(history, kinds, as_of, target.horizon),
    )
