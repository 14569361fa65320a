"""Nights of these tests make the sheet of a list once: what it holds is tested with the formats."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.worlds.remembered_sheets import remembered_sheets


@pytest.fixture(autouse=True)
def _sheets_made_once() -> Iterator[None]:
    with remembered_sheets():
        yield
