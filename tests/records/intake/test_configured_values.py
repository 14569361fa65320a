"""Configured values that never occur are named, at ingest and by the check, with the nearest that do."""

from __future__ import annotations

from pathlib import Path

import pytest

from riskmodel.base.days import to_day
from riskmodel.records.check import check_history
from riskmodel.records.intake import IngestReport, ingest
from tests.worlds.police_table import DAY, STATED, County, row, table


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "county")


def findings(county: County) -> dict[str, str]:
    check = check_history(county.history(), county.store.manifest(), to_day(DAY))
    return {one.said.en: one.severity for one in check.findings if one.code == "RM112"}


def take(county: County, *rows: tuple[str, ...], police: str = STATED) -> IngestReport:
    return ingest(county.write(table(rows), police=police), DAY)


def test_a_withdrawal_that_is_written_otherwise_is_named_with_the_nearest(county: County) -> None:
    report = take(county, row("1", status="撤銷"), row("2", status="有效"), row("3", status="撤销了"))
    line = "'撤销' of withdrawn never occurs in the column '状态'"
    assert f"Warning: police: {line}. Nearest: '撤销了', '撤銷' (2 rows)." in repr(report)
    assert report.exit_code == 0
    assert findings(county)[f"{line}; the nearest that does: '撤销了', '撤銷' (2 rows)."] == "warning"
    # an ingest of the same table still says so, and one that mends it does not
    assert line in repr(ingest(county.write(), DAY))
    assert line not in repr(take(county, row("1", status="撤销")))


def test_kinds_and_rows_of_a_shared_table_are_checked_too(county: County) -> None:
    kinds = [row("1", kind="盗窃"), row("2", kind="电动车盗抢"), row("3", kind="噪音")]
    report = take(county, *kinds, police=STATED + '\nonly = { "网格" = ["a", "bb"] }')
    assert "'电动车盗窃' of kinds never occurs in the column '类别'. Nearest: '电动车盗抢' (1 row)." in repr(report)
    assert "'bb' of only never occurs in the column '网格'." in repr(report)


def test_a_kind_that_merely_did_not_happen_is_a_note_of_the_check_only(county: County) -> None:
    report = take(county, row("1", kind="盗窃", status="撤销"))
    assert "never occurs" not in repr(report)
    assert findings(county)["'噪音' of kinds never occurs in the column '类别'."] == "note"
