"""Grades by capacity, probability, hysteresis and cool-down."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from jaxtyping import Bool, Float64, Int64

from riskmodel.base.policy import GRADES, Grade, Policy

if TYPE_CHECKING:
    from riskmodel.warning.warn.list_entries import Rule, Withheld

NO_GRADE = len(GRADES)


@dataclass(frozen=True, eq=False)
class CentrePlaces:
    """The places of one centre, in any order.

    The order does not change the result. ``held`` are the grades of the previous list. ``answered`` are the places answered within the
    cool-down, with the expected number of the warning that was answered (None: not known). ``pinned`` are in follow-up, ``surging`` in a
    surge that raises grades.
    """

    ids: Sequence[str]
    mean: Float64[np.ndarray, " place"]
    probability: Float64[np.ndarray, " place"]
    held: Mapping[str, Grade]
    answered: Mapping[str, float | None]
    pinned: Collection[str] = ()
    surging: Collection[str] = ()

    @cached_property
    def position(self) -> Int64[np.ndarray, " place"]:
        """The position of each place among all ids, sorted."""
        found = np.empty(len(self.ids), dtype=np.int64)
        found[np.array(sorted(range(len(self.ids)), key=self.ids.__getitem__), dtype=np.int64)] = np.arange(len(self.ids))
        return found

    def among(self, names: Collection[str]) -> Bool[np.ndarray, " place"]:
        """Return which places are among names."""
        if not names:
            return np.zeros(len(self.ids), dtype=bool)
        return np.fromiter(map(names.__contains__, self.ids), dtype=bool, count=len(self.ids))


@dataclass(frozen=True)
class GradedPlaces:
    """Row numbers of the places that are listed, drawn and withheld.

    ``listed`` are in rank order with their grades, ``drawn`` are spot checks with one ``propensity``, ``withheld`` have the
    rule that withheld them. ``touched`` are the rows of each rule, withheld ones included. ``absent`` are in cool-down or in follow-up, with the
    grades that they keep from others.
    """

    listed: tuple[tuple[int, Grade], ...]
    drawn: tuple[int, ...]
    propensity: float
    withheld: tuple[tuple[int, Withheld], ...]
    touched: Mapping[Rule, tuple[int, ...]]
    absent: tuple[tuple[int, Grade], ...] = ()


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
    one, the minimum is multiplied and the mean divided by ``policy.hysteresis``, so that noise does not displace it. Ranks are by
    grade, then mean, then id.

    Places in cool-down and in follow-up are absent from the ranking but keep their share of the grades: nobody's grade rises because
    others rest. The capacity that they leave is filled with the lowest grade. A place leaves the cool-down early only if its own mean
    is at least ``policy.cool_down_rise`` times the one at which it was answered. Last of all, ``policy.surge_raises`` gives listed places in
    a surge the next more urgent grade.

    Parameters
    ----------
    seed
        Of the random draw of spot checks.
    """
    room = ranked_capacity(policy, capacity)
    standing = _standing(places, policy)
    absent = standing.resting | standing.pinned
    grades = _grades(places, policy, room, absent)
    raised = places.among(places.surging) & policy.surge_raises & (grades.level > 0) & (grades.level < NO_GRADE) & ~absent
    level = np.where(raised, grades.level - 1, grades.level)
    listed = np.flatnonzero((level < NO_GRADE) & ~absent)
    listed = listed[np.lexsort((places.position[listed], -places.mean[listed], level[listed]))].tolist()
    drawn, propensity = _draw(places, np.flatnonzero((level == NO_GRADE) & ~absent).tolist(), capacity - room, seed)
    withheld = _withheld(
        places, {*listed, *drawn, *np.flatnonzero(standing.pinned).tolist()}, standing.resting, grades.enough, capacity
    )
    without = _grades(replace(places, held={}), policy, room, absent).level if places.held else grades.level
    touched: dict[Rule, Sequence[int]] = {
        "cool-down": np.flatnonzero(standing.resting).tolist(),
        "risen": np.flatnonzero(standing.risen).tolist(),
        "follow-up": np.flatnonzero(standing.pinned).tolist(),
        "hysteresis": np.flatnonzero((without != grades.level) & ~absent).tolist(),
        "surge": np.flatnonzero(raised).tolist(),
        "freed capacity": np.flatnonzero(grades.freed).tolist(),
        "exploration": drawn,
        **{name: [i for i, rule in withheld if rule == name] for name in ("over capacity", "below the minimum probability")},
    }
    return GradedPlaces(
        listed=tuple((i, GRADES[level[i]]) for i in listed),
        drawn=drawn,
        propensity=propensity,
        withheld=withheld,
        touched={rule: tuple(rows) for rule, rows in touched.items() if rows},
        absent=tuple((i, GRADES[grades.level[i]]) for i in np.flatnonzero(absent & (grades.level < NO_GRADE)).tolist()),
    )


class _Standing(NamedTuple):
    """Places that rest, have risen since an answer, or are pinned."""

    resting: Bool[np.ndarray, " place"]
    risen: Bool[np.ndarray, " place"]
    pinned: Bool[np.ndarray, " place"]


def _standing(places: CentrePlaces, policy: Policy) -> _Standing:
    pinned = places.among(places.pinned)
    answered = places.among(places.answered) & ~pinned
    least = np.full(len(places.ids), np.inf)
    for i in np.flatnonzero(answered).tolist():
        mean = places.answered[places.ids[i]]
        least[i] = np.inf if mean is None else mean
    risen = answered & (places.mean >= policy.cool_down_rise * least * (1 - 1e-9)) & (places.mean > least)
    return _Standing(answered & ~risen, risen, pinned)


class _Grades(NamedTuple):
    """Grade numbers of places.

    ``enough``: whether a place reaches the lowest minimum. ``freed``: whether it fills freed capacity.
    """

    level: Int64[np.ndarray, " place"]
    enough: Bool[np.ndarray, " place"]
    freed: Bool[np.ndarray, " place"]


def _grades(places: CentrePlaces, policy: Policy, room: int, absent: Bool[np.ndarray, " place"]) -> _Grades:
    mean, position, count = places.mean, places.position, len(places.ids)
    had = np.full(count, NO_GRADE, dtype=np.int64)
    for i in np.flatnonzero(places.among(places.held)).tolist():
        had[i] = GRADES.index(places.held[places.ids[i]])
    level = np.full(count, NO_GRADE, dtype=np.int64)
    taken, enough, relief = 0, np.zeros(count, dtype=bool), np.ones(count)

    def in_order(able: Bool[np.ndarray, " place"]) -> Int64[np.ndarray, " able"]:
        rows = np.flatnonzero(able)
        return rows[np.lexsort((position[rows], -(mean[rows] / relief[rows])))]

    for number, lowest in enumerate(boundaries(policy, room)):
        relief = np.where(had <= number, policy.hysteresis, 1.0)
        enough = places.probability >= policy.grades[GRADES[number]].minimum_probability * relief
        chosen = in_order(enough & (level == NO_GRADE))[: lowest - taken]
        level[chosen] = number
        taken += len(chosen)
    freed = np.zeros(count, dtype=bool)
    freed[in_order(enough & (level == NO_GRADE) & ~absent)[: int((absent & (level < NO_GRADE)).sum())]] = True
    level[freed] = NO_GRADE - 1
    return _Grades(level, enough, freed)


def _draw(places: CentrePlaces, free: Sequence[int], quota: int, seed: int) -> tuple[tuple[int, ...], float]:
    """Draw spot checks among free places, with their propensity."""
    pool = sorted(free, key=places.ids.__getitem__)
    size = min(quota, len(pool))
    picks = np.random.default_rng(seed).choice(len(pool), size=size, replace=False) if size else ()
    drawn = tuple(sorted((pool[i] for i in picks), key=places.ids.__getitem__))
    return drawn, size / len(pool) if pool else 0.0


def _withheld(
    places: CentrePlaces,
    shown: set[int],
    resting: Bool[np.ndarray, " place"],
    enough: Bool[np.ndarray, " place"],
    capacity: int,
) -> tuple[tuple[int, Withheld], ...]:
    """Return the candidates that are not listed, with the rule.

    The highest means come first.
    """
    by_mean = np.lexsort((places.position, -places.mean))
    high = np.zeros(len(places.ids), dtype=bool)
    high[by_mean[:capacity]] = True
    candidate = enough | high
    candidate[list(shown)] = False
    chosen = by_mean[candidate[by_mean]]
    which = np.where(enough, np.where(resting, 2, 1), 0)[chosen].tolist()
    rules: tuple[Withheld, ...] = ("below the minimum probability", "over capacity", "cool-down")
    return tuple((i, rules[rule]) for i, rule in zip(chosen.tolist(), which, strict=True))
