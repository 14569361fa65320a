"""Interface of forecasters: settings, and what is fitted.

A :class:`Forecaster` holds settings. Its ``fit`` returns a :class:`FittedForecaster`, which holds what was learned and forecasts.
Both are frozen, and both are data only.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any, ClassVar, Protocol, Self

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Feature
from riskmodel.base.blamed_parts import blaming
from riskmodel.base.errors import unknown_name
from riskmodel.counts.blas import one_blas_thread
from riskmodel.counts.distribution import CountDistribution, Rows
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.fit_notes import FitNote
from riskmodel.forecasts.forecasters.fitted_json import fields_from, stored_fields

HIGHEST_LOG_MEAN = 15.0
"""Upper limit of the log mean of a forecast."""


class Fitter(Protocol):
    """Fits forecasters for one that is composed of others."""

    @property
    def threads(self) -> int:
        """Number of threads of a fit."""
        ...

    @property
    def newest(self) -> Design | None:
        """Rows without labels yet, if any are known."""
        ...

    def fit(
        self,
        forecaster: Forecaster,
        design: Design,
        validation: Design | None = None,
        earlier: FittedForecaster | None = None,
    ) -> FittedForecaster:
        """Fit as by :meth:`Forecaster.fit`."""
        ...


@dataclass(frozen=True, repr=False)
class Forecaster(ABC):
    """Settings of a model of the events over a target's horizon.

    A subclass is a frozen dataclass whose fields are the settings of an experiment's file. It is final, and registers itself under
    its class name unless it says otherwise. Its fits run with one BLAS thread, so that their bits do not depend on the number of threads.

    Parameters
    ----------
    mean_stands
        Whether calibration leaves the mean unchanged. It is always so for a published formula, and otherwise where the experiment
        says so. It is no setting of the model.
    follows_level
        Whether the level of its forecasts follows the last mature dates between fits (:mod:`riskmodel.forecasts.recent_level`). It is so where the
        experiment says so, and no setting of the model.
    """

    registry: ClassVar[dict[str, type[Forecaster]]] = {}
    stored: ClassVar[bool] = True
    """Whether settings and fits have a JSON form that can be stored."""

    mean_stands: bool = field(default=False, kw_only=True, metadata={"setting": False})
    follows_level: bool = field(default=False, kw_only=True, metadata={"setting": False})

    def __init_subclass__(cls, registered: bool = True) -> None:
        super().__init_subclass__()
        if registered:
            Forecaster.registry[cls.__name__] = cls
        if "fit" in vars(cls):
            cls.fit = blaming(one_blas_thread(cls.fit), lambda self: self.in_words())
        if "fit_with" in vars(cls):
            cls.fit_with = blaming(one_blas_thread(cls.fit_with), lambda self: self.in_words())

    def in_words(self) -> str:
        """Name the forecaster in an error."""
        return f"the forecaster {type(self).__name__}"

    @abstractmethod
    def needs(self, target: Target) -> tuple[Feature, ...]:
        """Features that a design must hold, in addition to :attr:`named_features`."""

    @abstractmethod
    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedForecaster:
        """Learn from rows that are at risk and mature.

        Parameters
        ----------
        design
            Training rows.
        validation
            Later rows, for early stopping and weights.
        threads
            Number of threads; it changes no bit of the result.
        earlier
            An earlier fit of the same forecaster, from which this one continues where the model allows it.

        Raises
        ------
        UsageError
            If there is no target, no row, or no event.
        """

    def fit_with(
        self,
        fitter: Fitter,
        design: Design,
        validation: Design | None = None,
        earlier: FittedForecaster | None = None,
    ) -> FittedForecaster:
        """Learn as by :meth:`fit`, members being fitted by ``fitter``."""
        return self.fit(design, validation, fitter.threads, earlier)

    @classmethod
    def setting_names(cls) -> tuple[str, ...]:
        """Names of the settings, in the order of the constructor."""
        return tuple(one.name for one in fields(cls) if one.metadata.get("setting", True))

    @property
    def params(self) -> dict[str, Any]:
        """Settings by name."""
        return {name: getattr(self, name) for name in self.setting_names()}

    @property
    def takes_features(self) -> bool:
        """Whether it can use more features of the design than it needs."""
        return "features" in self.setting_names()

    @property
    def named_features(self) -> tuple[str, ...]:
        """Names of the design's features that its settings name."""
        return tuple(self.params["features"]) if self.takes_features else ()

    def with_params(self, **params: Any) -> Self:
        """Return the forecaster with other settings.

        Raises
        ------
        UsageError
            If there is no such setting.
        """
        for name in params:
            if name not in self.setting_names():
                raise unknown_name(f"setting of {type(self).__name__}", name, self.setting_names())
        return replace(self, **params)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.params.items() if k != 'features')})"

    def to_json(self) -> dict[str, Any]:
        """Return class and settings as plain JSON values."""
        params = {name: list(value) if isinstance(value, tuple) else value for name, value in self.params.items()}
        return {"type": type(self).__name__, "params": params}


@dataclass(frozen=True, repr=False, eq=False)
class FittedForecaster(ABC):
    """Fitted model, which forecasts and explains.

    A subclass is a frozen dataclass that names its settings' class with ``of``. Its JSON form follows from its fields, so they hold
    all that a later fit continues from.

    Parameters
    ----------
    settings
        The forecaster that was fitted.
    dispersion
        Of the forecasts: variance = mean + dispersion x mean^2.
    """

    registry: ClassVar[dict[type[Forecaster], type[FittedForecaster]]] = {}

    settings: Forecaster
    dispersion: float

    def __init_subclass__(cls, of: type[Forecaster] | None = None) -> None:
        super().__init_subclass__()
        if of is not None:
            FittedForecaster.registry[of] = cls
        if "mean" in vars(cls):
            cls.mean = blaming(cls.mean, lambda self: self.settings.in_words())
        if "explain" in vars(cls):
            cls.explain = blaming(cls.explain, lambda self: self.settings.in_words())

    @abstractmethod
    def mean(self, design: Design) -> Rows:
        """Expected count of each row."""

    @abstractmethod
    def explain(self, design: Design) -> Contributions:
        """Contributions to the log mean of each row."""

    @property
    def notes(self) -> tuple[FitNote, ...]:
        """Notes of the fit, for whoever reads its forecasts."""
        return ()

    def predict(self, design: Design) -> CountDistribution:
        """Forecast distribution of each row."""
        return CountDistribution.of(self.mean(design), self.dispersion)

    def refit(self, design: Design, validation: Design | None = None, threads: int = 2) -> FittedForecaster:
        """Fit the same settings again, continuing from this fit."""
        return self.settings.fit(design, validation, threads, self)

    def __repr__(self) -> str:
        return f"<fitted {self.settings!r}>"

    def to_json(self) -> dict[str, Any]:
        """Return class, settings and fitted state as plain JSON values."""
        return {**self.settings.to_json(), "state": stored_fields(self, without=("settings",))}

    @staticmethod
    def from_json(form: Mapping[str, Any]) -> FittedForecaster:
        """Return the fitted forecaster of a JSON form, with the same forecasts.

        Raises
        ------
        UsageError
            If there is no such class or setting.
        KeyError
            If the state lacks a field.
        """
        settings = make(form["type"], form["params"])
        cls = FittedForecaster.registry[type(settings)]
        return cls(settings=settings, **fields_from(cls, form["state"], without=("settings",)))


@dataclass(frozen=True, repr=False, eq=False)
class FittedToTarget(FittedForecaster, ABC):
    """Fitted model whose features follow from the target.

    Parameters
    ----------
    kinds
        Kinds of the target.
    horizon
        Days ahead.
    """

    kinds: tuple[str, ...]
    horizon: int

    @property
    def target(self) -> Target:
        """The number of events of the kinds over the horizon."""
        return Target(self.kinds, self.horizon)


def make(kind: str, params: Mapping[str, Any], features: tuple[str, ...] = ()) -> Forecaster:
    """Make a forecaster from a class name and settings.

    Parameters
    ----------
    kind
        Class name.
    params
        Settings by name; lists become tuples.
    features
        Names of features to use, if the forecaster takes any and its settings name none.

    Raises
    ------
    UsageError
        If there is no such class or setting.

    Examples
    --------
    >>> from riskmodel.forecasts.forecasters import make
    >>> make("Persistence", {"window": 28})
    Persistence(floor=0.25, window=28)
    """
    if kind not in Forecaster.registry:
        raise unknown_name("forecaster", kind, Forecaster.registry)
    cls = Forecaster.registry[kind]
    for name in params:
        if name not in cls.setting_names():
            raise unknown_name(f"setting of {kind}", name, cls.setting_names())
    settings: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in params.items()}
    made = cls(**settings)
    return made.with_params(features=features) if made.takes_features and "features" not in params else made
