"""A look in a notebook speaks of arguments, and another experiment is one call away."""

from __future__ import annotations

import re

import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.starter.python_words import python_words

DAYS = pd.date_range("2023-01-01", periods=500).repeat(4)
TABLE = pd.DataFrame({"date": DAYS, "cell": ["a", "b", "c", "d"] * 500, "kind": (["theft"] * 3 + ["fight"]) * 500})


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Name another with --date, or their form with --dates.", "Name another with date=, or their form with dates=."),
        ("state --dates m/d/yyyy or --dates excel1904.", "state dates='m/d/yyyy' or dates='excel1904'."),
        ("State --thousands '.' (or ',')", "State thousands='.' (or ',')"),
        ("state --kind street_name.", "state kind='street_name'."),
        ("(--cell states one of them)", "(cell= states one of them)"),
        ("riskmodel nightly --as-of 2024-01-01", "riskmodel nightly --as-of 2024-01-01"),
    ],
)
def test_options_become_arguments(text: str, shown: str) -> None:
    assert python_words(text) == shown


def test_a_look_names_no_option_of_the_command_line() -> None:
    assert not re.search(r"--[a-z]", rm.quick(TABLE).explain())
    with pytest.raises(rm.UsageError, match="Name another with date=, or their form with dates="):
        rm.quick(TABLE, date="cell")
    with pytest.raises(rm.RefusedError, match="cannot be used"):
        rm.quick(TABLE.assign(**{"Victim Name": "x"}), kind="Victim Name")


def test_another_horizon_is_one_call() -> None:
    look = rm.quick(TABLE)
    month = look.with_changes(
        target={"kinds": ["fight"], "horizon": 28},
        dates={"test_to": "2024-04-01"},
        forecasters=[{"type": "DecayedRate", "name": "decayed"}],
        champion="decayed",
        evaluation={"baseline": "decayed"},
    )
    assert "'fight (28 days)'" in repr(month)
    assert {feature.to_json()["ahead"] for feature in month.features if hasattr(feature, "ahead")} <= {28}
    assert month.design().target == rm.Target(("fight",), 28)
    assert month.backtest().experiment.horizon == 28
    with pytest.raises(rm.UsageError, match="target.horizon"):
        look.with_changes(target={"horizon": -1})
    with pytest.raises(rm.UsageError, match=r"There is no kind named 'Fight'\..*did you mean 'fight'\?"):
        look.with_changes(target={"kinds": "Fight"})
