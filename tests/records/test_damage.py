"""Damage to any stored file: refused by name or harmless, and healed by an ingest or refused with the remedy."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.files import sha256
from riskmodel.base.project import Project
from riskmodel.records.intake import ingest, read_quarantine
from riskmodel.records.places import Places
from riskmodel.records.store import HistoryStore, stored_history, verified_files
from tests.worlds.police_table import DAY, REGISTER, REGISTER_HEADER, County, row, table

EXPORTS = '[exports]\npath = "exports.csv"\nsource = "s"\nsince = "f"\nthrough = "t"\nknown = "k"\n'
REMEDY = re.compile(
    r"Run 'riskmodel ingest'|[Rr]estore it from a backup|[Cc]opy (it|the file) from a backup|run 'riskmodel ingest'"
)
SAMPLE = 8
"""Bytes of a file that are flipped before an ingest; ``test_flipped_bytes.py`` flips all before reading."""


def exports(count: int) -> bytes:
    days = np.datetime64("2024-01-01") + np.arange(count)
    return table([("police", "2020-01-01", str(day), str(day + 1)) for day in days], ("s", "f", "t", "k"))


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> tuple[County, Project]:
    """Two ingests of one growing table: two parts, a quarantine and a file of older statements."""
    county = County(tmp_path_factory.mktemp("damage") / "county")
    rows = [row(str(n), cell="ab"[n % 2], day=f"2024-01-{n + 2:02d}") for n in range(9)]
    county.take([*rows, row("q", cell="z")], "2024-02-29", police="", more=EXPORTS, exports=exports(40))
    more = [row(f"later {n}", kind="噪音", day=f"2024-03-{n + 2:02d}") for n in range(5)]
    county.take([*rows, row("q", cell="z"), *more], police="", more=EXPORTS, exports=exports(80))
    assert len(county.parts()) == 2
    return county, county.write(police="", more=EXPORTS)


@pytest.fixture
def copy(town: tuple[County, Project], tmp_path: Path) -> County:
    shutil.copytree(town[0].folder, tmp_path / "county")
    return County(tmp_path / "county")


def rooms(store: HistoryStore) -> Iterator[Path]:
    """One file of each sort; of manifests the current one."""
    manifest = store.manifest()
    yield from (store.folder / part["file"] for part in manifest["parts"])
    yield store.folder / manifest["places"]["file"]
    yield store.folder / manifest["quarantine"]["police"]["file"]
    yield store.folder / manifest["coverage"]["police"]["older"][0]["file"]
    yield from sorted(path for path in (store.folder / "seen").iterdir() if path.suffix != ".json")
    yield store.folder / "manifests" / f"{store.manifest_id}.json"
    yield store.folder / "current"
    yield store.folder / "seen" / "verified.json"


NAMES = [
    "part 1", "part 2", "places", "quarantine", "statements", "known ids 1", "known ids 2", "manifest", "pointer", "verified"
]  # fmt: skip
NO_SOURCE = ("manifest", "pointer")
"""Files that no source can replace: an ingest refuses as well."""


def outcome(call: Callable[[], Any]) -> Any:
    """Return the result of a call, or the name of the file that its refusal names beside a remedy."""
    try:
        return call()
    except RiskmodelError as error:
        names = re.findall(r"'(?:[^' ]*/)?([^'/ ]+)'", str(error))
        named = "current" if "current" in names else names[0]
        return named if REMEDY.search(str(error)) else str(error)


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_a_flipped_byte_is_refused_or_harmless_and_an_ingest_heals(copy: County, number: int) -> None:
    path = list(rooms(copy.store))[number]
    good, project = path.read_bytes(), copy.write(police="", more=EXPORTS)
    fingerprint = copy.history().fingerprint()
    waiting = read_quarantine(project)
    places = sorted({*range(min(len(good), 4)), *np.linspace(0, len(good) - 1, SAMPLE).astype(int).tolist()})
    for at in places:
        path.write_bytes(good[:at] + bytes([good[at] ^ (1 << at % 8)]) + good[at + 1 :])
        found = outcome(lambda: (copy.history().fingerprint(), read_quarantine(project)))
        assert found in ((fingerprint, waiting), path.name), at
        if outcome(lambda: ingest(project, DAY)) == path.name:
            assert NAMES[number] in NO_SOURCE
            path.write_bytes(good)
        assert copy.history().fingerprint() == fingerprint
        assert read_quarantine(project) == waiting
        if NAMES[number] not in ("known ids 1", "known ids 2", "verified", "statements", *NO_SOURCE):
            assert sha256(path) == sha256(good)


@pytest.mark.parametrize("number", range(len(NAMES)), ids=NAMES)
def test_a_missing_file_is_healed_or_refused(copy: County, number: int) -> None:
    path = list(rooms(copy.store))[number]
    project, fingerprint = copy.write(police="", more=EXPORTS), copy.history().fingerprint()
    path.unlink()
    if NAMES[number] in NO_SOURCE:
        remedy = (
            r"missing\. Restore it from a backup"
            if NAMES[number] == "manifest"
            else r"missing; manifests .* were not touched\. Restore it from"
        )
        for call in (lambda: ingest(project, DAY), copy.history, lambda: read_quarantine(project)):
            with pytest.raises(RiskmodelError, match=remedy):
                call()
        return
    ingest(project, DAY)
    assert copy.history().fingerprint() == fingerprint


def test_a_snapshot_vouched_for_by_an_earlier_version_is_written_again(copy: County) -> None:
    """A manifest may hold the digest of a damaged file: what is in the file counts."""
    manifest = copy.store.manifest()
    path = copy.store.folder / manifest["places"]["file"]
    fingerprint = copy.history().fingerprint()
    content = bytearray(path.read_bytes())
    content[40:120] = bytes(80)
    path.write_bytes(content)
    copy.store.commit({**manifest, "places": {**manifest["places"], "sha256": sha256(path)}})
    with pytest.raises(
        RiskmodelError, match=r"The file 'places/.*' of the history is missing or damaged\. Run 'riskmodel ingest'"
    ):
        copy.history()
    ingest(copy.write(police="", more=EXPORTS), DAY)
    assert copy.history().fingerprint() == fingerprint


def test_a_snapshot_in_another_form_stays_beside_the_new_one(copy: County) -> None:
    """Another version of the compression gives other bytes for the same places; both can be read."""
    import io

    store, places = copy.store, copy.history().places
    with np.load(io.BytesIO((path := store.folder / store.manifest()["places"]["file"]).read_bytes())) as file:
        arrays = dict(file)
    plain = io.BytesIO()
    np.savez(plain, **arrays)
    path.write_bytes(plain.getvalue())
    entry = store.write_places(places)
    assert entry["file"] != f"places/{path.name}"
    assert isinstance(store.places({"places": entry}), Places)
    assert path.read_bytes() == plain.getvalue()


def test_rows_that_the_source_no_longer_holds_are_not_dropped(copy: County) -> None:
    store, before = copy.store, copy.store.manifest_id
    path = next(rooms(store))
    path.write_bytes(b"damaged")
    project = copy.write(table([row("new")]), police="", more=EXPORTS)
    with pytest.raises(RiskmodelError, match=rf"'parts/{path.name}' of .* it no longer holds 9 of its 9 rows\. Copy the file"):
        ingest(project, DAY)
    assert store.manifest_id == before


def test_a_merged_part_is_accepted_again_if_the_source_holds_all_rows(county: County) -> None:
    rows = [row(str(n)) for n in range(24)]
    for night in range(1, 25):
        county.take(rows[:night], f"2024-05-{night:02d}")
    fingerprint, store = county.history().fingerprint(), county.store
    merged = max(store.manifest()["parts"], key=lambda part: part["rows"])
    assert merged["rows"] > 1
    (store.folder / merged["file"]).write_bytes(b"damaged")
    # on the day of the last night: on a later one, more is known of what riskmodel.toml states
    report = county.take(rows, "2024-05-24")
    assert report.rebuilt == (merged["file"],)
    assert f"rebuilt from the source, since damaged: {merged['file']}" in str(report)
    assert county.history().fingerprint() == fingerprint
    assert stored_history(store).fingerprint() == fingerprint


def test_statements_without_a_table_of_exports_are_not_guessed(county: County) -> None:
    for night in range(1, 35):
        county.take([row(str(night), day=str(np.datetime64("2024-01-01") + night))], "2024-06-30", police="")
    older = county.store.manifest()["coverage"]["police"]["older"][0]
    (county.store.folder / older["file"]).write_bytes(b"[]")
    with pytest.raises(RiskmodelError, match=rf"'{older['file']}' of the history .* Copy the file from a backup"):
        county.take([row("35")], police="")


def test_changed_cells_do_not_hide_damaged_places(county: County) -> None:
    county.take([row("1")])
    (path,) = (county.store.folder / "places").iterdir()
    path.write_bytes(b"damaged")
    county.take([row("1")], cells="网格,中心\na,东\nb,西\nc,西\n")
    assert county.history().places.ids == ("a", "b", "c")
    path.write_bytes(b"damaged")
    with pytest.raises(RiskmodelError, match=r"names the cell 'a', which the project no longer has"):
        county.take([row("1")], cells="网格,中心\nb,西\nc,西\n")


def test_a_damaged_part_of_a_source_that_is_not_ingested_is_named(county: County) -> None:
    rooms_of = [("r1", "a", "2024-01-02", "2024-01-03", "", "", "3")]
    project = county.write(table([row("1")]), more=REGISTER, register=table(rooms_of, REGISTER_HEADER))
    ingest(project, DAY)
    fingerprint = county.history().fingerprint()
    (file,) = [part["file"] for part in county.store.manifest()["parts"] if part["source"] == "register"]
    (county.store.folder / file).write_bytes(b"damaged")
    report = ingest(project, DAY, ["police"])
    assert report.damaged == (file,)
    assert f"DAMAGED: the file '{file}' of the history is missing or damaged, and its source was not ingested" in repr(report)
    report = ingest(project, DAY)
    assert report.damaged == ()
    assert [one.rebuilt for one in report.sources] == [(), (file,)]
    assert county.history().fingerprint() == fingerprint


def test_damage_that_changes_neither_size_nor_time_is_found(copy: County) -> None:
    path = next(rooms(copy.store))
    project, good, times = copy.write(police="", more=EXPORTS), path.read_bytes(), path.stat()
    ingest(project, DAY)
    path.write_bytes(bytes([good[0] ^ 1]) + good[1:])
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    assert ingest(project, DAY).sources[0].rebuilt == (f"parts/{path.name}",)
    assert path.read_bytes() == good


def test_the_files_that_were_read_longest_ago_are_read_first(copy: County, monkeypatch: pytest.MonkeyPatch) -> None:
    """A large history is not read whole by every ingest, but no file is trusted for ever."""
    monkeypatch.setattr(verified_files, "BUDGET", 1)
    store = copy.store
    read: list[str] = []
    real = HistoryStore.is_intact
    monkeypatch.setattr(HistoryStore, "is_intact", lambda self, entry: (read.append(entry["file"]), real(self, entry))[1])
    found = verified_files.verify_files(store, store.manifest())
    verified_files.note_verified(store, store.manifest(), found.notes)
    assert sorted(read) == sorted(found.notes)
    monkeypatch.setattr(verified_files, "BUDGET", max((store.folder / file).stat().st_size for file in found.notes))
    seen: set[str] = set()
    for _ in range(2 * len(found.notes)):
        read.clear()
        again = verified_files.verify_files(store, store.manifest())
        verified_files.note_verified(store, store.manifest(), again.notes)
        assert 0 < len(read) < len(found.notes)
        seen |= set(read)
    assert seen == set(found.notes)
