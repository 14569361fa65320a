"""Precursors: the rate of arrival is recovered from what searches find, and so is what is left."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.asof.target import Target
from riskmodel.asof.vocabulary import Feature, PlaceFigure, SearchedDays, UnsearchedDays
from riskmodel.base.days import day_range, to_day
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.forecasters import AdditiveRate, FittedForecaster
from riskmodel.forecasts.forecasters.additive.additive_rate import ARISING, UNFOUND
from riskmodel.forecasts.forecasters.additive.precursor import FittedPrecursor, Precursor, pairs
from riskmodel.records.history import Coverage, History
from tests.worlds.plain import make_history
from tests.worlds.two_towns import CELLS, KINDS, TARGET, make_places

START, LAST = to_day("2019-01-01"), to_day("2022-12-31")
LASTS, THOROUGH = 60, 0.8
SETTINGS = {"kinds": ("noise",), "effort": ("stop",), "exposure": "households", "trees": 30, "rows_a_leaf": 40}


@cache
def searched_town() -> tuple[History, np.ndarray, np.ndarray]:
    """A town in which noise (found) arises by cell, is hidden until a stop (a search) finds it, and brings thefts.

    Also the true daily rate of arrivals, ``[cell]``, and the number hidden at the end of each day, ``[day, cell]``.
    """
    rng = np.random.default_rng(11)
    places = make_places()
    homes = places.exposures["households"][:CELLS]
    rate = homes / homes.mean() * np.where(np.arange(CELLS) % 2, 0.12, 0.03)
    often = np.where(np.arange(CELLS) % 3, 1 / 40, 1 / 150)
    hidden = rng.poisson(rate * LASTS / math.log(2))
    rows: dict[str, list[tuple[int, int, int]]] = {"noise": [], "stop": [], "theft": []}
    left = np.zeros((LAST - START, CELLS))
    for day in range(START, LAST):
        hidden = rng.binomial(hidden, 0.5 ** (1 / LASTS)) + rng.poisson(rate)
        for cell in np.flatnonzero(rng.random(CELLS) < often).tolist():
            looked = max(1, round(homes[cell] * rng.uniform(0.3, 1.0)))
            found = rng.binomial(hidden[cell], THOROUGH * looked / homes[cell])
            rows["stop"].append((day, cell, looked))
            rows["noise"] += [(day, cell, 1)] * found
            hidden[cell] -= found
        rows["theft"] += [(day, cell, 1) for cell in np.repeat(np.arange(CELLS), rng.poisson(0.01 * hidden)).tolist()]
        left[day - START] = hidden
    columns = [(list(KINDS).index(kind), *row) for kind, found in rows.items() for row in found]
    kind, day, cell, amount = np.array(columns, dtype=np.int64).T
    coverage = (Coverage("all", tuple(KINDS), 5, START, LAST, LAST - 1),)
    history = make_history(places, KINDS, day, kind=kind, cell=cell, amount=amount, coverage=coverage)
    return history, rate, left


@cache
def rows() -> tuple[Precursor, FittedPrecursor, Design]:
    precursor = Precursor(**SETTINGS)
    wanted: tuple[Feature, ...] = (*precursor.needs(), *AdditiveRate(half_lives=(60,), over=("cell",)).needs(TARGET))
    made = design(searched_town()[0], day_range("2019-06-06", "2022-12-01", 7), wanted, TARGET)
    return precursor, precursor.fit(made, TARGET, (PlaceFigure("households").name,), 1), made


def test_rate_of_arrival_and_remaining_number_are_recovered() -> None:
    _, rate, left = searched_town()
    precursor, fitted, made = rows()
    unfound, arising = precursor.rates(fitted, made)
    late = made.as_of >= to_day("2021-01-01")
    by_cell = np.bincount(made.cell[late], arising[late]) / np.bincount(made.cell[late])
    assert np.corrcoef(np.log(by_cell), np.log(rate))[0, 1] > 0.95
    assert by_cell.sum() == pytest.approx(rate.sum(), rel=0.1)
    true = left[made.as_of[late] - START - 1, made.cell[late]]
    assert unfound[late].sum() == pytest.approx(true.sum(), rel=0.1)
    assert np.corrcoef(unfound[late], true)[0, 1] > 0.8


def test_what_is_left_tells_more_of_harm_than_what_was_found() -> None:
    _, _, made = rows()
    early = made.as_of < to_day("2022-01-01")
    learn, later = made.take(early & (made.as_of + 14 <= to_day("2022-01-01"))), made.take(~early)
    loss = {}
    for name, precursor in (("with", SETTINGS), ("without", None)):
        fitted = AdditiveRate(half_lives=(60,), over=("cell",), harmonics=0, precursor=precursor).fit(learn)
        mean = fitted.predict(later).mean
        loss[name] = float((mean - later.y * np.log(mean)).mean())
        parts = fitted.explain(later)
        np.testing.assert_allclose(parts.base + parts.values.sum(axis=1), np.log(mean), rtol=1e-9)
        assert (UNFOUND in parts.names) == (precursor is not None)
    assert loss["with"] < loss["without"]


def test_a_fitted_precursor_is_read_back_from_json() -> None:
    _, _, made = rows()
    fitted = AdditiveRate(half_lives=(60,), over=("cell",), precursor=SETTINGS).fit(made)
    again = FittedForecaster.from_json(fitted.to_json())
    np.testing.assert_array_equal(again.predict(made).mean, fitted.predict(made).mean)
    assert again.explain(made).names == fitted.explain(made).names
    assert {UNFOUND, ARISING} & set(fitted.explain(made).names)


def test_rows_are_paired_with_the_same_cell_so_many_days_later() -> None:
    _, _, made = rows()
    shuffled = made.take(np.random.default_rng(1).permutation(len(made)))
    now, later = pairs(shuffled, 14)
    np.testing.assert_array_equal(shuffled.cell[now], shuffled.cell[later])
    np.testing.assert_array_equal(shuffled.as_of[now] + 14, shuffled.as_of[later])
    last = int(made.as_of.max())
    assert len(now) == int((made.as_of <= last - 14).sum())
    assert not len(pairs(made, 10)[0])


def test_faults_say_what_to_do() -> None:
    _, _, made = rows()
    with pytest.raises(UsageError, match=r"looks 10 days ahead, and no cell has as-of dates that many days apart. Set 'ahead'"):
        Precursor(**SETTINGS, ahead=10).fit(made, TARGET, (), 1)
    precursor, X = Precursor(**SETTINGS), np.array(made.X, order="F")
    X[:, made.position(precursor.counts()[0].name)] = 0
    with pytest.raises(UsageError, match=r"The searches stop found nothing of noise in any of"):
        precursor.fit(replace(made, X=X), TARGET, (), 1)
    with pytest.raises(UsageError, match=r"'kinds' parameter of a precursor must be a list of kinds"):
        Precursor("noise", ("stop",), "households")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"'over' parameter of a precursor must be a list of groupings or county"):
        Precursor(("noise",), ("stop",), "households", over="county")  # type: ignore[arg-type]


def test_its_features_count_searches_as_stated() -> None:
    """One search of half the homes, ten days before, computed by hand."""
    history = searched_town()[0]
    first = history.cell[np.argmax(history.kind == list(KINDS).index("stop"))]
    homes = float(history.places.exposures["households"][first])
    stop = list(KINDS).index("stop")
    lone = make_history(
        history.places,
        KINDS,
        [START + 100],
        kind=stop,
        cell=first,
        known=START + 101,
        amount=round(homes / 2),
        coverage=history.coverage,
    )
    made = design(
        lone, [START + 101, START + 110], (SearchedDays("stop", 50, "households"), UnsearchedDays("stop", "households"))
    )
    mean = LASTS / math.log(2)
    part = 0.8 * round(homes / 2) / homes * mean
    found, left = made.X[made.cell == first].T
    np.testing.assert_allclose(found, [0.0, part * 0.5 ** (10 / 50)], rtol=1e-6)
    np.testing.assert_allclose(left, [mean, mean - part * 0.5 ** (10 / LASTS)], rtol=1e-6)


def test_without_ahead_it_looks_as_far_as_the_horizon() -> None:
    _, _, made = rows()
    stated, unstated = Precursor(**SETTINGS, ahead=28), Precursor(**SETTINGS)
    late, again = stated.fit(made, TARGET, (), 1), unstated.fit(made, Target(("theft",), 28), (), 1)
    np.testing.assert_array_equal(stated.rates(late, made)[1], unstated.rates(again, made)[1])
