"""Properties of every forecaster: same bits from JSON, for a row alone and at any number of threads; additive explanations."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from riskmodel.asof.design import Design, design
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.forecasters import FittedForecaster, Forecaster, make
from riskmodel.forecasts.forecasters.training_rows import spaced, thinned
from riskmodel.records.history import History
from tests.in_memory import matrix
from tests.worlds.quick_forecasters import SETTINGS
from tests.worlds.two_towns import FEATURES

Maker = Callable[..., Forecaster]
every = pytest.mark.parametrize("name", sorted(SETTINGS))


@pytest.fixture(scope="module")
def fitted(learned: Design, forecasters: Maker) -> dict[str, FittedForecaster]:
    return {name: forecasters(name).fit(learned, threads=2) for name in SETTINGS}


def test_every_forecaster_there_is_is_tested() -> None:
    assert set(SETTINGS) == set(Forecaster.registry)


@every
def test_a_round_trip_through_json_predicts_the_same_bits(name: str, fitted: dict[str, FittedForecaster], ahead: Design) -> None:
    form = json.loads(json.dumps(fitted[name].to_json(), allow_nan=False))
    again = FittedForecaster.from_json(form)
    assert again.to_json() == form
    assert again.settings.params == fitted[name].settings.params
    one, other = fitted[name].predict(ahead), again.predict(ahead)
    assert one.mean.tobytes() == other.mean.tobytes()
    assert one.dispersion.tobytes() == other.dispersion.tobytes()
    assert fitted[name].explain(ahead).values.tobytes() == again.explain(ahead).values.tobytes()


@every
def test_a_row_alone_is_forecast_as_among_others(name: str, fitted: dict[str, FittedForecaster], ahead: Design) -> None:
    whole = fitted[name].predict(ahead)
    parts = fitted[name].explain(ahead)
    for row in (0, 7, len(ahead) // 2, len(ahead) - 1):
        alone = ahead.take([row])
        assert fitted[name].predict(alone).mean[0] == whole.mean[row]
        assert fitted[name].predict(alone).dispersion[0] == whole.dispersion[row]
        assert np.array_equal(fitted[name].explain(alone).values[0], parts.values[row])
    backwards = np.arange(len(ahead))[::-1]
    assert np.array_equal(fitted[name].predict(ahead.take(backwards)).mean, whole.mean[::-1])


@every
def test_other_columns_of_the_design_and_their_order_do_not_matter(
    name: str, fitted: dict[str, FittedForecaster], ahead: Design, town: History
) -> None:
    turned = design(town, np.unique(ahead.as_of), ahead.features[::-1], ahead.target)
    assert np.array_equal(fitted[name].predict(turned).mean, fitted[name].predict(ahead).mean)


@every
def test_a_design_without_rows_gives_forecasts_without_rows(
    name: str, fitted: dict[str, FittedForecaster], ahead: Design
) -> None:
    none = ahead.take([])
    assert len(fitted[name].predict(none)) == 0
    found = fitted[name].explain(none)
    assert found.values.shape == (0, len(found.names))


@every
def test_contributions_add_up_to_the_log_mean(name: str, fitted: dict[str, FittedForecaster], ahead: Design) -> None:
    found = fitted[name].explain(ahead)
    assert found.values.shape == (len(ahead), len(found.names))
    assert len(set(found.names)) == len(found.names)
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), np.log(fitted[name].predict(ahead).mean), rtol=0, atol=1e-9)
    own = [part for part in found.names if part not in ahead.names]
    assert set(own) == set(found.parts)
    assert set(own) == set(found.shown)
    for part in own:
        assert "{value}" in found.parts[part].en
        assert "{value}" in found.parts[part].zh
        assert len(found.shown[part]) == len(ahead)


@every
def test_threads_do_not_change_a_bit(
    name: str, fitted: dict[str, FittedForecaster], learned: Design, ahead: Design, forecasters: Maker
) -> None:
    one = forecasters(name).fit(learned, threads=1)
    assert one.to_json() == fitted[name].to_json()
    assert one.predict(ahead).mean.tobytes() == fitted[name].predict(ahead).mean.tobytes()


@every
def test_it_beats_a_constant_rate(name: str, fitted: dict[str, FittedForecaster], ahead: Design) -> None:
    from riskmodel.counts.distribution import log_pmf

    constant = np.full(len(ahead), ahead.y.mean())
    found = fitted[name].predict(ahead)
    score = log_pmf(ahead.y, found.mean, found.dispersion).mean()
    assert (score > log_pmf(ahead.y, constant, 0 * constant).mean()) or name == "Persistence"
    assert found.mean.mean() == pytest.approx(ahead.y.mean(), rel=0.5)


@every
def test_nothing_to_learn_from_is_said(name: str, learned: Design, town: History, forecasters: Maker) -> None:
    with pytest.raises(UsageError, match=rf"{name} has no row to learn from\. Choose earlier"):
        forecasters(name).fit(learned.take([]))
    with pytest.raises(UsageError, match=rf"{name} has no event to learn from in \d+ rows"):
        forecasters(name).fit(learned.take(np.flatnonzero(learned.y == 0)[:50]))
    with pytest.raises(UsageError, match=rf"'design' parameter of {name}.fit must be a design with a target"):
        forecasters(name).fit(design(town, "2022-01-01", FEATURES))


@every
def test_settings_follow_the_conventions(name: str, forecasters: Maker) -> None:
    made = forecasters(name)
    params = made.params
    assert make(name, params).params == params
    first = next(iter(params))
    assert made.with_params(**{first: params[first]}) == made
    assert repr(made).startswith(f"{name}(")
    with pytest.raises(UsageError, match=rf"no setting of {name} named 'half_live'"):
        made.with_params(half_live=3)


def test_an_unknown_name_gets_the_nearest_match() -> None:
    with pytest.raises(UsageError, match=r"no forecaster named 'BoostCount'.*did you mean 'BoostedCount'"):
        make("BoostCount", {})
    with pytest.raises(UsageError, match=r"no setting of DecayedRate named 'half_life'.*did you mean 'half_lives'"):
        make("DecayedRate", {"half_life": [3]})


@pytest.mark.parametrize(("dates", "part"), [(2, 2), (7, 3), (52, 4), (52, 52), (53, 53), (104, 26), (364, 28)])
def test_thinning_takes_as_many_rows_of_every_date_and_cell(dates: int, part: int) -> None:
    """Also where the step between rows has a factor in common with the number of dates."""
    cells = 3_000
    chosen = spaced(cells * dates, cells * dates // part)
    assert len(chosen) == pytest.approx(cells * dates / part, abs=5)
    for count in (np.bincount(chosen % dates, minlength=dates), np.bincount(chosen // dates // 100)):
        assert np.ptp(count) <= 5 + 0.05 * count.mean()
    assert np.array_equal(chosen, np.unique(chosen))
    assert np.array_equal(spaced(5, 5), np.arange(5))


def test_thinning_keeps_rows_as_they_are(learned: Design) -> None:
    few = thinned(learned, len(learned) // 53)
    assert len(np.unique(few.as_of)) > 12, "a fixed step would take one date of every cell"
    rows = spaced(len(learned), len(learned) // 53)
    assert np.array_equal(matrix(few), matrix(learned)[rows], equal_nan=True)
    assert np.array_equal(few.y, learned.y[rows])
    assert thinned(learned, len(learned)) is learned


@pytest.mark.parametrize("name", ["DecayedRate", "SeasonalRate", "KernelDensity", "HarmonicCount", "AdditiveRate", "GroupSeries"])
def test_events_that_all_fall_between_the_chosen_rows_are_learned_from(
    name: str, learned: Design, forecasters: Maker, monkeypatch: pytest.MonkeyPatch
) -> None:
    most, y = 300, np.zeros(len(learned), dtype=np.int32)
    y[np.setdiff1d(np.arange(len(learned)), spaced(len(learned), most))[::40]] = 1
    forecaster = forecasters(name, rows=most) if "rows" in forecasters(name).params else forecasters(name)
    monkeypatch.setattr(f"{type(forecaster).__module__}.SELECTION_ROWS", most, raising=False)
    rare = replace(learned, y=y)
    assert thinned(rare, most) is rare
    found = forecaster.fit(rare, threads=1).predict(rare).mean
    assert found.sum() == pytest.approx(y.sum(), rel=0.05)
