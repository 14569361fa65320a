"""Every kind of source brings the same rows through the same door: spreadsheets, databases, portals, frames."""

from __future__ import annotations

import datetime as dt
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pandas as pd
import pytest
import sqlalchemy as sa

from riskmodel.base.errors import RefusedError, RiskmodelError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.records.intake import ingest, ingest_frame, read_quarantine, socrata
from tests.records.postgres import server
from tests.records.test_ingest import DAY, HEADER, County, row, told

ROWS = [
    row("1"),
    row("2", "1", "撤销", "噪音", "b", "2024-02-29", "2024-03-02", "2"),
    row("3", cell="z"),
    row("4", day="2024/3/1", n="3"),
]
FORBIDDEN = {
    "姓名": "name",
    "phone": "name",
    "11010519491231002X": "value",
    "13912345678": "value",
    "浙A12345": "value",
    "someone@example.com": "value",
    "邻居反映三楼住户" * 8: "value",
}


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "county")


@pytest.fixture
def plain(tmp_path: Path) -> County:
    """What the same rows say from a CSV."""
    made = County(tmp_path / "plain")
    made.take(ROWS)
    return made


def project(county: County, origin: str, **changes: str) -> Project:
    county.write()
    path = county.folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8").replace('path = "police.csv"', origin)
    for old, new in changes.items():
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return load_project(county.folder)


# spreadsheets


def book(path: Path, rows: list[tuple[Any, ...]], header: tuple[Any, ...] = HEADER, sheet: str = "Sheet") -> None:
    made = openpyxl.Workbook()
    made.active.title = "Sheet"
    page = made["Sheet"] if sheet == "Sheet" else made.create_sheet(sheet)
    for line in (header, *rows):
        page.append(list(line))
    made.save(path)


def typed(rows: list[tuple[str, ...]]) -> list[tuple[Any, ...]]:
    """Rows with numbers and dates as a spreadsheet or database holds them."""
    made = []
    for no, rev, status, kind, cell, day, known, n in rows:
        when = dt.datetime.strptime(day.replace("/", "-"), "%Y-%m-%d")
        made.append((int(no), int(rev) if rev else None, status or None, kind, cell, when, known or None, float(n)))
    return made


@pytest.mark.parametrize("sheet", ["Sheet", "数据"])
def test_a_spreadsheet_says_the_same_as_a_csv(county: County, plain: County, sheet: str) -> None:
    made = project(county, f'path = "police.xlsx"\nsheet = "{sheet}"')
    book(county.folder / "police.xlsx", [*typed(ROWS)[:2], (None,) * 8, *typed(ROWS)[2:]], sheet=sheet)
    report = ingest(made, DAY).sources[0]
    assert (report.rows, report.accepted, report.reasons) == (4, 3, {"unknown cell": 1})
    assert county.history().fingerprint() == plain.history().fingerprint()
    assert ingest(made, DAY).sources[0].unchanged


def test_a_faulty_spreadsheet_is_named(county: County) -> None:
    made = project(county, 'path = "police.xlsx"')
    path = county.folder / "police.xlsx"
    path.write_bytes(b"PK\x03\x04 no archive")
    with pytest.raises(UsageError, match=r"'police\.xlsx' is not a readable spreadsheet\. Export it again"):
        ingest(made, DAY)
    for rows, header, message in (
        ([], HEADER, "has no rows"),
        ([(1,)], ("编号",), r"lacks the mapped column\(s\)"),
        ([(1,)], (*HEADER, "编号"), "has the mapped column '编号' more than once"),
    ):
        book(path, rows, header)
        with pytest.raises(UsageError, match=message):
            ingest(made, DAY)
    book(path, typed(ROWS))
    with pytest.raises(UsageError, match=r"no sheet of 'police\.xlsx' named 'x'\. Available: Sheet"):
        ingest(project(county, 'path = "police.xlsx"\nsheet = "x"'), DAY)


# databases

COLUMNS = ", ".join(f'"{name}" {kind}' for name, kind in zip(HEADER, ["integer", "integer", "text", "text", "text", "timestamp", "text", "numeric"], strict=True))  # fmt: skip
SQL = 'sql = {{ url = "CALLS", {} }}'


def fill(address: str, rows: list[tuple[str, ...]], changed: int = 0) -> None:
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text(f"CREATE TABLE IF NOT EXISTS calls ({COLUMNS}, changed integer)"))
        names = ", ".join(f'"{name}"' for name in HEADER)
        for values in typed(rows):
            marks = ", ".join(f":v{i}" for i in range(8))
            connection.execute(
                sa.text(f"INSERT INTO calls ({names}, changed) VALUES ({marks}, {changed})"),
                {f"v{i}": v for i, v in enumerate(values)},
            )
    engine.dispose()


@pytest.fixture(scope="module")
def postgres() -> Iterator[str]:
    with server() as address:
        yield address


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'calls.db'}"
        return
    address = request.getfixturevalue("postgres")
    yield address
    engine = sa.create_engine(address)
    with engine.begin() as connection:
        connection.execute(sa.text("DROP TABLE IF EXISTS calls"))
    engine.dispose()


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
    fill(postgres, ROWS)
    engine = sa.create_engine(postgres)
    try:
        with engine.begin() as connection:
            connection.execute(
                sa.text(
                    "CREATE OR REPLACE FUNCTION wipe() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN DELETE FROM calls; RETURN 1; END $$"
                )
            )
        made = project(county, SQL.format('select = "SELECT * FROM calls WHERE wipe() = 1"'))
        with pytest.raises(UsageError, match=r"refused the statement of the source 'police' \(ReadOnlySqlTransaction\)"):
            ingest(made, DAY, environment={"CALLS": postgres})
        with engine.begin() as connection:
            assert connection.execute(sa.text("SELECT count(*) FROM calls")).scalar() == 4
            connection.execute(sa.text("DROP TABLE calls"))
    finally:
        engine.dispose()


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        ({}, "The environment variable 'CALLS', which gives the database of the source 'police', is not set"),
        ({"CALLS": "secret-nonsense"}, "is not one that SQLAlchemy knows"),
        ({"CALLS": "sqlite:////nowhere/secret.db"}, "SQLite database of the source 'police' does not exist"),
        ({"CALLS": "postgresql://user:secret@127.0.0.1:1/x"}, r"The database of the source 'police' cannot be read"),
    ],
)
def test_an_address_is_named_by_the_environment_and_never_told(county: County, environment: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        ingest(project(county, SQL.format('table = "calls"')), DAY, environment=environment)
    assert "secret" not in str(caught.value)


# portals


class Portal(ThreadingHTTPServer):
    """Plays a Socrata endpoint over a list of rows, in the order of change; answers with what ``trouble`` says first."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []
        self.trouble: list[int] = []
        self.asked: list[dict[str, str]] = []
        self.tokens: list[str | None] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/resource/abcd-1234.json"

    def put(self, rows: list[tuple[str, ...]], changed: str) -> None:
        for values in rows:
            fields = {name: value for name, value in zip(HEADER, values, strict=True) if value}
            fields["数量"] = float(values[-1])  # type: ignore[assignment]
            self.rows.append({":id": f"row-{len(self.rows):03d}", ":updated_at": changed, **fields})


class Handler(BaseHTTPRequestHandler):
    server: Portal

    def do_GET(self) -> None:
        query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        self.server.asked.append(query)
        self.server.tokens.append(self.headers.get("X-App-Token"))
        status = self.server.trouble.pop(0) if self.server.trouble else 200
        rows = sorted(self.server.rows, key=lambda one: (one.get(":updated_at", ""), one.get(":id", "")))
        after = re.search(r":updated_at > '([^']*)' .* :id > '([^']*)'", query.get("$where", ""))
        if after is not None:
            rows = [one for one in rows if (one[":updated_at"], one[":id"]) > after.groups()]
        content = json.dumps(rows[: int(query["$limit"])] if status == 200 else {"error": True}).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    monkeypatch.setattr(socrata, "PAUSE", 0.01)
    made = Portal()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield made
    made.shutdown()
    thread.join()
    made.server_close()


def portal_project(county: County, portal: Portal, more: str = "") -> Project:
    return project(county, f'socrata = {{ url = "{portal.url}", page = 2{more} }}')


def test_a_portal_says_the_same_as_a_csv_and_only_what_changed_is_read_again(
    county: County, plain: County, portal: Portal
) -> None:
    portal.put(ROWS, "2024-06-01T00:00:00.000Z")
    made = portal_project(county, portal, ', token = "TOKEN", where = "数量 > 0"')
    report = ingest(made, DAY, environment={"TOKEN": "abc"}).sources[0]
    assert (report.rows, report.accepted, report.reasons) == (4, 3, {"unknown cell": 1})
    assert county.history().fingerprint() == plain.history().fingerprint()
    assert len(portal.asked) == 3
    assert set(portal.tokens) == {"abc"}
    assert all(query["$where"].startswith("(数量 > 0)") for query in portal.asked)
    portal.put([row("9")], "2024-06-02T00:00:00.000Z")
    report = ingest(made, DAY, environment={"TOKEN": "abc"}).sources[0]
    assert (report.rows, report.accepted, report.retried, report.waiting) == (1, 1, 0, 1)
    assert ingest(made, DAY, environment={"TOKEN": "abc"}).sources[0].accepted == 0
    assert not (county.store.folder / "spool" / "police").exists()


def test_a_portal_that_fails_is_asked_again_and_a_run_goes_on_where_it_stopped(
    county: County, plain: County, portal: Portal
) -> None:
    portal.put(ROWS, "2024-06-01T00:00:00.000Z")
    portal.trouble = [503, 429, 200, 500, 500, 500, 500]
    made = portal_project(county, portal)
    with pytest.raises(RiskmodelError, match=r"failed 4 times \(status 500\)\. Run the same command again"):
        ingest(made, DAY)
    assert county.store.manifest_id is None
    asked = len(portal.asked)
    assert ingest(made, DAY).sources[0].accepted == 3
    # the first page was not asked for again
    assert len(portal.asked) == asked + 2
    assert county.history().fingerprint() == plain.history().fingerprint()


def test_a_row_that_changes_between_pages_is_neither_lost_nor_doubled(county: County, portal: Portal) -> None:
    portal.put([row(str(i)) for i in range(5)], "2024-06-01T00:00:00.000Z")
    portal.trouble = [200, 500, 500, 500, 500]
    made = portal_project(county, portal)
    with pytest.raises(RiskmodelError, match="failed 4 times"):
        ingest(made, DAY)
    portal.rows[0][":updated_at"] = "2024-06-03T00:00:00.000Z"
    report = ingest(made, DAY).sources[0]
    assert (report.accepted, report.duplicates) == (5, 1)
    assert len(county.history()) == 5


@pytest.mark.parametrize(("status", "message"), [(404, "answered with status 404"), (302, "answered with status 302")])
def test_an_endpoint_that_is_none_is_named(county: County, portal: Portal, status: int, message: str) -> None:
    portal.trouble = [status]
    with pytest.raises(UsageError, match=message):
        ingest(portal_project(county, portal), DAY)


def test_an_answer_that_is_no_rows_is_named(county: County, portal: Portal) -> None:
    portal.rows = [{"编号": "1"}]
    with pytest.raises(UsageError, match="did not answer with rows that carry"):
        ingest(portal_project(county, portal), DAY)
    with pytest.raises(UsageError, match="did not answer with rows that carry"):
        socrata._rows("police", b"[1]")


# frames


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_a_frame_says_the_same_as_a_csv(county: County, plain: County, library: str) -> None:
    made = project(county, "frame = true")
    frame: Any = pd.DataFrame([[v or None for v in values] for values in ROWS], columns=list(HEADER))
    if library != "pandas":
        import pyarrow as pa

        frame = pa.Table.from_pandas(frame)
    if library == "polars":
        frame = pytest.importorskip("polars").from_arrow(frame)
    report = ingest_frame(made, "police", frame, DAY).sources[0]
    assert (report.rows, report.accepted, report.reasons) == (4, 3, {"unknown cell": 1})
    assert county.history().fingerprint() == plain.history().fingerprint()
    assert ingest_frame(made, "police", frame, DAY).sources[0].duplicates == 3
    assert ingest(made, DAY).sources == ()
    with pytest.raises(UsageError, match=r"'police' are given as a frame\. Call ingest_frame"):
        ingest(made, DAY, ["police"])


def test_a_frame_of_objects_and_a_faulty_frame(county: County, plain: County) -> None:
    made = project(county, "frame = true")
    frame = pd.DataFrame(typed(ROWS), columns=list(HEADER)).astype(object)
    assert ingest_frame(made, "police", frame.where(frame.notna(), None), DAY).sources[0].accepted == 3
    assert told(county.history()) == told(plain.history())
    with pytest.raises(UsageError, match=r"The table 'police' lacks the mapped column\(s\) '网格'"):
        ingest_frame(made, "police", frame.drop(columns="网格"), DAY)
    with pytest.raises(UsageError, match=r"The table 'police' has no rows"):
        ingest_frame(made, "police", frame[:0], DAY)
    with pytest.raises(UsageError, match=r"no source named 'polise'"):
        ingest_frame(made, "polise", frame, DAY)


# the door


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx", "sql", "socrata", "frame"])
@pytest.mark.parametrize("thing", FORBIDDEN)
def test_nothing_forbidden_comes_in_through_any_kind_of_source(
    county: County, portal: Portal, caplog: pytest.LogCaptureFixture, kind: str, thing: str
) -> None:
    by_name = FORBIDDEN[thing] == "name"
    column = thing if by_name else "网格"
    header = [column if name == "网格" else name for name in HEADER]
    frame = pd.DataFrame(
        [[v or None for v in row(cell="a")], [v or None for v in row("2", cell="a" if by_name else thing)]], columns=header
    )
    origins = {
        "csv": 'path = "t.csv"', "parquet": 'path = "t.parquet"', "xlsx": 'path = "t.xlsx"', "frame": "frame = true",
        "sql": SQL.format('table = "calls"'), "socrata": f'socrata = {{ url = "{portal.url}" }}',
    }  # fmt: skip
    made = project(county, origins[kind], **({'cell = "网格"': f'cell = "{thing}"'} if by_name else {}))
    database = f"sqlite:///{county.folder / 'calls.db'}"
    if kind == "sql":
        engine = sa.create_engine(database)
        frame.to_sql("calls", engine, index=False)
        engine.dispose()
    elif kind == "socrata":
        portal.rows = [
            {":id": str(i), ":updated_at": "2024", **{k: v for k, v in one.items() if isinstance(v, str)}}
            for i, one in enumerate(frame.to_dict("records"))
        ]
    elif kind != "frame":
        write = {"csv": frame.to_csv, "parquet": frame.to_parquet, "xlsx": frame.to_excel}[kind]
        write(county.folder / f"t.{kind}", index=False)

    def run() -> Any:
        if kind == "frame":
            return ingest_frame(made, "police", frame, DAY)
        return ingest(made, DAY, environment={"CALLS": database})

    with pytest.raises(RefusedError, match="is refused") as caught:
        run()
    said = "".join(map(str, (caught.value, caught.value.__cause__, *getattr(caught.value, "__notes__", ()), caplog.text)))
    assert by_name or thing not in said
    assert county.store.manifest_id is None
    kept = [path for path in county.store.folder.rglob("*") if path.is_file()]
    assert not any(thing.encode() in path.read_bytes() for path in kept)


def test_the_stated_table_is_one_of_the_kinds(county: County) -> None:
    with pytest.raises(UsageError, match=r"give exactly one of path, sql, socrata, frame = true or answers = true"):
        project(county, 'path = "police.csv"\nframe = true')
    with pytest.raises(UsageError, match=r"repeats needs all rows of the table at once"):
        project(county, SQL.format('table = "calls", increment = "changed"') + "\nrepeats = true")
    with pytest.raises(UsageError, match=r"give either table or select"):
        project(county, 'sql = { url = "CALLS" }')
