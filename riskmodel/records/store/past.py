"""Manifests that can no longer be replayed, since their sources keep only later rows, and the files that only they need."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from riskmodel.base.days import ALWAYS, to_iso
from riskmodel.base.errors import UsageError

if TYPE_CHECKING:
    from riskmodel.records.store.folder import HistoryStore


def files_of(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Every file that ``manifest`` needs, by its path in the folder, with its sha256."""
    entries = [*manifest["parts"], *manifest["quarantine"].values(), manifest["places"]]
    entries += [stated["older"] for stated in manifest["coverage"].values()]
    for entry in entries:
        if entry is not None:
            yield entry["file"], entry["sha256"]


def refuse_past(store: HistoryStore, manifest: Mapping[str, Any], identity: str) -> None:
    """Refuse to replay a manifest whose rows were all taken in before a day from which one of its sources keeps rows now.

    Raises
    ------
    UsageError
        Naming the source and the day; files that only such manifests need may be gone.
    """
    if identity == store.manifest_id or not manifest["parts"]:
        return
    newest = max(part["ingested"] for part in manifest["parts"])
    for source, entry in store.manifest()["sources"].items():
        limit = entry.get("limit", int(ALWAYS))
        if newest < limit and any(part["source"] == source for part in manifest["parts"]):
            raise UsageError(
                f"The manifest {identity[:12]!r} is of {to_iso(newest)}; the source {source!r} keeps its rows from {to_iso(limit)} "
                "on (keep_days), and what was there before cannot be replayed. Choose a later night."
            )


def is_past(store: HistoryStore, manifest: Mapping[str, Any], identity: str) -> bool:
    """Whether :func:`refuse_past` refuses a manifest."""
    try:
        refuse_past(store, manifest, identity)
    except UsageError:
        return True
    return False


def clear_past(store: HistoryStore) -> None:
    """Remove the files that only manifests need that :func:`refuse_past` refuses."""
    needed: set[str] = set()
    past: set[str] = set()
    for identity in store.manifest_ids():
        manifest = store.manifest(identity)
        (past if is_past(store, manifest, identity) else needed).update(file for file, _ in files_of(manifest))
    for file in sorted(past - needed):
        (store.folder / file).unlink(missing_ok=True)
