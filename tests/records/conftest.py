"""A county in a folder of its own, what its rows say from a CSV, and a portal."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import stamina

from riskmodel.records.intake.readers.http_retries import ATTEMPTS
from tests.records.portal import Portal
from tests.worlds.police_table import County
from tests.worlds.row_origins import ROWS


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "county")


@pytest.fixture
def plain(tmp_path: Path) -> County:
    """What the same rows say from a CSV."""
    made = County(tmp_path / "plain")
    made.take(ROWS)
    return made


@pytest.fixture
def portal() -> Iterator[Portal]:
    """A portal whose failures are retried as often as ever, without pauses."""
    made = Portal()
    thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    with stamina.set_testing(True, attempts=ATTEMPTS):
        yield made
    made.shutdown()
    thread.join()
    made.server_close()
