"""Training rows of one origin, and what was fitted on them."""

from __future__ import annotations

from functools import cached_property

from riskmodel.asof.design import Design
from riskmodel.counts.bursts import usual_rows
from riskmodel.forecasts.forecasters.fit_cache import FitCache
from riskmodel.forecasts.forecasters.training_rows import hold_out_begin
from riskmodel.forecasts.unripe_dates import UnripeRows


class Fold:
    """Training rows of one origin, and the forecasters fitted on them.

    The rows are cut once for all forecasters, and equal forecasters are fitted once. Dates of a burst are left out: one of them would outweigh
    all others in regressions, levels, variances and weights. Features of other dates still count its records.

    Parameters
    ----------
    design
        Rows that are at risk and mature.
    threads
        Number of threads of a fit.
    newest
        Rows at risk whose labels are not mature yet: what the model forecasts first.
    unripe
        Rows of which a part of the label is known.
    """

    def __init__(self, design: Design, threads: int = 2, newest: Design | None = None, unripe: UnripeRows | None = None) -> None:
        usual = usual_rows(design.as_of, design.y)
        self.design = design if usual.all() else design.take(usual)
        self.newest = newest
        self.unripe = unripe
        self.fits = FitCache(threads, newest)

    @cached_property
    def split(self) -> tuple[Design, Design] | None:
        """Earlier rows and hold-out; None where one has no event.

        Earlier rows whose labels reach into the dates of the hold-out are left out.
        """
        design = self.design
        if len(design) == 0:
            return None
        later_from = hold_out_begin(design.as_of)
        horizon = design.target.horizon if design.target else 0
        early, late = design.as_of + horizon <= later_from, design.as_of >= later_from
        if not (early.any() and design.y[early].any() and design.y[late].any()):
            return None
        return design.take(early), design.take(late)
