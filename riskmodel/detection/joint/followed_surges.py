"""Surges followed over nights under one id."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from riskmodel.detection.joint.clusters import Records, UnusualPlace, new_surge, once_in
from riskmodel.detection.joint.place_judgement import PlaceJudgement
from riskmodel.detection.joint.surge_cluster import Surge, SurgeState
from riskmodel.records.places import Places

STILL = 0.05
"""Combined p-value up to which a surge that is no finding any more is fading; above it is closed."""

STEP = 0.5
"""Change of the excess, in events, below which a surge neither grows nor fades."""


def followed(
    now: Sequence[Surge],
    before: Iterable[Surge],
    judgements: Sequence[PlaceJudgement],
    places: Places,
    records: Records,
    as_of: int,
) -> tuple[Surge, ...]:
    """Return tonight's surges under the ids of those of the night before.

    A surge continues another if they share a cell; of several, the one seen first. One that was reported and is no finding tonight is
    fading or closed, or unknown where its families cannot be judged. Closed ones are reported once.
    """
    left = {one.id: one for one in sorted(before, key=lambda one: (one.first_seen, one.id)) if one.state != "closed"}
    found = []
    for one in now:
        old = [each for each in left.values() if set(each.cells) & set(one.cells)]
        for each in old:
            del left[each.id]
        found.append(replace(one, id=old[0].id, first_seen=old[0].first_seen, state=_state(one, old[0])) if old else one)
    by_place = {(one.topic.name, one.level.name): one for one in judgements}
    afterwards = [_afterwards(one, by_place, places, records, as_of) for one in left.values()]
    found += [one for one in afterwards if one is not None]
    order: dict[SurgeState, int] = {"new": 0, "growing": 0, "lasting": 0, "fading": 1, "unknown": 2, "closed": 3}
    return tuple(sorted(found, key=lambda one: (order[one.state], 1.0 if one.p is None else one.p, one.id)))


def _state(now: Surge, before: Surge) -> SurgeState:
    if now.excess is None or before.excess is None:
        return "lasting"
    if now.excess > before.excess + STEP or len(now.cells) > len(before.cells):
        return "growing"
    return "fading" if now.excess < before.excess - STEP else "lasting"


def _afterwards(
    before: Surge, judgements: Mapping[tuple[str, str], PlaceJudgement], places: Places, records: Records, as_of: int
) -> Surge | None:
    """Return a surge of the night before that is no finding tonight.

    Where its place is not judged any more it is reported as unknown once, then no more (None).
    """
    judgement = judgements.get((before.topic, before.level))
    if judgement is None or before.label not in judgement.level.labels:
        return None if before.state == "unknown" else _not_judged(before)
    place = judgement.level.labels.index(before.label)
    cells = np.isin(np.array(places.ids), before.cells)
    shown = new_surge(UnusualPlace(judgement, place), cells, places, records, as_of)
    joint = float(judgement.joint[place])
    gap = any(one.state == "late" or (one.state == "short" and one.family in before.agreeing) for one in shown.families)
    state: SurgeState = "fading" if joint <= STILL else "unknown" if gap or np.isnan(joint) else "closed"
    return replace(
        shown,
        id=before.id,
        first_seen=before.first_seen,
        cells=before.cells,
        state=state,
        p=None if np.isnan(joint) else joint,
        nights=once_in(judgement, place),
    )


def _not_judged(before: Surge) -> Surge:
    """Return a surge whose place is not judged any more.

    Its level or topic may be gone, too. Its numbers are those of an earlier night, so none of them is shown.
    """
    families = tuple(
        replace(one, state="late", count=None, expected=None, p=None, since=None, weeks=()) for one in before.families
    )
    return replace(before, state="unknown", p=None, nights=None, excess=None, families=families, early=())
