"""Judgement of every place of a level, for one topic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float64

from riskmodel.detection.joint.evidence_combination import combined_p, rule_holds, smaller_window
from riskmodel.detection.joint.levels import MapLevel
from riskmodel.detection.joint.past_nights import ENOUGH, frequency
from riskmodel.detection.joint.topics import Topic
from riskmodel.detection.joint.usual_counts import tail_p_value, usual_counts
from riskmodel.detection.joint.weekly_counts import GAP, UNIT_WEEKS, WEEKS, WINDOWS, FamilyRecords, weekly


@dataclass(frozen=True, eq=False)
class PlaceJudgement:
    """What is unusual at the places of one level, for one topic.

    Parameters
    ----------
    topic, level
        What was judged.
    families
        Names of the families, in the order of the arrays.
    count, expected
        Events of the last week and the usual number, NaN where a family could not be judged.
    family_p
        P-value of each family, over windows of one and two weeks.
    joint
        P-value of all judged families together, valid under any dependence.
    p
        ``often`` where past nights hold enough values, else the larger of it and ``joint``; NaN where no family could be judged.
    often
        How often a place of the level showed as much on past nights, whatever the dependence between families; ``joint`` where there
        are too few of them.
    rule
        Whether two families or more agree, or one is extreme.
    """

    topic: Topic
    level: MapLevel
    families: tuple[str, ...]
    count: Float64[np.ndarray, "family place"]
    expected: Float64[np.ndarray, "family place"]
    family_p: Float64[np.ndarray, "family place"]
    joint: Float64[np.ndarray, " place"]
    p: Float64[np.ndarray, " place"]
    often: Float64[np.ndarray, " place"]
    rule: Bool[np.ndarray, " place"]


def judged_level(topic: Topic, level: MapLevel, records: Mapping[str, FamilyRecords]) -> PlaceJudgement:
    """Judge every place of a level.

    Past nights of the same places say how rare the evidence is.
    """
    families = tuple(topic.kinds)
    by_family = [_family_nights(records[family], level) for family in families]
    past = np.stack([each.p for each in by_family])
    joint = combined_p(past)
    now = joint[0]
    often = frequency(now, joint[GAP:])
    often = np.where(np.isnan(often), now, often)
    return PlaceJudgement(
        topic,
        level,
        families,
        np.stack([each.count for each in by_family]),
        np.stack([each.expected for each in by_family]),
        past[:, 0],
        now,
        often if np.isfinite(joint[GAP:]).sum() >= ENOUGH else np.maximum(now, often),
        often,
        rule_holds(past[:, 0]),
    )


@dataclass(frozen=True, eq=False)
class _FamilyNights:
    """P-values of all nights, and counts of the last week."""

    p: Float64[np.ndarray, "night place"]
    count: Float64[np.ndarray, " place"]
    expected: Float64[np.ndarray, " place"]


def _family_nights(records: FamilyRecords, level: MapLevel) -> _FamilyNights:
    unknown = np.full(len(level), np.nan)
    values, shown = [], []
    for window in WINDOWS:
        counts = weekly(records, level, window, UNIT_WEEKS)
        usual = usual_counts(counts, weekly(records, None, window, WEEKS)[:, 0], records.known, window)
        nights = len(usual.mean)
        p = tail_p_value(counts[:nights], usual)
        p[~records.known[:nights]] = np.nan
        values.append(p)
        shown.append((counts[0], usual.mean[0]))
    p = smaller_window(*values)
    if records.stop is None:
        p[0] = np.nan
    judged = ~np.isnan(p[0])
    return _FamilyNights(p, np.where(judged, shown[0][0], unknown), np.where(judged, shown[0][1], unknown))
