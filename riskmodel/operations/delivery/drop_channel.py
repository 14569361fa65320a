"""The drop folder: one folder per list, with checksums."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from riskmodel.base.days import to_iso
from riskmodel.base.file_names import name_of
from riskmodel.base.files import make_folder, sha256, sync_folder, write_bytes
from riskmodel.operations.delivery.channel import NOT_ACKNOWLEDGED, Parcel
from riskmodel.operations.errors import changed_delivery, delivery_conflict

SUMS = "SHA256SUMS"
MARK = "ESCALATED.txt"
"""The file that says why a receiver gets a list that another did not acknowledge."""


@dataclass(frozen=True)
class DropChannel:
    """A folder that another system empties.

    Each list is a folder ``DATE_CENTRE_ID`` with its files and ``SHA256SUMS``, as ``sha256sum -c`` reads it; one that escalated has
    ``ESCALATED.txt`` as well. It appears by one rename, so the
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
        files = _dropped(parcel)
        staged = self.folder / f".{place.name}.part"
        make_folder(staged)
        for left in staged.iterdir():
            if left.name not in {*files, SUMS}:
                left.unlink()
        for name, content in sorted(files.items()):
            write_bytes(staged / name, content)
        write_bytes(staged / SUMS, _sums(files))
        os.rename(staged, place)
        sync_folder(self.folder)

    def check(self, parcel: Parcel) -> None:
        """Check that what is still there is what was sent.

        It may have been sent before the settings said, or ceased to say, that the channel escalates.

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
        forms = [_dropped(replace(parcel, escalated=escalated)) for escalated in (False, True)]
        expected = {name: {content} for name, content in forms[1].items()} | {SUMS: {_sums(files) for files in forms}}
        for name, contents in expected.items():
            path = place / name
            if path.exists() and (not path.is_file() or path.read_bytes() not in contents):
                raise changed_delivery(parcel.as_of, parcel.centre, str(path), parcel.copies)

    def _place(self, parcel: Parcel) -> Path:
        return self.folder / f"{to_iso(parcel.as_of)}_{name_of(parcel.centre)}_{parcel.id[:12]}"


def _dropped(parcel: Parcel) -> dict[str, bytes]:
    """Return the files of a parcel, marked if it escalated."""
    mark = f"{NOT_ACKNOWLEDGED.zh}。\n{NOT_ACKNOWLEDGED.en}.\n".encode()
    return {**parcel.files, MARK: mark} if parcel.escalated else dict(parcel.files)


def _sums(files: Mapping[str, bytes]) -> bytes:
    """Return the checksums of files, one line per file."""
    return "".join(f"{sha256(content)}  {name}\n" for name, content in sorted(files.items())).encode()
