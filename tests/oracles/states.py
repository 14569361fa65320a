"""Oracles of states and their ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from riskmodel.asof.vocabulary import CELL
from tests.oracles.histories import NAN

if TYPE_CHECKING:
    from tests.oracles.features import Oracle


def state(o: Oracle, f: Any) -> float:
    """``State``."""
    return NAN if o.missing(f.kinds, 1) else sum(r.amount for r in o.seen(f.kinds, f.over) if r.holds(o.t))


def closed(o: Oracle, f: Any) -> float:
    """``Closed``."""
    ended = [r for r in o.seen(f.kinds, f.over) if o.t - f.window <= r.ended < o.t]
    return NAN if o.missing(f.kinds, f.window) else sum(r.amount for r in ended)


def state_age(o: Oracle, f: Any) -> float:
    """``StateAge``."""
    open_now = [r for r in o.seen(f.kinds, f.over) if r.holds(o.t)]
    units = sum(r.amount for r in open_now)
    if o.missing(f.kinds, 1) or units == 0:
        return NAN
    return sum(r.amount * (o.t - r.occurred) for r in open_now) / units


def open_since(o: Oracle, f: Any) -> float:
    """``OpenSince``."""
    began = [r.occurred for r in o.seen(f.kinds, CELL) if r.holds(o.t)]
    return NAN if o.missing(f.kinds, 1) or not began else o.t - min(began)
