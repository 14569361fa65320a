"""What tells one build of riskmodel from another."""

from __future__ import annotations

from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from riskmodel.base import own_build as module
from riskmodel.base.own_build import build_differences, own_build, source_digest


def test_a_build_names_the_package_the_interpreter_and_the_libraries() -> None:
    found = own_build()
    assert list(found)[:3] == ["riskmodel", "source", "Python"]
    assert (found["riskmodel"], found["numpy"]) == (metadata.version("riskmodel"), np.__version__)
    assert {"lightgbm", "scipy", "llvmlite", "python-dateutil"} <= set(found)
    assert build_differences(found, own_build()) == ()


def test_every_file_of_the_package_counts_and_what_python_compiles_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "base" / "__pycache__").mkdir(parents=True)
    code, page, compiled = (
        tmp_path / "base" / name for name in ("own_build.py", "list.html.j2", "__pycache__/own_build.cpython-311.pyc")
    )
    for path in (code, page, compiled):
        path.write_text("a", encoding="utf-8")
    monkeypatch.setattr(module, "__file__", str(code))
    seen = [source_digest.__wrapped__()]
    for suffix in ("nbi", "1.nbc"):  # numba's own, of code that is compiled when it is first used
        compiled.with_name(f"sums.own-40.py311.{suffix}").write_text("a", encoding="utf-8")
    assert source_digest.__wrapped__() == seen[0]
    for path in (compiled, page, code):
        path.write_text("b", encoding="utf-8")
        seen.append(source_digest.__wrapped__())
    assert seen[0] == seen[1]
    assert len(set(seen)) == 3
    page.rename(page.with_name("other.html.j2"))
    assert source_digest.__wrapped__() not in seen
