"""Tracking: runs hold what was given and found; only whole, checked bundles are registered and loaded."""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from riskmodel import registry
from riskmodel.base.days import to_iso
from riskmodel.base.errors import IntegrityError, RiskmodelError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.backtesting.fold_metrics import fold_metrics
from riskmodel.forecasts.bundle import Bundle
from riskmodel.operations.served_model import load_served
from riskmodel.registry.run_contents import UNSTATED, git_commit
from tests.worlds.town import AS_OF, experiment, history_of, trained


def client_of(project: Project) -> Any:
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=registry.tracking_uri(registry.home(project)))


def test_a_backtest_is_a_run_with_metrics_per_fold(ready: Project, tmp_path: Path) -> None:
    plot = tmp_path / "reliability.svg"
    plot.write_text("<svg/>")
    chosen, history = experiment(), history_of(ready)
    result = backtest(chosen, history, ())
    run = registry.record_backtest(ready, chosen, result, fingerprint=history.fingerprint(), manifest="m1", files=[plot])
    client = client_of(ready)
    found = client.get_run(run)
    assert found.info.status == "FINISHED"
    assert found.data.params["target.horizon"] == "28"
    assert found.data.params["target.kinds"] == '["fire"]'
    assert found.data.params["forecasters"] == "decayed, persistence"
    assert not [key for key in found.data.params if key.startswith("policy.grades")], (
        "what is the default stands in the file only"
    )
    assert "knew what was known then. decayed: log score" in found.data.tags["mlflow.note.content"]
    assert found.data.metrics["log_score"] == result.summary()["forecasters"][chosen.champion]["log_score"]
    assert found.data.metrics["rows"] == len(result)
    assert len(found.data.metrics) <= 12
    assert found.data.tags["mlflow.runName"].startswith(f"backtest fire {chosen.dates.test_from} to")
    [data] = found.inputs.dataset_inputs
    assert history.fingerprint().startswith(data.dataset.digest)
    assert client.get_experiment(found.info.experiment_id).tags["mlflow.experimentKind"] == "custom_model_development"
    children = client.search_runs([found.info.experiment_id], f"tags.`mlflow.parentRunId` = '{run}'")
    assert {child.data.tags["mlflow.runName"] for child in children} == set(result.forecasts)
    own = next(child for child in children if child.data.tags["mlflow.runName"] == "decayed")
    assert own.info.status == "FINISHED"
    assert own.data.params["forecaster"] == "DecayedRate"
    assert own.data.metrics["log_score"] == result.summary()["forecasters"]["decayed"]["log_score"]
    steps = [(metric.step, metric.value) for metric in client.get_metric_history(own.info.run_id, "fold/crps")]
    assert steps == [(fold["fold"], fold["crps"]) for fold in fold_metrics(result) if fold["forecaster"] == "decayed"]
    assert len(steps) == 2
    assert found.data.tags["riskmodel.fingerprint"] == history.fingerprint()
    assert found.data.tags["riskmodel.manifest"] == "m1"
    assert found.data.tags["mlflow.user"] == "riskmodel"
    kept = registry.home(ready) / "artifacts" / "fire" / run / "artifacts"
    assert sorted(path.relative_to(kept).as_posix() for path in kept.rglob("*.*")) == [
        "experiment.toml",
        "folds.json",
        "report/reliability.svg",
        "summary.json",
    ]


def test_forecasters_of_the_caller_and_of_other_results_have_their_metrics(ready: Project) -> None:
    """The experiment states no class and no settings of them."""
    chosen, history = experiment(), history_of(ready)

    def mean(rows: Any) -> Any:
        level = float(rows.y.mean())
        return lambda ahead: np.full(len(ahead.cell), level)

    result = backtest(chosen, history, (), own={"city (mean)": mean}).joined(backtest(chosen, history, ()))
    assert {"city (mean)", "decayed", "decayed (2)"} <= set(result.forecasts)
    run = registry.record_backtest(ready, chosen, result, fingerprint=history.fingerprint())
    client = client_of(ready)
    children = client.search_runs([client.get_run(run).info.experiment_id], f"tags.`mlflow.parentRunId` = '{run}'")
    named = {child.data.tags["mlflow.runName"]: child for child in children}
    assert set(named) == set(result.forecasts)
    scores = result.summary()["forecasters"]
    for name, stated in (("decayed", "DecayedRate"), ("city (mean)", UNSTATED), ("decayed (2)", UNSTATED)):
        assert named[name].info.status == "FINISHED"
        assert named[name].data.params["forecaster"] == stated
        assert named[name].data.metrics["log_score"] == scores[name]["log_score"]


def test_a_failed_training_registers_nothing_and_its_run_says_so(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Bundle, folder: Path) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Bundle, "save", fail)
    other = experiment("other")
    with pytest.raises(OSError, match="disk full"):
        trained(ready, other)
    client = client_of(ready)
    (run,) = client.search_runs([client.get_experiment_by_name("town-other").experiment_id])
    assert run.info.status == "FAILED"
    assert registry.versions(ready, "other") == ()
    with pytest.raises(UsageError, match="has no version yet"):
        registry.version_of(ready, "other")


def test_training_registers_a_data_only_pyfunc(ready: Project) -> None:
    from mlflow.models import Model

    one = trained(ready, experiment(half_life=30))
    assert (one.name, one.version, one.experiment) == ("town-fire", 2, "fire")
    assert one.intact
    assert registry.load_bundle(one).version == one.model
    model = one.folder.parent
    files = sorted(path.relative_to(model).as_posix() for path in model.rglob("*") if path.is_file())
    assert files == ["MLmodel", "bundle/bundle.json", "bundle/manifest.json", "input_example.json", "serving_input_example.json"]
    text = (model / "MLmodel").read_text(encoding="utf-8")
    assert "loader_module: riskmodel.operations.served_model" in text
    assert "data: bundle" in text
    described = Model.load(model)
    assert described.signature is not None
    assert described.signature.params is not None
    assert [one.name for one in described.signature.params] == ["as_of", "centre"]
    assert described.load_input_example(str(model)) == []
    example = json.loads(str(described.get_serving_input(str(model))))
    assert example == {"inputs": [], "params": {"as_of": to_iso(AS_OF), "centre": ""}}
    assert not [file for file in (ready.folder / "mlruns").rglob("*") if file.suffix in (".pkl", ".pickle")]
    assert [version.version for version in registry.versions(ready, "fire")] == [1, 2]
    with pytest.raises(UsageError, match=r"no version 7.*Available: 1, 2"):
        registry.version_of(ready, "fire", 7)


def test_a_version_says_what_it_forecasts_and_how_well(ready: Project) -> None:
    chosen, history = experiment("other"), history_of(ready)
    unknown = trained(ready, chosen)
    client = client_of(ready)
    assert "so how well it forecasts is unknown" in client.get_model_version(unknown.name, "1").description
    run = registry.record_backtest(ready, chosen, backtest(chosen, history, ()), fingerprint=history.fingerprint())
    one = trained(ready, chosen)
    made = client.get_model_version(one.name, str(one.version))
    assert "28 days ahead" in made.description
    assert f"(run {run}): log_score" in made.description
    assert made.tags["riskmodel.backtest"] == run
    assert float(made.tags["backtest.log_score"]) == pytest.approx(client.get_run(run).data.metrics["log_score"], rel=1e-3)
    assert made.tags["riskmodel.model_card"] == f"runs:/{one.run}/model_card.md"
    assert "the alias 'champion' makes the lists" in client.get_registered_model(one.name).description
    assert client.get_run(one.run).inputs.dataset_inputs[0].dataset.digest == history.fingerprint()[:36]
    training = client.get_run(one.run)
    assert training.data.tags["mlflow.runName"].startswith("train other as of 20")
    assert training.data.metrics["backtest/log_score"] == client.get_run(run).data.metrics["log_score"]
    card = next((registry.home(ready) / "artifacts" / "other" / one.run).rglob("model_card.md"))
    assert "## Limits" in card.read_text(encoding="utf-8")


def test_a_version_is_linked_to_a_test_of_its_own_settings_only(ready: Project) -> None:
    chosen, history = experiment("other"), history_of(ready)
    result = backtest(chosen, history, ())
    shorter = chosen.model_copy(update={"target": chosen.target.model_copy(update={"horizon": 7})})
    registry.record_backtest(ready, shorter, result, fingerprint=history.fingerprint())
    registry.record_backtest(ready, chosen, result, fingerprint=history.fingerprint(), looks=0)
    one = trained(ready, chosen)
    made = client_of(ready).get_model_version(one.name, str(one.version))
    assert "riskmodel.backtest" not in made.tags
    assert "so how well it forecasts is unknown" in made.description


def test_the_revision_of_a_checkout_is_read(tmp_path: Path) -> None:
    git = tmp_path / ".git"
    (git / "refs" / "heads").mkdir(parents=True)
    assert git_commit(tmp_path) == ""
    (git / "HEAD").write_text("ref: refs/heads/main\n")
    assert git_commit(tmp_path) == ""
    (git / "packed-refs").write_text("# pack-refs\nabc refs/heads/main\n")
    assert git_commit(tmp_path / "city") == "abc"
    (git / "refs" / "heads" / "main").write_text("def\n")
    assert git_commit(tmp_path) == "def"
    (git / "HEAD").write_text("123\n")
    assert git_commit(tmp_path) == "123"


def test_a_champion_is_found_by_its_alias_and_checked(ready: Project) -> None:
    one = trained(ready, experiment("other"))
    with pytest.raises(UsageError, match=r"no champion.*riskmodel promote other"):
        registry.champion(ready, "other")
    assert registry.with_champion(ready) == ("fire",)
    registry.set_alias(ready, one, registry.CHAMPION)
    assert registry.champion(ready, "other") == one
    assert registry.with_champion(ready) == ("fire", "other")
    (one.folder / "bundle.json").write_text("{}")
    with pytest.raises(IntegrityError, match="version 1 of 'town-other' are not those"):
        registry.champion(ready, "other")


def test_the_working_directory_does_not_matter(ready: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    before = sorted(path.name for path in ready.folder.iterdir())
    trained(ready, experiment("other"))
    assert list(elsewhere.iterdir()) == []
    assert sorted(path.name for path in ready.folder.iterdir()) == before


def test_a_project_that_was_moved_still_works(ready: Project, tmp_path: Path) -> None:
    moved = load_project(ready.folder.rename(tmp_path / "moved 小城"))
    assert registry.champion(moved, "fire").intact
    assert trained(moved, experiment(half_life=30)).folder.is_relative_to(moved.folder)
    assert trained(moved, experiment(half_life=60)).version == 3


def test_a_database_that_cannot_be_used_is_told(ready: Project) -> None:
    database = registry.home(ready) / "mlflow.db"
    content = database.read_bytes()
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '451aebb31d03'")
        connection.commit()
    with pytest.raises(RiskmodelError, match=r"was written by another version of MLflow .*\. Nothing was recorded\. Upgrade"):
        registry.champion(ready, "fire")
    database.write_bytes(content[: len(content) // 2])
    with pytest.raises(RiskmodelError, match=r"cannot be used: database disk image is malformed\. Nothing was recorded\."):
        registry.champion(ready, "fire")
    database.write_bytes(b"no database")
    with pytest.raises(RiskmodelError, match=r"cannot be used: file is not a database\. .* restore its folder from a backup"):
        registry.champion(ready, "fire")


def mlflow_loads(model: str, uri: str) -> str:
    """The project's folder of a model that MLflow loads by itself, in a process of its own as its server does."""
    code = "import sys, mlflow; print(mlflow.pyfunc.load_model(sys.argv[1])._model_impl.project.folder)"
    environment = {**os.environ, "MLFLOW_TRACKING_URI": uri, "MLFLOW_DISABLE_TELEMETRY": "true"}
    done = subprocess.run([sys.executable, "-c", code, model], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_a_project_lies_in_any_folder(ready: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow, SQLAlchemy and SQLite each decode paths; a sign that one of them decodes leads to the same file, and makes no folder."""
    moved = load_project(ready.folder.rename(tmp_path / "50% off? #1+县"))
    assert registry.champion(moved, "fire").intact
    uri = registry.tracking_uri(registry.home(moved))
    assert registry.home_of(uri) == registry.home(moved)
    assert trained(moved, experiment(half_life=30)).folder.is_relative_to(moved.folder)
    assert registry.version_of(moved, "fire", 2).intact
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    assert load_served(str(registry.champion(moved, "fire").folder)).project.folder == moved.folder
    model = f"models:/{registry.registered_name(moved, 'fire')}@champion"
    assert mlflow_loads(model, uri) == str(moved.folder)
    assert [path.name for path in tmp_path.iterdir()] == [moved.folder.name]


def test_a_damaged_statement_in_the_database_is_told_in_one_line(ready: Project) -> None:
    """SQLite repeats the whole statement of a table."""
    database = registry.home(ready) / "mlflow.db"
    content, statement = database.read_bytes(), b"CREATE TABLE span_metrics ("
    assert statement in content
    database.write_bytes(content.replace(statement, statement[:-1] + b"`"))
    with pytest.raises(
        RiskmodelError, match=r"cannot be used: malformed database schema \(span_metrics\)[^\n]* …\. Nothing"
    ) as caught:
        registry.champion(ready, "fire")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("name", "decodes", "sign"), [("50%20 off", True, "%20"), ("why?", False, "?")])
def test_a_path_that_mlflow_or_an_old_sqlalchemy_misreads_is_refused(
    name: str, decodes: bool, sign: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not decodes:
        monkeypatch.setattr("sqlalchemy.make_url", lambda uri: SimpleNamespace(database=uri.partition("?")[0]))
    with pytest.raises(UsageError, match=f"misreads the sign '{re.escape(sign)}' in a path"):
        registry.configure(tmp_path / name)
    assert list(tmp_path.iterdir()) == []


FOUR_AT_ONCE = """
import os, sys
from pathlib import Path
import riskmodel.operations, riskmodel.operations.served_model, riskmodel.desk
from riskmodel import registry

heavy = {'mlflow', 'pandas', 'sklearn', 'lightgbm', 'statsmodels', 'numba'} & set(sys.modules)
assert not heavy, heavy
first, home = map(Path, sys.argv[1:])
registry.configure(first)
import mlflow
assert os.environ['MLFLOW_DISABLE_TELEMETRY'] == 'true'
start, go = os.pipe()
racers = []
for _ in range(4):
    racers.append(os.fork())
    if not racers[-1]:
        os.close(go)
        os.read(start, 1)
        registry.configure(home)
        os._exit(0)
os.close(go)
sys.exit(any(os.waitpid(racer, 0)[1] for racer in racers))
"""
"""Four processes that begin when the pipe is closed; the libraries, which take seconds, are imported once, when they are needed."""


def test_four_processes_at_once_make_the_database_and_mlflow_is_late_and_quiet(empty_tracking: Path, tmp_path: Path) -> None:
    shutil.copytree(empty_tracking, tmp_path / "first")
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-W", "error", "-c", FOUR_AT_ONCE, str(tmp_path / "first"), str(tmp_path / "mlruns")]
    done = subprocess.run(command, cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    # whoever comes second may have to wait for more than a second, and then says so
    heard = re.sub(rb"(?m)^Waiting for another run of riskmodel, .*\n", b"", done.stdout)
    assert (done.returncode, heard) == (0, b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["first", "mlruns"]


def test_spaces_and_chinese_in_the_path_of_a_project_do_not_matter(ready: Project, tmp_path: Path) -> None:
    moved = load_project(shutil.copytree(ready.folder, tmp_path / "县 城 & a+b" / "项目 (2)"))
    one = trained(moved, experiment(half_life=45))
    assert (one.version, one.intact) == (2, True)
    assert registry.champion(moved, "fire").intact
    assert one.folder.is_relative_to(moved.folder)
