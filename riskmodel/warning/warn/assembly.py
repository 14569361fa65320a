"""Lists of several targets joined to one list per centre."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from riskmodel.base.errors import UsageError
from riskmodel.warning.sudden_kinds import SuddenKind
from riskmodel.warning.warn.list_entries import EndedList, PastList, Timing, Untrained
from riskmodel.warning.warn.warning_list import WarningList


def assemble(
    *targets: Sequence[WarningList],
    sudden: Sequence[SuddenKind] = (),
    untrained: Sequence[Untrained] = (),
    timing: Timing = "night",
    journal: str = "",
    zone: str = "",
    past: Mapping[str, tuple[PastList, ...]] | None = None,
    before: Sequence[WarningList] = (),
) -> tuple[WarningList, ...]:
    """Return one list per centre, with sections in the targets' order.

    Parameters
    ----------
    sudden
        Kinds of record that disappeared, appeared or jumped; every list says so.
    untrained
        Targets that share the capacity and have no champion that can be used; every list says so.
    timing
        ``"preview"`` of lists that are made before their date, ``"late"`` of those of a missed night; every list says so.
    journal
        Short form of the head of the ledger's journal, which every list prints.
    zone
        Time zone of the project's days.
    past
        Centre to the record of its last lists.
    before
        Lists of earlier nights. A centre of the last of them that has no list now is named by every list.

    Raises
    ------
    UsageError
        If the lists are of different nights or groupings, or a target comes twice.
    """
    every = [each for lists in targets for each in lists]
    if len({(each.as_of, each.grouping) for each in every}) > 1:
        raise UsageError("The lists to join are of different as-of dates or groupings. Join the targets of one night.")
    joined: dict[str, WarningList] = {}
    for each in every:
        joined[each.centre] = _joined(joined[each.centre], each) if each.centre in joined else each
    ended = _ended(before, joined)
    lists = [
        replace(joined[centre], sudden=tuple(sudden), untrained=tuple(untrained), journal=journal, zone=zone, ended_lists=ended)
        for centre in sorted(joined)
    ]
    lists = [replace(one, past=(past or {}).get(one.centre, ())) for one in lists]
    # that a model has seen what happened then weighs more than that the list is late
    return tuple(replace(one, timing=timing) if timing == "preview" or one.timing == "night" else one for one in lists)


def _ended(before: Sequence[WarningList], now: Collection[str]) -> tuple[EndedList, ...]:
    """Return centres with a list on the last night and none now."""
    last = max((one.as_of for one in before), default=0)
    return tuple(EndedList(centre, last) for centre in sorted({one.centre for one in before if one.as_of == last} - set(now)))


def _joined(first: WarningList, other: WarningList) -> WarningList:
    twice = {s.target for s in first.sections} & {s.target for s in other.sections}
    if twice:
        raise UsageError(f"The target {min(twice)!r} comes twice for the centre {first.centre!r}. Give each target once.")
    return replace(
        first,
        status="draft" if "draft" in (first.status, other.status) else "approved",
        sections=first.sections + other.sections,
        notices=tuple(dict.fromkeys(first.notices + other.notices)),
        silent_places=tuple(dict.fromkeys(first.silent_places + other.silent_places)),
        surges=first.surges
        if other.surges is None
        else tuple({one.id: one for one in (first.surges or ()) + other.surges}.values()),
        judged=tuple(dict.fromkeys(first.judged + other.judged)),
        unjudged=tuple(dict.fromkeys(first.unjudged + other.unjudged)),
        timing="replay" if "replay" in (first.timing, other.timing) else "night",
        follow_ups=tuple(sorted(dict.fromkeys(first.follow_ups + other.follow_ups), key=lambda one: (one.since, one.id))),
        freshness=tuple(sorted(dict.fromkeys(first.freshness + other.freshness), key=lambda row: row.source)),
    )
