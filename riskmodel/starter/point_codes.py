"""Points that codes stand for: plus codes and geohashes."""

from __future__ import annotations

import re

import numpy as np
from jaxtyping import Float64

from riskmodel.starter.column_words import plain_name
from riskmodel.starter.text_values import TextValues

_PLUS_SIGNS = "23456789CFGHJMPQRVWX"
_PLUS = re.compile(rf"[{_PLUS_SIGNS}]{{8}}\+[{_PLUS_SIGNS}]{{0,2}}")
"""A plus code (Open Location Code) with all of its digits, to 14 or 275 metres."""
_HASH_SIGNS = "0123456789bcdefghjkmnpqrstuvwxyz"
_HASH = re.compile(rf"[{_HASH_SIGNS}]{{7,12}}")
"""A geohash of at most 153 metres; shorter ones are cells."""
LEAST_CODES, PROBED = 0.9, 200
"""Share of the different texts that must be codes, and different texts that are looked at first."""


def points_of_codes(column: TextValues) -> Float64[np.ndarray, "value axis"] | None:
    """Return longitude and latitude of the middle of each code.

    None for another column; NaN where a text is no code. A geohash looks like a word, so its column must be called so.
    """
    texts = column.values
    for pattern, decode, named in ((_PLUS, _of_plus_code, True), (_HASH, _of_geohash, "geohash" in plain_name(column.name))):
        if not named or not len(texts):
            continue
        probe = texts[:: max(1, len(texts) // PROBED)]
        if sum(pattern.fullmatch(_cased(text, pattern)) is not None for text in probe) < LEAST_CODES * len(probe):
            continue
        cased = [_cased(text, pattern) for text in texts]
        codes = [pattern.fullmatch(text) is not None for text in cased]
        if sum(codes) >= LEAST_CODES * len(texts):
            return np.array([decode(text) if code else (np.nan, np.nan) for text, code in zip(cased, codes, strict=True)])
    return None


def _cased(text: str, pattern: re.Pattern[str]) -> str:
    """Return a code as its standard writes it."""
    return text.strip().upper() if pattern is _PLUS else text.strip().lower()


def _of_plus_code(text: str) -> tuple[float, float]:
    """Return longitude and latitude of the middle of a plus code."""
    digits = [_PLUS_SIGNS.index(sign) for sign in text.replace("+", "")]
    size, latitude, longitude = 400.0, -90.0, -180.0
    for at in range(0, len(digits) - 1, 2):
        size /= 20
        latitude += digits[at] * size
        longitude += digits[at + 1] * size
    return longitude + size / 2, latitude + size / 2


def _of_geohash(text: str) -> tuple[float, float]:
    """Return longitude and latitude of the middle of a geohash."""
    bits = "".join(f"{_HASH_SIGNS.index(sign):05b}" for sign in text)
    east, north = bits[::2], bits[1::2]
    return (int(east, 2) + 0.5) * 360 / 2 ** len(east) - 180, (int(north, 2) + 0.5) * 180 / 2 ** len(north) - 90
