"""Rows of records: periods, delays, amounts, and the first reason for quarantine."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskmodel.base.days import to_day
from riskmodel.base.project import load_project
from riskmodel.records.intake import ingest, read_quarantine
from riskmodel.records.intake.rows.quarantine_reasons import QUARANTINE_REASONS
from riskmodel.records.store import HistoryStore, stored_history
from tests.worlds.police_table import County, row


@pytest.mark.parametrize(
    ("period", "dates", "last"),
    [
        ("week", ("2024-01-01", "2024/2/26"), ("2024-01-07", "2024-03-03")),
        ("month", ("2024-02", "2023年12月"), ("2024-02-29", "2023-12-31")),
    ],
)
def test_a_weekly_or_monthly_record_is_of_the_last_day_of_its_period(
    county: County, period: str, dates: tuple[str, ...], last: tuple[str, ...]
) -> None:
    county.take([row(str(i), day=day) for i, day in enumerate(dates)], police=f'period = "{period}"')
    history = county.history()
    assert sorted(history.occurred.tolist()) == sorted(map(to_day, last))
    assert history.known.tolist() == history.occurred.tolist()


def test_without_a_day_of_knowledge_the_delay_counts(county: County) -> None:
    county.take([row("1"), row("2", known="2024-01-03")], police="delay = 4")
    assert sorted(county.history().known.tolist()) == [to_day("2024-01-03"), to_day("2024-01-06")]


def test_an_amount_stated_per_something_is_their_product(tmp_path: Path) -> None:
    (tmp_path / "riskmodel.toml").write_text(
        """
name = "houses"
title = { zh = "房屋", en = "Houses" }
history = "history"
[places]
path = "houses.csv"
id = "house"
groupings = { street = "street" }
[warnings]
grouping = "street"
[kinds]
violation = { family = "rental", zh = "违规", en = "violation" }
[[sources]]
name = "violations"
path = "houses.csv"
columns = { id = "house", cell = "house", occurred = "2015-12-31", amount = "rate", amount_per = "dwellings" }
kind = "violation"
since = "2015-01-01"
through = "2015-12-31"
""",
        encoding="utf-8",
    )
    rows = [
        "a,x,0.6666666666666666,3",
        "b,x,0,7",
        "c,x,0.0434782608695652,23",
        "d,x,0.5,3",
        "e,x,2.5,",
        "f,x,many,2",
        "g,x,1e300,1e300",
    ]
    (tmp_path / "houses.csv").write_text("house,street,rate,dwellings\n" + "\n".join(rows) + "\n", encoding="utf-8")
    report = ingest(load_project(tmp_path), "2016-01-01")
    assert (report.total().accepted, report.sources[0].reasons) == (3, {"amount is not a whole number": 4})
    history = stored_history(HistoryStore(tmp_path / "history"))
    assert dict(zip([history.places.ids[c] for c in history.cell], history.amount.tolist(), strict=True)) == {
        "a": 2,
        "b": 0,
        "c": 1,
    }


def test_of_several_reasons_the_first_is_given(county: County) -> None:
    faults = [("kind", "打架", "unknown kind"), ("cell", "z", "unknown cell"), ("day", "soon", "unreadable date"), ("known", "x", "unreadable known date"), ("n", "many", "amount is not a whole number"), ("rev", "y", "unreadable revision"), ("no", "", "no id")]  # fmt: skip
    for first, (_, _, reason) in enumerate(faults):
        rows = [row(**{name: value for name, value, _ in faults[first:]})]
        assert county.take([row("99"), *rows]).reasons == {reason: 1}
    reasons = [reason for _, _, reason in faults]
    assert reasons == sorted(reasons, key=QUARANTINE_REASONS.index)


def test_revisions_of_14_digits_replace_each_other_and_limits_are_named(county: County) -> None:
    stamps = ["20240102080000", "20240103080000", str(2**63 - 1)]
    rows = [row("1", stamp, n=str(n + 1)) for n, stamp in enumerate(stamps)]
    more = [row("2", str(2**63)), row("3", "-1"), row("4", n=str(2**31 - 1)), row("5", n=str(2**31)), row("6", n="9" * 30)]
    report = county.take([*rows, *more])
    assert report.reasons == {"amount is too large": 2, "unreadable revision": 2}
    assert sorted(county.history().frame()["amount"]) == [1, 2, 3, 2**31 - 1]
    shown = repr(read_quarantine(load_project(county.folder)))
    assert "whole numbers from 0 to 9,223,372,036,854,775,807" in shown
    assert "at most 2,147,483,647" in shown
    # a later ingest finds what is stored
    again = county.take([row("1", stamps[1], n="2"), row("1", stamps[2], n="4")])
    assert (again.duplicates, again.reasons) == (1, {"conflicting revision": 1})
