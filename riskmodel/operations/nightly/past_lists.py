"""What the last lists of each centre promised, and what was found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly.night_steps import NightProgress

if TYPE_CHECKING:
    from riskmodel.asof.target import Target
    from riskmodel.warning import PastList, WarningList
    from riskmodel.warning.warn import Section

NEWEST, FINISHED = 2, 3
"""How many of the newest lists, and of the newest whose period is over, are looked at."""


def past_lists(night: NightProgress) -> dict[str, tuple[PastList, ...]]:
    """Return the record of each centre's last approved lists, the newest first.

    A replay repeats the record of its stored lists: an earlier list may have been approved since.
    """
    with night.ledger.read() as book:
        if night.plan.replay:
            return {one.centre: from_stored(one).past for one in book.lists.intact(night.plan.as_of)}
        days = [day for day in book.nights.dates() if day < night.plan.as_of][::-1]
        wanted = sorted({*days[:NEWEST], *[day for day in days if _is_over(night, day)][:FINISHED]}, reverse=True)
        stored = [from_stored(one) for day in wanted for one in book.lists.of(day) if one.approved_by is not None]
        filed = book.answers.up_to(night.plan.answers)
    answered = {one.warning.id for one in filed if one.answer.day < night.plan.as_of}
    found: dict[str, list[PastList]] = {}
    for one in stored:
        found.setdefault(one.centre, []).append(_past(night, one, answered))
    return {centre: tuple(lists) for centre, lists in found.items()}


def _targets(night: NightProgress) -> dict[str, Target]:
    return {name: bundle.experiment.goal() for name, bundle in night.bundles.items()}


def _is_over(night: NightProgress, day: int) -> bool:
    """Return whether the events of a night are known for some target."""
    return any(_is_known(night, target, day) for target in _targets(night).values())


def _is_known(night: NightProgress, target: Target, day: int) -> bool:
    from riskmodel.asof.target import mature

    return bool(mature(night.loaded_history, target, np.array([day], dtype=np.int32), night.plan.as_of)[0])


def _past(night: NightProgress, one: WarningList, answered: set[str]) -> PastList:
    """Return the record of one list."""
    from riskmodel.warning import PastList

    every = [(section, warning) for section in one.sections for warning in section.warnings]
    waiting = [(section, warning) for section, warning in every if warning.id not in answered]
    targets = _targets(night)
    known = [
        section
        for section in one.sections
        if section.target in targets and section.warnings and _is_known(night, targets[section.target], one.as_of)
    ]
    counts = [_found(night, targets[section.target], one.as_of, section) for section in known]
    return PastList(
        as_of=one.as_of,
        warnings=len(every),
        answered=len(every) - len(waiting),
        overdue=sum(section.deadline(warning) < night.plan.as_of for section, warning in waiting),
        expected=float(sum(warning.expected for section in known for warning in section.warnings)) if known else None,
        found=sum(counts) if known else None,
    )


def _found(night: NightProgress, target: Target, day: int, section: Section) -> int:
    """Return the known events at a section's places."""
    from riskmodel.asof.target import labels

    history = night.loaded_history.known_by(night.plan.as_of)
    counts = labels(history, target, np.array([day], dtype=np.int32))[:, 0]
    units = history.places.shown_as(day)
    places = _numbers([warning.place for warning in section.warnings], history.places.index)
    return int(counts[np.isin(units, places)].sum())


def _numbers(ids: Sequence[str], index: dict[str, int]) -> list[int]:
    return [index[name] for name in ids if name in index]
