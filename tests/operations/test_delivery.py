"""Delivery: approved lists only, once, whole."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import RefusedError
from riskmodel.ledger import Night, Store, StoredList
from riskmodel.operations.delivery import Folder, Parcel, deliver, receipt_id
from riskmodel.operations.names import file_name

AS_OF = to_day("2025-12-31")
FILES = {"list.csv": b"a,b\n", "list.json": b"{}\n"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    store = Store(tmp_path / "operations.db")
    night = Night(AS_OF, "fire", "m", 1, "x", 1.0, "centre", "scored", ("East",), None, 0)
    store.save_night([night], [StoredList("l1", AS_OF, "East", "{}")])
    return store


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "sent", "outbox/sent")


def content(folder: Folder) -> dict[str, bytes]:
    return {path.relative_to(folder.folder).as_posix(): path.read_bytes() for path in folder.folder.rglob("*") if path.is_file()}


def test_a_draft_never_leaves(store: Store, folder: Folder) -> None:
    with pytest.raises(RefusedError, match=r"2025-12-31 for 'East' is a draft.*Approve it first"):
        deliver(store, folder, store.lists(AS_OF)[0], FILES, AS_OF)
    assert not folder.folder.exists()
    assert store.receipts(AS_OF) == ()


def test_delivering_twice_takes_effect_once(store: Store, folder: Folder) -> None:
    store.approve(["l1"], "duty officer", AS_OF)
    (one,) = store.lists(AS_OF)
    first = deliver(store, folder, one, FILES, AS_OF)
    sent = content(folder)
    assert sent["2025-12-31/East/list.csv"] == FILES["list.csv"]
    assert deliver(store, folder, one, {"list.csv": b"other"}, AS_OF + 1) == first
    assert content(folder) == sent
    assert store.receipts(AS_OF) == (first,)


def test_the_receiver_keeps_ids_too(store: Store, folder: Folder) -> None:
    """Sent but not recorded (the machine went down between): the second time nothing is written again."""
    store.approve(["l1"], "duty officer", AS_OF)
    id = receipt_id("l1", "folder", "outbox/sent")
    folder.send(Parcel(id, "l1", AS_OF, "East", FILES))
    picked_up = folder.folder / "2025-12-31" / "East" / "list.csv"
    picked_up.unlink()
    deliver(store, folder, store.lists(AS_OF)[0], FILES, AS_OF)
    assert not picked_up.exists()
    assert [receipt.id for receipt in store.receipts(AS_OF)] == [id]


def test_an_interrupted_delivery_is_completed(store: Store, folder: Folder) -> None:
    store.approve(["l1"], "duty officer", AS_OF)
    blocked = folder.folder / "2025-12-31" / "East" / "list.json"
    blocked.mkdir(parents=True)
    with pytest.raises(OSError, match="list.json"):
        deliver(store, folder, store.lists(AS_OF)[0], FILES, AS_OF)
    assert store.receipts(AS_OF) == ()
    blocked.rmdir()
    deliver(store, folder, store.lists(AS_OF)[0], FILES, AS_OF)
    assert content(folder)["2025-12-31/East/list.json"] == FILES["list.json"]
    assert len(store.receipts(AS_OF)) == 1


def test_another_address_is_another_delivery(store: Store, folder: Folder, tmp_path: Path) -> None:
    store.approve(["l1"], "duty officer", AS_OF)
    (one,) = store.lists(AS_OF)
    ids = {deliver(store, where, one, FILES, AS_OF).id for where in (folder, replace(folder, folder=tmp_path / "b", address="b"))}
    assert len(ids) == 2


@pytest.mark.parametrize("label", ["东湖指挥中心", "East-1", "a_b.c"])
def test_a_plain_label_is_its_own_file_name(label: str) -> None:
    assert file_name(label) == label


def test_labels_that_must_change_stay_apart() -> None:
    labels = ["a/b", "a b", "../a", "", "..", "a\\b", "x" * 200, "x" * 201]
    names = [file_name(label) for label in labels]
    assert len(set(names)) == len(labels)
    assert all("/" not in name and "\\" not in name and not name.startswith(".") and len(name) < 80 for name in names)
