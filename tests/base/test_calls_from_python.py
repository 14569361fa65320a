"""Calls of public functions with wrong arguments: a sentence in our words, never a library's."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pandas as pd
import polars as pl
import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError
from tests.worlds import own_tables

LIBRARIES = re.compile(r"pydantic|narwhals|sqlalchemy|click|jaxtyping|errors\.pydantic", re.IGNORECASE)
public: Any = rm
"""The package without its types: what a notebook sees."""

CALLS: dict[str, tuple[Callable[[], Any], str]] = {
    "a setting of a wrong type": (
        lambda: public.Policy(capacity="x"),
        r"Policy has 1 fault:\s+- capacity: it must be a whole number",
    ),
    "a misspelt setting": (lambda: public.Policy(capcity=3), r"capcity.*did you mean 'capacity'"),
    "settings by position": (lambda: public.Policy(3), r"Policy takes its settings by name"),
    "missing settings": (lambda: public.Kind(), r"Kind has 3 faults:\s+- family: it is missing"),
    "a changed table": (lambda: setattr(public.Policy(), "capacity", 3), r"Policy cannot be changed"),
    "no day": (lambda: public.to_iso("2024-01-02"), r"'day' parameter of to_iso must be a day number"),
    "no step": (lambda: public.day_range("2024-01-01", "2024-02-01", "7"), r"'step' parameter of day_range"),
    "no detector": (
        lambda: public.detect([[1, 2]]),
        r"detect\(\) missing .*'method'.* Call detect\(counts, method, first=\.\.\.\)",
    ),
    "no frame": (lambda: public.quick("calls.csv"), r"'frame' parameter of quick must be a frame .*of type str"),
    "a column by position": (
        lambda: public.quick(own_tables.weekly(), "week"),
        r"quick\(\) takes 1 argument by position, and 2 were given",
    ),
    "a misspelt column": (
        lambda: public.quick(own_tables.weekly(), dat="week"),
        r"quick has no parameter 'dat'. Expected: date, known.*did you mean 'date'",
    ),
    "a column as a number": (lambda: public.quick(own_tables.weekly(), cell=3), r"'cell' parameter of quick must be a text"),
    "no time zone": (lambda: public.quick(own_tables.weekly(), time_zone="Mars/One"), r"must be a time zone such as"),
    "columns twice": (
        lambda: public.quick(own_tables.weekly().rename(columns={"count": "cell"})),
        r"Columns of the 'frame' of quick have the same name: 'cell'",
    ),
    "swapped folder and frame": (
        lambda: public.init(own_tables.weekly(), "city"),
        r"'folder' parameter of init must be of type Path or str",
    ),
    "a table of cells that is none": (
        lambda: public.Places.from_frame("cells.csv"),
        r"'cells' parameter of Places.from_frame must be a frame",
    ),
    "a frame where places belong": (
        lambda: public.History.from_frame(own_tables.weekly(), own_tables.weekly()),
        r"'places' parameter of History.from_frame must be of type Places.*comes from Places.from_frame\(cells\)",
    ),
    "an unknown parameter": (
        lambda: public.load_project(foldr="x"),
        r"load_project\(\) has no parameter 'foldr'.*did you mean 'folder'",
    ),
}


@pytest.mark.parametrize("name", CALLS)
def test_a_wrong_call_is_worded(name: str) -> None:
    call, said = CALLS[name]
    with pytest.raises(UsageError, match=f"(?s){said}") as error:
        call()
    assert not LIBRARIES.search(str(error.value))


@pytest.fixture(scope="module")
def look() -> rm.QuickLook:
    return public.quick(own_tables.weekly(20, 3))


@pytest.mark.parametrize("features", ["signals.*", None, ["theft"], 3])
@pytest.mark.parametrize("function", [public.backtest, public.train])
def test_features_are_features(look: rm.QuickLook, function: Callable[..., Any], features: Any) -> None:
    expected = rf"'features' parameter of {function.__name__} must be a sequence of features, such as load_features"
    with pytest.raises(UsageError, match=expected):
        function(look.experiment, look.history, features)


def test_one_feature_is_no_sequence_and_an_engine_is_no_name(look: rm.QuickLook) -> None:
    with pytest.raises(UsageError, match="must be a sequence of features"):
        public.design(look.history, "2023-03-01", look.features[0])
    with pytest.raises(UsageError, match="'engine' parameter of design must be of type Engine or None"):
        public.design(look.history, "2023-03-01", look.features, engine="threads")
    with pytest.raises(UsageError, match="'as_of' parameter of train must be a date"):
        public.train(look.experiment, look.history, look.features, as_of="soon")


DAYS: dict[str, Callable[[rm.QuickLook], Any]] = {
    "'as_of' parameter of QuickLook.scores": lambda look: look.scores("soon"),
    "'as_of' parameter of train": lambda look: look.train(as_of="soon"),
    "'first' parameter of History.between": lambda look: look.history.between("soon", "2023-03-01"),
    "'stop' parameter of History.between": lambda look: look.history.between("2023-03-01", "soon"),
    "'as_of' parameter of History.stale": lambda look: look.history.stale("soon"),
    "'as_of' parameter of History.known_by": lambda look: look.history.known_by("soon"),
    "'as_of' parameter of Places.frame": lambda look: look.history.places.frame("soon"),
    "'today' parameter of init": lambda look: public.init("unwritten", own_tables.weekly(20, 3), today="soon"),
}


@pytest.mark.parametrize("said", DAYS)
def test_a_wrong_day_is_named_as_the_caller_named_it(look: rm.QuickLook, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said) + " must be a date such as 2024-01-02. Got 'soon'"):
        DAYS[said](look)


def test_lazy_frames_and_periods_are_frames() -> None:
    frame = own_tables.weekly(20, 3)
    lazy = public.quick(pl.from_pandas(frame).lazy())
    periods = public.quick(frame.assign(week=pd.PeriodIndex(frame["week"], freq="D")))
    assert len(lazy.history) == len(periods.history) == len(frame)


def test_categories_as_names_of_columns_do_not_hinder_an_index() -> None:
    rows = own_tables.weekly(20, 3)
    wide = rows.assign(kind=pd.Categorical(["theft", "noise"] * (len(rows) // 2)))
    counts = wide.groupby(["cell", "week", "kind"], observed=True)["count"].sum().unstack(fill_value=0)
    assert isinstance(counts.columns, pd.CategoricalIndex)
    assert set(public.quick(counts).history.kinds) == {"noise", "theft"}


def test_tables_and_decisions_are_cards_without_names_of_a_library(look: rm.QuickLook) -> None:
    assert "<b>Policy</b>" in public.Policy()._repr_html_()
    assert "<table" in look.decisions._repr_html_()
    assert not {"model_dump", "parse_obj"} & set(dir(public.Policy()))
