"""How much each half-life counts in a mixture of decayed rates.

At each date a place leaves slow rates as far as its own last weeks contradict them, by the log likelihood ratio of a quicker rate (Polzehl and Spokoiny, 2006,
"Propagation-separation approach for local likelihood estimation"). In a mixture of all half-lives a share of the places follows each; the shares are those of
highest likelihood (Dempster, Laird and Rubin, 1977).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64

from riskmodel.counts.distribution import Rows

ROUNDS = 60
"""Steps in which the shares are found; later ones no longer move them by what forecasts could tell."""

USUAL_PLACES = 2.0
"""Places that count as following the likeliest half-life, so that a few places do not decide alone."""

SMALLEST_SHARE = 1e-3
"""Share that every half-life keeps, for a place that leaves all others: one in a thousand."""


class Bar(NamedTuple):
    """What a quicker rate needs to contradict a slow one.

    Parameters
    ----------
    ratio
        Log likelihood ratio up to which nothing is contradicted. Chance alone gives 0.5 in the mean.
    events
        Decayed events of the quicker rate, or expected there by the slow one. Fewer are a spree as well as a jump.
    """

    ratio: float
    events: float


MIXED = Bar(ratio=3.0, events=0.0)
"""In a mixture of all half-lives: about 2.4 standard errors."""

JUMP = Bar(ratio=9.0, events=10.0)
"""For a rate that stands alone: about 4.2 standard errors, seen by chance at one place and date in 45,000."""


@dataclass(frozen=True, eq=False)
class PlaceRates:
    """Rates of one half-life over the group's, and their counts.

    Parameters
    ----------
    relative
        Rate of each row over that of its group.
    events
        Decayed events of the place.
    group_rate
        Rate of the group, events a day.
    days
        Decayed days.
    """

    relative: Rows
    events: Rows
    group_rate: Rows
    days: Rows


def population_shares(evidence: Float64[np.ndarray, "half_life place"], usual: int) -> Float64[np.ndarray, " half_life"]:
    """Return the share of places that follow each half-life.

    Parameters
    ----------
    evidence
        Log likelihood of each place's events by the rates of each half-life.
    usual
        Number of the likeliest half-life for all places, which has the weight of :data:`USUAL_PLACES` more.

    Examples
    --------
    Two thirds of many places follow the first.

    >>> population_shares(np.array([[9.0, 9.0, 0.0], [0.0, 0.0, 9.0]]).repeat(200, axis=1), 0).round(2)
    array([0.67, 0.33])
    """
    share = np.full(len(evidence), 1.0 / len(evidence))
    for _ in range(ROUNDS):
        followed = np.log(share)[:, None] + evidence
        followed = np.exp(followed - followed.max(axis=0))
        share = (followed / followed.sum(axis=0)).sum(axis=1)
        share[usual] += USUAL_PLACES
        share = np.maximum(share / share.sum(), SMALLEST_SHARE)
        share /= share.sum()
    return share


def contradictions(rates: Sequence[PlaceRates], horizon: int, dispersion: float, bar: Bar) -> list[Rows]:
    """Return how far each half-life is contradicted by quicker ones, in nats.

    It is the largest log likelihood ratio of a quicker rate's events by that rate and by the slower one, less that of the bar and at least 0. A decayed count over
    ``E`` decayed days has the information of ``2 E`` whole days; divided by the variance of a count over its mean, so that clumps contradict less.

    Parameters
    ----------
    rates
        Of the half-lives, quickest first.
    horizon
        Days to which the dispersion belongs.
    dispersion
        ``variance = mean + dispersion * mean**2`` of a count over the horizon.
    bar
        What a contradiction needs.
    """
    logs = [np.log(one.relative) for one in rates]
    found = []
    for slow, one in enumerate(rates):
        largest = np.zeros(len(one.relative))
        for quick, other in enumerate(rates[:slow]):
            days, expected = other.group_rate * other.days, one.relative * other.group_rate
            gain = other.events * (logs[quick] - logs[slow]) - (other.relative - one.relative) * days
            clumped = 1 + dispersion * expected * np.minimum(horizon, other.days)
            enough = np.maximum(other.events, one.relative * days) >= bar.events
            np.maximum(largest, np.where(enough, 2 * gain / clumped - bar.ratio, 0.0), out=largest)
        found.append(largest)
    return found


def mixed(rates: Sequence[PlaceRates], shares: Sequence[float], against: Sequence[Any]) -> Rows:
    """Return the mean relative rate of each row.

    Each half-life counts by its share, less what is ``against`` it in nats.

    Examples
    --------
    >>> one, two = (PlaceRates(np.array([value]), *np.ones((3, 1))) for value in (1.0, 3.0))
    >>> mixed([one, two], [0.5, 0.5], [0.0, 0.0]), mixed([one, two], [0.5, 0.5], [0.0, 50.0]).round(3)
    (array([2.]), array([1.]))
    """
    weights = [share * np.exp(-np.asarray(one)) for share, one in zip(shares, against, strict=True)]
    total = np.zeros(len(rates[0].relative))
    mean = np.zeros(len(rates[0].relative))
    for weight, one in zip(weights, rates, strict=True):
        total += weight
        mean += weight * one.relative
    return mean / total


def unless_contradicted(rates: Sequence[PlaceRates], against: Sequence[Any]) -> Rows:
    """Return the slowest rate of each row unless quicker ones contradict it.

    The quicker ones count alike, less what is ``against`` them. Where nothing is against the slowest, it alone counts.

    Examples
    --------
    >>> quick, slow = (PlaceRates(np.array([value]), *np.ones((3, 1))) for value in (3.0, 1.0))
    >>> unless_contradicted([quick, slow], [0.0, 0.0]), unless_contradicted([quick, slow], [0.0, 50.0])
    (array([1.]), array([3.]))
    """
    *quicker, slowest = rates
    if not quicker:
        return slowest.relative
    kept = np.exp(-np.asarray(against[-1]))
    return kept * slowest.relative + (1 - kept) * mixed(quicker, [1.0] * len(quicker), against[:-1])
