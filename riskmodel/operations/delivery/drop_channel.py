"""The drop folder: one folder per list, with checksums."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from riskmodel.base.days import to_iso
from riskmodel.base.file_names import name_of
from riskmodel.base.files import make_folder, sha256, sync_folder, write_bytes
from riskmodel.operations.delivery.channel import Parcel
from riskmodel.operations.errors import changed_delivery, delivery_conflict

SUMS = "SHA256SUMS"


@dataclass(frozen=True)
class DropChannel:
    """A folder that another system empties.

    Each list is a folder ``DATE_CENTRE_ID`` with its files and ``SHA256SUMS``, as ``sha256sum -c`` reads it. It appears by one rename, so the
    receiver never sees a part of it. Once taken away, it is not dropped again: the ledger has the receipt.
    """

    folder: Path
    address: str
    name: str = "drop"

    def send(self, parcel: Parcel) -> None:
        """Write a hidden folder beside, then rename it.

        Raises
        ------
        RefusedError
            If another content is there under the same name.
        """
        place = self._place(parcel)
        if place.exists():
            self.check(parcel)
            # whoever renamed it may have been stopped before its name was on the disk
            sync_folder(self.folder)
            return
        staged = self.folder / f".{place.name}.part"
        make_folder(staged)
        for left in staged.iterdir():
            if left.name not in {*parcel.files, SUMS}:
                left.unlink()
        for name, content in sorted(parcel.files.items()):
            write_bytes(staged / name, content)
        write_bytes(staged / SUMS, _sums(parcel))
        os.rename(staged, place)
        sync_folder(self.folder)

    def check(self, parcel: Parcel) -> None:
        """Check that what is still there is what was sent.

        Raises
        ------
        RefusedError
            If a file was changed, or another content stands under the same name.
        """
        place = self._place(parcel)
        if not place.exists():
            return
        if not place.is_dir():
            raise delivery_conflict(parcel.as_of, parcel.centre, str(place))
        for name, content in {**parcel.files, SUMS: _sums(parcel)}.items():
            path = place / name
            if path.exists() and (not path.is_file() or path.read_bytes() != content):
                raise changed_delivery(parcel.as_of, parcel.centre, str(path), parcel.copies)

    def _place(self, parcel: Parcel) -> Path:
        return self.folder / f"{to_iso(parcel.as_of)}_{name_of(parcel.centre)}_{parcel.id[:12]}"


def _sums(parcel: Parcel) -> bytes:
    """Return the checksums of a parcel, one line per file."""
    return "".join(f"{sha256(content)}  {name}\n" for name, content in sorted(parcel.files.items())).encode()
