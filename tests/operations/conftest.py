"""Nights of these tests make the files of a list once: what they hold is tested with the formats."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.worlds.remembered_files import remembered_files


@pytest.fixture(autouse=True)
def _files_made_once() -> Iterator[None]:
    with remembered_files():
        yield
