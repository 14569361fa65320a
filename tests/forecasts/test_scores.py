"""Scores: tables of distributions, and no place shown with too few households."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import stats

from riskmodel.base.errors import UsageError
from riskmodel.counts.quantiles import quantile
from riskmodel.forecasts.conformal import Conformal
from riskmodel.forecasts.scores import Scores
from riskmodel.records.history import History
from tests.worlds.two_towns import make_places


@pytest.fixture
def scores() -> Scores:
    places = make_places(6)
    rng = np.random.default_rng(4)
    return Scores(
        target="town-theft",
        model="abc",
        horizon=14,
        places=places,
        cell=np.tile(np.arange(6, dtype=np.int32), 2),
        as_of=np.repeat(np.array([19_000, 19_007], dtype=np.int32), 6),
        mean=rng.gamma(1.0, 1.0, 12),
        dispersion=np.where(np.arange(12) % 2, 0.4, 0.0),
    )


def test_small_cells_are_shown_with_the_cell_that_hosts_them(scores: Scores) -> None:
    """The first cell has 2 households and is merged with its only neighbour; means and variances add up."""
    shown = scores.published()
    assert len(shown) == 2 * 5
    assert 0 not in shown.cell
    for day in (19_000, 19_007):
        rows = scores.as_of == day
        mean, psi = scores.mean[rows], scores.dispersion[rows]
        variance = mean + psi * mean**2
        row = np.flatnonzero((shown.as_of == day) & (shown.cell == 1))[0]
        assert shown.mean[row] == pytest.approx(mean[:2].sum())
        assert shown.mean[row] + shown.dispersion[row] * shown.mean[row] ** 2 == pytest.approx(variance[:2].sum())
        others = (shown.as_of == day) & (shown.cell > 1)
        np.testing.assert_allclose(shown.mean[others], mean[2:])
        np.testing.assert_allclose(shown.dispersion[others], psi[2:])
    assert shown.mean.sum() == pytest.approx(scores.mean.sum())
    assert shown.design is None


@pytest.mark.parametrize(
    ("error", "loss"),
    [
        ("rmse", lambda y, number: (y - number) ** 2),
        ("mae", lambda y, number: np.abs(y - number)),
        ("wmae", lambda y, number: y * np.abs(y - number)),
    ],
)
def test_the_best_number_has_the_smallest_expected_error(scores: Scores, error: str, loss: Callable[..., Any]) -> None:
    """Compared with the numbers beside it, over the whole distribution of each row."""
    best, counts = scores.best_number(error), np.arange(200)
    shape = 1 / np.where(scores.dispersion > 0, scores.dispersion, 1)
    for row in range(len(scores)):
        mean = scores.mean[row]
        chance = (
            stats.nbinom.pmf(counts, shape[row], shape[row] / (shape[row] + mean))
            if scores.dispersion[row]
            else stats.poisson.pmf(counts, mean)
        )
        expected = [
            (chance * loss(counts, number)).sum() for number in (best[row], best[row] - 0.5, best[row] + 0.5, best[row] + 1)
        ]
        assert expected[0] <= min(expected[1:]) + 1e-9
    with pytest.raises(UsageError, match="There is no error named 'crps'"):
        scores.best_number("crps")


def test_where_all_are_too_small_nothing_is_shown(scores: Scores) -> None:
    nothing = replace(scores, places=make_places(6, minimum=1_000.0))
    assert len(nothing.published()) == 0
    assert len(nothing.frame()) == 0


def test_the_frame_is_plain(scores: Scores) -> None:
    frame = scores.frame()
    assert list(frame.columns) == [
        "cell", "as_of", "expected", "dispersion", "probability", "q10", "q50", "q90", "low", "high", "level", "model",
    ]  # fmt: skip
    assert frame[["low", "high", "level"]].isna().all(axis=None), "no model said how wide they are"
    assert "c00" not in set(frame["cell"])
    assert str(frame["as_of"].iloc[0].date()) == "2022-01-08"
    shown = scores.published()
    for row in range(len(frame)):
        m, psi = shown.mean[row], shown.dispersion[row]
        oracle = stats.poisson(m) if psi == 0 else stats.nbinom(1 / psi, 1 / (1 + psi * m))
        assert frame["probability"].iloc[row] == pytest.approx(oracle.sf(0))
        assert [frame[q].iloc[row] for q in ("q10", "q50", "q90")] == [oracle.ppf(q) for q in (0.1, 0.5, 0.9)]


def test_intervals_are_those_of_the_shown_places_in_their_groups(scores: Scores) -> None:
    made = Conformal(90, "town", (), 0.4, {"west": 0.25})
    whole = replace(scores, conformal=made)
    frame, shown = whole.frame(), whole.published()
    assert (frame["level"] == 90).all()
    for name, sign in (("low", -1), ("high", 1)):
        west, east = (quantile(0.5 + sign * reach, shown.mean, shown.dispersion) for reach in (0.25, 0.4))
        assert np.array_equal(frame[name], np.where(shown.cell % 2 == 1, west, east))
    assert np.array_equal(frame["low"][shown.cell % 2 == 0], frame["q10"][shown.cell % 2 == 0])
    part = whole.take(np.array([3, 8], dtype=np.int32))
    for one, other in zip(part.interval(), whole.interval(), strict=True):
        assert np.array_equal(one, other[[3, 8]])


def test_rows_can_be_taken(scores: Scores, town: History) -> None:
    one = scores.take(scores.as_of == 19_007)
    assert len(one) == 6
    assert np.array_equal(one.mean, scores.mean[6:])
    assert repr(one).startswith("<Scores 'town-theft': 6 rows, as of 2022-01-15, 14 days ahead")
    assert "no date" in repr(scores.take(np.zeros(12, dtype=bool)))
