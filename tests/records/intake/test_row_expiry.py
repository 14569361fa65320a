"""How long rows are kept: what leaves the history, what stays, and what can still be replayed."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.records.backup import read_backup
from riskmodel.records.history import History
from riskmodel.records.intake import IngestReport, ingest
from riskmodel.records.intake.ingest_report import SourceReport
from riskmodel.records.intake.upkeep.row_expiry import LAG
from riskmodel.records.store import HistoryStore, files_of, stored_history
from tests.records.history_backups import back_up, restore
from tests.worlds.drawn_rows import expected, good_rows, without_conflicts
from tests.worlds.police_table import REGISTER, REGISTER_HEADER, STATED, County, counties, row, table, told

KEEP = f"{STATED}\nkeep_days = 100"
FIRST = to_day("2024-06-29")


def days(history: History) -> list[str]:
    return sorted(to_iso(day) for day in history.occurred)


def test_rows_leave_the_history_when_their_days_are_over_and_are_counted(county: County) -> None:
    rows = [
        row("1", day="2024-01-02"),
        row("2", day="2024-03-30"),
        row("3", day="2024-06-01"),
        row("4", day="2024-01-05", cell="z"),
    ]
    report = county.take(rows, "2024-06-29", police=KEEP)
    assert (report.rows, report.accepted, report.expired, report.removed) == (2, 2, 2, 0)
    assert "; 2 rows are older than the source keeps" in repr(IngestReport((report,), "x"))
    assert days(county.history()) == ["2024-03-30", "2024-06-01"]
    # the limit is the day of the ingest less 100 days
    assert county.take(rows, "2024-07-08", police=KEEP).unchanged
    assert days(county.history()) == ["2024-03-30", "2024-06-01"]
    assert county.take(rows, "2024-07-09", police=KEEP).unchanged
    assert days(county.history()) == ["2024-06-01"]
    report = county.take(rows, to_iso(to_day("2024-03-30") + 101 + LAG), police=KEEP)
    assert (report.unchanged, report.removed) == (True, 1)
    assert sum(part["rows"] for part in county.store.manifest()["parts"]) == 1
    assert county.take([*rows, row("5", day="2024-06-02")], "2024-08-30", police=KEEP).expired == 3
    assert days(county.history()) == ["2024-06-01", "2024-06-02"]


def test_a_clock_that_runs_ahead_lets_no_row_leave_that_a_right_one_would_keep(county: County) -> None:
    rows = [row("1", day="2024-03-20"), row("2", day="2024-04-30"), row("3", day="2024-06-20")]
    report = county.take(rows, "2024-06-29", police=KEEP)
    assert (report.accepted, report.expired, report.stays) == (2, 1, "")
    for day in ("2024-10-01", "2031-01-01", "2200-01-01"):
        report = county.take(rows, day, police=KEEP)
        assert (report.unchanged, report.removed) == (True, 0)
        assert report.stays == (
            f"this ingest is of {day}, {to_day(day) - to_day('2024-06-20'):,} days after the newest row (2024-06-20), so rows older than keep_days stay. "
            "Correct the clock if it runs ahead; if it is right, they leave once newer rows are there."
        )
        assert f"KEPT: police: {report.stays}" in repr(IngestReport((report,), "x"))
        assert days(county.history()) == ["2024-04-30", "2024-06-20"]
    # removed rows stay removed, and rows that are new while the clock is wrong are kept too
    report = county.take([*rows, row("4", day="2024-06-25")], "2031-01-02", police=KEEP)
    assert (report.accepted, report.expired, report.removed) == (1, 1, 0)
    assert days(county.history()) == ["2024-04-30", "2024-06-20", "2024-06-25"]
    # under the right clock everything goes on as if nothing had been
    report = county.take([*rows, row("4", day="2024-06-25"), row("5", day="2024-10-01")], "2024-10-02", police=KEEP)
    assert (report.expired, report.stays) == (3, "")
    assert days(county.history()) == ["2024-06-25", "2024-10-01"]


def test_a_first_ingest_under_a_clock_that_runs_ahead_takes_every_row_that_a_right_one_would(county: County) -> None:
    rows = [row("1", day="2024-01-02"), row("2", day="2024-06-20")]
    report = county.take(rows, "2031-01-01", police=KEEP)
    assert (report.accepted, report.expired) == (1, 1)
    assert days(county.history()) == ["2024-06-20"]


def test_a_source_that_may_be_older_expires_by_the_day(county: County) -> None:
    rows = [row("1", day="2024-04-30"), row("2", day="2024-06-20")]
    county.take(rows, "2024-06-29", police=KEEP)
    report = county.take(rows, "2024-11-01", police=f"{KEEP}\nstale_after = 200")
    assert report.stays == ""
    assert days(county.history()) == []


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(row("1", known="2024-07-01"), id="known after the ingest"),
        pytest.param(row("1", known="2024-06-20", n="many"), id="no whole number"),
        *(pytest.param(row("1", known="2024-06-20", n=str(n)), id=f"in conflict: {n}") for n in range(2, 6)),
    ],
)
def test_a_row_that_is_not_accepted_does_not_keep_older_rows_of_its_id(county: County, later: tuple[str, ...]) -> None:
    def take(*more: tuple[str, ...]) -> SourceReport:
        return county.take([row("1"), row("9", day="2024-06-10"), later, *more], "2024-06-30", police=f"{STATED}\nkeep_days = 80")

    take()
    first = told(county.history())
    # the second ingest removes old rows from disk before it reads the table
    assert take().accepted == 0
    assert told(county.history()) == first
    # a table with another row is not taken as unchanged
    assert take(row("2", day="2024-06-20")).accepted == 1
    assert set(first) < set(told(county.history()))


def test_no_lower_revision_is_believed_again_when_the_higher_one_is_old(county: County) -> None:
    rows = [
        row("1", "1", day="2024-03-20", known="2024-05-20"),
        row("1", "2", day="2024-01-02", known="2024-01-03", cell="b"),
        row("2", "1", day="2024-01-02", known="2024-01-03"),
        row("2", "2", day="2024-01-02", known="2024-05-20", status="撤销"),
    ]
    for first in (rows, rows[:1], rows[1:]):
        other = County(county.folder.parent / f"county{len(first)}-{first[0][1]}")
        other.take(first, "2024-05-21", police=KEEP)
        assert other.take(rows, "2024-05-22", police=KEEP).expired == 0
        assert told(other.history()) == expected(rows)
        other.take([*rows, row("9", day="2024-08-01")], "2024-08-29", police=f"{KEEP}\nstale_after = 8")
        assert [one[1] for one in told(other.history())] == ["a"]


def test_a_state_that_lasts_is_kept_and_leaves_after_its_end(county: County) -> None:
    more = REGISTER + KEEP
    opened = ("7", "a", "2020-01-02", "2020-01-05", "", "", "12")
    closed = ("7", "a", "2020-01-02", "2020-01-05", "2024-06-20", "2024-06-25", "12")
    for day, line, left in (
        ("2024-06-01", opened, 1),
        ("2024-06-29", closed, 1),
        ("2024-10-03", closed, 1),
        ("2024-10-04", closed, 0),
    ):
        ingest(county.write(table([row(), row("2", day="2024-08-01")]), more=more, register=table([line], REGISTER_HEADER)), day)
        assert len(county.history().of(kind="rooms")) == left


def test_a_night_before_the_limit_cannot_be_replayed_and_its_files_go(county: County, tmp_path: Path) -> None:
    rows = [row("1", day="2024-06-01")]
    county.take(rows, "2024-06-29", police=KEEP)
    first = county.store.manifest_id
    county.take([*rows, row("2", day="2024-09-01")], "2024-09-05", police=KEEP)
    second, fingerprint = county.store.manifest_id, county.history().fingerprint()
    assert first is not None
    assert days(stored_history(county.store, first)) == ["2024-06-01"]
    report = county.take([row("3", day="2024-10-20")], "2024-11-01", police=KEEP)
    assert report.removed == 1
    with pytest.raises(
        UsageError, match=r"is of 2024-06-29; the source 'police' keeps its rows from 2024-07-24 on \(keep_days\)"
    ):
        stored_history(county.store, first)
    assert stored_history(county.store, second).fingerprint() == fingerprint
    named = {file for identity in (second, county.store.manifest_id) for file, _ in files_of(county.store.manifest(identity))}
    there = {str(path.relative_to(county.store.folder)) for path in (county.store.folder / "parts").iterdir()}
    assert there == {name for name in named if name.startswith("parts/")}
    back_up(county.store, tmp_path / "backup")
    restored = HistoryStore(tmp_path / "restored")
    restore(tmp_path / "backup", restored)
    assert stored_history(restored).fingerprint() == county.history().fingerprint()


def test_a_backup_needs_no_file_of_what_can_no_longer_be_replayed(county: County, tmp_path: Path) -> None:
    keep = f"{STATED}\nkeep_days = 50"
    county.take([row("1", day="2024-06-01")], "2024-06-29", police=keep)
    past = county.store.manifest()
    county.take([row("3", day="2024-08-20")], "2024-08-25", police=keep)
    assert not any((county.store.folder / part["file"]).exists() for part in past["parts"])
    back_up(county.store, tmp_path / "backup")
    names = read_backup(tmp_path / "backup").files
    assert sum(name.startswith("manifests/") for name in names) > 1
    restore(tmp_path / "backup", HistoryStore(tmp_path / "restored"))


recent = good_rows.map(lambda values: (*values[:5], values[5].replace("2024-01-02", "2024-05-20"), values[6], values[7]))


@settings(deadline=None, max_examples=20)
@given(
    st.lists(st.one_of(good_rows, recent), min_size=1, max_size=12).map(without_conflicts),
    st.integers(0, 60),
    st.integers(1, 200),
)
def test_what_is_kept_is_what_a_history_without_a_limit_says_of_the_same_ids(
    rows: list[tuple[str, ...]], later: int, keep: int
) -> None:
    # a table that holds no new row is one of a clock that runs ahead
    rows = [*rows, row("new", day=to_iso(FIRST))]
    with counties(2) as (one, other):
        for day in (FIRST, FIRST + later):
            report = one.take(rows, to_iso(day), police=f"{STATED}\nkeep_days = {keep}")
            assert report.unchanged or report.rows + report.expired == len(rows)
        other.take(rows, to_iso(FIRST + later), police=STATED)
        limit = FIRST + later - keep
        kept = [values for values in rows if any(_last(one) >= limit for one in rows if one[0] == values[0])]
        assert told(one.history()) == (expected(kept) if kept else [])
        assert set(told(one.history())) <= set(told(other.history()))
        assert one.take(rows, to_iso(FIRST + later), police=f"{STATED}\nkeep_days = {keep}").rows == 0


def _last(values: tuple[str, ...]) -> int:
    occurred = {"2024/2/29": "2024-02-29", "20240301 08:00": "2024-03-01"}.get(values[5], values[5])
    return max(to_day(occurred), to_day(values[6][:10] or occurred))
