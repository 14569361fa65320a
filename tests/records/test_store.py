"""The stored history: manifests, replay and damage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.files import write_json
from riskmodel.records.intake import ingest
from riskmodel.records.store import EMPTY, FORMAT, HistoryStore, stored_history
from tests.worlds.police_table import DAY, County, counties, row, table


@pytest.fixture
def county(tmp_path: Path) -> County:
    made = County(tmp_path / "county")
    made.take([row("1"), row("2", cell="b", kind="噪音")], "2024-06-01")
    return made


def test_an_empty_store_makes_nothing(tmp_path: Path) -> None:
    store = HistoryStore(tmp_path / "history")
    assert store.manifest_id is None
    assert store.manifest_ids() == []
    assert store.manifest() == EMPTY
    assert repr(store) == "<HistoryStore: 0 rows, manifest none yet>"
    with pytest.raises(UsageError, match=r"The history is empty\. Run 'riskmodel ingest' first"):
        stored_history(store)
    assert not store.folder.exists()


def test_the_empty_manifest_cannot_be_changed_by_a_reader(tmp_path: Path) -> None:
    HistoryStore(tmp_path).manifest()["parts"].append(1)
    assert HistoryStore(tmp_path).manifest()["parts"] == []


@settings(deadline=None, max_examples=8)
@given(st.lists(st.lists(st.sampled_from("123456789"), min_size=1, max_size=4), min_size=2, max_size=4))
def test_every_manifest_gives_what_was_there(exports: list[list[str]]) -> None:
    with counties() as (county,):
        fingerprints: dict[str, str] = {}
        seen: list[str] = []
        for i, more in enumerate(exports):
            seen += more
            county.take([row(no) for no in seen], f"2024-06-{i + 1:02d}")
            identity = county.store.manifest_id
            assert identity is not None
            assert fingerprints.setdefault(identity, county.history().fingerprint()) == county.history().fingerprint()
        for identity, fingerprint in fingerprints.items():
            assert stored_history(county.store, identity).fingerprint() == fingerprint
        assert set(fingerprints) <= set(county.store.manifest_ids())
        assert repr(county.store) == f"<HistoryStore: {len(set(seen))} rows, manifest {county.store.manifest_id[:12]}>"


def test_old_places_are_kept_with_their_manifest(county: County) -> None:
    old, fingerprint = county.store.manifest_id, county.history().fingerprint()
    county.take([row("1"), row("3")], cells="网格,中心\na,北\nb,西\nc,西\n")
    assert county.history().places.ids == ("a", "b", "c")
    again = stored_history(county.store, old)
    assert again.places.ids == ("a", "b")
    assert again.fingerprint() == fingerprint


def test_a_renamed_grouping_is_not_taken_for_the_old_one(county: County) -> None:
    project = county.write(table([row("1"), row("9")]))
    toml = county.folder / "riskmodel.toml"
    renamed = (
        toml.read_text()
        .replace("groupings = { centre", "groupings = { station")
        .replace("[kinds]", '[warnings]\ngrouping = "station"\n[kinds]')
    )
    toml.write_text(renamed, encoding="utf-8")
    from riskmodel.base.project import load_project

    ingest(load_project(project.folder), DAY)
    assert list(county.history().places.groupings) == ["station"]


@pytest.mark.parametrize("room", ["parts", "places"])
@pytest.mark.parametrize("damage", ["changed", "gone"])
def test_a_damaged_or_missing_file_is_named(county: County, room: str, damage: str) -> None:
    (path,) = (county.store.folder / room).iterdir()
    if damage == "gone":
        path.unlink()
    else:
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)
    with pytest.raises(
        RiskmodelError, match=rf"The file '{room}/{path.name}' of the history is missing or damaged\. Run 'riskmodel ingest'"
    ):
        county.history()


@pytest.mark.parametrize("content", [b"", b"{", b"{}\n", b"\xff\xfe"], ids=["empty", "cut off", "other", "not text"])
def test_a_damaged_manifest_is_named(county: County, content: bytes) -> None:
    (county.store.folder / "manifests" / f"{county.store.manifest_id}.json").write_bytes(content)
    with pytest.raises(RiskmodelError, match=r"The manifest '[0-9a-f]{64}\.json' of the history is damaged\. Restore it"):
        county.history()


def test_a_manifest_that_is_not_there_is_named(county: County) -> None:
    with pytest.raises(
        RiskmodelError,
        match=r"The manifest 'abc\.json' of the history is missing\. Nights that read it cannot be replayed.*Restore a backup into an empty folder",
    ):
        stored_history(county.store, "abc")


def test_another_format_is_not_guessed_at(county: County) -> None:
    manifest = county.store.manifest()
    county.store.commit({**manifest, "format": FORMAT + 1})
    with pytest.raises(
        RiskmodelError, match=r"of the history has format 4, this version reads 3\. Nothing was changed\. Upgrade riskmodel"
    ):
        county.history()
    county.store.commit({**manifest, "format": FORMAT - 2})
    with pytest.raises(
        RiskmodelError, match=r"has format 1, which an earlier version wrote.*Move the folder 'history' away.*again"
    ):
        county.take([row("1")])


def test_a_kind_or_cell_that_is_gone_is_named(county: County) -> None:
    manifest = county.store.manifest()
    county.store.commit({**manifest, "kinds": [kind for kind in manifest["kinds"] if kind[0] != "noise"]})
    with pytest.raises(
        UsageError, match=r"names the kind 'noise', which the project no longer has\. Put it back into the project's kinds"
    ):
        county.history()
    county.store.commit(manifest)
    with pytest.raises(
        UsageError, match=r"names the cell 'b', which the project no longer has\. Put it back into the project's table of cells"
    ):
        county.take([row("1")], cells="网格,中心\na,东\n")
    # refused before anything was written but that it was
    left = county.store.manifest()
    assert left.pop("alerts")["police"]["code"] == "settings"
    assert left == manifest
    assert len(county.history()) == 2


def test_a_manifest_has_one_form(county: County) -> None:
    manifest = county.store.manifest()
    identity = county.store.manifest_id
    shuffled = json.loads(json.dumps(dict(reversed(manifest.items()))))
    assert county.store.commit(shuffled) == identity
    write_json(county.folder / "other.json", manifest)
    assert (county.folder / "other.json").read_bytes() == (county.store.folder / "manifests" / f"{identity}.json").read_bytes()
