"""Ingest and check: every row accounted for, every fault in a sentence, nothing half-written."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from tests.cli.conftest import Run
from tests.worlds.hamlet import HEAD, police, write


def stored(folder: Path) -> dict[str, bytes]:
    """Every file of the history."""
    home = folder / "data"
    return {path.relative_to(home).as_posix(): path.read_bytes() for path in home.rglob("*") if path.is_file()}


def test_rows_in_are_accepted_and_duplicates_and_quarantined(hamlet: Path, run: Run) -> None:
    bad = [
        "x1,纵火,c1,2024-03-01,2024-03-01,1",
        "x2,盗窃,c9,2024-03-01,2024-03-01,1",
        "x3,盗窃,c1,31.03.2024,2024-03-01,1",
        "x4,盗窃,c1,2024-03-01,2024-03-01,-2",
        "x5,盗窃,c1,2024-03-01,2024-03-01,1.5",
        ",盗窃,c1,2024-03-01,2024-03-01,1",
        "x7,盗窃,c1,2024-03-01",
    ]
    write(hamlet, "police.csv", [HEAD, *police(), *police()[:3], *bad])
    left = run("--project", hamlet, "ingest", "--source", "police", "--json", hamlet / "out.json")
    assert left.code == 0
    line = left.out.splitlines()[0]
    assert line.startswith("police: 150 = 140 accepted + 3 duplicates + 7 quarantined")
    for reason in (
        "unknown kind 1", "unknown cell 1", "unreadable date 1", "negative amount 1", "amount is not a whole number 1",
        "no id 1", "wrong number of fields 1",
    ):  # fmt: skip
        assert reason in line
    rows, accepted, duplicates, quarantined = (int(n) for n in re.findall(r"\d+", line.split(";")[0]))
    assert rows == accepted + duplicates + quarantined
    result = json.loads((hamlet / "out.json").read_bytes())["total"]
    assert result["rows"] == result["accepted"] + result["duplicates"] + result["quarantined"] == 150
    again = run("--project", hamlet, "ingest", "--source", "police")
    assert "unchanged since the last ingest" in again.out


def test_quarantined_rows_keep_their_reason(hamlet: Path, run: Run) -> None:
    import pandas as pd

    write(hamlet, "police.csv", [HEAD, *police(), "x1,纵火,c1,2024-03-01,2024-03-01,1", "x2,盗窃,c9,2024-03-01,2024-03-01,1"])
    run("--project", hamlet, "ingest")
    (path,) = (hamlet / "data" / "history" / "quarantine").glob("police-*.parquet")
    frame = pd.read_parquet(path)
    assert dict(zip(frame["id"], frame["reason"], strict=True)) == {"x1": "unknown kind", "x2": "unknown cell"}


FAULTS = {
    "a missing column": (
        ["id,kind,place,day,known,number", *police()],
        r"The table .*police.csv' lacks the mapped column\(s\) 'cell'.*Correct the mapping in riskmodel.toml or the export",
    ),
    "a head without rows": ([HEAD], r"police.csv' has no rows\. Expected at least one; check the export"),
    "an empty file": ([""], r"police.csv' (has no rows|lacks the mapped column)"),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_a_faulty_table_is_named_and_nothing_is_half_written(fault: str, hamlet: Path, run: Run) -> None:
    lines, message = FAULTS[fault]
    run("--project", hamlet, "ingest")
    before = stored(hamlet)
    write(hamlet, "police.csv", lines)
    left = run("--project", hamlet, "ingest", "--source", "police", "--json", hamlet / "out.json")
    assert left.code == 2
    assert left.out == ""
    assert re.search(message, left.err)
    # a manifest records that the ingest failed; nothing else is written, and nothing is changed
    after = stored(hamlet)
    assert {name for name in after if name not in before and "/manifests/" not in name} == set()
    assert {name for name in before if after[name] != before[name]} == {"history/current"}
    assert not (hamlet / "out.json").exists()
    assert run("--project", hamlet, "check").out.count("\n") > 3


def test_missing_tables_are_named_before_anything_is_written(hamlet: Path, run: Run) -> None:
    (hamlet / "police.csv").unlink()
    (hamlet / "more.csv").unlink()
    left = run("--project", hamlet, "ingest")
    assert left.code == 2
    assert re.search(r"The source table '.*police.csv' does not exist\. Correct its path in riskmodel.toml", left.err)
    assert not (hamlet / "data" / "history" / "current").exists()


def test_a_missing_table_leaves_the_other_sources_and_exits_with_4(hamlet: Path, run: Run) -> None:
    (hamlet / "police.csv").rename(hamlet / "away.csv")
    left = run("--project", hamlet, "ingest")
    assert left.code == 4
    assert "more: 28 = 28 accepted" in left.out
    assert "MISSING: police: its file does not exist" in left.out
    assert "'riskmodel ingest --source police'" in left.out
    assert "remove" not in run("--project", hamlet, "check", "--language", "en").out
    (hamlet / "away.csv").rename(hamlet / "police.csv")
    left = run("--project", hamlet, "ingest")
    assert left.code == 0
    assert "police: 140 = 140 accepted" in left.out


def test_a_table_that_was_cut_off_is_accepted_only_by_name(hamlet: Path, run: Run) -> None:
    assert run("--project", hamlet, "ingest").code == 0
    write(hamlet, "police.csv", [HEAD, *police()[:90]])
    left = run("--project", hamlet, "ingest")
    assert left.code == 4
    assert "FEWER ROWS: police: 140 rows last time, 90 now" in left.out
    left = run("--project", hamlet, "ingest", "--source", "police", "--accept-smaller", "police")
    assert left.code == 0
    assert run("--project", hamlet, "ingest").code == 0


def test_the_other_sources_than_a_faulty_one_are_ingested_completely(hamlet: Path, run: Run) -> None:
    write(hamlet, "more.csv", ["id,cell", "m1,c1"])
    left = run("--project", hamlet, "ingest", "--json", hamlet / "out.json")
    assert left.code == 4
    assert "FAILED: more: The table 'more.csv' lacks the mapped column(s)" in left.out
    (alert,) = json.loads((hamlet / "out.json").read_bytes())["alerts"]
    assert (alert["source"], alert["code"]) == ("more", "unreadable")
    result = json.loads(run("--project", hamlet, "check", "--json", "-").out)
    assert "police" in json.dumps(result)
    assert len(list((hamlet / "data" / "history" / "parts").iterdir())) == 1


def test_a_table_in_another_encoding_says_what_to_set(hamlet: Path, run: Run) -> None:
    (hamlet / "police.csv").write_bytes("\n".join([HEAD, *police()]).encode("gb18030"))
    left = run("--project", hamlet, "ingest")
    assert left.code == 4
    assert "is not encoded in utf-8. Set 'encoding' of the source" in left.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ingest", "--source", "plice"), r"no source named 'plice'\. Available: more, police\. Hint: did you mean 'police'"),
        (("ingest", "--layer", "segments"), r"no layer named 'segments'\. Available: none"),
        (("ingest", "--ingested", "yesterday"), r"--ingested must be a date such as 2024-01-02; got 'yesterday'\."),
        (("check",), r"The history is empty\. Run 'riskmodel ingest' first"),
        (("backtest", "theft"), r"no experiment named 'theft'\. Available: thefts\. Hint: did you mean 'thefts'"),
        (("train", "theft"), r"did you mean 'thefts'"),
        (("promote", "theft"), r"did you mean 'thefts'"),
    ],
)
def test_a_wrong_word_is_answered_with_what_there_is(words: tuple[str, ...], said: str, hamlet: Path, run: Run) -> None:
    left = run("--project", hamlet, *words)
    assert left.code == 2
    assert re.search(said, left.err)
    assert left.out == ""
    assert not (hamlet / "data").exists()


def test_a_day_that_has_not_come_removes_no_rows(hamlet: Path, run: Run) -> None:
    left = run("--project", hamlet, "ingest", "--ingested", "2900-01-01")
    assert left.code == 0, "nothing leaves without keep_days"
    path = hamlet / "riskmodel.toml"
    path.write_text(path.read_text("utf-8").replace('kind = "noise"\n', 'kind = "noise"\nkeep_days = 365000\n'), "utf-8")
    left = run("--project", hamlet, "ingest", "--ingested", "2900-01-01")
    assert left.code == 3
    assert "The ingest of 2900-01-01 is refused: that day has not come yet, and rows of more that must still be kept" in left.err
    assert run("--project", hamlet, "ingest", "--json").code == 0
    assert json.loads(run("--project", hamlet, "check", "--json").out)["records"] == len(police()) + 28


def test_an_unknown_cell_is_named(hamlet: Path, run: Run) -> None:
    write(hamlet, "cells.csv", ["cell,town,households", "c1,east,40", ",west,3"])
    left = run("--project", hamlet, "ingest")
    assert left.code == 2
    assert "has an empty id (row 2). Give every cell an id" in left.err
    write(hamlet, "cells.csv", ["cell,town,households", "c1,east,40"])
    left = run("--project", hamlet, "ingest")
    # half of the rows are in quarantine
    assert left.code == 4
    assert "unknown cell" in left.out


def test_check_reports_on_what_is_there(hamlet: Path, run: Run) -> None:
    run("--project", hamlet, "ingest")
    left = run("--project", hamlet, "check", "--as-of", "2024-03-30")
    assert left.code == 0
    assert "police" in left.out
    result = json.loads(run("--project", hamlet, "check", "--as-of", "2024-03-30", "--json").out)
    assert result["stale"] in ({}, [])
    assert result["records"] > 100
    assert "数据源" in left.out
    left = run("--project", hamlet, "check", "--language", "en", "--page", hamlet / "check.html", "--as-of", "2024-08-30")
    assert left.code == 4
    assert "STALE" in left.out
    page = (hamlet / "check.html").read_bytes()
    assert b"Hamlet" in page
    run("--project", hamlet, "check", "--language", "en", "--page", hamlet / "check.html", "--as-of", "2024-08-30")
    assert (hamlet / "check.html").read_bytes() == page
    left = run("--project", hamlet, "check", "--language", "fr")
    assert left.code == 2
    assert "no language named 'fr'. Available: en, zh" in left.err
    left = run("--project", hamlet, "check", "--as-of", "2024-02-30")
    assert left.code == 2
    assert "--as-of must be a date such as 2024-01-02; got '2024-02-30'." in left.err


def test_a_check_without_records_is_as_of_today(hamlet: Path, run: Run) -> None:
    for name in ("police.csv", "more.csv"):
        write(hamlet, name, [HEAD, "x1,纵火,c1,2024-03-99,2024-03-01,1"])
    run("--project", hamlet, "ingest")
    left = run("--project", hamlet, "check", "--language", "en")
    assert "as of 1970" not in left.out
    assert f"as of {date.today().isoformat()[:4]}" in left.out
