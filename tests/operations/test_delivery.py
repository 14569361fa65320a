"""Delivery: approved lists only, once, whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import RefusedError
from riskmodel.ledger import Ledger, Night, Receipt, StoredList
from riskmodel.operations.delivery import FolderChannel, Parcel, deliver, receipt_id
from riskmodel.operations.folder_names import folder_name

AS_OF = to_day("2025-12-31")
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
    assert sent["2025-12-31/East/list.csv"] == FILES["list.csv"]
    assert deliver(ledger, folder, one, {"list.csv": b"other"}, AS_OF + 1) == first
    assert content(folder) == sent
    assert receipts(ledger) == (first,)


def test_the_receiver_keeps_ids_too(ledger: Ledger, folder: FolderChannel) -> None:
    """Sent but not recorded (the machine went down between): the second time nothing is written again."""
    one = approved(ledger)
    id = receipt_id("l1", "folder", "outbox/sent")
    folder.send(Parcel(id, "l1", AS_OF, "East", FILES))
    picked_up = folder.folder / "2025-12-31" / "East" / "list.csv"
    picked_up.unlink()
    deliver(ledger, folder, one, FILES, AS_OF)
    assert not picked_up.exists()
    assert [receipt.id for receipt in receipts(ledger)] == [id]


def test_an_interrupted_delivery_is_completed(ledger: Ledger, folder: FolderChannel) -> None:
    one = approved(ledger)
    blocked = folder.folder / "2025-12-31" / "East" / "list.json"
    blocked.mkdir(parents=True)
    with pytest.raises(OSError, match="list.json"):
        deliver(ledger, folder, one, FILES, AS_OF)
    assert receipts(ledger) == ()
    blocked.rmdir()
    deliver(ledger, folder, one, FILES, AS_OF)
    assert content(folder)["2025-12-31/East/list.json"] == FILES["list.json"]
    assert len(receipts(ledger)) == 1


def test_another_address_is_another_delivery(ledger: Ledger, folder: FolderChannel, tmp_path: Path) -> None:
    one = approved(ledger)
    ids = {
        deliver(ledger, where, one, FILES, AS_OF).id for where in (folder, replace(folder, folder=tmp_path / "b", address="b"))
    }
    assert len(ids) == 2


@pytest.mark.parametrize("label", ["东湖指挥中心", "East-1", "a_b.c"])
def test_a_plain_label_is_its_own_folder_name(label: str) -> None:
    assert folder_name(label) == label


def test_labels_that_must_change_stay_apart() -> None:
    labels = ["a/b", "a b", "../a", "", "..", "a\\b", "x" * 200, "x" * 201]
    names = [folder_name(label) for label in labels]
    assert len(set(names)) == len(labels)
    assert all("/" not in name and "\\" not in name and not name.startswith(".") and len(name) < 80 for name in names)
