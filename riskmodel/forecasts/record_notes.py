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
from riskmodel.records.history import History, SilentPlaces, silences


def record_notes(
    history: History, target: Target, as_of: int, first: int, found: SilentPlaces | None = None
) -> tuple[FitNote, ...]:
    """Return the notes on what is odd about the records.

    Parameters
    ----------
    history
        Records as known at ``as_of``, without those that the experiment ignores.
    first
        First as-of date that is learned from.
    found
        Places that fell silent, if they are known; else they are found.
    """
    kinds = target.kinds
    found = silences(history, as_of, kinds) if found is None else found
    return (
        *burst_notes(history, kinds),
        *gap_notes(history, kinds),
        *default_day_notes(history, kinds, as_of),
        *entry_notes(history, kinds, as_of, first),
        *silence_notes(history, kinds, as_of, found),
        *label_notes(history, kinds, as_of, target.horizon),
    )
