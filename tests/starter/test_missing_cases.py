"""Tables that hold open cases only, closed ones only, or lack old ones that were closed."""

from __future__ import annotations

from html import unescape

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.errors import UsageError
from tests.worlds.partial_tables import END, cases, exported, limits

ALL = cases()
OPEN, CLOSED = ALL[ALL["closed"] >= END], ALL[ALL["closed"] < END]
OPEN_ONLY, CLOSED_ONLY, REMOVED = (
    "seems to hold open cases only",
    "seems to hold closed cases only",
    "Old cases seem to be removed",
)
TOLD = (OPEN_ONLY, CLOSED_ONLY, REMOVED, "rise steeply", "have 0 rows", "The last")


def test_a_table_of_all_cases_is_not_named() -> None:
    assert not [said for said in TOLD if said in limits(exported(ALL))]


def test_open_cases_alone_are_named_by_their_states() -> None:
    found = limits(exported(OPEN))
    assert f"'the frame' {OPEN_ONLY}: every row is of an open case, by 'Status' (Open {len(OPEN):,})" in found
    # of 9 cases a day, those of the last 14 days are open with probability (1 - exp(-14/20)) * 20/14 in the mean
    told = float(found.split("days before the end, ")[1].split(" in the last 14 days")[0])
    assert told == pytest.approx(9 * (1 - np.exp(-14 / 20)) * 20 / 14, rel=0.15)


@pytest.mark.parametrize(
    ("name", "states"),
    [
        ("办理状态", ["办理中", "待派单"]),
        ("化解情况", ["未化解", "调解中"]),
        ("Estado", ["Pendiente", "En proceso"]),
        ("Resolved", ["No", "No"]),
        ("是否办结", ["否", "否"]),
    ],
)
def test_open_states_are_read_in_other_words(name: str, states: list[str]) -> None:
    table = exported(OPEN).drop(columns=["Status", "Closed Date"])
    assert f"by {name!r}" in limits(table.assign(**{name: np.resize(states, len(OPEN))}))


def test_open_cases_alone_are_named_by_an_empty_closing_date_and_a_rise() -> None:
    assert "'Closed Date' is empty in every row" in limits(exported(OPEN).drop(columns="Status"))
    # a portal that never fills it in lacks no case
    assert OPEN_ONLY not in limits(exported(ALL).assign(**{"Closed Date": None}).drop(columns="Status"))


def test_a_rise_as_of_open_cases_is_named_without_any_column() -> None:
    table = exported(OPEN).drop(columns=["Status", "Closed Date"])
    assert "The rows of 'the frame' rise steeply toward its end" in limits(table)


def test_a_rise_that_comes_back_each_year_is_no_list_of_open_cases() -> None:
    draw = np.random.default_rng(5)
    days = np.arange(900)
    # a season of 70 days at the end of each year of the table, each day a half more than ten days before
    rate = 0.5 + 25 * np.exp(-((899 - days) % 364) / 25)
    at = pd.Timestamp("2021-01-04") + pd.to_timedelta(np.repeat(days, draw.poisson(rate)), unit="D")
    frame = pd.DataFrame({"date": at.strftime("%Y-%m-%d"), "ward": draw.integers(1, 9, len(at))})
    assert "rise steeply" not in limits(frame)
    assert "rise steeply" in limits(frame[at >= at.max() - pd.Timedelta(300, "D")])


def test_closed_cases_alone_are_named_with_what_is_missing() -> None:
    found = limits(exported(CLOSED))
    assert f"'the frame' {CLOSED_ONLY}, each with a date in 'Closed Date'" in found
    share = int(found.split("older cases took, ")[1].split("%")[0]) / 100
    assert share == pytest.approx((1 - np.exp(-28 / 20)) * 20 / 28, abs=0.04)
    assert "state --known 'Closed Date'" in found
    assert "The last 28 days" not in found


def test_closed_cases_count_from_the_day_of_closing_once_it_is_stated() -> None:
    assert CLOSED_ONLY not in limits(exported(CLOSED), known="Closed Date")


def test_closed_cases_that_were_exported_long_after_lack_none() -> None:
    late = END + pd.Timedelta(400, "D")
    assert not [said for said in TOLD if said in limits(exported(ALL[ALL["closed"] < late], late))]


def test_closed_cases_without_closing_dates_explain_a_fall() -> None:
    found = limits(exported(CLOSED).drop(columns="Closed Date"))
    assert "The last 28 days of 'the frame' have" in found
    assert f"Every row is of a closed case, by 'Status' (Closed {len(CLOSED):,})" in found


def test_old_cases_that_were_removed_once_closed_are_named_by_the_first_closing() -> None:
    found = limits(exported(ALL[ALL["closed"] >= END - pd.Timedelta(90, "D")]))
    assert f"{REMOVED} from 'the frame' once they are closed: none was closed before 2023-02-17" in found


def test_old_cases_that_were_removed_once_closed_are_named_by_the_states_that_are_left() -> None:
    every = cases(long=0.3)
    kept = (every["closed"] >= END) | (every["opened"] >= END - pd.Timedelta(150, "D"))
    found = limits(exported(every[kept]).drop(columns="Closed Date"))
    assert f"{REMOVED} from 'the frame' once they are closed: until 91 days before its end" in found
    assert not [said for said in TOLD if said in limits(exported(every))]


def test_growth_with_all_cases_is_not_named() -> None:
    draw = np.random.default_rng(8)
    grown = ALL[draw.random(len(ALL)) < (np.arange(len(ALL)) / len(ALL)) ** 3]
    assert not [said for said in TOLD if said in limits(exported(grown))]


def test_a_look_tells_its_doubts() -> None:
    look = rm.quick(exported(OPEN))
    assert repr(look).endswith(", 1 doubt about the table: see explain()>")
    assert f"seems to hold open cases only: every row is of an open case, by 'Status' (Open {len(OPEN):,})" in unescape(
        look._repr_html_()
    )
    assert look.decisions.doubts[0] in look.decisions.limits


def test_forecasts_of_closed_cases_that_count_from_their_closing_have_the_level_of_all_cases() -> None:
    look = rm.quick(exported(CLOSED), known="Closed Date", target=["noise", "litter"])
    assert look.scores().mean.sum() == pytest.approx(7 * 9.0, rel=0.1)
    # as the limit says, they come out too low without it
    assert rm.quick(exported(CLOSED), target=["noise", "litter"]).scores().mean.sum() < 0.7 * 7 * 9.0


def test_a_table_that_is_too_short_since_it_lacks_closed_cases_says_so() -> None:
    with pytest.raises(
        UsageError, match=r"needs at least \d+ days.* seems to hold open cases only: every row is of an open case"
    ):
        rm.quick(exported(OPEN[OPEN["opened"] >= END - pd.Timedelta(30, "D")]), horizon=28)
