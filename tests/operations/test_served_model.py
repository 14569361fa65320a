"""Serving: over real HTTP, the same warnings as the night wrote, for a body that holds nothing but params."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from riskmodel import registry
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger
from riskmodel.operations.nightly import approve, run_nightly
from riskmodel.operations.served_model import ServedModel, load_served
from tests.worlds.town import AS_OF, experiment, promoted

ROOT = Path(__file__).parents[2]


def night_json(project: Project, centre: str) -> dict[str, Any]:
    """What stands in the night's JSON file of a centre, without the draft mark."""
    files = (project.path("outbox") / "2025-12-31").glob("*/*.json")
    found = [json.loads(file.read_text(encoding="utf-8")) for file in files]
    (one,) = [content for content in found if content["centre"] == centre]
    del one["mark"]
    return one


def served(project: Project) -> ServedModel:
    return load_served(str(registry.champion(project, "fire").folder), {"project": str(project.folder)})


def test_it_decides_again_what_the_night_decided(ready: Project) -> None:
    run_nightly(ready, AS_OF - 1, day=AS_OF)
    run_nightly(ready, AS_OF, day=AS_OF)
    model = served(ready)
    centres = ("West centre", "a/b", "东区中心")
    assert model.predict(None, {"as_of": "2025-12-31", "centre": "a/b"}) == [night_json(ready, "a/b")]
    assert model.predict() == [night_json(ready, centre) for centre in centres]
    intervals = [one["interval"] for answer in model.predict() for section in answer["sections"] for one in section["warnings"]]
    assert intervals
    assert all(one["level"] == 90 and 0 <= one["low"] <= one["high"] for one in intervals)
    approve(ready, AS_OF, "a/b", role="duty officer", day=AS_OF)
    (approved,) = model.predict(None, {"centre": "a/b"})
    assert approved["status"] == "approved"
    assert approved == night_json(ready, "a/b")


def test_a_night_of_which_nothing_is_stored_is_scored_too(ready: Project) -> None:
    before = served(ready).predict(None, {"as_of": "2025-12-31"})
    with Ledger.of(ready).read() as book:
        assert book.nights.dates() == ()
    run_nightly(ready, AS_OF, day=AS_OF)
    assert before == [night_json(ready, one["centre"]) for one in before]


def test_the_served_version_answers_for_its_own_target(ready: Project) -> None:
    promoted(ready, experiment("hazards", "hazard"))
    run_nightly(ready, AS_OF, day=AS_OF)
    (one,) = served(ready).predict(None, {"centre": "a/b"})
    assert [section["target"] for section in one["sections"]] == ["fire", "hazards"]
    assert one == night_json(ready, "a/b")


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"as_of": "2025-12-31", "centre": "East"}, "no list of 2025-12-31 for 'East'"),
        ({"as_of": "yesterday"}, "'as_of' parameter of predict must be a date such as 2024-01-02"),
        ({}, "holds no night yet"),
    ],
)
def test_a_wrong_question_is_answered_with_what_to_do(ready: Project, params: dict[str, str], message: str) -> None:
    from mlflow.exceptions import MlflowException

    with pytest.raises(MlflowException, match=message):
        served(ready).predict(None, params)


def test_the_environment_names_the_project_first(ready: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RISKMODEL_PROJECT", str(ready.folder))
    folder = str(registry.champion(ready, "fire").folder)
    assert load_served(folder, {"project": str(tmp_path)}).project.folder == ready.folder


def test_over_http_the_warnings_are_those_of_the_night(ready: Project, tmp_path: Path) -> None:
    run_nightly(ready, AS_OF, day=AS_OF)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    with serving(ready, elsewhere) as address:
        body = {"params": {"as_of": "2025-12-31", "centre": "东区中心"}}
        assert post(address, body) == (200, {"predictions": [night_json(ready, "东区中心")]})
        assert post(address, {"inputs": [], **body}) == (200, {"predictions": [night_json(ready, "东区中心")]})
        status, all_centres = post(address, {"params": {"as_of": "2025-12-31"}})
        assert status == 200
        assert len(all_centres["predictions"]) == 3
        status, error = post(address, {"params": {"as_of": "2025-12-31", "centre": "East"}})
        assert status == 400
        assert "There is no list of 2025-12-31 for 'East'" in error["message"]
    assert list(elsewhere.glob("mlruns")) == []


@contextmanager
def serving(project: Project, folder: Path) -> Iterator[str]:
    """The champion served by MLflow's own command from ``folder``, in a process group of its own that is ended after."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    tools = Path(sys.executable).parent
    env = {
        **os.environ,
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "MLFLOW_TRACKING_URI": registry.tracking_uri(registry.home(project)),
        "MLFLOW_DISABLE_TELEMETRY": "true",
    }
    model = f"models:/{registry.registered_name(project, 'fire')}@champion"
    command = [
        str(tools / "mlflow"),
        "models",
        "serve",
        "-m",
        model,
        "--env-manager",
        "local",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    log = folder.parent / "serve.log"
    with open(log, "wb") as output:
        process = subprocess.Popen(command, cwd=folder, env=env, stdout=output, stderr=output, start_new_session=True)
    try:
        address = f"http://127.0.0.1:{port}"
        deadline = time.monotonic() + 90
        while not up(address):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"the server did not come up:\n{log.read_text(encoding='utf-8')[-3000:]}")
            time.sleep(0.2)
        yield address
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=30)


def up(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/ping", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def post(address: str, body: dict[str, Any]) -> tuple[int, Any]:
    """Status and content of the answer to a body posted to ``/invocations``."""
    request = urllib.request.Request(
        f"{address}/invocations", data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
