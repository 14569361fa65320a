"""What a forecaster is: it says what it needs, learns from a design and returns a distribution for each row."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from jaxtyping import Float64, Int64

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Feature
from riskmodel.base.errors import UsageError, bad_argument, unknown_name
from riskmodel.base.texts import Text
from riskmodel.counts.distribution import CountDistribution

if TYPE_CHECKING:
    from riskmodel.forecasts.forecasters.fits import Fits


GOLDEN = (5**0.5 - 1) / 2


@dataclass(frozen=True)
class Contributions:
    """``log(mean[i]) == base + values[i].sum()``: additive on the log mean.

    ``names`` are features of the design or the forecaster's own parts, whose meaning (with ``{value}`` and ``{usual}``)
    stands in ``parts``. ``shown`` holds the value that a sentence quotes for an own part, NaN elsewhere.
    """

    base: float
    names: tuple[str, ...]
    values: Float64[np.ndarray, "row part"]
    parts: Mapping[str, Text] = field(default_factory=dict)
    shown: Mapping[str, Float64[np.ndarray, " row"]] = field(default_factory=dict)


class Forecaster(ABC):
    """Learns the number of events over a target's horizon.

    The constructor's arguments are settings and are kept under their names; ``fit`` keeps what it learns in attributes
    that end in ``_`` (scikit-learn's conventions). Where a fit goes on from an earlier one, :meth:`state` says all that it goes
    on from. A subclass is final and registers itself.
    """

    registry: ClassVar[dict[str, type[Forecaster]]] = {}

    mean_stands: bool = False
    """Whether calibration leaves the mean as it is: a published formula's always, others' where the experiment says so."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        Forecaster.registry[cls.__name__] = cls

    @abstractmethod
    def needs(self, target: Target) -> tuple[Feature, ...]:
        """The features that a design must hold for this forecaster, beside those that it was told to use."""

    @abstractmethod
    def fit(self, design: Design, validation: Design | None = None, threads: int = 2) -> Forecaster:
        """Learn from rows that are at risk and mature. ``validation`` holds later rows, for stopping; itself comes back."""

    def fit_among(self, fits: Fits, design: Design, validation: Design | None = None) -> Forecaster:
        """Learn as by :meth:`fit`; one that is made of others has them fitted by ``fits``, where equal ones are fitted once."""
        return self.fit(design, validation, fits.threads)

    @abstractmethod
    def predict(self, design: Design) -> CountDistribution:
        """A distribution for each row of ``design``."""

    @abstractmethod
    def explain(self, design: Design) -> Contributions:
        """What makes the mean of each row what it is."""

    @abstractmethod
    def state(self) -> dict[str, Any]:
        """What was learned, as plain JSON values."""

    @abstractmethod
    def restore(self, state: Mapping[str, Any]) -> Forecaster:
        """Take up a :meth:`state`; itself comes back."""

    @property
    def fitted(self) -> bool:
        """Whether anything was learned."""
        return any(name.endswith("_") for name in vars(self))

    @property
    def takes_features(self) -> bool:
        """Whether it can be told which of the design's features to use, beside those that it :meth:`needs`."""
        return "features" in self.get_params()

    def told(self) -> tuple[str, ...]:
        """Names of the features that it was told to use."""
        return tuple(self.get_params()["features"]) if self.takes_features else ()

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """The settings by name."""
        return {name: getattr(self, name) for name in inspect.signature(type(self)).parameters}

    def set_params(self, **params: Any) -> Forecaster:
        """Change settings.

        Raises
        ------
        UsageError
            If there is no such setting.
        """
        for name, value in params.items():
            if name not in self.get_params():
                raise unknown_name(f"setting of {type(self).__name__}", name, self.get_params())
            setattr(self, name, value)
        return self

    def __sklearn_tags__(self) -> Any:
        """What scikit-learn asks of an estimator before it checks it: it learns counts from a design, so it needs targets."""
        from sklearn.utils import InputTags, Tags, TargetTags

        return Tags(estimator_type=None, target_tags=TargetTags(required=True), input_tags=InputTags(allow_nan=True))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(f'{k}={v!r}' for k, v in self.get_params().items() if k != 'features')})"

    def to_json(self) -> dict[str, Any]:
        """Class, settings and what was learned, as plain JSON values."""
        params = {name: list(value) if isinstance(value, tuple) else value for name, value in self.get_params().items()}
        return {"type": type(self).__name__, "params": params, "state": self.state()}

    @staticmethod
    def from_json(form: Mapping[str, Any]) -> Forecaster:
        """The fitted forecaster of a JSON form; it predicts the same bits."""
        return make(form["type"], form["params"]).restore(form["state"])


def make(kind: str, params: Mapping[str, Any], features: tuple[str, ...] = ()) -> Forecaster:
    """A forecaster by class name and settings; told to use ``features`` if it takes any and its settings name none.

    Raises
    ------
    UsageError
        If there is no such class or setting.
    """
    if kind not in Forecaster.registry:
        raise unknown_name("forecaster", kind, Forecaster.registry)
    cls = Forecaster.registry[kind]
    settings = inspect.signature(cls).parameters
    for name in params:
        if name not in settings:
            raise unknown_name(f"setting of {kind}", name, settings)
    made = cls(**{name: tuple(value) if isinstance(value, list) else value for name, value in params.items()})
    return made.set_params(features=features) if made.takes_features and "features" not in params else made


def target_of(design: Design) -> Target:
    """Return the target by which the design's rows are labelled."""
    assert design.target is not None
    return design.target


def check_rows(design: Design, owner: str) -> Target:
    """The design's target, if it can be learned from.

    Raises
    ------
    UsageError
        If there is no target, no row, or no event.
    """
    if design.target is None:
        raise bad_argument("design", f"{owner}.fit", "a design with a target", design)
    if len(design) == 0:
        raise UsageError(f"{owner} has no row to learn from. Choose earlier as-of dates, or ingest earlier records.")
    if design.y.sum() == 0:
        raise UsageError(
            f"{owner} has no event to learn from in {len(design):,} rows. Check the target's kinds, or learn from more dates."
        )
    return design.target


def thinned(design: Design, most: int) -> Design:
    """About ``most`` rows at most, evenly spaced, always the same ones; all where no event is among them. See :func:`spaced`."""
    if len(design) <= most:
        return design
    few = design.take(spaced(len(design), most))
    return few if few.y.any() else design


def spaced(rows: int, most: int) -> Int64[np.ndarray, " chosen"]:
    """About ``most`` of ``rows`` positions, or all if there are no more, spread evenly over any regular part of them.

    Multiples of the golden ratio, without their whole part, fill the unit interval evenly, and so do those of every third or 52nd
    row (Weyl, 1916). A fixed step would not do: rows are cells with their dates in turn, and a step that has a factor in common
    with the number of dates would choose the same few dates in every cell.
    """
    if rows <= most:
        return np.arange(rows)
    return np.flatnonzero(np.arange(rows) * GOLDEN % 1.0 < most / rows)
