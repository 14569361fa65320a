"""The table of a source's quarantined rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int8

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.rows.masked_columns import SourceMasks
from riskmodel.records.intake.rows.quarantine_reasons import QUARANTINE_REASONS, WRONG_FIELDS

if TYPE_CHECKING:
    import pyarrow as pa


def quarantined_rows(
    columns: tuple[str, ...], masks: SourceMasks, table: RawTable, reason: Int8[np.ndarray, " row"]
) -> pa.Table | None:
    """Return the quarantined rows of a source table.

    None if there are none. They are kept with row number and reason; a text that may be a name or free text is a token.

    Parameters
    ----------
    columns
        The mapped columns.
    reason
        Reason for quarantine of every row that is not broken (0: none).
    """
    import pyarrow as pa

    bad = np.flatnonzero(reason > 0)
    broken = len(table.broken)
    if not len(bad) and not broken:
        return None
    found: dict[str, Any] = {
        "reason": [QUARANTINE_REASONS[i] for i in reason[bad]] + [WRONG_FIELDS] * broken,
        "row": np.concatenate([table.row_numbers()[bad], table.broken]),
    }
    kept = {name: _column(table.columns[name].shown(bad)) for name in columns}
    for name, column in masks.masked(RawTable(len(bad), kept), table).columns.items():
        found[name] = pa.array(column.shown(np.arange(len(bad))) + [None] * broken, pa.string())
    return pa.table(found)


def rows_to_retry(columns: tuple[str, ...], masks: SourceMasks, kept: pa.Table) -> RawTable | None:
    """Return quarantined rows as a source table.

    A token of a text that the project knows by now is that text. None if there are none, or they lack a column that is mapped now. Broken rows cannot be tried again.
    """
    pc = arrow_compute()
    kept = kept.filter(pc.not_equal(kept["reason"], WRONG_FIELDS))
    if not len(kept) or set(columns) - set(kept.column_names):
        return None
    found = {}
    for name in columns:
        encoded = kept[name].combine_chunks().dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
        found[name] = Column(codes, encoded.dictionary.to_pylist())
    table = RawTable(len(kept), found, numbers=kept["row"].to_numpy().astype(np.int64))
    return masks.resolved(masks.masked(table))


def _column(texts: list[str | None]) -> Column:
    codes = np.array([-1 if text is None else row for row, text in enumerate(texts)], dtype=np.int32)
    return Column(codes, [text or "" for text in texts])
