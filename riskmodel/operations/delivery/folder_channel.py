"""The folder channel: files in a folder that the receiver reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from riskmodel.base.days import to_iso
from riskmodel.base.file_names import name_of
from riskmodel.base.files import canonical_json, sha256, sync_folder, write_bytes
from riskmodel.operations.delivery.channel import Parcel
from riskmodel.operations.errors import changed_delivery, delivery_conflict

RECEIPTS = "receipts"
_OUR_RECEIPT = re.compile(r"\.[0-9a-f]{64}\.json\.\d+\.part")


@dataclass(frozen=True)
class FolderChannel:
    """A folder on this machine.

    ``address`` is the folder as the project names it.
    """

    folder: Path
    address: str
    name: str = "folder"

    def send(self, parcel: Parcel) -> None:
        """Write each file atomically, then the receipt.

        Once the receipt exists, nothing is written. The receipt comes last: files without one are an interrupted delivery, which
        writes the same bytes again and removes the half-written files that it left.

        Raises
        ------
        RefusedError
            If another content of the same list is there, or what was sent was changed; nothing is overwritten.
        """
        self._remove_unfinished(parcel)
        if self._receipt(parcel).exists():
            self.check(parcel)
            # whoever wrote it may have been stopped before its name was on the disk
            sync_folder(self.folder / RECEIPTS)
            return
        for path, content in self._files(parcel):
            if path.is_file() and path.read_bytes() != content:
                raise delivery_conflict(parcel.as_of, parcel.centre, str(path))
        for path, content in self._files(parcel):
            write_bytes(path, content)
        write_bytes(self._receipt(parcel), self._receipt_content(parcel))

    def check(self, parcel: Parcel) -> None:
        """Check that the files there are those that were sent.

        The receiver may have taken files away.

        Raises
        ------
        RefusedError
            If a file or the receipt was emptied or changed.
        """
        for path, content in [*self._files(parcel), (self._receipt(parcel), self._receipt_content(parcel))]:
            if path.exists() and (not path.is_file() or path.read_bytes() != content):
                raise changed_delivery(parcel.as_of, parcel.centre, str(path), parcel.copies)

    def _receipt(self, parcel: Parcel) -> Path:
        return self.folder / RECEIPTS / f"{parcel.id}.json"

    def _place(self, parcel: Parcel) -> Path:
        return self.folder / to_iso(parcel.as_of) / name_of(parcel.centre)

    def _files(self, parcel: Parcel) -> list[tuple[Path, bytes]]:
        return [(self._place(parcel) / name, content) for name, content in sorted(parcel.files.items())]

    def _receipt_content(self, parcel: Parcel) -> bytes:
        files = {path.relative_to(self.folder).as_posix(): sha256(content) for path, content in self._files(parcel)}
        receipt = {
            "id": parcel.id,
            "list": parcel.list_id,
            "as_of": to_iso(parcel.as_of),
            "centre": parcel.centre,
            "files": sorted(files),
            "sha256": files,
        }
        return canonical_json(receipt) + b"\n"

    def _remove_unfinished(self, parcel: Parcel) -> None:
        """Remove the half-written files of a killed delivery, and no others."""
        for path in self._unfinished(parcel):
            path.unlink(missing_ok=True)

    def _unfinished(self, parcel: Parcel) -> Iterator[Path]:
        ours = re.compile("|".join(rf"\.{re.escape(name)}\.\d+\.part" for name in parcel.files))
        for folder, pattern in ((self._place(parcel), ours), (self.folder / RECEIPTS, _OUR_RECEIPT)):
            yield from [path for path in folder.glob(".*.part") if pattern.fullmatch(path.name)]
