"""A model of the caller's own among those of a backtest.

It is a function or an estimator, so it is never stored: a bundle is data only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.spilled import Spilled
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Feature
from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.counts.distribution import Rows, fit_dispersion
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, Forecaster
from riskmodel.forecasts.forecasters.training_rows import check_rows

Predict = Callable[[Design], Any]
"""Expected counts ``[row]`` of the rows of a design."""
Learn = Callable[[Design], Predict]
"""Learns from the rows of a design, and returns what predicts."""

FLOOR = 1e-3
"""Share of the mean count of the training rows below which no mean falls: a mean of 0 would say that nothing can happen."""


@dataclass(frozen=True, repr=False)
class OwnForecaster(Forecaster, registered=False):
    """A model that is given as a function.

    Parameters
    ----------
    label
        Its name in results.
    learn
        The function.
    features
        Names of the features that it sees.
    """

    label: str
    learn: Learn
    features: tuple[str, ...] = ()

    stored = False

    def in_words(self) -> str:
        return f"the forecaster {self.label!r}"

    def needs(self, target: Target) -> tuple[Feature, ...]:
        return ()

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedOwn:
        check_rows(design, self.label)
        predict = self.learn(_seen(design, self.features))
        if not callable(predict):
            expected = "a function of rows that returns what predicts: a function of rows that returns means"
            raise bad_argument(f"own[{self.label!r}]", "backtest", expected, self.learn)
        fitted = FittedOwn(settings=self, dispersion=0.0, predictor=predict, least=FLOOR * float(design.y.mean()))
        return replace(fitted, dispersion=fit_dispersion(design.y, fitted.mean(design)))

    def to_json(self) -> dict[str, Any]:
        """Return what names it among the forecasters of one backtest."""
        return {"type": type(self).__name__, "params": {"label": self.label, "features": list(self.features)}}


@dataclass(frozen=True, repr=False, eq=False)
class FittedOwn(FittedForecaster, of=OwnForecaster):
    """Fitted :class:`OwnForecaster`.

    Parameters
    ----------
    predictor
        What the function returned.
    least
        Smallest mean.
    """

    settings: OwnForecaster
    predictor: Predict
    least: float

    def mean(self, design: Design) -> Rows:
        hidden = replace(design, y=np.zeros_like(design.y), mature=np.zeros_like(design.mature))
        given = self.predictor(_seen(hidden, self.settings.features))
        return np.maximum(self._checked(given, design), self.least)

    def _checked(self, given: Any, design: Design) -> Rows:
        """Return means: one number for each row, none negative."""
        name = f"The forecaster {self.settings.label!r}"
        try:
            found = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError):
            raise UsageError(f"{name} returned values that are no numbers. Return one expected count for each row.") from None
        if found.shape != (len(design),):
            raise UsageError(
                f"{name} returned {found.shape} values for {len(design):,} rows. Return one expected count for each row, in the order of the rows."
            )
        wrong = np.flatnonzero(~(np.isfinite(found) & (found >= 0)))
        if len(wrong):
            row = int(wrong[0])
            raise UsageError(
                f"{name} returned {found[row]:g} for the cell {design.places.ids[design.cell[row]]!r} as of {to_iso(int(design.as_of[row]))} ({len(wrong):,} of {len(design):,} rows "
                "are negative or unknown). Return expected counts from 0: use a loss of counts such as Poisson's, fill missing features, or clip."
            )
        return found

    def explain(self, design: Design) -> Contributions:
        base = float(np.log(self.least))
        return Contributions(base, (self.settings.label,), (np.log(self.mean(design)) - base)[:, None])

    def to_json(self) -> dict[str, Any]:
        """Return what names it among the fits of one fold."""
        return {**self.settings.to_json(), "least": self.least}


def _seen(design: Design, names: tuple[str, ...]) -> Design:
    """Return the design with the caller's features only, in memory."""
    features = {feature.name: feature for feature in design.features}
    chosen = design.columns(names)
    return replace(
        design, X=chosen.whole() if isinstance(chosen, Spilled) else chosen, features=tuple(features[name] for name in names)
    )


def own_forecasters(own: Mapping[str, Any] | None, names: tuple[str, ...], taken: tuple[str, ...]) -> dict[str, OwnForecaster]:
    """Return the caller's own forecasters by name.

    Parameters
    ----------
    own
        Name to a function, or to an estimator with ``fit`` and ``predict``.
    names
        Features that they see.
    taken
        Names of other forecasters.

    Raises
    ------
    UsageError
        If a name is taken, or a value is neither.
    """
    found = {}
    for label, given in (own or {}).items():
        if not isinstance(label, str) or not label or label in taken:
            raise bad_argument("own", "backtest", f"a mapping of new names (taken: {', '.join(taken)})", label)
        if hasattr(given, "fit") and hasattr(given, "predict"):
            learn = _learn_by(given)
        elif callable(given):
            learn = cast("Learn", given)
        else:
            raise bad_argument(f"own[{label!r}]", "backtest", "a function of rows, or an estimator with fit and predict", given)
        found[label] = OwnForecaster(label, learn, names)
    return found


def _learn_by(estimator: Any) -> Learn:
    """Return a function that fits a copy of an estimator."""

    def learn(rows: Design) -> Predict:
        model = deepcopy(estimator)
        model.fit(rows.X, rows.y)
        return lambda ahead: model.predict(ahead.X)

    return learn
