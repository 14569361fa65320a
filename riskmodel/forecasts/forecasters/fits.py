"""What was fitted on the rows of one fold: equal forecasters are fitted once, alone or as members of others."""

from __future__ import annotations

from copy import copy

from riskmodel.asof.design import Design
from riskmodel.base.files import canonical_json, sha256
from riskmodel.forecasts.forecasters.base import Forecaster


class Fits:
    """Fits forecasters, and remembers them for as long as it lives.

    Two fits are the same if class, settings and what had been learned before are equal, and the designs are the same objects:
    a fold must cut its rows once for all who learn from them. A fit follows from these alone, so sharing it changes no bit.

    Parameters
    ----------
    threads
        With which forecasters are fitted.
    """

    def __init__(self, threads: int = 2) -> None:
        self.threads = threads
        self._made: dict[tuple[str, int, int], Forecaster] = {}
        self._held: dict[int, Design | None] = {}

    def fit(self, forecaster: Forecaster, design: Design, validation: Design | None = None) -> Forecaster:
        """A fitted copy, as :meth:`Forecaster.fit` would leave ``forecaster`` itself, which stays as it was."""
        known = (
            forecaster.to_json() if forecaster.fitted else {"type": type(forecaster).__name__, "params": forecaster.get_params()}
        )
        key = (sha256(canonical_json(known)), self._number(design), self._number(validation))
        if key not in self._made:
            self._made[key] = copy(forecaster).fit_among(self, design, validation)
        found = copy(self._made[key])
        found.mean_stands = forecaster.mean_stands
        return found

    def _number(self, design: Design | None) -> int:
        """The identity of a design, which is held, so that no other one can take its place."""
        self._held[id(design)] = design
        return id(design)
