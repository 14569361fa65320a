"""Parts of sources: written, merged so that nights cost the same after years, and written anew without what is past."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from riskmodel.records.believing import merged

if TYPE_CHECKING:
    import pyarrow as pa

    from riskmodel.records.store.folder import HistoryStore

MOST_PARTS = 16
"""Parts of a source above which its small ones are merged."""
FULL = 2**19
"""Rows from which on a part is merged no more, so that no night has to write much more than that anew."""


def merge_parts(store: HistoryStore, manifest: dict[str, Any], source: str) -> None:
    """Merge the small last parts of a source in ``manifest`` once there are more than :data:`MOST_PARTS` small ones.

    A merged part holds the last row taken in of every id and revision, which is what counts; the files of the parts stay,
    so that earlier manifests can be replayed. The parts that remain grow in size by half from the last to the first until
    they are full, so that nights cost the same after ten years as at the start.
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
    """Put one part in the place of the ``chosen`` ones, without ids that are only about days before ``limit``.

    How many rows are gone because of ``limit`` comes back.
    """
    parts = [manifest["parts"][i] for i in chosen]
    tables = [store.read_table(part) for part in parts]
    whole = merged(tables, limit)
    gone = len(merged(tables)) - len(whole) if limit is not None else 0
    left: list[dict[str, Any]] = []
    if len(whole):
        left.append({"source": source, "ingested": parts[-1]["ingested"], **write_part(store, source, whole)})
    taken = set(chosen)
    rest: list[dict[str, Any]] = []
    for i, part in enumerate(manifest["parts"]):
        rest += left if i == chosen[-1] else [] if i in taken else [part]
    manifest["parts"] = rest
    return gone


def write_part(store: HistoryStore, source: str, rows: pa.Table) -> dict[str, Any]:
    """Write rows of a source; what a manifest says of the part comes back, with the first day that a row of it is about."""
    return {**store.write_table("parts", source, rows), "oldest": int(rows["last"].to_numpy().min())}
