"""The public names of the package: imported on first use, seen by type checkers, never hidden by a submodule."""

from __future__ import annotations

import ast
import inspect
import os
import re
import shutil
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import riskmodel
from tests.worlds.simulated_county import ROOT

NAMES = dir(riskmodel)
SUBMODULES = sorted(path.parent.name for path in (ROOT / "riskmodel").glob("*/__init__.py"))


def stub_names() -> set[str]:
    tree = ast.parse((ROOT / "riskmodel" / "__init__.pyi").read_text(encoding="utf-8"))
    return {alias.asname or alias.name for node in tree.body if isinstance(node, ast.ImportFrom) for alias in node.names}


def test_names_are_those_of_the_stub_and_are_shown_to_completion() -> None:
    assert set(NAMES) == stub_names()


def test_every_name_can_be_imported_and_is_documented() -> None:
    for name in NAMES:
        assert getattr(riskmodel, name).__doc__, name


def test_no_name_is_also_a_submodule() -> None:
    before = {name: getattr(riskmodel, name) for name in NAMES}
    assert len(SUBMODULES) >= 11
    for module in SUBMODULES:
        import_module(f"riskmodel.{module}")
    assert not set(SUBMODULES) & set(before)
    for name, value in before.items():
        assert getattr(riskmodel, name) is value
        assert not isinstance(value, ModuleType)


@pytest.mark.parametrize(
    "name, said",
    [
        ("backtests", "Hint: did you mean 'backtest'?"),
        ("Decayed", "did you mean 'Decay'? The forecaster 'DecayedRate' is named in an experiment, as a type."),
        ("DecayedRate", "riskmodel has no name 'DecayedRate': it is a forecaster, which an experiment names as a type."),
    ],
)
def test_a_misspelt_name_gets_a_hint(name: str, said: str) -> None:
    with pytest.raises(AttributeError, match=re.escape(said)):
        getattr(riskmodel, name)


def test_a_module_that_is_not_loaded_yet_is_not_taken_for_a_misspelt_name() -> None:
    code = (
        "import sys, riskmodel; assert not hasattr(riskmodel, 'cli'); assert not hasattr(riskmodel, '__wrapped__');"
        "from riskmodel import base; print(base.__name__, 'numpy' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "riskmodel.base False"


def test_importing_the_package_imports_nothing_heavy() -> None:
    code = (
        "import sys, riskmodel; riskmodel.__version__; dir(riskmodel);"
        "print([name for name in ('numpy', 'pydantic', 'pandas', 'typer', 'scipy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_an_ingest_imports_nothing_that_only_models_need() -> None:
    code = (
        "import sys, riskmodel.records.intake, riskmodel.forecasts.source_spans;"
        "print([name for name in ('numba', 'scipy', 'lightgbm', 'sklearn', 'mlflow', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_wheel_ships_the_stub_and_works_from_an_empty_folder(tmp_path: Path) -> None:
    """The package is read from the stub at run time, so a wheel without it could not be used."""
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, tmp_path)
    shutil.copytree(ROOT / "riskmodel", tmp_path / "riskmodel", ignore=shutil.ignore_patterns("__pycache__"))
    command = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), "."]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        assert {"riskmodel/__init__.pyi", "riskmodel/asof/windows/__init__.pyi", "riskmodel/py.typed"} <= set(wheel.namelist())
        wheel.extractall(tmp_path / "installed")
    empty = tmp_path / "empty"
    empty.mkdir()
    code = (
        "import riskmodel as rm, riskmodel.asof.windows; rm.init_county('county'); print(rm.__file__, rm.load_project('county'))"
    )
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=empty, env=environment, check=True, capture_output=True, encoding="utf-8"
    )
    assert done.stdout.startswith(str(tmp_path / "installed"))
    assert "<Project 'county'" in done.stdout


@pytest.mark.parametrize("name", NAMES)
def test_every_argument_of_a_public_name_is_explained(name: str) -> None:
    """``help(rm.NAME)`` says what each argument is, under *Parameters* or *Attributes*."""
    value = getattr(riskmodel, name)
    if inspect.isclass(value) and issubclass(value, Exception):
        return
    text = inspect.getdoc(value) or ""
    section = re.search(r"\n(?:Parameters|Attributes)\n-+\n(.*?)(?:\n\n[A-Z][a-z]+\n-{3,}\n|\Z)", text, re.DOTALL)
    heads = [line for line in (section[1].split("\n") if section else ()) if line and not line.startswith(" ")]
    explained = {one.strip() for line in heads for one in line.split(",")}
    assert [one for one in inspect.signature(value).parameters if one not in explained] == []
