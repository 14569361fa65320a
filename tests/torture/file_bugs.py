"""Planted bugs of files and channels: what is written in the wrong order, not synced, or not looked at."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from riskmodel.base import files
from riskmodel.base.days import to_iso
from riskmodel.base.file_names import name_of
from riskmodel.base.files import make_folder, sync_folder
from riskmodel.operations.delivery import drop_channel, email_channel, feed_channel, folder_channel, webhook_channel
from riskmodel.operations.delivery.channel import Parcel
from riskmodel.operations.nightly import outbox_files

Patch = pytest.MonkeyPatch


def no_file_sync(patch: Patch) -> None:
    """A file gets its name before its content is on the disk."""

    @contextmanager
    def replacing(path: Path) -> Iterator[Path]:
        make_folder(path.parent)
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        yield beside
        os.replace(beside, path)
        sync_folder(path.parent)

    patch.setattr(files, "replacing", replacing)


def synced_after_rename(patch: Patch) -> None:
    """A file is synced after it got its name."""

    @contextmanager
    def replacing(path: Path) -> Iterator[Path]:
        make_folder(path.parent)
        beside = path.with_name(f".{path.name}.{os.getpid()}.part")
        yield beside
        os.replace(beside, path)
        sync_folder(path.parent)
        with open(path, "rb") as written:
            os.fsync(written.fileno())

    patch.setattr(files, "replacing", replacing)


def no_folder_sync(patch: Patch) -> None:
    """The new names of files and folders are never synced."""
    for module in (files, drop_channel):
        patch.setattr(module, "sync_folder", lambda _folder: None)


def written_in_place(patch: Patch) -> None:
    """A file is written under its own name."""

    @contextmanager
    def replacing(path: Path) -> Iterator[Path]:
        make_folder(path.parent)
        yield path
        with open(path, "rb") as written:
            os.fsync(written.fileno())
        sync_folder(path.parent)

    patch.setattr(files, "replacing", replacing)


def renamed_before_written(patch: Patch) -> None:
    """A file gets its name first and its content then."""

    def write_bytes(path: Path, content: bytes) -> None:
        real(path, b"")
        path.write_bytes(content)
        with open(path, "rb") as written:
            os.fsync(written.fileno())

    real = files.write_bytes
    for module in (outbox_files, feed_channel, folder_channel, drop_channel):
        patch.setattr(module, "write_bytes", write_bytes)


def half_written_stays_in_feed(patch: Patch) -> None:
    """What a killed delivery left in the folder of the feed stays there."""
    patch.setattr(feed_channel, "remove_unfinished", lambda _path: None)


def half_written_stays_in_folder(patch: Patch) -> None:
    """What a killed delivery left in the receiver's folder stays there."""
    patch.setattr(folder_channel.FolderChannel, "_remove_unfinished", lambda *_: None)


def dropped_in_sight(patch: Patch) -> None:
    """A dropped list grows under the eyes of its receiver."""

    def send(self: drop_channel.DropChannel, parcel: Parcel) -> None:
        place = self.folder / f"{to_iso(parcel.as_of)}_{name_of(parcel.centre)}_{parcel.id[:12]}"
        sums = drop_channel.__dict__["_sums"](parcel)
        for name, content in [*sorted(parcel.files.items()), (drop_channel.SUMS, sums)]:
            drop_channel.write_bytes(place / name, content)

    patch.setattr(drop_channel.DropChannel, "send", send)


def dropped_name_unsynced(patch: Patch) -> None:
    """The name of a dropped folder is not synced before its receipt is written."""
    patch.setattr(drop_channel, "sync_folder", lambda _folder: None)


def folder_receipt_first(patch: Patch) -> None:
    """The receipt in the receiver's folder comes before the files, and whoever finds it believes it."""
    own = dict(folder_channel.FolderChannel.__dict__)

    def send(self: folder_channel.FolderChannel, parcel: Parcel) -> None:
        receipt = own["_receipt"](self, parcel)
        if receipt.exists():
            return
        folder_channel.write_bytes(receipt, own["_receipt_content"](self, parcel))
        for path, content in own["_files"](self, parcel):
            folder_channel.write_bytes(path, content)

    patch.setattr(folder_channel.FolderChannel, "send", send)


def feed_names_first(patch: Patch) -> None:
    """The feed names a list before its files are there."""
    written: list[tuple[Path, bytes]] = []
    real_send, real_write = feed_channel.FeedChannel.send, feed_channel.write_bytes

    def write_bytes(path: Path, content: bytes) -> None:
        if path.name == feed_channel.FEED or path.parent.name == feed_channel.ENTRIES:
            real_write(path, content)
        else:
            written.append((path, content))

    def send(self: feed_channel.FeedChannel, parcel: Parcel) -> None:
        written.clear()
        real_send(self, parcel)
        for path, content in written:
            real_write(path, content)

    patch.setattr(feed_channel, "write_bytes", write_bytes)
    patch.setattr(feed_channel.FeedChannel, "send", send)


def feed_without_its_list(patch: Patch) -> None:
    """The feed is written before the entry of the list."""
    real_write = feed_channel.write_bytes
    last: list[tuple[Path, bytes]] = []
    real_send = feed_channel.FeedChannel.send

    def write_bytes(path: Path, content: bytes) -> None:
        if path.parent.name == feed_channel.ENTRIES:
            last.append((path, content))
        elif path.name != feed_channel.FEED or any(path.parent.glob("entries/*.json")):
            real_write(path, content)

    def send(self: feed_channel.FeedChannel, parcel: Parcel) -> None:
        last.clear()
        # the first feed has no entries
        with suppress(IndexError):
            real_send(self, parcel)
        for path, content in last:
            real_write(path, content)

    patch.setattr(feed_channel, "write_bytes", write_bytes)
    patch.setattr(feed_channel.FeedChannel, "send", send)


def any_answer_counts(patch: Patch) -> None:
    """What a receiver acknowledges is not compared."""
    patch.setattr(webhook_channel, "acknowledges", lambda *_: True)


def failed_mail_counts(patch: Patch) -> None:
    """A mail that was not taken counts as sent."""
    real = email_channel.EmailChannel.send

    def send(self: email_channel.EmailChannel, parcel: Parcel) -> None:
        try:
            real(self, parcel)
        except OSError:
            return

    patch.setattr(email_channel.EmailChannel, "send", send)


def refusals_do_not_count(patch: Patch) -> None:
    """A conflict at the web receiver counts as delivered."""
    real = webhook_channel.WebhookChannel.send

    def send(self: webhook_channel.WebhookChannel, parcel: Parcel) -> None:
        from riskmodel.base.errors import RefusedError

        try:
            real(self, parcel)
        except RefusedError:
            return

    patch.setattr(webhook_channel.WebhookChannel, "send", send)


FILE_BUGS = (
    no_file_sync, synced_after_rename, no_folder_sync, written_in_place, renamed_before_written, half_written_stays_in_feed,
    half_written_stays_in_folder, dropped_in_sight, dropped_name_unsynced, folder_receipt_first, feed_names_first, feed_without_its_list,
    any_answer_counts, failed_mail_counts, refusals_do_not_count,
)  # fmt: skip
