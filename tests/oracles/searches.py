"""Oracles of accumulation that searches have found, and have not."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from riskmodel.asof.vocabulary import CELL
from tests.oracles.histories import NAN

if TYPE_CHECKING:
    from tests.oracles.features import Oracle


def searched(o: Oracle, f: Any, half_life: float) -> tuple[float, float]:
    """What searches found, decayed, and what remains, computed day by day."""
    amount: dict[int, int] = {}
    for r in o.seen(f.kinds, CELL):
        amount[r.occurred] = amount.get(r.occurred, 0) + r.amount
    size = o.figure(f.exposure)
    if math.isnan(size):
        return NAN, NAN
    mean = f.lasts / math.log(2)
    stock, found = mean, 0.0
    reach = 10 * (f.lasts + (0 if math.isinf(half_life) else math.ceil(half_life)))
    for day in range(o.t - reach, o.t):
        part = stock * f.thorough * min(1.0, amount.get(day, 0) / max(size, 1.0))
        found += part * 0.5 ** ((o.t - day) / half_life)
        stock = mean + (stock - part - mean) * 0.5 ** (1 / f.lasts)
    return found, stock


def searched_days(o: Oracle, f: Any) -> float:
    """``SearchedDays``: over a group, times the exposure of each cell that has one."""
    if o.missing(f.kinds, 1):
        return NAN
    if f.over == CELL:
        return searched(o, f, f.half_life)[0]
    there = [o.at(cell) for cell in o.members(f.over)]
    known = [(one, one.figure(f.exposure)) for one in there if not math.isnan(one.figure(f.exposure))]
    return sum(searched(one, f, f.half_life)[0] * size for one, size in known)


def unsearched_days(o: Oracle, f: Any) -> float:
    """``UnsearchedDays``."""
    return NAN if o.missing(f.kinds, 1) else searched(o, f, math.inf)[1]
