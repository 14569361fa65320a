"""The examples in docstrings are run and give what they show."""

from __future__ import annotations

import doctest
from importlib import import_module

import numpy as np
import pytest

from tests.conftest import ROOT


def modules() -> list[str]:
    """Modules with an example, by dotted name."""
    paths = sorted(path for path in (ROOT / "riskmodel").rglob("*.py") if "templates" not in path.parts)
    found = [path for path in paths if ">>> " in path.read_text(encoding="utf-8")]
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in found]


@pytest.mark.parametrize("name", modules())
def test_examples_give_what_they_show(name: str) -> None:
    found = doctest.testmod(import_module(name), extraglobs={"np": np}, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.attempted > 0
    assert found.failed == 0


def test_the_floors_that_all_share_have_examples() -> None:
    wanted = {f"riskmodel.counts.{name}" for name in ("bootstrap", "distribution", "quantiles", "row_scores", "tails")}
    wanted |= {f"riskmodel.base.{name}" for name in ("days", "errors", "files", "locks", "plurals")}
    assert wanted <= set(modules())
