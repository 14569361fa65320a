"""The examples in docstrings are run and give what they show."""

from __future__ import annotations

import doctest
import inspect
import re
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest

import riskmodel as rm
from tests.worlds.example_city import example_names
from tests.worlds.simulated_county import ROOT


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The names that every example may use."""
    return example_names(tmp_path_factory.mktemp("examples"))


def modules() -> list[str]:
    """Modules with an example, by dotted name."""
    paths = sorted(path for path in (ROOT / "riskmodel").rglob("*.py") if "templates" not in path.parts)
    found = [path for path in paths if ">>> " in path.read_text(encoding="utf-8")]
    return [".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in found]


def examples(module: ModuleType, world: dict[str, Any]) -> list[doctest.DocTest]:
    """The examples of a module and of what it defines; decorated functions are unwrapped, which doctest does not do."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    own = [module.__doc__ and ModuleType(module.__name__, module.__doc__)]
    own += [inspect.unwrap(one) for one in vars(module).values() if getattr(one, "__module__", None) == module.__name__]
    package = import_module(module.__name__.rpartition(".")[0])
    names = {**vars(package), **vars(module), **world}  # examples may use what their package exports
    return [test for one in own if one for test in finder.find(one, module.__name__, module, names) if test.examples]


@pytest.mark.parametrize("name", modules())
def test_examples_give_what_they_show(name: str, world: dict[str, Any]) -> None:
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    found = examples(import_module(name), world)
    assert found
    for test in found:
        runner.run(test)
    assert runner.summarize(verbose=False).failed == 0


def test_the_floors_that_all_share_have_examples() -> None:
    wanted = {f"riskmodel.counts.{name}" for name in ("bootstrap", "distribution", "quantiles", "row_scores", "tails")}
    wanted |= {f"riskmodel.base.{name}" for name in ("days", "errors", "files", "locks", "plurals")}
    assert wanted <= set(modules())


def test_every_public_name_has_an_example() -> None:
    assert [name for name in dir(rm) if ">>> " not in (getattr(rm, name).__doc__ or "")] == []


def test_every_public_function_states_what_it_takes_and_gives() -> None:
    faults = []
    for name in dir(rm):
        function = getattr(rm, name)
        if isinstance(function, type):
            continue
        sections = set(re.findall(r"^ *(\w+)\n +-+$", function.__doc__ or "", flags=re.MULTILINE))
        faults += [name] * (not {"Parameters"} <= sections or not {"Returns", "Yields"} & sections)
    assert faults == []


def test_the_names_of_the_world_are_explained(world: dict[str, Any]) -> None:
    text = (ROOT / "docs" / "api.md").read_text(encoding="utf-8").split("\n## ")[0]
    assert [name for name in world if f"`{name}`" not in text] == []
