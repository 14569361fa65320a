"""Metrics of a run: the text format, the last good run, and the lists of a night whoever made them."""

from __future__ import annotations

import logging
import re
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from riskmodel.base.errors import IntegrityError, UsageError
from riskmodel.base.project import Project
from riskmodel.operations.night_metrics import METRICS, RunSignal, metric_lines, write_metrics
from riskmodel.operations.night_service import run_service
from tests.operations.test_delivery_rules import with_settings
from tests.worlds.edited_project import edited
from tests.worlds.town import AS_OF, run

GOOD = RunSignal(AS_OF, "done", 0, 1_767_150_000, 1_767_150_005, ("Night of 2025-12-31: 3 lists.",), {"riskmodel_night_lists": 3})
BAD = replace(GOOD, state="degraded", exit_code=4, began=1_767_200_000, ended=1_767_200_009)


def parsed(text: str) -> dict[str, float]:
    """The samples of a text file, which must follow the format."""
    families = pytest.importorskip("prometheus_client.parser").text_string_to_metric_families(text)
    found = {}
    for family in families:
        assert family.documentation
        assert family.type == "gauge"
        for sample in family.samples:
            found[sample.name + "".join(f"[{value}]" for value in sample.labels.values())] = sample.value
    return found


def test_metrics_follow_the_text_format_and_keep_the_last_good_run(tmp_path: Path) -> None:
    path = tmp_path / "new" / "riskmodel.prom"
    write_metrics(path, GOOD)
    write_metrics(path, BAD)
    found = parsed(path.read_text(encoding="utf-8"))
    assert found["riskmodel_night_last_good_timestamp_seconds"] == GOOD.ended
    assert found["riskmodel_night_last_run_timestamp_seconds"] == BAD.ended
    assert (found["riskmodel_night_state[degraded]"], found["riskmodel_night_state[done]"]) == (1, 0)
    assert (found["riskmodel_night_duration_seconds"], found["riskmodel_night_exit_code"]) == (9, 4)
    assert [one.name for one in path.parent.iterdir()] == ["riskmodel.prom"]


def test_every_metric_has_a_row_in_the_docs() -> None:
    page = (Path(__file__).parents[2] / "docs" / "night.md").read_text(encoding="utf-8")
    written = set(re.findall(r"^\| `(riskmodel_\w+)", page, flags=re.MULTILINE))
    names = {line.split(" ")[2] for line in "".join(metric_lines(GOOD, 0)).splitlines() if line.startswith("# TYPE")}
    assert names <= written
    assert written == {*METRICS, "riskmodel_night_state", "riskmodel_build_info"}


def test_a_run_that_makes_no_lists_counts_those_that_the_night_has(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = edited(ready.folder, ('name = "calls"\n', 'name = "calls"\ndeadline = "06:30"\n'))
    project = with_settings(waiting, '[service]\nmetrics = "m.prom"\n')
    made = run(project)
    (project.folder / "data" / "calls.csv").unlink()
    early = datetime(2025, 12, 31, 5, tzinfo=ZoneInfo("Asia/Shanghai"))
    assert run_service(project, AS_OF, clock=lambda: int(early.timestamp())).state == "waiting"
    found = parsed(project.path("m.prom").read_text(encoding="utf-8"))
    assert found["riskmodel_night_lists"] == len(made.lists) == 3
    assert found["riskmodel_night_warnings"] == sum(len(section.warnings) for one in made.lists for section in one.sections) > 0
    # how many sources are stale was not looked at by this run
    assert "riskmodel_night_stale_sources" not in found

    def fails(*_args: object, **_known: object) -> None:
        raise UsageError("There is no source named 'x'.")

    monkeypatch.setattr("riskmodel.operations.night_service.ingest_tables", fails)
    with pytest.raises(UsageError):
        run_service(project, AS_OF, clock=lambda: int(early.timestamp()))
    assert parsed(project.path("m.prom").read_text(encoding="utf-8"))["riskmodel_night_lists"] == 3


def test_lists_that_cannot_be_read_are_not_counted_as_none(ready: Project, caplog: pytest.LogCaptureFixture) -> None:
    project = with_settings(ready, '[service]\nmetrics = "m.prom"\n')
    assert run_service(project, AS_OF, clock=lambda: GOOD.ended).state == "done"
    with closing(sqlite3.connect(project.ledger_file)) as ledger, ledger:
        ledger.execute("UPDATE warning_lists SET body = zeroblob(9)")
    with caplog.at_level(logging.WARNING), pytest.raises(IntegrityError, match="is damaged"):
        run_service(project, AS_OF, clock=lambda: GOOD.ended)
    assert "The lists of this night could not be counted" in caplog.text
    assert "riskmodel_night_lists" not in parsed(project.path("m.prom").read_text(encoding="utf-8"))
