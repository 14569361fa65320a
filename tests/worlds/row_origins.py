"""The same rows of the police table from any kind of source: a file, a database, a portal or a data frame.

Use it where a kind of source must give what a CSV gives: ``project`` names the source, ``typed`` gives numbers and dates instead of
text, and ``fill`` puts the rows into a database.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa

from riskmodel.base.project import Project, load_project
from tests.worlds.police_table import HEADER, County, row

ROWS = [
    row("1"),
    row("2", "1", "撤销", "噪音", "b", "2024-02-29", "2024-03-02", "2"),
    row("3", cell="z"),
    row("4", day="2024/3/1", n="3"),
]


def project(county: County, origin: str, **changes: str) -> Project:
    county.write()
    path = county.folder / "riskmodel.toml"
    text = path.read_text(encoding="utf-8").replace('path = "police.csv"', origin)
    for old, new in changes.items():
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")
    return load_project(county.folder)


def typed(rows: list[tuple[str, ...]]) -> list[tuple[Any, ...]]:
    """Rows with numbers and dates as a spreadsheet or database holds them."""
    made = []
    for no, rev, status, kind, cell, day, known, n in rows:
        when = dt.datetime.strptime(day.replace("/", "-"), "%Y-%m-%d")
        made.append((int(no), int(rev) if rev else None, status or None, kind, cell, when, known or None, float(n)))
    return made


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
