"""Swapped arguments of public functions are named, and nothing else changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

import riskmodel as rm
from riskmodel.base.argument_types import checked
from riskmodel.base.errors import UsageError
from tests.worlds.simulated_county import ROOT

PROJECT = rm.load_project(ROOT)
EXPERIMENT = rm.load_experiment(PROJECT, "theft")
FUNCTIONS: dict[str, tuple[tuple[Any, ...], str]] = {
    "load_project": (
        (EXPERIMENT,),
        "'folder' parameter of load_project must be of type Path or str. Got a value of type Experiment",
    ),
    "load_features": ((EXPERIMENT,), "'where' parameter of load_features must be of type Project, Path or str."),
    "load_history": ((EXPERIMENT,), "'project' parameter of load_history must be of type Project."),
    "load_experiment": (
        ("theft", PROJECT),
        "'project' parameter of load_experiment must be of type Project. Got a value of type str",
    ),
    "ingest": (("2024-01-01", PROJECT), "'project' parameter of ingest must be of type Project."),
    "design": ((PROJECT, "2024-01-01", ()), "'history' parameter of design must be of type History."),
    "backtest": ((PROJECT, EXPERIMENT, ()), "'experiment' parameter of backtest must be of type Experiment."),
    "train": ((EXPERIMENT, PROJECT, ()), "'history' parameter of train must be of type History. Got a value of type Project"),
    "unusual": (("2024-01-01", PROJECT, "town"), "'history' parameter of unusual must be of type History."),
    "read_truth": ((PROJECT, "theft", (), ()), "'places' parameter of read_truth must be of type Places."),
    "simulate": ((rm.CountySettings(), "x"), "'directory' parameter of simulate must be of type Path or str."),
    "warning_lists": ((PROJECT, None, None), "'bundle' parameter of warning_lists must be of type Bundle or Experiment."),
    "plot_map": ((EXPERIMENT,), "'scores' parameter of plot_map must be of type Scores."),
    "plot_hits": ((EXPERIMENT,), "'result' parameter of plot_hits must be of type BacktestResult."),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_swapped_argument_is_named(name: str) -> None:
    arguments, message = FUNCTIONS[name]
    function: Callable[..., Any] = getattr(rm, name)
    with pytest.raises(UsageError, match=re.escape(message)):
        function(*arguments)
    assert function.__doc__
    assert list(signature(function).parameters)


def test_other_calls_are_left_alone() -> None:
    @checked(folder="Path | str", names="tuple | NoneType")
    def load(folder: Any, names: Any = (), **others: Any) -> tuple[Any, ...]:
        return folder, names, others

    assert load("a") == ("a", (), {})
    assert load(Path("a"), names=None, more=1) == (Path("a"), None, {"more": 1})
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'folder'"):
        load()  # pyright: ignore[reportCallIssue]
    with pytest.raises(
        UsageError, match="'names' parameter of load must be of type tuple or None. Got a value of type list instead"
    ):
        load("a", [])


def test_the_way_to_the_right_argument_is_named() -> None:
    with pytest.raises(
        UsageError,
        match=r"Got a value of type str instead\. It comes from load_project\(folder\)\. Call load_history\(project\)\.",
    ):
        rm.load_history("folder")  # pyright: ignore[reportArgumentType]
    with pytest.raises(
        UsageError,
        match=r"load_experiment\(\) missing 1 required positional argument: 'name'\. Call load_experiment\(project, name\)\.",
    ):
        rm.load_experiment(PROJECT)  # pyright: ignore[reportCallIssue]
