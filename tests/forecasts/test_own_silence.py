"""A target whose own records no longer come, though its source counts as complete."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from riskmodel.asof.target import Target
from riskmodel.base.days import to_iso
from riskmodel.base.project import Kind
from riskmodel.forecasts.own_silence import silent_since
from riskmodel.records.history import Coverage, History
from riskmodel.records.places import Places

DAY = 20_000
FIRE = Target(("fire",), 7)


def daily(rate: float, quiet: int, days: int = 500) -> History:
    """A history of a kind with so many records a day, up to some days before the night; its source is complete."""
    many = np.random.default_rng(3).poisson(rate, days)
    when = np.repeat(np.arange(DAY - days - quiet, DAY - quiet), many)
    rows = pd.DataFrame({"kind": ["fire"] * len(when), "cell": "a", "occurred": [to_iso(int(day)) for day in when]})
    kinds = {"fire": Kind(family="rental", zh="火情", en="fire")}
    return History.from_frame(rows, Places.from_frame(pd.DataFrame({"cell": ["a"]})), kinds, [Coverage("calls", "fire")])


@pytest.mark.parametrize(
    ("rate", "quiet", "since"),
    [
        (4.0, 7, None),  # not longer than the source may be stale
        (4.0, 8, DAY - 8),
        (4.0, 60, DAY - 60),
        (0.1, 8, None),  # a week without is chance
        (0.1, 60, None),
    ],
)
def test_a_silence_that_is_no_chance_is_one(rate: float, quiet: int, since: int | None) -> None:
    history = daily(rate, quiet)
    last = int(history.arrays()["known"].max())
    assert silent_since(history, DAY, FIRE, {}) == (None if since is None else last + 1)


def test_of_a_doubtful_source_any_silence_that_is_long_enough_is_one() -> None:
    history = daily(0.1, 8)
    last = int(history.arrays()["known"].max())
    assert silent_since(history, DAY, FIRE, {"calls": last + 1}) == last + 1
    assert silent_since(history, DAY, FIRE, {"calls": last}) is None, "a record came after the rows went to quarantine"
    assert silent_since(history, DAY, FIRE, {"other": last + 1}) is None
    assert silent_since(history, last + 9, FIRE, {"calls": last + 1}) == last + 1
    assert silent_since(history, last + 8, FIRE, {"calls": last + 1}) is None


def test_a_kind_of_which_nothing_ever_came_is_left_to_the_other_rules() -> None:
    assert silent_since(daily(0.0, 8), DAY, FIRE, {"calls": DAY - 30}) is None
