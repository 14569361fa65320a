"""Oracle of reporting delay."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from riskmodel.records.history import History
from tests.oracles.histories import NAN, feed_of, records

if TYPE_CHECKING:
    from tests.oracles.features import Oracle


@lru_cache(maxsize=64)
def share_reported(history: History, kind: str, t: int, longest: int, memory: int) -> list[float]:
    """Share of a day's records known after 0, 1, ... ``longest`` days: reverse-time hazards of the delays seen before ``t``."""
    together = {kind}.union(*(row.kinds for rows in feed_of(list(history.coverage), [kind]).values() for row in rows))
    seen = [r for r in records(history) if r.kind in together and r.known < t and t - memory <= r.occurred < t]
    delays = [(r.occurred, max(r.known - r.occurred, 0)) for r in seen]
    share = [1.0] * (longest + 1)
    for d in range(longest, 0, -1):
        old_enough = [delay for occurred, delay in delays if occurred + d < t and delay <= d]
        hazard = old_enough.count(d) / len(old_enough) if old_enough else 0.0
        share[d - 1] = share[d] * (1 - hazard)
    return share


def nowcast(o: Oracle, f: Any) -> float:
    """``Nowcast``."""
    if o.missing(f.kinds, f.window):
        return NAN
    total = 0.0
    for r in o.seen(f.kinds, f.over):
        if r.occurred >= o.t - f.window:
            share = share_reported(o.history, r.kind, o.t, f.longest, f.memory)
            lag = o.t - 1 - r.occurred
            total += r.amount / (max(share[lag], 0.1) if lag <= f.longest else 1.0)
    return total
