"""Table files: complete under their own name or not there at all, also on a full disk, which is named."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from riskmodel.base.system_errors import system_refused
from riskmodel.simulator.table_files import CsvFile, OpenTables, ParquetFile, TableFile

ROWS = {"cell": np.arange(200_000)}


def test_a_full_disk_names_the_table_and_leaves_none(tmp_path: Path) -> None:
    (tmp_path / "b.csv.part").symlink_to("/dev/full")
    tables: dict[str, TableFile] = {
        "a": ParquetFile(tmp_path / "a.parquet", pa.schema([("cell", pa.int64())])),
        "b": CsvFile(tmp_path / "b.csv", ["cell"]),
    }
    tables["a"].write(ROWS)
    with pytest.raises(OSError, match="No space left") as full, OpenTables(tables):
        tables["b"].write(ROWS)
    assert f"The disk is full: '{tmp_path / 'b.csv'}' could not be written" in str(system_refused(full.value))
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_cannot_be_ended_takes_the_others_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tables: dict[str, TableFile] = {name: CsvFile(tmp_path / f"{name}.csv", ["cell"]) for name in "ab"}

    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match=r"No space left.*a\.csv"), OpenTables(tables):
        tables["b"].write(ROWS)
    assert list(tmp_path.iterdir()) == []


def test_a_file_without_a_name_is_not_sought_on_a_disk_with_room(monkeypatch: pytest.MonkeyPatch) -> None:
    full = OSError(errno.ENOSPC, "No space left on device")
    for free, named in ((1 << 40, "a file of the project could not be written. Free"), (1 << 20, "a file (perhaps in ")):
        monkeypatch.setattr("shutil.disk_usage", lambda _, free=free: type("Usage", (), {"free": free}))
        assert named in str(system_refused(full))
