"""Compiled code is kept where a folder for it may be written, and works without one."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numba
import pytest

from riskmodel.base.kept_kernels import kept
from riskmodel.operations.doctor.machine_checks import kernels


def test_without_a_folder_to_keep_it_in_code_is_compiled_and_works(monkeypatch: pytest.MonkeyPatch) -> None:
    found: dict[str, Any] = {}
    exec(compile("def twice(number):\n    return 2 * number\n", "/nowhere/twice.py", "exec"), found)
    with pytest.raises(RuntimeError, match="no locator available"):
        numba.njit(cache=True)(found["twice"])
    twice = kept(numba.njit)(found["twice"])
    assert (twice(3), twice.stats.cache_path) == (6, None)
    assert kernels().severity == "ok"
    monkeypatch.setattr("riskmodel.asof.windows.groups.add_to_groups", SimpleNamespace(stats=twice.stats))
    told = kernels()
    assert (told.severity, "NUMBA_CACHE_DIR" in told.remedy.en) == ("warning", True)
