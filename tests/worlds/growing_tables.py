"""Tables of a town as a register exports them each night: new rows, corrected rows, withdrawn rows, and exports that do not come."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from riskmodel.base.days import to_iso

CELLS, BEFORE, EXPORTED = 60, 400, 120
"""Cells; days of records before the first export; days after which a row is exported no more."""
HEAD = "id,cell,day,known,revision,status"


@dataclass(frozen=True)
class Row:
    """A row of a register as it was last written."""

    id: int
    cell: int
    day: int
    known: int
    revision: int = 0
    status: str = "valid"

    def line(self) -> str:
        """The row as the export has it."""
        return f"{self.id},c{self.cell:03d},{to_iso(self.day)},{to_iso(self.known)},{self.revision},{self.status}"


@dataclass
class GrowingTables:
    """Two registers that grow by a day with each export."""

    seed: int
    rows: dict[str, dict[int, Row]] = field(default_factory=lambda: {"calls": {}, "checks": {}})
    written: int | None = None

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        self.rate = self.rng.gamma(0.6, 0.02, CELLS)

    def write_cells(self, data: Path) -> None:
        """Write the table of the places."""
        centres = ["东区中心", "West centre", "a/b"]
        lines = [f"c{i:03d},v{i // 5},t{i // 10},{centres[i // 20]},{20 + i % 7}" for i in range(CELLS)]
        (data / "cells.csv").write_text("\n".join(["cell,village,town,centre,households", *lines, ""]), encoding="utf-8")

    def write(self, data: Path, day: int, late: set[str]) -> None:
        """Write what is known before a day; tables that are late stay as they were."""
        begin = day - BEFORE if self.written is None else self.written
        for known in range(begin, day):
            self._grow(known)
        self.written = day
        for name, rows in self.rows.items():
            if name not in late:
                lines = [row.line() for row in rows.values() if row.known >= begin - EXPORTED]
                (data / f"{name}.csv").write_text("\n".join([HEAD, *lines, ""]), encoding="utf-8")

    def _grow(self, known: int) -> None:
        """Add what became known on a day, and correct some rows."""
        for rows, times in zip(self.rows.values(), (1.0, 3.0), strict=True):
            for cell in np.flatnonzero(self.rng.random(CELLS) < self.rate * times).tolist():
                id = len(rows)
                rows[id] = Row(id, cell, known - int(self.rng.integers(0, 3)), known)
            recent = [row for row in rows.values() if known - 40 < row.known < known and row.status == "valid"]
            if recent and self.rng.random() < 0.3:
                row = recent[int(self.rng.integers(len(recent)))]
                if self.rng.random() < 0.3:
                    changed = replace(row, status="withdrawn")
                else:
                    changed = replace(row, cell=int(self.rng.integers(CELLS)))
                rows[row.id] = replace(changed, known=known, revision=row.revision + 1)

    def valid(self, name: str) -> list[tuple[str, int]]:
        """Cell and day of every row that is not withdrawn."""
        return sorted((f"c{row.cell:03d}", row.day) for row in self.rows[name].values() if row.status == "valid")
