"""Nights that were usual and did not run: which days were missed."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.files import remove_unfinished, write_json
from riskmodel.base.project import Project
from riskmodel.ledger import Transaction

SETTLED = 28
"""Days of nights after which a weekday without any is no usual day."""

LOOKED_AT = 64
"""Last nights that say which are usual: more than there are in :data:`SETTLED` days, so that earlier ones change nothing."""


MONTHLY, UNEVEN = 28, 3
"""Days between nights of a calendar from which on they vary, and by how much at least: months have 28 to 31 days."""


def usual_interval(dates: Sequence[int]) -> int:
    """Return the usual number of days between nights.

    It is the median of the last ten distances; 1 where there was only one night.
    """
    return max(1, int(np.median(np.diff(dates[-11:])))) if len(dates) > 1 else 1


def missed_nights(dates: Sequence[int], before: int) -> tuple[int, ...]:
    """Return the days on which a usual night did not run.

    A gap is filled at the usual distance. Where nights run daily, weekdays on which none ran in the four weeks before the gap are left out. Nights of every
    month or quarter do not all lie equally far apart, so none is missed until it is later than others were.

    Parameters
    ----------
    dates
        Days of the nights that ran on their day, the earliest first.
    before
        The first day that is not asked about; nights from then on do not count.

    Examples
    --------
    >>> missed_nights((10, 11, 12, 15), before=17)
    (13, 14, 16)
    """
    ran = [day for day in dates if day < before]
    usual = usual_interval(ran)
    late = _lateness(ran, usual)
    found: list[int] = []
    for last, following in pairwise((*ran, before)):
        gap = range(last + usual, following - late, usual)
        if not gap:
            continue
        weekdays = {day % 7 for day in ran if last - SETTLED < day <= last}
        # nobody runs a night on a free day, such as a Sunday
        free = usual == 1 and last - ran[0] >= SETTLED - 1
        found += [day for day in gap if not free or day % 7 in weekdays]
    return tuple(found)


def _lateness(ran: Sequence[int], usual: int) -> int:
    """Return by how many days nights are late without being missed."""
    if usual < MONTHLY:
        return 0
    longest = min(int(np.max(np.diff(ran[-11:]))), usual + usual // 4)
    return max(UNEVEN, longest - usual)


def to_catch_up(dates: Sequence[int], done: frozenset[int], before: int, nights: int) -> tuple[int, ...]:
    """Return the missed days that are still to be caught up.

    Older ones stay missed, also on later days.

    Parameters
    ----------
    dates, before
        As in :func:`missed_nights`.
    done
        Days of the nights that were caught up.
    nights
        How many of the last usual nights are looked at.
    """
    since = before - nights * usual_interval([day for day in dates if day < before])
    return tuple(day for day in missed_nights(dates, before) if day >= since and day not in done)


def caught_up(project: Project) -> frozenset[int]:
    """Return the days of the nights that were wholly caught up.

    Without the file that says so, they are caught up again, which changes nothing.
    """
    try:
        return frozenset(to_day(day) for day in json.loads(_file(project).read_bytes())["caught_up"])
    except (OSError, ValueError, KeyError, TypeError):
        return frozenset()


def kept_nights(project: Project, book: Transaction, ran: Sequence[int]) -> frozenset[int]:
    """Return the nights that were caught up and that the ledger holds.

    A ledger that was restored from an older backup lacks some; they are caught up again.

    Parameters
    ----------
    ran
        The last nights that ran on their day, the earliest first; nights before them are not asked about.
    """
    return frozenset(day for day in caught_up(project) if ran and day > ran[0] and book.nights.of(day))


def note_caught_up(project: Project, day: int, since: int) -> None:
    """Note that a night was caught up; forget days before ``since``."""
    days = sorted(one for one in {*caught_up(project), day} if one >= since)
    write_json(_file(project), {"caught_up": [to_iso(one) for one in days]})
    remove_unfinished(_file(project))


def _file(project: Project) -> Path:
    return project.ledger_file.with_name("caught_up.json")
