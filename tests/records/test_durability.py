"""Nothing is lost: merged parts, backups, and any mixture of exports, corrections, mendings and interruptions."""

from __future__ import annotations

import contextlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from riskmodel.base import files
from riskmodel.base.days import to_day
from riskmodel.base.errors import IntegrityError, UsageError
from riskmodel.base.project import load_project
from riskmodel.operations.project_backup import back_up_project
from riskmodel.operations.project_restore import restore_lost
from riskmodel.records.backup import read_backup
from riskmodel.records.intake import ingest
from riskmodel.records.intake.ingest_request import FAR
from riskmodel.records.store import MOST_PARTS, HistoryStore, is_manifest_expired, stored_history
from tests.records.history_backups import back_up, restore
from tests.worlds.drawn_rows import any_row
from tests.worlds.police_table import STATED, County, row, table, told


def test_small_parts_are_merged_and_every_manifest_can_be_replayed(county: County) -> None:
    seen: dict[str, str] = {}
    rows: list[tuple[str, ...]] = []
    for night in range(3 * MOST_PARTS):
        rows += [
            row(str(2 * night)),
            row(str(2 * night + 1), n="2"),
            row("0", str(night + 1), known="2024-03-05", cell="ab"[night % 2]),
        ]
        county.take(rows, more="")
        assert len(county.parts()) <= MOST_PARTS
        # what helps to look up parts that are merged goes with them
        seen_files = [path for path in (county.store.folder / "seen").glob("*") if path.name != "verified.json"]
        assert len(seen_files) <= len(county.store.manifest()["parts"])
        identity = county.store.manifest_id
        assert identity is not None
        seen[identity] = county.history().fingerprint()
    assert len(seen) == 3 * MOST_PARTS
    for identity, fingerprint in seen.items():
        assert stored_history(county.store, identity).fingerprint() == fingerprint
    scratch = County(county.folder.parent / "scratch")
    scratch.take(rows)
    assert scratch.history().fingerprint() == county.history().fingerprint()
    assert county.take(rows[::-1]).duplicates == len(rows)


def test_merged_parts_keep_rows_that_were_read_again(county: County) -> None:
    rows: list[tuple[str, ...]] = []
    for night in range(MOST_PARTS + 2):
        rows.append(row(str(night)))
        county.take(rows, police=f"{STATED}\ndelay = {night % 3}")
    scratch = County(county.folder.parent / "scratch")
    scratch.take(rows, police=f"{STATED}\ndelay = {(MOST_PARTS + 1) % 3}")
    assert told(county.history()) == told(scratch.history())


def test_a_backup_brings_every_manifest_back(county: County, tmp_path: Path) -> None:
    backup = tmp_path / "backup"
    with pytest.raises(UsageError, match=r"The history is empty"):
        back_up(county.store, backup)
    county.take([row("1"), row("2", cell="z")])
    first = county.store.manifest_id
    # three files, the manifests and the pointer
    there = 4 + len(county.store.manifest_ids())
    assert back_up(county.store, backup).copied == there == len(read_backup(backup).files)
    county.take([row("1"), row("2", cell="z"), row("3")])
    assert back_up(county.store, backup).copied == 1 + 1 + 1
    assert back_up(county.store, backup).copied == 0
    wanted, current = county.history().fingerprint(), county.store.manifest_id
    old = stored_history(county.store, first).fingerprint()
    shutil.rmtree(county.store.folder)
    with pytest.raises(UsageError, match=r"There is no backup in '.*nowhere'"):
        restore(tmp_path / "nowhere", county.store)
    restore(backup, county.store)
    assert county.store.manifest_id == current
    assert county.history().fingerprint() == wanted
    assert stored_history(county.store, first).fingerprint() == old
    assert county.take([row("1"), row("2", cell="z"), row("3")]).rows == 0


def test_what_a_killed_writer_left_stops_nothing_and_is_removed(county: County, tmp_path: Path) -> None:
    county.take([row("1")])
    project = load_project(county.folder)
    back_up_project(project, tmp_path / "backup", to_day("2024-06-30"))
    shutil.rmtree(county.store.folder)
    county.store.folder.mkdir()
    left = [county.store.folder / room / ".x.parquet.4711.part" for room in (".", "parts")]
    (county.store.folder / "parts").mkdir()
    for path in left:
        path.write_bytes(b"half")
    restore_lost(tmp_path / "backup", project)
    county.take([row("1"), row("2")])
    assert not any(path.exists() for path in left)
    assert len(county.history()) == 2


@pytest.mark.parametrize("room", ["parts", "places", "quarantine", "manifests", "current"])
def test_a_damaged_backup_is_not_put_in_force(county: County, tmp_path: Path, room: str) -> None:
    county.take([row("1"), row("2", cell="z")])
    back_up(county.store, tmp_path / "backup")
    backup = read_backup(tmp_path / "backup")
    name = next(name for name in backup.files if name.startswith(room))
    backup.path(name).write_bytes(backup.path(name).read_bytes()[:-1])
    shutil.rmtree(county.store.folder)
    with pytest.raises(
        IntegrityError, match=rf"the copy of '{name}', is missing or damaged\. Nothing was restored\. Restore from"
    ):
        restore(tmp_path / "backup", county.store)
    assert county.store.manifest_id is None


@pytest.mark.parametrize("call", ["replace", "fsync"])
def test_an_interrupted_backup_holds_the_one_before(
    county: County, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    county.take([row("1")])
    back_up(county.store, tmp_path / "first")
    before = county.history().fingerprint()
    county.take([row("1"), row("2"), row("3", cell="z")])
    after = county.history().fingerprint()
    real = getattr(files.os, call)
    for fatal in range(100):
        folder, calls = tmp_path / f"backup-{fatal}", 0
        shutil.copytree(tmp_path / "first", folder)

        def fails(*arguments: Any, fatal: int = fatal) -> Any:
            nonlocal calls
            calls += 1
            if calls == fatal + 1:
                raise OSError("no space")
            return real(*arguments)

        with monkeypatch.context() as patch:
            patch.setattr(files.os, call, fails)
            with contextlib.suppress(OSError):
                back_up(county.store, folder)
        assert restored_fingerprint(folder, tmp_path / f"restored-{fatal}") in (before, after)
        back_up(county.store, folder)
        assert restored_fingerprint(folder, tmp_path / f"again-{fatal}") == after
        if calls <= fatal:
            break
    else:
        pytest.fail("a backup has no end of calls")
    assert fatal >= 4


def restored_fingerprint(backup: Path, folder: Path) -> str:
    """The fingerprint of the history that a backup gives back."""
    restore(backup, HistoryStore(folder))
    return stored_history(HistoryStore(folder)).fingerprint()


class Intake(RuleBasedStateMachine):
    """Exports that grow, shrink, repeat and contradict, mappings that change and change back, runs that die and are repeated."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.county = County(Path(self.folder.name) / "county")
        self.rows: list[tuple[str, ...]] = [row("0")]
        self.delay = 0
        self.day = to_day("2024-06-30")
        self.keep: int | None = None
        self.follow = False
        self.kinds = ""
        self.seen: dict[str, str] = {}

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def write(self) -> Any:
        keep = "" if self.keep is None else f"\nkeep_days = {self.keep}"
        project = self.county.write(
            table(self.rows), police=f"{STATED}\ndelay = {self.delay}{keep}", follow=b"old,new,date\na,b,2024-03-01\n"
        )
        path = self.county.folder / "riskmodel.toml"
        text = path.read_text(encoding="utf-8").replace('"噪音" = "noise" }', f'"噪音" = "noise"{self.kinds} }}')
        if self.follow:
            follow = '[places.successions]\npath = "follow.csv"\nold = "old"\nnew = "new"\ndate = "date"\n'
            text = text.replace("[kinds]", follow + "[kinds]")
        path.write_text(text, encoding="utf-8")
        return load_project(project.folder)

    @rule(more=st.lists(any_row(), min_size=1, max_size=6))
    def grow(self, more: list[tuple[str, ...]]) -> None:
        self.rows = [*self.rows, *more]

    @rule(data=st.data())
    def shuffle_and_drop(self, data: st.DataObject) -> None:
        self.rows = data.draw(st.permutations(self.rows))[: max(1, len(self.rows) - 2)]

    @rule(delay=st.integers(0, 2), kinds=st.sampled_from(["", ', "打架" = "theft"']))
    def remap(self, delay: int, kinds: str) -> None:
        self.delay, self.kinds = delay, kinds

    @rule(keep=st.sampled_from([None, 80, 150, 400]))
    def keep_for(self, keep: int | None) -> None:
        self.keep = keep

    @rule(follow=st.booleans())
    def rename_a_cell(self, follow: bool) -> None:
        self.follow = follow

    @rule(days=st.sampled_from([1, 40]))
    def wait(self, days: int) -> None:
        self.day += days

    @rule()
    def take(self) -> None:
        report = ingest(self.write(), self.day).sources[0]
        assert report.rows == report.accepted + report.duplicates + report.quarantined
        assert report.unchanged or report.rows + report.expired == len(self.rows)
        identity = self.county.store.manifest_id
        assert identity is not None
        fingerprint = self.county.history().fingerprint()
        assert self.seen.setdefault(identity, fingerprint) == fingerprint
        history = self.county.history()
        if self.keep is not None:
            # what is left is of an id with a row that is not over, and only of such
            late = [no for no, *_, known, _n in self.rows if known]
            over = np.maximum(history.occurred, history.known) < self.day - self.keep
            # far after the newest row the clock is doubted, and rows stay
            assert not over.any() or late or self.day - int(history.known.max()) > FAR
        moved = history.relocated
        # a state that was corrected before it became known is seen at no date
        assert len(moved) >= int((history.known < history.until).sum())
        for day in (19_700, 19_783, 19_784, 19_900):
            there = (np.maximum(history.occurred, history.known) < day) & (day <= history.until)
            seen = (np.maximum(moved.occurred, moved.known) < day) & (day <= moved.until)
            assert int(there.sum()) == int(seen.sum())
            assert not self.follow or day <= 19_783 or set(moved.cell[seen].tolist()) <= {1}
        assert ingest(self.write(), self.day).sources[0].accepted == 0
        assert self.county.history().fingerprint() == fingerprint

    @precondition(lambda self: self.seen)
    @rule(fatal=st.integers(1, 14))
    def die(self, fatal: int) -> None:
        real, calls = files.os.fsync, 0

        def fails(descriptor: int) -> None:
            nonlocal calls
            calls += 1
            if calls == fatal:
                raise OSError("killed")
            real(descriptor)

        files.os.fsync = fails
        try:
            ingest(self.write(), self.day)
        except OSError:
            pass
        finally:
            files.os.fsync = real
        self.county.history()

    @invariant()
    def every_manifest_is_replayed(self) -> None:
        for identity, fingerprint in list(getattr(self, "seen", {}).items())[-3:]:
            manifest = self.county.store.manifest(identity)
            if is_manifest_expired(self.county.store, manifest, identity):
                with pytest.raises(UsageError, match="keep_days"):
                    stored_history(self.county.store, identity)
            else:
                assert stored_history(self.county.store, identity).fingerprint() == fingerprint


Intake.TestCase.settings = settings(max_examples=12, stateful_step_count=10, deadline=None)
TestIntake = Intake.TestCase


def test_what_a_stopped_writer_named_is_synced_again_before_it_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, synced = HistoryStore(tmp_path), list[Path]()
    store.commit(store.manifest() | {"note": 1})
    monkeypatch.setattr("riskmodel.records.store.history_store.sync_folder", synced.append)
    store.commit(store.manifest())
    assert synced == [tmp_path / "manifests", tmp_path]
