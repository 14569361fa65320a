"""The examples in docstrings are run and give what they show."""

from __future__ import annotations

import doctest
import inspect
from importlib import import_module
from types import ModuleType

import numpy as np
import pytest

from tests.worlds.simulated_county import ROOT


def modules() -> list[str]:
    """Modules with an example, by dotted name."""
    paths = sorted(path for path in (ROOT / "riskmodel").rglob("*.py") if "templates" not in path.parts)
    found = [path for path in paths if ">>> " in path.read_text(encoding="utf-8")]
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in found]


def examples(module: ModuleType) -> list[doctest.DocTest]:
    """The examples of a module and of what it defines; decorated functions are unwrapped, which doctest does not do."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    own = [module.__doc__ and ModuleType(module.__name__, module.__doc__)]
    own += [inspect.unwrap(one) for one in vars(module).values() if getattr(one, "__module__", None) == module.__name__]
    package = import_module(module.__name__.rpartition(".")[0])
    names = {**vars(package), **vars(module), "np": np}  # examples may use what their package exports
    return [test for one in own if one for test in finder.find(one, module.__name__, module, names) if test.examples]


@pytest.mark.parametrize("name", modules())
def test_examples_give_what_they_show(name: str) -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    found = examples(import_module(name))
    assert found
    for test in found:
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


def test_the_floors_that_all_share_have_examples() -> None:
    wanted = {f"riskmodel.counts.{name}" for name in ("bootstrap", "distribution", "quantiles", "row_scores", "tails")}
    wanted |= {f"riskmodel.base.{name}" for name in ("days", "errors", "files", "locks", "plurals")}
    assert wanted <= set(modules())
