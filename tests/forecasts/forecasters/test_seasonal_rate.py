"""The seasonal rate against loops over records, and on counts with a known season."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.asof.target import Target
from riskmodel.base.days import day_range
from riskmodel.base.errors import UsageError
from riskmodel.counts.distribution import log_pmf
from riskmodel.forecasts.forecasters import DecayedRate, SeasonalRate
from riskmodel.records.history import Coverage, History
from tests.worlds.plain import make_history
from tests.worlds.two_towns import KINDS, TARGET, make_places

FIRST, DAYS = 17_000, 5 * 364


@pytest.fixture(scope="module")
def seasonal() -> History:
    """Five years in which the east is busy in the first half of each year of 52 weeks, the west in the second."""
    rng = np.random.default_rng(4)
    places = make_places()
    days = np.arange(DAYS)
    wave = np.where((days % 364) < 182, 2.0, 0.2)
    rate = np.where(np.arange(len(places))[:, None] % 2 == 0, wave, 2.2 - wave) * 0.05
    cell, day = np.nonzero(rng.poisson(rate))
    coverage = (Coverage("calls", ("theft",), FIRST, FIRST + DAYS, FIRST + DAYS),)
    return make_history(places, KINDS, FIRST + day, cell=cell, coverage=coverage)


def rows_of(history: History, maker: SeasonalRate, first: int, stop: int) -> Design:
    others = DecayedRate((60, 365), "town").needs(TARGET)
    return design(history, day_range(FIRST + first, FIRST + stop, 14), [*maker.needs(TARGET), *others], TARGET)


MAKER = {"years": 2, "margin": 7, "over": "town"}


def test_factors_are_those_of_a_loop(seasonal: History) -> None:
    maker = SeasonalRate(**MAKER)
    fitted = maker.fit(rows_of(seasonal, maker, 3 * 364, 4 * 364))
    rows = rows_of(seasonal, maker, 4 * 364, 4 * 364 + 30)
    found = fitted.factors(rows)
    group, own = found.group, found.own
    town = seasonal.places.groupings["town"].codes
    for row in (0, 10, len(rows) - 1):
        t, cell = int(rows.as_of[row]), int(rows.cell[row])
        inside, around = np.zeros(2), np.zeros(2)
        for back in (1, 2):
            middle = t - 364 * back + TARGET.horizon // 2
            for which, cells in enumerate((town[seasonal.cell] == town[cell], seasonal.cell == cell)):
                occurred = seasonal.occurred[cells]
                # the season is the horizon and a week on either side, the year the 364 days around its middle
                inside[which] += ((occurred >= t - 364 * back - 7) & (occurred < t - 364 * back + TARGET.horizon + 7)).sum()
                around[which] += ((occurred >= middle - 182) & (occurred < middle + 182)).sum() * 28 / 364
        strengths = fitted.strengths
        wanted = (strengths["group"] + inside[0]) / (strengths["group"] + around[0])
        assert group[row] == pytest.approx(wanted)
        assert own[row] == pytest.approx((strengths["own"] + inside[1]) / (strengths["own"] / wanted + around[1]))


def test_it_knows_the_season_that_a_decayed_rate_does_not(seasonal: History) -> None:
    maker = SeasonalRate(**MAKER)
    past, ahead = rows_of(seasonal, maker, 3 * 364, 4 * 364), rows_of(seasonal, maker, 4 * 364, 5 * 364 - 14)
    scores = {}
    for forecaster in (maker, DecayedRate((60, 365), "town")):
        found = forecaster.fit(past).predict(ahead)
        scores[type(forecaster).__name__] = log_pmf(ahead.y, found.mean, found.dispersion).mean()
    assert scores["SeasonalRate"] > scores["DecayedRate"] + 0.1
    group = maker.fit(past).factors(ahead).group
    east_spring = (ahead.cell % 2 == 0) & ((ahead.as_of - FIRST) % 364 < 160) & ((ahead.as_of - FIRST) % 364 > 20)
    assert group[east_spring].mean() == pytest.approx(2.0 / 1.1, rel=0.1)


def test_years_before_the_source_began_do_not_count(seasonal: History) -> None:
    maker = SeasonalRate(years=4, margin=7, over="town")
    rows = rows_of(seasonal, maker, 0, 2 * 364)
    fitted = maker.fit(rows)
    found = fitted.factors(rows)
    group, own = found.group, found.own
    new = rows.as_of < FIRST + 364 + 182 - 7
    assert (group[new] == 1).all()
    assert (own[new] == 1).all()
    assert (group[~new] != 1).all()
    assert np.isfinite(fitted.predict(rows).mean).all()


def test_without_a_past_season_it_is_the_decayed_rate(seasonal: History) -> None:
    maker = SeasonalRate(**MAKER)
    rows = rows_of(seasonal, maker, 28, 364)
    plain = DecayedRate((365,), "town").fit(rows)
    np.testing.assert_allclose(maker.fit(rows).predict(rows).mean, plain.predict(rows).mean, rtol=1e-12)


def test_of_several_half_lives_the_likeliest_is_taken(seasonal: History) -> None:
    several = SeasonalRate(**MAKER, half_life=(20, 365, 2000))
    rows = rows_of(seasonal, several, 3 * 364, 4 * 364)
    fitted = several.fit(rows)
    alone = {half_life: SeasonalRate(**MAKER, half_life=half_life).fit(rows) for half_life in (20, 365, 2000)}
    likelihood = {}
    for half_life, one in alone.items():
        mean = one.predict(rows).mean
        likelihood[half_life] = float((rows.y * np.log(mean) - mean).sum())
    best = max(likelihood, key=lambda half_life: likelihood[half_life])
    assert fitted.half_life == best
    assert np.array_equal(fitted.predict(rows).mean, alone[best].predict(rows).mean)


@pytest.mark.parametrize("horizon", [1, 7, 28, 335, 365, 366])
def test_every_season_and_year_has_ended_before_the_as_of_date(horizon: int) -> None:
    for margin in (0, 14, 100):
        pairs = SeasonalRate(years=3, margin=margin).seasons(Target(("theft",), horizon), "cell")
        assert len(pairs) == 3
        for season, year in pairs:
            assert season.lag >= 0
            assert season.window == horizon + 2 * margin
            # both have the same middle, to half a day
            assert abs((season.lag + season.window / 2) - (year.lag + year.window / 2)) <= 1


def test_missing_exposure_does_not_matter(seasonal: History) -> None:
    homes = seasonal.places.exposures["households"].copy()
    homes[:3] = np.nan
    history = replace(seasonal, places=replace(seasonal.places, exposures={"households": homes}))
    maker = SeasonalRate(**MAKER, exposure="households")
    rows = rows_of(history, maker, 3 * 364, 4 * 364)
    assert np.isfinite(maker.fit(rows).predict(rows).mean).all()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"years": 0}, r"'years' parameter of SeasonalRate must be 1 or more"),
        ({"margin": -1}, r"'margin' parameter of SeasonalRate must be 0 or more days"),
        ({"half_life": 0}, r"'half_life' parameter of SeasonalRate must be a number of days above 0, or several"),
    ],
)
def test_faulty_settings_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        SeasonalRate(**settings)
