"""What must agree once a year is over: the ledger, the history, and what every receiver has."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

from riskmodel.base.days import to_day
from riskmodel.base.file_names import name_of
from riskmodel.base.files import sha256
from riskmodel.operations.nightly import replay_night
from riskmodel.operations.project_audit import audit_project
from riskmodel.records.store import load_history
from tests.worlds.operated_year import OperatedYear

RECEIVERS = ("folder", "drop", "webhook")


class ApprovedList(NamedTuple):
    """An approved list, read from the ledger's file without the package."""

    id: str
    as_of: str
    centre: str
    digest: str
    body: dict[str, Any]
    warnings: tuple[tuple[str, str, str | None], ...]


def disagreements(year: OperatedYear, day: int, replayed: int = 5) -> Iterator[str]:
    """Yield everything on which ledger, history and receivers disagree."""
    approved = approved_lists(year.project.ledger_file)
    yield from (f"the receiver got other content under the id {id[:12]}" for id in year.conflicts)
    yield from _receipts(year, approved)
    yield from _folders(year, approved)
    yield from _hook(year, approved)
    yield from _answers(year, day)
    yield from _history(year, day)
    audit = audit_project(year.project, day)
    if not audit.passed:
        yield repr(audit)
    nights = sorted({one.as_of for one in approved})
    for night in nights[:: max(1, len(nights) // replayed)]:
        again = replay_night(year.project, night, day)
        if again.different:
            yield f"the night of {night} is not replayed byte for byte: {again!r}"


def approved_lists(ledger: Path) -> list[ApprovedList]:
    """Read the approved lists and the records of their warnings."""
    with closing(sqlite3.connect(f"file:{ledger}?mode=ro", uri=True)) as book:
        rows = book.execute("SELECT id, as_of, centre, digest, body FROM warning_lists WHERE status = 'approved'").fetchall()
        warnings: dict[str, list[tuple[str, str, str | None]]] = {row[0]: [] for row in rows}
        for list_id, *warning in book.execute("SELECT list_id, id, place, grade FROM warnings"):
            if list_id in warnings:
                warnings[list_id].append((warning[0], warning[1], warning[2]))
    return [
        ApprovedList(id, as_of, centre, digest, json.loads(body), tuple(sorted(warnings[id])))
        for id, as_of, centre, digest, body in rows
    ]


def warned(body: dict[str, Any]) -> tuple[tuple[str, str, str | None], ...]:
    """Return the warnings of a list as its JSON has them."""
    return tuple(
        sorted(
            (one["id"], one["place"], one.get("grade"))
            for section in body["sections"]
            for one in (*section["warnings"], *section["spot_checks"])
        )
    )


def _receipts(year: OperatedYear, approved: list[ApprovedList]) -> Iterator[str]:
    """Every approved list has one receipt of each receiver, no other list has one, and its warnings are those of its body."""
    with closing(sqlite3.connect(f"file:{year.project.ledger_file}?mode=ro", uri=True)) as book:
        receipts = Counter(book.execute("SELECT list_id, channel, address FROM receipts").fetchall())
        waiting = book.execute("SELECT count(*) FROM deliveries WHERE NOT sent").fetchone()[0]
    if waiting:
        yield f"{waiting} deliveries wait"
    wanted = {(one.id, channel) for one in approved for channel in RECEIVERS}
    found = Counter((list_id, channel) for (list_id, channel, address) in receipts.elements() if address != "duty")
    yield from (f"no receipt of {id[:12]} by {channel}" for id, channel in sorted(wanted - set(found)))
    yield from (f"{number} receipts of {id[:12]} by {channel}" for (id, channel), number in found.items() if number > 1)
    yield from (f"a receipt by {channel} of {id[:12]}, which is not approved" for id, channel in sorted(set(found) - wanted))
    yield from (
        f"the warnings of {one.as_of} {one.centre} are not those of its body"
        for one in approved
        if one.warnings != warned(one.body)
    )


def _folders(year: OperatedYear, approved: list[ApprovedList]) -> Iterator[str]:
    """The receiver's folder and the share hold each list once, with its checksums, and nothing else."""
    sent, share = year.project.folder / "outbox" / "sent", year.project.folder / "share" / "drop"
    dropped: dict[tuple[str, str], list[Path]] = {}
    for place in share.iterdir():
        as_of, rest = place.name.split("_", 1)
        dropped.setdefault((as_of, rest.rsplit("_", 1)[0]), []).append(place)
        lines = (place / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
        sums = {line.split("  ")[1]: line.split("  ")[0] for line in lines}
        if sums != {path.name: sha256(path) for path in place.iterdir() if path.name != "SHA256SUMS"}:
            yield f"{place.name} is not whole"
    there = {(path.parent.name, path.name) for path in sent.glob("*-*-*/*") if path.parent.name != "receipts"}
    wanted = {(one.as_of, name_of(one.centre)) for one in approved}
    yield from (f"the receiver's folder and the ledger differ: {key}" for key in sorted(there ^ wanted))
    yield from (f"the share and the ledger differ: {key}" for key in sorted(set(dropped) ^ wanted))
    for one in approved:
        key = (one.as_of, name_of(one.centre))
        for place in (sent / key[0] / key[1], *dropped.get(key, ())):
            (path,) = place.glob("*.json")
            if json.loads(path.read_bytes())["digest"] != one.digest or warned(json.loads(path.read_bytes())) != one.warnings:
                yield f"{path} is not the list in the ledger"
        if len(dropped.get(key, ())) > 1:
            yield f"{key} was dropped {len(dropped[key])} times"


def _hook(year: OperatedYear, approved: list[ApprovedList]) -> Iterator[str]:
    """The web receiver has each list once."""
    got = Counter((one["data"]["as_of"], one["data"]["centre"]) for one in year.effects.values())
    wanted = {(one.as_of, one.centre): one for one in approved}
    yield from (f"the web receiver and the ledger differ: {key}" for key in sorted(set(got) ^ set(wanted)))
    yield from (f"the web receiver got {key} {number} times" for key, number in got.items() if number > 1)
    for content in year.effects.values():
        one = wanted.get((content["data"]["as_of"], content["data"]["centre"]))
        if one is not None and (
            warned(content["data"]["content"]) != one.warnings or content["data"]["content"]["digest"] != one.digest
        ):
            yield f"the web receiver's list of {one.as_of} {one.centre} is not that of the ledger"


def _answers(year: OperatedYear, day: int) -> Iterator[str]:
    """The ledger has the answers that were given, and the history those that were known before its last night."""
    with closing(sqlite3.connect(f"file:{year.project.ledger_file}?mode=ro", uri=True)) as book:
        query = "SELECT a.warning_id, a.outcome, a.day, a.received, w.place FROM answers a JOIN warnings w ON w.id = a.warning_id"
        answers = book.execute(query).fetchall()
    found = Counter((warning, outcome, to_day(on)) for warning, outcome, on, _, _ in answers)
    yield from (f"the answer {one} was given and is not in the ledger" for one in sorted(year.given - set(found)))
    yield from (f"the answer {one} is in the ledger and was not given" for one in sorted(set(found) - year.given))
    yield from (f"the answer {one} is there {number} times" for one, number in found.items() if number > 1)
    known = [(place, to_day(on), outcome) for _, outcome, on, received, place in answers if to_day(received) < day]
    for kind, outcomes in (
        ("visit", ("visited", "needs_followup", "nothing_found", "not_done")),
        ("followup", ("needs_followup",)),
    ):
        wanted = Counter((place, on) for place, on, outcome in known if outcome in outcomes)
        if wanted != Counter(_believed(year, kind, day)):
            yield f"the history's records of {kind!r} are not the answers of the ledger"


def _history(year: OperatedYear, day: int) -> Iterator[str]:
    """The history believes what the registers say now."""
    for kind, name in (("fire", "calls"), ("hazard", "checks")):
        if Counter(_believed(year, kind, day)) != Counter(year.tables.valid(name)):
            yield f"the history's records of {kind!r} are not the valid rows of {name!r}"


def _believed(year: OperatedYear, kind: str, day: int) -> list[tuple[str, int]]:
    history = load_history(year.project).known_by(day)
    return [
        (history.places.ids[history.cell[row]], int(history.occurred[row]))
        for row in range(len(history))
        if history.kind[row] == list(history.kinds).index(kind) and history.until[row] >= day
    ]
