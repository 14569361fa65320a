"""A disk that takes no log is full; one that cannot be read is damaged, and is never taken for a full one."""

from __future__ import annotations

import sqlite3

import pytest

from riskmodel.base.database_files import is_out_of_space


@pytest.mark.parametrize(
    ("code", "full"),
    [
        (sqlite3.SQLITE_FULL, True),
        (sqlite3.SQLITE_IOERR_WRITE, True),
        (sqlite3.SQLITE_IOERR_SHMSIZE, True),
        (sqlite3.SQLITE_IOERR_READ, False),
        (sqlite3.SQLITE_IOERR_SHORT_READ, False),
        (sqlite3.SQLITE_CORRUPT, False),
    ],
)
def test_only_what_a_write_needs_is_room(code: int, full: bool) -> None:
    error = sqlite3.OperationalError()
    error.sqlite_errorcode = code
    assert is_out_of_space(error) is full


def test_another_error_and_none_are_no_lack_of_room() -> None:
    assert not is_out_of_space(ValueError())
    assert not is_out_of_space(None)
