"""Files of a bundle: content, and manifest with its digest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.files import canonical_json, sha256, write_bytes

CONTENT = "bundle.json"
MANIFEST = "manifest.json"


def write_content(folder: Path, content: bytes, version: int) -> None:
    """Write the content of a bundle, then its manifest."""
    write_bytes(folder / CONTENT, content)
    write_bytes(folder / MANIFEST, canonical_json({"format": version, "files": {CONTENT: sha256(content)}}) + b"\n")


def read_content(folder: Path, newest: int) -> dict[str, Any]:
    """Return the JSON form of a bundle, after its manifest was checked.

    Raises
    ------
    RiskmodelError
        If a file is missing, the content is not what the manifest says, or its format is newer than ``newest``.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file() or not (folder / CONTENT).is_file():
        raise RiskmodelError(f"There is no bundle in {str(folder)!r}. Train one with 'riskmodel train EXPERIMENT'.")
    content = (folder / CONTENT).read_bytes()
    if _stated_digest(manifest.read_bytes()) != sha256(content):
        raise RiskmodelError(
            f"The bundle in {str(folder)!r} is damaged: {CONTENT} is not what its manifest says. Train it again."
        )
    form: dict[str, Any] = json.loads(content)
    if form["format"] > newest:
        raise RiskmodelError(
            f"The bundle in {str(folder)!r} has format {form['format']}, this version of riskmodel reads {newest}. Nothing was loaded. "
            "Upgrade riskmodel, or train again."
        )
    return form


def _stated_digest(manifest: bytes) -> str | None:
    """Return the sha256 stated by a manifest, None without one."""
    try:
        return str(json.loads(manifest)["files"][CONTENT])
    except (ValueError, KeyError, TypeError):
        return None
