"""The house rules that a machine can check: names, summaries and sizes.

``DONE`` lists the wings that keep the rules of summaries and sizes.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.worlds.simulated_county import ROOT

PACKAGE = ROOT / "riskmodel"
WINGS = sorted(path.parent.name for path in PACKAGE.glob("*/__init__.py"))

DONE = (
    "asof", "base", "cli", "counts", "desk", "detection", "forecasts", "ledger", "operations", "records", "registry", "simulator",
    "starter", "warning",
)  # fmt: skip
"""Wings whose docstrings and files are checked; the others follow."""

MOST_LINES = 300
MOST_WORDS = 12

TWICE = set[str]()
"""Names of classes that still occur twice."""

COMMAND = "a command, and the function that does its work"
ALLOWED_TWICE = {
    "acknowledge": COMMAND,
    "answer": COMMAND,
    "approve": COMMAND,
    "backtest": COMMAND,
    "compare": COMMAND,
    "ingest": COMMAND,
    "init": COMMAND,
    "promote": COMMAND,
    "silence": COMMAND,
    "simulate": COMMAND,
    "surge": COMMAND,
    "train": COMMAND,
    "main": "the entry of a program",
    "render": "what every format of a list offers (FORMATS)",
    "today": "commands ask for the day without importing the night",
}
"""Names of public functions that occur in several modules, and why."""

NOT_ALONE = {"FORMS", "MEANINGS", "REASONS", "STEPS"}
"""Names of constants that would not say of what; a search for one would find several."""

SHARED_NAMES = {"__init__", "errors"}
"""Names of modules that may occur in several wings."""

IN_ING = {"backtesting", "training", "warning"}
"""Modules in -ing that name a thing."""


@cache
def modules() -> dict[Path, ast.Module]:
    """Every module of the package by its path in it."""
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if "templates" not in path.relative_to(PACKAGE).parts]
    return {path.relative_to(PACKAGE): ast.parse(path.read_text(encoding="utf-8")) for path in paths}


def of(wing: str) -> Iterator[tuple[Path, ast.Module]]:
    return ((path, tree) for path, tree in modules().items() if path.parts[0] == wing)


def name_of(path: Path) -> str:
    """The name of a module or package."""
    return path.parent.name if path.stem == "__init__" else path.stem


def test_wings_that_are_done_exist() -> None:
    assert set(DONE) <= set(WINGS)


def test_no_class_name_occurs_twice() -> None:
    found = defaultdict(list)
    for path, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                found[node.name].append(path.as_posix())
    assert {name: paths for name, paths in found.items() if len(paths) > 1 and name not in TWICE} == {}


def is_form(function: ast.FunctionDef) -> bool:
    """Whether a function only states one of the forms of a call."""
    return any(isinstance(one, ast.Name) and one.id == "overload" for one in function.decorator_list)


def test_no_public_function_name_occurs_twice() -> None:
    """A search for a name finds one thing."""
    found = defaultdict(list)
    for path, tree in modules().items():
        for node in tree.body:
            # migrations have one form, and kernels stand in their package by their own names
            if (
                isinstance(node, ast.FunctionDef)
                and not node.name.startswith("_")
                and "versions" not in path.parts
                and not is_form(node)
            ):
                found[node.name].append(path.as_posix())
    twice = {name: paths for name, paths in found.items() if len(paths) > 1}
    assert {name: paths for name, paths in twice.items() if name not in ALLOWED_TWICE} == {}
    assert set(ALLOWED_TWICE) <= set(twice), "no longer needed"


def test_a_constant_says_of_what_it_is() -> None:
    """Several modules have reasons, meanings, steps and forms."""
    found = defaultdict(list)
    for path, tree in modules().items():
        for node in tree.body:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
            for target in targets:
                for name in ast.walk(target):
                    if isinstance(name, ast.Name) and name.id in NOT_ALONE:
                        found[name.id].append(path.as_posix())
    assert found == {}


def test_no_module_name_occurs_twice() -> None:
    """A package and its main module may have one name."""
    found = defaultdict(set)
    for path in modules():
        name = name_of(path)
        home = path.parent if path.stem == "__init__" or path.parent.name == name else path
        found[name].add(home.as_posix())
    assert {name: sorted(homes) for name, homes in found.items() if len(homes) > 1 and name not in SHARED_NAMES} == {}


def test_no_module_is_named_after_an_activity() -> None:
    names = {name_of(path) for path in modules()}
    assert {name for name in names if name.endswith("ing")} <= IN_ING


@pytest.mark.parametrize("wing", DONE)
def test_summaries_are_one_short_line_that_ends_with_a_period(wing: str) -> None:
    faults = []
    for path, tree in of(wing):
        for node in ast.walk(tree):
            if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
                continue
            docstring = ast.get_docstring(node)
            if docstring is None:
                continue
            summary = docstring.split("\n\n")[0]
            if "\n" in summary or len(summary.split()) > MOST_WORDS or not summary.endswith("."):
                faults.append(f"{path}:{getattr(node, 'lineno', 1)}: {summary}")
    assert faults == []


@pytest.mark.parametrize("wing", DONE)
def test_no_file_is_too_long(wing: str) -> None:
    lines = {path.as_posix(): (PACKAGE / path).read_text(encoding="utf-8").count("\n") for path, _ in of(wing)}
    assert {path: count for path, count in lines.items() if count > MOST_LINES} == {}


def test_the_process_that_starts_the_workers_loads_no_library_for_them() -> None:
    """The workers begin once it has read ``conftest.py``; what they need stands in ``shared_fixtures.py``."""
    names = set[str]()
    for file in ("conftest.py", "run_folder.py"):
        tree = ast.parse((ROOT / "tests" / file).read_text(encoding="utf-8"))
        lines = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
        names |= {alias.name for line in lines if isinstance(line, ast.Import) for alias in line.names}
        names |= {str(line.module) for line in lines if isinstance(line, ast.ImportFrom)}
    loaded = {name.partition(".")[0] for name in names - {"tests.run_folder"}}
    assert loaded <= {*sys.stdlib_module_names, "pytest", "hypothesis"}
