"""What the manifest keeps of a source: a table that changes while it is read is not taken for whole."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from riskmodel.base.errors import UsageError
from riskmodel.records.intake import source_ingest
from riskmodel.records.source_alerts import source_alerts
from tests.worlds.police_table import County, row, table

WHOLE = table([row("1"), row("2"), row("3")])


def appended(path: Path) -> None:
    """A sender that is not done yet writes on."""
    with path.open("ab") as file:
        file.write(table([row("3")]).partition(b"\n")[2])


def renamed(path: Path) -> None:
    """A sender puts another file in its place."""
    path.with_name("next.csv").write_bytes(WHOLE)
    path.with_name("next.csv").rename(path)


def rewritten(path: Path) -> None:
    """The same number of bytes, at another time."""
    content, state = path.read_bytes(), path.stat()
    path.write_bytes(content.replace(b"2024", b"2023"))
    os.utime(path, ns=(state.st_atime_ns, state.st_mtime_ns + 1))


@pytest.mark.parametrize("change", [appended, renamed, rewritten])
def test_a_table_that_changes_while_it_is_read_is_refused_and_read_again(
    county: County, monkeypatch: pytest.MonkeyPatch, change: Any
) -> None:
    county.take([row("1")])
    before = len(county.history())
    real, path = source_ingest.read_source, county.folder / "police.csv"

    def read(*given: Any) -> Any:
        found = real(*given)
        change(path)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(source_ingest, "read_source", read)
        with pytest.raises(UsageError, match=r"The table 'police\.csv' was written or replaced while it was read"):
            county.take([row("1"), row("2")])
    assert len(county.history()) == before
    (alert,) = source_alerts(county.store.manifest())
    assert (alert.source, alert.code, alert.failed) == ("police", "unreadable", True)
    assert county.take([row("1"), row("2"), row("3")]).accepted == 2
    assert source_alerts(county.store.manifest()) == ()
