"""Grades for the places of one centre: capacity shares, minimum probabilities, hysteresis and cool-down; pure arrays in and out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float64

from riskmodel.base.policy import GRADES, Grade, Policy

if TYPE_CHECKING:
    from riskmodel.warning.warn.lists import Withheld

NO_GRADE = len(GRADES)


@dataclass(frozen=True)
class Graded:
    """Row numbers: ``listed`` with grades in rank order, ``drawn`` at random with one ``propensity``, ``withheld`` with why."""

    listed: tuple[tuple[int, Grade], ...]
    drawn: tuple[int, ...]
    propensity: float
    withheld: tuple[tuple[int, Withheld], ...]


def ranked_capacity(policy: Policy, capacity: int) -> int:
    """How much of ``capacity`` is ranked; the rest is the exploration quota, which never takes the last place."""
    return capacity - min(policy.exploration, max(capacity - 1, 0))


def boundaries(policy: Policy, capacity: int) -> list[int]:
    """The lowest rank of each grade, red first: shares add up from the top and are rounded up."""
    total, ranks = 0.0, []
    for grade in GRADES:
        total += policy.grades[grade].share
        ranks.append(min(capacity, math.ceil(total * capacity - 1e-9)))
    return ranks


def grade_places(
    place: Sequence[str],
    mean: Float64[np.ndarray, " place"],
    probability: Float64[np.ndarray, " place"],
    policy: Policy,
    capacity: int,
    *,
    held: Mapping[str, Grade],
    answered: Mapping[str, Grade | None],
    seed: int,
) -> Graded:
    """Which places are listed, at which grade and rank.

    Grades are filled from red to blue. A place may have a grade if its probability reaches the grade's minimum; among those the
    highest means have it, ties broken by place id. A place that ``held`` the grade or a more urgent one counts with its
    minimum multiplied and its mean divided by ``policy.hysteresis``, so that it is not displaced by noise. A place in
    ``answered`` (cool-down) may only have a grade above the one it was answered at. Rank is by grade, then mean, then id.

    Parameters
    ----------
    place
        Ids, in any order; it does not matter to the result.
    held
        Grades on the previous list.
    answered
        Places in cool-down and the grade at which they were answered; None (a spot check) counts as the lowest grade.
    seed
        Of the draw of the exploration quota.
    """
    count = len(place)
    by_mean = sorted(range(count), key=lambda i: (-mean[i], place[i]))
    position = np.empty(count, dtype=np.int64)
    position[np.array(sorted(range(count), key=place.__getitem__), dtype=np.int64)] = np.arange(count)
    had = np.array([_level(held.get(name)) for name in place], dtype=np.int64)
    cool = np.array([name in answered for name in place], dtype=bool)
    last = np.array([_level(answered.get(name)) for name in place], dtype=np.int64)
    below = np.where(cool, np.minimum(last, NO_GRADE - 1), NO_GRADE)
    level = np.full(count, NO_GRADE, dtype=np.int64)
    room = ranked_capacity(policy, capacity)
    taken, enough = 0, np.zeros(count, dtype=bool)
    for number, lowest in enumerate(boundaries(policy, room)):
        relief = np.where(had <= number, policy.hysteresis, 1.0)
        enough = probability >= policy.grades[GRADES[number]].minimum_probability * relief
        able = np.flatnonzero(enough & (level == NO_GRADE) & (number < below))
        order = able[np.lexsort((position[able], -(mean[able] / relief[able])))]
        chosen = order[: lowest - taken]
        level[chosen] = number
        taken += len(chosen)
    listed = sorted(np.flatnonzero(level < NO_GRADE).tolist(), key=lambda i: (level[i], -mean[i], place[i]))
    pool = sorted(np.flatnonzero((level == NO_GRADE) & ~cool).tolist(), key=place.__getitem__)
    quota = min(capacity - room, len(pool))
    picks = np.random.default_rng(seed).choice(len(pool), size=quota, replace=False) if quota else ()
    drawn = tuple(sorted((pool[i] for i in picks), key=place.__getitem__))
    withheld: list[tuple[int, Withheld]] = []
    for rank, i in enumerate(by_mean):
        if level[i] < NO_GRADE or i in drawn:
            continue
        if enough[i]:  # for the lowest grade
            withheld.append((i, "cool-down" if cool[i] else "over capacity"))
        elif rank < capacity:
            withheld.append((i, "below the minimum probability"))
    return Graded(
        listed=tuple((i, GRADES[level[i]]) for i in listed),
        drawn=drawn,
        propensity=quota / len(pool) if pool else 0.0,
        withheld=tuple(withheld),
    )


def _level(grade: Grade | None) -> int:
    return NO_GRADE if grade is None else GRADES.index(grade)
