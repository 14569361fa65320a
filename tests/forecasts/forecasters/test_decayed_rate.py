"""The decayed rate against loops over records."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.asof.design import Design
from riskmodel.base.days import NEVER
from riskmodel.forecasts.forecasters import DecayedRate
from riskmodel.forecasts.forecasters.decayed_rate import FittedDecayedRate
from riskmodel.records.history import History
from tests.worlds.two_towns import START, TARGET


def slow_mean(history: History, fitted: FittedDecayedRate, cell: int, as_of: int) -> float:
    """Posterior mean by its formula, in a loop over records."""
    homes = history.places.exposures["households"]
    towns = history.places.groupings["town"].codes
    half, strength = fitted.half_life, fitted.strength
    own, group = 0.0, 0.0
    for i in range(len(history)):
        o, k, u = int(history.occurred[i]), int(history.known[i]), int(history.until[i])
        if history.kind[i] == 0 and max(o, k) < as_of <= (u if u != NEVER else as_of):
            weight = 0.5 ** ((as_of - o) / half) * int(history.amount[i])
            own += weight * (history.cell[i] == cell)
            group += weight * (towns[history.cell[i]] == towns[cell])
    days = sum(0.5 ** ((as_of - day) / half) for day in range(START, as_of))
    usual = fitted.usual_exposure
    group_days = days * sum(homes[towns == towns[cell]]) / usual
    prior = (group + 0.5) / max(group_days, 1.0) * homes[cell] / usual
    return fitted.scale * TARGET.horizon * (strength + own) / (strength / prior + days)


def test_it_is_the_posterior_mean_of_its_formula(town: History, learned: Design, ahead: Design) -> None:
    fitted = DecayedRate((30, 120), "town", "households").fit(learned)
    mean = fitted.predict(ahead).mean
    for row in (0, 31, 100, 201, len(ahead) - 1):
        assert mean[row] == pytest.approx(slow_mean(town, fitted, int(ahead.cell[row]), int(ahead.as_of[row])), rel=1e-5)


def test_the_level_is_that_of_the_training_rows(learned: Design) -> None:
    fitted = DecayedRate((30, 120), "town", "households").fit(learned)
    assert fitted.predict(learned).mean.sum() == pytest.approx(learned.y.sum())


def test_without_exposure_all_cells_share_the_prior(learned: Design, ahead: Design) -> None:
    fitted = DecayedRate((60,), "county").fit(_with(learned, "county"))
    rate, prior, relative = fitted.rate.rates(_with(ahead, "county"), TARGET, 60, 1.0)
    for day in np.unique(ahead.as_of):
        assert np.ptp(prior[ahead.as_of == day]) == 0
    assert (relative == 1).all()
    assert (rate > 0).all()


def _with(design_: Design, over: str) -> Design:
    from riskmodel.asof.design import design
    from tests.worlds.two_towns import make_town

    return design(make_town(), np.unique(design_.as_of), DecayedRate((60,), over).needs(TARGET), TARGET)


def test_a_missing_exposure_counts_as_usual(town: History) -> None:
    from dataclasses import replace

    from riskmodel.asof.design import design

    homes = town.places.exposures["households"].copy()
    homes[3] = np.nan
    homes[4] = 0.0
    history = replace(town, places=replace(town.places, exposures={"households": homes}))
    maker = DecayedRate((60,), "town", "households")
    rows = design(history, [18_900, 18_950], maker.needs(TARGET), TARGET)
    fitted = maker.fit(rows)
    relative = fitted.rate.rates(rows, TARGET, 60, 1.0).relative
    assert (relative[rows.cell == 3] == 1).all()
    assert (relative[rows.cell == 4] == 0.05).all()
    nothing = replace(town, places=replace(town.places, exposures={"households": homes * np.nan}))
    rows = design(nothing, [18_900, 18_950], maker.needs(TARGET), TARGET)
    assert np.isfinite(DecayedRate((60,), "town", "households").fit(rows).predict(rows).mean).all()


def _learned_from(means: np.ndarray, seed: int) -> FittedDecayedRate:
    """Fit the default to Poisson counts of a daily mean for each cell."""
    import pandas as pd

    from riskmodel import quick
    from riskmodel.asof.design import design
    from riskmodel.asof.target import Target

    day, cell = np.nonzero(counts := np.random.default_rng(seed).poisson(means))
    dates = pd.date_range("2023-01-02", periods=len(means))[day].repeat(counts[day, cell])
    look = quick(
        pd.DataFrame({"date": dates, "cell": [f"c{one}" for one in cell.repeat(counts[day, cell])]}), date="date", cell="cell"
    )
    target = Target(look.experiment.target.kinds, 7)
    first = int(look.history.occurred.min())
    days = np.arange(first + 60, first + len(means) - 7, 7)
    return DecayedRate().fit(design(look.history, days, DecayedRate().needs(target), target))


def test_levels_that_move_all_the_time_are_followed_quickly() -> None:
    walk = np.cumsum(np.random.default_rng(5).normal(0, 0.05, (400, 12)), axis=0)
    assert _learned_from(20 * np.exp(walk - walk.mean(axis=0)), 1).half_life <= 14


@pytest.mark.parametrize("stirred", [False, True], ids=["levels that stay", "a few weeks that stir"])
def test_levels_that_stay_are_not_followed_quickly(stirred: bool) -> None:
    means = np.full((500, 12), 20.0)
    if stirred:  # without the rule this chooses 14 days for good
        means[250:285] *= 0.2
    assert _learned_from(means, 2).half_life >= 30


def test_a_few_periods_are_no_evidence_for_a_quick_half_life() -> None:
    walk = np.cumsum(np.random.default_rng(5).normal(0, 0.05, (110, 12)), axis=0)
    assert _learned_from(20 * np.exp(walk - walk.mean(axis=0)), 1).half_life == 30


def test_where_all_half_lives_are_quick_the_likeliest_is_chosen(learned: Design) -> None:
    from riskmodel.asof.design import design
    from tests.worlds.two_towns import make_town

    maker = DecayedRate((7, 14), "town")
    rows = design(make_town(), np.unique(learned.as_of), maker.needs(TARGET), TARGET)
    assert maker.fit(rows).half_life == 14
