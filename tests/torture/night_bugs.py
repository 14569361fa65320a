"""Planted bugs of the night, the approval and the delivery."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import count
from typing import Any

import pytest

from riskmodel.base.days import to_iso
from riskmodel.base.files import sha256, write_json
from riskmodel.ledger import Ledger, Receipt
from riskmodel.operations import answer_records, night_service
from riskmodel.operations.delivery import deliveries
from riskmodel.operations.delivery.routes import Receiver
from riskmodel.operations.nightly import approval, night, outbox, outbox_files, output_steps

Patch = pytest.MonkeyPatch


def approval_by_date(patch: Patch) -> None:
    """An approval names the night and not the digest that was read."""
    patch.setattr(approval, "_refuse_unread", lambda *_: None)


def sent_before_approved(patch: Patch) -> None:
    """A list leaves before its approval is committed."""

    def queue(book: Any, own: Any, lists: Any, files: Any, day: int) -> None:
        for route in own:
            for one in lists:
                if route.carries(one.centre):
                    where = route.destination
                    id = deliveries.receipt_id(one.id, where.channel, where.address, files[one.centre])
                    route.open().send(deliveries.Parcel(id, one.id, one.as_of, one.centre, files[one.centre]))
        deliveries.queue(book, own, lists, files, day)

    patch.setattr(approval, "queue", queue)


def approved_and_not_queued(patch: Patch) -> None:
    """The approval is committed, and the queue is filled later."""
    patch.setattr(approval, "queue", lambda *_: None)


def approved_without_a_person(patch: Patch) -> None:
    """The night approves its lists although the project asks for approval."""
    real = output_steps.to_stored
    patch.setattr(output_steps, "to_stored", lambda one, *_: real(one, "duty officer", one.as_of))


def failure_not_reported(patch: Patch) -> None:
    """The night does not say what it could not deliver."""
    real = night.complete_deliveries

    def complete(*arguments: Any) -> tuple[()]:
        real(*arguments)
        return ()

    patch.setattr(night, "complete_deliveries", complete)


def done_too_early(patch: Patch) -> None:
    """The night is marked as done before it has lists, and nobody asks the ledger."""
    real = night_service.run_nightly

    def marked(this: night_service.ServiceRun) -> bool:
        said = {"as_of": to_iso(this.as_of), "exit_code": 0}
        return this.state_file.is_file() and json.loads(this.state_file.read_bytes()) == said

    def run(project: Any, as_of: int, **options: Any) -> Any:
        write_json(project.ledger_file.with_name("night.json"), {"as_of": to_iso(as_of), "exit_code": 0})
        return real(project, as_of, **options)

    patch.setattr(night_service, "run_nightly", run)
    patch.setattr(night_service.ServiceRun, "is_done", marked)


def not_due_is_tried(patch: Patch) -> None:
    """A delivery that failed is tried before it is due."""
    patch.setattr(outbox, "is_later", lambda *_: False)


def clock_set_back_holds(patch: Patch) -> None:
    """A delivery waits for a time that was written before the clock was set back."""
    patch.setattr(outbox, "is_later", lambda due, now: now < due)


def dead_receiver_tried_for_each_list(patch: Patch) -> None:
    """A receiver that did not answer is tried for each of its lists."""
    patch.setattr(Receiver, "remote", property(lambda _self: False))


def no_idempotency_key(patch: Patch) -> None:
    """Each attempt has an id of its own."""
    numbers = count()

    class Renamed:
        """A channel that sends each parcel under another id."""

        def __init__(self, channel: Any) -> None:
            self._channel = channel

        def __getattr__(self, name: str) -> Any:
            return getattr(self._channel, name)

        def send(self, parcel: Any) -> None:
            # folders are found by their content; the others know a list by the id alone
            renamed = self.name in ("webhook", "email")
            self._channel.send(replace(parcel, id=sha256(f"{parcel.id}{next(numbers)}".encode())) if renamed else parcel)

    sent = deliveries.__dict__["_sent"]
    patch.setattr(deliveries, "_sent", lambda ledger, channel, *rest: sent(ledger, Renamed(channel), *rest))


def _result(patch: Patch, before: bool, together: bool) -> None:
    """Send with the receipt before the sending, or in a transaction of its own."""

    def sent(ledger: Ledger, channel: Any, parcel: Any, row: Any, now: int) -> Receipt:
        receipt = Receipt(parcel.id, parcel.list_id, channel.name, channel.address, parcel.as_of, row.day)
        with ledger.write() as book:
            book.deliveries.add([row])
            claim = book.deliveries.claim(parcel.id, now, deliveries.socket.gethostname())
            assert claim is not None
            if before:
                book.deliveries.complete(claim, now)
                book.receipts.record(receipt)
        channel.send(parcel)
        if not before:
            with ledger.write() as book:
                book.deliveries.complete(claim, now)
                if together:
                    book.receipts.record(receipt)
        with ledger.write() as book:
            return book.receipts.record(receipt)

    patch.setattr(deliveries, "_sent", sent)


def receipt_before_sent(patch: Patch) -> None:
    """The receipt is written before the list is sent."""
    _result(patch, before=True, together=True)


def receipt_apart(patch: Patch) -> None:
    """The delivery is marked as sent in one transaction, and its receipt follows in another."""
    _result(patch, before=False, together=False)


def failure_not_noted(patch: Patch) -> None:
    """A failure leaves no trace, so that nothing waits."""
    from riskmodel.ledger.queued_deliveries import QueuedDeliveries

    patch.setattr(QueuedDeliveries, "fail", lambda *_, **__: True)


def outbox_not_compared(patch: Patch) -> None:
    """What lies in the outbox is sent without a look at its digest."""

    def queued_files(project: Any, _ledger: Any, row: Any) -> dict[str, bytes]:
        folder = outbox_files.outbox_folder(project, row.as_of, row.centre)
        return {path.name: path.read_bytes() for path in sorted(folder.glob("*")) if path.is_file()}

    patch.setattr(outbox, "queued_files", queued_files)


def answers_numbered_by_place(patch: Patch) -> None:
    """The id of an answer as a record follows from how many answers there are."""
    real = answer_records.as_records

    def as_records(ledger: Ledger, _after: int = 0) -> Any:
        found = real(ledger)
        return found.assign(id=[f"{one[:10]}{'abcdefghij'[len(found) % 10]}" for one in found["id"]])

    patch.setattr(answer_records, "as_records", as_records)


def last_answer_left_out(patch: Patch) -> None:
    """The last answer does not become a record."""
    real = answer_records.as_records
    patch.setattr(answer_records, "as_records", lambda *given: real(*given).iloc[:-1])


def other_bytes_under_the_id(patch: Patch) -> None:
    """The files are changed on their way, and the id is not."""
    real = deliveries.Parcel

    def parcel(id: str, list_id: str, as_of: int, centre: str, files: Any, copies: str = "") -> Any:
        return real(id, list_id, as_of, centre, {name: each.replace(b"\n", b"\r\n") for name, each in files.items()}, copies)

    patch.setattr(deliveries, "Parcel", parcel)


def lists_of_two_centres_swapped(patch: Patch) -> None:
    """A list is sent with the files of another centre."""
    real = approval.rendered
    other = {"east": "west", "west": "east"}
    patch.setattr(
        approval, "rendered", lambda project, one, places: real(project, replace(one, centre=other[one.centre]), places)
    )


NIGHT_BUGS = (
    approval_by_date, sent_before_approved, approved_and_not_queued, approved_without_a_person, failure_not_reported, done_too_early,
    not_due_is_tried, clock_set_back_holds, dead_receiver_tried_for_each_list, no_idempotency_key, receipt_before_sent,
    receipt_apart, failure_not_noted, outbox_not_compared, answers_numbered_by_place, last_answer_left_out,
    other_bytes_under_the_id, lists_of_two_centres_swapped,
)  # fmt: skip
