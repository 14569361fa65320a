"""Blends: weights against a fine grid, explanations against the members', and the members' features."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from riskmodel.asof.design import Design
from riskmodel.base.errors import UsageError
from riskmodel.counts.distribution import log_pmf
from riskmodel.forecasts.calibration import Calibration, fit_calibrated
from riskmodel.forecasts.fold import Fold
from riskmodel.forecasts.forecasters import Blend, FittedForecaster, Forecaster, make
from riskmodel.forecasts.forecasters.blend import FittedBlend
from riskmodel.forecasts.forecasters.blend_weights import chosen_pool
from riskmodel.forecasts.forecasters.fit_cache import FitCache
from riskmodel.forecasts.forecasters.fit_notes import MEMBER_DROPPED
from riskmodel.forecasts.forecasters.persistence import FittedPersistence
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import NAMES, TARGET

SIMPLE = (
    {"type": "DecayedRate", "settings": {"half_lives": [120], "over": "town", "exposure": "households"}},
    {"type": "HarmonicCount", "settings": {"half_lives": [30, 120], "harmonics": 1, "over": "town", "exposure": "households"}},
)
BOOSTED = {
    "type": "BoostedCount",
    "settings": {"trees": 20, "rows_a_leaf": 30, "half_lives": [30, 120], "over": "town", "exposure": "households"},
}


@pytest.fixture(scope="module")
def fitted(learned: Design) -> FittedBlend:
    return Blend(SIMPLE).fit(learned)


def test_the_mean_is_the_weighted_geometric_mean(fitted: FittedBlend, ahead: Design) -> None:
    assert sum(fitted.weights) == pytest.approx(1.0)
    wanted = np.full(len(ahead), np.exp(fitted.level))
    for weight, member in zip(fitted.weights, fitted.members, strict=True):
        wanted *= member.predict(ahead).mean ** weight
    np.testing.assert_allclose(fitted.predict(ahead).mean, wanted, rtol=1e-12)


def test_forecasts_and_events_add_up_to_the_same(fitted: FittedBlend, learned: Design) -> None:
    assert fitted.predict(learned).mean.sum() == pytest.approx(learned.y.sum())


def test_contributions_are_the_members_weighted(fitted: FittedBlend, ahead: Design) -> None:
    found = fitted.explain(ahead)
    wanted = dict.fromkeys(found.names, np.zeros(len(ahead)))
    base = fitted.level
    for weight, member in zip(fitted.weights, fitted.members, strict=True):
        one = member.explain(ahead)
        base += weight * one.base
        for name, column in zip(one.names, one.values.T, strict=True):
            wanted[name] = wanted[name] + weight * column
    assert found.base == pytest.approx(base)
    np.testing.assert_allclose(found.values, np.stack(list(wanted.values()), axis=1), atol=1e-12)
    for name in found.parts:
        np.testing.assert_allclose(np.log(found.shown[name]), wanted[name], atol=1e-12)


MIXED = (*SIMPLE, {"type": "Persistence"})


@pytest.fixture(scope="module")
def averaged(learned: Design) -> FittedBlend:
    return Blend(MIXED, pooling="mean").fit(learned)


def test_means_may_be_averaged_instead(averaged: FittedBlend, ahead: Design) -> None:
    assert sum(averaged.weights) == pytest.approx(1.0)
    assert len(averaged.weights) > 1
    wanted = np.zeros(len(ahead))
    for weight, member in zip(averaged.weights, averaged.members, strict=True):
        wanted += weight * member.predict(ahead).mean
    np.testing.assert_allclose(averaged.predict(ahead).mean, np.exp(averaged.level) * wanted, rtol=1e-12)
    again = FittedForecaster.from_json(json.loads(json.dumps(averaged.to_json())))
    assert again.predict(ahead).mean.tobytes() == averaged.predict(ahead).mean.tobytes()


def test_a_forecast_is_not_surer_than_its_members_agree(averaged: FittedBlend, ahead: Design) -> None:
    means = np.array([member.predict(ahead).mean for member in averaged.members])
    weights = np.array(averaged.weights)[:, None]
    pooled = (weights * means).sum(axis=0)
    between = (weights * (means - pooled) ** 2).sum(axis=0) / pooled**2
    assert between.max() > 3 * between.min()
    sure = replace(averaged, dispersion=float(np.median(between)))
    np.testing.assert_allclose(sure.predict(ahead).dispersion, np.maximum(sure.dispersion, between), rtol=1e-12)
    half = np.flatnonzero(between > sure.dispersion)[::2]
    found = Calibration(0.1, 0.5, 0.0).apply(sure.predict(ahead).take(half))
    np.testing.assert_allclose(found.dispersion, 0.25 * between[half], rtol=1e-12)
    old = json.loads(json.dumps(sure.to_json()))
    del old["state"]["spread"]  # as written by earlier versions, whose nights stay what they were
    before = FittedForecaster.from_json(old).predict(ahead)
    assert before.mean.tobytes() == sure.predict(ahead).mean.tobytes()
    assert set(before.dispersion.tolist()) == {sure.dispersion}


def test_contributions_to_an_average_add_up(averaged: FittedBlend, ahead: Design) -> None:
    found = averaged.explain(ahead)
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), np.log(averaged.predict(ahead).mean), atol=1e-10)
    assert found.base == pytest.approx(
        averaged.level
        + np.log(sum(w * np.exp(m.explain(ahead).base) for w, m in zip(averaged.weights, averaged.members, strict=True)))
    )


def test_weights_may_be_given(learned: Design, ahead: Design) -> None:
    later = learned.as_of > np.quantile(learned.as_of, 0.8)
    blend = Blend(SIMPLE, pooling="mean", weights=(3, 1)).fit(
        learned.take(learned.as_of < learned.as_of[later].min() - 14), learned.take(later)
    )
    assert blend.weights == (0.75, 0.25)
    one, other = (member.predict(ahead).mean for member in blend.members)
    np.testing.assert_allclose(blend.predict(ahead).mean, np.exp(blend.level) * (0.75 * one + 0.25 * other), rtol=1e-12)
    assert blend.dispersion is not None
    few = learned.take(learned.as_of == learned.as_of.max())
    assert Blend(SIMPLE, weights=(3, 1)).fit(few).weights == (0.75, 0.25)


def test_members_are_judged_on_dates_after_those_that_they_learned_from(learned: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, int, int]] = []
    cls = Forecaster.registry["DecayedRate"]
    fit = cls.fit

    def watched(
        self: Forecaster,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedForecaster:
        first, last = (0, 0) if validation is None else (int(validation.as_of.min()), int(validation.as_of.max()))
        seen.append((int(design.as_of.max()), first, last))
        return fit(self, design, validation, threads, earlier)

    monkeypatch.setattr(cls, "fit", watched)
    Blend(({"type": "DecayedRate", "settings": {"half_lives": [120], "over": "town"}},), folds=3).fit(learned)
    assert len(seen) == 4
    dates = np.unique(learned.as_of)
    for last, first_judged, last_judged in seen[:3]:
        assert last + TARGET.horizon <= first_judged <= last_judged
    assert [s[2] for s in seen[:3]] == sorted(s[2] for s in seen[:3])
    assert seen[2][2] == dates[-1]
    assert seen[0][1] == dates[-round(0.2 * len(dates))]
    assert seen[3] == (dates[-1], 0, 0)


def test_weights_of_a_validation_stay_when_all_rows_are_learned_from(learned: Design) -> None:
    later = learned.as_of > np.quantile(learned.as_of, 0.8)
    early = learned.take(learned.as_of < learned.as_of[later].min() - 14)
    first = Blend(SIMPLE).fit(early, learned.take(later))
    blend = first.refit(learned)
    assert isinstance(blend, FittedBlend)
    assert blend.weights == first.weights
    assert [type(member) for member in blend.members] == [type(member) for member in first.members]
    assert [json.dumps(member.to_json()) for member in blend.members] != [json.dumps(one.to_json()) for one in first.members]


def test_calibration_may_be_laid_over_it(learned: Design, ahead: Design) -> None:
    forecaster, calibration, _, _ = fit_calibrated(Blend(SIMPLE), Fold(learned))
    found = calibration.apply(forecaster.predict(ahead))
    assert np.isfinite(log_pmf(ahead.y, found.mean, found.dispersion)).all()


def test_it_is_as_good_as_its_members(learned: Design, ahead: Design) -> None:
    def judged(fitted: FittedForecaster) -> float:
        found = fitted.predict(ahead)
        return float(log_pmf(ahead.y, found.mean, found.dispersion).mean())

    blend = Blend((*SIMPLE, BOOSTED), NAMES).fit(learned)
    alone = [judged(make(member["type"], member["settings"]).fit(learned)) for member in SIMPLE]
    assert judged(blend) > min(alone)
    assert judged(blend) > max(alone) - 0.01


def test_too_few_dates_to_judge_by_weigh_alike(learned: Design) -> None:
    one = learned.take(learned.as_of == learned.as_of.max())
    blend = Blend(SIMPLE).fit(one)
    assert blend.weights == (0.5, 0.5)
    assert blend.predict(one).mean.sum() == pytest.approx(one.y.sum())
    again = FittedForecaster.from_json(json.loads(json.dumps(blend.to_json())))
    assert again.predict(one).mean.tobytes() == blend.predict(one).mean.tobytes()


def test_features_of_the_experiment_reach_the_members_that_take_them(learned: Design) -> None:
    own = {"type": "BoostedCount", "settings": {**BOOSTED["settings"], "features": ["place_households"]}}
    for member, names in ((BOOSTED, NAMES), (own, ("place_households",))):
        table = {"type": "Blend", "name": "blend", "settings": {"members": [*SIMPLE, member]}}
        experiment = make_experiment(forecasters=[table], champion="blend")
        made = experiment.forecaster("blend", NAMES)
        assert isinstance(made, Blend)
        members = made.forecasters()
        assert [type(one).__name__ for one in members] == ["DecayedRate", "HarmonicCount", "BoostedCount"]
        assert members[2].params["features"] == names
    assert {feature.name for feature in Blend(SIMPLE).needs(TARGET)} <= set(learned.names)


def test_a_copy_has_the_same_settings() -> None:
    blend = Blend((*SIMPLE, BOOSTED), NAMES, 2, "mean")
    copied = make("Blend", blend.params)
    assert isinstance(copied, Blend)
    assert copied == blend
    assert copied.params == blend.params


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"members": ()}, r"'members' parameter of Blend must be one or more tables with 'type'"),
        ({"members": ("DecayedRate",)}, r"'members' parameter of Blend must be one or more tables"),
        ({"members": {"type": "DecayedRate"}}, r"'members' parameter of Blend must be one or more tables"),
        ({"members": ({"settings": {}},)}, r"'members' parameter of Blend must be one or more tables"),
        ({"members": ({"type": "DecayRate"},)}, r"no forecaster named 'DecayRate'.*did you mean 'DecayedRate'"),
        ({"members": ({"type": "DecayedRate", "settings": {"half_life": 3}},)}, r"no setting of DecayedRate named 'half_life'"),
        ({"members": ({"type": "DecayedRate", "name": "rate"},)}, r"no key of a member of Blend named 'name'"),
        ({"pooling": "median"}, r"'pooling' parameter of Blend must be 'log' or 'mean'"),
        ({"weights": (0.5,)}, r"'weights' parameter of Blend must be empty or 3 positive numbers"),
        ({"weights": (1, 1, 0)}, r"'weights' parameter of Blend must be empty or 3 positive numbers"),
        ({"folds": 0}, r"'folds' parameter of Blend must be 1 or more"),
    ],
)
def test_faulty_settings_are_refused(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make("Blend", settings)


EXPLODING = {"type": "Persistence"}


def exploding(times: float, since: int) -> Any:
    """A fit of Persistence whose forecasts are this many times too high in the cells from ``since`` on."""

    def mean(self: FittedPersistence, design: Design) -> np.ndarray:
        return np.where(design.cell >= since, times, 1.0) * 0.5

    return mean


def test_a_member_that_explodes_on_the_later_dates_is_left_out_and_named(
    learned: Design, ahead: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FittedPersistence, "mean", exploding(1e6, 3))
    blend = Blend((EXPLODING, *SIMPLE)).fit(learned)
    assert [type(one.settings).__name__ for one in blend.members] == ["DecayedRate", "HarmonicCount"][-len(blend.members) :]
    (note,) = [one for one in blend.notes if one.code == MEMBER_DROPPED]
    assert note.forecaster == "Persistence"
    assert "left out of the blend" in note.text.en
    assert blend.predict(ahead).mean.max() < 100
    again = FittedForecaster.from_json(json.loads(json.dumps(blend.to_json())))
    assert again.notes == blend.notes


def test_a_member_whose_level_is_far_off_is_left_out(learned: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FittedPersistence, "mean", exploding(1.0, 0))
    low = replace(learned, y=(20 + learned.y).astype(np.int32))
    blend = Blend((*SIMPLE, EXPLODING)).fit(low)
    (note,) = [one for one in blend.notes if one.code == MEMBER_DROPPED]
    assert "times the events of the last dates" in note.text.en


def test_a_member_that_explodes_only_on_the_newest_rows_is_left_out(
    learned: Design, ahead: Design, monkeypatch: pytest.MonkeyPatch
) -> None:
    newest = ahead.take(ahead.as_of == ahead.as_of.max())
    plain = Blend((*SIMPLE, EXPLODING), weights=(1, 1, 1))

    def mean(self: FittedPersistence, design: Design) -> np.ndarray:
        return np.full(len(design), 1e4 if len(design) == len(newest) and (design.as_of == newest.as_of[0]).all() else 0.8)

    monkeypatch.setattr(FittedPersistence, "mean", mean)
    assert len(plain.fit(learned).members) == 3
    blend = plain.fit_with(FitCache(1, newest), learned)
    assert len(blend.members) == 2
    assert blend.weights == (0.5, 0.5)
    assert [one.code for one in blend.notes] == [MEMBER_DROPPED]


def test_where_all_diverge_the_first_stays(learned: Design, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FittedPersistence, "mean", exploding(1e6, 3))
    blend = Blend((EXPLODING,)).fit(learned)
    assert blend.weights == (1.0,)


@pytest.mark.parametrize("at", [0, 1])
def test_the_decayed_rate_is_the_simplest_member_wherever_it_is_named(
    learned: Design, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = SIMPLE if at == 0 else SIMPLE[::-1]
    found = Blend(members).fit(learned)
    monkeypatch.setattr("riskmodel.forecasts.forecasters.blend.chosen_pool", lambda rows, *named: chosen_pool(rows))
    assert found.members[at].settings == make(SIMPLE[0]["type"], SIMPLE[0]["settings"])
    assert found.weights[at] > Blend(members).fit(learned).weights[at]


SEASONAL = {"type": "SeasonalRate", "settings": {"years": 1, "half_life": [30, 120], "over": "town", "exposure": "households"}}


@pytest.mark.parametrize("at", [0, 2])
def test_the_seasonal_rate_is_in_reserve(learned: Design, ahead: Design, at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Cells of the town share one season: its own adds nothing, and the others are weighted as without it."""
    members = [*SIMPLE[:at], SEASONAL, *SIMPLE[at:]]
    found, without = Blend(tuple(members)).fit(learned), Blend(SIMPLE).fit(learned)
    assert found.weights == without.weights
    np.testing.assert_array_equal(found.predict(ahead).mean, without.predict(ahead).mean)
    monkeypatch.setattr("riskmodel.forecasts.forecasters.blend.chosen_pool", lambda rows, *named: chosen_pool(rows))
    assert len(Blend(tuple(members)).fit(learned).members) == 3


def test_without_events_to_weigh_by_the_seasonal_rate_is_left_out(learned: Design) -> None:
    late = learned.as_of > np.unique(learned.as_of)[5]
    early = replace(learned, y=np.where(late, 0, learned.y).astype(learned.y.dtype))
    found = Blend((SEASONAL, *SIMPLE)).fit(early)
    assert [type(one).__name__ for one in found.members][:1] == ["FittedDecayedRate"]
    assert found.weights == Blend(SIMPLE).fit(early).weights
    assert [type(one).__name__ for one in Blend((SEASONAL,)).fit(early).members] == ["FittedSeasonalRate"]
