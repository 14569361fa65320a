"""Manifests as files: read, checked against their id, and upgraded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.files import canonical_json, sha256
from riskmodel.records.store.faults import lost_manifest
from riskmodel.records.store.statement_lines import upgraded_coverage

FORMAT = 3
OLDEST_FORMAT = 2
"""Formats of manifests that are read."""
EMPTY: dict[str, Any] = {
    "format": FORMAT,
    "parts": [],
    "quarantine": {},
    "sources": {},
    "coverage": {},
    "places": None,
    "kinds": {},
    "keyed": True,
}


def read_manifest(folder: Path, identity: str, current: bool) -> dict[str, Any]:
    """Return a manifest of the history in ``folder`` as it was written.

    ``current`` says whether its id is that of the current one.

    Raises
    ------
    RiskmodelError
        If it is missing, damaged or of another format.
    """
    path = folder / "manifests" / f"{identity}.json"
    if not path.is_file():
        raise lost_manifest(path.name, "missing", current)
    try:
        manifest: dict[str, Any] = json.loads(path.read_bytes())
        intact = sha256(canonical_json(manifest)) == identity
    except (ValueError, RecursionError):
        intact, manifest = False, {}
    if not intact:
        raise lost_manifest(path.name, "damaged", current)
    if manifest["format"] > FORMAT:
        raise RiskmodelError(
            f"The manifest {path.name!r} of the history has format {manifest['format']}, this version reads {FORMAT}. Nothing was changed. "
            "Upgrade riskmodel."
        )
    if manifest["format"] < OLDEST_FORMAT:
        raise RiskmodelError(
            f"The history has format {manifest['format']}, which an earlier version wrote; this version reads {FORMAT}. "
            f"Move the folder {folder.name!r} away and run 'riskmodel ingest' again: the source tables hold the same rows. "
            "Nights that were made before are replayed by that version and the folder as it was."
        )
    return manifest


def upgraded_manifest(manifest: dict[str, Any]) -> dict[str, Any]:
    """Return a manifest of format 2 or 3 in the present format."""
    if manifest["format"] == FORMAT:
        return manifest
    coverage: Mapping[str, Any] = manifest["coverage"]
    upgraded = {name: upgraded_coverage(stated) for name, stated in coverage.items()}
    return {**manifest, "format": FORMAT, "coverage": upgraded}
