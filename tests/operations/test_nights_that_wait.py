"""Nights that wait for a source or fail: what was approved is still delivered, and gauges say how they ended."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.ledger import Ledger
from riskmodel.operations import night_service
from riskmodel.operations.delivery import undelivered
from riskmodel.operations.night_service import run_service
from riskmodel.operations.nightly import NightReport, approve
from tests.worlds.service_runs import at, serve
from tests.worlds.town import AS_OF


def blocked_town(folder: Path, settings: str = "") -> tuple[Project, Path]:
    """A town with a list of every centre that could not be delivered, and what is in its way."""
    path = folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8").replace('name = "calls"\n', 'name = "calls"\ndeadline = "06:30"\n', 1)
    path.write_text(f'{text}\n[service]\nmetrics = "night.prom"\n{settings}', encoding="utf-8")
    project = load_project(folder)
    assert serve(project).exit_code == 0
    barrier = project.path("outbox") / "sent"
    barrier.write_bytes(b"in the way")
    left = approve(project, AS_OF, role="duty officer", day=AS_OF, clock=lambda: at(8)).undelivered
    assert len(left) == (6 if settings else 3)
    return project, barrier


def gauges(project: Project) -> dict[str, str]:
    """The metrics of the last run, without those of its state."""
    lines = project.path("night.prom").read_text(encoding="utf-8").splitlines()
    return {line.split()[0]: line.split()[1] for line in lines if not line.startswith("#")}


def test_a_night_that_waits_for_a_source_still_delivers(ready: Project) -> None:
    project, barrier = blocked_town(ready.folder)
    (project.folder / "data" / "calls.csv").unlink()
    stuck = run_service(project, AS_OF + 1, clock=lambda: at(5) + 86_400)
    assert (stuck.state, stuck.exit_code, len(stuck.undelivered)) == ("waiting", 4, 3)
    assert stuck.lines[1] == "Waiting for calls until 06:30. The next run tries again."
    assert "NOT DELIVERED: 3 lists, the first that of 2025-12-31" in stuck.lines[2]
    assert gauges(project)["riskmodel_deliveries_overdue"] == "3"
    assert gauges(project)['riskmodel_night_state{state="waiting"}'] == "1"
    barrier.unlink()
    done = run_service(project, AS_OF + 1, clock=lambda: at(6) + 86_400)
    assert (done.state, done.exit_code, done.lines[2]) == ("waiting", 0, "Delivery: nothing waits.")
    assert undelivered(Ledger.of(project)) == ()
    assert gauges(project)["riskmodel_deliveries_overdue"] == "0"


def test_a_list_held_by_quiet_hours_leaves_while_a_source_is_waited_for(ready: Project) -> None:
    settings = '[[delivery.channels]]\ntype = "drop"\nname = "second"\nfolder = "second"\nquiet = "07:00-05:30"\n'
    project, barrier = blocked_town(ready.folder, settings)
    barrier.unlink()
    (project.folder / "data" / "calls.csv").unlink()
    held_back = run_service(project, AS_OF + 1, clock=lambda: at(5) + 86_400)
    assert (held_back.state, held_back.exit_code) == ("waiting", 0)
    assert gauges(project)["riskmodel_deliveries_waiting"] == "3"
    run_service(project, AS_OF + 1, clock=lambda: at(6) + 86_400)
    assert gauges(project)["riskmodel_deliveries_waiting"] == "0"
    assert undelivered(Ledger.of(project)) == ()


@pytest.mark.parametrize("step", ["missed_before", "ingest_tables", "_awaited", "run_nightly", "catch_up"])
def test_a_run_that_fails_anywhere_still_delivers(ready: Project, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    project, barrier = blocked_town(ready.folder)

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "history")

    monkeypatch.setattr(night_service, step, fails)
    with pytest.raises(OSError, match="history"):
        run_service(project, AS_OF + 1, clock=lambda: at(7) + 86_400)
    assert (gauges(project)["riskmodel_deliveries_overdue"], gauges(project)['riskmodel_night_state{state="failed"}']) == (
        "3",
        "1",
    )
    barrier.unlink()
    with pytest.raises(OSError, match="history"):
        run_service(project, AS_OF + 1, clock=lambda: at(9) + 86_400)
    assert undelivered(Ledger.of(project)) == ()
    assert gauges(project)["riskmodel_deliveries_overdue"] == "0"


def test_a_run_that_cannot_deliver_either_reports_no_number_of_deliveries(
    ready: Project, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    project, _ = blocked_town(ready.folder)

    def fails(*_: object, **__: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO), "ledger")

    monkeypatch.setattr(night_service, "ingest_tables", fails)
    monkeypatch.setattr(night_service, "deliver_waiting", fails)
    with pytest.raises(OSError, match="ledger"):
        run_service(project, AS_OF + 1, clock=lambda: at(7) + 86_400)
    assert "riskmodel_deliveries_overdue" not in gauges(project)
    assert "What waits could not be delivered by this run" in caplog.text


def test_a_refused_night_names_the_missed_ones(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert serve(ready).exit_code == 0

    def refused(*_: object, **__: object) -> NightReport:
        raise UsageError("The champion is gone. Promote one.")

    monkeypatch.setattr(night_service, "run_nightly", refused)
    done = serve(ready, AS_OF + 3)
    assert done.lines[0] == "Night of 2026-01-03: no lists. 2 nights since 2025-12-31 not run; not caught up."
