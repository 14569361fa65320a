"""The published lag ensemble: its formula in loops, and its published figures on New York's segments."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.asof.target import Target
from riskmodel.base.days import ALWAYS, day_range, to_day
from riskmodel.base.project import Kind
from riskmodel.counts.distribution import fit_dispersion
from riskmodel.forecasts.calibration import fit_calibrated
from riskmodel.forecasts.evaluation.metrics import ForecastEvaluation, metric_values
from riskmodel.forecasts.fold import Fold
from riskmodel.forecasts.forecasters import LagEnsemble
from riskmodel.records.history import Coverage, History
from tests.worlds.plain import make_cells, make_history

WEEKLY = Target(("complaint",), 7)


def weekly(
    counts: np.ndarray, weeks: np.ndarray, cells: np.ndarray, first_week: np.ndarray, monday: int, through: int
) -> History:
    """Counts of ``weeks`` (numbered from the Monday ``monday``) as records of each week's last day; a cell exists from its first week."""
    number = len(first_week)
    start = (monday + 7 * first_week).astype(np.int32)
    places = make_cells([f"s{cell:05d}" for cell in range(number)], valid_from=start, known=start - np.int32(1))
    occurred = monday + 7 * weeks + 6
    kinds = {"complaint": Kind(family="complaint", zh="报案", en="complaint")}
    coverage = (Coverage("complaints", ("complaint",), monday, through, through),)
    return make_history(places, kinds, occurred, cell=cells, amount=counts, coverage=coverage)


def formula(past: list[int]) -> float:
    """The point forecast from a cell's weekly counts since its first appearance."""
    if not past:
        return 0.0
    last4, last8 = past[-4:], past[-8:]
    m4, m8 = sum(last4) / len(last4), sum(last8) / len(last8)
    y52 = past[-52] if len(past) >= 52 else m8
    return max(0.0, m8 + 0.25 * (m4 - m8) + 0.10 * (past[-1] - m4) + 0.05 * (y52 - m8))


@pytest.fixture(scope="module")
def rows() -> Design:
    """Six cells that appear one after the other, for 70 weeks from the first week on."""
    counts = np.random.default_rng(8).poisson(1.5, (6, 70))
    first = np.array([0, 1, 5, 17, 18, 69])
    monday = to_day("2020-01-06")
    counts[np.arange(70)[None, :] < first[:, None]] = 0
    cell, week = np.nonzero(counts)
    history = weekly(counts[cell, week], week, cell, first, monday, monday + 7 * 70 - 1)
    made = design(history, day_range(monday, monday + 7 * 70, 7), LagEnsemble().needs(WEEKLY), WEEKLY)
    return made.take(made.at_risk)


def test_it_is_its_formula_from_a_cells_first_appearance_on(rows: Design) -> None:
    fitted = LagEnsemble(0.0).fit(rows.take(rows.as_of >= rows.as_of.min() + 63))
    lags = fitted.mean(rows)
    for cell in range(6):
        own = np.flatnonzero(rows.cell == cell)
        past: list[int] = []
        for row in own:
            whole = (
                rows.as_of[row] - rows.as_of.min() >= 56
            )  # before, the window of eight weeks reaches beyond the start of the source
            if whole and (rows.as_of[row] - rows.as_of.min() >= 364 or len(past) < 52):
                assert lags[row] == pytest.approx(formula(past), abs=1e-12)
            past.append(int(rows.y[row]))


def test_counts_that_a_gap_hides_give_way_to_shorter_ones(rows: Design) -> None:
    fitted = LagEnsemble().fit(rows)
    first = rows.as_of == rows.as_of.min()
    assert np.isnan(rows.column("complaint_count_7d")[first]).all()
    assert fitted.lags(rows)["m8"][first] == pytest.approx(rows.y.mean())
    third = (rows.as_of == rows.as_of.min() + 21) & (rows.cell == 0)
    found = fitted.lags(rows)
    assert found["m4"][third] == found["m8"][third] == found["y1"][third] == rows.column("complaint_count_7d")[third]


def test_contributions_are_exact_at_the_usual_value_too(rows: Design) -> None:
    fitted = LagEnsemble().fit(rows)
    features = fitted.settings.features(WEEKLY)
    X = np.zeros((1, len(rows.features)), dtype=np.float32, order="F")
    usual = 1.0
    for name, k in (("y1", 1), ("m4", 4), ("m8", 8), ("y52", 1)):
        X[0, rows.position(features[name].name)] = usual * k
    X[0, rows.position(features["age"].name)] = 7 * 60
    fitted = replace(fitted, usual=dict.fromkeys(fitted.usual, usual))
    found = fitted.explain(replace(rows.take([0]), X=X))
    assert found.values.tolist() == [[0.0] * 4]
    assert np.exp(found.base) == pytest.approx(usual + fitted.settings.least)


def test_a_cell_that_was_always_there_has_all_its_periods(rows: Design) -> None:
    places = replace(rows.places, valid_from=np.full(6, ALWAYS), known=np.full(6, ALWAYS))
    history = replace(weekly(np.ones(1), np.zeros(1), np.zeros(1), np.zeros(6), 18_267, 19_000), places=places, coverage=())
    made = design(history, [18_267 + 7], LagEnsemble().needs(WEEKLY), WEEKLY, now=19_000)
    fitted = LagEnsemble(0.0).fit(rows)
    assert fitted.mean(made)[0] == pytest.approx(0.7 / 8 + 0.15 / 4 + 0.1)


def test_calibration_leaves_the_published_mean_alone(rows: Design) -> None:
    fitted, calibration, _, _ = fit_calibrated(LagEnsemble(), Fold(rows))
    raw = fitted.predict(rows)
    found = calibration.apply(raw)
    np.testing.assert_allclose(found.mean, raw.mean, rtol=1e-14)
    later = rows.as_of >= np.unique(rows.as_of)[-14]
    early = LagEnsemble().fit(rows.take(~later)).predict(rows.take(later))
    assert found.dispersion[0] == pytest.approx(fit_dispersion(rows.y[later], early.mean), abs=1e-6)


def test_it_gives_the_published_figures_on_new_yorks_segments(open_data: Path) -> None:
    import pandas as pd

    table = pd.read_parquet(open_data / "nyc_weekly_segments.parquet")
    cells, _ = pd.factorize(pd.MultiIndex.from_frame(table[["borough", "precinct", "offense", "law"]].astype(str)))
    monday = to_day("2005-12-26")
    weeks = (pd.to_datetime(table["week"]).to_numpy().astype("datetime64[D]").astype(np.int64) - monday) // 7
    first = np.full(cells.max() + 1, 2**30)
    np.minimum.at(first, cells, weeks)
    late = weeks >= weeks.max() - 52 - 54
    history = weekly(table["count"].to_numpy()[late], weeks[late], cells[late], first, monday, to_day("2024-12-29"))
    rows = design(history, day_range("2024-01-01", "2024-12-30", 7), LagEnsemble().needs(WEEKLY), WEEKLY)
    rows = rows.take(rows.at_risk & rows.mature)
    assert len(rows) == 426_818
    assert rows.y.sum() == 571_385
    fitted = LagEnsemble().fit(rows.take(rows.as_of < to_day("2024-02-01")))
    found = metric_values(ForecastEvaluation(rows.y, fitted.predict(rows), rows.as_of))
    assert round(found["rmse"], 4) == 1.4280
    assert round(found["wmae"], 4) == 3.7957
    assert round(found["mae_mean"], 4) == 0.4978
