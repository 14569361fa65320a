"""The folder channel: files in a folder that the receiver reads."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from riskmodel.base.days import to_iso
from riskmodel.base.files import write_bytes, write_json
from riskmodel.operations.delivery.channel import Parcel
from riskmodel.operations.folder_names import folder_name

RECEIPTS = "receipts"


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

        Once the receipt exists, nothing is written.

        The receipt comes last: files without one are an interrupted delivery, which writes the same bytes again.
        """
        receipt = self.folder / RECEIPTS / f"{parcel.id}.json"
        if receipt.is_file():
            return
        place = self.folder / to_iso(parcel.as_of) / folder_name(parcel.centre)
        for name, content in sorted(parcel.files.items()):
            write_bytes(place / name, content)
        write_json(
            receipt,
            {
                "id": parcel.id,
                "list": parcel.list_id,
                "as_of": to_iso(parcel.as_of),
                "centre": parcel.centre,
                "files": [f"{to_iso(parcel.as_of)}/{folder_name(parcel.centre)}/{name}" for name in sorted(parcel.files)],
            },
        )
