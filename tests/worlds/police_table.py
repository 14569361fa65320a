"""A project of two cells and one police table in a folder, which a test rewrites as often as it likes.

The table has Chinese headers and every column that a source can have: id, revision, status, kind, cell, days, amount. Use it for
ingest and everything that is stored: ``County.take`` writes the rows and ingests them, and ``told`` returns what the history holds.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from riskmodel.base.project import Project, load_project
from riskmodel.records.history import History
from riskmodel.records.intake import ingest
from riskmodel.records.intake.ingest_report import SourceReport
from riskmodel.records.store import HistoryStore, stored_history

DAY = "2024-06-30"
HEADER = ("编号", "修订号", "状态", "类别", "网格", "发生", "获知", "数量")
TOML = """
name = "test"
title = {{ zh = "测试", en = "test" }}
[places]
path = "cells.csv"
id = "网格"
groupings = {{ centre = "中心" }}
[kinds]
theft = {{ family = "police", zh = "盗窃", en = "theft" }}
noise = {{ family = "police", zh = "噪音", en = "noise" }}
rooms = {{ family = "rental", zh = "房间", en = "rooms", state = true }}
[[sources]]
name = "police"
path = "police.csv"
columns = {{ id = "编号", revision = "修订号", status = "状态", kind = "类别", cell = "网格", occurred = "发生", known = "获知", amount = "数量" }}
kinds = {{ "盗窃" = "theft", "电动车盗窃" = "theft", "噪音" = "noise" }}
withdrawn = ["撤销"]
{police}
{more}
"""
REGISTER = """
[[sources]]
name = "register"
path = "register.csv"
kind = "rooms"
columns = { id = "编号", cell = "网格", occurred = "登记", known = "录入", ended = "注销", ended_known = "注销录入", amount = "房间" }
"""
REGISTER_HEADER = ("编号", "网格", "登记", "录入", "注销", "注销录入", "房间")
STATED = 'since = "2020-01-01"\nthrough = "2024-06-29"'


def table(rows: Iterable[Iterable[str]], header: Iterable[str] = HEADER, encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([list(header), *map(list, rows)])
    return text.getvalue().encode(encoding)


def row(
    no: str = "1",
    rev: str = "",
    status: str = "",
    kind: str = "盗窃",
    cell: str = "a",
    day: str = "2024-01-02",
    known: str = "",
    n: str = "1",
) -> tuple[str, ...]:
    return (no, rev, status, kind, cell, day, known, n)


@dataclass(frozen=True)
class County:
    """A project in a folder, rewritten by each call of ``write`` and ``take``."""

    folder: Path

    def write(
        self,
        content: bytes | None = None,
        police: str = STATED,
        more: str = "",
        cells: str = "网格,中心\na,东\nb,西\n",
        **tables: bytes,
    ) -> Project:
        self.folder.mkdir(exist_ok=True)
        (self.folder / "riskmodel.toml").write_text(TOML.format(police=police, more=more), encoding="utf-8")
        (self.folder / "cells.csv").write_text(cells, encoding="utf-8")
        if content is not None:
            (self.folder / "police.csv").write_bytes(content)
        for name, data in tables.items():
            (self.folder / f"{name}.csv").write_bytes(data)
        return load_project(self.folder)

    def take(self, rows: Iterable[Iterable[str]], day: str = DAY, **more: Any) -> SourceReport:
        return ingest(self.write(table(rows), **more), day).sources[0]

    @property
    def store(self) -> HistoryStore:
        return HistoryStore(self.folder / "data" / "history")

    def history(self) -> History:
        return stored_history(self.store)

    def parts(self) -> list[str]:
        return [part["sha256"] for part in self.store.manifest()["parts"]]


@contextmanager
def counties(count: int = 1) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        yield [County(Path(folder) / str(i)) for i in range(count)]


def told(history: History) -> list[tuple[Any, ...]]:
    kinds = list(history.kinds)
    columns = (history.cell, history.occurred, history.known, history.until, history.ended, history.amount)
    return sorted(
        (kinds[k], history.places.ids[c[0]], *c[1:])
        for k, *c in zip(history.kind.tolist(), *(x.tolist() for x in columns), strict=True)
    )
