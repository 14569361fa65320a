"""What a backtest found: forecasts of every forecaster on the same rows, and every figure that follows from them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float64, Int32

from riskmodel.base.days import to_iso
from riskmodel.base.errors import unknown_name
from riskmodel.base.files import canonical_json, sha256
from riskmodel.counts.bootstrap import LEAST_BLOCKS, interval, multiplicities, paired_statistics
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.evaluation.comparing import Question, blends, comparable, comparison
from riskmodel.forecasts.evaluation.conformal import conformal
from riskmodel.forecasts.evaluation.cuts import cuts_of
from riskmodel.forecasts.evaluation.metrics import METRICS, TABLE, Cuts, Interval, Judged, Metric, check_same_rows
from riskmodel.forecasts.evaluation.oracle import distances
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.scores import shown_units
from riskmodel.records.places import Places

if TYPE_CHECKING:
    import pandas as pd

    from riskmodel.forecasts.evaluation.searching import Tried


@dataclass(frozen=True, eq=False)
class BacktestResult:
    """Forecasts of every forecaster on the same rows of the test window, and what happened.

    ``fold`` numbers the refits; ``first[fold]`` is the day on which the models of a fold learned. ``expected`` is the truth
    of a simulated county, where there is one: what was to be expected of each row. ``aged`` holds the forecasts of the first fit
    for all rows, ``tried`` the settings that were searched and ``ablation`` what each signal family is worth, if that was asked.
    ``conformal`` holds the intervals of each forecaster's models, a fold each.
    """

    experiment: Experiment
    places: Places
    cell: Int32[np.ndarray, " row"]
    as_of: Int32[np.ndarray, " row"]
    y: Int32[np.ndarray, " row"]
    fold: Int32[np.ndarray, " row"]
    first: tuple[int, ...]
    forecasts: dict[str, CountDistribution]
    expected: Float64[np.ndarray, " row"] | None = None
    aged: dict[str, CountDistribution] = field(default_factory=dict)
    tried: tuple[Tried, ...] = ()
    ablation: tuple[dict[str, Any], ...] = ()
    conformal: dict[str, tuple[Conformal | None, ...]] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.y)

    def __repr__(self) -> str:
        head = (
            f"<Backtest {self.experiment.name!r}: {len(self):,} rows, {int(self.y.sum()):,} events, "
            f"as of {to_iso(self.as_of.min())} to {to_iso(self.as_of.max())}, {len(self.first)} fits>"
        )
        shown = self.frame()[list(SHOWN)]
        return f"{head}\n{shown.to_string(float_format=lambda v: f'{v:.4f}')}"

    @cached_property
    def cuts(self) -> Cuts:
        """Where rankings are cut, as the experiment says."""
        return cuts_of(self.experiment, self.places, self.cell, self.as_of)

    @cached_property
    def _judged(self) -> dict[str, Judged]:
        return {name: Judged(self.y, forecast, self.as_of, self.cuts) for name, forecast in self.forecasts.items()}

    def judged(self, name: str) -> Judged:
        """The rows as judged for a forecaster.

        Raises
        ------
        UsageError
            If there is no such forecaster.
        """
        if name not in self.forecasts:
            raise unknown_name("forecaster in the backtest", name, self.forecasts)
        return self._judged[name]

    def row_scores(self, name: str) -> dict[str, Any]:
        """The scores of each row for a forecaster: log score, CRPS, Brier score and the others that a row has."""
        return self.judged(name).scores

    def summary(self, question: Question | None = None) -> dict[str, Any]:
        """Rows, events and every metric of every forecaster: ``{"rows", "events", "forecasters": {NAME: {…}}}``.

        With a ``question``, ``comparison`` holds how much better each forecaster is than the baseline and the best single one, in the
        log score and what else is asked for, with paired 95 % intervals; where there is a blend, also if it asks for
        :data:`~riskmodel.forecasts.evaluation.comparing.NOTHING` more. Where there is a truth, ``truth`` holds the
        oracle's log score and every forecaster's distance to it; where it was asked, ``ablation`` what each signal family is worth.
        """
        told: dict[str, Any] = {"rows": len(self), "events": int(self.y.sum()), "forecasters": self._figures}
        if question is not None and len(self.forecasts) > 1 and (question or blends(self)):
            told["comparison"] = comparison(self, question)
        if self.expected is not None:
            told["truth"] = self._truth()
        if self.ablation:
            told["ablation"] = list(self.ablation)
        return told

    @cached_property
    def _figures(self) -> dict[str, dict[str, float]]:
        return {name: {key: self.judged(name).figure(metric) for key, metric in TABLE.items()} for name in self.forecasts}

    def fingerprint(self) -> str:
        """The sha256 of all rows, counts and forecasts: two results with the same one show the same."""
        arrays = [self.cell, self.as_of, self.y]
        arrays += [part for name in self.forecasts for part in (self.forecasts[name].mean, self.forecasts[name].dispersion)]
        return sha256(canonical_json(list(self.forecasts)) + b"".join(np.ascontiguousarray(one).tobytes() for one in arrays))

    def _truth(self) -> dict[str, Any]:
        score, found = distances(self)
        return {"log_score": score, "forecasters": {name: asdict(one) for name, one in found.items()}}

    def folds(self) -> list[dict[str, Any]]:
        """The metrics of every fold and forecaster, with the fold's first and last as-of date."""
        dates, at = np.unique(self.as_of, return_index=True)
        of = self.fold[at]
        found = []
        for fold in range(len(self.first)):
            inside = of == fold
            if not inside.any():
                continue
            span = {"fold": fold, "first": to_iso(dates[inside][0]), "last": to_iso(dates[inside][-1])}
            for name in self.forecasts:
                found.append({"forecaster": name, **span, **self.of_dates(name, inside)})
        return found

    def of_dates(self, name: str, inside: Any) -> dict[str, float]:
        """Every metric of a forecaster over some of the as-of dates (a mask over the dates, in order)."""
        judged = self.judged(name)
        weight = inside[judged.at].astype(np.float64)
        found = {}
        for key, metric in TABLE.items():
            if metric.parts is not None:
                found[key] = float(metric.value(judged.parts(metric)[inside].sum(axis=0)))
            else:
                assert metric.pooled is not None
                found[key] = metric.pooled(judged, weight)
        return found

    def draws(self, metric: str, draws: int = 1000, seed: int = 1) -> tuple[Float64[np.ndarray, " model"], Any]:
        """A metric of every forecaster, and of every draw of as-of dates in blocks, shape ``[draw, model]``.

        Raises
        ------
        UsageError
            If there is no such metric.
        """
        key = (metric, draws, seed)
        if key not in self._drawn:
            self._drawn[key] = self._draw(_metric(metric), draws, seed)
        return self._drawn[key]

    @cached_property
    def _drawn(self) -> dict[tuple[str, int, int], tuple[Any, Any]]:
        """What was drawn before: every reference that others are compared with asks for the same draws."""
        return {}

    def _draw(self, found: Metric, draws: int, seed: int) -> tuple[Any, Any]:
        names, block = list(self.forecasts), self.experiment.evaluation.block
        judged = [self.judged(name) for name in names]
        if found.parts is not None:
            return paired_statistics(np.stack([one.parts(found) for one in judged]), found.value, draws, block, seed)
        assert found.pooled is not None
        weights = multiplicities(len(judged[0].dates), draws, block, seed).astype(np.float64)
        drawn = np.array([[found.pooled(one, weight[one.at]) for one in judged] for weight in weights])
        return np.array([one.figure(found) for one in judged]), drawn if len(weights[0]) >= LEAST_BLOCKS else drawn * np.nan

    def lift(self, over: str = "", score: str = "log_score", draws: int = 1000) -> dict[str, Interval]:
        """How much better each other forecaster's ``score`` is than that of ``over``, with a paired 95 % interval.

        Better is lower for errors and scores, higher for precision, hit rates, PAI and PEI; above 0 is better here in any case.
        ``over`` is the experiment's baseline unless named.
        """
        return {name: found[0] for name, found in self.lifts(over, score, draws).items()}

    def relative_lift(self, over: str = "", score: str = "log_score", draws: int = 1000) -> dict[str, Interval]:
        """The same as a share of the baseline's own figure: 0.016 is 1.6 % better."""
        return {name: found[1] for name, found in self.lifts(over, score, draws).items()}

    def lifts(self, over: str = "", score: str = "log_score", draws: int = 1000) -> dict[str, tuple[Interval, Interval]]:
        """Both: how much better each other forecaster is than ``over``, and the same as a share.

        Raises
        ------
        UsageError
            If there is no such forecaster or metric, or the metric has no better and worse.
        """
        base = list(self.forecasts).index(self._baseline(over))
        sign = 1.0 if comparable(score).better == "higher" else -1.0
        value, drawn = self.draws(score, draws)
        found = {}
        with np.errstate(invalid="ignore", divide="ignore"):
            for at, name in enumerate(self.forecasts):
                if at == base:
                    continue
                gain, gains = sign * (value[at] - value[base]), sign * (drawn[:, at] - drawn[:, base])
                share, shares = gain / abs(value[base]), gains / np.abs(drawn[:, base])
                found[name] = (interval(gain, gains), interval(share, shares))
        return found

    def _baseline(self, over: str) -> str:
        name = over or self.experiment.baseline
        if name not in self.forecasts:
            raise unknown_name("forecaster in the backtest", name, self.forecasts)
        return name

    def frame(self) -> pd.DataFrame:
        """A row a forecaster, a column a metric, best log score first."""
        import pandas as pd

        table = pd.DataFrame(self._figures).T[list(METRICS)]
        return table.sort_values("log_score")

    def compare(self, over: str = "", metrics: Iterable[str] = ("log_score", "rmse", "wmae", "mae_median")) -> pd.DataFrame:
        """A row a metric and forecaster: its figure, the baseline's, how much better it is, with interval, also as a share."""
        import pandas as pd

        base, rows = self._baseline(over), []
        for metric in metrics:
            for name, (gain, share) in self.lifts(over, metric).items():
                figures = {
                    "metric": metric,
                    "forecaster": name,
                    "figure": self.judged(name).figure(TABLE[metric]),
                    base: self.judged(base).figure(TABLE[metric]),
                }
                rows.append(figures | {"better_by": gain.value, "low": gain.low, "high": gain.high} | _shares(share))
        return pd.DataFrame(rows)

    def joined(self, other: BacktestResult, suffix: str = " (2)") -> BacktestResult:
        """This result with the forecasts of another on the same rows; a name that both have gets ``suffix``.

        Raises
        ------
        UsageError
            If the rows are not the same, saying which are not.
        """
        check_same_rows(
            (f"the backtest {self.experiment.name!r}", f"the other one, {other.experiment.name!r},"),
            (self.cell, other.cell),
            (self.as_of, other.as_of),
            (self.y, other.y),
            self.places.ids,
        )
        named = {name: name + suffix if name in self.forecasts else name for name in other.forecasts}
        more = {named[name]: found for name, found in other.forecasts.items()}
        intervals = {named[name]: found for name, found in other.conformal.items()}
        return replace(self, forecasts=self.forecasts | more, conformal=self.conformal | intervals)

    def published(self) -> BacktestResult:
        """The result of the units that may be shown: cells with too few households joined with the cell that hosts them.

        Counts, means and variances add up, and so does the truth; of whether there is any event, the probability of any in the unit
        remains. ``cell`` is the host's number.
        """
        rows, unit, cell, as_of = shown_units(self.places, self.cell, self.as_of)

        outcome = self.experiment.goal().outcome

        def joined(forecasts: dict[str, CountDistribution]) -> dict[str, CountDistribution]:
            return {name: outcome.merged(one.take(rows), unit, len(cell)) for name, one in forecasts.items()}

        _, first = np.unique(unit, return_index=True)
        expected = None if self.expected is None else np.bincount(unit, self.expected[rows], len(cell))
        y = np.bincount(unit, self.y[rows], len(cell))
        return replace(
            self,
            cell=cell,
            as_of=as_of,
            y=outcome.observed(y).astype(np.int32),
            fold=self.fold[rows][first],
            forecasts=joined(self.forecasts),
            aged=joined(self.aged),
            expected=expected,
        )

    def predictions(self) -> pd.DataFrame:
        """A row a shown place and as-of date: cell, as_of, y, and mean and dispersion of each forecaster.

        ``NAME_conformal_low`` and ``NAME_conformal_high`` are the ends of the champion's conformal interval, of as many percent as
        ``experiment.intervals.level`` says; the distribution's own intervals follow from mean and dispersion.
        """
        import pandas as pd

        shown, champion = self.published(), self.experiment.champion
        columns: dict[str, Any] = {
            "cell": np.array(self.places.ids, dtype=object)[shown.cell],
            "as_of": shown.as_of.astype("datetime64[D]").astype("datetime64[s]"),
            "y": shown.y,
        }
        for name, forecast in shown.forecasts.items():
            columns |= {f"{name}_mean": forecast.mean, f"{name}_dispersion": forecast.dispersion}
        if champion in shown.forecasts:
            made = conformal(shown, champion)
            columns |= {f"{champion}_conformal_low": made.low, f"{champion}_conformal_high": made.high}
        return pd.DataFrame(columns)


SHOWN = ("log_score", "crps", "rmse", "wmae", "mae_median", "brier", "hit_rate_at_capacity", "pai")
"""Metrics that a printed result shows; :meth:`BacktestResult.frame` has them all."""


def _metric(name: str) -> Metric:
    if name not in TABLE:
        raise unknown_name("metric", name, TABLE)
    return TABLE[name]


def _shares(share: Interval) -> dict[str, float]:
    return {"share": share.value, "share_low": share.low, "share_high": share.high}
