"""Between two counts of weeks or months, features say what they said."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from riskmodel.asof.design import design
from riskmodel.asof.period_ends import aged, period_age
from riskmodel.asof.target import Target, labels
from riskmodel.asof.vocabulary import Count, Decay, DecayedDays, Feature, TimeSince, Trend, Weekday
from riskmodel.base.days import NEVER, to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.months import month_end
from riskmodel.base.project import Kind
from riskmodel.records.history import Coverage, History, from_columns, without_days
from riskmodel.records.history.ignored_days import IgnoredDays
from riskmodel.records.places import Places

KINDS = {name: Kind(family=name, zh=name, en=name, state=name == "open") for name in ("theft", "call", "open")}
FEATURES = (
    Count("theft", 28),
    Decay("theft", 14),
    DecayedDays("theft", 14),
    TimeSince("theft", 90),
    Trend("theft", 7, 56),
)
MONDAY = to_day("2024-01-08")


def history(ends: list[int], delays: list[int] | int = 0, period: str = "week", kind: str = "theft") -> History:
    """Counts of one kind in two cells, known some days after the ends of their periods, and a call a day."""
    places = Places.from_frame(pd.DataFrame({"cell": ["a", "b"]}))
    wait = np.broadcast_to(delays, len(ends))
    calls = range(ends[0], ends[-1])
    occurred = [end for end in ends for _ in range(2)] + list(calls)
    known = [end + int(late) for end, late in zip(ends, wait, strict=True) for _ in range(2)] + list(calls)
    columns = {
        "kind": [list(KINDS).index(kind)] * (2 * len(ends)) + [1] * len(calls),
        "cell": [0, 1] * len(ends) + [0] * len(calls),
        "amount": [1 + number % 5 for number in range(2 * len(ends))] + [1] * len(calls),
        "occurred": occurred,
        "known": known,
        "until": [NEVER] * len(known),
        "ended": [NEVER] * len(known),
    }
    of = Coverage("counts", kind, since=ends[0] - 6, through=ends[-1], stale_after=60, period=period)  # type: ignore[arg-type]
    return from_columns(places, KINDS, coverage=(of, Coverage("calls", "call", ends[0], ends[-1])), **columns)


def table(made: History, dates: list[int], features: tuple[Feature, ...] = FEATURES) -> np.ndarray:
    """Features ``[cell, date, feature]``."""
    found = design(made, dates, features).X
    assert isinstance(found, np.ndarray)
    return found.reshape(len(made.places), len(dates), len(features))


def weeks(count: int = 60, last: int = MONDAY - 1) -> list[int]:
    return [last - 7 * back for back in range(count)][::-1]


def months(count: int = 30) -> list[int]:
    return [to_day(day.date()) for day in pd.date_range(end="2024-03-31", periods=count, freq="ME")]


def ages(made: History, dates: list[int], kinds: tuple[str, ...] = ("theft",)) -> list[int]:
    """Days by which the counts are moved at each date."""
    found = np.zeros(len(dates), dtype=int)
    for at, moved, _ in aged(made, np.array(dates, dtype=np.int32), kinds):
        found[at] = int(moved.occurred[0]) - int(made.occurred[0])
    return found.tolist()


@pytest.mark.parametrize(
    ("delay", "moved"),
    [
        (0, [6, 0, 1, 2, 3, 4, 5, 6]),
        (2, [6, 7, 8, 2, 3, 4, 5, 6]),
    ],
)
def test_counts_of_weeks_are_as_old_as_on_the_day_after_their_week(delay: int, moved: list[int]) -> None:
    assert ages(history(weeks(), delay), list(range(MONDAY - 1, MONDAY + 7))) == moved


@pytest.mark.parametrize(
    ("date", "moved"),
    [("2024-02-29", 28), ("2024-03-01", 0), ("2024-03-31", 30), ("2024-04-01", 0), ("2023-03-01", 0), ("2023-02-28", 27)],
)
def test_counts_of_months_are_as_old_as_on_the_first(date: str, moved: int) -> None:
    assert ages(history(months(), period="month"), [to_day(date)]) == [moved]


@pytest.mark.parametrize(("horizon", "months"), [(28, None), (31, 1), (62, 2), (92, 3)])
def test_a_horizon_of_months_is_as_many_counts_from_every_date(horizon: int, months: int | None) -> None:
    ends = [month_end(to_day(f"2024-{month:02d}-01")) for month in range(1, 13)]
    counted = history(ends, period="month")
    days = np.arange(to_day("2024-01-01"), to_day("2024-09-30"), dtype=np.int32)
    found = labels(counted, Target("theft", horizon), days)[0]
    amounts = [1 + 2 * number % 5 for number in range(12)]
    for day, label in zip(days.tolist(), found.tolist(), strict=True):
        ahead = [amount for end, amount in zip(ends, amounts, strict=True) if day <= end]
        within = sum(day <= end < day + horizon for end in ends)
        assert label == sum(ahead[: within if months is None else months])
    by_day = labels(history(ends, period="day"), Target("theft", horizon), days)[0]
    assert (by_day != found).any() == (months is not None)


def test_a_late_delivery_leaves_the_week_before_as_it_was() -> None:
    late = history(weeks())
    stated = [Coverage("counts", "theft", since=0, through=MONDAY - 8, known=MONDAY - 8, stale_after=60, period="week")]
    made = History.from_arrays(late.places, KINDS, late.arrays(), tuple(stated))
    assert ages(made, [MONDAY, MONDAY + 1, MONDAY + 6]) == [7, 8, 13]
    # the week ahead is none the less the one that holds the date
    assert [table(made, [day], (Count("theft", 28), Weekday()))[0, 0, 1] for day in (MONDAY, MONDAY + 6)] == [1.0, 1.0]


def test_days_and_states_are_not_moved() -> None:
    dates = list(range(MONDAY, MONDAY + 7))
    assert ages(history(weeks(), period="day"), dates) == [0] * 7
    assert ages(history(weeks(), kind="open"), dates, ("open",)) == [0] * 7
    assert len(aged(history(weeks()), np.array(dates, dtype=np.int32), ["call"])) == 1


def test_kinds_that_sources_count_by_different_periods_are_not_moved() -> None:
    made = history(weeks())
    both = (*made.coverage, Coverage("others", "theft", period="month"))
    mixed = History.from_arrays(made.places, KINDS, made.arrays(), both)
    assert ages(mixed, list(range(MONDAY, MONDAY + 7))) == [0] * 7


def test_counts_of_weeks_that_end_on_other_days_have_no_calendar_of_their_own() -> None:
    """Half of what is read would say Monday when the other half is of Thursday."""
    made = history(weeks())
    calls = Coverage("calls", "call", weeks()[0], weeks()[-1], stale_after=60, period="week")
    columns = made.arrays() | {
        "occurred": np.where(made.kind == 1, made.occurred - (made.occurred - MONDAY - 3) % 7, made.occurred)
    }
    both = History.from_arrays(made.places, KINDS, columns, (made.coverage[0], calls))
    days = list(range(MONDAY - 14, MONDAY - 7))
    assert table(both, days, (Count("theft", 28), Count("call", 28), Weekday()))[0, :, 2].tolist() == [
        1.0,
        2.0,
        3.0,
        4.0,
        5.0,
        6.0,
        7.0,
    ]
    assert [period_age(both, ["theft", "call"], day) for day in days[:4]] == [0] * 4
    assert [period_age(both, ["theft"], day) for day in days[:4]] == [0, 1, 2, 3]


def test_a_week_is_known_once_one_of_its_sources_has_it_and_by_the_lower_of_two_usual_delays() -> None:
    made = history(weeks())
    behind = Coverage("others", "theft", weeks()[0] - 6, MONDAY - 15, stale_after=60, period="week")
    both = History.from_arrays(made.places, KINDS, made.arrays(), (behind, *made.coverage))
    assert ages(both, list(range(MONDAY, MONDAY + 7))) == list(range(7))
    halves = history(weeks(), [3 * (number % 2) for number in range(60)])
    assert ages(halves, [MONDAY, MONDAY + 1]) == [0, 1]


def test_nothing_is_moved_before_a_period_is_known() -> None:
    first = weeks(60)[0]
    assert ages(history(weeks(60)), [first - 3, first]) == [0, 0]


@pytest.mark.parametrize(("ends", "period", "days"), [(weeks(), "week", 7), (months(), "month", 31)])
def test_features_stay_until_the_next_count(ends: list[int], period: str, days: int) -> None:
    made = history(ends, period=period)
    dates, features = list(range(ends[-2] + 1, ends[-1] + 1)), (*FEATURES, Count("call", 7))
    assert len(dates) == days
    found = table(made, dates, features)
    assert (found[:, :, :-1] == found[:, :1, :-1]).all()
    # those of the next day say something else, and the calls of days go on
    assert (table(made, [ends[-1] + 1])[:, 0, 1] != found[:, 0, 1]).all()
    assert table(made, [dates[-1]], features)[0, 0, -1] == 7
    # one date at a time and all at once are the same to the last bit
    for number, day in enumerate(dates):
        assert np.array_equal(table(made, [day], features)[:, 0], found[:, number])


def test_only_what_was_known_decides_how_far_counts_are_moved() -> None:
    delays = [(3 * number) % 5 for number in range(60)]
    whole = history(weeks(), delays)
    for day in range(MONDAY - 40, MONDAY):
        then = whole.known_by(day)
        assert np.array_equal(table(whole, [day]), table(then, [day]), equal_nan=True)


def test_ignored_days_move_with_the_counts() -> None:
    ends = weeks()
    made = without_days(history(ends), [IgnoredDays("counts", ends[-10] - 6, ends[-10])])
    observed = (DecayedDays("theft", 30),)
    found = table(made, list(range(MONDAY, MONDAY + 7)), observed)
    assert (found == found[:, :1]).all()
    assert (found < table(history(ends), [MONDAY], observed)).all()


def test_an_unknown_period_is_refused() -> None:
    with pytest.raises(UsageError, match="period"):
        Coverage("counts", "theft", period="quarter")  # type: ignore[arg-type]


@pytest.mark.parametrize(("ends", "period", "length"), [(weeks(), "week", 7), (months(), "month", 31)])
def test_a_source_begins_with_a_whole_period(ends: list[int], period: str, length: int) -> None:
    whole = history(ends, period=period)
    (counts, calls), begun = whole.coverage, ends[-1] - length + 1
    rows = []
    for since in (begun, begun + 3, ends[-1]):
        stated = (Coverage("counts", counts.kinds, since, counts.through, stale_after=60, period=counts.period), calls)
        made = History.from_arrays(whole.places, KINDS, whole.arrays(), stated)
        rows.append(table(made, [ends[-1] + 1, ends[-1] + 5], (DecayedDays("theft", 14),)))
    assert np.array_equal(rows[0], rows[1])
    assert np.array_equal(rows[0], rows[2])
    assert float(rows[0][0, 0, 0]) == pytest.approx(sum(2.0 ** (-age / 14) for age in range(1, length + 1)))


def test_the_calendar_is_that_of_the_counts_if_nothing_else_is_read() -> None:
    made, ends = history(weeks()), weeks()
    dates = list(range(MONDAY - 7, MONDAY))
    alone, beside = (Count("theft", 28), Weekday()), (Count("theft", 28), Count("call", 7), Weekday())
    assert table(made, dates, alone)[0, :, 1].tolist() == [1.0] * 7
    assert table(made, dates, beside)[0, :, 2].tolist() == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    late = history(weeks(), 2)
    assert table(late, dates, alone)[0, :, 1].tolist() == [1.0] * 7
    assert [period_age(made, ["theft"], day) for day in dates] == list(range(7))
    assert [period_age(late, ["theft"], day) for day in dates] == [5, 6, 0, 1, 2, 3, 4]
    assert [period_age(made, ["theft", "call"], day) for day in dates] == [0] * 7
    assert period_age(made, ["theft"], ends[0] - 10) == 0
