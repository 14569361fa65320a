"""Names of files and folders from labels that people wrote."""

from __future__ import annotations

import re

from riskmodel.base.files import sha256


def file_name(label: str) -> str:
    """A name that every file system takes: letters of any script, digits, dot, dash and underscore.

    Two labels never share a name: one that had to be changed carries a few digits of its sha256.
    """
    plain = re.sub(r"[^\w.\-]+", "_", label).strip("._")[:60]
    return plain if plain == label else f"{plain or 'group'}-{sha256(label.encode())[:8]}"
