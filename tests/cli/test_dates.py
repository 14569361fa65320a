"""Dates at every border: before the records, around training and today, years that no calendar has, and changes of the clock."""

from __future__ import annotations

import datetime as clock
import re
from pathlib import Path

import numpy as np
import pytest

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.project import Project, load_project
from riskmodel.cli.context import today as today_of_the_command_line
from riskmodel.operations.nightly import today
from riskmodel.records.intake import ingest
from tests.cli.conftest import Run
from tests.worlds.town import AS_OF, FIRST, bodies, history_of, left_by, promoted, write_tables
from tests.worlds.town import run as run_night

COMMANDS = (
    ("nightly", "--as-of", "DATE"),
    ("nightly", "--preview", "--as-of", "DATE"),
    ("warnings", "--as-of", "DATE"),
    ("approve", "--role", "duty officer", "--as-of", "DATE"),
    ("why", "--", "DATE", "c000"),
    ("check", "--as-of", "DATE"),
    ("train", "fire", "--as-of", "DATE"),
    ("features", "--as-of", "DATE"),
    ("ingest", "--ingested", "DATE"),
    ("simulate", "--to", "elsewhere", "--cells", "20", "--years", "1", "--first", "DATE"),
)
"""Every command that takes a date."""


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: " ".join(words[:2]))
@pytest.mark.parametrize("date", ["0000-01-01", "9999-12-31", "0001-01-01", "2025-02-29", "yesterday", "-719529", ""])
def test_a_date_that_cannot_be_is_a_usage_error_of_every_command(
    project: Project, run: Run, words: tuple[str, ...], date: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    left = run("--project", project.folder, *[f"{word}" if word != "DATE" else date for word in words])
    assert left.code == 2, left
    assert re.search(r"date|must be a day such that the 1 years lie", left.err), left.err
    assert not (tmp_path / "elsewhere").exists()
    assert not project.path("data/operations.db").exists()


def test_nights_at_every_border_end_with_the_documented_code(ready: Project, run: Run) -> None:
    now = today(ready)
    expected = [
        (FIRST - 1, (), 4, "无法评分", False),
        (FIRST, (), 4, "无法评分", False),
        (FIRST + 1, (), 4, "无法评分", False),
        (FIRST + 27, (), 4, "无法评分", False),
        (FIRST + 28, (), 0, "回放", False),
        (AS_OF - 1, (), 0, "回放", False),
        (AS_OF, (), 0, "", True),
        (AS_OF + 1, (), 0, "", True),
        (now, (), 4, "无法评分", False),
        (now + 1, ("--preview",), 4, "预演", False),
    ]
    for day, options, code, mark, approvable in expected:
        left = run("--project", ready.folder, "nightly", "--as-of", to_iso(day), *options)
        assert left.code == code, (to_iso(day), left)
        assert mark in left.out, left.out
        assert ("下一步：riskmodel approve" in left.out) is approvable
        assert all(body["as_of"] == to_iso(day) for body in bodies(ready, day))
    before = left_by(ready)
    left = run("--project", ready.folder, "nightly", "--as-of", to_iso(now + 1))
    assert left.code == 3
    assert "lies in the future" in left.err
    for day, _, _, _, approvable in expected:
        if not approvable and day != now:
            assert run("--project", ready.folder, "approve", "--as-of", to_iso(day), "--role", "duty officer").code == 3
    assert left_by(ready) == before


NEW_YORK = "America/New_York"


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        ("2026-03-08T04:59:59", "2026-03-07"), ("2026-03-08T05:00:00", "2026-03-08"), ("2026-03-08T06:59:59", "2026-03-08"),
        ("2026-03-08T07:00:00", "2026-03-08"), ("2026-03-09T03:59:59", "2026-03-08"), ("2026-03-09T04:00:00", "2026-03-09"),
        ("2026-11-01T03:59:59", "2026-10-31"), ("2026-11-01T05:30:00", "2026-11-01"), ("2026-11-01T06:30:00", "2026-11-01"),
        ("2026-11-02T04:59:59", "2026-11-01"), ("2026-11-02T05:00:00", "2026-11-02"),
    ],
)  # fmt: skip
def test_today_is_the_day_in_the_projects_time_zone(
    project: Project, monkeypatch: pytest.MonkeyPatch, instant: str, day: str
) -> None:
    class Fixed(clock.datetime):
        @classmethod
        def now(cls, tz: clock.tzinfo | None = None) -> Fixed:
            return cls.fromisoformat(f"{instant}+00:00").astimezone(tz)

    monkeypatch.setattr("datetime.datetime", Fixed)
    monkeypatch.setattr("riskmodel.operations.nightly.night.datetime", Fixed)
    there = in_new_york(project)
    assert to_iso(today(there)) == to_iso(today_of_the_command_line(there)) == day


def in_new_york(project: Project) -> Project:
    path = project.folder / "riskmodel.toml"
    path.write_text(path.read_text("utf-8").replace("Asia/Shanghai", NEW_YORK), "utf-8")
    return load_project(project.folder)


def test_nights_across_a_change_of_the_clock_count_whole_days(project: Project) -> None:
    there = in_new_york(project)
    write_tables(there.folder)
    calls = there.path("data/calls.csv")
    lines = [line for line in calls.read_text("utf-8").splitlines() if ",c001," not in line]
    # 1 November in New York, then three on the 25 hours of the 2nd, then the 3rd
    instants = [
        "2025-11-02T03:30:00Z",
        "2025-11-02T04:30:00Z",
        "2025-11-02T06:30:00Z",
        "2025-11-03T04:30:00Z",
        "2025-11-03T05:30:00Z",
    ]
    lines += [f"clock{i},c001,{instant},{instant}" for i, instant in enumerate(instants)]
    calls.write_text("\n".join([*lines, ""]), "utf-8")
    ingest(there, AS_OF + 30)
    promoted(there)
    history = history_of(there)
    mine = history.cell == history.places.index["c001"]
    mine &= history.kind == history.kind_number["fire"]
    first = to_day("2025-11-01")
    assert (history.occurred[mine] - first).tolist() == [0, 1, 1, 1, 2]
    assert np.array_equal(history.known[mine], history.occurred[mine])
    for day in (first + 1, first + 2):
        report = run_night(there, day)
        assert (report.exit_code, report.timing) == (0, "replay")
        for one in report.lists:
            (section,) = one.sections
            assert (section.first_day, section.last_day) == (day, day + 27)
            assert {warning.expires for warning in section.warnings} == {day + 27}
            assert {row.through for row in one.freshness} <= {day - 1, None} | set(range(day - 20, day))
