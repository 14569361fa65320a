"""The invariants: what must hold whatever happened."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from riskmodel.base.file_names import name_of
from riskmodel.base.files import sha256
from tests.torture.observation import Observation, warned
from tests.torture.receivers import OTHER, World

ATOM = "{http://www.w3.org/2005/Atom}"
LEASE = 300
WAITS = (60, 300, 900, 3600, 4 * 3600, 12 * 3600)
"""Seconds of a lease and of the waits after failures, as decision 0027 states them."""
SENT, DROP, FEED = "outbox/sent", "drop", "feed"
"""The folders of receivers in the project."""


@dataclass
class Promises:
    """What the code under test said, and what a person read before approving.

    ``read`` are the digests that were passed to an approval; ``approved`` are lists that an approval reported, ``answered`` the answers that
    were reported as recorded.
    ``silenced`` are times from and until which a channel (empty: all) is silent; ``quiet`` says that nights are quiet hours.
    """

    read: set[str] = field(default_factory=set)
    approved: dict[tuple[str, str], str] = field(default_factory=dict)
    answered: set[tuple[str, str, str]] = field(default_factory=set)
    given: set[tuple[str, str, str]] = field(default_factory=set)
    automatic: bool = False
    silenced: dict[str, tuple[int, int]] = field(default_factory=dict)
    quiet: bool = False


def kept(before: Observation, now: Observation) -> Iterator[str]:
    """Yield what the ledger had and has no more."""
    for id, one in before.approved.items():
        if now.approved.get(id) is None or now.approved[id].digest != one.digest:
            yield f"the approval of {one.as_of} {one.centre} is lost"
    for what in ("receipts", "answers", "decisions"):
        gone = set(getattr(before, what)) - set(getattr(now, what))
        if gone:
            yield f"{len(gone)} {what} are lost"
    for number, link in before.journal.items():
        if now.journal.get(number) != link:
            yield f"entry {number} of the journal is lost or changed"
            return
    if sorted(now.journal) != list(range(1, len(now.journal) + 1)):
        yield "the journal has a gap"


def promised(promises: Promises, now: Observation) -> Iterator[str]:
    """Yield what was said and does not stand in the ledger, and what stands there and nobody asked for."""
    approved = {(one.as_of, one.centre): one for one in now.approved.values()}
    for key, digest in promises.approved.items():
        if key not in approved:
            yield f"the approved list of {' '.join(key)} is lost"
        elif digest and approved[key].digest != digest:
            yield f"the list of {' '.join(key)} is not the one that was read"
    for one in approved.values():
        if one.digest not in promises.read and not (promises.automatic and str(one.approved_by).startswith("automatic")):
            yield f"the list of {one.as_of} {one.centre} was approved, and nobody read it"
    answers = list(now.answers.values())
    if len(set(answers)) != len(answers):
        yield "an answer is there twice"
    if promises.answered - set(answers):
        yield "an answer that was recorded is lost"
    if set(answers) - promises.given:
        yield "there is an answer that nobody gave"


def consistent(now: Observation) -> Iterator[str]:
    """Yield contradictions within the ledger."""
    for id, one in now.deliveries.items():
        if one.sent != (id in now.receipts):
            yield f"the delivery {id[:12]} to {one.address} is {'sent' if one.sent else 'waiting'}, against its receipt"
        if one.list_id not in now.approved:
            yield f"the delivery {id[:12]} is queued and its list is not approved"
    queued = {one.list_id for one in now.deliveries.values()} | {receipt[0] for receipt in now.receipts.values()}
    for id, one in now.approved.items():
        if id not in queued and one.as_of > "2024-05-29" and not str(one.approved_by).startswith("automatic"):
            yield f"the list of {one.as_of} {one.centre} is approved and not queued"


def arrived(world: World, now: Observation) -> Iterator[str]:
    """Yield what reached a receiver and should not have, or not so."""
    ids: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for (receiver, id), one in world.effects.items():
        ids[receiver, one.body["as_of"], one.body["centre"]].add(id)
        queued = now.deliveries.get(id)
        if queued is None or queued.list_id not in now.approved:
            yield f"{receiver} got {one.body['as_of']} {one.body['centre']}, which is not approved"
        elif queued.files != one.digests or now.approved[queued.list_id].digest != one.body["digest"]:
            yield f"{receiver} got other content of {one.body['as_of']} {one.body['centre']} than was approved"
        if one.body["status"] != "approved":
            yield f"{receiver} got a draft"
    for (receiver, as_of, centre), found in ids.items():
        if len(found) > 1:
            yield f"{receiver} took {as_of} {centre} {len(found)} times"
    remote = {id for id, receipt in now.receipts.items() if receipt[1] in ("webhook", "email")}
    if remote - {id for _, id in world.acknowledged}:
        yield "a receipt stands in the ledger that no receiver gave"


def attempted(world: World, before: Observation, now: Observation, patient: bool, noted: bool) -> Iterator[str]:
    """Yield attempts that should not have been made, and results that should not have been written.

    Parameters
    ----------
    patient
        Whether the run waits until a delivery is due.
    noted
        Whether nothing kept the run from noting a failure.
    """
    silent: set[tuple[str, int]] = set()
    for one in world.attempts:
        if one.id in before.receipts:
            yield f"{one.receiver} got {one.id[:12]} again after its receipt"
        if (one.receiver, one.run) in silent:
            yield f"{one.receiver} was tried again in the run in which it had not answered"
        if one.silent:
            silent.add((one.receiver, one.run))
        queued = before.deliveries.get(one.id)
        if patient and one.run < OTHER and queued is not None and one.at < queued.due <= one.at + WAITS[-1]:
            yield f"{one.receiver} was tried {queued.due - one.at} s before the attempt was due"
        for other in world.attempts:
            if one.id == other.id and one.first < other.first < one.last and other.at < one.at + LEASE:
                yield f"{one.receiver} was sent {one.id[:12]} by two machines at once"
    for id in {one.id for one in world.attempts}:
        yield from _results(id, world, before, now, noted)


def held(promises: Promises, before: Observation, now: Observation, began: int, ended: int) -> Iterator[str]:
    """Yield lists that left in a silence or in quiet hours."""
    for id in set(now.receipts) - set(before.receipts):
        channel = now.receipts[id][1]
        for name in ("", channel):
            since, until = promises.silenced.get(name, (0, 0))
            if since <= began and ended < until:
                yield f"a list left by {channel} in a silence"
        if promises.quiet and all((time + 8 * 3600) % 86400 // 3600 in (22, 23, 0, 1, 2, 3, 4, 5) for time in (began, ended)):
            yield f"a list left by {channel} in quiet hours"


def _results(id: str, world: World, before: Observation, now: Observation, noted: bool) -> Iterator[str]:
    """Yield a result that an attempt without a claim wrote, or a wait that is too short."""
    mine = sorted((one for one in world.attempts if one.id == id), key=lambda one: one.first)
    last, then, left = mine[-1], before.deliveries.get(id), now.deliveries.get(id)
    if last.silent and id in now.receipts:
        yield f"a run wrote the receipt of {id[:12]} after another had taken it over"
    if left is None or left.sent or len(mine) > 1 or not last.silent:
        return
    count = left.attempts - (0 if then is None else then.attempts)
    wait = left.due - last.until
    if noted and count < 1:
        yield f"the failure of {last.receiver} was not noted"
    if count == 1 and wait < WAITS[min(left.attempts, len(WAITS)) - 1]:
        yield f"{last.receiver} will be tried again after {wait} s, after {left.attempts} failures"


def folders(root: Path, now: Observation) -> Iterator[str]:
    """Yield what is half-written or foreign in the receivers' folders, at any time."""
    files = {
        (one.as_of, name_of(one.centre), name): digest
        for delivery in now.deliveries.values()
        for one in [now.lists[delivery.list_id]]
        if delivery.channel == "folder"
        for name, digest in delivery.files.items()
    }
    first = "2024-05-29"
    for path in _visible(root / SENT, "*/*/*"):
        key = (path.parts[-3], path.parts[-2], path.parts[-1])
        if key[0] != first and files.get(key) != sha256(path):
            yield f"the receiver's file {'/'.join(key)} is not the approved one"
    for place in _visible(root / DROP, "*"):
        yield from _dropped(place)
    if (root / FEED / "feed.xml").exists():
        yield from _fed(root / FEED)


def _dropped(place: Path) -> Iterator[str]:
    try:
        lines = (place / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    except OSError:
        yield f"the dropped folder {place.name} has no checksums"
        return
    sums = {line.split("  ")[1]: line.split("  ")[0] for line in lines}
    there = {path.name: sha256(path) for path in place.iterdir() if path.name != "SHA256SUMS"}
    if there != sums or not sums:
        yield f"the dropped folder {place.name} is not whole"


def _fed(folder: Path) -> Iterator[str]:
    try:
        feed = ET.fromstring((folder / "feed.xml").read_bytes())
    except ET.ParseError:
        yield "the feed is cut off"
        return
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.iter(f"{ATOM}entry")]
    if len(set(ids)) != len(ids):
        yield "the feed names a list twice"
    for link in feed.iter(f"{ATOM}link"):
        path = folder / link.attrib["href"]
        if not path.is_file() or f"sha256:{sha256(path)}" != link.attrib["title"]:
            yield f"the feed names {link.attrib['href']}, which is not there as stated"


def _visible(folder: Path, pattern: str) -> list[Path]:
    found = folder.glob(pattern) if folder.is_dir() else iter(())
    return sorted(path for path in found if not path.name.startswith(".") and "receipts" not in path.parts)


def delivered(root: Path, channels: Mapping[str, tuple[str, ...]], world: World, now: Observation) -> Iterator[str]:
    """Yield what is not delivered, once nothing fails any more.

    Parameters
    ----------
    channels
        The centres of each receiver's lists, by its channel.
    """
    receipts = {(receipt[0], receipt[1]) for receipt in now.receipts.values()}
    for id, one in now.approved.items():
        for channel, centres in channels.items():
            if one.as_of == "2024-05-29" or one.centre not in centres:
                continue
            if (id, channel) not in receipts:
                yield f"the list of {one.as_of} {one.centre} was not delivered by {channel}"
    taken = {id for _, id in world.effects}
    for id, (list_id, channel, _) in now.receipts.items():
        one, place = now.lists[list_id], root / SENT / now.lists[list_id].as_of / name_of(now.lists[list_id].centre)
        if channel in ("webhook", "email") and id not in taken:
            yield f"the list of {one.as_of} {one.centre} has a receipt and never reached {channel}"
        queued = now.deliveries.get(id)
        if channel == "folder" and queued is not None:
            if {path.name: sha256(path) for path in _visible(place, "*")} != queued.files:
                yield f"the receiver's folder lacks files of {one.as_of} {one.centre}"
            if not (root / SENT / "receipts" / f"{id}.json").is_file():
                yield f"the receiver's folder lacks the receipt of {one.as_of} {one.centre}"
        if channel == "drop":
            name = f"{one.as_of}_{name_of(one.centre)}_{id[:12]}"
            if name not in world.collected and not (root / DROP / name).is_dir():
                yield f"the dropped folder {name} is lost"
        if channel == "feed" and f"urn:sha256:{id}" not in (root / FEED / "feed.xml").read_text(encoding="utf-8"):
            yield f"the feed lacks {one.as_of} {one.centre}"
    for name in (SENT, DROP, FEED):
        for path in sorted((root / name).rglob(".*.part")) if (root / name).is_dir() else ():
            yield f"the half-written file {path.relative_to(root)} stays"


def listed(read: Mapping[str, list[object]], now: Observation) -> Iterator[str]:
    """Yield approved lists whose warnings are not those that were read."""
    for one in now.approved.values():
        if one.digest in read and read[one.digest] != warned(one.body):
            yield f"the warnings of {one.as_of} {one.centre} changed under the digest"
