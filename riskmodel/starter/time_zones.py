"""Time zones by coordinates, and their countries."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import numpy as np

from riskmodel.asof.vocabulary.public_holidays import has_holidays

_EARTH = 6_371.0
"""Radius in kilometres."""


def zone_near(lon: float, lat: float) -> str:
    """Return the time zone whose principal city is nearest to a point.

    Examples
    --------
    >>> zone_near(-87.6, 41.9), zone_near(121.5, 31.2)
    ('America/Chicago', 'Asia/Shanghai')
    """
    return nearest_city(lon, lat)[0]


def nearest_city(lon: float, lat: float) -> tuple[str, float]:
    """Return the zone of the nearest principal city, and kilometres to it."""
    names, places = _cities()
    a, b = np.radians(places), np.radians([lat, lon])
    near = np.sin(a[:, 0]) * np.sin(b[0]) + np.cos(a[:, 0]) * np.cos(b[0]) * np.cos(a[:, 1] - b[1])
    best = int(near.argmax())
    return names[best], _EARTH * float(np.arccos(min(1.0, float(near[best]))))


def country_of(zone: str) -> str | None:
    """Return the country of a time zone, if its holidays are known.

    Of a zone of several countries it is the one with the zone's principal city. None for zones without a place, such as UTC.

    Examples
    --------
    >>> country_of("America/Chicago"), country_of("Asia/Shanghai"), country_of("UTC")
    ('US', 'CN', None)
    """
    lines = (line.split("\t") for line in _table().splitlines() if not line.startswith("#"))
    code = next((codes.split(",")[0] for codes, _, name, *_ in lines if name == zone), None)
    return code if code is not None and has_holidays(code) else None


def _table() -> str:
    return (resources.files("tzdata") / "zoneinfo" / "zone1970.tab").read_text(encoding="utf-8")


@cache
def _cities() -> tuple[list[str], np.ndarray]:
    """Return the zones and the latitude and longitude of their cities."""
    names, places = [], []
    for line in _table().splitlines():
        if line.startswith("#"):
            continue
        _, where, name, *_ = line.split("\t")
        lat, lon = re.findall(r"[-+]\d+", where)
        names.append(name)
        places.append((_degrees(lat, 2), _degrees(lon, 3)))
    return names, np.array(places)


def _degrees(text: str, wide: int) -> float:
    """Return degrees of a text such as ``+4151`` or ``-0873900``."""
    sign, digits = (-1 if text[0] == "-" else 1), text[1:]
    parts = [digits[:wide], digits[wide : wide + 2], digits[wide + 2 :] or "0"]
    return sign * sum(int(part) / 60**at for at, part in enumerate(parts))
