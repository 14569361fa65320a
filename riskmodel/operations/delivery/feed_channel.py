"""The feed: an Atom index of the lists."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import dataclass
from pathlib import Path

from riskmodel.base.days import to_iso
from riskmodel.base.file_names import name_of
from riskmodel.base.files import canonical_json, remove_unfinished, sha256, write_bytes
from riskmodel.operations.delivery.channel import NOT_ACKNOWLEDGED, Parcel
from riskmodel.operations.errors import changed_delivery
from riskmodel.warning.formats import FORMATS, format_of

ATOM = "http://www.w3.org/2005/Atom"
FEED = "feed.xml"
ENTRIES = "entries"


@dataclass(frozen=True)
class FeedChannel:
    """A folder that a web server publishes.

    ``feed.xml`` names the last ``most`` lists, the newest first, with links to their files and the sha256 of each. It is computed from the
    entries in the folder, so that an interrupted delivery is completed and a repeated one changes nothing.
    """

    folder: Path
    address: str
    title: str
    most: int = 100
    name: str = "feed"

    def send(self, parcel: Parcel) -> None:
        """Write the files, then the entry, then the feed.

        Half-written files that a killed delivery left are removed.
        """
        self.check(parcel)
        for path in (*(self._place(parcel) / name for name in parcel.files), self._entry(parcel), self.folder / FEED):
            remove_unfinished(path)
        for name, content in sorted(parcel.files.items()):
            write_bytes(self._place(parcel) / name, content)
        write_bytes(self._entry(parcel), canonical_json(self._facts(parcel)) + b"\n")
        write_bytes(self.folder / FEED, self._feed())

    def check(self, parcel: Parcel) -> None:
        """Check that the files there are those that were sent.

        Raises
        ------
        RefusedError
            If one was changed.
        """
        for name, content in parcel.files.items():
            path = self._place(parcel) / name
            if path.exists() and (not path.is_file() or path.read_bytes() != content):
                raise changed_delivery(parcel.as_of, parcel.centre, str(path), parcel.copies)

    def _place(self, parcel: Parcel) -> Path:
        return self.folder / to_iso(parcel.as_of) / name_of(parcel.centre) / parcel.id[:12]

    def _entry(self, parcel: Parcel) -> Path:
        return self.folder / ENTRIES / f"{to_iso(parcel.as_of)}-{parcel.id}.json"

    def _facts(self, parcel: Parcel) -> dict[str, object]:
        place = self._place(parcel).relative_to(self.folder).as_posix()
        files = {f"{place}/{name}": sha256(content) for name, content in parcel.files.items()}
        facts = {"id": parcel.id, "list": parcel.list_id, "as_of": to_iso(parcel.as_of), "centre": parcel.centre, "files": files}
        return {**facts, "escalated": True} if parcel.escalated else facts

    def _feed(self) -> bytes:
        """Return the Atom document of the newest entries."""
        import json

        paths = sorted((self.folder / ENTRIES).glob("????-??-??-*.json"), reverse=True)[: self.most]
        entries = [json.loads(path.read_bytes()) for path in paths]
        ET.register_namespace("", ATOM)
        feed = ET.Element(f"{{{ATOM}}}feed")
        _text(feed, "id", f"urn:riskmodel:feed:{sha256(self.address.encode())[:32]}")
        _text(feed, "title", self.title)
        _text(feed, "updated", f"{entries[0]['as_of']}T00:00:00Z")
        for facts in entries:
            entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
            _text(entry, "id", f"urn:sha256:{facts['id']}")
            why = f" {NOT_ACKNOWLEDGED.zh} / {NOT_ACKNOWLEDGED.en}" if facts.get("escalated") else ""
            _text(entry, "title", f"{facts['centre']} {facts['as_of']}{why}")
            _text(entry, "updated", f"{facts['as_of']}T00:00:00Z")
            _text(ET.SubElement(entry, f"{{{ATOM}}}author"), "name", self.title)
            for path, digest in sorted(facts["files"].items()):
                link = {"rel": "alternate" if path.endswith(".xml") else "related", "href": path, "title": f"sha256:{digest}"}
                ET.SubElement(entry, f"{{{ATOM}}}link", {**link, "type": _media_type(path)})
        return ET.tostring(feed, encoding="utf-8", xml_declaration=True) + b"\n"


def _text(parent: ET.Element, name: str, content: str) -> None:
    ET.SubElement(parent, f"{{{ATOM}}}{name}").text = content


def _media_type(path: str) -> str:
    """Return the media type of a file, without parameters."""
    form = format_of(path)
    return "application/octet-stream" if form is None else FORMATS[form].media_type.partition(";")[0]
