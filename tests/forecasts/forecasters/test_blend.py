"""Blends: weights against a fine grid, explanations against the members', and the members' features."""

from __future__ import annotations

import itertools
import json
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from riskmodel.asof.design import Design
from riskmodel.base.errors import UsageError
from riskmodel.counts.distribution import fit_dispersion, log_pmf
from riskmodel.forecasts.calibration import Fold, fit_calibrated
from riskmodel.forecasts.forecasters import Blend, FittedForecaster, Forecaster, make
from riskmodel.forecasts.forecasters.blend import FittedBlend
from riskmodel.forecasts.forecasters.blend_weights import PoolRows, chosen_pool, fit_pool
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


def score(y: np.ndarray, logs: list[np.ndarray], weights: Any, level: float) -> float:
    mean = np.exp(level + sum(w * column for w, column in zip(weights, logs, strict=True)))
    return float(log_pmf(y, mean, np.full(len(y), fit_dispersion(y, mean))).mean())


def test_weightsare_those_of_the_best_score() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(0.5, 0.7, 3000)
    logs = [truth + rng.normal(0, noise, 3000) for noise in (0.3, 0.5, 2.0)]
    y = rng.negative_binomial(2.0, 2.0 / (2.0 + np.exp(truth))).astype(float)
    weights, level, dispersion = fit_pool(PoolRows(y, logs))
    assert weights.sum() == pytest.approx(1.0)
    assert (weights >= 0).all()
    assert weights[0] > weights[1] > weights[2]
    assert dispersion == pytest.approx(0.5, abs=0.15)
    best = max(
        score(y, logs, (a / 12, b / 12, 1 - (a + b) / 12), c)
        for a, b, c in itertools.product(range(13), range(13), (level - 0.1, level, level + 0.1))
        if a + b <= 12
    )
    assert score(y, logs, weights, level) >= best - 1e-6


def test_a_member_that_adds_nothing_gets_no_weight() -> None:
    rng = np.random.default_rng(3)
    truth = rng.normal(0.0, 1.0, 2000)
    y = rng.poisson(np.exp(truth)).astype(float)
    weights, level, dispersion = fit_pool(PoolRows(y, [truth, rng.normal(0.0, 1.0, 2000)]))
    assert weights.tolist() == [1.0, 0.0]
    assert level == pytest.approx(0.0, abs=0.05)
    assert dispersion < 0.05
    alone = fit_pool(PoolRows(y, [truth - 1.0]))
    assert alone[0].tolist() == [1.0]
    assert alone[1] == pytest.approx(1.0, abs=0.05)


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


def test_contributions_are_the_membersweighted(fitted: FittedBlend, ahead: Design) -> None:
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


def test_contributions_to_an_average_add_up(averaged: FittedBlend, ahead: Design) -> None:
    found = averaged.explain(ahead)
    np.testing.assert_allclose(found.base + found.values.sum(axis=1), np.log(averaged.predict(ahead).mean), atol=1e-10)
    assert found.base == pytest.approx(
        averaged.level
        + np.log(sum(w * np.exp(m.explain(ahead).base) for w, m in zip(averaged.weights, averaged.members, strict=True)))
    )


def test_weightsmay_be_given(learned: Design, ahead: Design) -> None:
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


def test_weightsof_an_average_are_those_of_the_best_score() -> None:
    """One member forecasts almost nothing for half the rows, which ruins a geometric mean."""
    rng = np.random.default_rng(5)
    truth = np.exp(rng.normal(0.0, 1.0, 4000))
    cautious = truth * np.exp(rng.normal(0, 0.8, 4000))
    bold = np.where(rng.random(4000) < 0.5, 1e-6, 2 * truth)
    y = rng.poisson(truth).astype(float)
    logs = [np.log(cautious), np.log(bold)]
    weights, level, _ = fit_pool(PoolRows(y, logs, "mean"))

    def judged(share: float, level: float) -> float:
        mean = np.exp(level) * ((1 - share) * cautious + share * bold)
        return float(log_pmf(y, mean, np.full(len(y), fit_dispersion(y, mean))).mean())

    best = max(judged(share, at) for share in np.linspace(0, 1, 51) for at in (level - 0.1, level - 0.02, level, level + 0.1))
    assert judged(weights[1], level) >= best - 1e-6
    assert weights[1] > 0.1
    assert fit_pool(PoolRows(y, logs))[0][1] < weights[1]


def test_membersare_judged_on_dates_after_those_that_they_learned_from(learned: Design, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_weightsof_a_validation_stay_when_all_rows_are_learned_from(learned: Design) -> None:
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


def test_features_of_the_experiment_reach_the_membersthat_take_them(learned: Design) -> None:
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


def noisy(seed: int, periods: int) -> PoolRows:
    """Two equally good members and one bad one, whose errors are shared by all rows of a period."""
    rng = np.random.default_rng(seed)
    rows, period = 40 * periods, np.repeat(np.arange(periods), 40)
    truth = rng.normal(1.0, 0.6, rows)
    logs = [truth + rng.normal(0, 0.15, periods)[period] + rng.normal(0, 0.2, rows) for _ in range(2)]
    logs.append(truth + rng.normal(0, 1.0, rows))
    return PoolRows(rng.poisson(np.exp(truth)).astype(float), logs, period=period)


def test_few_periods_draw_weights_toward_equal() -> None:
    def apart(periods: int) -> list[float]:
        """Mean difference of the weights of two equal members, fitted freely and chosen."""
        worlds = [noisy(seed, periods) for seed in range(8)]
        ways = [[way(rows).weights for rows in worlds] for way in (fit_pool, chosen_pool)]
        return [float(np.mean([abs(w[0] - w[1]) for w in found])) for found in ways]

    free, drawn = apart(4)
    assert drawn <= free
    assert apart(30)[1] < 0.25


def test_members_that_rows_do_not_tell_apart_weigh_nearly_alike() -> None:
    """A gain of one standard error or less keeps half of the way from equal weights, or less."""
    rng = np.random.default_rng(1)
    truth = rng.normal(0.0, 1.0, 400)
    rows = PoolRows(rng.poisson(np.exp(truth)).astype(float), [truth + rng.normal(0, 0.3, 400) for _ in range(3)])
    free, found = fit_pool(rows).weights, chosen_pool(rows).weights
    assert np.abs(found - 1 / 3).max() < 0.5 * np.abs(free - 1 / 3).max()


@pytest.mark.parametrize("unit", ["cell", "period"])
def test_rows_that_repeat_each_other_are_no_further_evidence(unit: str) -> None:
    rng = np.random.default_rng(4)
    truth = rng.normal(0.0, 1.0, 60)
    y = rng.poisson(np.exp(truth)).astype(float)
    logs = [truth, truth + rng.normal(0, 0.6, 60), truth + rng.normal(0, 0.6, 60)]
    once = chosen_pool(PoolRows(y, logs)).weights
    repeated = PoolRows(np.tile(y, 20), [np.tile(log, 20) for log in logs])
    number = np.tile(np.arange(60), 20)
    alike = replace(repeated, cell=number) if unit == "cell" else replace(repeated, period=number)
    often = chosen_pool(alike).weights
    np.testing.assert_allclose(often, once, atol=0.02)
    assert chosen_pool(repeated).weights[0] > often[0] + 0.02


def test_without_events_weights_are_equal() -> None:
    np.testing.assert_allclose(chosen_pool(PoolRows(np.zeros(9), [np.zeros(9)] * 3)).weights, np.full(3, 1 / 3))


def test_a_member_that_is_clearly_best_stands_alone() -> None:
    rng = np.random.default_rng(6)
    period = np.repeat(np.arange(12), 200)
    truth = rng.normal(1.0, 1.0, len(period))
    y = rng.poisson(np.exp(truth)).astype(float)
    others = [truth.mean() - 0.3 * truth + rng.normal(0, 1.5, len(period)) for _ in range(2)]
    weights = chosen_pool(PoolRows(y, [truth, *others], period=period)).weights
    assert weights[0] > 0.97


def test_members_that_add_nothing_evident_to_the_simplest_get_half_of_their_weight() -> None:
    rng = np.random.default_rng(9)
    truth = rng.normal(0.0, 1.0, 300)
    rows = PoolRows(rng.poisson(np.exp(truth)).astype(float), [truth] * 3)
    np.testing.assert_allclose(chosen_pool(rows).weights, np.full(3, 1 / 3))
    np.testing.assert_allclose(chosen_pool(rows, simplest=1).weights, [1 / 6, 2 / 3, 1 / 6])


def test_members_that_are_plainly_better_than_the_simplest_keep_their_weight() -> None:
    def taken(rows: int) -> float:
        """Share of its weight that a far better member loses to the simplest one."""
        rng = np.random.default_rng(3)
        truth = rng.normal(0.0, 0.7, rows)
        logs = [truth + rng.normal(0, 0.7, rows), truth]
        pool = PoolRows(rng.poisson(0.3 * np.exp(truth)).astype(float), logs)
        return float(1 - chosen_pool(pool, simplest=0).weights[1] / chosen_pool(pool).weights[1])

    few, many = taken(60), taken(6_000)
    assert 0.1 < few <= 0.5 + 1e-9
    assert 0.0 <= many < 0.01


@pytest.mark.parametrize("at", [0, 1])
def test_the_decayed_rate_is_the_simplest_member_wherever_it_is_named(
    learned: Design, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    members = SIMPLE if at == 0 else SIMPLE[::-1]
    found = Blend(members).fit(learned)
    monkeypatch.setattr("riskmodel.forecasts.forecasters.blend.chosen_pool", lambda rows, simplest: chosen_pool(rows))
    assert found.members[at].settings == make(SIMPLE[0]["type"], SIMPLE[0]["settings"])
    assert found.weights[at] > Blend(members).fit(learned).weights[at]
