"""A table with one row for each place and date holds no single events."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import init

DRAW = np.random.default_rng(5)
DAYS = pd.date_range("2021-01-01", periods=400)
PANEL = pd.DataFrame(itertools.product(DAYS, ["AL", "AK", "AZ"]), columns=["date", "state"])
PANEL = PANEL.assign(
    rownames=range(1, len(PANEL) + 1), wday=PANEL["date"].dt.day_name().str[:4], newborns=DRAW.poisson(40, len(PANEL))
)


def test_its_number_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is one for each date and state") as caught:
        init(tmp_path / "made", PANEL)
    assert "such as --amount newborns: 'newborns' holds whole numbers" in str(caught.value)
    assert not (tmp_path / "made").exists()
    made = init(tmp_path / "made", PANEL, amount="newborns")
    # a weekday is no kind
    assert [(kind.key, kind.events) for kind in made.plan.kinds] == [("newborns", int(PANEL["newborns"].sum()))]


def test_places_may_come_later_and_months_count_too(tmp_path: Path) -> None:
    later = PANEL[(PANEL["state"] != "AZ") | (PANEL["date"] > "2021-06-01")]
    with pytest.raises(UsageError, match="no single events"):
        init(tmp_path / "made", later)
    months = pd.DataFrame(
        itertools.product(range(2005, 2020), range(1, 13), ["Austin", "Waco"]), columns=["year", "month", "city"]
    )
    months = months.assign(
        sales=DRAW.poisson(70, len(months)), volume=DRAW.integers(10_000, 99_000, len(months)), inventory=DRAW.random(len(months))
    )
    with pytest.raises(UsageError, match="for each year, month and city.*'sales', 'volume' hold whole numbers"):
        init(tmp_path / "made", months)


@pytest.mark.parametrize("name", ["number (thousands)", "数量（万件）"])
def test_fractions_beside_every_place_and_date_are_refused(tmp_path: Path, name: str) -> None:
    fractions = PANEL[["date", "state"]].assign(**{name: DRAW.random(len(PANEL)).round(2)})
    with pytest.raises(UsageError, match="holds numbers that are not all whole, such as thousands or rates") as caught:
        init(tmp_path / "made", fractions)
    assert repr(name) in str(caught.value)


def test_single_events_stay_such(tmp_path: Path) -> None:
    # three days of ten without a row: some places have no event on a date
    single = PANEL[DRAW.random(len(PANEL)) < 0.7].rename(columns={"newborns": "floor"})
    assert sum(kind.events for kind in init(tmp_path / "a", single).plan.kinds) == len(single)
    # an id names single events, as does a stated one
    assert init(tmp_path / "b", PANEL, id="rownames").plan.kinds[0].events == len(PANEL)
    # no number that could count events
    bare = PANEL[["date", "state"]]
    assert init(tmp_path / "c", bare).plan.kinds[0].events == len(bare)
    # sums of money, figures of places and codes in words are no numbers of events that could be meant
    for name in ("price", "temperature", "injured"):
        others = bare.assign(**{name: DRAW.random(len(bare)), "note": DRAW.choice(["a", "b"], len(bare))})
        assert sum(kind.events for kind in init(tmp_path / name, others).plan.kinds) == len(bare)
