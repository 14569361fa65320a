"""The table of a source's quarantined rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.rows.quarantine_reasons import REASONS, WRONG_FIELDS

if TYPE_CHECKING:
    import pyarrow as pa


def quarantined_rows(columns: tuple[str, ...], table: RawTable, reason: Any) -> pa.Table | None:
    """Return the quarantined rows of a source table.

    None if there are none. They are kept as they came, with row number and reason; what may not be shown is withheld.

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
        "reason": [REASONS[i] for i in reason[bad]] + [WRONG_FIELDS] * broken,
        "row": np.concatenate([table.row_numbers()[bad], table.broken]),
    }
    for name in columns:
        found[name] = pa.array(table.columns[name].shown(bad) + [None] * broken, pa.string())
    return pa.table(found)


def rows_to_retry(columns: tuple[str, ...], kept: pa.Table) -> RawTable | None:
    """Return quarantined rows as a source table.

    None if there are none, or they lack a column that is mapped now. Broken rows cannot be tried again.
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
    return RawTable(len(kept), found, numbers=kept["row"].to_numpy().astype(np.int64))
