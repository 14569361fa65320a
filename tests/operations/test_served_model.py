"""Serving: approved lists only, as stored, over real HTTP; every other request is refused in a sentence."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from mlflow.exceptions import MlflowException

from riskmodel import registry
from riskmodel.base.days import to_iso
from riskmodel.base.errors import IntegrityError
from riskmodel.base.project import Project
from riskmodel.operations import served_model
from riskmodel.operations.champion_notes import champion_notes
from riskmodel.operations.doctor.model_checks import models
from riskmodel.operations.nightly import approve, run_nightly
from riskmodel.operations.served_model import ServedModel, load_served
from tests.worlds.copied_project import copied_project
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


def test_an_approved_night_is_served_as_it_was_stored(ready: Project) -> None:
    run_nightly(ready, AS_OF - 1, day=AS_OF)
    run_nightly(ready, AS_OF, day=AS_OF)
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    model = served(ready)
    centres = ("West centre", "a/b", "东区中心")
    assert model.predict(None, {"as_of": "2025-12-31", "centre": "a/b"}) == [night_json(ready, "a/b")]
    assert model.predict() == [night_json(ready, centre) for centre in centres]
    intervals = [one["interval"] for answer in model.predict() for section in answer["sections"] for one in section["warnings"]]
    assert intervals
    assert all(one["level"] == 90 and 0 <= one["low"] <= one["high"] for one in intervals)
    assert {one["status"] for one in model.predict()} == {"approved"}


def test_another_champion_changes_nothing_of_what_was_approved(ready: Project) -> None:
    run_nightly(ready, AS_OF, day=AS_OF)
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    before = served(ready).predict()
    second = promoted(ready, experiment(half_life=7))
    assert registry.champion(ready, "fire").version == second.version
    assert served(ready).predict(None, {"as_of": "2025-12-31"}) == before
    assert {section["model"] for one in before for section in one["sections"]} != {second.model}


def test_a_draft_never_leaves_by_serving(ready: Project) -> None:
    run_nightly(ready, AS_OF, day=AS_OF)
    approve(ready, AS_OF, "a/b", role="duty officer", day=AS_OF)
    assert served(ready).predict(None, {"centre": "a/b"}) == [night_json(ready, "a/b")]
    for params in ({}, {"as_of": "2025-12-31"}, {"centre": "东区中心"}):
        with pytest.raises(MlflowException, match="is a draft, and a draft never leaves"):
            served(ready).predict(None, params)
    with pytest.raises(MlflowException, match=r"no list of 2026-01-01\. Available: 2025-12-31"):
        served(ready).predict(None, {"as_of": "2026-01-01"})


def test_alternating_nights_are_converted_once(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for night in (AS_OF, AS_OF + 1):
        run_nightly(ready, night, day=night)
        approve(ready, night, role="duty officer", day=night)
    model, converted = served(ready), []
    whole = served_model.from_stored
    monkeypatch.setattr(served_model, "from_stored", lambda stored: (converted.append(stored.digest), whole(stored))[1])
    first = [model.predict(None, {"as_of": night}) for night in ("2025-12-31", "2026-01-01")]
    assert len(converted) == len(set(converted)) == 6
    for _ in range(5):
        assert [model.predict(None, {"as_of": night}) for night in ("2025-12-31", "2026-01-01")] == first
    assert model.predict(None, {"centre": "a/b"}) == [one for one in first[1] if one["centre"] == "a/b"]
    assert len(converted) == 6
    # what a caller does to an answer changes no other answer
    first[0][0].clear()
    assert model.predict(None, {"as_of": "2025-12-31"})[0]["centre"]


def test_a_database_that_was_exchanged_is_read_again(ready: Project, tmp_path: Path) -> None:
    run_nightly(ready, AS_OF, day=AS_OF)
    path, model = ready.path("data/operations.db"), served(ready)
    with pytest.raises(MlflowException, match="is a draft"):
        model.predict()
    draft = path.read_bytes()
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    assert len(model.predict()) == 3
    path.unlink()
    with pytest.raises(MlflowException, match="is missing or empty, although there was one"):
        model.predict()
    path.write_bytes(draft)
    with pytest.raises(MlflowException, match="is a draft"):
        model.predict()


def test_a_damaged_list_is_not_served(ready: Project) -> None:
    run_nightly(ready, AS_OF, day=AS_OF)
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    with closing(sqlite3.connect(ready.path("data/operations.db"))) as connection:
        connection.execute("UPDATE warning_lists SET body = replace(body, '2025', '2024') WHERE centre = 'a/b'")
        connection.commit()
    with pytest.raises(MlflowException, match="stored list of 2025-12-31 for 'a/b' is damaged"):
        served(ready).predict(None, {"centre": "a/b"})


def test_the_served_version_answers_for_its_own_target(ready: Project) -> None:
    promoted(ready, experiment("hazards", "hazard"))
    run_nightly(ready, AS_OF, day=AS_OF)
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    (one,) = served(ready).predict(None, {"centre": "a/b"})
    assert [section["target"] for section in one["sections"]] == ["fire", "hazards"]
    assert one == night_json(ready, "a/b")


@pytest.mark.parametrize("name", ["MLmodel", "bundle/bundle.json", "bundle/manifest.json"])
def test_flipped_bytes_of_a_served_model_are_refused(ready: Project, name: str) -> None:
    """Every byte for the check that serving and the night share, some for the whole way to it."""
    one = registry.champion(ready, "fire")
    path = one.folder.parent / name
    whole = path.read_bytes()
    step = 1 if len(whole) < 5000 else 7
    with open(path, "r+b", buffering=0) as file:
        for at in range(0, len(whole), step):
            os.pwrite(file.fileno(), bytes([whole[at] ^ 1]), at)
            assert not one.intact, at
            if at % (step * (1 + len(whole) // 5 // step)) == 0:
                refused_by_both(ready, one.folder.parent)
            os.pwrite(file.fileno(), whole[at : at + 1], at)
    assert load_served(str(one.folder)).bundle.experiment.name == "fire"


def refused_by_both(project: Project, model: Path) -> None:
    """Serving and the night refuse a model, and both say what to do."""
    with pytest.raises(
        IntegrityError, match="not those of a version that this project registered.*restore the folder from a backup"
    ):
        load_served(str(model / "bundle"), {"project": str(project.folder)})
    with pytest.raises(IntegrityError, match=r"not those that were registered.*restore the folder from a backup"):
        registry.champion(project, "fire")


def test_files_added_to_or_missing_from_a_model_are_refused(ready: Project) -> None:
    model = registry.champion(ready, "fire").folder.parent
    for name in ("requirements.txt", "code/riskmodel.py", "bundle/more.json"):
        (model / name).parent.mkdir(exist_ok=True)
        (model / name).write_text("x", encoding="utf-8")
        refused_by_both(ready, model)
        (model / name).unlink()
    # MLflow itself writes this one beside a model that it serves, and nothing reads it
    (model / "registered_model_meta").write_text("model_name: town-fire\n", encoding="utf-8")
    assert load_served(str(model / "bundle")).bundle.experiment.name == "fire"
    assert registry.champion(ready, "fire").intact
    (model / "MLmodel").unlink()
    refused_by_both(ready, model)


def test_a_version_registered_before_checksums_of_all_files_is_refused_by_both(ready: Project) -> None:
    one = registry.champion(ready, "fire")
    with closing(sqlite3.connect(registry.home(ready) / "mlflow.db")) as connection:
        connection.execute("DELETE FROM model_version_tags WHERE key = 'riskmodel.files'")
        connection.commit()
    with pytest.raises(IntegrityError, match="Run 'riskmodel train fire' and 'riskmodel promote fire'"):
        registry.champion(ready, "fire")
    with pytest.raises(IntegrityError, match="Train and promote again"):
        load_served(str(one.folder))
    # a backup has no other files than these, so nobody is sent there
    (note,) = champion_notes(ready)
    assert note.of_another_version
    (found,) = models(ready)
    assert (found.severity, found.remedy.en, "较早版本的程序登记" in found.said.zh) == ("fault", "", True)


@pytest.mark.parametrize(
    ("params", "message"),
    [
        ({"as_of": "2025-12-31", "centre": "East"}, "no list of 2025-12-31 for 'East'"),
        ({"as_of": "yesterday"}, "'as_of' parameter of predict must be a date such as 2024-01-02"),
        ({"as_of": "0000-01-01"}, "'as_of' parameter of predict must be a date such as 2024-01-02"),
        ({"as_of": "9999-12-31"}, "no list of 9999-12-31. Available: 2025-12-31"),
        ({"asof": "2025-12-31"}, "no parameter 'asof'. Available: as_of, centre"),
        ({"as_of": 20251231}, "parameter 'as_of' must be a text"),
    ],
)
def test_a_wrong_question_is_answered_with_what_to_do(one_night: Project, params: dict[str, Any], message: str) -> None:
    with pytest.raises(MlflowException, match=re.escape(message)):
        served(one_night).predict(None, params)


def test_without_a_date_a_night_of_a_day_to_come_is_not_the_last_one(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in (AS_OF, AS_OF + 2):
        run_nightly(ready, day, day=day)
        approve(ready, day, role="duty officer", day=day)
    for today, last in ((AS_OF + 1, AS_OF), (AS_OF + 2, AS_OF + 2), (AS_OF - 1, AS_OF + 2)):
        monkeypatch.setattr(served_model, "_today", lambda _, today=today: today)
        assert {one["as_of"] for one in served(ready).predict(None, {})} == {to_iso(last)}


def test_before_the_first_night_there_is_nothing_to_ask(ready: Project) -> None:
    with pytest.raises(MlflowException, match="holds no night yet"):
        served(ready).predict(None, {})


@pytest.fixture(scope="module")
def one_night(prepared: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A town after a night, of which questions change nothing."""
    project = copied_project(prepared[True], tmp_path_factory.mktemp("asked") / "town")
    run_nightly(project, AS_OF, day=AS_OF)
    return project


def test_the_environment_names_the_project_first(ready: Project, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("RISKMODEL_PROJECT", str(ready.folder))
    folder = str(registry.champion(ready, "fire").folder)
    assert load_served(folder, {"project": str(tmp_path)}).project.folder == ready.folder


def test_over_http_the_warnings_are_those_of_the_night(ready: Project, tmp_path: Path) -> None:
    run_nightly(ready, AS_OF, day=AS_OF)
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
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
        for wrong in (
            b"[" * 100_000,
            b'{"params": {"as_of": "0000-01-01"}}',
            b'{"params": {"asof": "2025-12-31"}}',
            b'{"parms": {}}',
            b'{"params": {"as_of": 7}}',
            b'{"params": []}',
            b'{"params": ["as_of"]}',
            b"[]",
            b"\xff",
            b"",
            b"null",
        ):
            status, error = post_bytes(address, wrong)
            assert status == 400, wrong
            assert len(error["message"]) < 300
            assert "Traceback" not in json.dumps(error)
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
        "RISKMODEL_PROJECT": str(project.folder),
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
    return post_bytes(address, json.dumps(body).encode())


def post_bytes(address: str, body: bytes) -> tuple[int, Any]:
    """Status and content of the answer to bytes posted to ``/invocations`` as JSON."""
    request = urllib.request.Request(f"{address}/invocations", data=body, headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())
