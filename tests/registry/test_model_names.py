"""Names in MLflow: readable, accepted, never shared, whatever people write; and no page of results is missed."""

from __future__ import annotations

import pytest
from mlflow.utils.validation import _validate_metric_name, _validate_model_name

from riskmodel import registry
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.operations.promotion import promote
from riskmodel.operations.served_model import load_served
from riskmodel.registry import model_names
from riskmodel.registry.home import client_of
from riskmodel.registry.model_names import mlflow_key, mlflow_name, model_name
from riskmodel.registry.unfinished_runs import end_dead_runs
from tests.worlds.town import AS_OF, experiment, run, trained

ODD = ("O'Higgins", "a/b", "50%", 'say "hi"', "a`b", "a@champion", "what?", "#1", "a:b", "..", "\u202eabc", "湖" * 200, "x" * 400)


@pytest.mark.parametrize("name", ODD)
def test_odd_names_become_names_that_mlflow_accepts_and_are_kept_apart(name: str) -> None:
    made = model_name(name, "fire")
    _validate_model_name(made)
    _validate_metric_name(mlflow_key(f"{name}.crps"))
    assert mlflow_name(made) == made
    assert len(made.encode()) < 200
    assert made not in {model_name(other, "fire") for other in ODD if other != name}
    assert made != model_name(name, "fires")


@pytest.mark.parametrize("name", ["county", "东湖区", "Santiago (north)", "a-b_c.d", "v1,2+3"])
def test_plain_names_stay(name: str) -> None:
    assert model_name(name, "fire") == f"{name}-fire"


def test_a_pair_that_would_share_a_name_is_refused(ready: Project) -> None:
    """Of the projects 'town' with 'fire-x' and 'town-fire' with 'x', in one registry."""
    path = ready.folder / "riskmodel.toml"
    trained(ready, experiment("fire-x"))
    path.write_text(path.read_text(encoding="utf-8").replace('name = "town"', 'name = "town-fire"', 1), encoding="utf-8")
    other = load_project(ready.folder)
    with pytest.raises(UsageError, match="belongs to the experiment 'fire-x' of the project 'town'"):
        registry.versions(other, "x")
    with pytest.raises(UsageError, match="Rename the experiment's file"):
        trained(other, experiment("x"))


@pytest.mark.parametrize("name", ["O'Higgins", 'a/b: 50% "off"?', "湖" * 100])
def test_a_project_of_an_odd_name_trains_promotes_scores_and_serves(ready: Project, name: str) -> None:
    path = ready.folder / "riskmodel.toml"
    quoted = name.replace('"', '\\"')
    path.write_text(path.read_text(encoding="utf-8").replace('name = "town"', f'name = "{quoted}"', 1), encoding="utf-8")
    odd = load_project(ready.folder)
    assert odd.table.name == name
    one = trained(odd, experiment("it's 50%", half_life=30))
    assert promote(odd, "it's 50%", role="analyst", day=AS_OF).version == 1
    assert registry.with_champion(odd) == ("it's 50%",)
    assert one.folder.is_relative_to(odd.folder)
    assert load_served(str(one.folder)).project.folder == odd.folder


def test_every_page_is_followed(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of(ready)
    for number in range(7):
        client.create_registered_model(f"a county{number}-fire")
        client.create_experiment(f"another {number}")
    where = client.get_run(registry.champion(ready, "fire").run).info.experiment_id
    dead = {client.create_run(where, tags={"mlflow.user": "riskmodel"}).info.run_id for _ in range(5)}
    monkeypatch.setattr(model_names, "PAGE", 2)
    for half_life in (30, 60, 90, 120):
        trained(ready, experiment(half_life=half_life))
    assert [one.version for one in registry.versions(ready, "fire")] == [1, 2, 3, 4, 5]
    assert registry.version_of(ready, "fire").version == 5
    assert registry.with_champion(ready) == ("fire",)
    assert {client.get_run(each).info.status for each in dead} == {"FAILED"}
    assert end_dead_runs(client, ready, 0) == ()
    assert [section.target for section in run(ready).lists[0].sections] == ["fire"]
