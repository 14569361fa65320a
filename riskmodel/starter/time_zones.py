"""Time zones by coordinates, and their countries."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import numpy as np

from riskmodel.asof.vocabulary.public_holidays import has_holidays

_EARTH = 6_371.0
"""Radius in kilometres."""
_TINY = frozenset(("AD", "AX", "GG", "GI", "IM", "JE", "LI", "MC", "SM", "VA"))
"""Countries so small that most points near their city lie in another one."""
_EXCLAVES = frozenset(("Europe/Busingen",))


def zone_near(lon: float, lat: float) -> str:
    """Return the time zone whose principal city is nearest to a point.

    Zones of one country each are compared, but those of countries so small that most points near their city lie in another one.

    Examples
    --------
    >>> zone_near(-87.6, 41.9), zone_near(121.5, 31.2), zone_near(10.7, 59.9)
    ('America/Chicago', 'Asia/Shanghai', 'Europe/Oslo')
    """
    return _nearest("zone.tab", lon, lat)[0]


def nearest_city(lon: float, lat: float) -> tuple[str, float]:
    """Return the nearest principal city of several countries, and kilometres to it.

    It is named by its zone.
    """
    return _nearest("zone1970.tab", lon, lat)


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


def _nearest(table: str, lon: float, lat: float) -> tuple[str, float]:
    """Return the nearest zone of a table, and kilometres to its city."""
    names, places = _cities(table)
    a, b = np.radians(places), np.radians([lat, lon])
    near = np.sin(a[:, 0]) * np.sin(b[0]) + np.cos(a[:, 0]) * np.cos(b[0]) * np.cos(a[:, 1] - b[1])
    best = int(near.argmax())
    return names[best], _EARTH * float(np.arccos(min(1.0, float(near[best]))))


@cache
def _rows(table: str) -> list[list[str]]:
    """Return countries, place and name of the zones of a table.

    ``zone1970.tab`` joins countries whose clocks agreed since 1970; ``zone.tab`` has a zone of its own for each.
    """
    text = (resources.files("tzdata") / "zoneinfo" / table).read_text(encoding="utf-8")
    return [line.split("\t") for line in text.splitlines() if not line.startswith("#")]


@cache
def _cities(table: str) -> tuple[list[str], np.ndarray]:
    """Return the zones and the latitude and longitude of their cities."""
    names, places = [], []
    for codes, where, name, *_ in _rows(table):
        if codes in _TINY or name in _EXCLAVES:
            continue
        lat, lon = re.findall(r"[-+]\d+", where)
        names.append(name)
        places.append((_degrees(lat, 2), _degrees(lon, 3)))
    return names, np.array(places)


def _degrees(text: str, wide: int) -> float:
    """Return degrees of a text such as ``+4151`` or ``-0873900``."""
    sign, digits = (-1 if text[0] == "-" else 1), text[1:]
    parts = [digits[:wide], digits[wide : wide + 2], digits[wide + 2 :] or "0"]
    return sign * sum(int(part) / 60**at for at, part in enumerate(parts))
