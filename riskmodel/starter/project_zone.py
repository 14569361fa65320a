"""The time zone of a new project, and its public holidays."""

from __future__ import annotations

import re
from collections import Counter
from typing import NamedTuple
from zoneinfo import available_timezones

import numpy as np

from riskmodel.base.project import WGS84
from riskmodel.base.texts import Language
from riskmodel.starter.decisions import Decisions
from riskmodel.starter.night_hours import called_utc, night_as_written
from riskmodel.starter.offset_zones import OffsetZone, offset_zone
from riskmodel.starter.point_grid import PointGrid
from riskmodel.starter.project_plan import PlannedSource
from riskmodel.starter.schedule import YEAR, Schedule
from riskmodel.starter.short_zones import refuse_other_names
from riskmodel.starter.time_zones import country_of, zone_of

_JAPANESE = re.compile("[\u3041-\u30fa]|発生|市区町村|都道府県|罪種|手口|認知|届出")
"""Kana, and words of Japanese in Chinese characters."""
CHINA = "Asia/Shanghai"
LOOKED_AT, LEAST_SHARE = 200, 0.2
"""Points whose time zones are looked up, and the share of them from which a zone is named."""


class ChosenZone(NamedTuple):
    """The zone in which days are counted, and its country."""

    name: str
    country: str | None

    @classmethod
    def of(cls, name: str) -> ChosenZone:
        """Return a zone with the country that it tells."""
        return cls(name, country_of(name))


def chosen_zone(
    grid: PointGrid | None, sources: tuple[PlannedSource, ...], stated: str | None, language: Language, decisions: Decisions
) -> ChosenZone:
    """Return the time zone in which days are counted."""
    zoned = any(not one.roles.in_utc and (one.roles.date.zoned or one.roles.date.column in one.table.zoned) for one in sources)
    use = "days of instants with an offset are counted in it" if zoned else "dates count as they are written"
    own = _stated_zone(sources)
    if stated is not None:
        zone, why = ChosenZone.of(stated), "stated"
    elif own is not None:
        zone, why = ChosenZone.of(own), "the zone of the column of dates"
    elif language == "zh" and grid is None and any(_JAPANESE.search(name) for one in sources for name in one.table.columns):
        zone, why = ChosenZone.of("Asia/Tokyo"), "the table is in Japanese"
    elif language == "zh" and (grid is None or grid.centre is None or _may_be_china(*grid.centre)):
        zone, why = ChosenZone.of(CHINA), "the table is in Chinese"
    elif grid is not None and grid.centre is not None:
        zone, why = _zone_of_points(grid.centre, sources, decisions)
    else:
        offsets = None if grid is not None else _offset_zone(sources)
        zone, why = _zone_of_offsets(offsets, decisions)
    for one in sources:
        refuse_other_names(one.table, [one.roles.date, *([one.roles.known] if one.roles.known else [])], zone.name)
    decisions.add("time zone", zone.name, f"{why}; {use}")
    if zoned and zone.name == "UTC" and stated is None:
        decisions.limit("Instants with an offset are counted as days of UTC; state the zone of the place with --time-zone.")
    for one in sources:
        if doubt := night_as_written(one.table, one.roles, zone.name) or called_utc(one.table, one.roles, zone.name):
            decisions.doubt(doubt)
    return zone


def _zone_of_points(
    centre: tuple[float, float], sources: tuple[PlannedSource, ...], decisions: Decisions
) -> tuple[ChosenZone, str]:
    """Return the zone in which the points lie, and the reason."""
    shares = _zones_of_points(sources)
    if len(shares) < 2:
        return ChosenZone.of(zone_of(*centre)), "the zone in which the middle of the points lies"
    decisions.limit(
        f"Points lie in several time zones ({', '.join(f'{name} {share:.0%}' for name, share in shares)}). Days are counted in the first. If these are different cities, give each a "
        "project of its own: what happens in one says nothing of the other."
    )
    return ChosenZone.of(shares[0][0]), "the zone in which most points lie"


def _zone_of_offsets(offsets: OffsetZone | None, decisions: Decisions) -> tuple[ChosenZone, str]:
    """Return the zone of offsets of dates, and the reason."""
    if offsets is None:
        return ChosenZone.of("UTC"), "the table does not tell where it is"
    others = f", as have {offsets.others:,} other zones" if offsets.others else ""
    decisions.limit(
        f"Days of instants are counted in {offsets.zone}, whose offsets from UTC the dates have{others}. State --time-zone for the zone of the place, "
        "which also tells the country of the public holidays."
    )
    return ChosenZone(offsets.zone, offsets.country), "its offsets from UTC are those of the dates"


def _offset_zone(sources: tuple[PlannedSource, ...]) -> OffsetZone | None:
    """Return the one zone whose offsets all dates state."""
    found = {
        offset_zone(one.table.columns[one.roles.date.column], one.roles.date)
        for one in sources
        if one.roles.date.zoned and not one.roles.in_utc and one.roles.date.column in one.table.columns
    }
    return found.pop() if len(found) == 1 else None


def _stated_zone(sources: tuple[PlannedSource, ...]) -> str | None:
    """Return the one zone of a place that columns state."""
    zones = {one.table.zoned[one.roles.date.column] for one in sources if one.roles.date.column in one.table.zoned}
    found = zones.pop() if len(zones) == 1 else ""
    return found if "/" in found and not found.startswith("Etc/") and found in available_timezones() else None


def _zones_of_points(sources: tuple[PlannedSource, ...]) -> list[tuple[str, float]]:
    """Return the time zones of most points, the largest first."""
    points = [one.roles.points.points for one in sources if one.roles.points is not None and one.roles.points.crs == WGS84]
    if not points:
        return []
    there = np.concatenate(points)
    there = there[np.isfinite(there).all(axis=1)]
    # from west to east, so that no rhythm of the rows matters
    ordered = there[np.argsort(there[:, 0], kind="stable")][:: max(1, len(there) // LOOKED_AT)]
    found = Counter(zone_of(*point) for point in ordered.tolist())
    return [(zone, count / found.total()) for zone, count in found.most_common() if count >= LEAST_SHARE * found.total()]


def _may_be_china(lon: float, lat: float) -> bool:
    """Return whether a point may lie in China, of one time zone."""
    return 73 <= lon <= 135 and 18 <= lat <= 54


def state_holidays(decisions: Decisions, zone: ChosenZone, dates: Schedule) -> None:
    """Add whose public holidays are features."""
    country = zone.country
    if dates.days < YEAR:
        return
    if country is None:
        decisions.add(
            "public holidays",
            "none",
            f"no country with a table of holidays has the time zone {zone.name}; state --time-zone"
            if country_of(zone.name) is None
            else "several countries have such offsets from UTC; state --time-zone",
        )
    else:
        why = "features; of the country of the time zone (state --time-zone for another)"
        decisions.add("public holidays", country, why)
