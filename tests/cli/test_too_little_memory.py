"""A command for which there is not enough memory ends with one message."""

from __future__ import annotations

import errno
import json

import pytest

from tests.cli.conftest import Run


@pytest.mark.parametrize("lack", [MemoryError(), OSError(errno.ENOMEM, "Cannot allocate memory")])
def test_too_little_memory_is_one_message(lack: Exception, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def allocate(*_: object) -> None:
        raise lack

    monkeypatch.setattr("riskmodel.base.project.load_project", allocate)
    left = run("check", "--json", "-")
    assert (left.code, json.loads(left.out)["error"]) == (1, "MemoryError")
    assert left.err.startswith("Error: There is not enough memory. Nothing is half-written.")
    assert left.err.count("\n") == 1
