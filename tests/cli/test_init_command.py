"""Init from one's own table, then a backtest without an edited file."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Run
from tests.worlds import own_tables


def test_from_a_weekly_table_to_a_backtest_without_an_edited_file(tmp_path: Path, run: Run) -> None:
    table = tmp_path / "weekly counts.csv"
    own_tables.weekly().to_csv(table, index=False)
    folder = tmp_path / "my city"
    left = run("init", folder, "--from", table, "--json", tmp_path / "out.json")
    assert left.code == 0, left.err
    for said in ("every date is the same day of the week", "whole numbers under such a name", "12 cells", "Limit: "):
        assert said in " ".join(left.out.split())
    made = json.loads((tmp_path / "out.json").read_bytes())
    assert made["next"][0] == f"riskmodel --project '{folder}' ingest"
    assert not (folder / "weekly counts.csv").exists()
    night = made["next"][-1].split()[-1]
    assert night == "2023-10-09"
    left = run("--project", folder, "ingest")
    assert (left.code, left.out.splitlines()[-1].split(" = ")[1]) == (0, "480 accepted + 0 duplicates + 0 quarantined")
    left = run("--project", folder, "backtest", "main", "--no-track")
    assert left.code == 0, left.err
    assert "blend" in left.out
    assert (folder / "reports" / "main" / "report.html").is_file()


def test_a_table_or_the_county_is_needed(tmp_path: Path, run: Run) -> None:
    left = run("init", tmp_path / "city")
    assert left.code == 2
    assert "Give --from FILE for a project from your own table, or --county" in left.err
    left = run("init", tmp_path / "city", "--from", tmp_path / "absent.csv")
    assert left.code == 2
    assert "does not exist. Correct the path after --from." in left.err
    assert not (tmp_path / "city").exists()
