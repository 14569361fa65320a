"""Quiet hours: times of day in which nothing is delivered by itself."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from riskmodel.base.days import to_day


class QuietHours(NamedTuple):
    """Two times of day, and the grades that break them.

    ``hours`` are as in ``riskmodel.toml``, such as ``"22:00-06:00"``; empty: none.
    """

    hours: str
    zone: str
    breaks: tuple[str, ...] = ()

    def end(self, now: int) -> int | None:
        """Return when the quiet hours end; None outside of them.

        Times are seconds since 1970. The ends are in local wall-clock time, also on a day on which the clock changes.

        Examples
        --------
        >>> night = QuietHours("22:00-06:00", "Asia/Shanghai")
        >>> night.end(1_767_103_200), night.end(1_767_106_800), night.end(1_767_132_000)
        (1767132000, 1767132000, None)
        """
        if not self.hours:
            return None
        zone = ZoneInfo(self.zone)
        first, last = time.fromisoformat(self.hours[:5]), time.fromisoformat(self.hours[6:])
        local = datetime.fromtimestamp(now, zone)
        # quiet hours that began yesterday may still last
        for day in (local.date() - timedelta(days=1), local.date()):
            begins = datetime.combine(day, first, zone).timestamp()
            ends = datetime.combine(day + timedelta(days=last < first), last, zone).timestamp()
            if begins <= now < ends:
                return int(ends)
        return None


def local_day(now: int, zone: str) -> int:
    """Return the day that the calendars of a time zone show.

    Examples
    --------
    >>> from riskmodel.base.days import to_iso
    >>> to_iso(local_day(1_767_106_800, "UTC")), to_iso(local_day(1_767_110_400, "Asia/Shanghai"))
    ('2025-12-30', '2025-12-31')
    """
    return to_day(datetime.fromtimestamp(now, ZoneInfo(zone)).date())


def local_time(now: int, zone: str) -> str:
    """Return a time as the clocks of a time zone show it.

    Examples
    --------
    >>> local_time(1_767_106_800, "Asia/Shanghai")
    '2025-12-30 23:00'
    """
    return datetime.fromtimestamp(now, ZoneInfo(zone)).strftime("%Y-%m-%d %H:%M")
