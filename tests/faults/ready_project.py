"""The hamlet with everything a command can need: a history, a champion, a closed night, a draft, a backup and answers."""

from __future__ import annotations

import json
import shutil
import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from riskmodel.base.files import canonical_json, sha256
from riskmodel.cli.app import main
from riskmodel.records.backup import read_backup
from riskmodel.registry import folder_checksum
from tests.worlds.hamlet import make_hamlet

MORE = """
[[sources]]
name = "answers"
answers = true
kind = "visit"

[exports]
path = "exports.csv"
source = "source"
since = "since"
through = "through"
known = "known"

[warnings]
grouping = "centre"
split = { thefts = 1.0 }
language = "en"
"""

EXPORTS = """source,since,through,known
police,2024-01-01,2024-05-28,2024-05-28
more,2024-03-01,2024-05-28,2024-05-28
"""

COMMANDS: dict[str, tuple[str, ...]] = {
    "ingest": ("ingest", "--ingested", "2024-05-31"),
    "quarantine": ("quarantine",),
    "backup": ("backup", "{project}/second"),
    "restore": ("restore", "{project}/backup"),
    "check": ("check",),
    "features": ("features", "--no-data"),
    "backtest": ("backtest", "thefts", "--no-track"),
    "train": ("train", "thefts"),
    "promote": ("promote", "thefts", "--version", "1", "--role", "data scientist"),
    "nightly": ("nightly", "--as-of", "2024-05-30"),
    "warnings": ("warnings", "--as-of", "2024-05-30"),
    "approve": ("approve", "--as-of", "2024-05-30", "--role", "duty officer"),
    "answer": ("answer", "{project}/answers.csv"),
    "surge": ("surge", "--as-of", "2024-05-30"),
    "why": ("why", "2024-05-29", "c1"),
    "audit": ("audit",),
    "replay": ("replay", "--night", "2024-05-29"),
    "night": ("night", "--as-of", "2024-05-31"),
    "status": ("status",),
}
"""The words of each command. The files that it needs stand in the table of :mod:`tests.faults.test_matrix`."""

FILES: dict[str, str] = {
    "riskmodel.toml": "riskmodel.toml",
    "source": "police.csv",
    "cells": "cells.csv",
    "exports": "exports.csv",
    "experiment": "experiments/thefts.toml",
    "features": "features/all.py",
    "current": "data/history/current",
    "manifest": "data/history/manifests/*.json",
    "part": "data/history/parts/police-*.parquet",
    "places": "data/history/places/*.npz",
    "ledger": "data/operations.db",
    "mlflow": "mlruns/mlflow.db",
    "bundle": "mlruns/artifacts/thefts/*/artifacts/model/bundle/bundle.json",
    "MLmodel": "mlruns/artifacts/thefts/*/artifacts/model/MLmodel",
    "list": "outbox/2024-05-30/east/2024-05-30_east.DRAFT.json",
    "answers": "answers.csv",
    "looks": "data/looks.json",
    "b-manifest": "backup/backup.json",
    "b-file": "backup/files/*/* (the copy of riskmodel.toml)",
}
"""The path of each file; of several, the one that the current pointer names."""


def ready_project(folder: Path) -> None:
    """Make the project in a new folder."""
    make_hamlet(folder)
    _change(
        folder / "riskmodel.toml", "noise = {", 'visit = { family = "outcome", en = "visit", discretionary = true }\nnoise = {'
    )
    with open(folder / "riskmodel.toml", "a", encoding="utf-8") as file:
        file.write(MORE)
    (folder / "exports.csv").write_text(EXPORTS, encoding="utf-8")
    experiment = folder / "experiments" / "thefts.toml"
    _change(experiment, 'champion = "persistence"', 'champion = "decayed"')
    _change(experiment, 'type = "Persistence"\nname = "persistence"', 'type = "DecayedRate"\nname = "decayed"')
    with open(experiment, "a", encoding="utf-8") as file:
        file.write("settings = { half_lives = [28] }\n")
    for words in (
        ("ingest", "--ingested", "2024-05-29"),
        ("train", "thefts"),
        ("promote", "thefts"),
        ("nightly", "--as-of", "2024-05-29"),
        ("approve", "--as-of", "2024-05-29", "--role", "duty officer"),
        ("nightly", "--as-of", "2024-05-30"),
        ("backtest", "thefts", "--no-track"),
        ("backup", str(folder / "backup")),
    ):
        assert run_command(folder, words) == 0, words
    sent = json.loads((folder / "outbox/sent/2024-05-29/east/2024-05-29_east.json").read_bytes())
    warning = sent["sections"][0]["warnings"][0]["id"]
    (folder / "answers.csv").write_text(f"warning,outcome,day\n{warning},visited,2024-05-30\n", encoding="utf-8")
    shutil.rmtree(folder / "features" / "__pycache__", ignore_errors=True)


def _change(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")


def run_command(project: Path, words: tuple[str, ...]) -> int:
    """Run a command in this process and return its exit code."""
    before = sys.argv
    sys.argv = ["riskmodel", "--project", str(project), *(word.replace("{project}", str(project)) for word in words)]
    try:
        with pytest.raises(SystemExit) as stop:
            main()
    finally:
        sys.argv = before
    assert isinstance(stop.value.code, int)
    return stop.value.code


def path_of(project: Path, name: str) -> Path:
    """Return the path of one of :data:`FILES` in a project."""
    pattern = FILES[name]
    if name == "b-file":
        return read_backup(project / "backup").path("riskmodel.toml")
    if pattern.endswith("manifests/*.json"):
        history = project / pattern.removesuffix("/manifests/*.json")
        current = (history / "current").read_text(encoding="utf-8").strip()
        return history / "manifests" / f"{current}.json"
    found = sorted(project.glob(pattern))
    assert found, pattern
    return found[0]


Fault = Callable[[Path], None]


def missing(path: Path) -> None:
    """Remove the file."""
    path.unlink()


def empty(path: Path) -> None:
    """Leave a file without a byte."""
    path.write_bytes(b"")


def damaged(path: Path) -> None:
    """Invert the byte in the middle; of a database, whose middle may be unused, the first."""
    content = bytearray(path.read_bytes())
    content[0 if path.suffix == ".db" else len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def folder(path: Path) -> None:
    """Put a folder in the file's place."""
    path.unlink()
    path.mkdir()


def later(path: Path) -> None:
    """Write a version of the file that does not exist yet, under the digests that belong to it."""
    if path.suffix == ".json":
        _later_json(path)
        return
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = 'later'")
        connection.commit()


def _later_json(path: Path) -> None:
    """The file with a later format; what names its digest follows."""
    content = canonical_json({**json.loads(path.read_bytes()), "format": 999})
    path.write_bytes(content + b"\n" * (path.name != "bundle.json"))
    if path.parent.name == "manifests":
        identity = sha256(content)
        path.rename(path.with_name(f"{identity}.json"))
        (path.parents[1] / "current").write_text(f"{identity}\n", encoding="ascii")
    if path.name == "bundle.json":
        (path.parent / "manifest.json").write_bytes(
            canonical_json({"format": 1, "files": {"bundle.json": sha256(content)}}) + b"\n"
        )
        with closing(
            sqlite3.connect(next(path.parents[i] for i in range(9) if path.parents[i].name == "mlruns") / "mlflow.db")
        ) as database:
            tag = "UPDATE model_version_tags SET value = ? WHERE key = 'riskmodel.files'"
            database.execute(tag, (folder_checksum(path.parents[1]),))
            database.commit()


STATES: dict[str, Fault] = {"missing": missing, "empty": empty, "damaged": damaged, "folder": folder, "later": later}
"""What happens to a file."""
