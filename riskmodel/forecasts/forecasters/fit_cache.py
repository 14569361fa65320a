"""Fits on the rows of one fold, shared between equal forecasters."""

from __future__ import annotations

from riskmodel.asof.design import Design
from riskmodel.base.files import canonical_json, sha256
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, Forecaster


class FitCache:
    """Fits each forecaster once, alone or as a member of a blend.

    Two fits are the same if class, settings and earlier fit are equal and the designs are the same objects; so a fold must cut its
    rows once for all forecasters. A fit follows from these alone, so sharing it changes no bit. Fits are kept as long as the cache.

    Parameters
    ----------
    threads
        Number of threads of a fit.
    newest
        Rows without labels yet, forecast to see whether a fit diverges.
    """

    def __init__(self, threads: int = 2, newest: Design | None = None) -> None:
        self._threads = threads
        self._newest = newest
        self._fitted: dict[tuple[str, int, int], FittedForecaster] = {}
        self._designs: dict[int, Design | None] = {}

    @property
    def threads(self) -> int:
        """Number of threads of a fit."""
        return self._threads

    @property
    def newest(self) -> Design | None:
        """Rows without labels yet, forecast to see whether a fit diverges."""
        return self._newest

    def fit(
        self,
        forecaster: Forecaster,
        design: Design,
        validation: Design | None = None,
        earlier: FittedForecaster | None = None,
    ) -> FittedForecaster:
        """Return the result of :meth:`Forecaster.fit`, computed once."""
        known = forecaster.to_json() if earlier is None else earlier.to_json()
        key = (sha256(canonical_json(known)), self._number(design), self._number(validation))
        if key not in self._fitted:
            self._fitted[key] = forecaster.fit_with(self, design, validation, earlier)
        return self._fitted[key]

    def _number(self, design: Design | None) -> int:
        """Identity of a design, held so that it stays unique."""
        self._designs[id(design)] = design
        return id(design)
