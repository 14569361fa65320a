"""A real MLflow server behind basic authentication: everything of a project goes through it, artefacts by its proxy.

MLflow's own app for users needs a package that is not installed, so a small gate in front of the server asks for the password.
The server runs in this process: in one of its own its libraries would take longer than the tests.
"""

from __future__ import annotations

import base64
import shutil
import socket
import threading
import warnings
from collections.abc import Callable, Iterable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from riskmodel import registry
from riskmodel.base.errors import IntegrityError, RiskmodelError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.forecasts.backtesting import backtest
from riskmodel.operations.doctor.database_checks import tracking
from riskmodel.operations.promotion import promote
from riskmodel.registry.champion_folders import champions
from riskmodel.registry.home import home, recording
from riskmodel.registry.unfinished_runs import fail_dead_runs, unfinished
from tests.worlds.town import AS_OF, experiment, history_of, run, trained

USER, PASSWORD = "officer", "密码 and spaces"
ALLOWED = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def gated(behind: Wsgi) -> Wsgi:
    """Pass requests with the right password on to the application behind."""

    def answer(request: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if request.get("HTTP_AUTHORIZATION") == ALLOWED:
            return behind(request, start)
        start("401 Unauthorized", [("Content-Type", "text/plain")])
        return [b"You are not authenticated"]

    return answer


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that takes one user only: MLflow's own application, with a database and artefacts of its own."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what MLflow's own libraries say to each other
        from mlflow.server import app, constants, fastapi_app, handlers
    from werkzeug.serving import WSGIRequestHandler, make_server

    assert fastapi_app, "a search of runs imports it"

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log(self, type: str, message: str, *args: object) -> None:
            """Say nothing."""

    folder = tmp_path_factory.mktemp("server")
    database = f"sqlite:///{folder / 'mlflow.db'}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(constants.SERVE_ARTIFACTS_ENV_VAR, "true")
        patch.setenv(constants.ARTIFACTS_DESTINATION_ENV_VAR, str(folder / "artifacts"))
        patch.setattr(handlers, "_tracking_store", None)
        patch.setattr(handlers, "_model_registry_store", None)
        # the server would make its database that of this whole process, which is the client's as well
        patch.setattr("mlflow.server.handlers.utils.set_tracking_uri", lambda _uri: None)
        handlers.initialize_backend_stores(database, database, "mlflow-artifacts:/")
        with make_server("127.0.0.1", 0, gated(app.wsgi_app), threaded=True, request_handler=Quiet) as front:
            threading.Thread(target=front.serve_forever, daemon=True).start()
            yield f"http://127.0.0.1:{front.server_port}"
            front.shutdown()


def on_server(project: Project, address: str) -> Project:
    """The project with a server for tracking, and without a registry of its own."""
    path = project.folder / "riskmodel.toml"
    path.write_text(
        f'tracking = "{address}"\n' + path.read_text(encoding="utf-8").replace("tracking =", "# tracking ="), encoding="utf-8"
    )
    shutil.rmtree(home(project))
    return load_project(project.folder)


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
        assert fail_dead_runs(client, project) == (made.run,)
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
        with pytest.raises(RiskmodelError, match=r"it answers with the error 500\. .* Read its log and mend it, then run"):
            registry.versions(project, "fire")
        server.shutdown()


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://user:secret@127.0.0.1:5000", "MLFLOW_TRACKING_USERNAME"),
        ("postgresql://127.0.0.1/mlflow", "address of an MLflow server"),
    ],
)
def test_an_address_that_is_no_server_is_refused(ready: Project, address: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as error:
        on_server(ready, address)
    assert "secret" not in str(error.value)
