"""Every kind of source brings rows through the same door."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.records.intake import ingest, ingest_frame
from tests.records.portal import Portal
from tests.worlds.police_table import DAY, HEADER, County, row
from tests.worlds.row_origins import SQL, project

FORBIDDEN = {
    "姓名": "name",
    "phone": "name",
    "11010519491231002X": "value",
    "13912345678": "value",
    "浙A12345": "value",
    "someone@example.com": "value",
    "邻居反映三楼住户" * 8: "value",
}


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
            {":id": str(i), ":updated_at": "2024", **{str(k): v for k, v in one.items() if isinstance(v, str)}}
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
