"""Texts that may not be kept are tokens; one is a text again once the project names it."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from riskmodel.records.intake import read_quarantine
from tests.records.intake.test_retries import figures, remap, take
from tests.worlds.police_table import County, row
from tests.worlds.row_origins import SQL, fill, project


def test_a_name_that_left_the_source_is_accepted_once_it_is_configured(county: County, tmp_path: Path) -> None:
    database = f"sqlite:///{tmp_path / 'calls.db'}"
    made = project(county, SQL.format('table = "calls", increment = "changed"'))
    fill(database, [row("1"), row("3", kind="仇笑痴")], 1)
    assert figures(take(made, database)) == (2, 1, 0, 1, 0, 0)
    kept = county.store.read_table(county.store.manifest()["quarantine"]["police"]).to_pylist()
    assert "仇笑痴" not in str(kept)
    assert repr(read_quarantine(made)).endswith("the next 'riskmodel ingest' accepts the same rows, once.")
    assert "类别 <3 Chinese characters>" in repr(read_quarantine(made))
    engine = sa.create_engine(database)
    with engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM calls WHERE \"类别\" = '仇笑痴'"))
    engine.dispose()
    assert figures(take(made, database)) == (1, 0, 1, 0, 0, 1)
    corrected = remap(made, '"噪音" = "noise"', '"噪音" = "noise", "仇笑痴" = "noise"')
    assert figures(take(corrected, database)) == (2, 1, 1, 0, 1, 0)
    fill(database, [row("3", kind="仇笑痴")], 2)
    assert take(corrected, database).accepted == 0


def test_an_id_that_is_no_code_is_one_id_and_is_kept_by_its_hash_only(county: County) -> None:
    rows = [row("甬公刑〔2024〕3号"), row("仇笑痴"), row("3")]
    assert county.take(rows).accepted == 3
    assert county.take(rows[::-1]).duplicates == 3
    assert county.take([*rows, row("仇笑痴", "1", n="2")]).accepted == 1
    assert len(county.history()) == 4
    assert "key" in county.store.manifest()
    assert not any("仇笑痴".encode() in path.read_bytes() for path in county.store.folder.rglob("*") if path.is_file())


def test_codes_need_no_key(county: County) -> None:
    county.take([row("1"), row("2", cell="z9"), row("3", kind="打架", day="2024-13-01")])
    assert "key" not in county.store.manifest()
