"""Statements about the completeness of sources.

The newest are in the manifest, as one line of text each. Older ones are in files that manifests share, named by digest: a file is never
changed, and small ones are merged so that each is more than twice as large as the one after it. So the size of a manifest does not
grow with the number of nights, and n statements take of the order of n log n on disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.base.files import canonical_json, sha256
from riskmodel.records.history import Coverage
from riskmodel.records.store.faults import damaged_file
from riskmodel.records.store.history_store import HistoryStore
from riskmodel.records.store.statement_lines import Statement, statement_lines, statements_of

MOST_STATEMENTS = 32
"""Statements about a source that a manifest holds itself; older ones are in files."""


def stated_coverage(store: HistoryStore, manifest: Mapping[str, Any]) -> Iterator[Coverage]:
    """Return the coverage of every source of a manifest.

    If several statements became known on one day, only those of the last batch count.
    """
    for source, stated in manifest["coverage"].items():
        older = [row for entry in stated["older"] for row in _read(store, entry)]
        for row in _counting([*older, *statements_of(stated)]):
            plain = {name: value for name, value in row.items() if name != "batch"}
            yield Coverage(source=source, **{**plain, "kinds": tuple(row["kinds"])})


def state_coverage(store: HistoryStore, manifest: dict[str, Any], source: str, statements: Sequence[Statement]) -> None:
    """Add statements about a source to ``manifest``.

    They replace earlier statements that were known on the same days, and the one that nothing was known of the source.
    """
    stated = manifest["coverage"].get(source, {"older": [], "common": [], "rows": [], "count": 0})
    heard = any(one["through"] > ALWAYS for one in statements)
    before = [one for one in statements_of(stated) if not heard or one["through"] > ALWAYS]
    rows = [*before, *({**one, "batch": stated["count"]} for one in statements)]
    older, last = list(stated["older"]), int(rows[-1]["through"]) if heard else stated.get("last")
    first = min([stated.get("since", int(NEVER)), *(int(one["since"]) for one in statements)])
    if len(rows) > MOST_STATEMENTS:
        older, rows = _with_chunk(store, source, older, rows), []
    count = stated["count"] + len(statements)
    entry = {"older": older, **statement_lines(rows), "count": count, "since": first, "last": last}
    manifest["coverage"] = {**manifest["coverage"], source: entry}


def _with_chunk(store: HistoryStore, source: str, older: list[dict[str, Any]], rows: list[Statement]) -> list[dict[str, Any]]:
    """Add a file of older statements, merged with small ones."""
    rest = list(older)
    while rest and rest[-1]["count"] <= 2 * len(rows):
        rows = [*_read(store, rest.pop()), *rows]
    rows = _counting(rows)
    content = canonical_json(statement_lines(rows))
    file = f"coverage/{source}-{sha256(content)[:16]}.json"
    return [*rest, {"file": file, "sha256": store.put(file, content), "count": len(rows)}]


def _counting(rows: Sequence[Statement]) -> list[Statement]:
    """Return the statements of the last batch of each day of knowledge."""
    last: dict[int, int] = {}
    for row in rows:
        last[row["known"]] = row["batch"]
    return [row for row in rows if last[row["known"]] == row["batch"]]


def _read(store: HistoryStore, entry: Mapping[str, Any]) -> list[Statement]:
    """Return the statements of a file of format 2 or 3."""
    content = json.loads(store.checked(entry).read_bytes())
    if isinstance(content, list):
        return content
    if not isinstance(content, dict):
        raise damaged_file(entry["file"])
    return statements_of(content)
