"""Statements about the completeness of sources.

The newest are in the manifest, as one line of text each. Older ones are in files that manifests share, named by digest: a file is never
changed, and small ones are merged so that each is more than twice as large as the one after it. So the size of a manifest does not
grow with the number of nights, and n statements take of the order of n log n on disk.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.base.files import canonical_json, sha256
from riskmodel.records.history import Coverage, known_through
from riskmodel.records.store.faults import damaged_file
from riskmodel.records.store.history_store import HistoryStore
from riskmodel.records.store.statement_lines import COMMON, Statement, statement_lines, statements_of

MOST_STATEMENTS = 32
"""Statements about a source that a manifest holds itself; older ones are in files."""


def stated_coverage(store: HistoryStore, manifest: Mapping[str, Any], since: int = int(ALWAYS)) -> Iterator[Coverage]:
    """Return the coverage of every source of a manifest.

    If several statements became known on one day, only those of the last batch count.

    Parameters
    ----------
    since
        Of statements known before this day only those are returned that matter for an as-of date from then on. A source has a statement
        for every night, and few of them do.
    """
    for source, stated in manifest["coverage"].items():
        older = [row for entry in stated["older"] for row in _read(store, entry)]
        for row in _since(_counting([*older, *statements_of(stated)]), since):
            kinds = tuple(row["kinds"])
            delays = {"stale_after": row["stale_after"], "label_delay": row["label_delay"]}
            yield Coverage(source, kinds, row["since"], row["through"], row["known"], **delays, period=row.get("period", "day"))


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


def drop_later(store: HistoryStore, manifest: dict[str, Any], source: str, day: int) -> None:
    """Drop statements about a source that were known after a day.

    A clock that ran ahead made them.
    """
    stated = manifest["coverage"].get(source)
    if stated is None or (stated.get("last") or int(ALWAYS)) <= day:
        return
    older = [row for entry in stated["older"] for row in _read(store, entry)]
    rows = [row for row in [*older, *statements_of(stated)] if row["known"] <= day]
    coverage = {name: entry for name, entry in manifest["coverage"].items() if name != source}
    if rows:
        last, older = int(rows[-1]["through"]), list[dict[str, Any]]()
        if len(rows) > MOST_STATEMENTS:
            older, rows = _with_chunk(store, source, [], rows), []
        coverage[source] = {**stated, "older": older, **statement_lines(rows), "last": last}
    manifest["coverage"] = coverage


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


def _since(rows: Sequence[Statement], since: int) -> list[Statement]:
    """Return statements that matter for as-of dates from a day on.

    Of those known before, that are the last, the one that reaches furthest, and the first of each that lasts: with its kinds and delays, or
    its first day.
    """
    early = [at for at, row in enumerate(rows) if row["known"] < since]
    if not early:
        return list(rows)
    reach = known_through(*(np.array([rows[at][name] for at in early], dtype=np.int64) for name in ("through", "known")))
    latest = max(early, key=lambda at: (rows[at]["known"], rows[at]["through"], at))
    kept = {latest, early[int(reach.argmax())], min(early, key=lambda at: rows[at]["since"])}
    kept.update({str([rows[at].get(name) for name in COMMON]): at for at in reversed(early)}.values())
    return [row for at, row in enumerate(rows) if row["known"] >= since or at in kept]


def _read(store: HistoryStore, entry: Mapping[str, Any]) -> list[Statement]:
    """Return the statements of a file of format 2 or 3."""
    content = json.loads(store.checked(entry).read_bytes())
    if isinstance(content, list):
        return content
    if not isinstance(content, dict):
        raise damaged_file(entry["file"])
    return statements_of(content)
