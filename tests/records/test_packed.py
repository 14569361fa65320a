"""Packed histories: the same content, mapped from a file or taken from bytes."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from riskmodel.base.errors import RiskmodelError
from riskmodel.records.history import History
from riskmodel.records.packed import pack, unpack
from tests.worlds.drawn_histories import histories


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories())
def test_a_history_comes_back_as_it_was(tmp_path: Path, history: History) -> None:
    path = tmp_path / "history"
    pack(history, path)
    for packed in (path, np.fromfile(path, dtype=np.uint8)):
        again = unpack(packed)
        assert again.fingerprint() == history.fingerprint()
        assert again.coverage == history.coverage
        np.testing.assert_array_equal(again.starts, history.starts)
        assert again.starts.dtype == history.starts.dtype


def test_writing_to_a_column_stays_in_the_process(tmp_path: Path) -> None:
    from tests.worlds.grid import a_town

    history, path = a_town(), tmp_path / "history"
    pack(history, path)
    unpack(path).amount[:] = 7
    assert unpack(path).fingerprint() == history.fingerprint()


def test_another_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "history"
    path.write_bytes(b"PAR1" * 20)
    with pytest.raises(RiskmodelError, match=r"not a packed history of this version"):
        unpack(path)
