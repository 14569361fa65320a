"""Statements about the completeness of sources.

The newest are in the manifest, older ones in a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from riskmodel.base.files import canonical_json, sha256
from riskmodel.records.history import Coverage
from riskmodel.records.store.history_store import HistoryStore

MOST_STATEMENTS = 32
"""Statements about a source that a manifest holds itself; older ones are in a file."""


def stated_coverage(store: HistoryStore, manifest: Mapping[str, Any]) -> Iterator[Coverage]:
    """Return the coverage of every source of a manifest."""
    for source, stated in manifest["coverage"].items():
        for row in _statements(store, stated):
            plain = {name: value for name, value in row.items() if name != "batch"}
            yield Coverage(source=source, **{**plain, "kinds": tuple(row["kinds"])})


def _statements(store: HistoryStore, stated: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the statements about a source that count.

    Of statements known on one day these are the ones of the last batch.
    """
    older = json.loads(store.checked(stated["older"]).read_bytes()) if stated["older"] else []
    rows = [*older, *stated["rows"]]
    last = {row["known"]: row["batch"] for row in rows}
    return [row for row in rows if last[row["known"]] == row["batch"]]


def state_coverage(store: HistoryStore, manifest: dict[str, Any], source: str, statements: Sequence[Mapping[str, Any]]) -> None:
    """Add statements about a source to ``manifest``.

    They replace earlier statements that were known on the same days.
    """
    stated = manifest["coverage"].get(source, {"older": None, "rows": [], "count": 0})
    rows = [*stated["rows"], *({**one, "batch": stated["count"]} for one in statements)]
    older = stated["older"]
    if len(rows) > MOST_STATEMENTS:
        content = canonical_json(_statements(store, {"older": older, "rows": rows}))
        file = f"coverage/{source}-{sha256(content)[:16]}.json"
        older, rows = {"file": file, "sha256": store.put(file, content)}, []
    entry = {"older": older, "rows": rows, "count": stated["count"] + len(statements)}
    manifest["coverage"] = {**manifest["coverage"], source: entry}
