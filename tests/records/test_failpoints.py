"""A killed ingest leaves the old or the new state: before or after any write, fsync, renaming or removal."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from riskmodel.base import files
from riskmodel.base.project import load_project
from riskmodel.records.intake import ingest
from riskmodel.records.store import completeness, parts
from tests.worlds.folder_contents import Contents, contents_of, put_back
from tests.worlds.police_table import County, row, table

KILLED = 9
CALLS = ((files.os, "fsync"), (files.os, "replace"), (Path, "write_bytes"), (Path, "mkdir"), (Path, "unlink"))
"""Every way in which an ingest changes what is on disk."""


def instrument(patch: pytest.MonkeyPatch, at: Callable[[str], None]) -> None:
    """Call ``at`` before and after each change, and in the middle of each write."""

    def watched(real: Any, name: str) -> Any:
        def call(*arguments: Any, **named: Any) -> Any:
            at(f"before {name}")
            if name == "write_bytes":
                path, content = arguments
                with open(path, "wb") as half:
                    half.write(content[: len(content) // 2])
                at("within write_bytes")
            result = real(*arguments, **named)
            at(f"after {name}")
            return result

        return call

    for owner, name in CALLS:
        patch.setattr(owner, name, watched(getattr(owner, name), name))


def begin(county: County) -> None:
    """Three nights, after which the next one merges parts, moves statements to a file, removes old rows and old files."""
    for night, day in enumerate(("2024-03-01", "2024-03-02", "2024-05-01")):
        project = county.write(
            table([row(str(n), day=day) for n in range(night + 1)]),
            police="keep_days = 30",
        )
        ingest(project, day)


def last_night(folder: Path) -> None:
    county = County(folder)
    county.write(
        table(
            [
                row("9", day="2024-05-02"),
                row("8", day="2024-05-02", cell="z"),
                row("2", "1", day="2024-05-01", known="2024-05-02"),
            ]
        ),
        police="keep_days = 30",
        cells="网格,中心\na,东\nb,西\nc,西\n",
    )
    ingest(load_project(folder), "2024-05-02")


def killed(folder: Path, point: int) -> bool:
    """Whether a child process that ingests the last night was killed at this occurrence of a change."""
    with warnings.catch_warnings():
        # a child that only ingests and ends may be forked beside sleeping threads
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        code = 1
        try:
            seen = 0

            def at(_name: str) -> None:
                nonlocal seen
                seen += 1
                if seen == point:
                    os._exit(KILLED)

            with pytest.MonkeyPatch.context() as patch:
                instrument(patch, at)
                last_night(folder)
            code = 0
        finally:
            os._exit(code)
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    assert code in (0, KILLED)
    return code == KILLED


def test_an_ingest_killed_at_any_point_leaves_the_old_or_a_new_state_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a killed process leaves is what the disk holds at that moment: a copy of it, and at some points really a killed one."""
    monkeypatch.setattr(parts, "MOST_PARTS", 1)
    monkeypatch.setattr(completeness, "MOST_STATEMENTS", 1)
    county = County(tmp_path / "county")
    begin(county)
    old, fingerprint = county.store.manifest_id, county.history().fingerprint()
    whole = County(shutil.copytree(county.folder, tmp_path / "whole"))
    points: list[str] = []
    left: list[Contents] = []
    states: list[str] = []
    with monkeypatch.context() as patch:

        def note(name: str) -> None:
            if name == "after replace" and (current := whole.store.manifest_id) not in states:
                states.append(str(current))
            left.append(contents_of(whole.folder))
            points.append(name)

        instrument(patch, note)
        last_night(whole.folder)
    wanted = whole.history().fingerprint()
    rooms = {
        name
        for name in ("parts", "quarantine", "coverage", "places", "manifests", "seen")
        if (whole.store.folder / name).is_dir()
    }
    assert rooms == {"parts", "quarantine", "coverage", "places", "manifests", "seen"}
    assert {name.split()[1] for name in points} >= {"fsync", "replace", "write_bytes", "mkdir", "unlink"}
    allowed = {old, *states}
    reached = set()
    other = County(tmp_path / "killed")
    for point, contents in enumerate(left):
        if point and contents == left[point - 1]:
            continue
        shutil.rmtree(other.folder, ignore_errors=True)
        put_back(other.folder, contents)
        reached.add(other.store.manifest_id)
        assert other.store.manifest_id in allowed, points[point]
        history = other.history()
        assert other.store.manifest_id != old or history.fingerprint() == fingerprint
        last_night(other.folder)
        assert other.history().fingerprint() == wanted, points[point]
        assert other.store.manifest_id == whole.store.manifest_id
    assert reached == allowed
    assert len(points) > 60
    within = points.index("within write_bytes") + 1
    for point in (1, within, len(points) // 2, len(points)):
        shutil.rmtree(other.folder)
        shutil.copytree(county.folder, other.folder)
        assert killed(other.folder, point), points[point - 1]
        assert contents_of(other.folder) == left[point - 1], points[point - 1]
    assert not killed(county.folder, len(points) + 1)
