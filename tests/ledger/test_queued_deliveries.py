"""The outbox: claimed once, by a token that a later claim overrides, and tried again over days."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskmodel.base.days import to_day
from riskmodel.ledger import Ledger, Night, QueuedDelivery, Receipt, StoredList, audit_ledger, file_digests
from riskmodel.ledger.queued_deliveries import BACKOFF, LEASE

AS_OF = to_day("2025-12-31")
NOW = 1_767_139_200


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "operations.db")
    night = Night(AS_OF, "fire", "m", 1, "x", 1.0, "centre", "scored", ("East",), None, 0)
    with ledger.write() as book:
        book.save_night([night], [StoredList("l1", AS_OF, "East", "{}")])
        book.lists.approve(["l1"], "duty officer", AS_OF)
        book.deliveries.add([queued(), queued()])
    return ledger


def queued() -> QueuedDelivery:
    return QueuedDelivery("d1", "l1", AS_OF, "East", "webhook", "https://a.example/", file_digests({"a.csv": "0"}), AS_OF)


def test_a_delivery_is_queued_once_and_claimed_by_one(ledger: Ledger) -> None:
    with ledger.write() as book:
        assert book.deliveries.waiting() == (queued(),)
        first = book.deliveries.claim("d1", NOW, "one")
        assert first is not None
        assert book.deliveries.claim("d1", NOW + LEASE - 1, "other") is None
        # a run of the same machine that was stopped holds nothing: one delivers there at a time
        assert book.deliveries.claim("d1", NOW, "one") is not None


def test_a_lease_from_before_the_clock_was_set_back_has_ended(ledger: Ledger) -> None:
    """Found by seeds of ``tests/torture``: a machine died, and the clock was set back by days."""
    days = 3 * 86400
    with ledger.write() as book:
        assert book.deliveries.claim("d1", NOW + days, "one") is not None
        assert book.deliveries.claim("d1", NOW + days + LEASE - 1, "other") is None
        assert book.deliveries.claim("d1", NOW, "other") is not None


def test_who_lost_the_lease_can_write_nothing(ledger: Ledger) -> None:
    with ledger.write() as book:
        slow = book.deliveries.claim("d1", NOW, "one")
        quick = book.deliveries.claim("d1", NOW + LEASE, "other")
        assert slow is not None
        assert quick is not None
        assert not book.deliveries.complete(slow, NOW + LEASE)
        assert not book.deliveries.fail(slow, "late", NOW + LEASE)
        assert book.deliveries.complete(quick, NOW + LEASE)
        assert not book.deliveries.complete(quick, NOW + LEASE)
        assert book.deliveries.waiting() == ()
        assert [one.sent_at for one in book.deliveries.of_list("l1")] == [NOW + LEASE]
        assert book.deliveries.claim("d1", NOW + 9 * LEASE, "one") is None


def test_failures_wait_longer_each_time_over_days_and_are_never_given_up(ledger: Ledger) -> None:
    now, waits = NOW, []
    for number in range(12):
        with ledger.write() as book:
            claim = book.deliveries.claim("d1", now, "one")
            assert claim is not None
            assert book.deliveries.fail(claim, f"failure {number}", now)
            (one,) = book.deliveries.waiting()
            assert (one.attempts, one.error) == (number + 1, f"failure {number}")
            assert book.deliveries.waiting(one.due - 1) == ()
            waits.append(one.due - now)
            now = one.due
    assert waits == [*BACKOFF, *[BACKOFF[-1]] * 6]
    assert now - NOW > 3 * 86_400


def test_what_only_a_person_can_mend_is_tried_by_the_next_run(ledger: Ledger) -> None:
    with ledger.write() as book:
        claim = book.deliveries.claim("d1", NOW, "one")
        assert claim is not None
        book.deliveries.fail(claim, "another list is there", NOW, again_at_once=True)
        assert len(book.deliveries.waiting(NOW)) == 1


def test_a_delivery_that_is_marked_as_sent_without_a_receipt_is_found(ledger: Ledger) -> None:
    with ledger.write() as book:
        claim = book.deliveries.claim("d1", NOW, "one")
        assert claim is not None
        book.deliveries.complete(claim, NOW)
        assert [fault.why for fault in audit_ledger(book).faults] == ["it is marked as sent, but has no receipt."]
        book.receipts.record(Receipt("d1", "l1", "webhook", "https://a.example/", AS_OF, AS_OF))
        assert audit_ledger(book).faults == ()


def test_an_approved_list_that_was_never_queued_is_named(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "operations.db")
    night = Night(AS_OF, "fire", "m", 1, "x", 1.0, "centre", "scored", ("East",), None, 0)
    with ledger.write() as book:
        book.save_night([night], [StoredList("l1", AS_OF, "East", "{}")])
        assert book.deliveries.unqueued() == ()
        book.lists.approve(["l1"], "duty officer", AS_OF)
        assert book.deliveries.unqueued() == ((AS_OF, "East"),)
        book.deliveries.add([queued()])
        assert book.deliveries.unqueued() == ()
