"""An MLflow server that cannot be used: every step says so, leaves nothing half-written, and completes once the server answers again.

Nights go on by the champions that it last named (decision 0031).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from riskmodel import registry
from riskmodel.base.errors import IntegrityError
from riskmodel.base.project import Project, load_project
from riskmodel.forecasts.backtesting import backtest
from riskmodel.forecasts.backtesting.result import BacktestResult
from riskmodel.operations.doctor.database_checks import tracking
from riskmodel.operations.doctor.model_checks import COPIED, models
from riskmodel.operations.night_service import run_service
from riskmodel.operations.nightly import replay_night
from riskmodel.operations.project_backup import back_up_project
from riskmodel.operations.project_status import project_status
from riskmodel.operations.promotion import promote, roll_back
from riskmodel.operations.trained_version import train_and_register
from riskmodel.records.backup import MANIFEST
from riskmodel.registry.champion_folders import champions
from riskmodel.registry.errors import ServerError
from riskmodel.registry.home import home, recording
from riskmodel.registry.unfinished_runs import unfinished
from tests.worlds.town import AS_OF, bodies, experiment, history_of, promoted, run, trained
from tests.worlds.tracking_server import FAULTS, PASSWORD, USER, Gate, on_server, tracking_server

SAID = {
    "refuses": "it does not answer. Nothing was recorded.",
    "error 500": "it answers with the error 500. Nothing was recorded.",
    "error 503": "it answers with the error 503. Nothing was recorded.",
    "asks for a user": "refuses the user. Nothing was recorded.",
    "hangs": "it does not answer in time. Nothing was recorded.",
    "is a web page": "what answers there is not MLflow. Nothing was recorded.",
    "is another service": "what answers there is not MLflow. Nothing was recorded.",
    "answers nothing": "what answers there is not MLflow. Nothing was recorded.",
    "breaks off": "the connection broke off before its answer was whole. Nothing was recorded.",
}


@pytest.fixture(scope="module")
def gate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gate]:
    """The way to a real server, which a test may close."""
    with tracking_server(tmp_path_factory.mktemp("server")) as gate:
        yield gate


@pytest.fixture(scope="module", autouse=True)
def _user() -> Iterator[None]:
    """The user of the server."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_USERNAME", USER)
        patch.setenv("MLFLOW_TRACKING_PASSWORD", PASSWORD)
        yield


@pytest.fixture
def town(ready: Project, gate: Gate, tmp_path: Path) -> Project:
    """A town of its own name on the server, with a champion."""
    project = on_server(ready, gate.address, f"town-{len(list(tmp_path.parent.iterdir()))}")
    promoted(project)
    return project


@pytest.fixture(scope="module")
def promoted_once(prepared: dict[bool, Path], gate: Gate, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a town on the server, with a champion; copy it, and record nothing on the server."""
    folder = shutil.copytree(prepared[True], tmp_path_factory.mktemp("promoted") / "town")
    project = on_server(load_project(folder), gate.address, "promoted-once")
    promoted(project)
    return project.folder


@pytest.fixture
def same_town(promoted_once: Path, tmp_path: Path) -> Project:
    """A copy of the town of which the server has one; what is recorded there is the same for all copies."""
    return load_project(shutil.copytree(promoted_once, tmp_path / "town"))


BACKTESTS: dict[str, BacktestResult] = {}
"""The backtest of each history, by its fingerprint: how it is recorded is tested here, not how it is made."""


def record(project: Project) -> str:
    """Record a backtest."""
    history = history_of(project)
    fingerprint = history.fingerprint()
    if fingerprint not in BACKTESTS:
        BACKTESTS[fingerprint] = backtest(experiment(), history, ())
    result = BACKTESTS[fingerprint]
    return registry.record_backtest(project, experiment(), result, fingerprint="f" * 64, manifest="m")


STEPS: dict[str, Callable[[Project], object]] = {
    "versions": lambda project: registry.versions(project, "fire"),
    "champions": champions,
    "champion": lambda project: registry.champion(project, "fire"),
    "record a backtest": record,
    "train": lambda project: train_and_register(project, experiment(), history_of(project), "m", as_of=AS_OF),
    "register": lambda project: trained(project, experiment(half_life=30)),
    "promote": lambda project: promote(project, "fire", 1, role="analyst", day=AS_OF),
    "roll back": lambda project: roll_back(project, "fire", role="analyst", day=AS_OF),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_every_step_names_the_server_and_no_secret(same_town: Project, gate: Gate, fault: str) -> None:
    town = same_town
    with gate.failing(fault):
        for name, step in STEPS.items():
            if fault == "answers nothing" and name == "champions":
                continue  # a list of nothing cannot be distinguished from an empty server
            with pytest.raises(ServerError) as error:
                step(town)
            said = str(error.value)
            assert SAID[fault] in said, (name, said)
            assert repr(gate.address) in said
            assert "then run the same command again" in said
            assert not any(secret in said for secret in ("SECRETPAGE", PASSWORD, USER, "<html"))
        found = tracking(town)
        if fault != "answers nothing":
            assert (found.code, found.severity) == ("mlflow", "fault")


@pytest.mark.parametrize("fault", ["breaks off", "is a web page"])
@pytest.mark.parametrize("step", ["record a backtest", "register", "promote"])
def test_a_server_that_dies_in_the_middle_leaves_nothing_that_a_second_run_stumbles_over(
    town: Project, gate: Gate, step: str, fault: str
) -> None:
    for after in (1, 6, 11):
        with gate.failing(fault, after), suppress(ServerError, IntegrityError):
            STEPS[step](town)
        left = [path for path in (home(town) / "models").iterdir() if path.name.startswith(".") and path.is_dir()]
        assert left == [], "no half copy of a model"
    STEPS[step](town)
    trained(town, experiment(half_life=60))
    with recording(town) as client:
        where = client.get_run(registry.champion(town, "fire").run).info.experiment_id
        states = {one.info.status for one in client.search_runs([where])}
    assert states <= {"FINISHED", "FAILED"}, "no run stays open"
    assert list(unfinished(town).iterdir()) == []
    assert registry.champion(town, "fire").intact


@pytest.mark.parametrize("fault", ["refuses", "error 500", "asks for a user", "hangs", "is a web page", "breaks off"])
def test_a_night_goes_on_by_the_last_known_champions(same_town: Project, gate: Gate, fault: str) -> None:
    town = same_town
    with gate.failing(fault):
        night = run(town)
        assert (night.exit_code, night.degraded) == (4, True)
        assert night.plan.server is not None
        assert SAID[fault] in night.plan.server.said
        assert night.to_json()["server"]["champions_of"] == "2025-12-31"
        (item,) = [one for one in project_status(town, AS_OF).items if one.code == "unusable-server"]
        assert "nights use the champions that it named on 2025-12-31" in item.said.en
        assert not replay_night(town, AS_OF, AS_OF).different
    offline = list(bodies(town))
    again = run(town)
    assert (again.exit_code, again.plan.server) == (0, None)
    assert list(bodies(town)) == offline, "the same champions give the same bytes"


def test_the_service_says_so_and_tries_again(town: Project, gate: Gate) -> None:
    clock = lambda: AS_OF * 86_400
    with gate.failing("refuses"):
        report = run_service(town, AS_OF, {}, clock)
        assert (report.state, report.exit_code) == ("degraded", 4)
        assert "so the champions are those of 2025-12-31" in report.lines[2]
    with recording(town) as client:
        assert client.get_registered_model(registry.registered_name(town, "fire")).aliases["champion"] == "1"
    newer = trained(town, experiment(half_life=30))
    promote(town, "fire", newer.version, role="analyst", day=AS_OF)
    report = run_service(town, AS_OF, {}, clock)
    assert report.night is not None, "a night without the server is not done"
    assert [one.version for one in report.night.plan.targets] == [newer.version]
    with gate.failing("refuses"):
        assert [one.version for one in run(town, AS_OF + 1).plan.targets] == [newer.version], "a promotion is known at once"


def test_without_known_champions_or_with_changed_copies_no_night_runs(town: Project, gate: Gate, tmp_path: Path) -> None:
    run(town)
    backup = tmp_path / "backup"
    with gate.failing("refuses"):
        back_up_project(town, backup, AS_OF)
        copy = registry_copy(town)
        assert [one.severity for one in models(town)] == ["ok"]
        copy.write_bytes(copy.read_bytes().replace(b"1", b"2"))
        (one,) = models(town)
        assert (one.subject, one.severity, one.remedy) == ("fire", "warning", COPIED)
        with pytest.raises(IntegrityError, match="are not those that were registered"):
            run(town, AS_OF + 1)
        known = home(town) / "models" / "champions.json"
        known.write_text(known.read_text(encoding="utf-8").replace(gate.address, "http://127.0.0.1:1"), encoding="utf-8")
        with pytest.raises(ServerError, match="it does not answer"):
            run(town, AS_OF + 1)
        known.unlink()
        with pytest.raises(ServerError, match="it does not answer"):
            run(town, AS_OF + 1)
    assert "models/champions.json" in (backup / MANIFEST).read_text(encoding="utf-8"), "a restored project knows them too"


def registry_copy(project: Project) -> Path:
    """A file of the champion's copy."""
    return next((home(project) / "models").glob("*/model/bundle/*.json"))


def test_files_that_are_not_the_model_are_not_kept(town: Project, gate: Gate) -> None:
    one = registry.champion(town, "fire")
    shutil.rmtree(home(town) / "models")
    behind = gate.behind

    def changed(request: dict, start: Callable[..., object]) -> object:
        if "mlflow-artifacts" in request["PATH_INFO"] and request["PATH_INFO"].endswith("MLmodel"):
            start("200 OK", [("Content-Type", "text/html")])
            return [b"<html>"]
        return behind(request, start)

    gate.behind = changed  # type: ignore[assignment]
    try:
        with pytest.raises(IntegrityError, match=r"on the MLflow server .* is not the one that was registered"):
            registry.champion(town, "fire")
    finally:
        gate.behind = behind
    assert not list((home(town) / "models").iterdir()), "nothing is kept"
    assert registry.champion(town, "fire") == one


def test_the_file_of_known_champions_holds_no_absolute_path(town: Project) -> None:
    text = (home(town) / "models" / "champions.json").read_text(encoding="utf-8")
    assert str(town.folder) not in text
    assert json.loads(text)["champions"] == {"fire": 1}
