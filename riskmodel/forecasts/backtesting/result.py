"""The result of a backtest: all forecasts on the same rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.argument_types import checked
from riskmodel.base.days import to_iso
from riskmodel.base.errors import UsageError
from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.counts.bootstrap import DRAWS, Interval
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.backtesting.cuts import experiment_cuts
from riskmodel.forecasts.backtesting.fold_intervals import fold_intervals
from riskmodel.forecasts.backtesting.note_table import note_table
from riskmodel.forecasts.backtesting.result_tables import (
    calibration_table,
    metrics_by,
    pit_table,
    prediction_table,
    published_columns,
    row_groups,
)
from riskmodel.forecasts.backtesting.settings_search import SearchTrial
from riskmodel.forecasts.backtesting.stored_result import read_result, save_result
from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.evaluation.comparison import ComparisonRequest, comparison
from riskmodel.forecasts.evaluation.evaluation_set import EvaluationSet
from riskmodel.forecasts.evaluation.interval_coverage import PredictionIntervals
from riskmodel.forecasts.evaluation.level_bands import level_bands
from riskmodel.forecasts.evaluation.lifts import SCORE, lift_table, lifts
from riskmodel.forecasts.evaluation.metrics.same_rows import NamedRows, check_same_rows
from riskmodel.forecasts.evaluation.truth_gap import TruthGap, truth_gaps
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.forecasters.fit_notes import FitNote
from riskmodel.forecasts.shown_units import groups_of
from riskmodel.records.places import Places

if TYPE_CHECKING:
    import pandas as pd

BLEND = "Blend"
"""The class of forecasters that combine others; all others are single."""

SHOWN = ("log_score", "crps", "rmse", "wmae", "mae_median", "brier", "hit_rate_at_capacity", "pai")
"""Metrics that a printed result shows; :meth:`BacktestResult.frame` has them all."""


@checked(experiment="Experiment", places="Places")
@dataclass(frozen=True, eq=False)
class BacktestResult(HtmlCard):
    """Forecasts of every forecaster on the test window's rows, and the outcomes.

    Parameters
    ----------
    experiment, places
        The experiment, with the settings that a search chose, and the cells.
    cell, as_of
        Number of the cell and as-of day of each row.
    y, fold
        Observed count of each row, and number of its fold, from 0.
    origins
        Day on which the models of each fold learned.
    forecasts, first_fit
        Distributions of all rows, by forecaster, and those of the models of the first origin.
    expected
        Expected count of each row in a simulated county, where there is one.
    trials, ablation
        Settings that were searched, and the table of the worth of each signal family, if there was an ablation.
    conformal
        Conformal intervals of each forecaster's models, one per fold.
    notes
        Notes of each forecaster's fits, those of one fold together.

    Examples
    --------
    >>> len(result.y), sorted(result.forecasts)
    (80, ['decayed'])
    >>> float(result.frame().loc["decayed", "log_score"].round(3))
    0.936
    >>> result.save(folder / "result")
    >>> rm.BacktestResult.load(folder / "result").fingerprint() == result.fingerprint()
    True
    """

    experiment: Experiment
    places: Places
    cell: Int32[np.ndarray, " row"]
    as_of: Int32[np.ndarray, " row"]
    y: Int32[np.ndarray, " row"]
    fold: Int32[np.ndarray, " row"]
    origins: tuple[int, ...]
    forecasts: dict[str, CountDistribution]
    expected: Float64[np.ndarray, " row"] | None = None
    first_fit: dict[str, CountDistribution] = field(default_factory=dict)
    trials: tuple[SearchTrial, ...] = ()
    ablation: tuple[dict[str, Any], ...] = ()
    conformal: dict[str, tuple[Conformal | None, ...]] = field(default_factory=dict)
    notes: dict[str, tuple[tuple[FitNote, ...], ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.y)

    def __repr__(self) -> str:
        head = (
            f"<Backtest {self.experiment.name!r}: {counted(len(self), 'row')}, {counted(int(self.y.sum()), 'event')}, "
            f"as of {to_iso(self.as_of.min())} to {to_iso(self.as_of.max())}, {counted(len(self.origins), 'fit')}>"
        )
        return f"{head}\n{self.frame()[list(SHOWN)].to_string(float_format=lambda v: f'{v:.4f}')}"

    @cached_property
    def evaluation(self) -> EvaluationSet:
        """The rows and forecasts as an evaluation set."""
        types = {table.label: table.type for table in self.experiment.forecasters}
        return EvaluationSet(
            cell=self.cell,
            as_of=self.as_of,
            y=self.y,
            forecasts=self.forecasts,
            cuts=experiment_cuts(self.experiment, self.places, self.cell, self.as_of),
            baseline=self.experiment.baseline,
            blends=tuple(name for name in self.forecasts if types.get(name) == BLEND),
            block=self.experiment.evaluation.block,
        )

    def row_scores(self, name: str) -> dict[str, Any]:
        """Return each row's log score, CRPS and others for a forecaster."""
        return self.evaluation.row_scores(name)

    def frame(self, by: str = "") -> pd.DataFrame:
        """Return all metrics, one row per forecaster, the best log score first.

        ``by`` gives one row per group and forecaster: ``"fold"``, ``"as_of"``, ``"month"``, ``"year"``, ``"cell"`` or a grouping.
        """
        if not by:
            return self.evaluation.frame()
        shown = self.published() if by == "cell" else self
        return metrics_by(shown.take, row_groups(shown, self.places, by), by)

    def calibration(self) -> pd.DataFrame:
        """Return expected and observed events, by forecaster and size of the forecast.

        Columns are forecaster, band (of means), rows, events, expected, ratio (expected to observed) and coverage (of the central 90 % interval).
        """
        return calibration_table(self.y, self.forecasts)

    def pit(self, bins: int = 10) -> pd.DataFrame:
        """Return the PIT histogram of each forecaster; 1 everywhere is calibrated."""
        return pit_table(self.y, self.forecasts, bins)

    def take(self, rows: Any) -> BacktestResult:
        """Return the result of the chosen rows (a mask or positions)."""
        columns = {name: getattr(self, name)[rows] for name in ("cell", "as_of", "y", "fold")}
        parts = {part: {name: one.take(rows) for name, one in getattr(self, part).items()} for part in ("forecasts", "first_fit")}
        return replace(self, expected=None if self.expected is None else self.expected[rows], ablation=(), **columns, **parts)

    def save(self, folder: Path | str) -> None:
        """Write the result into a folder, as data with digests."""
        save_result(self, Path(folder))

    @classmethod
    def load(cls, folder: Path | str) -> BacktestResult:
        """Return the result that was saved in a folder."""
        return cls(**read_result(Path(folder)))

    def lift(self, over: str = "", score: str = SCORE, draws: int = DRAWS) -> dict[str, Interval]:
        """Compute how much better each other forecaster is than ``over``.

        Parameters
        ----------
        over
            Forecaster to compare with; default: the experiment's baseline.
        score
            Name of a metric. A lift above 0 is better, whether lower or higher values of the metric are.
        draws
            Number of bootstrap draws.

        Returns
        -------
        dict
            Forecaster to its lift, with a paired 95 % interval.
        """
        return {name: found.better_by for name, found in lifts(self.evaluation, over, score, draws).items()}

    def relative_lift(self, over: str = "", score: str = SCORE, draws: int = DRAWS) -> dict[str, Interval]:
        """Compute the lift as a share of the other's own value."""
        return {name: found.share for name, found in lifts(self.evaluation, over, score, draws).items()}

    def compare(self, over: str = "", metrics: Iterable[str] = ("log_score", "rmse", "wmae", "mae_median")) -> pd.DataFrame:
        """Return a table with one row per metric and forecaster.

        Columns: the metric of the forecaster and of the one compared with, the lift with its interval, and the lift as a share.
        """
        return lift_table(self.evaluation, over, metrics)

    def summary(self, request: ComparisonRequest | None = None) -> dict[str, Any]:
        """Return rows, events and every metric of every forecaster.

        Parameters
        ----------
        request
            Comparisons to include. Where there is a blend, or more is requested than the standard comparisons, ``comparison`` holds how
            much better each forecaster is than the baseline and the best single one, in the log score and the requested metrics, with
            paired 95 % intervals.

        Returns
        -------
        dict
            ``{"rows", "events", "forecasters": {NAME: {METRIC: value}}}``; ``notes`` of the fits; ``bands``, calibration by level; where there is
            a truth, ``truth`` holds its log score and every forecaster's gap to it; after an ablation, ``ablation`` holds the worth of each signal family.
        """
        found: dict[str, Any] = {"rows": len(self), "events": int(self.y.sum()), "forecasters": self.evaluation.metrics}
        found["notes"] = self.note_table()
        found["bands"] = {name: level_bands(self.y, one) for name, one in self.forecasts.items()}
        if request is not None and len(self.forecasts) > 1 and (request or self.evaluation.blends):
            found["comparison"] = comparison(self.evaluation, request)
        if self.expected is not None:
            score, gaps = self.truth_gaps()
            found["truth"] = {"log_score": score, "forecasters": {name: asdict(one) for name, one in gaps.items()}}
        if self.ablation:
            found["ablation"] = list(self.ablation)
        return found

    def note_table(self) -> list[dict[str, Any]]:
        """Return the notes of all fits."""
        return note_table(self.notes, self.origins)

    def truth_gaps(self) -> tuple[float, dict[str, TruthGap]]:
        """Return the truth's log score and every forecaster's gap to it.

        Raises
        ------
        UsageError
            If the result has no truth.
        """
        if self.expected is None:
            raise UsageError("This backtest has no truth. Only a simulated county has one: give 'truth' in riskmodel.toml.")
        truth = self.experiment.goal().outcome.distribution(CountDistribution.of(self.expected))
        return truth_gaps(self.evaluation, truth)

    def intervals(self, name: str) -> PredictionIntervals:
        """Return a forecaster's conformal intervals, in each fold those of its models."""
        rule = self.experiment.interval_rule()
        groups = groups_of(self.places, rule.grouping, self.cell, self.as_of)
        return fold_intervals(self.evaluation.of(name).forecast, self.fold, self.conformal.get(name, ()), rule, groups)

    def fingerprint(self) -> str:
        """Return the sha256 of all rows, counts and forecasts."""
        arrays = [self.cell, self.as_of, self.y]
        arrays += [part for one in self.forecasts.values() for part in (one.mean, one.dispersion)]
        return sha256(canonical_json(list(self.forecasts)) + b"".join(np.ascontiguousarray(one).tobytes() for one in arrays))

    def joined(self, other: BacktestResult, suffix: str = " (2)") -> BacktestResult:
        """Return this result with the forecasts of another on the same rows.

        ``suffix`` is appended to names that both have. If the rows are not the same, a UsageError names those that differ.
        """
        check_same_rows(
            NamedRows(f"the backtest {self.experiment.name!r}", self.cell, self.as_of, self.y),
            NamedRows(f"the other one, {other.experiment.name!r},", other.cell, other.as_of, other.y),
            self.places.ids,
        )
        named = {name: name + suffix if name in self.forecasts else name for name in other.forecasts}
        more = {named[name]: found for name, found in other.forecasts.items()}
        intervals = {named[name]: found for name, found in other.conformal.items()}
        return replace(self, forecasts=self.forecasts | more, conformal=self.conformal | intervals)

    def published(self) -> BacktestResult:
        """Return the result of the places that may be shown.

        Disclosure control merges cells with too few households into their host cell, whose number ``cell`` holds. Counts, expected
        counts, means and variances add up; for binary outcomes the probability of any event in the place is formed.
        """
        return replace(self, **published_columns(self))

    def predictions(self) -> pd.DataFrame:
        """Return a table with one row per shown place and as-of date.

        Columns are cell, as_of, y, and mean and dispersion of each forecaster. ``NAME_conformal_low`` and ``NAME_conformal_high`` are the
        ends of the champion's conformal interval, whose level in percent is ``experiment.intervals.level``; the distribution's own
        intervals follow from mean and dispersion.
        """
        shown, champion = self.published(), self.experiment.champion
        intervals = {champion: shown.intervals(champion)} if champion in shown.forecasts else {}
        return prediction_table(shown, shown.forecasts, intervals)
