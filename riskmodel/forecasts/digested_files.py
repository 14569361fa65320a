"""Files of a folder with a manifest of their digests, which is written last."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from riskmodel.base.files import canonical_json, sha256, write_bytes

MANIFEST = "manifest.json"


def write_digested(folder: Path, files: Mapping[str, bytes], version: int) -> None:
    """Write files into a folder, then the manifest of their format."""
    for name, content in files.items():
        write_bytes(folder / name, content)
    digests = {name: sha256(content) for name, content in files.items()}
    write_bytes(folder / MANIFEST, canonical_json({"format": version, "files": digests}) + b"\n")


def read_digested(folder: Path, names: Iterable[str]) -> tuple[dict[str, bytes], list[str]]:
    """Return the contents of files, and which are not as the manifest says."""
    found = {name: (folder / name).read_bytes() if (folder / name).is_file() else b"" for name in names}
    try:
        stated = json.loads((folder / MANIFEST).read_bytes())["files"]
        return found, [name for name, content in found.items() if stated[name] != sha256(content)]
    except (ValueError, KeyError, TypeError):
        return found, list(found)
