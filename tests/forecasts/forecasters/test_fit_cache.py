"""Equal forecasters are fitted once, alone or in a blend, with unchanged results."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from riskmodel.asof.design import Design
from riskmodel.forecasts.calibration import fit_calibrated
from riskmodel.forecasts.fold import Fold
from riskmodel.forecasts.forecasters import Blend, BoostedCount, FittedForecaster, Forecaster
from riskmodel.forecasts.forecasters.fit_cache import FitCache
from tests.worlds.quick_forecasters import SETTINGS, make_experiment
from tests.worlds.two_towns import NAMES

BOOSTED = {
    "trees": 60,
    "learning_rate": 0.2,
    "rows_a_leaf": 30,
    "half_lives": [30, 120],
    "over": "town",
    "exposure": "households",
}
MEMBERS = (
    {"type": "DecayedRate", "settings": {"half_lives": [120], "over": "town"}},
    {"type": "BoostedCount", "settings": BOOSTED},
)


@pytest.fixture
def grown(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, bool]]:
    """Number of rows, and whether there was validation, of each fit of trees."""
    seen: list[tuple[int, bool]] = []
    fit = BoostedCount.fit

    def watched(
        self: BoostedCount,
        design: Design,
        validation: Design | None = None,
        threads: int = 2,
        earlier: FittedForecaster | None = None,
    ) -> FittedForecaster:
        seen.append((len(design), validation is not None))
        return fit(self, design, validation, threads, earlier)

    monkeypatch.setattr(BoostedCount, "fit", watched)
    return seen


def forecasters_of(names: tuple[str, ...]) -> list[Forecaster]:
    """Boosted trees alone and in two blends, as an experiment makes them."""
    tables = [{"type": "BoostedCount", "name": "boosted", "settings": BOOSTED}]
    tables += [
        {"type": "Blend", "name": pooling, "settings": {"members": list(MEMBERS), "pooling": pooling, "weights": [1, 2]}}
        for pooling in ("log", "mean")
    ]
    experiment = make_experiment(forecasters=tables)
    return [experiment.forecaster(table["name"], names) for table in tables]


def test_a_member_equal_to_a_single_forecaster_is_fitted_once_with_the_same_result(
    learned: Design, ahead: Design, grown: list[tuple[int, bool]]
) -> None:
    wanted = [fit_calibrated(one, Fold(learned, 1)) for one in forecasters_of(NAMES)]
    assert len(grown) == 6
    grown.clear()
    fold = Fold(learned, 2)
    found = [fit_calibrated(one, fold) for one in forecasters_of(NAMES)]
    assert fold.split is not None
    assert grown == [(len(fold.split[0]), True), (len(learned), False)]
    for one, other in zip(found, wanted, strict=True):
        assert one.forecaster.to_json() == other.forecaster.to_json()
        assert one.forecaster.predict(ahead).mean.tobytes() == other.forecaster.predict(ahead).mean.tobytes()
        assert (one.calibration, one.conformal) == (other.calibration, other.conformal)
    # in another order nothing changes, either
    again = [fit_calibrated(one, fold) for one in reversed(forecasters_of(NAMES))]
    assert len(grown) == 2
    assert [one.forecaster.to_json() for one in reversed(again)] == [one.forecaster.to_json() for one in found]


def test_other_features_settings_or_rows_are_fitted_again(learned: Design, grown: list[tuple[int, bool]]) -> None:
    fold = Fold(learned)
    for names in (NAMES, NAMES[:3], NAMES):
        for one in forecasters_of(names):
            fit_calibrated(one, fold)
    assert len(grown) == 4
    fits, one = FitCache(), forecasters_of(NAMES)[0]
    fits.fit(one, learned)
    one = one.with_params(trees=59)
    fits.fit(one, learned)
    half = learned.take(np.arange(0, len(learned), 2))
    fits.fit(one, half)
    fits.fit(one, learned, half)
    assert len(grown) == 8
    fits.fit(one, learned)
    assert len(grown) == 8


def trees_of(fitted: FittedForecaster) -> int:
    """Number of trees of a fit."""
    return fitted.to_json()["state"]["trees"]


def test_what_was_learned_before_counts(learned: Design, ahead: Design, grown: list[tuple[int, bool]]) -> None:
    """A fit that continues from an earlier one keeps its number of trees, so it differs from one without."""
    fits, given = FitCache(), forecasters_of(NAMES)[0]
    half = learned.as_of < np.quantile(learned.as_of, 0.7)
    early, later = learned.take(half), learned.take(~half)
    once = fits.fit(given, learned)
    stopped = fits.fit(given, early, later)
    then = fits.fit(given, learned, earlier=stopped)
    assert len(grown) == 3
    assert (trees_of(once), trees_of(then)) == (60, trees_of(stopped))
    assert trees_of(stopped) < 60, "else the test would show nothing"
    assert fits.fit(given, learned, earlier=stopped).to_json() == then.to_json()
    assert len(grown) == 3
    alone = BoostedCount(features=NAMES, **BOOSTED).fit(early, later).refit(learned)
    assert then.predict(ahead).mean.tobytes() == alone.predict(ahead).mean.tobytes()


@pytest.mark.parametrize("name", SETTINGS)
def test_a_shared_fit_is_not_changed_by_later_fits(name: str, learned: Design, forecasters: Callable[..., Forecaster]) -> None:
    fits, given = FitCache(1), forecasters(name)
    half = learned.as_of < np.quantile(learned.as_of, 0.7)
    first = fits.fit(given, learned.take(half), learned.take(~half))
    before = first.to_json()
    fits.fit(given, learned, earlier=first)
    first.refit(learned.take(half))
    assert first.to_json() == before
    assert given == forecasters(name)
    again = forecasters(name).fit(learned.take(half), learned.take(~half), 1)
    assert again.to_json() == before
    restored = FittedForecaster.from_json(before)
    assert again.refit(learned, threads=1).to_json() == fits.fit(given, learned, earlier=restored).to_json()


def test_a_blend_asks_for_the_features_that_its_members_use() -> None:
    plain = {"type": "AdditiveRate", "settings": {"signals": [["noise"]]}}
    ahead_of = {
        "type": "AdditiveRate",
        "settings": {"precursor": {"kinds": ["noise"], "effort": ["stop"], "exposure": "households"}},
    }
    assert Blend((plain, MEMBERS[0]), NAMES).named_features == ()
    assert Blend((plain, ahead_of), NAMES).named_features == NAMES
    named = {"type": "BoostedCount", "settings": {"features": [NAMES[1]]}}
    assert Blend((plain, named), NAMES).named_features == (NAMES[1],)
    assert Blend((named, MEMBERS[1]), NAMES).named_features == (NAMES[1], NAMES[0], *NAMES[2:])
    alone = make_experiment(forecasters=[{**plain, "name": "sum"}], champion="sum").forecaster("sum", NAMES)
    assert (alone.named_features, alone.params["features"]) == ((), ())
