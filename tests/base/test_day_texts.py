"""Dates and instants in texts: every offset is converted, or the text is not read."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmodel.base.day_texts import read_clock, read_date, year_of
from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError

ZONES = tuple(map(ZoneInfo, ("Asia/Shanghai", "UTC", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati")))
DATES = (
    "{0:%Y-%m-%d}",
    "{0:%Y/%m/%d}",
    "{0:%Y.%m.%d}",
    "{0:%Y%m%d}",
    "{0.year}-{0.month}-{0.day}",
    "{0.year}年{0.month}月{0.day}日",
)
TIMES = (
    "T{0:%H:%M:%S}", " {0:%H:%M:%S}", "t{0:%H%M%S}", " {0:%H:%M:%S}.123456", "T{0:%H:%M:%S},5", "  {0:%H:%M:%S}", " {0:%I:%M:%S %p}",
    " {0:%I:%M:%S}{0:%p}", " {0.hour}:{0:%M:%S}", " {0.hour}时{0.minute}分{0.second}秒", "T{0:%H.%M.%S}",
)  # fmt: skip


def offsets(minutes: int) -> list[str]:
    """Every spelling of an offset of so many minutes."""
    sign, hours, rest = "+-"[minutes < 0], *divmod(abs(minutes), 60)
    found = [
        f"{sign}{hours:02}{rest:02}",
        f"{sign}{hours:02}:{rest:02}",
        f" {sign}{hours:02}:{rest:02}",
        f"{sign}{hours}:{rest:02}",
    ]
    found += [f"UTC{sign}{hours}:{rest:02}", f" GMT{sign}{hours:02}{rest:02}", f"{sign}{hours:02}:{rest:02}[Asia/Shanghai]"]
    if not rest:
        found += [f"{sign}{hours:02}", f"{sign}{hours}", f"GMT{sign}{hours}", f" UTC {sign}{hours}", f" utc{sign}{hours}"]
    if not minutes:
        found += ["Z", "z", " Z", "UTC", " UTC", " GMT", " utc", "\u221200:00", "Z[UTC]"]
    return found


@given(
    st.datetimes(datetime(1950, 1, 1), datetime(2100, 12, 31)),
    st.sampled_from(DATES),
    st.sampled_from(TIMES),
    st.sampled_from([-720, -570, -300, 0, 60, 330, 345, 480, 540, 840]),
    st.data(),
)
def test_an_instant_in_any_spelling_is_its_day_in_the_zone(
    at: datetime, day: str, time: str, offset: int, data: st.DataObject
) -> None:
    at = at.replace(microsecond=0)
    spelling = day.format(at) + time.format(at) + data.draw(st.sampled_from(offsets(offset)))
    zone = data.draw(st.sampled_from(ZONES))
    expected = (at.replace(tzinfo=UTC) - timedelta(minutes=offset)).astimezone(zone).date()
    assert read_date(spelling, zone=zone) == expected
    # without a zone its day is not known
    assert read_date(spelling) is None


@given(st.datetimes(datetime(1950, 1, 1), datetime(2100, 12, 31)), st.sampled_from(DATES), st.sampled_from(TIMES))
def test_a_time_without_an_offset_is_of_its_date(at: datetime, day: str, time: str) -> None:
    for zone in (None, *ZONES):
        assert read_date(day.format(at) + time.format(at), zone=zone) == at.date()


@pytest.mark.parametrize(
    "text",
    ["2024-01-31 20:00 XST", "2024-01-31 20:00 IST", "2024-01-31Z", "2024-01-31+08:00", "2024-01-31 20:00+99", "2024-01-31 20:00+08:75", "2024-01-31 25:00",
     "2024-01-31 20:61", "2024-01-31 20:00:61", "2024-01-31 20:00 Mars/Olympus", "2024-01-31 20:00 ../../etc/passwd", "2024-01-31 20:00Z+8",
     "2024-01-31 20:00+", "2024-01-31 20:00 o'clock", "2024-01-31T", "20240131200000Z", "2024-01-31 20:5", "2024-01-31 20:00+0800 CST"],
)  # fmt: skip
def test_what_is_not_understood_whole_is_not_read(text: str) -> None:
    assert read_date(text, zone=ZONES[0]) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024-01-31 20:00 Asia/Shanghai", date(2024, 1, 31)),
        ("2024-01-31 20:00 America/New_York", date(2024, 2, 1)),
        ("2024-01-31T20:00:00+08:00[Asia/Shanghai]", date(2024, 1, 31)),
        ("2024-01-31 24:00", date(2024, 1, 31)),
        ("2024-01-31 24:00:00+08:00", date(2024, 1, 31)),
        ("2016-12-31T23:59:60Z", date(2017, 1, 1)),
        ("2024/1/31 下午 8:30:00", date(2024, 1, 31)),
        ("2024/1/31 下午 8:30:00+00", date(2024, 2, 1)),
        ("2024-01-31 12:30 AM +08", date(2024, 1, 31)),
        ("2024年1月31日20时", date(2024, 1, 31)),
    ],
)
def test_further_forms(text: str, day: date) -> None:
    assert read_date(text, zone=ZONES[0]) == day


def test_a_clock_has_its_zone() -> None:
    clock = read_clock(" 20:00:00")
    assert clock is not None
    assert clock.zone is None


@pytest.mark.parametrize("when", ["2024-01-31T20:00:00Z", "2024-01-31 20:00+00", datetime(2024, 1, 31, 20, tzinfo=UTC)], ids=str)
def test_an_argument_with_an_offset_is_refused(when: object) -> None:
    with pytest.raises(UsageError, match=r"a date in the project's time zone, without an offset to UTC"):
        to_day(when)  # type: ignore[arg-type]


@pytest.mark.parametrize("when", ["2024-01-31 99:00", "2024-01-31 8 people", "2024-01-31 20:00 XST"])
def test_an_argument_with_something_else_behind_the_date_is_refused(when: str) -> None:
    with pytest.raises(UsageError, match=r"must be a date such as 2024-01-02"):
        to_day(when)


@pytest.mark.parametrize(("text", "year"), [("1968", 1968), ("24", 2024), ("00", 2000), ("68", 2068), ("69", 1969), ("99", 1999)])
def test_a_year_of_two_digits_is_read_as_strptime_does(text: str, year: int) -> None:
    assert year_of(text) == year
    assert len(text) == 4 or datetime.strptime(text, "%y").year == year
