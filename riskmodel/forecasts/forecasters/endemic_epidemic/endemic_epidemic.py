"""Endemic-epidemic model: own last count, neighbours' last counts, background."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from riskmodel.asof.design import Design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import CELL, NEIGHBOURS, Count, Decay, Feature, PlaceFigure
from riskmodel.base.errors import UsageError, bad_argument
from riskmodel.counts.distribution import Rows
from riskmodel.forecasts.forecasters.contributions import Contributions
from riskmodel.forecasts.forecasters.endemic_epidemic.likelihood import MeanComponent, maximise, parameter_count, waves
from riskmodel.forecasts.forecasters.fit_notes import NOT_CONVERGED, FitNote, fixed_note, season_unknown
from riskmodel.forecasts.forecasters.forecaster import FittedForecaster, FittedToTarget, Forecaster
from riskmodel.forecasts.forecasters.multiples import OVER_THE_YEARS, SEASON_NOW
from riskmodel.forecasts.forecasters.posterior_rate import filled_exposure
from riskmodel.forecasts.forecasters.training_rows import check_rows, thinned

ENDEMIC_SEASON = "endemic_season"
ENDEMIC_TREND = "endemic_trend"
EPIDEMIC_MEANINGS = {ENDEMIC_SEASON: SEASON_NOW, ENDEMIC_TREND: OVER_THE_YEARS}


@dataclass(frozen=True, repr=False)
class EndemicEpidemic(Forecaster):
    """Negative binomial with an own, a neighbours' and an endemic component.

    ``mean = exp(ar) * own + exp(ne) * neighbours + fraction * exp(endemic)``.

    ``own`` and ``neighbours`` are the counts of the last horizon in the cell and, added up, in the cells adjacent to it, or with
    ``half_lives`` decayed counts on the same scale (geometric lags: Bracher and Held, 2022), at the half-life of highest likelihood.
    ``fraction`` is the cell's share of all exposure; the endemic component has an intercept, a linear trend and harmonics. All
    parameters and one dispersion for all cells are fitted together by maximum likelihood (Held, Höhle and Hofmann, 2005, "A
    statistical framework for the analysis of multivariate infectious disease surveillance counts"; ``hhh4`` of R's
    ``surveillance``). Time counts in steps, 1 at the first training date; beyond the last one the trend is constant. A fit that
    continues from an earlier one starts at its parameters. The endemic component has neither trend nor harmonics, and the epidemic ones no
    harmonics, where the training rows span less than a ``period``. A count that is missing in a forecast is replaced by the usual one.

    Parameters
    ----------
    exposure
        Name of an exposure, or None: every cell alike.
    harmonics
        Of the endemic component; 0 leaves the season out.
    half_lives
        Candidates for the decay of past counts, days; empty for the last horizon alone.
    epidemic_harmonics
        Of the logs of the own and the neighbours' coefficient, alike.
    period
        Steps in a year.
    step
        Days in a step.
    trend
        Whether there is a trend.
    rows
        Largest number of rows to fit on, evenly spaced.

    Examples
    --------
    >>> from riskmodel.asof.target import Target
    >>> from riskmodel.forecasts.forecasters import EndemicEpidemic
    >>> target = Target(("theft",), horizon=14)
    >>> [feature.name for feature in EndemicEpidemic("households").needs(target)]
    ['theft_count_14d', 'theft_count_14d_neighbours', 'place_households']
    """

    exposure: str | None = None
    harmonics: int = 1
    half_lives: tuple[float, ...] = ()
    epidemic_harmonics: int = 0
    period: float = 52
    step: int = 7
    trend: bool = True
    rows: int = 400_000

    def __post_init__(self) -> None:
        for name in ("period", "step", "rows"):
            if not getattr(self, name) > 0:
                raise bad_argument(name, "EndemicEpidemic", "above 0", getattr(self, name))
        for name in ("harmonics", "epidemic_harmonics"):
            if getattr(self, name) < 0:
                raise bad_argument(name, "EndemicEpidemic", "0 or more", getattr(self, name))

    def past_features(self, target: Target, half_life: float | None) -> tuple[Feature, Feature]:
        """Past counts of the cell and of its neighbours."""
        if half_life is None:
            return Count(target.kinds, target.horizon), Count(target.kinds, target.horizon, over=NEIGHBOURS)
        return Decay(target.kinds, half_life, CELL), Decay(target.kinds, half_life, NEIGHBOURS)

    def past(self, design: Design, target: Target, half_life: float | None) -> list[Rows]:
        """Values of :meth:`past_features` on the scale of a horizon.

        Decayed counts are scaled to what a constant rate gives in a horizon. Values are NaN where they are missing.
        """
        scale = 1.0 if half_life is None else target.horizon * float(np.expm1(np.log(2.0) / half_life))
        return [scale * design.column(feature.name).astype(np.float64) for feature in self.past_features(target, half_life)]

    def needs(self, target: Target) -> tuple[Feature, ...]:
        past = [feature for half_life in self.half_lives or (None,) for feature in self.past_features(target, half_life)]
        return (*past, *([PlaceFigure(self.exposure)] if self.exposure else []))

    def fit(
        self,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedEndemicEpidemic:
        target = check_rows(design, "EndemicEpidemic")
        usual_exposure, exposures = self._exposures(design)
        complete = np.ones(len(design), dtype=bool)
        for half_life in self.half_lives or (None,):
            for values in self.past(design, target, half_life):
                complete &= ~np.isnan(values)
        rows = thinned(design.take(complete) if design.y[complete].any() else design, self.rows)
        blank = FittedEndemicEpidemic(
            settings=self, dispersion=0.0, kinds=target.kinds, horizon=target.horizon,
            dates=(int(design.as_of.min()), int(design.as_of.max())), half_life=None, used=(), parameters=(), errors=(),
            log_likelihood=-np.inf, usual_exposure=usual_exposure, exposures=exposures, usual_counts=(), usual={},
        )  # fmt: skip
        start = earlier.parameters if isinstance(earlier, FittedEndemicEpidemic) else None
        tried = [_maximised(replace(blank, half_life=half_life), rows, start) for half_life in self.half_lives or (None,)]
        best = max(tried, key=lambda one: one.log_likelihood)
        return replace(best, usual={name: float(values.mean()) for name, values in best.logs(rows).items()})

    def _exposures(self, design: Design) -> tuple[float, float]:
        """Mean exposure of a cell, and of all cells on a date.

        Raises
        ------
        UsageError
            If no cell has one.
        """
        figure = np.ones(len(design))
        if self.exposure:
            figure = design.column(PlaceFigure(self.exposure).name).astype(np.float64)
        known = figure[~np.isnan(figure)]
        if not known.sum() > 0:
            raise UsageError(f"No cell has a figure for the exposure {self.exposure!r}. Fill it in, or leave 'exposure' out.")
        return float(known.mean()), float(np.nansum(figure)) / len(np.unique(design.as_of))


@dataclass(frozen=True, repr=False, eq=False)
class FittedEndemicEpidemic(FittedToTarget, of=EndemicEpidemic):
    """Fitted :class:`EndemicEpidemic`.

    Parameters
    ----------
    dates
        First and last training day.
    half_life
        Of the past counts, days; None for the last horizon alone.
    used
        Positions of the columns that have a coefficient, for each component.
    parameters
        Coefficients of the components in turn and, last, ``theta = -log(dispersion)``.
    errors
        Their standard errors, NaN where unknown.
    log_likelihood
        Of the training rows.
    usual_exposure, exposures
        Mean exposure of a cell, and of all cells together on a date.
    usual_counts
        Mean past counts of the cell and of the neighbours.
    usual
        Mean of each part of the log mean over the training rows.
    converged
        Whether the search for the parameters converged.
    """

    settings: EndemicEpidemic
    dates: tuple[int, int]
    half_life: float | None
    used: tuple[tuple[int, ...], ...]
    parameters: tuple[float, ...]
    errors: tuple[float, ...]
    log_likelihood: float
    usual_exposure: float
    exposures: float
    usual_counts: tuple[float, ...]
    usual: Mapping[str, float]
    converged: bool = True

    @property
    def steps(self) -> float:
        """Steps that the training rows span, the last horizon included."""
        first, last = self.dates
        return (last - first + max(self.horizon, self.settings.step)) / self.settings.step

    @property
    def notes(self) -> tuple[FitNote, ...]:
        name, settings = type(self.settings).__name__, self.settings
        found = [] if self.converged else [fixed_note(NOT_CONVERGED, name)]
        if (settings.harmonics or settings.epidemic_harmonics) and self.steps < settings.period:
            found.append(season_unknown(name, int(self.steps * settings.step)))
        return tuple(found)

    def _fraction(self, design: Design) -> Rows:
        """Exposure of each row over that of all cells."""
        if not self.settings.exposure:
            return np.full(len(design), self.usual_exposure / self.exposures)
        figure = design.column(PlaceFigure(self.settings.exposure).name).astype(np.float64)
        return filled_exposure(figure, self.usual_exposure) / self.exposures

    def components(self, design: Design) -> tuple[MeanComponent, ...]:
        """Own, neighbours' and endemic component with all columns."""
        settings, (first, last) = self.settings, self.dates
        time = (design.as_of - first) / settings.step + 1.0
        one = np.ones(len(design))
        found = []
        for values, usual in zip(settings.past(design, self.target, self.half_life), self.usual_counts, strict=True):
            offset = np.where(np.isnan(values), usual, values)
            found.append(MeanComponent(offset, (one, *waves(time, settings.period, settings.epidemic_harmonics))))
        trend = (np.minimum(time, (last - first) / settings.step + 1.0),) if settings.trend and last > first else ()
        columns = (one, *trend, *waves(time, settings.period, settings.harmonics))
        return (*found, MeanComponent(self._fraction(design), columns))

    def means(self, design: Design) -> list[Rows]:
        """Mean of the own, the neighbours' and the endemic component."""
        found, at = [], 0
        for component, used in zip(self.components(design), self.used, strict=True):
            if used:
                found.append(component.take(used).mean(self.parameters[at : at + len(used)]))
            else:
                found.append(np.zeros(len(design)))
            at += len(used)
        return found

    def mean(self, design: Design) -> Rows:
        own, near, endemic = self.means(design)
        return own + near + endemic

    def logs(self, design: Design) -> dict[str, Rows]:
        """Parts of the log mean but for the endemic intercept, not centred.

        The epidemic components raise the mean above the endemic one. Each is credited with the mean of what it adds first and what it
        adds last (its Shapley value), so that the two add up.
        """
        own, near, endemic = self.means(design)
        mean = own + near + endemic
        features = self.settings.past_features(self.target, self.half_life)
        found = {
            features[0].name: 0.5 * (np.log((endemic + own) / endemic) + np.log(mean / (endemic + near))),
            features[1].name: 0.5 * (np.log((endemic + near) / endemic) + np.log(mean / (endemic + own))),
        }
        component, used = self.components(design)[2], self.used[2]
        has_trend = self.settings.trend and self.dates[1] > self.dates[0]
        for name in (ENDEMIC_TREND, ENDEMIC_SEASON):
            found[name] = np.zeros(len(design))
        for coefficient, j in zip(self.parameters[-1 - len(used) : -1], used, strict=True):
            if j:
                found[ENDEMIC_TREND if has_trend and j == 1 else ENDEMIC_SEASON] += coefficient * component.columns[j]
        if self.settings.exposure:
            relative = component.offset * self.exposures / self.usual_exposure
            found[PlaceFigure(self.settings.exposure).name] = np.log(relative)
        return found

    def explain(self, design: Design) -> Contributions:
        values = {name: column - self.usual[name] for name, column in self.logs(design).items()}
        intercept = self.parameters[-1 - len(self.used[2])]
        base = intercept + float(np.log(self.usual_exposure / self.exposures)) + sum(self.usual.values())
        return Contributions.of(base, values, EPIDEMIC_MEANINGS)


def _maximised(blank: FittedEndemicEpidemic, rows: Design, start: tuple[float, ...] | None) -> FittedEndemicEpidemic:
    """Fit all parameters at the half-life of ``blank``."""
    past = blank.settings.past(rows, blank.target, blank.half_life)
    usual = tuple(float(np.nanmean(values)) if (~np.isnan(values)).any() else 0.0 for values in past)
    fitted = replace(blank, usual_counts=usual)
    components = fitted.components(rows)
    # a component that is 0 throughout has no coefficient to find, and a wave that does not vary none of its own
    # over less than a period, trend and waves would be extrapolated
    whole = fitted.steps >= fitted.settings.period
    used = tuple(
        tuple(j for j, column in enumerate(one.columns) if j == 0 or (whole and np.ptp(column) > 1e-9))
        if one.offset.any()
        else ()
        for one in components
    )
    kept = tuple(one.take(columns) for one, columns in zip(components, used, strict=True) if columns)
    usable = start if start is not None and len(start) == parameter_count(kept) else None
    found = maximise(rows.y.astype(np.float64), kept, usable)
    return replace(
        fitted,
        used=used,
        parameters=(*map(float, found.coefficients), found.theta),
        errors=tuple(float(error) for error in found.errors),
        log_likelihood=found.log_likelihood,
        dispersion=found.dispersion,
        converged=found.converged,
    )
