"""Which nights were missed: gaps at the usual distance, free days left out, and which of them are caught up."""

from __future__ import annotations

from datetime import date

from riskmodel.base.days import day_of
from riskmodel.operations.missed_nights import missed_nights, to_catch_up, usual_interval

WEEK = range(70)
WORKDAYS = tuple(day for day in WEEK if day % 7 < 5)


def test_gaps_of_daily_and_weekly_nights_are_filled_at_their_distance() -> None:
    assert missed_nights((), 10) == ()
    assert missed_nights((3,), 4) == ()
    assert missed_nights((3,), 7) == (4, 5, 6)
    assert missed_nights((1, 2, 3, 6, 7), 9) == (4, 5, 8)
    assert missed_nights((1, 2, 3, 9), 5) == (4,), "later nights do not count"
    assert usual_interval((0, 7, 14, 28, 35)) == 7
    changed = (*range(0, 140, 7), *range(140, 151))
    assert (usual_interval(changed[:-1]), usual_interval(changed)) == (1, 1), "the last ten distances say it"
    assert missed_nights((0, 7, 14, 28, 35), 50) == (21, 42, 49)
    assert missed_nights((0, 7, 14, 21, 28, 35, 37, 42), 49) == (), "an additional night leaves no gap"


def test_days_on_which_no_night_usually_runs_are_not_missed_once_four_weeks_say_so() -> None:
    assert missed_nights(WORKDAYS, 70) == (5, 6, 12, 13, 19, 20, 26, 27), "the first weeks could be faults"
    gone = tuple(day for day in WORKDAYS if day not in (58, 59, 60))
    assert missed_nights(gone, 70)[-3:] == (58, 59, 60)
    every = tuple(day for day in WEEK if day not in (40, 47, 54, 61))
    assert missed_nights(every, 70)[:3] == (40, 47, 54), "a weekday that fails now and then is usual"
    assert missed_nights(tuple(range(40)), 80) == tuple(range(40, 80)), "a long gap makes no day free"


def test_nights_of_every_month_or_quarter_miss_none_in_between() -> None:
    firsts = [day_of(date(2024 + month // 12, month % 12 + 1, 1)) for month in range(30)]
    every, mondays = [day + 7 for day in firsts], [day + (4 - day) % 7 for day in firsts]
    for nights in (every, every[::3], mondays):
        for count in range(2, len(nights)):
            assert missed_nights(nights[:count], nights[count]) == (), nights[count]
    # those that did not run are missed: three months, and the last one four days after it was due
    assert len(missed_nights([*every[:10], *every[13:20]], every[20])) == 3
    assert missed_nights(every[:10], every[10] + 4) == (every[9] + 31,)


def test_only_the_last_nights_are_caught_up_and_each_once() -> None:
    ran = (1, 2, 3, 9)
    assert to_catch_up(ran, frozenset(), 9, nights=3) == (6, 7, 8)
    assert to_catch_up(ran, frozenset({7}), 9, nights=3) == (6, 8)
    assert to_catch_up(ran, frozenset(), 10, nights=3) == (7, 8), "what was skipped stays skipped"
    assert to_catch_up((0, 7, 14, 35), frozenset(), 35, nights=1) == (28,)
    assert to_catch_up(ran, frozenset(), 9, nights=0) == ()
