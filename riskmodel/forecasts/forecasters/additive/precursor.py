"""Precursor of harm: rate of arrival, and what is not found."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from jaxtyping import Int64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import CELL, COUNTY, Decay, Feature, PlaceFigure, SearchedDays, UnsearchedDays, check_unique
from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.base.plurals import counted
from riskmodel.counts.distribution import Rows
from riskmodel.forecasts.forecasters import lightgbm_trees
from riskmodel.forecasts.forecasters.fitted_json import RUNTIME
from riskmodel.forecasts.forecasters.lightgbm_trees import TreeModel
from riskmodel.forecasts.forecasters.posterior_rate import STRENGTHS, scaled_likelihood
from riskmodel.forecasts.forecasters.training_rows import spaced

MOST_ROWS = 400_000
"""Largest number of rows on which trees are grown, evenly spaced."""

LEAST_DAYS = 0.1
"""A row whose searches bring to light fewer days' worth of arrivals says nothing about their rate."""

LARGEST_LOG_RATE = 15.0
"""Upper limit of the log of a daily rate."""


class SearchedRows(NamedTuple):
    """Training rows: what searches found in them, and its exposure in days."""

    design: Design
    found: Rows
    days: Rows


@dataclass(frozen=True)
class Precursor:
    """Settings of a model of what searches find and remove.

    Harm (fires) is rare; its precursor (hazards found by inspections) is found often enough to learn how fast it arises in each cell.
    LightGBM trees with Poisson loss forecast what the searches of the next days find, given how many days' worth of arrivals they
    bring to light (:class:`~riskmodel.asof.vocabulary.SearchedDays`: the exposure, known afterwards and needed for learning alone).
    They start from a decayed and shrunken rate, ``(strength + found) / (strength / prior + searched days)``, whose prior is the rate
    of its group for a cell of this exposure, which is itself shrunken toward that of a larger group. Strengths are those of highest
    likelihood. What is still there is this rate times :class:`~riskmodel.asof.vocabulary.UnsearchedDays` (decision 0017).

    Parameters
    ----------
    kinds
        What is found, kinds of record.
    effort
        Kinds whose amounts are the searches.
    exposure
        Name of the exposure that a search covers in part or whole.
    over
        ``county`` and groupings whose rates are priors, the largest groups first.
    half_life
        Of the rate from which trees start, days.
    ahead
        Days that the trees look ahead: as-of dates of the design must lie so far apart. None takes the target's horizon.
    lasts, thorough
        As in :class:`~riskmodel.asof.vocabulary.SearchedDays`.
    trees, learning_rate, leaves, rows_a_leaf, feature_share, l2, seed
        As in :class:`~riskmodel.forecasts.forecasters.boosted_count.BoostedCount`; the number of trees is not searched for.
    """

    kinds: tuple[str, ...]
    effort: tuple[str, ...]
    exposure: str
    over: tuple[str, ...] = (COUNTY,)
    half_life: float = 365
    ahead: int | None = None
    lasts: int = 60
    thorough: float = 0.8
    trees: int = 300
    learning_rate: float = 0.05
    leaves: int = 15
    rows_a_leaf: int = 500
    feature_share: float = 0.5
    l2: float = 10.0
    seed: int = 1

    def __post_init__(self) -> None:
        for name, what in (("kinds", "kinds"), ("effort", "kinds"), ("over", "groupings or county")):
            value = getattr(self, name)
            if isinstance(value, str) or not value:
                raise bad_argument(name, "a precursor", f"a list of {what}", value)
            object.__setattr__(self, name, tuple(value))

    def counts(self, over: str = CELL) -> tuple[Feature, Feature]:
        """What was found, and the days' worth of arrivals searched, both decayed."""
        searched = SearchedDays(self.effort, self.half_life, self.exposure, self.lasts, self.thorough, over)
        return Decay(self.kinds, self.half_life, over), searched

    def _unsearched(self) -> Feature:
        return UnsearchedDays(self.effort, self.exposure, self.lasts, self.thorough)

    def _rate_features(self) -> tuple[Feature, ...]:
        """Counts of each group and of the cell, then the exposure."""
        return (*(feature for over in (*self.over, CELL) for feature in self.counts(over)), PlaceFigure(self.exposure))

    def needs(self) -> tuple[Feature, ...]:
        """Features that a design must hold, which the trees use too."""
        return check_unique([*self._rate_features(), self._unsearched()])

    def _shrunken(self, design: Design, strengths: Sequence[float]) -> Rows:
        """Daily rate from which trees start.

        The first group's rate for this exposure is shrunken toward by each finer group's, and that by the cell's.
        """
        *columns, size = (np.nan_to_num(design.column(feature.name).astype(np.float64)) for feature in self._rate_features())
        found, days = columns[::2], columns[1::2]
        size = np.maximum(size, 1.0)
        rate = (found[0] + 0.5) / np.maximum(days[0], 1.0)
        for strength, one, searched in zip(strengths[:-1], found[1:-1], days[1:-1], strict=True):
            rate = (strength + one) / (strength / rate + searched)
        return (strengths[-1] + found[-1]) / (strengths[-1] / (rate * size) + days[-1])

    def fit(self, design: Design, target: Target, features: tuple[str, ...], threads: int) -> FittedPrecursor:
        """Learn from rows whose cell has a row ``ahead`` days later.

        The trees use the named ``features`` in addition to :meth:`needs`.

        Raises
        ------
        UsageError
            If there is no such row, or searches found nothing.
        """
        rows = self._searched_rows(design, self.ahead or target.horizon)
        choices = itertools.product(STRENGTHS, repeat=len(self.over))
        strengths = max(choices, key=lambda one: scaled_likelihood(rows.found, rows.days * self._shrunken(rows.design, one)))
        names = tuple(dict.fromkeys([*features, *(feature.name for feature in self.needs())]))
        start = np.log(rows.days * self._shrunken(rows.design, strengths))
        params = lightgbm_trees.tree_parameters(
            self.seed,
            threads,
            objective="poisson",
            learning_rate=self.learning_rate,
            num_leaves=self.leaves,
            min_data_in_leaf=min(self.rows_a_leaf, max(1, len(rows.design) // 20)),
            feature_fraction=self.feature_share,
            lambda_l2=self.l2,
        )
        learn = lightgbm_trees.dataset(rows.design.columns(names), rows.found, start)
        booster = lightgbm_trees.lightgbm().train(params, learn, self.trees)
        return FittedPrecursor(names, strengths, TreeModel.of(booster, self.trees), threads)

    def _searched_rows(self, design: Design, ahead: int) -> SearchedRows:
        """Rows in whose next ``ahead`` days searches brought enough to light.

        Raises
        ------
        UsageError
            If there is none, or searches found nothing in them.
        """
        now, later = pairs(design, ahead)
        if not len(now):
            raise UsageError(
                f"A precursor looks {counted(ahead, 'day')} ahead, and no cell has as-of dates that many days apart. Set 'ahead' of the precursor "
                "to a multiple of the step between as-of dates, or learn from more dates."
            )
        left = 2.0 ** (-ahead / self.half_life)
        columns = (design.column(feature.name).astype(np.float64) for feature in self.counts())
        found, days = (np.nan_to_num(np.maximum(column[later] - left * column[now], 0.0)) for column in columns)
        used = np.flatnonzero(days > LEAST_DAYS)
        used = used[spaced(len(used), MOST_ROWS)]
        if not len(used) or not found[used].any():
            raise UsageError(
                f"The searches {', '.join(self.effort)} found nothing of {', '.join(self.kinds)} in any of {len(now):,} rows. "
                "Check the precursor's kinds and effort, or learn from more dates."
            )
        return SearchedRows(design.take(now[used]), found[used], days[used])

    def rates(self, fitted: FittedPrecursor, design: Design) -> tuple[Rows, Rows]:
        """What is still there in each row, and what arises daily.

        The former is NaN where the exposure is not known.
        """
        raw = fitted.model.predicted(design.columns(fitted.names), fitted.threads, raw_score=True)
        daily = np.exp(np.minimum(np.log(self._shrunken(design, fitted.strengths)) + raw, LARGEST_LOG_RATE))
        return daily * design.column(self._unsearched().name), daily


@dataclass(frozen=True)
class FittedPrecursor:
    """What a :class:`Precursor` learned.

    Parameters
    ----------
    names
        Features of the trees, in their order.
    strengths
        Events that the priors of the groups and of the cell are worth.
    model
        The trees.
    threads
        Number of threads of a prediction.
    """

    names: tuple[str, ...]
    strengths: tuple[float, ...]
    model: TreeModel
    threads: int = field(default=1, metadata=RUNTIME)


def pairs(design: Design, ahead: int) -> tuple[Int64[np.ndarray, " pair"], Int64[np.ndarray, " pair"]]:
    """Pair rows with those of the same cell ``ahead`` days later.

    Rows without such a row are left out. The design must have a row.
    """
    first = int(design.as_of.min())
    span = int(design.as_of.max()) - first + 1 + ahead
    key = design.cell.astype(np.int64) * span + (design.as_of - first)
    order = np.argsort(key, kind="stable")
    at = np.minimum(np.searchsorted(key[order], key + ahead), len(key) - 1)
    there = key[order][at] == key + ahead
    return np.flatnonzero(there), order[at[there]]
