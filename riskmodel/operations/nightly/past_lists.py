"""What the last lists of each centre promised, and what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.answer_outcomes import OUTCOME_MEANINGS
from riskmodel.base.policy import GRADES
from riskmodel.ledger import FiledAnswer, Transaction
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly.night_steps import NightProgress

if TYPE_CHECKING:
    from riskmodel.asof.target import Target
    from riskmodel.records.history import History
    from riskmodel.warning import PastList, Warning, WarningList
    from riskmodel.warning.warn import OverduePlace, Section

NEWEST, FINISHED = 2, 3
"""How many of a centre's newest approved lists, and of the newest whose period is over, are looked at."""


MOST_LATE = 20
"""Overdue places that are kept of a list, the most urgent first."""


def past_lists(night: NightProgress) -> dict[str, tuple[PastList, ...]]:
    """Return the record of each centre's last approved lists, the newest first.

    A replay repeats the record of its stored lists: an earlier list may have been approved since.
    """
    with night.ledger.read() as book:
        if night.plan.replay:
            return {one.centre: from_stored(one).past for one in book.lists.intact(night.plan.as_of)}
        stored = [from_stored(one) for day, centre in night.looked_back for one in book.lists.of(day, centre)]
    answers = _KnownAnswers.of(night.filed, night.plan.as_of)
    found: dict[str, list[PastList]] = {}
    events = _KnownEvents(night)
    for one in stored:
        found.setdefault(one.centre, []).append(_past(night, one, answers, events))
    return {centre: tuple(lists) for centre, lists in found.items()}


def wanted_lists(night: NightProgress, book: Transaction) -> tuple[tuple[int, str], ...]:
    """Return night and centre of the lists to look back on.

    The newest come first. None for a replay, which repeats the record of its stored lists.
    """
    if night.plan.replay:
        return ()
    known = night.plan.as_of if night.plan.timing == "late" else None
    is_over = cache(partial(_is_over, night))
    wanted = [
        (day, centre)
        for centre in night.loaded_history.places.groupings[night.plan.grouping].labels
        for day in _wanted(book.lists.approved_before(night.plan.as_of, centre, known), is_over)
    ]
    return tuple(sorted(wanted, key=lambda one: (-one[0], one[1])))


def _wanted(approved: Iterable[int], is_over: Callable[[int], bool]) -> Iterator[int]:
    """Yield the wanted nights of a centre; no more are read."""
    finished = 0
    for number, day in enumerate(approved, 1):
        if number <= NEWEST or is_over(day):
            yield day
        finished += is_over(day)
        if number >= NEWEST and finished >= FINISHED:
            return


@dataclass(frozen=True)
class _KnownAnswers:
    """The day up to which warnings are answered, by target and place.

    A visit answers all warnings up to its day. An answer that nobody went covers its own list and the earlier ones.
    """

    last: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, filed: Iterable[FiledAnswer], as_of: int) -> _KnownAnswers:
        """Return the answers given before a night."""
        last: dict[tuple[str, str], int] = {}
        for one in filed:
            if one.answer.day < as_of:
                key = one.warning.target, one.warning.place
                visited = one.answer.day if OUTCOME_MEANINGS[one.answer.outcome].visit else one.as_of
                last[key] = max(one.as_of, visited, last.get(key, one.as_of))
        return cls(last)

    def answers(self, warning: Warning, since: int) -> bool:
        """Return whether a warning of a list was answered.

        A place that stays is on the lists of several nights, and only one of its warnings is answered: it answers the earlier ones, and
        a visit all up to its day.
        """
        return self.last.get((warning.target, warning.place), since - 1) >= since


def _targets(night: NightProgress) -> dict[str, Target]:
    return {name: bundle.experiment.goal() for name, bundle in night.bundles.items()}


def _is_over(night: NightProgress, day: int) -> bool:
    """Return whether the events of a night are known for some target."""
    return any(_is_known(night, target, day) for target in _targets(night).values())


def _is_known(night: NightProgress, target: Target, day: int) -> bool:
    from riskmodel.asof.target import mature

    return bool(mature(night.loaded_history, target, np.array([day], dtype=np.int32), night.plan.as_of)[0])


def _past(night: NightProgress, one: WarningList, answers: _KnownAnswers, events: _KnownEvents) -> PastList:
    """Return the record of one list."""
    from riskmodel.warning import PastList

    every = [(section, warning) for section in one.sections for warning in section.warnings]
    waiting = [(section, warning) for section, warning in every if not answers.answers(warning, one.as_of)]
    late = [(section, warning) for section, warning in waiting if section.deadline(warning) < night.plan.as_of]
    targets, index = _targets(night), night.loaded_history.places.index
    # of a place that is there no more nobody knows what happened
    known = [
        section
        for section in one.sections
        if section.target in targets
        and section.warnings
        and all(warning.place in index for warning in section.warnings)
        and _is_known(night, targets[section.target], one.as_of)
    ]
    counts = [events.found(targets[section.target], one.as_of, section) for section in known]
    return PastList(
        as_of=one.as_of,
        warnings=len(every),
        answered=len(every) - len(waiting),
        overdue=len(late),
        expected=float(sum(warning.expected for section in known for warning in section.warnings)) if known else None,
        found=sum(counts) if known else None,
        late=_most_urgent(late),
    )


def _most_urgent(late: Iterable[tuple[Section, Warning]]) -> tuple[OverduePlace, ...]:
    """Return the overdue places that a list has room for."""
    from riskmodel.warning.warn import OverduePlace

    order = sorted(
        late, key=lambda pair: (GRADES.index(pair[1].grade) if pair[1].grade else len(GRADES), pair[0].deadline(pair[1]))
    )
    return tuple(
        OverduePlace(one.id, section.target, section.title, one.place, one.groups, one.grade, section.promised(one), one.name)
        for section, one in order[:MOST_LATE]
    )


@dataclass(frozen=True)
class _KnownEvents:
    """The events that are known at a night."""

    night: NightProgress

    @cached_property
    def history(self) -> History:
        """The history as known then."""
        return self.night.loaded_history.known_by(self.night.plan.as_of)

    def found(self, target: Target, day: int, section: Section) -> int:
        """Return the known events at a section's places."""
        from riskmodel.asof.target import labels

        counts = labels(self.history, target, np.array([day], dtype=np.int32))[:, 0]
        units = self.history.places.shown_as(day)
        places = [self.history.places.index[warning.place] for warning in section.warnings]
        return int(counts[np.isin(units, places)].sum())
