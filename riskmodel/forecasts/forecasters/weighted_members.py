"""Members of a blend: fits, weights, forecasts of later rows."""

from __future__ import annotations

from typing import NamedTuple

from riskmodel.asof.design import Design
from riskmodel.counts.distribution import Rows
from riskmodel.forecasts.forecasters.fit_notes import FitNote
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, Forecaster


class Member(NamedTuple):
    """Forecaster of a blend, with its last fit if any."""

    forecaster: Forecaster
    fitted: FittedForecaster | None = None


class Weighted(NamedTuple):
    """Members with weight, their weights, and the dispersion if known.

    ``notes`` say which members diverged and were left out.
    """

    members: list[Member]
    weights: tuple[float, ...]
    dispersion: float | None
    notes: tuple[FitNote, ...] = ()


class LaterForecasts(NamedTuple):
    """Later rows, every member's means, and the largest count before."""

    rows: Design
    means: list[Rows]
    seen: float


def first_of(kind: type[Forecaster] | tuple[type[Forecaster], ...], members: list[Member]) -> int | None:
    """Return the number of the first member of the kinds."""
    return next((at for at, member in enumerate(members) if isinstance(member.forecaster, kind)), None)
