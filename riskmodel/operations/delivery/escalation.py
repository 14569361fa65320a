"""Escalation: red lists that nobody acknowledged go to further receivers.

A list counts as read from its acknowledgement until that lapses, once each of its red warnings is answered, and once a later list of the
centre is approved or the last night (one of a day to come does not count alone) has no such centre. Otherwise each channel with ``escalates_after`` minutes gets it when so many have passed since the list first arrived
somewhere, or since the acknowledgement lapsed; once, like any other list. Where a clock that was set back leaves in doubt how long a list has
waited, it goes on: a red list that reaches one receiver too many is better than one that reaches none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from riskmodel.ledger import QueuedDelivery, StoredList, Transaction
from riskmodel.operations.delivery.channel import digest_id
from riskmodel.operations.delivery.delivery_holds import URGENT
from riskmodel.operations.delivery.quiet_hours import local_day
from riskmodel.operations.delivery.routes import Route

CLOCK_STEP = 3600
"""Seconds by which a clock may be corrected without being taken for one that was set back."""


class Unacknowledged(NamedTuple):
    """A red list that nobody acknowledged in time.

    ``since`` is when it began to wait, in seconds since 1970, and never later than now; ``routes`` are the channels whose minutes have passed.
    """

    one: StoredList
    since: int
    routes: tuple[Route, ...]


def unacknowledged(book: Transaction, routes: Sequence[Route], now: int) -> Iterator[Unacknowledged]:
    """Yield the red lists whose time to be acknowledged has passed.

    Without a channel that escalates there are none.
    """
    further = [route for route in routes if route.escalates]
    if not further:
        return
    for one in _latest_approved(book, local_day(now, further[0].quiet.zone)):
        of_centre = [route for route in further if route.carries(one.centre)]
        since = _waits_since(book, one, now) if of_centre else None
        late = () if since is None else tuple(r for r in of_centre if _is_over(since, (r.escalates_after or 0) * 60, now))
        if since is not None and late:
            yield Unacknowledged(one, min(since, now), late)


def queue_escalations(book: Transaction, routes: Sequence[Route], now: int, day: int) -> None:
    """Queue unacknowledged red lists for the channels that are due."""
    for late in list(unacknowledged(book, routes, now)):
        rows = book.deliveries.of_list(late.one.id)
        known = {(row.channel, row.address) for row in rows}
        for route in late.routes:
            if route.destination not in known:
                id = digest_id(late.one.id, *route.destination, rows[0].digests)
                to = QueuedDelivery(id, late.one.id, late.one.as_of, late.one.centre, *route.destination, rows[0].files, day)
                book.deliveries.add([to])


def _latest_approved(book: Transaction, day: int) -> Iterator[StoredList]:
    """Yield the last approved list of each centre of the last night.

    A night of a day to come is a preview, or a clock was wrong: the centres of the last one up to ``day`` count as well.
    """
    nights = {book.nights.last(until) for until in (day, None)}
    centres = {mark.centre for night in nights if night is not None for mark in book.lists.marks(night)}
    for as_of, centre in book.lists.last_approved():
        if centre in centres:
            yield book.lists.of(as_of, centre)[0]


def _waits_since(book: Transaction, one: StoredList, now: int) -> int | None:
    """Return when a red list began to wait; None if acknowledged."""
    red = {warning.id for warning in one.warnings if warning.grade == URGENT}
    arrived = _arrivals(book, one, now)
    if not red or not arrived or red <= book.answers.answered(red):
        return None
    given = book.acknowledgements.of(one.id)
    if any(each.counts(now) for each in given):
        return None
    return max([min(arrived), *(each.until for each in given if each.until <= now)])


def _is_over(since: int, wait: int, now: int) -> bool:
    """Return whether a list has waited long enough.

    One that began to wait further ahead than it waits did so before the clock was set back, and has waited.
    """
    return since + wait <= now or since - now > max(wait, CLOCK_STEP)


def _arrivals(book: Transaction, one: StoredList, now: int) -> list[int]:
    """Return when receivers had a list, in seconds since 1970.

    Earlier versions kept no time; the end of the receipt's day stands for it, or now until then.
    """
    days = {receipt.id: receipt.day for receipt in book.receipts.of(one.as_of)}
    found: list[int] = []
    for row in book.deliveries.of_list(one.id):
        if row.sent_at is not None:
            found.append(row.sent_at)
        elif row.id in days:
            end = (days[row.id] + 1) * 86_400
            found.append(now if now < end <= now + 2 * 86_400 else end)
    return found
