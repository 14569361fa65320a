"""What precedes harm and is more plentiful: how fast it arises, and how much of it nobody has found yet."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float64, Int64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import CELL, COUNTY, Decay, Feature, PlaceFigure, SearchedDays, UnsearchedDays, check_unique
from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.forecasts.forecasters import boosting
from riskmodel.forecasts.forecasters.base import spaced
from riskmodel.forecasts.forecasters.decayed_rate import STRENGTHS

Rows = Float64[np.ndarray, " row"]

MOST_ROWS = 400_000
"""Most rows that trees are grown on, evenly spaced."""

LEAST_DAYS = 0.1
"""A row of which searches brought less to light than arises in so many days says nothing of how fast it arises."""


class Precursor:
    """How fast something arises that searches find and remove, such as hazards found by inspections, and how much is still there.

    Harm (fires) is rare; what precedes it (hazards) is found often enough to learn how fast it arises in each cell: trees of
    LightGBM with Poisson loss forecast what the searches of the next days find, given how many days' worth of arrivals they
    bring to light (:class:`SearchedDays`, the exposure, known afterwards and needed for learning alone). They start from a
    decayed and shrunken rate, ``(strength + found) / (strength / prior + searched days)``, whose prior is the rate of its
    group for a cell of this exposure, which is shrunken alike to that of a larger group. Strengths are those of the highest
    likelihood. What is still there is this rate times :class:`UnsearchedDays`.

    Parameters
    ----------
    kinds
        What is found, kinds of record.
    effort
        Kinds whose amounts are the searches.
    exposure
        Name of the exposure that a search reaches in part or whole.
    over
        ``county`` and groupings whose rates are priors, the largest groups first.
    half_life
        Of the rate that trees start from, days.
    ahead
        Days that the trees look ahead: as-of dates of the design must lie so far apart. None takes the target's horizon.
    lasts, thorough
        As in :class:`SearchedDays`.
    trees, learning_rate, leaves, rows_a_leaf, feature_share, l2, seed
        As in :class:`BoostedCount`; the number of trees is not searched for.
    """

    def __init__(
        self,
        kinds: tuple[str, ...],
        effort: tuple[str, ...],
        exposure: str,
        over: tuple[str, ...] = (COUNTY,),
        half_life: float = 365,
        ahead: int | None = None,
        lasts: int = 60,
        thorough: float = 0.8,
        trees: int = 300,
        learning_rate: float = 0.05,
        leaves: int = 15,
        rows_a_leaf: int = 500,
        feature_share: float = 0.5,
        l2: float = 10.0,
        seed: int = 1,
    ) -> None:
        for name, value, what in (("kinds", kinds, "kinds"), ("effort", effort, "kinds"), ("over", over, "groupings or county")):
            if isinstance(value, str) or not value:
                raise bad_argument(name, "a precursor", f"a list of {what}", value)
        self.kinds, self.effort, self.exposure, self.over = tuple(kinds), tuple(effort), exposure, tuple(over)
        self.half_life, self.ahead, self.lasts, self.thorough = half_life, ahead, lasts, thorough
        self.trees, self.learning_rate, self.leaves, self.rows_a_leaf = trees, learning_rate, leaves, rows_a_leaf
        self.feature_share, self.l2, self.seed = feature_share, l2, seed

    def _counts(self, over: str = CELL) -> tuple[Feature, Feature]:
        """What was found, and the days' worth of arrivals that were searched, both decayed."""
        searched = SearchedDays(self.effort, self.half_life, self.exposure, self.lasts, self.thorough, over)
        return Decay(self.kinds, self.half_life, over), searched

    def _unsearched(self) -> Feature:
        return UnsearchedDays(self.effort, self.exposure, self.lasts, self.thorough)

    def _rate_features(self) -> tuple[Feature, ...]:
        """What the shrunken rate is made of: what was found, and searched, in each group and in the cell; and the exposure."""
        return (*(feature for over in (*self.over, CELL) for feature in self._counts(over)), PlaceFigure(self.exposure))

    def needs(self) -> tuple[Feature, ...]:
        """The features that a design must hold, beside those that trees are told to use; trees use them too."""
        return check_unique([*self._rate_features(), self._unsearched()])

    def _shrunken(self, design: Design, strengths: Sequence[float]) -> Rows:
        """The daily rate that trees start from: the first group's for this exposure, drawn to each finer one's and the cell's."""
        *columns, size = (np.nan_to_num(design.column(feature.name).astype(np.float64)) for feature in self._rate_features())
        found, days = columns[::2], columns[1::2]
        size = np.maximum(size, 1.0)
        rate = (found[0] + 0.5) / np.maximum(days[0], 1.0)
        for strength, one, searched in zip(strengths[:-1], found[1:-1], days[1:-1], strict=True):
            rate = (strength + one) / (strength / rate + searched)
        return (strengths[-1] + found[-1]) / (strengths[-1] / (rate * size) + days[-1])

    def fit(self, design: Design, target: Target, features: tuple[str, ...], threads: int) -> Precursor:
        """Learn from the rows whose cell is in the design again ``ahead`` days later; trees use the named ``features``.

        Raises
        ------
        UsageError
            If there is no such row, or searches found nothing.
        """
        ahead = self.ahead or target.horizon
        now, later = pairs(design, ahead)
        if not len(now):
            raise UsageError(
                f"A precursor looks {ahead} days ahead, and no cell has as-of dates that many days apart. Set 'ahead' of the precursor "
                "to a multiple of the step between as-of dates, or learn from more dates."
            )
        left = 2.0 ** (-ahead / self.half_life)
        columns = (design.column(feature.name).astype(np.float64) for feature in self._counts())
        found, days = (np.nan_to_num(np.maximum(column[later] - left * column[now], 0.0)) for column in columns)
        told = np.flatnonzero(days > LEAST_DAYS)
        told = told[spaced(len(told), MOST_ROWS)]
        if not len(told) or not found[told].any():
            raise UsageError(
                f"The searches {', '.join(self.effort)} found nothing of {', '.join(self.kinds)} in any of {len(now):,} rows. "
                "Check the precursor's kinds and effort, or learn from more dates."
            )
        rows, y, days = design.take(now[told]), found[told], days[told]
        choices = itertools.product(STRENGTHS, repeat=len(self.over))
        self.strengths_ = max(choices, key=lambda strengths: _likelihood(y, days * self._shrunken(rows, strengths)))
        self.names_ = tuple(dict.fromkeys([*features, *(feature.name for feature in self.needs())]))
        self.threads_ = threads
        start = np.log(days * self._shrunken(rows, self.strengths_))
        params = boosting.settings(
            self.seed,
            threads,
            objective="poisson",
            learning_rate=self.learning_rate,
            num_leaves=self.leaves,
            min_data_in_leaf=min(self.rows_a_leaf, max(1, len(rows) // 20)),
            feature_fraction=self.feature_share,
            lambda_l2=self.l2,
        )
        learn = boosting.dataset(rows.columns(self.names_), y, start)
        self._adopt(boosting.text_of(boosting.lightgbm().train(params, learn, self.trees), self.trees))
        return self

    def _adopt(self, text: str) -> None:
        self.text_ = text
        self.booster_ = boosting.booster_of(text)

    def rates(self, design: Design) -> tuple[Rows, Rows]:
        """What is still there, and what arises in a day, in each row; the former is NaN where the exposure is not known."""
        raw = boosting.ask(self.booster_, design.columns(self.names_), self.threads_, raw_score=True)
        daily = np.exp(np.minimum(np.log(self._shrunken(design, self.strengths_)) + raw, 15.0))
        return daily * design.column(self._unsearched().name), daily

    def state(self) -> dict[str, Any]:
        """What was learned, as plain JSON values."""
        return {"names": list(self.names_), "strengths": list(self.strengths_), "model": self.text_}

    def restore(self, state: Mapping[str, Any]) -> Precursor:
        """Take up a :meth:`state`; itself comes back."""
        self.names_, self.strengths_, self.threads_ = tuple(state["names"]), tuple(state["strengths"]), 1
        self._adopt(state["model"])
        return self


def _likelihood(y: Rows, mean: Rows) -> float:
    mean = mean * (y.sum() / mean.sum())
    return float((y * np.log(mean) - mean).sum())


def pairs(design: Design, ahead: int) -> tuple[Int64[np.ndarray, " pair"], Int64[np.ndarray, " pair"]]:
    """Rows of a design that is not empty, and the row of the same cell ``ahead`` days later, for those that have one."""
    first = int(design.as_of.min())
    span = int(design.as_of.max()) - first + 1 + ahead
    key = design.cell.astype(np.int64) * span + (design.as_of - first)
    order = np.argsort(key, kind="stable")
    at = np.minimum(np.searchsorted(key[order], key + ahead), len(key) - 1)
    there = key[order][at] == key + ahead
    return np.flatnonzero(there), order[at[there]]
