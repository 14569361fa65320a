"""Expired manifests: those whose rows are no longer kept."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from riskmodel.base.days import ALWAYS, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.records.store.history_store import HistoryStore


def files_of(manifest: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Return the path and sha256 of every file of a manifest."""
    entries = [*manifest["parts"], *manifest["quarantine"].values(), manifest["places"]]
    entries += [entry for stated in manifest["coverage"].values() for entry in stated["older"]]
    for entry in entries:
        if entry is not None:
            yield entry["file"], entry["sha256"]


def refuse_expired(store: HistoryStore, manifest: Mapping[str, Any], identity: str) -> None:
    """Refuse to replay an expired manifest.

    A manifest is expired if all its rows were ingested before a day from which one of its sources keeps rows now
    (``keep_days``).

    Raises
    ------
    UsageError
        Naming the source and the day; files that only expired manifests need may have been removed.
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


def is_manifest_expired(store: HistoryStore, manifest: Mapping[str, Any], identity: str) -> bool:
    """Return whether :func:`refuse_expired` refuses a manifest."""
    try:
        refuse_expired(store, manifest, identity)
    except UsageError:
        return True
    return False


def remove_expired(store: HistoryStore) -> None:
    """Remove the files that only expired manifests need."""
    needed: set[str] = set()
    expired: set[str] = set()
    for identity in store.manifest_ids():
        manifest = store.manifest(identity)
        (expired if is_manifest_expired(store, manifest, identity) else needed).update(file for file, _ in files_of(manifest))
    for file in sorted(expired - needed):
        (store.folder / file).unlink(missing_ok=True)
