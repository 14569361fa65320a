"""The outbox: what waits for its receivers, and its delivery."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project
from riskmodel.ledger import BACKOFF, Ledger, QueuedDelivery, StoredList, Transaction
from riskmodel.operations.delivery import (
    DeliveryHold,
    Receiver,
    Route,
    deliver,
    in_words,
    queue,
    queue_escalations,
)
from riskmodel.operations.errors import no_such_channel
from riskmodel.operations.list_bodies import from_stored, refuse_unsendable
from riskmodel.operations.nightly.outbox_files import Files, outbox_folder, queued_files, rendered_again
from riskmodel.operations.nightly.undelivered_lists import NEXT, Undelivered, waiting_holds

log = logging.getLogger("riskmodel")


@dataclass(frozen=True)
class Courier:
    """Who delivers: the routes, the day of the receipts, and the clock.

    A ``patient`` courier waits until a failed delivery is due again; otherwise everything is tried at once.
    """

    routes: tuple[Route, ...]
    day: int
    now: Callable[[], int]
    patient: bool = False


def check_sent(project: Project, ledger: Ledger, as_of: int, files: Files, courier: Courier) -> None:
    """Check what receivers still hold of lists that were sent.

    Raises
    ------
    RefusedError
        If a list may not be sent, was sent with other content, or was changed at a receiver.
    """
    if not files:
        return
    with ledger.read() as book:
        lists = [one for one in book.lists.of(as_of) if one.centre in files]
        receipts = book.receipts.of(as_of)
    for one in lists:
        refuse_unsendable(from_stored(one))
        sent = {(receipt.channel, receipt.address) for receipt in receipts if receipt.list_id == one.id}
        for route in courier.routes:
            if route.carries(one.centre) and route.destination in sent:
                copies = str(outbox_folder(project, as_of, one.centre))
                _deliver_by(ledger, route, one, files[one.centre], courier, copies)


def queue_lists(ledger: Ledger, as_of: int, files: Files, courier: Courier) -> None:
    """Queue approved lists for every receiver that lacks them.

    Raises
    ------
    RefusedError
        If one of them is a replay, a preview or late, or nothing was known.
    """
    if not files:
        return
    stored = [one for one in _lists(ledger, as_of) if one.centre in files]
    for one in stored:
        refuse_unsendable(from_stored(one))
    with ledger.write() as book:
        queue(book, courier.routes, stored, files, courier.day)


def complete_deliveries(project: Project, ledger: Ledger, courier: Courier) -> tuple[Undelivered, ...]:
    """Send what is queued; return the lists that remain.

    Red lists that nobody acknowledged are queued for further receivers first. A list stays undelivered where its places or body are damaged,
    or where a receiver refuses it or does not answer, and waits where a silence or quiet hours say so. Where one receiver did not answer,
    further lists for it wait for the next run. What failed less often is tried first, so that a list that a receiver never takes holds up no other.
    """
    now = courier.now()
    with ledger.read() as book:
        unqueued = book.deliveries.unqueued()
        this_round = _round(book, courier, now)
    left = list(_queue_again(project, ledger, courier, unqueued))
    escalates = any(route.escalates for route in courier.routes)
    if escalates:
        _escalate(ledger, courier, now)
    if unqueued or escalates:
        with ledger.read() as book:
            this_round = _round(book, courier, now)
    left += _send_round(project, ledger, courier, this_round)
    return _still_waiting(ledger, courier, left, this_round) if left or this_round.waiting else ()


class _Round(NamedTuple):
    """What waits, its holds by id, and receivers left alone."""

    waiting: tuple[QueuedDelivery, ...]
    holds: Mapping[str, DeliveryHold]
    silent: frozenset[Receiver]


def _queue_again(
    project: Project, ledger: Ledger, courier: Courier, unqueued: Iterable[tuple[int, str]]
) -> Iterator[Undelivered]:
    """Queue approved lists; yield those that cannot be queued."""
    for as_of, centre in unqueued:
        try:
            queue_lists(ledger, as_of, {centre: rendered_again(project, ledger, as_of, centre)}, courier)
        except (RiskmodelError, OSError) as error:
            yield Undelivered(as_of, centre, in_words(error))


def _send_round(project: Project, ledger: Ledger, courier: Courier, this_round: _Round) -> Iterator[Undelivered]:
    """Send what waits; yield what is held or fails."""
    silent = set(this_round.silent)
    # an approved list no longer changes; if one cannot be read, the next call tries again
    lists_of = cache(lambda as_of: _lists(ledger, as_of))
    for row in this_round.waiting:
        where = Receiver(row.channel, row.address)
        hold = this_round.holds.get(row.id)
        if hold is not None:
            yield Undelivered(row.as_of, row.centre, hold.said.en, where, hold=hold)
            continue
        if where in silent or (courier.patient and is_later(row.due, courier.now())):
            why = row.error or f"The receiver {row.address!r} did not answer a moment ago."
            yield Undelivered(row.as_of, row.centre, why, where)
            continue
        try:
            _deliver_row(project, ledger, row, courier, lists_of(row.as_of))
        except RiskmodelError as error:
            yield Undelivered(row.as_of, row.centre, str(error), where, error)
        except OSError as error:
            if where.remote:
                silent.add(where)
            yield Undelivered(row.as_of, row.centre, in_words(error), where)


def _round(book: Transaction, courier: Courier, now: int) -> _Round:
    """Return what waits in the outbox, what failed less often first."""
    waiting = tuple(sorted(book.deliveries.waiting(), key=lambda row: row.attempts))
    silent = _silent(book, waiting, now) if courier.patient else set[Receiver]()
    return _Round(waiting, waiting_holds(book, waiting, courier.routes, now), frozenset(silent))


def _silent(book: Transaction, waiting: Iterable[QueuedDelivery], now: int) -> set[Receiver]:
    """Return the remote receivers that are left alone.

    A delivery to them failed and is due later, and they took none since.
    """
    found = set[Receiver]()
    for row in waiting:
        where = Receiver(row.channel, row.address)
        failed = row.due - BACKOFF[min(max(row.attempts - 1, 0), len(BACKOFF) - 1)]
        if where in found or not (where.remote and is_later(row.due, now)):
            continue
        last = book.deliveries.last_sent(*where)
        if last is None or last < failed:
            found.add(where)
    return found


def _escalate(ledger: Ledger, courier: Courier, now: int) -> None:
    """Queue what escalates; a damaged list stops no other delivery."""
    try:
        with ledger.write() as book:
            queue_escalations(book, courier.routes, now, courier.day)
    except RiskmodelError as error:
        log.warning("Red lists that nobody acknowledged were not sent on: %s", error)


def _still_waiting(ledger: Ledger, courier: Courier, left: Iterable[Undelivered], this_round: _Round) -> tuple[Undelivered, ...]:
    """Return the lists that nobody delivered meanwhile, the oldest first.

    What another machine queued meanwhile is among them.
    """
    seen = {row.id for row in this_round.waiting}
    with ledger.read() as book:
        waiting = book.deliveries.waiting()
        later = [row for row in waiting if row.id not in seen]
        holds = waiting_holds(book, later, courier.routes, courier.now())
    there = {(row.as_of, row.centre, row.channel, row.address) for row in waiting}
    found = [one for one in left if one.where is None or (one.as_of, one.centre, *one.where) in there]
    for row in later:
        hold = holds.get(row.id)
        why = row.error or NEXT if hold is None else hold.said.en
        found.append(Undelivered(row.as_of, row.centre, why, Receiver(row.channel, row.address), hold=hold))
    return tuple(sorted(found, key=lambda one: (one.as_of, one.centre)))


def is_later(due: int, now: int) -> bool:
    """Return whether a delivery is due later.

    A time further away than the longest wait was written before the clock was set back; it counts as due.
    """
    return now < due <= now + BACKOFF[-1]


def _deliver_row(project: Project, ledger: Ledger, row: QueuedDelivery, courier: Courier, lists: Sequence[StoredList]) -> None:
    """Send one queued delivery with the files that were approved."""
    where = Receiver(row.channel, row.address)
    route = next((route for route in courier.routes if route.destination == where), None)
    if route is None:
        raise no_such_channel(row.address)
    (one,) = (one for one in lists if one.id == row.list_id)
    refuse_unsendable(from_stored(one))
    files = queued_files(project, ledger, row)
    copies = str(outbox_folder(project, row.as_of, row.centre))
    _deliver_by(ledger, route, one, files, courier, copies)


def _deliver_by(ledger: Ledger, route: Route, one: StoredList, files: Mapping[str, bytes], courier: Courier, copies: str) -> None:
    """Send a list by a route, marked where the route escalates."""
    deliver(ledger, route.open(), one, files, courier.day, copies=copies, now=courier.now(), escalated=route.escalates)


def _lists(ledger: Ledger, as_of: int) -> tuple[StoredList, ...]:
    """Return the stored lists of a night."""
    with ledger.read() as book:
        return book.lists.of(as_of)
