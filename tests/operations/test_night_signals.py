"""What a run leaves for those who watch it: metrics, a log, a heartbeat and a ping; and nothing good after a run that was not."""

from __future__ import annotations

import json
import logging
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.project import Project
from riskmodel.operations import night_signals
from riskmodel.operations.night_metrics import write_metrics
from riskmodel.operations.night_service import run_service
from riskmodel.operations.night_signals import ping, signal_run
from tests.operations.test_delivery_rules import with_settings
from tests.operations.test_night_metrics import BAD, GOOD, parsed
from tests.worlds.receivers import web_server
from tests.worlds.town import AS_OF

ALL = '[service]\nmetrics = "m/riskmodel.prom"\nlog = "logs/night.jsonl"\nheartbeat = "m/heartbeat"\n'
CANARY = "canary-5f1d"


def test_a_run_of_the_night_leaves_them_and_only_a_good_one_the_heartbeat(
    make_ready: Callable[..., Project], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(night_signals, "MOST_LOG", 1)
    project = with_settings(make_ready(tmp_path / "town", approval=False), ALL)
    assert run_service(project, AS_OF, clock=lambda: GOOD.ended).state == "done"
    found = parsed(project.path("m/riskmodel.prom").read_text(encoding="utf-8"))
    assert (found["riskmodel_night_lists"], found["riskmodel_deliveries_overdue"]) == (3, 0)
    assert project.path("m/heartbeat").read_text() == f"{GOOD.ended}\n"
    (line,) = project.path("logs/night.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["time"] == "2025-12-31T11:00:05+08:00"
    signal_run(project, BAD, {})
    assert project.path("m/heartbeat").read_text() == f"{GOOD.ended}\n"
    assert {one.name for one in project.path("logs").iterdir()} == {"night.jsonl", "night.jsonl.1"}
    # a run that finds the night done counts its lists all the same
    lately = GOOD.ended + 900
    assert run_service(project, AS_OF, clock=lambda: lately).night is None
    again = parsed(project.path("m/riskmodel.prom").read_text(encoding="utf-8"))
    assert {name for name in found if found[name] != again[name]} <= {
        name for name in found if "timestamp" in name or "duration" in name
    }
    assert again.keys() == found.keys()
    assert again["riskmodel_night_warnings"] > 0


def test_a_run_that_fails_is_no_longer_reported_as_the_good_one_before(
    make_ready: Callable[..., Project], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = with_settings(make_ready(tmp_path / "town", approval=False), ALL)
    write_metrics(project.path("m/riskmodel.prom"), GOOD)

    def fails(*_args: object, **_known: object) -> None:
        raise UsageError("There is no source named 'x'.")

    monkeypatch.setattr("riskmodel.operations.night_service.ingest_tables", fails)
    with pytest.raises(UsageError):
        run_service(project, AS_OF, clock=lambda: BAD.ended)
    found = parsed(project.path("m/riskmodel.prom").read_text(encoding="utf-8"))
    assert (found["riskmodel_night_state[failed]"], found["riskmodel_night_state[done]"]) == (1, 0)
    assert found["riskmodel_night_exit_code"] == UsageError.exit_code
    assert found["riskmodel_night_last_good_timestamp_seconds"] == GOOD.ended
    assert not project.path("m/heartbeat").exists()
    assert "no source named" in project.path("logs/night.jsonl").read_text(encoding="utf-8")


def test_a_ping_is_sent_after_a_good_run_only_and_is_guarded(project: Project, caplog: pytest.LogCaptureFixture) -> None:
    with web_server(None) as watcher:
        url = f"http://localhost:{watcher.port}/{CANARY}"
        open_ = 'ping = "WATCH"\nhosts = ["localhost"]\nprivate = ["127.0.0.0/8", "::1/128"]\n'
        allowed = with_settings(project, f"[service]\n{open_}")
        signal_run(allowed, BAD, {"WATCH": url})
        assert watcher.requests == []
        signal_run(allowed, GOOD, {"WATCH": url})
        assert [path for path, _, _ in watcher.requests] == [f"/{CANARY}"]
        # a redirect is not followed, and the URL stands in no message
        watcher.answer = lambda _count: (302, {"Location": "http://169.254.169.254/"}, b"")
        with caplog.at_level(logging.WARNING):
            signal_run(allowed, GOOD, {"WATCH": url})
        assert "answered with status 302" in caplog.text
        assert CANARY not in caplog.text
    path = project.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('private = ["127.0.0.0/8", "::1/128"]\n', ""), encoding="utf-8")
    closed = with_settings(project, "")
    for url, error in (
        ("https://localhost/x", RefusedError), ("https://10.0.0.7/", RefusedError), ("file:///etc/passwd", UsageError), ("", UsageError),
    ):  # fmt: skip
        with pytest.raises(error) as refused:
            ping(closed, {"WATCH": url})
        assert "webhook" not in str(refused.value)


def test_the_cron_job_of_kubernetes_and_the_line_of_cron_run_the_night() -> None:
    """Fields of the CronJob's API (batch/v1); whether a cluster takes it is not tested here."""
    yaml = pytest.importorskip("yaml")
    page = (Path(__file__).parents[2] / "docs" / "night.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"```yaml\n(apiVersion: batch/v1\n.*?)```", page, flags=re.DOTALL)
    job = yaml.safe_load(text)
    assert (job["apiVersion"], job["kind"], set(job)) == ("batch/v1", "CronJob", {"apiVersion", "kind", "metadata", "spec"})
    spec = job["spec"]
    assert set(spec) <= {
        "schedule", "timeZone", "concurrencyPolicy", "suspend", "startingDeadlineSeconds", "jobTemplate",
        "successfulJobsHistoryLimit", "failedJobsHistoryLimit",
    }  # fmt: skip
    assert (spec["concurrencyPolicy"], spec["jobTemplate"]["spec"]["backoffLimit"]) == ("Forbid", 0)
    assert ZoneInfo(spec["timeZone"]).key == spec["timeZone"]
    pod = spec["jobTemplate"]["spec"]["template"]["spec"]
    assert pod["restartPolicy"] == "Never"
    (container,) = pod["containers"]
    assert container["command"] == ["riskmodel", "--quiet", "--project", "/srv/county", "night"]
    assert {one["name"] for one in container["volumeMounts"]} == {one["name"] for one in pod["volumes"]}
    (line,) = re.findall(r"```text\n(\*.*?)\n```", page)
    *times, user, rest = line.split(maxsplit=6)
    assert " ".join(times) == spec["schedule"] == "*/15 4-22 * * *"
    assert user == "riskmodel"
    assert rest.endswith("riskmodel --quiet --project /srv/county night")


def test_the_units_of_systemd_are_valid(tmp_path: Path) -> None:
    page = (Path(__file__).parents[2] / "docs" / "night.md").read_text(encoding="utf-8")
    units = re.findall(r"`/etc/systemd/system/([\w.-]+)`:\n\n```ini\n(.*?)```", page, flags=re.DOTALL)
    assert [name for name, _ in units] == ["riskmodel-night.service", "riskmodel-night.timer"]
    for name, text in units:
        (tmp_path / name).write_text(text.replace("/opt/riskmodel/bin/riskmodel", "/bin/true"), encoding="utf-8")
    try:
        done = subprocess.run(
            ["systemd-analyze", "verify", str(tmp_path / "riskmodel-night.timer")], capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        pytest.skip("systemd-analyze is not installed here")
    assert [line for line in done.stderr.splitlines() if "riskmodel" in line] == []
