"""Init from one's own table, then a backtest without an edited file."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path

import pytest

from riskmodel.records import intake
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


def test_target_and_horizon_can_be_stated(tmp_path: Path, run: Run) -> None:
    table, folder = tmp_path / "calls.csv", tmp_path / "city"
    own_tables.points(400).to_csv(table, index=False)
    left = run("init", folder, "--from", table, "--target", "ARSON", "--target", "theft", "--horizon", "14")
    assert left.code == 0, left.err
    assert "arson, theft" in left.out
    stated = (folder / "experiments/main.toml").read_text(encoding="utf-8")
    assert 'kinds = ["arson", "theft"]\nhorizon = 14\n' in stated
    left = run("init", tmp_path / "other", "--from", table, "--horizon", "0")
    assert left.code == 2
    assert "horizon" in left.err


def test_one_command_gives_a_backtest_a_map_and_a_list(tmp_path: Path, run: Run) -> None:
    table, folder = tmp_path / "weekly counts.csv", tmp_path / "my city"
    own_tables.weekly().to_csv(table, index=False)
    left = run("init", folder, "--from", table, "--run")
    assert left.code == 0, left.err
    said = [line for line in left.out.splitlines() if line.startswith("$ ")]
    project = f"$ riskmodel --project '{folder}'"
    assert said == [
        f"{project} {words}" for words in ("ingest", "backtest main", "train main", "promote main", "nightly --as-of 2023-10-09")
    ]
    report, page = (Path(line.strip()) for line in left.out.splitlines()[-2:])
    assert report == folder / "reports" / "main" / "report.html"
    assert "<svg" in report.read_text(encoding="utf-8")
    # another grouping of one centre, a draft that nobody approved, with a map
    assert page.name.endswith(".DRAFT.html")
    assert 'class="worklist"' in page.read_text(encoding="utf-8")
    title = report.read_text(encoding="utf-8").partition("<h1>")[2].partition("</h1>")[0]
    assert " · " not in title  # the table has one language, so the title is printed once


def test_a_first_run_ends_with_the_first_command_that_fails(tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    table, folder = tmp_path / "calls.csv", tmp_path / "city"
    own_tables.weekly().to_csv(table, index=False)

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "data")

    monkeypatch.setattr(intake, "ingest", full)
    left = run("init", folder, "--from", table, "--run")
    assert left.code == 1
    # init cannot be run again, so what is left to do is named
    ran, _, rest = left.out.partition("\nThe project is there, and this run stopped. Go on with:\n")
    assert ran.splitlines()[-1].endswith(" ingest")
    assert [line.split()[3] for line in rest.splitlines()] == ["ingest", "backtest", "train", "promote", "nightly"]
    assert "Open these" not in left.out
    assert (folder / "riskmodel.toml").is_file()


def test_what_a_first_run_cannot_do_is_said_before_anything_is_written(tmp_path: Path, run: Run) -> None:
    table = tmp_path / "calls.csv"
    own_tables.weekly().to_csv(table, index=False)
    left = run("init", tmp_path / "city", "--from", table, "--run", "--json")
    assert (left.code, "--run prints the texts of several commands" in left.err) == (2, True)
    left = run("init", tmp_path / "city", "--county", "--run")
    assert (left.code, "--run is for a project from a table" in left.err) == (2, True)
    assert not (tmp_path / "city").exists()


def test_without_a_table_the_project_is_that_of_the_county(tmp_path: Path, run: Run) -> None:
    bare, named = run("init", tmp_path / "bare"), run("init", tmp_path / "named", "--county")
    assert (bare.code, named.code) == (0, 0)
    assert bare.out.replace("bare", "named") == named.out
    assert "From your own table: riskmodel init DIR --from FILE." in bare.out
    assert (tmp_path / "bare" / "riskmodel.toml").read_bytes() == (tmp_path / "named" / "riskmodel.toml").read_bytes()


@pytest.mark.parametrize("stray", [("calls.csv",), ("--date", "when"), ("--thousands", "")])
def test_what_is_said_about_a_table_needs_the_table(tmp_path: Path, run: Run, stray: tuple[str, ...]) -> None:
    left = run("init", tmp_path / "city", *stray)
    assert (left.code, "Name your table with --from FILE" in left.err) == (2, True)
    left = run("init", tmp_path / "city", *stray, "--county")
    assert (left.code, "The simulated county takes no tables and no options about them." in left.err) == (2, True)
    assert not (tmp_path / "city").exists()


def test_a_table_that_does_not_exist_is_named(tmp_path: Path, run: Run) -> None:
    left = run("init", tmp_path / "city", "--from", tmp_path / "absent.csv")
    assert left.code == 2
    assert "does not exist. Correct the path after --from." in left.err
    assert not (tmp_path / "city").exists()
