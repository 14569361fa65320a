"""Gradient-boosted trees on top of the best simple rate."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import COUNTY, Count, Decay, Feature
from riskmodel.base.errors import UsageError
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.forecasters import boosting
from riskmodel.forecasts.forecasters.base import Contributions, Forecaster, check_rows
from riskmodel.forecasts.forecasters.decayed_rate import DecayedRate


class BoostedCount(Forecaster):
    """LightGBM with Poisson loss; trees start from the log of :class:`DecayedRate`'s mean (``init_score``).

    Where the target is whether there is any event, the loss is the cross-entropy of the probability ``1 - exp(-mean)``
    (:mod:`riskmodel.counts.any_event`), and trees still add up on the log mean. With later rows for validation the number of
    trees is the best on them; a later fit without validation keeps that number. Counts and decayed counts of the target's own
    kinds in the cell may only raise the mean. The same trees come out at any number of threads. A design that was left in a file
    as too large for memory is streamed to LightGBM in batches of rows, with the same trees to the last digit.

    Parameters
    ----------
    features
        Names of the design's features to use, beside those of the rate.
    trees
        Most trees, and the number grown without validation.
    learning_rate, leaves, rows_a_leaf, feature_share, l2
        As ``learning_rate``, ``num_leaves``, ``min_data_in_leaf``, ``feature_fraction``, ``lambda_l2`` in LightGBM.
    rows
        Most rows that trees are grown on (about), or None for all: see :func:`drawn`.
    rising
        Whether the target's own counts may only raise what the trees add to the rate.
    half_lives, over, exposure
        Of the rate, as in :class:`DecayedRate`.
    """

    def __init__(
        self,
        features: tuple[str, ...] = (),
        trees: int = 300,
        learning_rate: float = 0.04,
        leaves: int = 15,
        rows_a_leaf: int = 200,
        feature_share: float = 0.6,
        l2: float = 5.0,
        rows: int | None = None,
        rising: bool = True,
        half_lives: tuple[float, ...] = (30, 91, 182, 365, 730),
        over: str = COUNTY,
        exposure: str | None = None,
        seed: int = 1,
    ) -> None:
        self.features = features
        self.trees = trees
        self.learning_rate = learning_rate
        self.leaves = leaves
        self.rows_a_leaf = rows_a_leaf
        self.feature_share = feature_share
        self.l2 = l2
        self.rows = rows
        self.rising = rising
        self.half_lives = half_lives
        self.over = over
        self.exposure = exposure
        self.seed = seed

    def _rate(self) -> DecayedRate:
        return DecayedRate(self.half_lives, self.over, self.exposure)

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return self._rate().needs(target)

    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> BoostedCount:
        target = check_rows(design, "BoostedCount")
        self.rate_ = self._rate().fit(design)
        self.names_ = tuple(dict.fromkeys([*self.features, *(feature.name for feature in self.needs(target))]))
        self.threads_ = threads
        rising = {
            feature.name
            for feature in design.features
            if self.rising
            and isinstance(feature, (Count, Decay))
            and feature.over == "cell"
            and set(feature.kinds) <= set(target.kinds)
        }
        grown_on, weights = self._drawn(design)
        params = boosting.settings(
            self.seed,
            threads,
            objective=boosting.objective(target.outcome),
            learning_rate=self.learning_rate,
            num_leaves=self.leaves,
            min_data_in_leaf=min(self.rows_a_leaf, max(1, len(grown_on) // 20)),
            feature_fraction=self.feature_share,
            lambda_l2=self.l2,
            monotone_constraints=[int(name in rising) for name in self.names_],
        )
        learn = self._dataset(grown_on)
        learn.set_weight(weights)
        trees = getattr(self, "trees_", self.trees)
        lightgbm, callbacks = boosting.lightgbm(), list[Any]()
        watched: list[Any] = []
        if validation is not None:
            trees = self.trees
            watched = [self._dataset(validation, learn)]
            callbacks = [lightgbm.early_stopping(30, verbose=False)]
        score = boosting.stopping_score(target.outcome)
        booster = lightgbm.train(params, learn, trees, valid_sets=watched, feval=score, callbacks=callbacks)
        self.trees_ = max(1, booster.best_iteration) if validation is not None else trees
        self._adopt(boosting.text_of(booster, self.trees_))
        later = design if validation is None else validation
        self.dispersion_ = target.outcome.dispersion(later.y, np.exp(self._eta(later)))
        return self

    def _drawn(self, design: Design) -> tuple[Design, Any]:
        """The rows to grow trees on, and the weight of each (None: alike)."""
        if self.rows is None or len(design) <= self.rows:
            return design, None
        chosen, weights = drawn(self.rate_.predict(design).mean, self.rows)
        return design.take(chosen), weights

    def _dataset(self, design: Design, reference: Any = None) -> Any:
        start = np.log(self.rate_.predict(design).mean)
        return boosting.dataset(design.columns(self.names_), design.y, start, reference)

    def _adopt(self, text: str) -> None:
        self.text_ = text
        self.booster_ = boosting.booster_of(text)

    def _eta(self, design: Design) -> Any:
        start = np.log(self.rate_.predict(design).mean)
        return np.minimum(start + self._ask(design, raw_score=True), 15.0)

    def _ask(self, design: Design, **what: bool) -> Any:
        return boosting.ask(self.booster_, self._columns(design), self.threads_, **what)

    def _columns(self, design: Design) -> Any:
        X = design.columns(self.names_)
        if X.shape[1] != self.booster_.num_feature():
            raise UsageError(
                f"The model has {self.booster_.num_feature()} features, the design gives {X.shape[1]}. Use the bundle's own."
            )
        return X

    def predict(self, design: Design) -> CountDistribution:
        return CountDistribution.of(np.exp(self._eta(design)), self.dispersion_)

    def explain(self, design: Design) -> Contributions:
        shap = self._ask(design, pred_contrib=True)
        simple = self.rate_.explain(design)
        values = dict(zip(self.names_, shap[:, :-1].T, strict=True))
        for name, column in zip(simple.names, simple.values.T, strict=True):
            values[name] = values[name] + column if name in values else column
        base = simple.base + float(shap[0, -1]) if len(shap) else simple.base
        return Contributions(base, tuple(values), np.stack(list(values.values()), axis=1))

    def state(self) -> dict[str, Any]:
        return {
            "names": list(self.names_),
            "trees": self.trees_,
            "rate": self.rate_.to_json(),
            "model": self.text_,
            "dispersion": self.dispersion_,
        }

    def restore(self, state: Mapping[str, Any]) -> BoostedCount:
        self.names_ = tuple(state["names"])
        self.trees_ = state["trees"]
        rate = Forecaster.from_json(state["rate"])
        assert isinstance(rate, DecayedRate)
        self.rate_ = rate
        self.threads_ = 1
        self._adopt(state["model"])
        self.dispersion_ = state["dispersion"]
        return self


def drawn(mean: Any, rows: int) -> tuple[Any, Any]:
    """Positions of about ``rows`` rows, and one over each row's probability of being drawn; the same ones every time.

    Chances rise with the square root of the ``mean``, to at most 1: the gradient of a Poisson loss has that standard deviation, so
    this loses least for a given number of rows (Neyman, 1934). Drawing is systematic along the rows (Madow, 1949).
    """
    size = np.sqrt(mean)
    sure = np.zeros(len(size), dtype=bool)
    while True:
        factor = (rows - np.count_nonzero(sure)) / size[~sure].sum()
        more = ~sure & (factor * size >= 1)
        if not more.any():
            break
        sure |= more
    probability = np.where(sure, 1.0, factor * size)
    chosen = np.flatnonzero(np.diff(np.floor(np.cumsum(probability)), prepend=0.0) > 0)
    return chosen, 1.0 / probability[chosen]
