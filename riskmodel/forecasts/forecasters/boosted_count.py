"""Gradient-boosted trees that start from the decayed rate."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import COUNTY, Count, Decay, Feature
from riskmodel.base.errors import UsageError
from riskmodel.counts.distribution import Rows
from riskmodel.forecasts.forecasters import lightgbm_trees
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.decayed_rate import DecayedRate, FittedDecayedRate
from riskmodel.forecasts.forecasters.fitted_json import RUNTIME
from riskmodel.forecasts.forecasters.forecaster import HIGHEST_LOG_MEAN, FittedForecaster, Forecaster
from riskmodel.forecasts.forecasters.lightgbm_trees import TreeModel
from riskmodel.forecasts.forecasters.training_rows import check_rows, drawn

PATIENCE = 30
"""Trees without a better validation score after which growing stops."""


@dataclass(frozen=True, repr=False)
class BoostedCount(Forecaster):
    """LightGBM trees on the log mean, starting from a decayed rate.

    ``log(mean) = log(rate's mean) + sum of trees``, with the rate of
    :class:`~riskmodel.forecasts.forecasters.decayed_rate.DecayedRate` and the Poisson loss. For a binary outcome the loss is the
    cross-entropy of the probability ``1 - exp(-mean)`` (:mod:`riskmodel.counts.any_event`), and trees still add up on the log mean.

    With validation rows the number of trees is the best on them once forecasts are shifted to their level, since trees cannot know it; a fit that continues from an earlier one keeps that number where
    there are none. Counts and decayed counts of the target's own kinds in the cell may only raise the mean. The same trees result at
    any number of threads. A design that was left in a file as too large for memory is streamed to LightGBM in batches of rows, with
    the same trees to the last digit.

    Parameters
    ----------
    features
        Names of the design's features to use, in addition to those of the rate.
    trees
        Largest number of trees, and the number without validation.
    learning_rate, leaves, rows_a_leaf, feature_share, l2
        As ``learning_rate``, ``num_leaves``, ``min_data_in_leaf``, ``feature_fraction``, ``lambda_l2`` in LightGBM.
    rows
        Approximate largest number of rows on which trees are grown, or None for all: see :func:`~riskmodel.forecasts.forecasters.training_rows.drawn`.
    rising
        Whether the target's own counts may only raise what the trees add to the rate.
    half_lives, over, exposure
        Of the rate, as in :class:`~riskmodel.forecasts.forecasters.decayed_rate.DecayedRate`.
    seed
        Of LightGBM.

    Examples
    --------
    >>> from riskmodel.asof.target import Target
    >>> from riskmodel.forecasts.forecasters import BoostedCount
    >>> target = Target(("theft",), horizon=14)
    >>> [feature.name for feature in BoostedCount(half_lives=(30,)).needs(target)]
    ['theft_decay_30d', 'theft_days_30d', 'theft_decay_30d_county', 'theft_days_30d_county']
    """

    features: tuple[str, ...] = ()
    trees: int = 300
    learning_rate: float = 0.04
    leaves: int = 15
    rows_a_leaf: int = 200
    feature_share: float = 0.6
    l2: float = 5.0
    rows: int | None = None
    rising: bool = True
    half_lives: tuple[float, ...] = (30, 91, 182, 365, 730)
    over: str = COUNTY
    exposure: str | None = None
    seed: int = 1

    @property
    def rate(self) -> DecayedRate:
        """The rate from which trees start."""
        return DecayedRate(self.half_lives, self.over, self.exposure)

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return self.rate.needs(target)

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedBoostedCount:
        target = check_rows(design, "BoostedCount")
        rate = self.rate.fit(design)
        names = tuple(dict.fromkeys([*self.features, *(feature.name for feature in self.needs(target))]))
        most = self.trees
        if validation is None and isinstance(earlier, FittedBoostedCount):
            most = earlier.trees
        trees, model = self._grown(design, validation, (rate, names, threads, most))
        fitted = FittedBoostedCount(
            settings=self, dispersion=0.0, names=names, trees=trees, rate=rate, model=model, threads=threads
        )
        later = design if validation is None else validation
        return replace(fitted, dispersion=target.outcome.dispersion(later.y, fitted.mean(later)))

    def _grown(
        self, design: Design, validation: Design | None, given: tuple[FittedDecayedRate, tuple[str, ...], int, int]
    ) -> tuple[int, TreeModel]:
        """Grow the trees; return their number too.

        ``given`` are the rate, the names of the features, the number of threads and the largest number of trees.
        """
        rate, names, threads, most = given
        target = check_rows(design, "BoostedCount")
        rows, weights = self._drawn(design, rate)
        rising = self._rising(design, target)
        params = lightgbm_trees.tree_parameters(
            self.seed,
            threads,
            objective=lightgbm_trees.objective(target.outcome),
            learning_rate=self.learning_rate,
            num_leaves=self.leaves,
            min_data_in_leaf=min(self.rows_a_leaf, max(1, len(rows) // 20)),
            feature_fraction=self.feature_share,
            lambda_l2=self.l2,
            metric="None",
            monotone_constraints=[int(name in rising) for name in names],
        )
        learn = _dataset(rows, rate, names)
        learn.set_weight(weights)
        lightgbm = lightgbm_trees.lightgbm()
        watched = [] if validation is None else [_dataset(validation, rate, names, learn)]
        stopping = [lightgbm.early_stopping(PATIENCE, verbose=False)] if watched else []
        score = lightgbm_trees.stopping_score(target.outcome)
        booster = lightgbm.train(params, learn, most, valid_sets=watched, feval=score, callbacks=stopping)
        trees = max(1, booster.best_iteration) if watched else most
        return trees, TreeModel.of(booster, trees)

    def _rising(self, design: Design, target: Target) -> set[str]:
        """Names of the features that may only raise the mean."""
        return {
            feature.name
            for feature in design.features
            if self.rising
            and isinstance(feature, (Count, Decay))
            and feature.over == "cell"
            and set(feature.kinds) <= set(target.kinds)
        }

    def _drawn(self, design: Design, rate: FittedDecayedRate) -> tuple[Design, Rows | None]:
        """Rows to grow trees on, and their weights (None: equal)."""
        if self.rows is None or len(design) <= self.rows:
            return design, None
        chosen, weights = drawn(rate.predict(design).mean, self.rows)
        return design.take(chosen), weights


@dataclass(frozen=True, repr=False, eq=False)
class FittedBoostedCount(FittedForecaster, of=BoostedCount):
    """Fitted :class:`BoostedCount`.

    Parameters
    ----------
    names
        Features of the trees, in their order.
    trees
        Number of trees.
    rate
        The rate from which trees start.
    model
        The trees.
    threads
        Number of threads of a prediction.
    """

    names: tuple[str, ...]
    trees: int
    rate: FittedDecayedRate
    model: TreeModel
    threads: int = field(default=1, metadata=RUNTIME)

    def columns(self, design: Design) -> Any:
        """Features of the trees ``[row, feature]``.

        Raises
        ------
        UsageError
            If the trees have another number of features.
        """
        X = design.columns(self.names)
        wanted = self.model.booster.num_feature()
        if X.shape[1] != wanted:
            raise UsageError(f"The model has {wanted} features, the design gives {X.shape[1]}. Use the bundle's own.")
        return X

    def mean(self, design: Design) -> Rows:
        start = np.log(self.rate.predict(design).mean)
        return np.exp(np.minimum(start + self._predicted(design, raw_score=True), HIGHEST_LOG_MEAN))

    def _predicted(self, design: Design, **what: bool) -> Any:
        return self.model.predicted(self.columns(design), self.threads, **what)

    def explain(self, design: Design) -> Contributions:
        """SHAP values of the trees, added to the rate's contributions."""
        shap = self._predicted(design, pred_contrib=True)
        simple = self.rate.explain(design)
        values = dict(zip(self.names, shap[:, :-1].T, strict=True))
        for name, column in zip(simple.names, simple.values.T, strict=True):
            values[name] = values[name] + column if name in values else column
        base = simple.base + float(shap[0, -1]) if len(shap) else simple.base
        return Contributions.of(base, values, simple.parts)


def _dataset(design: Design, rate: FittedDecayedRate, names: tuple[str, ...], reference: Any = None) -> Any:
    """LightGBM data set of a design, starting from the rate."""
    start = np.log(rate.predict(design).mean)
    return lightgbm_trees.dataset(design.columns(names), design.y, start, reference)
