"""How far a source is complete: stated, or read off its rows."""

from __future__ import annotations

import pytest

from riskmodel.base.days import to_day
from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from tests.worlds.police_table import DAY, County, row, table


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
