"""How long rows are kept: ids that are only about days before a source's limit are left out, and in time removed.

The limit is the day of the ingest less the source's ``keep_days``. A row is about the days up to its last one: when it occurred,
became known, or ended; a state that lasts has no last day. An id stays or goes with all its revisions, so that no lower revision
is believed again when the higher one is removed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool, Int32

from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.records.intake.rows.acceptance import sort_out
from riskmodel.records.intake.rows.record_rows import RecordRows
from riskmodel.records.store import HistoryStore, replace_parts

LAG = 30
"""Days that rows may stay on disk after they have left the history, so that parts are not written anew every night."""


def last_days(rows: RecordRows, state: Bool[np.ndarray, " kind"]) -> Int32[np.ndarray, " row"]:
    """The last day that each row is about; ``state`` says which kinds last until they end."""
    last = np.maximum(rows.occurred, rows.known)
    for end in (rows.ended, rows.ended_known):
        last = np.maximum(last, np.where(end == NEVER, ALWAYS, end))
    if not state.any():
        return last.astype(np.int32)
    return np.where((rows.ended == NEVER) & state[rows.kind], NEVER, last).astype(np.int32)


def past_rows(
    store: HistoryStore, manifest: Mapping[str, Any], source: str, rows: RecordRows, last: Any, limit: int
) -> Bool[np.ndarray, " row"]:
    """Mark the rows of ids that are only about days before ``limit``.

    The rows of the history count as well as those of the table. A row that is refused keeps no accepted row of its id: that one
    would be removed at the next ingest and accepted again.
    """
    past = last < limit
    if not past.any():
        return past

    def stored(ids: Any) -> Any:
        return store.stored_rows(manifest, source, ids)

    old = stored(np.unique(rows.id[past]))
    lasting = old["id"][old["last"] >= limit]
    good = (rows.reason == 0) & ~np.isin(rows.id, lasting)
    open_ids = np.intersect1d(rows.id[good & past], rows.id[good & ~past])
    if len(open_ids):
        asked = np.flatnonzero(good & np.isin(rows.id, open_ids))
        good[asked] = sort_out(rows.take(asked), stored).reason == 0
    alone = (rows.reason == 0) & ~np.isin(rows.id, np.union1d(rows.id[good & ~past], lasting))
    return past & (alone | ~np.isin(rows.id, np.union1d(rows.id[~past], lasting)))


def remove_past(store: HistoryStore, manifest: dict[str, Any], source: str, limit: int) -> int:
    """Write the parts of a source anew without the ids that are only about days before ``limit``, if there are any long enough.

    The number of rows that were removed comes back.
    """
    mine = [i for i, part in enumerate(manifest["parts"]) if part["source"] == source]
    if not any(manifest["parts"][i]["oldest"] < limit - LAG for i in mine):
        return 0
    return replace_parts(store, manifest, source, mine, limit)
