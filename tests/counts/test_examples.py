"""The examples in the docstrings of counts are run and give what they show."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

import riskmodel.counts

MODULES = sorted(path.stem for path in Path(next(iter(riskmodel.counts.__path__))).glob("[a-z]*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name: str) -> None:
    module = import_module(f"riskmodel.counts.{name}")
    found = doctest.testmod(module, extraglobs={"np": np}, optionflags=doctest.NORMALIZE_WHITESPACE)
    assert found.failed == 0
    assert found.attempted > 0 or name in {"any_event", "outcome"}
