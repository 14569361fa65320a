"""Parts of sources: written, merged, and freed of expired rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from riskmodel.base.arrow_numbers import numbers_of
from riskmodel.base.errors import RiskmodelError
from riskmodel.records.part_table import merged
from riskmodel.records.store.history_store import HistoryStore

if TYPE_CHECKING:
    import pyarrow as pa

MOST_PARTS = 8
"""Parts of a source above which its small ones are merged; a night reads each of them, and a manifest names it."""
FULL = 2**19
"""Rows from which on a part is not merged any more, which bounds what one night has to write."""


def merge_parts(store: HistoryStore, manifest: dict[str, Any], source: str) -> None:
    """Merge the small last parts of a source in ``manifest``.

    It happens once there are more than :data:`MOST_PARTS` small ones. A merged part holds, of every id and revision, the row
    ingested last, which is the one that counts. The files of the merged parts stay, so earlier manifests can be replayed. The
    remaining parts grow in size by half from the last to the first until they are full, so a night costs the same after ten
    years as at the start.
    """
    mine = [i for i, part in enumerate(manifest["parts"]) if part["source"] == source and part["rows"] < FULL]
    if len(mine) <= MOST_PARTS:
        return
    sizes = [manifest["parts"][i]["rows"] for i in mine]
    first = len(mine) - 2
    total = sizes[-1] + sizes[-2]
    while first > 0 and sizes[first - 1] <= 2 * total:
        first -= 1
        total += sizes[first]
    replace_parts(store, manifest, source, mine[first:], None)


def replace_parts(store: HistoryStore, manifest: dict[str, Any], source: str, chosen: Sequence[int], limit: int | None) -> int:
    """Replace the chosen parts in ``manifest`` by one.

    With ``limit``, ids that are only about days before it are left out. Returns the number of rows left out for that reason.
    """
    parts = [manifest["parts"][i] for i in chosen]
    tables = [store.read_table(part) for part in parts]
    whole = merged(tables, limit)
    expired = len(merged(tables)) - len(whole) if limit is not None else 0
    new: list[dict[str, Any]] = []
    if len(whole):
        new.append({"source": source, "ingested": parts[-1]["ingested"], **write_part(store, source, whole)})
    taken = set(chosen)
    rest: list[dict[str, Any]] = []
    for i, part in enumerate(manifest["parts"]):
        rest += new if i == chosen[-1] else [] if i in taken else [part]
    manifest["parts"] = rest
    return expired


def write_part(store: HistoryStore, source: str, rows: pa.Table) -> dict[str, Any]:
    """Write rows of a source and return their manifest entry.

    ``oldest`` is the first of the days that the rows are about, ``newest`` the last on which one became known.
    """
    days = {"oldest": int(numbers_of(rows["last"]).min()), "newest": int(numbers_of(rows["known"]).max())}
    entry = {**store.write_table("parts", source, rows), **days}
    store.write_known_ids(entry, rows)
    return entry


def newest_day(store: HistoryStore, parts: Iterable[Mapping[str, Any]]) -> int | None:
    """Return when the last row of parts became known.

    It is None without parts. Parts of earlier versions do not state it; damaged ones among them are left out.
    """
    days = [_newest(store, part) for part in parts]
    return max((day for day in days if day is not None), default=None)


def _newest(store: HistoryStore, part: Mapping[str, Any]) -> int | None:
    if "newest" in part:
        return part["newest"]
    try:
        return int(numbers_of(store.read_table(part)["known"]).max())
    except RiskmodelError:
        return None
