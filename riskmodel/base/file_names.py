"""Names of files and folders from labels that people wrote."""

from __future__ import annotations

import re
import unicodedata

from riskmodel.base.files import sha256

_RESERVED = frozenset({"con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in "0123456789¹²³")})
"""Names that Windows keeps for devices, whatever follows their first dot."""

_MOST_CHARACTERS = 60
_MOST_BYTES = 90
"""With a date, a draft mark and a suffix, a name stays below 143 bytes, the least that common file systems allow."""


def name_of(label: str) -> str:
    """Return a name that every file system accepts.

    It consists of letters of any script, digits, dot, dash and underscore, and follows from the label alone. Two labels never
    share a name, not even where letters of both cases are the same: a label keeps its own name only if it is in lower case,
    needs no change and does not look like a changed one. Every other name ends in eight digits of the label's sha256.
    Control characters, those for the direction of text among them, are left out.

    Examples
    --------
    >>> name_of("东湖指挥中心"), name_of("a b"), name_of("CON")
    ('东湖指挥中心', 'a_b-c8687a08', '_CON-a3dbc4b6')
    """
    visible = "".join(sign for sign in label if unicodedata.category(sign) not in ("Cc", "Cf", "Cs"))
    plain = re.sub(r"[^\w.\-]+", "_", unicodedata.normalize("NFC", visible)).strip("._")[:_MOST_CHARACTERS]
    plain = plain.encode()[:_MOST_BYTES].decode(errors="ignore")
    if plain.split(".")[0].casefold() in _RESERVED:
        plain = f"_{plain}"
    folded = unicodedata.normalize("NFKC", label).casefold()
    if plain and plain == label == folded and not re.search(r"-[0-9a-f]{8}$", label):
        return label
    return f"{plain or 'group'}-{sha256(label.encode('utf-8', 'surrogatepass'))[:8]}"
