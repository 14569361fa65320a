"""Why a target cannot be scored on a day."""

from __future__ import annotations

from riskmodel.asof.target import Target, last_to_begin
from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.records.history import Coverage, History


def score_gap(history: History, day: int, target: Target) -> str | None:
    """Return why a target cannot be scored; None if it can.

    Its own sources must not be stale, and one of each kind must have begun at least a horizon before the day.
    """
    stale, own = history.stale(day), history.sources_of(target.kinds)
    old = next((source for source in own if source in stale), None)
    if old is not None:
        return _stale_reason(history.sources[old], stale[old])
    first = last_to_begin(history, target.kinds)
    if first is not None and first.since > day - target.horizon:
        return (
            f"the source {first.source!r} began on {to_iso(first.since)}, less than {counted(target.horizon, 'day')} before. Choose a later date, or "
            f"{'add' if first.derived else 'ingest'} earlier records."
        )
    return None


def _stale_reason(source: Coverage, through: int | None) -> str:
    """Return why a stale source forbids a score, and what to do."""
    if not source.derived:
        remedy = "Ingest its latest export, then run again."
    else:
        remedy = "Add its later records, or state with coverage=[rm.Coverage(...)] how far it is complete."
    if through is None:
        return f"nothing was known of the source {source.source!r} then. {remedy}"
    said = "by its records, " if source.derived else ""
    return f"{said}the source {source.source!r} is complete only through {to_iso(through)}. {remedy}"
