"""Time zones by coordinates, and their countries."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import numpy as np

from riskmodel.asof.vocabulary.public_holidays import has_holidays

_EARTH = 6_371.0
"""Radius in kilometres."""


def zone_of(lon: float, lat: float) -> str:
    """Return the time zone in which a point lies.

    At sea it is the one whose principal city is nearest.

    Examples
    --------
    >>> zone_of(-95.4, 29.8), zone_of(121.5, 31.2), zone_of(10.7, 59.9)
    ('America/Chicago', 'Asia/Shanghai', 'Europe/Oslo')
    """
    from tzfpy import get_tz

    found = get_tz(lon, lat)
    return found if found and not found.startswith("Etc/") else nearest_city(lon, lat)[0]


def nearest_city(lon: float, lat: float) -> tuple[str, float]:
    """Return the nearest principal city, and kilometres to it.

    It is named by its zone, of those whose clocks have differed since 1970.
    """
    names, places = _cities()
    a, b = np.radians(places), np.radians([lat, lon])
    near = np.sin(a[:, 0]) * np.sin(b[0]) + np.cos(a[:, 0]) * np.cos(b[0]) * np.cos(a[:, 1] - b[1])
    best = int(near.argmax())
    return names[best], _EARTH * float(np.arccos(min(1.0, float(near[best]))))


def country_of(zone: str) -> str | None:
    """Return the country of a time zone, if its holidays are known.

    None for zones without a place, such as UTC.

    Examples
    --------
    >>> country_of("America/Chicago"), country_of("Europe/Oslo"), country_of("UTC")
    ('US', 'NO', None)
    """
    code = next((code for code, _, name, *_ in _rows("zone.tab") if name == zone), None)
    return code if code is not None and has_holidays(code) else None


def zone_names() -> list[str]:
    """Return the names of all zones of countries."""
    return [name for _, _, name, *_ in _rows("zone.tab")]


@cache
def _rows(table: str) -> list[list[str]]:
    """Return countries, place and name of the zones of a table.

    ``zone.tab`` has a zone for each country; ``zone1970.tab`` joins those whose clocks agreed since 1970.
    """
    text = (resources.files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


@cache
def _cities() -> tuple[list[str], np.ndarray]:
    """Return the zones and the latitude and longitude of their cities."""
    names, places = [], []
    for _, where, name, *_ in _rows("zone1970.tab"):
        lat, lon = re.findall(r"[-+]\d+", where)
        names.append(name)
        places.append((_degrees(lat, 2), _degrees(lon, 3)))
    return names, np.array(places)


def _degrees(text: str, wide: int) -> float:
    """Return degrees of a text such as ``+4151`` or ``-0873900``."""
    sign, digits = (-1 if text[0] == "-" else 1), text[1:]
    parts = [digits[:wide], digits[wide : wide + 2], digits[wide + 2 :] or "0"]
    return sign * sum(int(part) / 60**at for at, part in enumerate(parts))
