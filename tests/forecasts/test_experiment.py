"""Experiment files: faults with their keys, names resolved, and refused targets."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.forecasts.experiment import Experiment, experiment_names, load_experiment
from tests.worlds.simulated_county import ROOT


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
    # test_to itself is no date of the window
    assert found.dates.window_text() == "2024-01-04 to 2024-03-06"
    assert "test window 2024-01-04 to 2024-03-06" in repr(found)
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
        ('champion = "decayed"', 'champion = "boosted"', r"champion: 'boosted' is not one of the forecasters \(decayed\)"),
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
    assert found.forecaster("boosted", ("a", "b")).params["features"] == ("a", "b")
    assert "features" not in found.forecaster("decayed", ("a", "b")).params
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


BLEND = """
[[forecasters]]
type = "AdditiveRate"
name = "additive"
member_only = true
settings = { signals = [["violence"], ["noise_call"]] }

[[forecasters]]
type = "Blend"
name = "blend"
settings = { members = ["additive", "decayed"], folds = 2 }
"""


def test_a_blend_names_its_members(project: Project) -> None:
    written(project, GOOD.replace('name = "decayed"', 'name = "decayed"\nsettings = { half_lives = [30] }') + BLEND)
    found = load_experiment(project, "mine")
    assert [table.label for table in found.forecasters] == ["decayed", "blend"]
    assert found.table("blend").settings == {
        "members": [
            {"type": "AdditiveRate", "settings": {"signals": [["fight", "injury"], ["noise_call"]]}},
            {"type": "DecayedRate", "settings": {"half_lives": [30]}},
        ],
        "folds": 2,
    }
    assert "member_only" not in found.model_dump_json()


def test_members_may_be_blends_and_may_be_searched(project: Project) -> None:
    outer = '[[forecasters]]\ntype = "Blend"\nname = "outer"\nsearch = { members = [["blend"], ["decayed", "additive"]] }\n'
    written(project, GOOD + BLEND + outer)
    blend, plain, additive = (
        {"type": "Blend", "settings": load_experiment(project, "mine").table("blend").settings},
        {"type": "DecayedRate"},
        {"type": "AdditiveRate", "settings": {"signals": [["fight", "injury"], ["noise_call"]]}},
    )
    assert load_experiment(project, "mine").table("outer").search == {"members": [[blend], [plain, additive]]}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"additive", "decayed"', '"aditive", "decayed"', r"members\.0: There is no forecaster .*mean 'additive'"),
        (
            '"additive", "decayed"',
            '"additive", "blend"',
            r"forecasters\.2\.settings\.members\.1: 'blend' would be a member of itself",
        ),
        (
            '"additive", "decayed"',
            '"additive", { type = "DecayedRate" }',
            r"members\.1: name a forecaster of this experiment; .*member_only = true",
        ),
        ('"additive", "decayed"', '"decayed"', r"forecasters\.1\.member_only: no blend names it"),
        ('champion = "decayed"', 'champion = "additive"', r"champion: 'additive' is member_only"),
        ("[dates]", '[evaluation]\nbaseline = "additive"\n[dates]', r"evaluation\.baseline: 'additive' is member_only"),
        ('name = "decayed"', 'name = "decayed"\nsearch = true', r"members\.1: the settings of 'decayed' are searched"),
        ("member_only = true", "member_only = 3", r"forecasters\.1\.member_only: it must be true or false"),
        ('"violence"', '"violense"', r"forecasters\.1\.settings\.signals\.0: There is no kind or kind group .*mean 'violence'"),
        ('"violence"', '"violence", "fight"', r"signals\.0: The kind 'fight' is named twice"),
        ('kinds = ["theft"]', 'kinds = ["al_theft"]', r"target\.kinds: There is no kind or kind group .*mean 'all_theft'"),
    ],
)
def test_a_name_that_leads_nowhere_is_told_with_its_key(project: Project, old: str, new: str, message: str) -> None:
    assert old in GOOD + BLEND
    written(project, (GOOD + BLEND).replace(old, new))
    with pytest.raises(UsageError, match=message):
        load_experiment(project, "mine")


def test_groups_of_kinds_stand_for_their_kinds(project: Project) -> None:
    precursor = '{ kinds = ["fire_hazards"], effort = ["inspected_rooms"], exposure = "rental_rooms" }'
    additive = f'[[forecasters]]\ntype = "AdditiveRate"\nsettings = {{ states = [["fire_hazards"]], precursor = {precursor} }}\n'
    searched = '[[forecasters]]\ntype = "HarmonicCount"\nsearch = { signals = [[["violence"]], []] }\n'
    written(project, GOOD.replace('["theft"]', '["all_theft"]') + additive + searched)
    found, hazards = load_experiment(project, "mine"), list(project.table.kind_groups["fire_hazards"].kinds)
    assert found.goal().kinds == ("theft", "ebike_theft")
    settings = found.table("AdditiveRate").settings
    assert (settings["states"], settings["precursor"]["kinds"]) == ([hazards], hazards)
    assert found.table("HarmonicCount").search == {"signals": [[["fight", "injury"]], []]}


def test_a_group_does_not_hide_what_police_effort_makes(project: Project) -> None:
    toml = project.folder / "riskmodel.toml"
    text = toml.read_text(encoding="utf-8").replace("[kind_groups]", '[kind_groups]\nbusy = ["theft", "patrol_stop"]')
    toml.write_text(text, encoding="utf-8")
    written(project, GOOD.replace('["theft"]', '["busy"]'))
    with pytest.raises(RefusedError, match=r"'patrol_stop' is refused: police effort"):
        load_experiment(load_project(project.folder), "mine")


def test_a_policy_states_only_what_differs_from_the_projects(project: Project) -> None:
    toml = project.folder / "riskmodel.toml"
    text = toml.read_text(encoding="utf-8").replace("capacity = 20", "capacity = 7\ncapacity_by_centre = { A = 3 }")
    toml.write_text(text, encoding="utf-8")
    base = load_project(project.folder).table.policy
    written(project, GOOD + "[policy]\ncool_down = 1\n[policy.grades.red]\nminimum_probability = 0.2\n")
    policy = load_experiment(load_project(project.folder), "mine").policy
    assert (policy.capacity, policy.capacity_by_centre, policy.cool_down) == (7, {"A": 3}, 1)
    assert policy.grades["red"] == base.grades["red"].model_copy(update={"minimum_probability": 0.2})
    assert policy.grades["blue"] == base.grades["blue"]
    written(project, GOOD)
    assert load_experiment(load_project(project.folder), "mine").policy == base


def test_what_is_resolved_is_read_again_without_the_project(project: Project) -> None:
    written(project, GOOD + BLEND)
    found = load_experiment(project, "mine")
    assert Experiment.model_validate_json(found.model_dump_json()).with_source(found.source_text) == found


@pytest.mark.parametrize("junk", ["3", '"x"', "[]", "{}", "true", "[3]", "[[3]]", "{ a = 1 }", '[{ type = ["x"] }]'])
@pytest.mark.parametrize("key", ["type", "name", "settings", "search", "member_only", "members", "signals", "precursor"])
def test_no_value_breaks_the_search_for_faults(project: Project, key: str, junk: str) -> None:
    settings = f"settings = {{ {key} = {junk} }}" if key in ("members", "signals", "precursor") else f"{key} = {junk}"
    kept = "" if key == "type" else 'type = "Blend"\n'
    written(
        project,
        GOOD.replace('"decayed"', '"DecayedRate"').replace('name = "DecayedRate"', "") + f"[[forecasters]]\n{kept}{settings}\n",
    )
    try:
        load_experiment(project, "mine")
        said = ""
    except UsageError as error:
        said = str(error)
    # all that may be is a text as a name, no setting, and a search of nothing or of the built-in grid
    fitting = (("name", '"x"'), ("settings", "{}"), ("search", "{}"), ("search", "true"))
    assert ("mine" in said) == ((key, junk) not in fitting)
    assert not re.search("function-|pydantic", said), said
