"""Search of settings: nothing of the test window, its labels or its knowledge affects the choice."""

from __future__ import annotations

import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.backtesting.settings_search import SearchTrial
from riskmodel.forecasts.backtesting.validation_window import validation_window
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.forecasters.grids import GRIDS
from riskmodel.forecasts.training import train
from riskmodel.records.history import History
from tests.worlds.other_future import with_another_future
from tests.worlds.quick_forecasters import make_experiment
from tests.worlds.two_towns import DELAY, FEATURES, TARGET


def gridded(**changed: object) -> Experiment:
    """An experiment with two forecasters, one of which has a grid with a poor setting."""
    tables = [
        {"type": "Persistence", "name": "persistence"},
        {
            "type": "DecayedRate",
            "name": "decayed",
            "settings": {"over": "town"},
            "search": {"half_lives": [[2], [120]], "exposure": ["households", None][:1]},
        },
    ]
    return make_experiment(**({"champion": "decayed", "forecasters": tables} | changed))


def test_settings_are_chosen_by_log_score_on_earlier_dates(town: History) -> None:
    experiment = gridded()
    found = backtest(experiment, town, FEATURES, threads=1)
    assert [(one.forecaster, one.settings["half_lives"]) for one in found.trials] == [("decayed", [2]), ("decayed", [120])]
    best = min(found.trials, key=lambda one: one.log_score)
    assert [one for one in found.trials if one.best] == [best]
    assert found.trials[0].log_score != found.trials[1].log_score
    assert to_day(found.trials[0].until) <= to_day(experiment.dates.test_from) - TARGET.horizon - DELAY + 1
    assert found.experiment.table("decayed").settings == best.settings
    assert set(best.settings) == {"over", "half_lives", "exposure"}
    assert found.experiment.table("decayed").search == {}
    fixed = backtest(found.experiment, town, FEATURES, threads=1)
    assert fixed.forecasts["decayed"].mean.tobytes() == found.forecasts["decayed"].mean.tobytes()
    assert fixed.trials == ()
    # the score of a setting is that of a backtest of the window before
    moved, known = validation_window(experiment, town)
    for one in found.trials:
        alone = backtest(moved.with_settings("decayed", one.settings), known, FEATURES, threads=1)
        assert alone.row_scores("decayed")["log_score"].mean() == pytest.approx(one.log_score, abs=1e-12)


def test_no_choice_depends_on_the_test_window(town: History) -> None:
    experiment = gridded()
    day = to_day(experiment.dates.test_from)

    def tried(history: History) -> tuple[SearchTrial, ...]:
        return backtest(experiment, history, FEATURES, threads=1).trials

    assert tried(with_another_future(town, day)) == tried(town)
    # a search that could see it would move: with a little less of a common past it does
    assert tried(with_another_future(town, day - 30)) != tried(town)


def test_training_uses_the_best_settings(town: History) -> None:
    best = next(one for one in backtest(gridded(), town, FEATURES, threads=1).trials if one.best)
    bundle = train(gridded(), town, FEATURES, as_of="2022-08-02", threads=1)
    assert bundle.experiment.table("decayed").settings == best.settings
    assert bundle.forecaster.settings.params["half_lives"] == tuple(best.settings["half_lives"])
    other = train(gridded(champion="persistence"), town, FEATURES, as_of="2022-08-02", threads=1)
    assert other.experiment.table("decayed").search == {}


def test_the_built_in_grid_is_searched_before_the_test_window_too(town: History) -> None:
    tables = [{"type": "DecayedRate", "name": "decayed", "settings": {"over": "town"}, "search": True}]
    experiment = make_experiment(champion="decayed", forecasters=tables)
    day = to_day(experiment.dates.test_from)
    found = backtest(experiment, town, FEATURES, threads=1)
    assert [one.settings["half_lives"] for one in found.trials] == list(GRIDS["DecayedRate"]["half_lives"])
    assert {one.settings["over"] for one in found.trials} == {"town"}
    best = min(found.trials, key=lambda one: one.log_score)
    assert found.experiment.table("decayed").settings == best.settings
    assert backtest(experiment, with_another_future(town, day), FEATURES, threads=1).trials == found.trials
    bundle = train(experiment, town, FEATURES, as_of=day, threads=1)
    assert bundle.experiment.table("decayed").settings == best.settings
    assert bundle.experiment.table("decayed").search == {}


def test_a_grid_must_be_valid_and_small() -> None:
    for search, said in (
        ({"half_lives": [[30], [0, "x"]]}, None),
        ({"half_live": [[30]]}, "no setting of DecayedRate named 'half_live'"),
        ({"half_lives": []}, "every setting in search needs at least one value"),
        ({"half_lives": [[i] for i in range(1, 66)]}, "search has 65 combinations; leave at most 64"),
    ):
        table = {"type": "DecayedRate", "name": "decayed", "search": search}
        if said is None:
            assert len(make_experiment(champion="decayed", forecasters=[table]).table("decayed").grid()) == 2
            continue
        with pytest.raises(UsageError, match=said):
            make_experiment(champion="decayed", forecasters=[table])
