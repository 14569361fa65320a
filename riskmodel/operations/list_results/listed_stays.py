"""Stays of places on approved lists, from the ledger."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from riskmodel.base.policy import Grade
from riskmodel.base.texts import Text
from riskmodel.ledger import StoredList, Transaction
from riskmodel.operations.list_bodies import from_stored
from riskmodel.warning.results.warned_stays import WarnedStay

if TYPE_CHECKING:
    from riskmodel.warning import Warning, WarningList
    from riskmodel.warning.warn import Section


class CurrentWarning(NamedTuple):
    """A place that an approved list warned of, from its night on."""

    target: str
    place: str
    as_of: int
    horizon: int

    def holds(self, day: int) -> bool:
        """Return whether a day is in the period of the warning."""
        return self.as_of <= day < self.as_of + self.horizon


@dataclass
class ListedStays:
    """Stays, the warnings of each, and the lists that they stand on.

    ``warnings`` are the ids of each stay's warnings, ``until`` the day on which the last of them ends. ``current`` are the ranked warnings of all these lists, also of
    stays that began before.
    """

    stays: list[WarnedStay] = field(default_factory=list)
    warnings: list[list[str]] = field(default_factory=list)
    until: list[int] = field(default_factory=list)
    current: list[CurrentWarning] = field(default_factory=list)
    approved: list[tuple[int, str]] = field(default_factory=list)
    drafts: int = 0
    titles: dict[str, Text] = field(default_factory=dict)
    labels: dict[Grade, Text] = field(default_factory=dict)

    def add(self, whole: WarningList, section: Section, warning: Warning, at: int | None) -> int:
        """Add a warning to a stay, or as a new one."""
        deadline = section.promised(warning)
        if at is None:
            self.stays.append(_begun(whole, section, warning, deadline))
            self.warnings.append([])
            self.until.append(warning.expires)
            at = len(self.stays) - 1
        else:
            one = self.stays[at]
            self.stays[at] = replace(one, last_listed=whole.as_of, deadline=min(deadline, one.deadline))
            self.until[at] = max(self.until[at], warning.expires)
        self.warnings[at].append(warning.id)
        return at


def listed_stays(book: Transaction, first: int, last: int, known: int, centre: str = "") -> ListedStays:
    """Return the stays that began on approved lists of a span.

    A stay belongs to the span that holds its first approved list. Previews, replays and lists that were made late are never approved.

    Parameters
    ----------
    known
        A list that was approved after this day counts as a draft.

    Raises
    ------
    IntegrityError
        If a list of the span is damaged.
    """
    found = ListedStays()
    numbers: dict[tuple[str, str, str, int], int | None] = {}
    for stored in _stored(book, first, last, centre):
        if not stored.approved or (stored.approved_on is not None and stored.approved_on > known):
            found.drafts += from_stored(stored).timing == "night"
            continue
        whole = from_stored(stored)
        found.approved.append((whole.as_of, whole.centre))
        for section in whole.sections:
            found.titles[section.target] = section.title
            found.labels |= section.labels
            for one in section.warnings:
                found.current.append(CurrentWarning(section.target, one.place, whole.as_of, one.horizon))
                since = whole.as_of if one.listed_since is None else one.listed_since
                key = section.target, whole.centre, one.place, since
                if key not in numbers and since < first and _approved(book, since, first, whole.centre):
                    numbers[key] = None
                if key in numbers and numbers[key] is None:
                    continue
                numbers[key] = found.add(whole, section, one, numbers.get(key))
            for one in section.spot_checks:
                found.add(whole, section, one, None)
    return found


def _stored(book: Transaction, first: int, last: int, centre: str) -> Iterator[StoredList]:
    for day in book.nights.dates():
        if first <= day <= last:
            there = [mark.centre for mark in book.lists.marks(day)]
            if not centre:
                yield from book.lists.of(day)
            elif centre in there:
                yield from book.lists.of(day, centre)


def _approved(book: Transaction, since: int, first: int, centre: str) -> bool:
    """Return whether a list since a day preceded the span."""
    return any(True for _ in takewhile(lambda day: day >= since, book.lists.approved_before(first, centre)))


def _begun(whole: WarningList, section: Section, warning: Warning, deadline: int) -> WarnedStay:
    return WarnedStay(
        target=section.target,
        centre=whole.centre,
        place=warning.place,
        name=warning.name,
        grade=warning.grade,
        first_listed=whole.as_of,
        last_listed=whole.as_of,
        deadline=deadline,
        horizon=warning.horizon,
        expected=warning.expected,
        probability=warning.probability,
        model=warning.model,
    )
