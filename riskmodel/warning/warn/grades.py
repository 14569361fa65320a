"""Grades by capacity, probability, hysteresis and cool-down."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Bool, Float64, Int64

from riskmodel.base.policy import GRADES, Grade, Policy

if TYPE_CHECKING:
    from riskmodel.warning.warn.warning_list import Withheld

NO_GRADE = len(GRADES)


@dataclass(frozen=True, eq=False)
class CentrePlaces:
    """The places of one centre, in any order.

    The order does not change the result. ``held`` are the grades of the previous list. ``answered`` are the places in cool-down with
    the grade at which each was answered (None: a spot check, which counts as the lowest grade).
    """

    ids: Sequence[str]
    mean: Float64[np.ndarray, " place"]
    probability: Float64[np.ndarray, " place"]
    held: Mapping[str, Grade]
    answered: Mapping[str, Grade | None]


@dataclass(frozen=True)
class GradedPlaces:
    """Row numbers of the places that are listed, drawn and withheld.

    ``listed`` are in rank order with their grades, ``drawn`` are spot checks with one ``propensity``, ``withheld`` have the
    rule that withheld them.
    """

    listed: tuple[tuple[int, Grade], ...]
    drawn: tuple[int, ...]
    propensity: float
    withheld: tuple[tuple[int, Withheld], ...]


def ranked_capacity(policy: Policy, capacity: int) -> int:
    """Return the part of the capacity that is ranked.

    The rest is for spot checks, which never take the last place.
    """
    return capacity - min(policy.exploration, max(capacity - 1, 0))


def boundaries(policy: Policy, capacity: int) -> list[int]:
    """Return the lowest rank of each grade, red first.

    Shares add up from the top and are rounded up.
    """
    total, ranks = 0.0, []
    for grade in GRADES:
        total += policy.grades[grade].share
        ranks.append(min(capacity, math.ceil(total * capacity - 1e-9)))
    return ranks


def grade_places(places: CentrePlaces, policy: Policy, capacity: int, seed: int) -> GradedPlaces:
    """Decide which places are listed, and with which grade and rank.

    Grades are filled from red to blue. A place may have a grade if its probability reaches the grade's minimum; among those,
    the places with the highest means get it, ties broken by place id. For a place that ``held`` the grade or a more urgent
    one, the minimum is multiplied and the mean divided by ``policy.hysteresis``, so that noise does not displace it. A place in
    cool-down may only have a grade above the one it was answered at. Ranks are by grade, then mean, then id.

    Parameters
    ----------
    seed
        Of the random draw of spot checks.
    """
    room = ranked_capacity(policy, capacity)
    level, enough = _levels(places, policy, room)
    listed = sorted(np.flatnonzero(level < NO_GRADE).tolist(), key=lambda i: (level[i], -places.mean[i], places.ids[i]))
    drawn, propensity = _draw(places, level, capacity - room, seed)
    return GradedPlaces(
        listed=tuple((i, GRADES[level[i]]) for i in listed),
        drawn=drawn,
        propensity=propensity,
        withheld=_withheld(places, {*listed, *drawn}, enough, capacity),
    )


def _levels(places: CentrePlaces, policy: Policy, room: int) -> tuple[Int64[np.ndarray, " place"], Bool[np.ndarray, " place"]]:
    """Return each place's grade number, and whether it reaches the lowest minimum."""
    ids, mean, count = places.ids, places.mean, len(places.ids)
    position = np.empty(count, dtype=np.int64)
    position[np.array(sorted(range(count), key=ids.__getitem__), dtype=np.int64)] = np.arange(count)
    had = np.array([_number(places.held.get(name)) for name in ids], dtype=np.int64)
    last = np.array([_number(places.answered.get(name)) for name in ids], dtype=np.int64)
    below = np.where(_cooling(places), np.minimum(last, NO_GRADE - 1), NO_GRADE)
    level = np.full(count, NO_GRADE, dtype=np.int64)
    taken, enough = 0, np.zeros(count, dtype=bool)
    for number, lowest in enumerate(boundaries(policy, room)):
        relief = np.where(had <= number, policy.hysteresis, 1.0)
        enough = places.probability >= policy.grades[GRADES[number]].minimum_probability * relief
        able = np.flatnonzero(enough & (level == NO_GRADE) & (number < below))
        order = able[np.lexsort((position[able], -(mean[able] / relief[able])))]
        chosen = order[: lowest - taken]
        level[chosen] = number
        taken += len(chosen)
    return level, enough


def _draw(places: CentrePlaces, level: Int64[np.ndarray, " place"], quota: int, seed: int) -> tuple[tuple[int, ...], float]:
    """Draw spot checks among places without a grade, with their propensity."""
    free = np.flatnonzero((level == NO_GRADE) & ~_cooling(places)).tolist()
    pool = sorted(free, key=places.ids.__getitem__)
    size = min(quota, len(pool))
    picks = np.random.default_rng(seed).choice(len(pool), size=size, replace=False) if size else ()
    drawn = tuple(sorted((pool[i] for i in picks), key=places.ids.__getitem__))
    return drawn, size / len(pool) if pool else 0.0


def _withheld(
    places: CentrePlaces, on_list: set[int], enough: Bool[np.ndarray, " place"], capacity: int
) -> tuple[tuple[int, Withheld], ...]:
    """Return the candidates that are not listed, with the rule.

    The highest means come first.
    """
    cooling = _cooling(places)
    withheld: list[tuple[int, Withheld]] = []
    by_mean = sorted(range(len(places.ids)), key=lambda i: (-places.mean[i], places.ids[i]))
    for rank, i in enumerate(by_mean):
        if i in on_list:
            continue
        if enough[i]:
            withheld.append((i, "cool-down" if cooling[i] else "over capacity"))
        elif rank < capacity:
            withheld.append((i, "below the minimum probability"))
    return tuple(withheld)


def _cooling(places: CentrePlaces) -> Bool[np.ndarray, " place"]:
    return np.array([name in places.answered for name in places.ids], dtype=bool)


def _number(grade: Grade | None) -> int:
    return NO_GRADE if grade is None else GRADES.index(grade)
