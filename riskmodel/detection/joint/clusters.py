"""Clusters of neighbouring unusual places, each at its clearest level."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool

from riskmodel.base.files import sha256
from riskmodel.detection.false_discoveries import discoveries
from riskmodel.detection.joint.evidence_combination import AGREES
from riskmodel.detection.joint.levels import MapLevel, called
from riskmodel.detection.joint.place_judgement import PlaceJudgement
from riskmodel.detection.joint.surge_cluster import FamilyState, Surge, SurgeFamily
from riskmodel.detection.joint.weekly_counts import WEEK, FamilyRecords, weekly
from riskmodel.records.places import Places

SHOWN_WEEKS = 12
"""Weeks of the counts that a surge shows."""

SINCE_DAYS = 28
"""Longest stretch that is searched for the day since when a family is unusual."""

NEARLY = 0.8
"""Share of the excess of the clearest place with which a smaller one is named."""

MOST_NIGHTS = 1_000
"""Largest number of nights that is stated."""

Records = Mapping[str, Mapping[str, FamilyRecords]]
"""Records by topic and family."""


@dataclass(frozen=True, eq=False)
class UnusualPlace:
    """One place of one level and topic."""

    judgement: PlaceJudgement
    place: int

    @property
    def p(self) -> float:
        """Its combined p-value."""
        return float(self.judgement.p[self.place])

    @property
    def order(self) -> tuple[float, int, str, str]:
        """Sorts places from the clearest to the least clear.

        The product of the families' p-values decides.
        """
        one = self.judgement
        evidence = float(np.nansum(np.log(np.maximum(one.family_p[:, self.place], 1e-300))))
        return evidence, -len(one.level), one.topic.name, self.label

    @property
    def excess(self) -> float:
        """Events of the last week above the usual number."""
        one = self.judgement
        return float(np.nansum(one.count[:, self.place] - one.expected[:, self.place]))

    def cells(self, places: Places) -> Bool[np.ndarray, " cell"]:
        """Return which cells belong to it."""
        found = np.zeros(len(places), dtype=bool)
        found[self.judgement.level.cells(self.place)] = True
        return found

    @property
    def label(self) -> str:
        """Label of the place."""
        return self.judgement.level.labels[self.place]


def unusual_places(judgements: Sequence[PlaceJudgement], rate: float) -> list[UnusualPlace]:
    """Return the findings that keep the readable rule, the clearest first.

    The false discovery rate is controlled over all places, levels and topics of the night.
    """
    every = np.concatenate([one.p for one in judgements]) if judgements else np.zeros(0)
    found = discoveries(every, rate) & np.concatenate([one.rule for one in judgements] or [np.zeros(0, dtype=bool)])
    starts = np.cumsum([0, *(len(one.p) for one in judgements)])
    rows = np.flatnonzero(found)
    owner = np.searchsorted(starts, rows, side="right") - 1
    places = [UnusualPlace(judgements[i], int(row - starts[i])) for i, row in zip(owner, rows, strict=True)]
    return sorted(places, key=lambda one: one.order)


def clusters(found: Sequence[UnusualPlace], places: Places) -> list[tuple[UnusualPlace, Bool[np.ndarray, " cell"]]]:
    """Return the clearest place of each cluster, with its cells.

    Places that overlap or touch are one cluster, whatever their topic. A smaller place that holds nearly all of the excess of the clearest
    one is named instead. Places of coarser levels than the named one add no cells.
    """
    left, done = list(found), []
    while left:
        members = [left.pop(0)]
        size, cells, grown = len(members[0].judgement.level), members[0].cells(places), True
        while grown:
            reach, grown = with_neighbours(cells, places), False
            for other in [one for one in left if (one.cells(places) & reach).any()]:
                left.remove(other)
                members.append(other)
                if len(other.judgement.level) >= size:
                    cells, grown = cells | other.cells(places), True
        named = _named(members, cells, places)
        finer = [one for one in members if len(one.judgement.level) >= len(named.judgement.level)]
        done.append((named, np.logical_or.reduce([one.cells(places) for one in finer])))
    return done


def _named(members: Sequence[UnusualPlace], cells: Bool[np.ndarray, " cell"], places: Places) -> UnusualPlace:
    """Return the smallest place with nearly all of the excess."""
    enough = NEARLY * members[0].excess
    able = [one for one in members if one.excess >= enough and not (one.cells(places) & ~cells).any()]
    return min(able, key=lambda one: (-len(one.judgement.level), one.order), default=members[0])


def with_neighbours(cells: Bool[np.ndarray, " cell"], places: Places) -> Bool[np.ndarray, " cell"]:
    """Return cells together with those next to them."""
    found = cells.copy()
    if len(places.neighbour_start) == len(cells) + 1:
        for cell in np.flatnonzero(cells):
            found[places.neighbour_cells[places.neighbour_start[cell] : places.neighbour_start[cell + 1]]] = True
    return found


def new_surge(one: UnusualPlace, cells: Bool[np.ndarray, " cell"], places: Places, records: Records, as_of: int) -> Surge:
    """Return a new surge of a cluster."""
    judgement, place = one.judgement, one.place
    topic, level = judgement.topic, judgement.level
    area = MapLevel("area", ("area",), np.where(cells, 0, -1).astype(np.int64))
    members = np.unique(level.of_cell[cells & (level.of_cell >= 0)])
    families = tuple(
        _family(judgement, i, place, members, records[topic.name][family], area) for i, family in enumerate(judgement.families)
    )
    ids = tuple(places.ids[cell] for cell in np.flatnonzero(cells))
    known = [each.count - each.expected for each in families if each.count is not None and each.expected is not None]
    name = sha256(f"surge\n{topic.name}\n{level.name}\n{one.label}\n{as_of}".encode())
    return Surge(
        id=f"s{name[:9]}",
        topic=topic.name,
        title=topic.title,
        level=level.name,
        label=one.label,
        called=called(level, one.label, places, as_of),
        cells=ids,
        state="new",
        first_seen=as_of,
        p=None if np.isnan(one.p) else one.p,
        nights=once_in(judgement, place),
        excess=float(sum(known)) if known else None,
        families=families,
    )


def once_in(judgement: PlaceJudgement, place: int) -> int | None:
    """Return the nights in which a place shows as much about once."""
    often = float(judgement.often[place])
    if np.isnan(often):
        return None
    return int(min(max(1, round(1.0 / max(often * len(judgement.level), 1e-9))), MOST_NIGHTS))


def _family(
    judgement: PlaceJudgement, i: int, place: int, members: np.ndarray, records: FamilyRecords, area: MapLevel
) -> SurgeFamily:
    p, expected = float(judgement.family_p[i, place]), float(judgement.expected[i, members].sum())
    weeks = tuple(int(count) for count in weekly(records, area, 1, SHOWN_WEEKS)[::-1, 0])
    if np.isnan(p):
        state: FamilyState = "late" if records.stop is None else "short"
        return SurgeFamily(judgement.families[i], state, None, None, None, None, records.through, weeks)
    state = "unusual" if p <= AGREES else "usual"
    since = _since(records, area, expected) if state == "unusual" else None
    return SurgeFamily(judgement.families[i], state, weeks[-1], expected, p, since, records.through, weeks)


def _since(records: FamilyRecords, area: MapLevel, expected: float) -> int | None:
    """Return the first day of the most unusual stretch up to now.

    It has the largest Poisson likelihood ratio.
    """
    if records.stop is None:
        return None
    here = (area.of_cell[records.cell] >= 0) & (records.age < SINCE_DAYS) & (records.first_night <= 0)
    daily = np.bincount(records.age[here], records.amount[here], SINCE_DAYS)
    count, days = np.cumsum(daily), np.arange(1, SINCE_DAYS + 1)
    usual = np.maximum(expected, 1e-3) / WEEK * days
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(count > usual, count * np.log(count / usual) - (count - usual), 0.0)
    return records.stop - int(days[np.argmax(ratio)])
