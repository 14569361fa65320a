"""A sample of rows in quarantine, with which a cause is tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from riskmodel.base.project import Source
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.ingest_request import SourceRequest

FIXED = 0.5
"""Share of the rows that a cause must explain."""


class QuarantinedRows(NamedTuple):
    """A sample of the rows that are in quarantine for one reason."""

    request: SourceRequest
    table: RawTable

    @property
    def source(self) -> Source:
        """The source."""
        return self.request.source

    def mended_by(self, **columns: Any) -> bool:
        """Return whether most rows find their cell with other columns."""
        return self._finds_cells(self.source.model_copy(update={"columns": self.source.columns.model_copy(update=columns)}))

    def mended_with(self, **keys: Any) -> bool:
        """Return whether most rows find their cell with other keys."""
        return self._finds_cells(self.source.model_copy(update=keys))

    def mended_by_texts(self, name: str, change: Callable[[str], str]) -> bool:
        """Return whether most rows find their cell with other texts."""
        column = self.table.columns[name]
        changed = Column(column.codes, [change(text) for text in column.values])
        table = RawTable(self.table.whole, {**self.table.columns, name: changed})
        return self._finds_cells(self.source, table)

    def _finds_cells(self, source: Source, table: RawTable | None = None) -> bool:
        return float((self.request.clean(table or self.table, source).cell >= 0).mean()) >= FIXED

    def texts(self, name: str) -> list[str]:
        """Return the texts of a column, one per row that has one."""
        column = self.table.columns[name]
        return [column.values[code] for code in column.codes.tolist() if code >= 0]


def share(found: Any) -> float:
    """Return the share of values that are true."""
    values = list(found)
    return sum(values) / len(values) if values else 0.0
