"""Experiment files: every fault at once with its key, nearest names, and what may not be a target."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.forecasts.experiment import experiment_names, load_experiment
from tests.conftest import ROOT


@pytest.fixture
def project(tmp_path: Path) -> Project:
    (tmp_path / "experiments").mkdir()
    for name in ("riskmodel.toml", "experiments/rental-fire.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    return load_project(tmp_path)


def written(project: Project, text: str, name: str = "mine") -> None:
    (project.folder / "experiments" / f"{name}.toml").write_text(text, encoding="utf-8")


GOOD = """
title = { zh = "盗窃", en = "Theft" }
champion = "decayed"
features = ["police.*"]

[target]
kinds = ["theft"]
horizon = 14

[dates]
first = "2022-01-06"
test_from = "2024-01-04"
test_to = "2024-03-07"

[[forecasters]]
type = "DecayedRate"
name = "decayed"
"""


def test_the_repositorys_own_experiment_loads(project: Project) -> None:
    found = load_experiment(project, "rental-fire")
    assert found.name == "rental-fire"
    assert found.source_text == (ROOT / "experiments/rental-fire.toml").read_text(encoding="utf-8")
    assert [table.label for table in found.forecasters] == ["persistence", "decayed", "harmonic", "boosted", "blend"]
    assert found.goal().kinds == ("rental_fire",)
    assert found.caveats(project.table.kinds) == []


def test_defaults_and_dates(project: Project) -> None:
    written(project, GOOD)
    found = load_experiment(project, "mine")
    assert (found.horizon, found.step, found.dates.refit_every, found.layer) == (14, 7, 91, "")
    test = found.dates.test()
    assert test[0] == to_day("2024-01-04")
    assert test[-1] < to_day("2024-03-07")
    assert (np.diff(test) == 7).all()
    learning = found.dates.learning(to_day("2022-02-01"))
    assert learning[0] == to_day("2022-01-06")
    assert learning[-1] < to_day("2022-02-01")


def test_every_fault_is_reported_at_once_with_its_key(project: Project) -> None:
    text = GOOD.replace('first = "2022-01-06"', 'first = "2022-13-06"').replace("horizon = 14", "horizon = 0")
    text = text.replace('type = "DecayedRate"', 'type = "DecayRate"').replace('champion = "decayed"', 'championn = "decayed"')
    written(project, text + "\n[policy]\ncapacity = 0\n")
    with pytest.raises(UsageError, match=r"^experiments/mine.toml has \d+ faults:") as raised:
        load_experiment(project, "mine")
    message = str(raised.value)
    assert "target.horizon: " in message
    assert "dates.first: '2022-13-06' is not a date; write it as YYYY-MM-DD." in message
    assert "forecasters.0: There is no forecaster named 'DecayRate'" in message
    assert "did you mean 'DecayedRate'?" in message
    assert "champion: it is missing; add it." in message
    assert "championn: unknown key" in message
    assert "did you mean 'champion'?" in message
    assert "policy.capacity: " in message


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('test_from = "2024-01-04"', 'test_from = "2021-01-07"', "must follow each other in time"),
        ('test_from = "2024-01-04"', 'test_from = "2024-01-05"', r"whole number of steps \(7 days\) after first"),
        ('champion = "decayed"', 'champion = "boosted"', r"champion 'boosted' is not one of the forecasters \(decayed\)"),
        ('kinds = ["theft"]', "kinds = []", "target.kinds: "),
        ('name = "decayed"', 'name = "decayed"\nsettings = { half_life = [3] }', "did you mean 'half_lives'"),
        (
            'name = "decayed"',
            'name = "decayed"\n[[forecasters]]\ntype = "Persistence"\nname = "decayed"',
            "two forecasters have the same name",
        ),
        ('kinds = ["theft"]', 'kinds = ["teft", "fightt"]', r"(?s)2 faults.*'teft'.*mean 'theft'.*'fightt'.*mean 'fight'"),
        ("[dates]", "[dates", "not valid TOML"),
    ],
)
def test_one_fault_is_worded_for_its_reader(project: Project, old: str, new: str, message: str) -> None:
    assert old in GOOD
    written(project, GOOD.replace(old, new))
    with pytest.raises(UsageError, match=message):
        load_experiment(project, "mine")


@pytest.mark.parametrize("name", ["rental-fires", "../rental-fire", "Rental-Fire", ""])
def test_an_unknown_name_gets_the_nearest_match(project: Project, name: str) -> None:
    with pytest.raises(UsageError, match="no experiment named .* Available: rental-fire"):
        load_experiment(project, name)
    assert experiment_names(project) == ["rental-fire"]


def test_a_target_that_police_effort_makes_is_refused_unless_known(project: Project) -> None:
    text = GOOD.replace('kinds = ["theft"]', 'kinds = ["theft", "patrol_stop"]')
    written(project, text)
    with pytest.raises(RefusedError, match=r"'patrol_stop' is refused: police effort.*allow_discretionary = true") as raised:
        load_experiment(project, "mine")
    assert raised.value.exit_code == 3
    written(project, text.replace("horizon = 14", "horizon = 14\nallow_discretionary = true"))
    found = load_experiment(project, "mine")
    (caveat,) = found.caveats(project.table.kinds)
    assert "patrol_stop" in caveat
    assert "follows patrols" in caveat


def test_features_go_to_the_forecasters_that_take_any(project: Project) -> None:
    found = load_experiment(project, "rental-fire")
    assert found.forecaster("boosted", ("a", "b")).get_params()["features"] == ("a", "b")
    assert "features" not in found.forecaster("decayed", ("a", "b")).get_params()
    with pytest.raises(UsageError, match="did you mean 'boosted'"):
        found.forecaster("bosted", ())


def test_calibration_of_the_mean_may_be_left_out(project: Project) -> None:
    written(project, GOOD)
    written(project, GOOD + 'calibrate = "dispersion"\n', "level")
    usual, left = (load_experiment(project, name).forecaster("decayed", ()) for name in ("mine", "level"))
    assert (usual.mean_stands, left.mean_stands) == (False, True)
    written(project, GOOD + 'calibrate = "slope"\n', "wrong")
    with pytest.raises(UsageError, match=r"forecasters\.0\.calibrate"):
        load_experiment(project, "wrong")
