"""Quarantine, backup and restore through the commands: nothing is lost or doubled, nothing is overwritten, no traceback."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskmodel.base import files as files_module
from riskmodel.records.backup import read_backup
from tests.cli.conftest import Run
from tests.worlds.hamlet import HEAD, police, write

BAD = [
    "x1,纵火,c1,2024-03-01,2024-03-01,1",
    "x2,盗窃,c9,2024-03-02,2024-03-02,1",
    "x3,盗窃,c9,2024-03-03,2024-03-03,2",
    "x4,盗窃,c1,2024-03-04",
]


def json_of(run: Run, *words: object) -> dict[str, Any]:
    left = run(*words, "--json")
    assert left.code == 0, left.err
    return json.loads(left.out)


def records(run: Run, folder: Path) -> int:
    left = run("--project", folder, "check", "--json")
    return json.loads(left.out)["records"]


def files(folder: Path) -> dict[str, bytes]:
    """Files of a history, without its lock and without what is derived from the others."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name != ".lock" and "seen" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def test_a_corrected_mapping_ingests_the_same_rows_once(hamlet: Path, run: Run) -> None:
    write(hamlet, "police.csv", [HEAD, *police(), *BAD])
    run("--project", hamlet, "ingest")
    assert run("--project", hamlet, "quarantine", "--source", "more").out.strip() == "Nothing is in quarantine."
    left = run("--project", hamlet, "quarantine")
    assert left.code == 0
    assert left.out.startswith("4 rows in quarantine")
    assert "police: unknown kind, 1 row. What to do: map it in the source's kinds." in left.out
    (shown,) = [line for line in left.out.splitlines() if "row 141: " in line]
    assert "id x1" in shown
    assert "kind 纵火" in shown
    assert "row 144: not kept" in left.out
    found = json_of(run, "--project", hamlet, "quarantine", "--examples", "1")
    assert [(one["reason"], one["rows"], len(one["examples"])) for one in found["reasons"]] == [
        ("unknown cell", 2, 1),
        ("unknown kind", 1, 1),
        ("wrong number of fields", 1, 1),
    ]
    before = records(run, hamlet)
    toml = hamlet / "riskmodel.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8").replace('"盘查" = "stop" }', '"盘查" = "stop", "纵火" = "theft" }'), encoding="utf-8"
    )
    write(hamlet, "cells.csv", ["cell,town,households", *(f"c{i},east,{40 + i}" for i in (1, 2, 3, 4, 9))])
    for _ in range(2):
        run("--project", hamlet, "ingest")
        assert records(run, hamlet) == before + 3
        assert json_of(run, "--project", hamlet, "quarantine")["rows"] == 1
    write(hamlet, "police.csv", [HEAD, *police(), *BAD[:3], BAD[3] + ",2024-03-04,1"])
    run("--project", hamlet, "ingest")
    assert records(run, hamlet) == before + 4
    assert run("--project", hamlet, "quarantine").out.strip() == "Nothing is in quarantine."


def test_a_backup_is_restored_byte_for_byte(hamlet: Path, run: Run, tmp_path: Path) -> None:
    home, kept = hamlet / "data" / "history", tmp_path / "kept"
    assert "The history is empty" in run("--project", hamlet, "backup", kept).err
    run("--project", hamlet, "ingest", "--source", "police")
    assert json_of(run, "--project", hamlet, "backup", kept)["copied"] > 1
    run("--project", hamlet, "ingest")
    first = json_of(run, "--project", hamlet, "backup", kept)
    # a part, the manifest and the pointer to it
    assert first["copied"] == 3
    assert json_of(run, "--project", hamlet, "backup", kept)["copied"] == 0
    before = files(home)
    left = run("--project", hamlet, "restore", kept)
    assert left.code == 2
    assert "There is a history" in left.err
    assert files(home) == before
    shutil.rmtree(home)
    home.mkdir()
    (home / ".lock").touch()  # what an ingest leaves is in nobody's way
    assert json_of(run, "--project", hamlet, "restore", kept)["manifest"] == first["manifest"]
    derived = ("spool", "seen")
    assert {name: content for name, content in before.items() if not name.startswith(derived)} == files(home)
    whole = json_of(run, "restore", kept, tmp_path / "whole")
    assert (whole["manifest"], whole["files"]) == (first["manifest"], first["files"])
    assert files(tmp_path / "whole" / "data" / "history") == files(home)
    for name in ("riskmodel.toml", "features/all.py", "experiments/thefts.toml"):
        assert (tmp_path / "whole" / name).read_bytes() == (hamlet / name).read_bytes()
    again = run("restore", kept, tmp_path / "whole")
    assert again.code == 2
    assert "is not empty" in again.err


def test_an_existing_history_is_never_restored_over(hamlet: Path, run: Run, tmp_path: Path) -> None:
    run("--project", hamlet, "ingest")
    kept, home = tmp_path / "kept", hamlet / "data" / "history"
    run("--project", hamlet, "backup", kept)
    shutil.rmtree(home)
    home.mkdir()
    (home / "letters.txt").write_text("x", encoding="utf-8")
    left = run("--project", hamlet, "restore", kept)
    assert left.code == 2
    assert "holds something that is no history (1 entries). Move it away first" in left.err
    assert files(home) == {"letters.txt": b"x"}
    (home / "letters.txt").unlink()
    left = run("--project", hamlet, "restore", tmp_path / "nothing")
    assert (left.code, left.out) == (2, "")
    assert "There is no backup in" in left.err
    home.rmdir()
    home.write_text("x", encoding="utf-8")
    assert "no history. Move it away" in run("--project", hamlet, "restore", kept).err


def test_a_backup_never_mixes_two_histories(hamlet: Path, run: Run, tmp_path: Path) -> None:
    other = tmp_path / "other"
    shutil.copytree(hamlet, other)
    write(other, "police.csv", [HEAD, *police()[:50]])
    kept = tmp_path / "kept"
    for folder in (hamlet, other):
        run("--project", folder, "ingest")
    run("--project", hamlet, "backup", kept)
    before = files(kept)
    left = run("--project", other, "backup", kept)
    assert left.code == 2
    assert "holds the backup of another history. Choose another folder" in left.err
    assert files(kept) == before
    left = run("--project", hamlet, "backup", hamlet / "data" / "history")
    assert "cannot be in the folder of the history itself" in left.err
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert "is a file. Name a folder" in run("--project", hamlet, "backup", tmp_path / "file").err


@pytest.mark.parametrize("word", ["backup", "restore", "whole"])
def test_an_interrupted_copy_leaves_the_old_or_the_new_and_is_completed(
    word: str, hamlet: Path, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At every single write."""
    home, kept, whole = hamlet / "data" / "history", tmp_path / "kept", tmp_path / "whole"
    run("--project", hamlet, "ingest")
    if word != "backup":
        run("--project", hamlet, "backup", kept)
    if word == "restore":
        shutil.rmtree(home)
    words, mark = {
        "backup": (("--project", hamlet, "backup", kept), kept / "backup.json"),
        "restore": (("--project", hamlet, "restore", kept), home / "current"),
        "whole": (("restore", kept, whole), whole / "riskmodel.toml"),
    }[word]
    real = files_module.os.replace
    done = False
    for last in range(30):
        count = 0

        def failing(source: Path, target: Path, last: int = last) -> None:
            nonlocal count
            count += 1
            if count > last:
                raise OSError(28, "No space left on device", str(source), None, str(target))
            real(source, target)

        with monkeypatch.context() as patch:
            patch.setattr(files_module.os, "replace", failing)
            left = run(*words)
        if left.code == 0:
            done = True
            break
        assert "The disk is full" in left.err
        assert not mark.exists()
        if last % 2:
            shutil.rmtree(mark.parent, ignore_errors=True)
    assert done
    assert run("--project", whole if word == "whole" else hamlet, "check").code in (0, 4)
    assert not [path for path in mark.parent.rglob("*") if path.name.startswith((".rest", ".snap")) or path.suffix == ".part"]


@pytest.mark.parametrize("name", ["backup.json", "manifests", "parts", "places", "current", "riskmodel.toml"])
def test_a_damaged_backup_is_named_and_nothing_becomes_current(name: str, hamlet: Path, run: Run, tmp_path: Path) -> None:
    run("--project", hamlet, "ingest")
    kept, home = tmp_path / "kept", hamlet / "data" / "history"
    run("--project", hamlet, "backup", kept)
    shutil.rmtree(home)
    backup = read_backup(kept)
    path = kept / name if name == "backup.json" else backup.path(next(file for file in backup.files if name in file))
    content = path.read_bytes()
    for damage in (content[: len(content) // 2], content[:-3] + b"???", b"\xff\xfe", b""):
        path.write_bytes(damage)
        for words in (("--project", hamlet, "restore", kept), ("restore", kept, tmp_path / "whole")):
            left = run(*words)
            assert left.code == 1
            assert left.err.startswith("Error: ")
            assert path.name in left.err
            assert "from another backup" in left.err
            assert not (home / "current").exists()
            assert not (tmp_path / "whole").exists()
    path.write_bytes(content)
    assert run("restore", kept, tmp_path / "whole").code == 0
    assert run("--project", hamlet, "restore", kept).code == 0


ODD = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12).filter(lambda word: not word.startswith("-"))


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.lists(ODD, max_size=7), max_size=6), word=ODD)
def test_any_content_of_a_table_or_word_is_answered_in_a_sentence(
    rows: list[list[str]], word: str, hamlet: Path, run: Run
) -> None:
    (hamlet / "police.csv").write_text("\n".join([HEAD, *police()[:3], *map(",".join, rows)]), encoding="utf-8")
    left = run("--project", hamlet, "ingest", "--source", "police")
    assert "Traceback" not in left.out + left.err
    if left.code in (1, 4):  # the report names a table that is nearly all in quarantine, or looks cut off
        assert "QUARANTINED: police" in left.out or "FEWER ROWS: police" in left.out
    else:
        assert left.code in (0, 2, 3)
        assert (left.code == 0) == (left.err == "")
    for words in (("quarantine", "--source", word), ("restore", word), ("check", "--as-of", word), ("ingest", "--source", word)):
        left = run("--project", hamlet, *words)
        assert left.code in (0, 1, 2, 4)
        assert left.code in (0, 4) or left.err
