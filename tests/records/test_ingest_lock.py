"""One ingest of a history at a time, tried with real processes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import load_project
from riskmodel.records.ingest_lock import ingest_lock
from riskmodel.records.intake import ingest
from tests.worlds.police_table import DAY, County, row

HOLD = """
import os, sys
from pathlib import Path
from riskmodel.records.ingest_lock import ingest_lock
with ingest_lock(Path(sys.argv[1])):
    print("held", flush=True)
    if sys.stdin.readline() == "die\\n":
        os._exit(9)
"""


def holder(county: County) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(county.store.folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


@pytest.mark.parametrize("end", ["leave\n", "die\n"])
def test_a_second_ingest_is_refused_until_the_first_has_ended_or_died(tmp_path: Path, end: str) -> None:
    county = County(tmp_path / "county")
    county.take([row("1")])
    before = county.store.manifest_id
    with holder(county) as process:
        with pytest.raises(
            RiskmodelError, match=r"Another ingest of the history in 'history' is running\. Wait until it has ended"
        ):
            county.take([row("1"), row("2")])
        assert county.store.manifest_id == before
        # who reads is not held up
        assert len(county.history()) == 1
        process.communicate(end)
    assert process.returncode == (9 if end == "die\n" else 0)
    assert ingest(load_project(county.folder), DAY).total().accepted == 1


def test_the_lock_is_let_go_after_a_fault(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a fault"), ingest_lock(tmp_path / "history"):
        raise ValueError("a fault")
    with (
        ingest_lock(tmp_path / "history"),
        pytest.raises(RiskmodelError, match="Another ingest"),
        ingest_lock(tmp_path / "history"),
    ):
        pass
