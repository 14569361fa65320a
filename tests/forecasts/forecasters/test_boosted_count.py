"""Boosted trees: monotone in the target's own counts, and independent of the machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from riskmodel.asof.design import Design
from riskmodel.asof.spilled import Spilled, SpillFile
from riskmodel.base.errors import UsageError
from riskmodel.counts.distribution import CountDistribution
from riskmodel.forecasts.forecasters import BoostedCount, Forecaster
from riskmodel.forecasts.forecasters.boosted_count import FittedBoostedCount, drawn
from riskmodel.forecasts.forecasters.lightgbm_trees import streamed
from tests.in_memory import matrix

Maker = Callable[..., Forecaster]


@pytest.fixture(scope="module")
def fitted(learned: Design, forecasters: Maker) -> FittedBoostedCount:
    made = forecasters("BoostedCount", trees=60).fit(learned)
    assert isinstance(made, FittedBoostedCount)
    return made


def changed(rows: Design, name: str, value: float) -> Design:
    X = matrix(rows).copy(order="F")
    X[:, rows.position(name)] = value
    return replace(rows, X=X)


@pytest.mark.parametrize("name", ["theft_count_28d", "theft_decay_60d"])
def test_more_of_its_own_never_lowers_the_mean(name: str, fitted: FittedBoostedCount, ahead: Design) -> None:
    before = None
    for value in (0, 0.5, 1, 2, 3, 5, 8, 20):
        mean = fitted.model.booster.predict(fitted.columns(changed(ahead, name, value)), raw_score=True)
        assert before is None or (mean >= before).all()
        before = mean


def test_other_features_may_lower_it(fitted: FittedBoostedCount, learned: Design) -> None:
    assert "noise_count_28d" in fitted.names
    line = next(row for row in fitted.model.text.split("\n") if row.startswith("monotone_constraints"))
    rising = {name for name, sign in zip(fitted.names, line.split("=")[1].split(), strict=True) if sign == "1"}
    own = ("theft_count_28d", "theft_decay_60d", "theft_decay_30d", "theft_decay_120d")
    assert rising == set(own)


def test_the_validation_rows_choose_the_number_of_trees(learned: Design, ahead: Design, forecasters: Maker) -> None:
    made = forecasters("BoostedCount", trees=200, learning_rate=0.5)
    first = made.fit(learned, ahead)
    assert isinstance(first, FittedBoostedCount)
    assert 1 <= first.trees < 200
    again = first.refit(learned)
    assert isinstance(again, FittedBoostedCount)
    assert again.trees == first.trees
    assert again.model.booster.num_trees() == first.trees


def test_a_drift_of_the_level_does_not_stop_the_trees(learned: Design, ahead: Design) -> None:
    """Where later rows have two thirds of the events, trees that followed no level at all seemed best."""
    rng = np.random.default_rng(4)

    def drifted(rows: Design, level: float) -> Design:
        weekday = np.exp(0.8 * np.sin(rows.column("place_households") * 0.7))
        return replace(rows, y=rng.poisson(level * weekday).astype(np.int32))

    made = BoostedCount(
        ("place_households",), trees=200, learning_rate=0.1, leaves=7, rows_a_leaf=20, half_lives=(120,), over="town"
    )
    same, lower = (made.fit(drifted(learned, 3.0), drifted(ahead, level)) for level in (3.0, 1.8))
    assert same.trees > 10
    assert lower.trees > same.trees / 2


def test_the_text_of_the_model_says_nothing_of_threads(fitted: FittedBoostedCount) -> None:
    assert "num_threads" not in fitted.model.text


def test_a_design_without_a_feature_is_refused(fitted: FittedBoostedCount, ahead: Design) -> None:
    keep = [feature for feature in ahead.features if feature.name != "noise_count_28d"]
    part = replace(ahead, X=ahead.columns([feature.name for feature in keep]), features=tuple(keep))
    with pytest.raises(UsageError, match="no feature in the design named 'noise_count_28d'"):
        fitted.predict(part)


def test_a_stream_gives_the_trees_of_the_table_in_memory() -> None:
    """With bins from a part of the rows, as for more than 200,000 rows."""
    import lightgbm

    rng = np.random.default_rng(3)
    X = np.asfortranarray(rng.normal(size=(3000, 5)).astype(np.float32))
    X[rng.random(X.shape) < 0.1] = np.nan
    X[:, 3] = np.round(X[:, 3])
    edges = [0, 700, 701, 1900, 3000]
    file = SpillFile(5, edges)
    for block in range(4):
        file.write(block, X[edges[block] : edges[block + 1]].T)
    y = rng.poisson(np.exp(np.nan_to_num(X[:, 0])))
    later = np.sort(rng.permutation(3000)[:900])
    params = {"objective": "poisson", "verbosity": -1, "bin_construct_sample_cnt": 400, "seed": 4, "data_random_seed": 4}
    texts = []
    for table in (X, Spilled(file)):
        learn, watch = (
            lightgbm.Dataset(
                streamed(rows) if isinstance(rows, Spilled) else rows, label, init_score=0.1 * label,
                params=dict(params), reference=None,
            )
            for rows, label in ((table, y), (table.take(later) if isinstance(table, Spilled) else X[later], y[later]))
        )  # fmt: skip
        watch.set_reference(learn)
        found = lightgbm.train(params, learn, 25, valid_sets=[watch], callbacks=[lightgbm.early_stopping(5, verbose=False)])
        texts.append(found.model_to_string())
    assert texts[0] == texts[1]


def test_rows_that_lie_in_a_file_are_forecast_and_explained_alike(fitted: FittedBoostedCount, ahead: Design) -> None:
    file = SpillFile(len(ahead.features), [0, len(ahead)])
    file.write(0, np.asarray(ahead.X).T)
    there = replace(ahead, X=Spilled(file))
    np.testing.assert_array_equal(fitted.predict(there).mean, fitted.predict(ahead).mean)
    np.testing.assert_array_equal(fitted.explain(there).values, fitted.explain(ahead).values)


def test_rows_are_drawn_by_the_root_of_their_mean_and_weigh_what_they_stand_for() -> None:
    rng = np.random.default_rng(4)
    mean = np.exp(rng.normal(-3.0, 2.0, 40_000))
    chosen, weights = drawn(mean, 5_000)
    assert len(chosen) == pytest.approx(5_000, abs=2)
    assert (np.diff(chosen) > 0).all()
    assert (weights >= 1).all()
    again, _ = drawn(mean, 5_000)
    assert again.tobytes() == chosen.tobytes()
    sure = weights == 1
    assert mean[chosen][sure].min() >= mean[chosen][~sure].max()
    np.testing.assert_allclose((weights * np.sqrt(mean[chosen]))[~sure], (weights * np.sqrt(mean[chosen]))[~sure][0])
    assert set(np.flatnonzero(mean >= mean[chosen][sure].min())) <= set(chosen)
    # weighted sums over the drawn rows stand for sums over all
    assert (weights * mean[chosen]).sum() == pytest.approx(mean.sum(), rel=0.01)
    assert weights.sum() == pytest.approx(40_000, rel=0.05)


def test_trees_may_be_grown_on_a_part_of_the_rows(learned: Design, ahead: Design, forecasters: Maker) -> None:
    def forecast(rows: int | None) -> CountDistribution:
        return forecasters("BoostedCount", trees=40, rows=rows).fit(learned).predict(ahead)

    whole, part, all_of_them = forecast(None), forecast(len(learned) // 2), forecast(len(learned))
    assert all_of_them.mean.tobytes() == whole.mean.tobytes()
    assert part.mean.tobytes() != whole.mean.tobytes()
    assert part.mean.sum() == pytest.approx(whole.mean.sum(), rel=0.1)
    assert np.corrcoef(np.log(part.mean), np.log(whole.mean))[0, 1] > 0.9


def test_the_trees_may_be_left_free(learned: Design, forecasters: Maker) -> None:
    made = forecasters("BoostedCount", trees=5, rising=False).fit(learned)
    assert isinstance(made, FittedBoostedCount)
    assert not any("1" in row for row in made.model.text.split("\n") if row.startswith("monotone_constraints"))
