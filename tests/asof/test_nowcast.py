"""Recent counts corrected for delay, on a source whose delays are known."""

from __future__ import annotations

import numpy as np
import pandas as pd

from riskmodel.asof.design import design
from riskmodel.asof.vocabulary import Count, Nowcast
from riskmodel.records.history import History
from riskmodel.records.places import Places
from tests.in_memory import matrix
from tests.worlds.drawn_histories import FIRST, KINDS


def steady(days: int, delays: list[int], dearth: int = 0) -> History:
    """As many thefts a day as there are delays, one with each; ``dearth`` last days have half as many."""
    rows = [
        {"cell": "a", "kind": "theft", "occurred": FIRST + day, "known": FIRST + day + delay}
        for day in range(days)
        for delay in (delays if day < days - dearth else delays[::2])
    ]
    return History.from_frame(pd.DataFrame(rows), Places.from_frame(pd.DataFrame({"cell": ["a"]})), KINDS)


def test_late_reports_are_corrected_for_in_a_steady_state() -> None:
    history = steady(200, [0, 0, 0, 1, 2, 2, 5, 9])
    made = design(history, [FIRST + 150], [Count("theft", 7), Nowcast("theft", 7)])
    assert made.column("theft_count_7d").tolist() == [3 + 4 + 6 + 6 + 6 + 7 + 7]
    np.testing.assert_allclose(made.column("theft_nowcast_7d"), [56], rtol=1e-6)


def test_records_without_delay_are_left_as_they_are() -> None:
    made = design(steady(50, [0, 0, -3]), [FIRST + 40], [Nowcast("theft", 7)])
    assert matrix(made).tolist() == [[21]]


def test_no_day_is_raised_more_than_tenfold() -> None:
    history = steady(200, [0] + [7] * 99)
    (value,) = matrix(design(history, [FIRST + 150], [Nowcast("theft", 1)]))[0]
    assert value == 10


def test_delays_beyond_the_longest_are_not_waited_for() -> None:
    history = steady(200, [0, 0, 30])
    assert matrix(design(history, [FIRST + 150], [Nowcast("theft", 7, longest=20)])).tolist() == [[14]]
    np.testing.assert_allclose(matrix(design(history, [FIRST + 150], [Nowcast("theft", 7, longest=30)])), [[21]], rtol=1e-6)
