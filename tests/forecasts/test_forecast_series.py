"""Forecasts as series for detectors."""

from __future__ import annotations

import numpy as np
import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.scores import Scores
from tests.worlds.made_results import made


def test_a_backtest_gives_its_counts_and_forecasts_by_cell_and_date():
    result = made()
    horizon = result.experiment.target.horizon
    series = rm.forecast_series(result, "boosted")
    assert series.as_of[-1] == result.as_of.max()
    assert (np.diff(series.as_of) >= horizon).all()
    assert (np.diff(series.as_of) < horizon + 7).all()
    for at, day in enumerate(series.as_of):
        rows = result.as_of == day
        np.testing.assert_array_equal(series.counts[:, at], result.y[rows])
        np.testing.assert_array_equal(series.mean[:, at], result.forecasts["boosted"].mean[rows])
        np.testing.assert_array_equal(series.dispersion[:, at], 0.1)
    assert series.cells == result.places.ids


def test_the_detector_of_forecasts_judges_a_backtest():
    result = made()
    series = rm.forecast_series(result, "boosted")
    series.counts[5, -1] = 60
    found = rm.detect(series.counts, rm.ForecastExcess(series.mean, series.dispersion, alpha=1e-4), first=0)
    assert np.argwhere(found.alarm).tolist() == [[5, series.counts.shape[1] - 1]]


def test_scores_of_earlier_nights_need_their_counts():
    result = made()
    forecast = result.forecasts["boosted"]
    keep = np.arange(len(result)) != 30  # one cell had no forecast on one date
    scores = Scores(
        "theft", "1", 7, result.places, result.cell[keep], result.as_of[keep], forecast.mean[keep], forecast.dispersion[keep]
    )
    series = rm.forecast_series(scores, y=result.y[keep])
    assert series.counts.shape == (24, 10)
    assert np.argwhere(np.isnan(series.mean)).tolist() == [[6, 1]]
    with pytest.raises(UsageError, match="one count for each of the 239 rows"):
        rm.forecast_series(scores)


def test_an_unknown_forecaster_is_named():
    with pytest.raises(UsageError, match="no forecaster named 'best'"):
        rm.forecast_series(made(), "best")
