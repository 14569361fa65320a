"""Files of a bundle: content, and manifest with its digest."""

from __future__ import annotations

import json
from pathlib import Path

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.files import canonical_json, sha256, write_bytes

CONTENT = "bundle.json"
MANIFEST = "manifest.json"


def write_content(folder: Path, content: bytes, version: int) -> None:
    """Write the content of a bundle, then its manifest."""
    write_bytes(folder / CONTENT, content)
    write_bytes(folder / MANIFEST, canonical_json({"format": version, "files": {CONTENT: sha256(content)}}) + b"\n")


def read_content(folder: Path) -> bytes:
    """Return the content of a bundle, after its manifest was checked.

    Raises
    ------
    RiskmodelError
        If a file is missing, or the content is not what the manifest says.
    """
    manifest = folder / MANIFEST
    if not manifest.is_file() or not (folder / CONTENT).is_file():
        raise RiskmodelError(f"There is no bundle in {str(folder)!r}. Train one with 'riskmodel train EXPERIMENT'.")
    content = (folder / CONTENT).read_bytes()
    if _stated_digest(manifest.read_bytes()) != sha256(content):
        raise RiskmodelError(
            f"The bundle in {str(folder)!r} is damaged: {CONTENT} is not what its manifest says. Train it again."
        )
    return content


def _stated_digest(manifest: bytes) -> str | None:
    """Return the sha256 stated by a manifest, None without one."""
    try:
        return str(json.loads(manifest)["files"][CONTENT])
    except (ValueError, KeyError, TypeError):
        return None
