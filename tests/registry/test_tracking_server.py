"""A real MLflow server behind basic authentication: everything of a project goes through it, artefacts by its proxy."""

from __future__ import annotations

import re
import shutil
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from riskmodel import registry
from riskmodel.base.errors import IntegrityError, RiskmodelError, UsageError
from riskmodel.base.project import Project
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.training import train
from riskmodel.operations.doctor.database_checks import tracking
from riskmodel.operations.promotion import promote
from riskmodel.registry.champion_folders import champions
from riskmodel.registry.home import home, page_of_runs, recording
from riskmodel.registry.unfinished_runs import end_dead_runs, in_progress, unfinished
from tests.worlds.town import AS_OF, experiment, history_of, run, trained
from tests.worlds.tracking_server import PASSWORD, USER, on_server, tracking_server


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that takes one user only."""
    with tracking_server(tmp_path_factory.mktemp("server")) as gate:
        yield gate.address


def test_a_project_works_on_a_server(ready: Project, server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = on_server(ready, server)
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    with pytest.raises(RiskmodelError, match=r"refuses the user. Nothing was recorded. Set MLFLOW_TRACKING_USERNAME"):
        registry.versions(project, "fire")
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", USER)
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", PASSWORD)
    assert champions(project) == ()

    chosen, history = experiment(), history_of(project)
    report = tmp_path / "报告 one.txt"
    report.write_text("report", encoding="utf-8")
    tested = registry.record_backtest(
        project, chosen, backtest(chosen, history, ()), fingerprint=history.fingerprint(), manifest="m", files=[report]
    )
    assert re.fullmatch(rf"{server}/#/experiments/\d+/runs\?workflowType=machine_learning", page_of_runs(project, tested))
    made = trained(project, chosen)
    assert (made.version, made.intact) == (1, True)
    assert promote(project, "fire", 1, role="duty officer", day=AS_OF).version == 1
    with recording(project) as client:
        found = client.get_run(made.run)
        assert found.data.tags["riskmodel.backtest"] == tested
        assert str(found.info.artifact_uri).startswith("mlflow-artifacts:"), "artefacts go through the server"
        assert [one.path for one in client.list_artifacts(tested, "report")] == ["report/报告 one.txt"]

    shutil.rmtree(home(project))
    assert registry.champion(project, "fire").intact, "another machine fetches the files"
    assert [one.version for one in champions(project)] == [1]
    assert run(project).lists
    assert tracking(project).said.en == "The server answers; champions: fire."

    dead, _ = unfinished(project) / made.run, (unfinished(project) / made.run).mkdir(parents=True)
    with recording(project) as client:
        assert end_dead_runs(client, project, 0) == (made.run,)
    assert not dead.exists()


def a_changed_byte(copy: Path) -> None:
    file = next(copy.glob("bundle/*.json"))
    file.write_bytes(file.read_bytes().replace(b"1", b"2", 1))


def a_missing_file(copy: Path) -> None:
    (copy / "MLmodel").unlink()


def a_file_too_many(copy: Path) -> None:
    (copy / "bundle" / "more.json").write_bytes(b"{}")


def an_empty_folder(copy: Path) -> None:
    shutil.rmtree(copy)


def test_a_damaged_copy_of_a_model_is_fetched_again(
    ready: Project,
    server: str,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    project = on_server(ready, server)
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", USER)
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", PASSWORD)
    made = trained(project, experiment())
    promote(project, "fire", made.version, role="duty officer", day=AS_OF)
    copy = made.folder.parent
    for damage in (a_changed_byte, a_missing_file, a_file_too_many, an_empty_folder):
        damage(copy)
        assert not made.intact
        caplog.clear()
        assert registry.champion(project, "fire").intact, damage.__name__
        assert f"The copy of a model in '{copy.parent}' was damaged; it was fetched again" in caplog.text
        caplog.clear()
        assert registry.champion(project, "fire").intact
        assert caplog.text == "", "a whole copy is not fetched again"
    a_changed_byte(copy)
    assert run(project).lists, "the night goes on"
    assert list(copy.parent.parent.glob(".*")) == [], "nothing of the damaged copies is left"
    # what the server holds is examined, too
    (original,) = tmp_path_factory.getbasetemp().glob(f"server0/artifacts/**/{made.run}/artifacts/model")
    a_changed_byte(original)
    assert registry.champion(project, "fire").intact, "the copy here is whole"
    a_missing_file(copy)
    with pytest.raises(IntegrityError, match=r"on the MLflow server .* is not the one that was registered"):
        registry.champion(project, "fire")
    assert not made.intact
    assert list(copy.parent.parent.glob(".*")) == []


@pytest.fixture
def two_machines(
    make_ready: Callable[..., Project], server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[Project, Project]:
    """The same project in two folders, as on two machines, on one server."""
    monkeypatch.setenv("MLFLOW_TRACKING_USERNAME", USER)
    monkeypatch.setenv("MLFLOW_TRACKING_PASSWORD", PASSWORD)
    one, other = (on_server(make_ready(tmp_path / name), server, f"town {tmp_path.name}") for name in ("one", "other"))
    return one, other


def test_first_trainings_of_two_machines_at_once_make_two_versions(two_machines: tuple[Project, Project]) -> None:
    histories = [history_of(project) for project in two_machines]
    bundles = [
        train(experiment(half_life=days), history, (), as_of=AS_OF) for days, history in zip((30, 91), histories, strict=True)
    ]

    def recorded(number: int) -> int:
        project, history, bundle = two_machines[number], histories[number], bundles[number]
        chosen = bundle.experiment
        return registry.record_training(
            project, chosen, bundle, loader="m", fingerprint=history.fingerprint(), manifest="m"
        ).version

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(recorded, range(2))) == [1, 2]
    one, other = two_machines
    assert [found.model for found in registry.versions(one, "fire")] == [
        found.model for found in registry.versions(other, "fire")
    ]
    promote(other, "fire", 2, role="analyst", day=AS_OF)
    assert [target.version for target in run(one).plan.targets] == [2], "a promotion on one machine counts on the other"


def test_a_run_of_another_machine_is_dead_after_a_day(two_machines: tuple[Project, Project]) -> None:
    one, other = two_machines
    made = trained(one, experiment())
    with recording(one) as client:
        where, now = (info := client.get_run(made.run).info).experiment_id, info.start_time
        tags = {"mlflow.user": "riskmodel", "riskmodel.project": one.table.name}
        left = client.create_run(where, start_time=now - 25 * 3_600_000, tags=tags).info.run_id
        child = client.create_run(where, start_time=now - 25 * 3_600_000, tags={**tags, "mlflow.parentRunId": left}).info.run_id
        recent = client.create_run(where, start_time=now - 23 * 3_600_000, tags=tags).info.run_id
        theirs = client.create_run(where, start_time=0, tags={**tags, "riskmodel.project": "another"}).info.run_id
        slow = client.create_run(where, start_time=now - 25 * 3_600_000, tags=tags).info.run_id
        with in_progress(other, slow):
            trained(other, experiment())
            states = {run: client.get_run(run).info.status for run in (left, child, recent, theirs, slow)}
        assert states == {left: "FAILED", child: "FAILED", recent: "RUNNING", theirs: "RUNNING", slow: "RUNNING"}


def test_a_server_that_does_not_answer_is_named(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project = on_server(ready, f"http://127.0.0.1:{free_port()}/")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    found = tracking(project)
    assert (found.code, found.subject, found.severity) == ("mlflow", project.tracking_server, "fault")
    with pytest.raises(
        RiskmodelError, match=r"server 'http://127.0.0.1:\d+' cannot be used: it does not answer. Nothing was recorded"
    ):
        registry.versions(project, "fire")


class Failing(BaseHTTPRequestHandler):
    """Answer every request with an error of the server."""

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_error(500)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Keep the output of the tests free of requests."""


def test_a_server_that_answers_with_errors_is_not_silent(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR", "0")
    with ThreadingHTTPServer(("127.0.0.1", 0), Failing) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        project = on_server(ready, f"http://127.0.0.1:{server.server_address[1]}")
        with pytest.raises(RiskmodelError, match=r"it answers with the error 500\. .* Read its log and repair it, then run"):
            registry.versions(project, "fire")
        server.shutdown()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://user:secret@127.0.0.1:5000", "MLFLOW_TRACKING_USERNAME"),
        ("postgresql://127.0.0.1/mlflow", "address of an MLflow server"),
        ("http://127.0.0.1:5000/?token=secret", "MLFLOW_TRACKING_TOKEN"),
    ],
)
def test_an_address_that_is_no_server_is_refused(ready: Project, address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as error:
        on_server(ready, address)
    assert "secret" not in str(error.value)
