"""Databases: read only, no further than asked, and only what is new."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest, read_quarantine
from riskmodel.records.intake.readers.sql_connection import read_only_connection
from tests.records.postgres import emptied
from tests.worlds.police_table import DAY, County, row
from tests.worlds.row_origins import ROWS, SQL, fill, project


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'calls.db'}"
        return
    yield emptied(request.getfixturevalue("postgres"))


@pytest.mark.parametrize(
    "query",
    [
        'table = "calls"',
        'select = "SELECT * FROM calls WHERE changed >= :least;", parameters = { least = 0 }',
        'table = "calls", increment = "changed"',
    ],
    ids=["table", "select", "increment"],
)
def test_a_database_says_the_same_as_a_csv(county: County, plain: County, database: str, query: str) -> None:
    fill(database, ROWS)
    made = project(county, SQL.format(query))
    report = ingest(made, DAY, environment={"CALLS": database}).sources[0]
    assert (report.rows, report.accepted, report.reasons) == (4, 3, {"unknown cell": 1})
    assert county.history().fingerprint() == plain.history().fingerprint()
    again = ingest(made, DAY, environment={"CALLS": database}).sources[0]
    assert again.accepted == 0
    assert county.history().fingerprint() == plain.history().fingerprint()


def test_the_rows_of_a_geopackage_are_read_without_their_geometry(county: County, plain: County, tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'calls.gpkg'}"
    fill(address, ROWS)
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("PRAGMA application_id = 0x47504B47")
        connection.exec_driver_sql("ALTER TABLE calls ADD COLUMN geom BLOB")
        connection.exec_driver_sql("UPDATE calls SET geom = x'47500001'")
        # what only a program with functions of geometry can run
        connection.exec_driver_sql("CREATE TRIGGER of_geom AFTER UPDATE ON calls WHEN ST_IsEmpty(NEW.geom) BEGIN SELECT 1; END")
    report = ingest(project(county, SQL.format('table = "calls"')), DAY, environment={"CALLS": address}).sources[0]
    assert (report.rows, report.accepted) == (4, 3)
    assert county.history().fingerprint() == plain.history().fingerprint()


def test_only_what_is_new_is_read_and_quarantined_rows_wait_until_the_places_change(county: County, database: str) -> None:
    made = project(county, SQL.format('table = "calls", increment = "changed"'))
    environment = {"CALLS": database}
    fill(database, ROWS, 1)
    assert ingest(made, DAY, environment=environment).sources[0].rows == 4
    fill(database, [row("9")], 2)
    report = ingest(made, DAY, environment=environment).sources[0]
    # those of the last value again, the new one; the row of the unknown cell is among the first
    assert (report.rows, report.accepted, report.duplicates, report.quarantined, report.waiting) == (5, 1, 4, 0, 1)
    report = ingest(made, DAY, environment=environment).sources[0]
    assert (report.rows, report.accepted, report.duplicates, report.quarantined, report.waiting) == (1, 0, 1, 0, 1)
    assert read_quarantine(made).rows == 1
    (county.folder / "cells.csv").write_text("网格,中心\na,东\nb,西\nz,西\n", encoding="utf-8")
    report = ingest(made, DAY, environment=environment).sources[0]
    assert (report.rows, report.accepted, report.quarantined, report.waiting) == (5, 1, 0, 0)
    assert read_quarantine(made).rows == 0
    assert len(county.history()) == 4


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ('table = "nowhere"', r"refused the statement of the source 'police'.*Correct sql\.table"),
        ('select = "DELETE FROM calls"', "is not a single SELECT"),
        ('select = "SELECT 1; DROP TABLE calls"', "is not a single SELECT"),
        ('select = "SELECT 1 AS a"', r"lacks the mapped column\(s\)"),
        ('table = "calls", increment = "x"', r"lacks the mapped column\(s\) 'x'"),
        ('select = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n) SELECT i AS \\"编号\\" FROM n WHERE i < 0", timeout = 1', "took longer than 1 seconds|lacks"),
    ],
)  # fmt: skip
def test_a_faulty_statement_is_told_without_what_the_database_says(
    county: County, database: str, query: str, message: str
) -> None:
    fill(database, ROWS)
    with pytest.raises(UsageError, match=message) as caught:
        ingest(project(county, SQL.format(query)), DAY, environment={"CALLS": database})
    assert database not in str(caught.value)
    assert county.store.manifest_id is None


def test_a_statement_has_a_time_limit(county: County, database: str) -> None:
    fill(database, ROWS)
    endless = "WITH RECURSIVE n AS (SELECT 1 AS i UNION ALL SELECT i + 1 FROM n WHERE i < 2000000000) SELECT * FROM calls WHERE (SELECT max(i) FROM n) > 0"
    made = project(county, SQL.format(f'select = "{endless}", timeout = 1'))
    with pytest.raises(UsageError, match=r"took longer than 1 seconds\. Raise sql\.timeout"):
        ingest(made, DAY, environment={"CALLS": database})


def test_nothing_is_written_to_a_database(county: County, postgres: str) -> None:
    fill(emptied(postgres), ROWS)
    engine = sa.create_engine(postgres)
    try:
        with engine.begin() as connection:
            connection.execute(
                sa.text(
                    "CREATE OR REPLACE FUNCTION wipe() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN DELETE FROM calls; RETURN 1; END $$"
                )
            )
        made = project(county, SQL.format('select = "SELECT * FROM calls WHERE wipe() = 1"'))
        with pytest.raises(UsageError, match=r"refused the statement of the source 'police' \(SQLSTATE 25006\)"):
            ingest(made, DAY, environment={"CALLS": postgres})
        with engine.begin() as connection:
            connection.execute(sa.text("CREATE ROLE nobody LOGIN"))
            connection.execute(
                sa.text(f"GRANT USAGE ON SCHEMA {connection.scalar(sa.text('SELECT current_schema()'))} TO nobody")
            )
        account = sa.make_url(postgres).set(username="nobody").render_as_string(hide_password=False)
        with pytest.raises(
            UsageError, match=r"The account .* 'police' may not read its table \(42501\)\. Let the database grant it SELECT"
        ):
            ingest(project(county, SQL.format('table = "calls"')), DAY, environment={"CALLS": account})
        with engine.begin() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM calls")).scalar() == 4
            connection.execute(sa.text("DROP TABLE calls"))
            connection.execute(sa.text("DROP OWNED BY nobody"))
            connection.execute(sa.text("DROP ROLE nobody"))
    finally:
        engine.dispose()


def test_a_sqlite_file_is_found_from_the_project_and_read_where_nobody_may_write(
    county: County, plain: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = county.folder / "feed"
    folder.mkdir(parents=True)
    fill(f"sqlite:///{folder / 'calls.db'}", ROWS)
    with closing(sqlite3.connect(folder / "calls.db")) as one:
        one.execute("PRAGMA journal_mode = WAL")
    monkeypatch.chdir(tmp_path)
    made = project(county, SQL.format('table = "calls"'))
    report = ingest(made, DAY, environment={"CALLS": "sqlite:///feed/calls.db"}).sources[0]
    assert (report.rows, report.accepted) == (4, 3)
    assert county.history().fingerprint() == plain.history().fingerprint()
    assert [one.name for one in folder.iterdir()] == ["calls.db"], "nothing is written beside a source"
    with pytest.raises(UsageError, match="Another program wrote the SQLite database of the source 'police'"):  # noqa: SIM117
        with read_only_connection("police", "sqlite:///feed/calls.db", 9, folder=county.folder):
            fill(f"sqlite:///{folder / 'calls.db'}", [row("9")], 2)
    with closing(sqlite3.connect(folder / "calls.db")) as one:
        one.execute("INSERT INTO calls SELECT * FROM calls LIMIT 1")
        one.commit()
        with read_only_connection("police", "sqlite:///feed/calls.db", 9, folder=county.folder) as open_log:
            assert open_log.exec_driver_sql("SELECT count(*) FROM calls").scalar() == 6, "an open log is read, too"


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "The environment variable 'CALLS', which gives the database of the source 'police', is not set"),
        ({"CALLS": "secret-nonsense"}, "is not one that SQLAlchemy knows"),
        ({"CALLS": "sqlite:////nowhere/secret.db"}, "SQLite database of the source 'police' does not exist"),
        (
            {"CALLS": "postgresql://user:secret@127.0.0.1:1/x"},
            r"'police' cannot be read \(OperationalError\)\. Check that it runs, and its address with acc",
        ),
        (
            {"CALLS": f"sqlite:///{__file__}"},
            r"The file of the source 'police' is damaged, or is no SQLite database \(SQLITE_NOTADB\)",
        ),
    ],
)
def test_an_address_is_named_by_the_environment_and_never_told(county: County, environment: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        ingest(project(county, SQL.format('table = "calls"')), DAY, environment=environment)
    assert "secret" not in str(caught.value)
