"""Since when a place is listed, and the deadline that it keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from riskmodel.warning.warn.list_entries import Warning
from riskmodel.warning.warn.target_night import TargetNight
from riskmodel.warning.warn.warning_list import Section


class EarlierListing(NamedTuple):
    """A place's warning on the centre's last list.

    ``as_of`` and ``section`` are those of that list.
    """

    as_of: int
    section: Section
    warning: Warning

    @property
    def since(self) -> int:
        """The first night on which it stood there without a break."""
        return self.as_of if self.warning.listed_since is None else self.warning.listed_since


def earlier_listings(before: tuple[int, Section] | None, night: TargetNight) -> dict[str, EarlierListing]:
    """Return the listings of the last list that still stand.

    One whose warning has ended, or whose place was visited since it was first listed, stands no more.
    """
    if before is None:
        return {}
    found = {}
    for warning in before[1].warnings:
        one = EarlierListing(*before, warning)
        if warning.expires >= night.as_of and night.visits.get(warning.place, one.since - 1) < one.since:
            found[warning.place] = one
    return found


def with_kept_deadline(warning: Warning, section: Section, earlier: EarlierListing | None) -> Warning:
    """Return a warning with the deadline that its place keeps.

    A place that stays on the lists is to be visited by the day that the first of them named; otherwise the deadline would move on every
    night. A more urgent grade may bring it forward. A less urgent one counts from the first night of the listing.
    """
    if earlier is None or warning.grade is None:
        return warning
    own, promised = section.deadline(warning), earlier.section.promised(earlier.warning)
    if warning.change.kind == "fallen":
        promised = max(promised, earlier.since + own - section.first_day)
    return replace(warning, listed_since=earlier.since, first_deadline=promised if promised < own else None)
