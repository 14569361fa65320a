"""How far a source is complete: stated, or read off its rows."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel.asof.target import Target, last_knowledge, mature
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.records.check import check_history, check_terminal
from riskmodel.records.intake import ingest
from tests.worlds.police_table import DAY, REGISTER, REGISTER_HEADER, County, row, table


def test_coverage_is_read_off_the_last_entry_where_nothing_is_stated(county: County) -> None:
    county.take([row("1", day="2024-01-02", known="2024-01-09"), row("2", day="2024-01-05")], police="stale_after = 3")
    (coverage,) = county.history().coverage
    assert (coverage.since, coverage.through, coverage.known) == (
        to_day("2024-01-02"),
        to_day("2024-01-09"),
        to_day("2024-01-09"),
    )
    assert (coverage.kinds, coverage.stale_after) == (("theft", "noise"), 3)


def test_exports_state_coverage_line_by_line(county: County) -> None:
    more = '[exports]\npath = "exports.csv"\nsource = "s"\nsince = "f"\nthrough = "t"\nknown = "k"\n'
    lines = [("police", "2020-01-01", "2024-01-20", "2024-01-21"), ("police", "2020-01-01", "2024-01-10", "2024-01-11")]
    report = []
    for order in (lines, lines[::-1]):
        project = county.write(table([row()]), more=more, exports=table(order, ("s", "f", "t", "k")))
        report.append(ingest(project, DAY))
        assert [(c.through, c.known) for c in county.history().coverage] == [
            (to_day("2024-01-10"), to_day("2024-01-11")), (to_day("2024-01-20"), to_day("2024-01-21")),
        ]  # fmt: skip
    assert report[1].sources[0].unchanged
    with pytest.raises(UsageError, match=r"table of exports has an unreadable date for 'police'"):
        ingest(
            county.write(more=more, exports=table([("police", "2020-01-01", "soon", "2024-01-21")], ("s", "f", "t", "k"))), DAY
        )


def test_a_source_that_the_exports_no_longer_name_is_not_complete_by_its_rows(county: County) -> None:
    """Its sender stated how far it was complete, and says nothing now: that is unknown, and not what the newest row says."""
    more = '[exports]\npath = "exports.csv"\nsource = "s"\nsince = "f"\nthrough = "t"\nknown = "k"\n'
    named, other = ("police", "2024-01-01", "2024-01-03", "2024-01-04"), ("others", "2024-01-01", "2024-01-20", "2024-01-21")
    rows = [row(), row("2", day="2024-01-08", known="2024-01-09")]

    def through(given: list[tuple[str, ...]], *lines: tuple[str, ...]) -> str:
        exports = table(lines, ("s", "f", "t", "k"))
        ingest(county.write(table(given), police="stale_after = 3", more=more if lines else "", exports=exports), DAY)
        return to_iso(county.history().coverage[-1].through)

    assert through(rows[:1], named, other) == "2024-01-03"
    assert [through(given, other) for given in (rows, rows, rows[::-1])] == ["2024-01-03"] * 3
    # named again, and then no table of exports at all: the rows say how far
    assert through(rows, named, ("police", "2024-01-01", "2024-01-06", "2024-01-07"), other) == "2024-01-06"
    assert through([*rows, row("3", known="2024-01-09")]) == "2024-01-09"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ([("", "2020-01-01", "2024-01-20", "2024-01-21")], r"Row 2 of the table of exports names no source"),
        ([("polcie", "2020-01-01", "2024-01-20", "2024-01-21")], r"no source \(named in the table of exports\) named 'polcie'"),
        ([("police", "2020-01-01", "2024-01-20 20:00 CST", "")], r"Row 2 of the table of exports has an unreadable date"),
        ([("police", "2020-01-01", "2024-01-20", "2024-01-21", "x")], r"1 row with a wrong number of fields \(row 2\)"),
        ([("police",)], r"1 row with a wrong number of fields \(row 2\)"),
    ],
)
def test_a_broken_row_of_exports_is_refused_with_its_number(county: County, lines: list[tuple[str, ...]], message: str) -> None:
    more = '[exports]\npath = "exports.csv"\nsource = "s"\nsince = "f"\nthrough = "t"\nknown = "k"\n'
    first = ("elsewhere" if "polcie" in lines[0] else "police", "2020-01-01", "2024-01-20", "2024-01-21")
    exports = table([first, *lines], ("s", "f", "t", "k"))
    with pytest.raises(UsageError, match=message):
        ingest(county.write(table([row()]), more=more, exports=exports), DAY)


def test_instants_of_exports_are_days_in_the_projects_zone(county: County) -> None:
    more = '[exports]\npath = "exports.csv"\nsource = "s"\nsince = "f"\nthrough = "t"\nknown = "k"\n'
    line = ("police", "2019-12-31T20:00Z", "2024-01-19 20:00 UTC", "20240120T200000+0000")
    project = county.write(table([row()]), more=more, exports=table([line], ("s", "f", "t", "k")))
    ingest(project, DAY)
    (coverage,) = county.history().coverage
    shanghai = ("2020-01-01", "2024-01-20", "2024-01-21")
    utc = ("2019-12-31", "2024-01-19", "2024-01-20")
    expected = shanghai if project.table.time_zone == "Asia/Shanghai" else utc
    assert (coverage.since, coverage.through, coverage.known) == tuple(map(to_day, expected))


EXPORTS = '[exports]\npath = "exports.csv"\nsource = "s"\nsince = "f"\nthrough = "t"\nknown = "k"\n'


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (
            ("police", "2020-01-01", "2042-01-28", "2024-01-28"),
            r"through 2042-01-28, which lies after its day of knowledge 2024-01-28",
        ),
        (("police", "2024-02-01", "2024-01-20", "2024-02-02"), r"through 2024-01-20, which lies before its first day 2024-02-01"),
    ],
    ids=["days to come", "reversed"],
)
def test_an_impossible_statement_is_refused(county: County, line: tuple[str, ...], message: str) -> None:
    with pytest.raises(
        UsageError, match=rf"Row 1 of the table of exports says that 'police' is complete {message}\. Correct its"
    ):
        ingest(county.write(table([row()]), more=EXPORTS, exports=table([line], ("s", "f", "t", "k"))), DAY)
    assert county.store.manifest_id is None


def test_a_default_date_does_not_say_since_when_a_source_is_complete(county: County) -> None:
    days = [f"2024-01-{n + 3:02d}" for n in range(20)]
    county.take([row(str(n), day=day) for n, day in enumerate(days)] + [row("x", day="1900-01-01")], police="")
    (coverage,) = county.history().coverage
    assert coverage.since == to_day("2024-01-03")
    assert len(county.history()) == 21


def test_a_source_that_was_never_ingested_is_unknown(county: County) -> None:
    """Unknown is never normal: it is in the history, stale, without a first day, and no label of its kinds is final."""
    project = county.write(table([row(), row("2")]), more=REGISTER)
    assert ingest(project, DAY, ["police"]).sources[0].accepted == 2
    history, day = county.history(), to_day(DAY)
    assert history.stale(day + 1) == {"register": None}
    assert history.known_by(day + 1).stale(day + 1) == {"register": None}
    as_of = np.array([day], dtype=np.int32)
    assert history.missing(["rooms"], 7, as_of).all()
    assert not history.missing(["theft"], 7, as_of).any()
    assert not mature(history, Target(("rooms",), 7), as_of - 100).any()
    assert last_knowledge(history) == day
    report = check_history(history, county.store.manifest(), day + 1)
    assert ("unknown", "register") in {(one.key, one.subject) for one in report.findings}
    assert "5881" not in str(report.to_json()) + check_terminal(report)
    # its first rows say what is known of it
    rows = table([("1", "a", "2024-05-01", "2024-06-29", "", "", "3")], REGISTER_HEADER)
    ingest(county.write(more=REGISTER, register=rows), DAY)
    assert county.history().stale(day + 1) == {}
    assert [one.since for one in county.history().coverage if one.source == "register"] == [to_day("2024-05-01")]


def january(count: int = 20) -> list[tuple[str, ...]]:
    return [row(str(n), day=f"2024-01-{n + 3:02d}") for n in range(count)]


@pytest.mark.parametrize(
    ("days", "since"),
    [
        (["1900-01-01"], "2024-01-03"),
        (["1900-01-01", "1970-01-01", "2019-12-31"], "2024-01-03"),
        (["2024-01-02"], "2024-01-02"),
        (["2021-06-01"], "2021-06-01"),
    ],
    ids=["a default date", "three default dates", "the day before", "two years before"],
)
def test_default_dates_of_a_later_ingest_do_not_begin_a_source_either(county: County, days: list[str], since: str) -> None:
    """A database gives only its new rows: they are judged by what was stated before."""
    county.take(january(), police="")
    more = [row(f"new {n}", day=day, known="2024-02-01") for n, day in enumerate(days)]
    county.take([*january(), *more], police="")
    assert min(one.since for one in county.history().coverage) == to_day(since)


def test_a_default_date_in_a_tenth_of_the_rows_does_not_begin_a_source(county: County) -> None:
    county.take([*january(), row("x", day="1900-01-01"), row("y", day="1900-01-01")], police="")
    assert {one.since for one in county.history().coverage} == {to_day("2024-01-03")}


def test_a_few_rows_are_enough_to_see_a_default_date(county: County) -> None:
    county.take([*january(3), row("x", day="1900-01-01")], police="")
    assert {one.since for one in county.history().coverage} == {to_day("2024-01-03")}


def test_a_day_to_come_in_the_project_file_counts_through_the_day_of_the_ingest(county: County) -> None:
    county.take(january(), "2024-02-06", police='since = "2024-01-01"\nthrough = "2042-01-28"')
    history = county.history()
    assert history.stale("2024-02-07") == {}
    assert history.stale("2024-06-01") == {"police": to_day("2024-02-06")}
    assert last_knowledge(history) == to_day("2024-02-07")
    report = check_history(history, county.store.manifest(), to_day("2024-02-07"))
    assert ("ahead", "police") in {(one.key, one.subject) for one in report.findings}


def test_statements_that_are_known_after_the_ingest_do_not_count_yet(county: County) -> None:
    lines = [("police", "2024-01-01", "2024-01-28", "2024-01-28"), ("police", "2024-01-01", "2042-01-28", "2042-01-28")]
    project = county.write(table(january()), more=EXPORTS, exports=table(lines, ("s", "f", "t", "k")))
    report = ingest(project, "2024-02-06")
    assert report.later == ("police",)
    assert "known only after the day of the ingest do not count yet: police" in repr(report)
    history = county.history()
    assert [one.through for one in history.coverage] == [to_day("2024-01-28")]
    assert history.stale("2024-06-01") == {"police": to_day("2024-01-28")}
    assert last_knowledge(history) == to_day("2024-01-29")


def test_a_source_whose_rows_are_all_in_quarantine_is_unknown(county: County) -> None:
    county.take([row(cell="z")], police="")
    history = county.history()
    assert history.stale(DAY) == {"police": None}
    assert history.missing(["theft"], 1, np.array([to_day(DAY)], dtype=np.int32)).all()
    assert "5881" not in repr(history) + check_terminal(check_history(history, county.store.manifest(), last_knowledge(history)))
    # later rows begin it: it is not complete since ever
    county.take([row(), row("2", day="2024-01-09")], police="")
    assert {one.since for one in county.history().coverage} == {to_day("2024-01-02")}
