"""New rows that agree with other rows in all but the id.

A whole table that was saved without the leading zeros of its ids is new to the history, and doubles every count.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Int64

from riskmodel.base.equal_runs import first_of_runs
from riskmodel.base.months import month_name, month_of
from riskmodel.records.copied_months import COPIED_GROUPS, COPIED_SHARE, copied_months
from riskmodel.records.intake.ingest_request import SourceRequest
from riskmodel.records.intake.rows.record_rows import RecordRows

MOST_STORED = 100
"""Stored rows per new row up to which the stored rows are read: a night with few new rows does not read the history."""


@dataclass(frozen=True)
class CopiedRows:
    """New rows that were probably delivered twice.

    Most rows of their months agree with another one in all but the id. They are ``rows`` of ``of`` new ones, from month ``first`` to month ``last``.
    """

    rows: int
    of: int
    first: str
    last: str

    def __str__(self) -> str:
        return (
            f"{self.rows:,} of {self.of:,} new rows ({self.first} to {self.last}) agree with another row in all but the id: probably a table "
            "was delivered again under other ids (leading zeros are lost when a table is opened and saved as a spreadsheet). They count "
            "twice. Compare the ids; if so, correct the export, restore the history from the last backup or move its folder away, then "
            "ingest again."
        )


def find_copied_rows(request: SourceRequest, rows: RecordRows, order: Int64[np.ndarray, " accepted"]) -> CopiedRows | None:
    """Return new rows that were probably delivered twice.

    Parameters
    ----------
    order
        The accepted rows. Those with ids that are stored are corrections and left out. The manifest has no part with them yet.
    """
    parts = [part for part in request.manifest["parts"] if part["source"] == request.name]
    if len(order) < COPIED_GROUPS or sum(part["rows"] for part in parts) > MOST_STORED * len(order):
        return None
    if not parts:
        # the order does not matter here, and rows in their own order are read faster
        chosen = np.zeros(len(rows.reason), dtype=bool)
        chosen[order] = True
        chosen &= ~rows.withdrawn
        if int(chosen.sum()) < COPIED_GROUPS or not _may_be_copied(rows.content[chosen], month_of(rows.occurred[chosen])):
            return None
    new = order[~rows.withdrawn[order]]
    if parts:
        stored = request.store.stored_rows(request.manifest, request.name, np.unique(rows.id[new]))
        new = new[~np.isin(rows.id[new], stored["id"])]
    if len(new) < COPIED_GROUPS:
        return None
    content, of_row = np.unique(rows.content[new], return_inverse=True)
    sizes = _group_sizes(request, content, rows.id[new], of_row)
    # rows of one content occurred on one day: any of them has its month
    month = np.empty(len(content), dtype=np.int64)
    month[of_row] = month_of(rows.occurred[new])
    start = month.min()
    copied = copied_months(np.repeat(sizes, sizes), np.repeat(month - start, sizes))
    mine = copied[month[of_row] - start] & (sizes[of_row] > 1)
    if not mine.any():
        return None
    months = month[of_row][mine]
    return CopiedRows(int(mine.sum()), len(new), month_name(months.min()), month_name(months.max()))


def _may_be_copied(content: Int64[np.ndarray, " row"], month: Int64[np.ndarray, " row"]) -> bool:
    """Return whether enough rows of a month may agree with another row.

    Rows that agree have the same last bits, so counting these leaves no copied month out; and it is quicker than sorting.
    """
    bits = content & ((2 << len(content).bit_length()) - 1)
    shared = np.bincount(bits)[bits] > 1
    start = month - month.min()
    share = np.bincount(start, weights=shared) / np.maximum(np.bincount(start), 1)
    return bool((share >= COPIED_SHARE).any())


def _group_sizes(request: SourceRequest, content: Any, identity: Any, group: Any) -> Int64[np.ndarray, " content"]:
    """Return how many records have each content, new and stored ones.

    A record counts once, however many revisions of it have the same content.

    Parameters
    ----------
    content
        Sorted contents, each once.
    identity, group
        Ids of the new rows, and the numbers of their contents.
    """
    ids, groups = [identity], [group]
    for part in request.manifest["parts"]:
        if part["source"] == request.name:
            table = request.store.read_table(part)
            found = table["content"].to_numpy()
            at = np.minimum(np.searchsorted(content, found), len(content) - 1)
            mine = content[at] == found
            ids.append(table["id"].to_numpy()[mine])
            groups.append(at[mine])
    identity, group = np.concatenate(ids), np.concatenate(groups)
    # accepted rows are sorted by id
    if len(ids) == 1 and first_of_runs(identity).all():
        return np.bincount(group, minlength=len(content))
    order = np.lexsort((identity, group))
    new = first_of_runs(identity[order], group[order])
    return np.bincount(group[order][new], minlength=len(content))
