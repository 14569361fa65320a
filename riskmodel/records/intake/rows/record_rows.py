"""Rows of one source as records, or with reasons for quarantine."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from jaxtyping import Bool, Int8, Int32, Int64


@dataclass(frozen=True)
class RecordRows:
    """Cleaned rows of one source, in the order of its table.

    Parameters
    ----------
    kinds
        The kinds that ``kind`` indexes.
    reason
        0 for a good row, else the number of the reason for quarantine (see :mod:`~riskmodel.records.intake.rows.quarantine_reasons`).
    cell
        Numbers of cells, as are those of ``successor``.
    successor
        The cell after all successions that contains the row's point or address, if its cell was split; -1 otherwise. ``ends`` is a
        hash of it.
    content, said
        64-bit hashes, as is ``id``: of what the row means to the project, and of what the source says, independent of the mapping.
    """

    kinds: tuple[str, ...]
    reason: Int8[np.ndarray, " row"]
    id: Int64[np.ndarray, " row"]
    revision: Int64[np.ndarray, " row"]
    withdrawn: Bool[np.ndarray, " row"]
    kind: Int32[np.ndarray, " row"]
    cell: Int32[np.ndarray, " row"]
    successor: Int32[np.ndarray, " row"]
    occurred: Int32[np.ndarray, " row"]
    known: Int32[np.ndarray, " row"]
    ended: Int32[np.ndarray, " row"]
    ended_known: Int32[np.ndarray, " row"]
    amount: Int32[np.ndarray, " row"]
    content: Int64[np.ndarray, " row"]
    said: Int64[np.ndarray, " row"]
    ends: Int32[np.ndarray, " row"]

    @property
    def good(self) -> Bool[np.ndarray, " row"]:
        """Which rows have no reason for quarantine."""
        return self.reason == 0

    def take(self, keep: Bool[np.ndarray, " row"] | Int64[np.ndarray, " chosen"]) -> RecordRows:
        """Return the rows where ``keep`` is true."""
        return RecordRows(self.kinds, *(getattr(self, one.name)[keep] for one in fields(self) if one.name != "kinds"))
