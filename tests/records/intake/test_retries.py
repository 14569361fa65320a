"""Quarantined rows wait, uncounted, until mapping or places change or their day has come."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskmodel.base.days import to_day
from riskmodel.base.project import Project, load_project
from riskmodel.records.intake import ingest, read_quarantine
from riskmodel.records.intake.ingest_report import SourceReport
from tests.worlds.police_table import DAY, County, row
from tests.worlds.row_origins import SQL, fill, project

LATE = "known after the day of the ingest"


@pytest.fixture
def database(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'calls.db'}"


@pytest.fixture
def made(county: County) -> Project:
    return project(county, SQL.format('table = "calls", increment = "changed"'))


def take(made: Project, database: str, day: str = DAY) -> SourceReport:
    return ingest(made, day, environment={"CALLS": database}).sources[0]


def figures(report: SourceReport) -> tuple[int, ...]:
    return report.rows, report.accepted, report.duplicates, report.quarantined, report.retried, report.waiting


def remap(made: Project, old: str, new: str) -> Project:
    path = made.folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    return load_project(made.folder)


def test_a_quiet_night_counts_nothing_and_leaves_the_manifest_as_it_was(county: County, made: Project, database: str) -> None:
    fill(database, [row("1"), row("2", cell="z"), row("3", kind="打架"), row("4", cell="z")], 1)
    fill(database, [row("5")], 2)
    assert figures(take(made, database)) == (5, 2, 0, 3, 0, 0)
    assert figures(take(made, database)) == (1, 0, 1, 0, 0, 3)
    before = county.store.manifest_id
    report = take(made, database)
    assert figures(report) == (1, 0, 1, 0, 0, 3)
    assert report.reasons == {}
    assert str(report) == "police: 1 = 0 accepted + 1 duplicate + 0 quarantined; 3 earlier rows wait in quarantine"
    assert county.store.manifest_id == before
    assert county.store.manifest()["sources"]["police"]["quarantined"] == {"unknown cell": 2, "unknown kind": 1}
    assert read_quarantine(made).rows == 3


def test_a_row_read_again_is_a_repeat_only_with_the_same_bytes(made: Project, database: str) -> None:
    fill(database, [row("1"), row("2", cell="z", n="1")], 1)
    assert figures(take(made, database)) == (2, 1, 0, 1, 0, 0)
    fill(database, [row("2", cell="z", n="7"), row("2", cell="y", n="1")], 1)
    report = take(made, database)
    assert figures(report) == (4, 0, 2, 2, 0, 1)
    assert report.reasons == {"unknown cell": 2}
    assert figures(take(made, database)) == (4, 0, 4, 0, 0, 3)


def test_a_row_of_the_same_id_that_says_something_else_loses_none_that_is_tried_again(made: Project, database: str) -> None:
    import sqlalchemy as sa

    fill(database, [row("1"), row("3", kind="打架", n="1")], 1)
    take(made, database)
    engine = sa.create_engine(database)
    with engine.begin() as connection:
        connection.execute(sa.text('DELETE FROM calls WHERE "编号" = 3'))
    engine.dispose()
    fill(database, [row("3", n="2")], 2)
    corrected = remap(made, '"噪音" = "noise"', '"噪音" = "noise", "打架" = "noise"')
    report = take(corrected, database)
    assert figures(report) == (3, 1, 1, 1, 1, 0)
    assert report.reasons == {"conflicting revision": 1}


def test_a_changed_mapping_tries_all_again_once(made: Project, database: str) -> None:
    fill(database, [row("1"), row("2", cell="z"), row("3", kind="打架")], 1)
    fill(database, [row("4")], 2)
    take(made, database)
    corrected = remap(made, '"噪音" = "noise"', '"噪音" = "noise", "打架" = "noise"')
    assert figures(take(corrected, database)) == (4, 1, 2, 1, 0, 0)
    assert figures(take(corrected, database)) == (1, 0, 1, 0, 0, 1)


def test_a_row_that_left_the_source_is_tried_again_from_the_quarantine(made: Project, database: str) -> None:
    import sqlalchemy as sa

    fill(database, [row("1"), row("3", kind="打架")], 1)
    take(made, database)
    engine = sa.create_engine(database)
    with engine.begin() as connection:
        connection.execute(sa.text('DELETE FROM calls WHERE "编号" = 3'))
    engine.dispose()
    assert figures(take(made, database)) == (1, 0, 1, 0, 0, 1)
    corrected = remap(made, '"噪音" = "noise"', '"噪音" = "noise", "打架" = "noise"')
    assert figures(take(corrected, database)) == (2, 1, 1, 0, 1, 0)


def test_a_row_known_too_late_waits_for_its_day(county: County, made: Project, database: str) -> None:
    fill(database, [row("1"), row("2", known="2024-07-03"), row("3", known="2024-07-05"), row("4", cell="z")], 1)
    fill(database, [row("5")], 2)
    assert figures(take(made, database)) == (5, 2, 0, 3, 0, 0)
    assert figures(take(made, database, "2024-07-02")) == (1, 0, 1, 0, 0, 3)
    assert figures(take(made, database, "2024-07-03")) == (2, 1, 1, 0, 1, 2)
    assert county.store.manifest()["sources"]["police"]["quarantined"] == {LATE: 1, "unknown cell": 1}
    assert figures(take(made, database, "2024-07-06")) == (2, 1, 1, 0, 1, 1)
    assert to_day("2024-07-05") in county.history().known.tolist()


def test_a_row_read_again_and_known_too_late_is_counted_once(made: Project, database: str) -> None:
    fill(database, [row("1"), row("2", known="2024-07-03")], 1)
    assert figures(take(made, database)) == (2, 1, 0, 1, 0, 0)
    assert figures(take(made, database)) == (2, 0, 2, 0, 0, 1)
    assert figures(take(made, database, "2024-07-04")) == (2, 1, 1, 0, 0, 0)


def test_rows_that_wait_are_not_kept_longer_than_others(made: Project, database: str) -> None:
    kept = remap(made, "withdrawn =", "keep_days = 200\nwithdrawn =")
    kept = remap(kept, 'increment = "changed"', 'increment = "changed", full_every = 100')
    fill(database, [row("1", day="2024-06-01"), row("2", cell="z"), row("3", cell="z", day="2024-06-01")], 1)
    fill(database, [row("4", day="2024-06-02")], 2)
    take(kept, database)
    assert figures(take(kept, database)) == (1, 0, 1, 0, 0, 2)
    report = take(kept, database, "2024-08-01")
    assert (*figures(report), report.expired) == (1, 0, 1, 0, 0, 1, 1)
    assert read_quarantine(kept).rows == 1
