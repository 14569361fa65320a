"""Dates that may mean another day than they count as: midnights of UTC, and weeks that Sundays name."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from riskmodel.base.days import to_day, to_iso
from riskmodel.records.check import check_history
from riskmodel.records.intake.date_doubts import DateDoubt, doubts_from_json, doubts_to_json
from riskmodel.records.intake.ingest_report import IngestReport
from tests.worlds.police_table import STATED, County, row

NEW_YORK = f'{STATED}\ntime_zone = "America/New_York"'
DATES = [date(2024, 5, 1) + timedelta(days=n) for n in range(12)]
MIDNIGHTS = [row(str(n), day=f"{one}T00:00:00Z") for n, one in enumerate(DATES)]


@pytest.mark.parametrize("form", ["{}T00:00:00Z", "{} 00:00:00+00", "{}T00:00:00.000+00:00", "{} 00:00:00 UTC"])
def test_midnights_of_utc_are_named_where_they_are_the_evening_before(county: County, form: str) -> None:
    rows = [row(str(n), day=form.format(one)) for n, one in enumerate(DATES)]
    report = county.take(rows, police=NEW_YORK)
    assert report.doubts == (DateDoubt("midnights", "发生", "America/New_York", "time_zone"),)
    assert "DATES: police: nearly all instants of '发生' are midnights of UTC" in repr(IngestReport((report,), "x"))
    assert to_iso(county.history().occurred.min()) == "2024-04-30"
    # a table that is not read again is named all the same, and the check names it, too
    again = county.take(rows, police=NEW_YORK)
    assert (again.unchanged, again.doubts) == (True, report.doubts)
    (found,) = (
        one
        for one in check_history(county.history(), county.store.manifest(), to_day("2024-06-30")).findings
        if one.code == "RM113"
    )
    assert found.severity == "warning"
    assert found.said.zh == "“发生”的时刻几乎都是UTC零时，在America/New_York属于前一天晚上，每一天都早算了一天。"
    assert found.remedy.en == 'If they are dates, set time_zone = "UTC" of the source.'
    settled = county.take(rows, police=f'{STATED}\ntime_zone = "UTC"')
    assert settled.doubts == ()
    assert to_iso(county.history().occurred.min()) == "2024-05-01"


def test_east_of_greenwich_such_a_midnight_is_on_its_day(county: County) -> None:
    assert county.take(MIDNIGHTS).doubts == ()


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(MIDNIGHTS[:9], id="too few"),
        pytest.param([row(str(n), day=f"2024-05-01T{n:02}:00:00Z") for n in range(12)], id="all hours"),
        pytest.param([row(str(n), day=f"{one}T00:00:00-05:00") for n, one in enumerate(DATES)], id="local midnights"),
        pytest.param([row(str(n), day=str(one)) for n, one in enumerate(DATES)], id="plain dates"),
    ],
)
def test_other_instants_are_no_doubt(county: County, rows: list[tuple[str, ...]]) -> None:
    assert county.take(rows, police=NEW_YORK).doubts == ()


def test_rows_from_all_parts_of_a_table_are_looked_at(county: County) -> None:
    """Dates in its first half, instants in the second: they are not nearly all midnights."""
    first = [row(str(n), day=f"{DATES[n % 12]}T00:00:00Z") for n in range(2100)]
    second = [row(str(2100 + n), day=f"{DATES[n % 12]}T{n % 20 + 2:02}:10:00Z") for n in range(2100)]
    assert county.take(first + second, police=NEW_YORK).doubts == ()
    assert len(county.take(first, police=NEW_YORK).doubts) == 1


def test_days_of_knowledge_have_a_zone_of_their_own(county: County) -> None:
    """Dates as midnights of UTC beside true instants of knowledge: each column is read in its zone."""
    rows = [row(str(n), day=f"{one}T00:00:00Z", known=f"{one}T22:30:00-04:00") for n, one in enumerate(DATES)]
    utc = county.take(rows, police=f'{STATED}\ntime_zone = "UTC"')
    assert utc.doubts == ()
    assert to_iso(county.history().known.min()) == "2024-05-02"
    county.take(rows, police=f'{STATED}\ntime_zone = "UTC"\nknown_time_zone = "America/New_York"')
    history = county.history()
    assert (to_iso(history.occurred.min()), to_iso(history.known.min())) == ("2024-05-01", "2024-05-01")


def test_a_day_of_knowledge_that_would_be_a_day_too_early_is_named(county: County) -> None:
    rows = [row(str(n), day=str(one), known=f"{one + timedelta(days=2)}T00:00:00Z") for n, one in enumerate(DATES)]
    report = county.take(rows, police=NEW_YORK)
    assert report.doubts == (DateDoubt("midnights", "获知", "America/New_York", "known_time_zone"),)
    assert to_iso(county.history().known.min()) == "2024-05-02"
    assert county.take(rows, police=f'{NEW_YORK}\nknown_time_zone = "UTC"').doubts == ()
    assert to_iso(county.history().known.min()) == "2024-05-03"


@pytest.mark.parametrize(("first", "named"), [("2024-03-03", True), ("2024-03-04", False), ("2024-03-02", False)])
def test_weeks_that_sundays_name_are_doubted(county: County, first: str, named: bool) -> None:
    weeks = [to_iso(to_day(first) + 7 * n) for n in range(8)]
    rows = [row(str(n), day=week) for n, week in enumerate(weeks)]
    weekly = f'{STATED}\nperiod = "week"'
    report = county.take(rows, police=weekly)
    assert report.doubts == ((DateDoubt("sundays", "发生"),) if named else ())
    if named:
        assert 'set period = "week_end" for the source' in str(report.doubts[0])
        assert to_iso(county.history().occurred.min()) == "2024-03-09"
    assert county.take(rows[:7], police=weekly).doubts == report.doubts
    assert county.take(rows, police=STATED).doubts == ()


def test_doubts_are_plain_values_in_a_manifest() -> None:
    doubts = (DateDoubt("midnights", "a", "America/Lima", "time_zone"), DateDoubt("sundays", "b"))
    assert doubts_from_json(doubts_to_json(doubts)) == doubts
