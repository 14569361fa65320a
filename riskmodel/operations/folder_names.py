"""Names of folders from labels that people wrote."""

from __future__ import annotations

import re

from riskmodel.base.files import sha256


def folder_name(label: str) -> str:
    """Return a name that every file system accepts.

    It consists of letters of any script, digits, dot, dash and underscore. Two labels never share a name: one that had to be
    changed ends in a few digits of its sha256.
    """
    plain = re.sub(r"[^\w.\-]+", "_", label).strip("._")[:60]
    return plain if plain == label else f"{plain or 'group'}-{sha256(label.encode())[:8]}"
