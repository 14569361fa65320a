"""Oracles of unusual, rising and leading counts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from tests.oracles.histories import NAN

if TYPE_CHECKING:
    from tests.oracles.features import Oracle


def expected(o: Oracle, kinds: Any, days: int, usual: int, lag: int, over: str) -> float:
    """Count expected of ``days`` at the rate of the ``usual`` days before the last ``lag``, half a record added."""
    return (o.window(kinds, usual, lag, over) + 0.5) * days / usual


def surprise(o: Oracle, f: Any) -> float:
    """``Surprise``: the upper tail of a Poisson distribution, term by term."""
    if o.missing(f.kinds, f.window + f.usual):
        return NAN
    count, mean = o.window(f.kinds, f.window, over=f.over), expected(o, f.kinds, f.window, f.usual, f.window, f.over)
    if count == 0:
        return 0.0
    tail = math.fsum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count, count + 400))
    return -math.log10(max(tail, 1e-30))


def cusum(o: Oracle, f: Any) -> float:
    """``Cusum``."""
    span = f.period * f.periods
    if o.missing(f.kinds, span + f.usual):
        return NAN
    mean, total = expected(o, f.kinds, f.period, f.usual, span, f.over), 0.0
    for back in reversed(range(f.periods)):
        total = max(0.0, total + (o.window(f.kinds, f.period, f.period * back, f.over) - mean) / math.sqrt(mean) - f.slack)
    return total


def excess(o: Oracle, f: Any) -> float:
    """``Excess``."""
    if o.missing(f.kinds, f.period * (1 + f.guard + f.baseline)):
        return NAN
    before = [o.window(f.kinds, f.period, f.period * (1 + f.guard + back), f.over) for back in range(f.baseline)]
    mean = sum(before) / len(before)
    deviation = math.sqrt(sum((count - mean) ** 2 for count in before) / (len(before) - 1))
    return (o.window(f.kinds, f.period, over=f.over) - mean) / max(deviation, 0.5)


def above_usual(o: Oracle, f: Any) -> float:
    """``AboveUsual``."""
    span = f.period * f.periods
    if o.missing(f.kinds, span + f.usual):
        return NAN
    usual = o.window(f.kinds, f.usual, span, f.over)
    counts = [o.window(f.kinds, f.period, f.period * back, f.over) for back in range(f.periods)]
    return sum(count * f.usual > usual * f.period for count in counts)


def lead(o: Oracle, f: Any) -> float:
    """``Lead``."""
    if o.missing((*f.kinds, *f.behind), f.window + f.usual):
        return NAN
    rises = []
    for kinds in (f.kinds, f.behind):
        mean = expected(o, kinds, f.window, f.usual, f.window, f.over)
        rises.append((o.window(kinds, f.window, over=f.over) - mean) / math.sqrt(mean))
    return rises[0] - rises[1]
