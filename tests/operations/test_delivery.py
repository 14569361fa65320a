"""Delivery: approved lists only, once, whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import RefusedError, RiskmodelError
from riskmodel.base.file_names import name_of
from riskmodel.ledger import Ledger, Night, Receipt, StoredList
from riskmodel.ledger.queued_deliveries import QueuedDeliveries
from riskmodel.operations.delivery import FolderChannel, Parcel, deliver, receipt_id
from riskmodel.operations.delivery.channel import first_receipt_id

AS_OF = to_day("2025-12-31")
PLACE = f"2025-12-31/{name_of('East')}"
FILES = {"list.csv": b"a,b\n", "list.json": b"{}\n"}


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    ledger = Ledger(tmp_path / "operations.db")
    night = Night(AS_OF, "fire", "m", 1, "x", 1.0, "centre", "scored", ("East",), None, 0)
    with ledger.write() as book:
        book.save_night([night], [StoredList("l1", AS_OF, "East", "{}")])
    return ledger


def stored(ledger: Ledger) -> StoredList:
    with ledger.read() as book:
        (one,) = book.lists.of(AS_OF)
    return one


def approved(ledger: Ledger) -> StoredList:
    with ledger.write() as book:
        book.lists.approve(["l1"], "duty officer", AS_OF)
    return stored(ledger)


def receipts(ledger: Ledger) -> tuple[Receipt, ...]:
    with ledger.read() as book:
        return book.receipts.of(AS_OF)


@pytest.fixture
def folder(tmp_path: Path) -> FolderChannel:
    return FolderChannel(tmp_path / "sent", "outbox/sent")


def content(folder: FolderChannel) -> dict[str, bytes]:
    return {path.relative_to(folder.folder).as_posix(): path.read_bytes() for path in folder.folder.rglob("*") if path.is_file()}


def test_a_draft_never_leaves(ledger: Ledger, folder: FolderChannel) -> None:
    with pytest.raises(RefusedError, match=r"2025-12-31 for 'East' is a draft.*Approve it first"):
        deliver(ledger, folder, stored(ledger), FILES, AS_OF)
    assert not folder.folder.exists()
    assert receipts(ledger) == ()


def test_delivering_twice_takes_effect_once(ledger: Ledger, folder: FolderChannel) -> None:
    one = approved(ledger)
    first = deliver(ledger, folder, one, FILES, AS_OF)
    sent = content(folder)
    assert sent[f"{PLACE}/list.csv"] == FILES["list.csv"]
    assert deliver(ledger, folder, one, FILES, AS_OF + 1) == first
    with pytest.raises(RefusedError, match=r"Another list of 2025-12-31 for 'East' was already delivered"):
        deliver(ledger, folder, one, {"list.csv": b"other"}, AS_OF + 1)
    assert content(folder) == sent
    assert receipts(ledger) == (first,)


def test_the_receiver_keeps_ids_too(ledger: Ledger, folder: FolderChannel) -> None:
    """Sent but not recorded (the machine went down between): the second time nothing is written again."""
    one = approved(ledger)
    id = receipt_id("l1", "folder", "outbox/sent", FILES)
    folder.send(Parcel(id, "l1", AS_OF, "East", FILES))
    picked_up = folder.folder / PLACE / "list.csv"
    picked_up.unlink()
    deliver(ledger, folder, one, FILES, AS_OF)
    assert not picked_up.exists()
    assert [receipt.id for receipt in receipts(ledger)] == [id]


def test_an_interrupted_delivery_is_completed(ledger: Ledger, folder: FolderChannel) -> None:
    one = approved(ledger)
    blocked = folder.folder / PLACE / "list.json"
    blocked.mkdir(parents=True)
    with pytest.raises(OSError, match="list.json"):
        deliver(ledger, folder, one, FILES, AS_OF)
    assert receipts(ledger) == ()
    blocked.rmdir()
    deliver(ledger, folder, one, FILES, AS_OF)
    assert content(folder)[f"{PLACE}/list.json"] == FILES["list.json"]
    assert len(receipts(ledger)) == 1


def test_another_address_is_another_delivery(ledger: Ledger, folder: FolderChannel, tmp_path: Path) -> None:
    one = approved(ledger)
    ids = {
        deliver(ledger, where, one, FILES, AS_OF).id for where in (folder, replace(folder, folder=tmp_path / "b", address="b"))
    }
    assert len(ids) == 2


def test_a_half_written_file_is_removed_and_the_receivers_own_files_stay(ledger: Ledger, folder: FolderChannel) -> None:
    place = folder.folder / PLACE
    place.mkdir(parents=True)
    (folder.folder / "receipts").mkdir()
    (place / ".list.csv.4711.part").write_bytes(b"a,")
    (folder.folder / "receipts" / f".{'0' * 64}.json.4711.part").write_bytes(b"{")
    (place / ".theirs.part").write_bytes(b"x")
    deliver(ledger, folder, approved(ledger), FILES, AS_OF)
    assert [path.name for path in folder.folder.rglob("*.part")] == [".theirs.part"]


@pytest.mark.parametrize("content", [b"", b"a,c\n"])
def test_a_file_that_was_emptied_or_changed_at_the_receiver_is_never_counted(
    ledger: Ledger, folder: FolderChannel, content: bytes
) -> None:
    one = approved(ledger)
    first = deliver(ledger, folder, one, FILES, AS_OF)
    for path in (folder.folder / PLACE / "list.csv", folder.folder / "receipts" / f"{first.id}.json"):
        whole = path.read_bytes()
        path.write_bytes(content)
        with pytest.raises(RefusedError, match=rf"{path.name}' that was delivered .* is not what was sent"):
            deliver(ledger, folder, one, FILES, AS_OF)
        path.write_bytes(whole)
    assert deliver(ledger, folder, one, FILES, AS_OF) == first


def test_a_delivery_recorded_under_an_id_without_content_stands(ledger: Ledger, folder: FolderChannel) -> None:
    one = approved(ledger)
    old = Receipt(first_receipt_id("l1", "folder", "outbox/sent"), "l1", "folder", "outbox/sent", AS_OF, AS_OF)
    with ledger.write() as book:
        book.receipts.record(old)
    assert deliver(ledger, folder, one, FILES, AS_OF + 1) == old
    assert not folder.folder.exists()


def test_a_list_without_a_digest_is_not_sent(ledger: Ledger, folder: FolderChannel) -> None:
    with pytest.raises(RefusedError, match="stored before digests were kept"):
        deliver(ledger, folder, replace(approved(ledger), digest=None), FILES, AS_OF)


def test_a_failure_that_cannot_be_noted_is_still_that_of_the_receiver(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Otherwise the run would try a dead receiver again for each of its lists."""

    class Dead(FolderChannel):
        def send(self, parcel: Parcel) -> None:
            raise TimeoutError("no answer")

    def full(*_: object, **__: object) -> None:
        raise RiskmodelError("the disk is full")

    monkeypatch.setattr(QueuedDeliveries, "fail", full)
    with pytest.raises(TimeoutError, match="no answer"):
        deliver(ledger, Dead(tmp_path, "there"), approved(ledger), FILES, AS_OF)
