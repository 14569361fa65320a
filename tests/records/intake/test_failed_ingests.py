"""Sources that fail: the others are ingested, and the manifest names the failure until it is mended."""

from __future__ import annotations

import errno
import io
import sys
import zipfile
from pathlib import Path

import pytest

from riskmodel.base.errors import RefusedError, RiskmodelError, UsageError
from riskmodel.base.project import Project
from riskmodel.records.intake import SourceReport, ingest
from riskmodel.records.intake.failed_ingests import try_source
from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.source_ingest import ingest_source
from riskmodel.records.source_alerts import source_alerts
from tests.worlds.police_table import REGISTER, REGISTER_HEADER, County, row, table, told

ROOMS = table([("7", "a", "2024-01-02", "2024-01-05", "", "", "12")], REGISTER_HEADER)


def zipped() -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        archive.writestr("police.csv", "x")
    return whole.getvalue()


CONTENTS = {
    "empty": (b"", "empty", "has no rows"),
    "header only": (table([]), "empty", "has no rows"),
    "other encoding": (table([row()], encoding="gb18030"), "unreadable", "is not encoded in utf-8"),
    "cut inside a character": (table([row()]) + "2,,,盗".encode()[:-1], "unreadable", "ends in the middle of a character"),
    "zip": (zipped(), "unreadable", "is a ZIP archive"),
    "other separator": (table([row()]).replace(b",", b";"), "unreadable", "Set separator = ';'"),
}


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "county")


def both(county: County, content: bytes | None = None) -> Project:
    return county.write(content, more=REGISTER, register=ROOMS)


@pytest.mark.parametrize("name", sorted(CONTENTS))
def test_a_broken_table_leaves_the_others_and_is_recorded_until_it_is_mended(county: County, name: str) -> None:
    content, code, said = CONTENTS[name]
    ingest(both(county, table([row("1"), row("2")])), "2024-02-01")
    before = told(county.history())
    report = ingest(both(county, content), "2024-03-01")
    assert [one.source for one in report.sources] == ["register"]
    assert [(one.source, one.code, one.since) for one in report.failed] == [("police", code, "2024-03-01")]
    assert said in repr(report)
    assert "'riskmodel ingest --source police'" in repr(report)
    assert report.exit_code == 4
    assert told(county.history()) == before
    # the history says so, with the first day, and without a path of this machine
    ingest(both(county, content), "2024-03-02")
    (alert,) = source_alerts(county.store.manifest())
    assert (alert.source, alert.since) == ("police", "2024-03-01")
    assert str(county.folder) not in alert.said
    mended = ingest(both(county, table([row("1"), row("2")])), "2024-03-03")
    assert (mended.exit_code, source_alerts(county.store.manifest())) == (0, ())


def test_a_missing_file_and_a_folder_are_recorded(county: County) -> None:
    ingest(both(county, table([row()])), "2024-02-01")
    path = county.folder / "police.csv"
    path.unlink()
    report = ingest(both(county), "2024-03-01")
    assert (report.absent, report.exit_code) == (("police",), 4)
    path.mkdir()
    report = ingest(both(county), "2024-03-02")
    assert "is a folder" in repr(report)
    assert [(one.code, one.since) for one in report.failed] == [("unreadable", "2024-03-01")]


def test_a_database_that_is_away_leaves_the_others(county: County) -> None:
    more = """
[[sources]]
name = "rooms"
kind = "rooms"
columns = { id = "id", cell = "cell", occurred = "day" }
sql = { url = "DATABASE", table = "rooms" }
"""
    project = county.write(table([row()]), more=more)
    report = ingest(project, "2024-02-01", environment={"DATABASE": "postgresql+psycopg://nobody@localhost:1/none"})
    assert [(one.source, one.code) for one in report.failed] == [("rooms", "unreadable")]
    assert [one.accepted for one in report.sources] == [1]


def test_a_refused_source_keeps_the_exit_code_of_the_privacy_door(county: County) -> None:
    project = both(county, table([row(), row("13812345678", kind="13812345678")]))
    report = ingest(project, "2024-02-01")
    assert [(one.source, one.code) for one in report.failed] == [("police", "refused")]
    assert report.exit_code == RefusedError.exit_code
    assert "13812345678" not in repr(report)
    assert "13812345678" not in str(county.store.manifest())


def test_if_all_fail_the_error_names_all_and_the_history_records_them(county: County) -> None:
    ingest(both(county, table([row()])), "2024-02-01")
    with pytest.raises(UsageError, match=r"(?s)'police\.csv' has no rows.*'register\.csv' has no rows"):
        ingest(county.write(b"", more=REGISTER, register=b""), "2024-03-01")
    assert [one.source for one in source_alerts(county.store.manifest())] == ["police", "register"]


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ("网格,中心\nb,西\n", "names the cell 'a', which the project no longer has"),
        ("网格,中心\na,\nb,西\n", "is empty in 1 row"),
        (None, "cells.csv' does not exist"),
    ],
)
def test_a_fault_of_the_places_is_recorded_for_every_source_until_it_is_mended(
    county: County, cells: str | None, said: str
) -> None:
    whole = both(county, table([row()]))
    ingest(whole, "2024-02-01")
    path, identity = county.folder / "cells.csv", county.store.manifest_id
    before = path.read_bytes()
    path.unlink() if cells is None else path.write_text(cells, encoding="utf-8")
    for day in ("2024-03-01", "2024-03-02"):
        with pytest.raises(UsageError, match=said):
            ingest(whole, day)
    alerts = source_alerts(county.store.manifest())
    assert [(one.source, one.code, one.since) for one in alerts] == [
        (name, "settings", "2024-03-01") for name in ("police", "register")
    ]
    assert said in alerts[0].said
    path.write_bytes(before)
    mended = ingest(whole, "2024-03-03")
    assert (mended.exit_code, source_alerts(county.store.manifest())) == (0, ())
    assert county.store.manifest_id == identity


def test_places_that_the_system_refuses_are_recorded_for_every_source(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = both(county, table([row()]))
    ingest(whole, "2024-02-01")

    def refuse(project: Project) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(project.folder / "cells.csv"))

    monkeypatch.setattr(sys.modules[ingest.__module__], "read_places", refuse)
    with pytest.raises(RiskmodelError, match=r"does not permit the use of '.*cells\.csv'"):
        ingest(whole, "2024-03-01")
    assert [one.source for one in source_alerts(county.store.manifest())] == ["police", "register"]


def test_an_alert_of_a_source_that_the_project_no_longer_has_goes(county: County) -> None:
    ingest(both(county, table([row()])), "2024-02-01")
    ingest(county.write(more=REGISTER, register=b""), "2024-03-01")
    ingest(county.write(), "2024-03-02")
    assert source_alerts(county.store.manifest()) == ()


def test_a_file_beside_the_history_with_a_like_name_is_no_file_of_it(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = both(county, table([row()]))
    beside = county.store.folder.with_name(f"{county.store.folder.name}-tables") / "police.csv"

    def refuse(request: SourceRequest) -> SourceReport:
        if request.name == "police":
            raise PermissionError(errno.EACCES, "Permission denied", str(beside))
        return ingest_source(request)

    monkeypatch.setattr(sys.modules[try_source.__module__], "ingest_source", refuse)
    report = ingest(whole, "2024-02-01")
    assert [(one.source, one.code) for one in report.failed] == [("police", "unreadable")]
    assert [one.source for one in report.sources] == ["register"]
