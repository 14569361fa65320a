"""Alerts about tables: cut off, or nearly all in quarantine. Nothing known is lost, and completeness does not advance."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from riskmodel.base.days import to_day
from riskmodel.records.intake import IngestReport, ingest
from riskmodel.records.source_alerts import source_alerts
from riskmodel.warning.formats.notes import alert_text
from tests.worlds.police_table import STATED, County, row, table, told

ROWS = [row(str(i), day=f"2024-01-{1 + i % 28:02d}") for i in range(60)]


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "county")


def take(county: County, rows: list[tuple[str, ...]] | bytes, day: str, police: str = "", **more: Any) -> IngestReport:
    content = rows if isinstance(rows, bytes) else table(rows)
    return ingest(county.write(content, police=police), day, **more)


def through(county: County) -> int:
    (found,) = county.history().latest_coverage()
    return found.through


def test_a_table_that_was_cut_off_is_an_alert_until_it_is_whole_again(county: County) -> None:
    take(county, ROWS, "2024-02-01", STATED)
    before, complete = told(county.history()), through(county)
    cut = table(ROWS[:40]) + "41,,,盗".encode()
    report = take(county, cut, "2024-03-01", STATED.replace("06-29", "06-30"))
    (alert,) = report.alerts
    assert (alert.code, alert.since, alert.count, alert.of, report.exit_code) == ("fewer rows", "2024-03-01", 41, 60, 4)
    assert "60 rows last time, 41 now, and the last line is broken: the table looks cut off" in repr(report)
    assert "--accept-smaller police" in alert.said
    assert told(county.history()) == before
    assert through(county) == complete
    # the next night compares with the last whole table, and names the first day
    again = take(county, table(ROWS[:41]), "2024-03-02", STATED)
    assert [(one.since, one.of) for one in again.alerts] == [("2024-03-01", 60)]
    assert source_alerts(county.store.manifest()) == again.alerts
    whole = take(county, [*ROWS, row("new")], "2024-03-03", STATED)
    assert (whole.exit_code, source_alerts(county.store.manifest())) == (0, ())
    assert len(county.history()) == 61


def test_new_rows_of_a_table_that_was_cut_off_are_accepted(county: County) -> None:
    take(county, ROWS, "2024-02-01")
    report = take(county, [*ROWS[30:], row("new", day="2024-02-02")], "2024-03-01")
    assert report.sources[0].accepted == 1
    assert report.exit_code == 4
    assert through(county) < to_day("2024-02-02")


def test_a_smaller_table_that_is_right_is_accepted_by_name_or_setting(county: County) -> None:
    take(county, ROWS, "2024-02-01")
    assert take(county, ROWS[:40], "2024-02-02").exit_code == 4
    assert take(county, ROWS[:40], "2024-02-02", smaller=["police"]).exit_code == 0
    # from now on the smaller table is the measure
    assert take(county, ROWS[:40], "2024-02-03").sources[0].unchanged
    assert take(county, ROWS[:35], "2024-02-04").exit_code == 4
    assert take(county, ROWS[:35], "2024-02-04", "may_shrink = 0.2").exit_code == 0


@pytest.mark.parametrize(
    ("rows", "left"),
    [
        (ROWS[:58], 2),
        ([*ROWS[:59], row("new", day="2024-01-29")], 1),
        ([row("again", day="2024-01-01"), *ROWS[1:]], 1),
        ([*ROWS, row("new", day="2024-01-29")], 0),
        ([*ROWS[20:28], row("new", day="2024-01-29")], 0),
        ([row(f"other {i}") for i in range(20)], 0),
        (ROWS[:20], 0),
    ],
    ids=["fewer", "as many", "other ids", "more", "the last days", "only new rows", "cut off"],
)
def test_rows_that_are_no_longer_in_a_table_are_named_and_stay(county: County, rows: list[tuple[str, ...]], left: int) -> None:
    take(county, ROWS, "2024-02-01")
    report = take(county, rows, "2024-02-02", "may_shrink = 0.9" if len(rows) == 9 else "")
    assert report.sources[0].left_out == left or report.alerts
    said = f"Note: police: {left} row{'s' if left > 1 else ''} of the last table {'are' if left > 1 else 'is'} no longer in it."
    assert (said in repr(report)) == (left > 0)
    assert len(county.history()) >= 60


@pytest.mark.parametrize(
    ("rows", "code"),
    [(ROWS[:58], 0), (ROWS[:56], 4), (ROWS[:59], 0), ([row(f"other {i}") for i in range(20)], 0)],
    ids=["a few rows", "more than 5 %", "one row", "only new rows"],
)
def test_some_rows_less_or_an_export_of_new_rows_is_no_alert(county: County, rows: list[tuple[str, ...]], code: int) -> None:
    take(county, ROWS, "2024-02-01")
    assert take(county, rows, "2024-03-01").exit_code == code


def test_a_table_in_quarantine_says_so_and_completeness_does_not_advance(county: County) -> None:
    take(county, ROWS, "2024-02-01")
    complete = through(county)
    bad = [row(f"x{i}", cell="nowhere", day="2024-02-10") for i in range(60)]
    report = take(county, bad, "2024-03-01")
    (alert,) = report.alerts
    assert (alert.code, alert.count, alert.of, report.exit_code) == ("quarantined", 60, 60, 1)
    assert "all 60 rows are in quarantine" in repr(report)
    assert through(county) == complete
    # the same table again is the same alert
    assert take(county, bad, "2024-03-02").exit_code == 1
    assert take(county, ROWS, "2024-03-02").exit_code == 0


def test_more_in_quarantine_than_may_be_is_an_alert(county: County) -> None:
    some = [*ROWS[:40], *(row(f"x{i}", cell="nowhere") for i in range(20))]
    report = take(county, some, "2024-02-01")
    assert [(one.code, one.count, one.of, one.of_new) for one in report.alerts] == [("quarantine", 20, 60, False)]
    assert report.exit_code == 4
    again = take(county, some, "2024-02-02")
    assert again.sources[0].unchanged
    assert (again.exit_code, again.alerts[0].since) == (4, "2024-02-01")
    assert take(county, some, "2024-02-02", "may_quarantine = 0.4").exit_code == 0


def test_rows_that_a_later_ingest_accepts_are_no_alert(county: County) -> None:
    late = [row(f"x{i}", day="2024-05-01") for i in range(60)]
    assert take(county, late, "2024-02-01").exit_code == 0


def grown(good: int, bad: int = 0) -> list[tuple[str, ...]]:
    rows = [row(f"g{i}", day=f"2024-01-{1 + i % 28:02d}") for i in range(good)]
    return [*rows, *(row(f"b{i}", day="4 Feb") for i in range(bad))]


def test_new_rows_that_cannot_be_read_are_an_alert_although_they_are_few_beside_the_whole(county: County) -> None:
    assert take(county, grown(1000), "2024-02-01").exit_code == 0
    complete = through(county)
    report = take(county, grown(1000, 20), "2024-02-05")
    (alert,) = report.alerts
    assert (alert.code, alert.count, alert.of, alert.of_new, report.exit_code) == ("quarantined", 20, 20, True, 1)
    assert county.store.manifest()["alerts"][alert.source]["of_new"] is True
    assert "all 20 new rows are in quarantine" in alert.said
    assert alert.in_words()[0].zh == "该数据表新增的20行中有20行被隔离，几乎全部。"
    assert "新增的20行中有20行" in alert_text(alert, "zh")
    assert alert_text(alert, "en").startswith("Nearly all new rows of the source")
    assert through(county) == complete
    # the same table again, and one with more of them, stay an alert since the first day
    assert take(county, grown(1000, 20), "2024-02-06").alerts[0].since == "2024-02-05"
    again = take(county, grown(1000, 25), "2024-02-07")
    assert [(one.count, one.of, one.since) for one in again.alerts] == [(25, 25, "2024-02-05")]
    # good rows that follow are new, too, until those in quarantine are few beside them
    (some,) = take(county, grown(1100, 25), "2024-02-08").alerts
    assert (some.code, some.count, some.of) == ("quarantine", 25, 125)
    assert take(county, grown(1300, 25), "2024-02-09").exit_code == 0
    assert take(county, grown(1310, 25), "2024-02-10").exit_code == 0


def test_new_rows_that_were_mended_are_no_alert(county: County) -> None:
    take(county, grown(1000), "2024-02-01")
    assert take(county, grown(1000, 20), "2024-02-05").exit_code == 1
    mended = [*grown(1000), *(row(f"b{i}", day="2024-02-04") for i in range(20))]
    assert take(county, mended, "2024-02-06").exit_code == 0
    assert through(county) == to_day("2024-02-04")


@pytest.mark.parametrize(("good", "bad"), [(1000, 2), (1100, 10), (1000, 0)], ids=["two rows", "one in eleven", "none"])
def test_few_new_rows_in_quarantine_are_no_alert(county: County, good: int, bad: int) -> None:
    take(county, grown(1000), "2024-02-01")
    assert take(county, grown(good, bad), "2024-02-05").exit_code == 0


def test_new_rows_may_go_to_quarantine_where_the_project_says_so(county: County) -> None:
    take(county, grown(1000), "2024-02-01")
    assert take(county, grown(1000, 20), "2024-02-05", "may_quarantine = 1").exit_code == 0
