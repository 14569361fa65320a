"""Unrounded sums of a section's forecasts by group, for summaries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.warning.warn.list_entries import Membership, Subtotal
from riskmodel.warning.warn.warning_list import Section, WarningList

if TYPE_CHECKING:
    from riskmodel.forecasts.scores import Scores


def with_subtotals(lists: Sequence[WarningList], scores: Scores, groupings: Sequence[str]) -> tuple[WarningList, ...]:
    """Return one target's lists with sums by group.

    Only shown places are added, so a sum holds nothing that disclosure control merges: a small cell counts in the groups of the place that
    stands for it. A section that cannot be scored has groups without figures.

    Parameters
    ----------
    scores
        Those from which the lists were decided.
    groupings
        Each combination of their groups within a centre gets a sum; without any, the centre has one.
    """
    if not lists:
        return ()
    ordered = replace(scores, design=None).take(np.argsort(scores.cell, kind="stable").astype(np.int32))
    shown, places = ordered.published(), scores.places
    version = places.version_at(shown.as_of[:1])
    names = (lists[0].grouping, *(name for name in dict.fromkeys(groupings) if name != lists[0].grouping))
    codes = np.stack([places.group(name, version)[shown.cell, 0] for name in names])
    combined, of = np.unique(codes, axis=1, return_inverse=True)
    of = of.reshape(-1)
    sums = {
        key: np.bincount(of, weights=values, minlength=combined.shape[1]).tolist()
        for key, values in (("expected", shown.mean), ("with_event", shown.probability))
    }
    counts = np.bincount(of, minlength=combined.shape[1]).tolist()
    labels = [places.grouping(name).labels for name in names]
    found: dict[str, list[Subtotal]] = {}
    for at, column in enumerate(combined.T.tolist()):
        centre, *groups = (labels[i][code] for i, code in enumerate(column))
        members = tuple(Membership(name, label) for name, label in zip(names[1:], groups, strict=True))
        one = Subtotal(members, counts[at], sums["expected"][at], sums["with_event"][at])
        found.setdefault(centre, []).append(one)
    return tuple(_with(one, scores.target, tuple(found.get(one.centre, ()))) for one in lists)


def _with(one: WarningList, target: str, subtotals: tuple[Subtotal, ...]) -> WarningList:
    return replace(
        one, sections=tuple(_of(section, subtotals) if section.target == target else section for section in one.sections)
    )


def _of(section: Section, subtotals: tuple[Subtotal, ...]) -> Section:
    known = section.cannot_score is None
    return replace(
        section, subtotals=subtotals if known else tuple(replace(each, expected=None, with_event=None) for each in subtotals)
    )
