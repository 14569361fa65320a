"""Names of time zones in project files."""

from __future__ import annotations

from functools import cache
from importlib import resources
from zoneinfo import available_timezones


def known_zone(zone: str) -> str:
    """Return the name of a time zone.

    Raises
    ------
    ValueError
        If there is no such zone.
    """
    if not _is_known_zone(zone):
        raise ValueError(f"{zone!r} is not a time zone; use a name such as 'Asia/Shanghai'.")
    return zone


@cache
def _is_known_zone(name: str) -> bool:
    """Return whether there is a time zone of a name.

    The installed package tzdata lists its zones; to list those of the system opens hundreds of files.
    """
    listed = resources.files("tzdata").joinpath("zones").read_text(encoding="utf-8").splitlines()
    return name in listed or name in available_timezones()
