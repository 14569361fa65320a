"""The endemic-epidemic model: its likelihood against loops and differences, and R's hhh4 on measles in Weser-Ems."""

from __future__ import annotations

import csv
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.asof.target import Target
from riskmodel.base.days import day_range, to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Kind
from riskmodel.counts.bootstrap import paired_difference
from riskmodel.counts.distribution import log_pmf
from riskmodel.counts.row_scores import crps
from riskmodel.forecasts.forecasters import EndemicEpidemic, FittedForecaster
from riskmodel.forecasts.forecasters.endemic_epidemic import (
    LikelihoodFit,
    MeanComponent,
    component_means,
    components_log_likelihood,
    maximise,
    waves,
)
from riskmodel.forecasts.forecasters.endemic_epidemic.endemic_epidemic import FittedEndemicEpidemic
from riskmodel.records.history import History
from tests.in_memory import matrix
from tests.worlds.plain import make_cells, make_history
from tests.worlds.two_towns import TARGET

RNG = np.random.default_rng(3)


def small(rows: int = 60) -> tuple[np.ndarray, tuple[MeanComponent, ...]]:
    """Counts with an own, a neighbours' and an endemic component."""
    one, time = np.ones(rows), np.arange(rows, dtype=float)
    own, near = RNG.poisson(2.0, rows).astype(float), RNG.poisson(4.0, rows).astype(float)
    return RNG.poisson(2.5, rows).astype(float), (
        MeanComponent(own, (one, *waves(time, 26, 1))),
        MeanComponent(near, (one,)),
        MeanComponent(RNG.random(rows), (one, time, *waves(time, 52, 1))),
    )


POINT = np.array([-0.4, 0.3, -0.2, -1.5, 0.4, 0.01, 0.5, -0.3, -0.7])


def test_the_likelihood_is_that_of_a_loop() -> None:
    y, parts = small()
    total = 0.0
    for i in range(len(y)):
        own, near, endemic = (part.offset[i] for part in parts)
        mean = own * math.exp(-0.4 + 0.3 * math.sin(2 * math.pi * i / 26) - 0.2 * math.cos(2 * math.pi * i / 26))
        mean += near * math.exp(-1.5)
        mean += endemic * math.exp(0.4 + 0.01 * i + 0.5 * math.sin(2 * math.pi * i / 52) - 0.3 * math.cos(2 * math.pi * i / 52))
        size = math.exp(-0.7)
        total += math.lgamma(y[i] + size) - math.lgamma(size) - math.lgamma(y[i] + 1)
        total += size * math.log(size / (size + mean)) + y[i] * math.log(mean / (size + mean))
    assert components_log_likelihood(y, parts, POINT)[0] == pytest.approx(total, rel=1e-12)
    mean = np.sum(component_means(parts, POINT[:-1]), axis=0)
    assert log_pmf(y, mean, np.full(len(y), math.exp(0.7))).sum() == pytest.approx(total, rel=1e-12)


def test_gradient_and_hessian_are_those_of_differences() -> None:
    y, parts = small()
    _, gradient, hessian = components_log_likelihood(y, parts, POINT)
    step = 1e-6 * np.eye(len(POINT))
    for j in range(len(POINT)):
        (up, up_slope, _), (down, down_slope, _) = (
            components_log_likelihood(y, parts, POINT + sign * step[j]) for sign in (1, -1)
        )
        assert gradient[j] == pytest.approx((up - down) / 2e-6, rel=1e-5, abs=1e-4)
        np.testing.assert_allclose(hessian[j], (up_slope - down_slope) / 2e-6, rtol=1e-5, atol=1e-4)


def test_a_fit_is_at_the_top_from_any_start() -> None:
    y, parts = small(400)
    fitted = maximise(y, parts)
    assert np.abs(components_log_likelihood(y, parts, [*fitted.coefficients, fitted.theta])[1]).max() < 1e-7
    again = maximise(y, parts, POINT)
    np.testing.assert_allclose(again.coefficients, fitted.coefficients, atol=1e-8)
    assert again.log_likelihood == pytest.approx(fitted.log_likelihood, abs=1e-6)


def test_where_the_likelihood_rises_without_end_the_search_ends() -> None:
    rows = 200
    one = np.ones(rows)
    poisson = RNG.binomial(8, 0.5, rows).astype(float)
    fitted = maximise(poisson, (MeanComponent(np.zeros(rows) + (poisson == 0), (one,)), MeanComponent(one, (one,))))
    assert fitted.dispersion == 0.0
    assert fitted.coefficients[-1] == pytest.approx(np.log(poisson[poisson > 0].mean()), abs=0.05)


class Measles:
    """The series, and R's results on it."""

    def __init__(self, folder: Path) -> None:
        def table(name: str) -> list[list[str]]:
            with (folder / "surveillance" / name).open() as file:
                return list(csv.reader(file))

        rows = table("measlesWeserEms.observed.csv")
        self.districts = rows[0][2:]
        self.Y = np.array([row[2:] for row in rows[1:]], dtype=float)
        near = table("measlesWeserEms.neighbourhood.csv")
        self.adjacent = np.array([row[1:] for row in near[1:]], dtype=int) == 1
        self.population = np.array(table("measlesWeserEms.popfrac.csv")[1], dtype=float)
        coefficients = {row[0]: row[1:] for row in table("hhh4_measles_coef.csv")[1:]}
        self.log_likelihood = float(coefficients.pop("loglik")[0])
        self.estimates = np.array([float(row[0]) for row in coefficients.values()])
        self.errors = np.array([float(row[1]) for row in coefficients.values()])
        self.predicted = np.array([row[:17] for row in table("hhh4_measles_onestep_pred.csv")[1:]], dtype=float)
        self.scores = [float(value) for value in table("hhh4_measles_scores.csv")[1]]

    def rows(self, first: int, stop: int) -> tuple[np.ndarray, tuple[MeanComponent, ...]]:
        """Counts and parts of the weeks ``first:stop``, counted from 0."""
        weeks = stop - first
        time = np.repeat(np.arange(first, stop, dtype=float), len(self.districts))
        before = self.Y[first - 1 : stop - 1]
        near = np.array([[before[t, self.adjacent[i]].sum() for i in range(len(self.districts))] for t in range(weeks)])
        one = np.ones(len(time))
        endemic = MeanComponent(np.tile(self.population, weeks), (one, time, *waves(time, 52, 1)))
        return self.Y[first:stop].ravel(), (MeanComponent(before.ravel(), (one,)), MeanComponent(near.ravel(), (one,)), endemic)

    def history(self) -> History:
        """The same as a history: a week's cases occur on its last day."""
        pairs = np.argwhere(self.adjacent)
        places = make_cells(self.districts, pairs, exposures={"population": self.population})
        week, cell = np.nonzero(self.Y)
        occurred = to_day("2001-01-01") + 7 * week + 6
        measles = {"measles": Kind(family="disease", zh="麻疹", en="measles")}
        return make_history(places, measles, occurred, cell=cell, amount=self.Y[week, cell])

    def design(self) -> Design:
        """All weeks but the first."""
        dates = day_range("2001-01-08", to_day("2001-01-01") + 7 * len(self.Y), 7)
        maker = EndemicEpidemic("population")
        return design(self.history(), dates, maker.needs(CASES), CASES, now=int(dates[-1]) + 14)


CASES = Target(("measles",), 7)


@pytest.fixture(scope="module")
def measles(open_data: Path) -> Measles:
    return Measles(open_data)


def check_reference(fitted: LikelihoodFit, measles: Measles, within: float) -> None:
    np.testing.assert_allclose([*fitted.coefficients, fitted.dispersion], measles.estimates, rtol=0, atol=within)
    np.testing.assert_allclose(fitted.errors, measles.errors, rtol=0, atol=within / 5)
    assert fitted.log_likelihood == pytest.approx(measles.log_likelihood, rel=within / 100)


def test_it_reproduces_the_coefficients_of_hhh4(measles: Measles) -> None:
    # R's own search leaves 2e-8 in one coefficient
    check_reference(maximise(*measles.rows(1, len(measles.Y))), measles, within=3e-8)


def test_the_forecaster_on_a_design_is_the_same_model(measles: Measles) -> None:
    rows = measles.design()
    fitted = EndemicEpidemic("population").fit(rows)
    parameters = np.array(fitted.parameters)
    found = LikelihoodFit(parameters[:-1], fitted.parameters[-1], fitted.log_likelihood, np.array(fitted.errors))
    check_reference(found, measles, within=1e-6)  # the exposure is a float32 column
    y, parts = measles.rows(1, len(measles.Y))
    mean = np.sum(component_means(parts, parameters[:-1]), axis=0).reshape(-1, len(measles.districts)).T.ravel()
    np.testing.assert_allclose(fitted.predict(rows).mean, mean, rtol=1e-6)


def test_it_reproduces_the_predictions_and_scores_of_hhh4(measles: Measles) -> None:
    start, scores, predicted = None, [], []
    for t in range(65, 78):
        fitted = maximise(*measles.rows(1, t), start)
        start = [*fitted.coefficients, fitted.theta]
        y, parts = measles.rows(t, t + 1)
        mean = np.sum(component_means(parts, fitted.coefficients), axis=0)
        psi = np.full(len(y), fitted.dispersion)
        variance = mean + psi * mean**2
        squared = (y - mean) ** 2
        scores.append([-log_pmf(y, mean, psi), crps(y, mean, psi), squared / variance + np.log(variance), squared])
        predicted.append(mean)
    np.testing.assert_allclose(predicted, measles.predicted, rtol=0, atol=3e-9)
    np.testing.assert_allclose(np.mean(scores, axis=(0, 2)), measles.scores, rtol=0, atol=1e-8)


@pytest.fixture(scope="module")
def learned(town: History) -> Design:
    return design(town, day_range("2021-06-01", "2022-06-01", 7), EndemicEpidemic("households").needs(TARGET), TARGET)


@pytest.fixture(scope="module")
def ahead(town: History) -> Design:
    return design(town, day_range("2022-07-01", "2022-11-01", 7), EndemicEpidemic("households").needs(TARGET), TARGET)


@pytest.fixture(scope="module")
def maker() -> EndemicEpidemic:
    return EndemicEpidemic("households", epidemic_harmonics=1, period=26, step=14)


def test_an_explanation_credits_what_the_parts_add(maker: EndemicEpidemic, learned: Design) -> None:
    fitted = maker.fit(learned)
    own, near, endemic = fitted.means(learned)
    found = fitted.explain(learned)
    names = ("theft_count_14d", "theft_count_14d_neighbours", "endemic_trend", "endemic_season", "place_households")
    assert found.names == names
    values = found.values + np.array([fitted.usual[name] for name in names])
    np.testing.assert_allclose(values[:, 0] + values[:, 1], np.log((own + near + endemic) / endemic), atol=1e-9)
    assert (values[own == 0, 0] == 0).all()
    assert (values[near == 0, 1] == 0).all()
    np.testing.assert_allclose(found.values.mean(axis=0), 0, atol=1e-9)


def test_a_missing_count_or_exposure_counts_as_usual(maker: EndemicEpidemic, learned: Design) -> None:
    fitted = EndemicEpidemic("households", period=26, step=14).fit(learned)
    X = matrix(learned).copy(order="F")
    for name in ("theft_count_14d", "theft_count_14d_neighbours", "place_households"):
        X[0, learned.position(name)] = np.nan
    X[1, learned.position("place_households")] = 0.0
    gapped = replace(learned, X=X)
    parts = fitted.components(gapped)
    assert [part.offset[0] for part in parts] == [*fitted.usual_counts, fitted.usual_exposure / fitted.exposures]
    assert parts[2].offset[1] == pytest.approx(0.05 * parts[2].offset[0])
    assert np.isfinite(fitted.refit(gapped).predict(gapped).mean).all()


def test_past_counts_may_decay(town: History, learned: Design) -> None:
    maker = EndemicEpidemic("households", half_lives=(10, 90), harmonics=0, trend=False)
    rows = design(town, np.unique(learned.as_of), maker.needs(TARGET), TARGET)
    fitted = maker.fit(rows)
    alone = {
        half_life: EndemicEpidemic("households", half_lives=(half_life,), harmonics=0, trend=False).fit(rows)
        for half_life in (10, 90)
    }
    best = max(alone, key=lambda half_life: alone[half_life].log_likelihood)
    assert fitted.half_life == best
    np.testing.assert_allclose(fitted.predict(rows).mean, alone[best].predict(rows).mean, rtol=1e-6)
    # a steady count a day for ever is that count times the horizon
    own = maker.past(rows, TARGET, 10)[0]
    assert own.mean() == pytest.approx(rows.y.mean(), rel=0.3)
    assert fitted.explain(rows).names[0] == f"theft_decay_{best}d"


def test_without_exposure_every_cell_is_alike(learned: Design) -> None:
    fitted = EndemicEpidemic(trend=False, harmonics=0).fit(learned)
    assert np.ptp(fitted.means(learned)[2]) == 0
    assert len(fitted.parameters) == 4


def test_the_trend_is_held_beyond_the_training_dates(learned: Design, ahead: Design) -> None:
    fitted = EndemicEpidemic(harmonics=0, trend=True).fit(learned)
    last = learned.take(learned.as_of == learned.as_of.max())
    assert fitted.means(ahead)[2].tolist() == pytest.approx([fitted.means(last)[2][0]] * len(ahead))


def test_a_part_that_is_never_there_has_no_coefficient(learned: Design) -> None:
    X = matrix(learned).copy(order="F")
    X[:, learned.position("theft_count_14d_neighbours")] = 0.0
    alone = replace(learned, X=X)
    fitted = EndemicEpidemic().fit(alone)
    assert fitted.used[1] == ()
    assert (fitted.means(alone)[1] == 0).all()
    one_date = learned.take(learned.as_of == learned.as_of.max())
    assert np.isfinite(EndemicEpidemic().fit(one_date).predict(learned).mean).all()


def fitted_again(fitted: FittedForecaster, rows: Design) -> tuple[float, ...]:
    """Parameters of a fit that continues from an earlier one."""
    again = fitted.refit(rows)
    assert isinstance(again, FittedEndemicEpidemic)
    return again.parameters


def test_a_fit_begins_where_the_last_one_ended(learned: Design) -> None:
    fitted = EndemicEpidemic("households").fit(learned)
    first = list(fitted.parameters)
    assert fitted_again(fitted, learned) == pytest.approx(first, abs=1e-4)
    assert fitted_again(fitted, learned.take(learned.as_of > np.median(learned.as_of))) != tuple(first)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"period": 0}, r"'period' parameter of EndemicEpidemic must be above 0\. Got 0"),
        ({"step": -7}, r"'step' parameter of EndemicEpidemic must be above 0\. Got -7"),
        ({"rows": 0}, r"'rows' parameter of EndemicEpidemic must be above 0\. Got 0"),
        ({"harmonics": -1}, r"'harmonics' parameter of EndemicEpidemic must be 0 or more\. Got -1"),
        ({"epidemic_harmonics": -1}, r"'epidemic_harmonics' parameter of EndemicEpidemic must be 0 or more\. Got -1"),
    ],
)
def test_faulty_settings_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        EndemicEpidemic(**settings)


def test_an_exposure_that_no_cell_has_is_said(learned: Design) -> None:
    X = matrix(learned).copy(order="F")
    X[:, learned.position("place_households")] = np.nan
    with pytest.raises(UsageError, match=r"No cell has a figure for the exposure 'households'"):
        EndemicEpidemic("households").fit(replace(learned, X=X))


def test_only_columns_of_the_design_are_needed() -> None:
    names = [feature.name for feature in EndemicEpidemic("households").needs(TARGET)]
    assert names == ["theft_count_14d", "theft_count_14d_neighbours", "place_households"]


def test_the_example_tells_the_same(measles: Measles, open_data: Path) -> None:
    import importlib.util
    import sys

    path = Path(__file__).parents[3] / "examples" / "measles" / "measles.py"
    spec = importlib.util.spec_from_file_location("measles_example", path)
    assert spec is not None
    assert spec.loader is not None
    example = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = example
    spec.loader.exec_module(example)
    data = example.Measles.load(open_data)
    found = example.scores(*example.rolling(example.Model(), data, example.JUDGING))
    assert list(found.values()) == pytest.approx(measles.scores, abs=5e-4)
    chosen = example.Model(harmonics=0, trend=False, epidemic_harmonics=1, memory=0.8, gravity=True)
    rolled = [example.rolling(model, data, example.JUDGING) for model in (example.Model(), chosen)]
    assert example.scores(*rolled[1])["log score"] == pytest.approx(1.0571, abs=5e-4)
    week = np.repeat(np.arange(len(example.JUDGING)), len(data.population))
    reference, richer = (-log_pmf(*(values.ravel() for values in one)) for one in rolled)
    lift, low, high = paired_difference(reference, richer, week)
    text = (path.parent / "README.md").read_text(encoding="utf-8")
    assert (
        f"lower by {lift:.3f}, but the 95 % interval over blocks of four weeks holds zero: {low:.3f} to {high:.3f}"
        in " ".join(text.split())
    )
