"""Init and simulate: a complete project from the package alone, never over another."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from riskmodel.base.project import load_project
from riskmodel.cli.project_commands import next_steps
from riskmodel.forecasts.experiment import experiment_names, load_experiment
from tests.cli.conftest import Run


def test_init_writes_a_project_that_loads(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "我的县 county"
    left = run("init", folder, "--county", "--json", tmp_path / "out.json")
    assert left.code == 0
    assert f"{len([p for p in folder.rglob('*') if p.is_file()])} files." in left.out
    project = load_project(folder)
    assert experiment_names(project) == ["mediation", "rental-fire", "theft"] == sorted(project.table.warnings.split)
    for name in experiment_names(project):
        assert load_experiment(project, name).title.en
    result = json.loads((tmp_path / "out.json").read_bytes())
    assert sorted(result["files"]) == sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_init_into_a_project_is_refused_and_changes_nothing(tmp_path: Path, run: Run) -> None:
    run("init", tmp_path, "--county")
    (tmp_path / "riskmodel.toml").write_text("mine", encoding="utf-8")
    (tmp_path / "features" / "police.py").unlink()
    left = run("init", tmp_path, "--county")
    assert left.code == 2
    assert "There is a project in" in left.err
    assert "Choose another folder, or edit that file." in left.err
    assert (tmp_path / "riskmodel.toml").read_text(encoding="utf-8") == "mine"
    assert not (tmp_path / "features" / "police.py").exists()


def test_simulate_writes_where_the_project_reads(tmp_path: Path, run: Run) -> None:
    run("init", tmp_path, "--county")
    left = run("--project", tmp_path, "simulate", "--cells", "12", "--years", "1", "--first", "2024-01-01", "--json")
    assert left.code == 0
    result = json.loads(left.out)
    assert (result["first"], result["last"]) == ("2024-01-01", "2024-12-31")
    assert (tmp_path / "data" / "tables" / "cells.csv").is_file()
    left = run("simulate", "--to", tmp_path / "elsewhere", "--cells", "12", "--years", "1", "--first", "2024-01-01")
    assert left.code == 0
    one, other = ((tmp_path / p / "police.csv").read_bytes() for p in ("data/tables", "elsewhere"))
    assert one == other
    left = run(
        "simulate", "--to", tmp_path / "elsewhere", "--cells", "12", "--years", "1", "--first", "2024-01-01", "--seed", "1"
    )
    assert left.code == 0
    assert (tmp_path / "elsewhere" / "police.csv").read_bytes() != other


@pytest.mark.parametrize("words", [("simulate",), ("demo",), ("demo", "--fresh")])
def test_a_countys_own_tables_are_never_written_over(words: tuple[str, ...], tmp_path: Path, run: Run) -> None:
    run("init", tmp_path, "--county")
    folder, history = tmp_path / "data" / "tables", tmp_path / "data" / "history"
    folder.mkdir(parents=True)
    history.mkdir()
    (folder / "police.csv").write_text("ours", encoding="utf-8")
    left = run("--project", tmp_path, *words, "--cells", "12", "--years", "1")
    assert left.code == 2
    assert "holds tables that no simulation wrote (police.csv): there is no truth/ beside them" in left.err
    assert [(path.name, path.read_text(encoding="utf-8")) for path in folder.iterdir()] == [("police.csv", "ours")]
    assert history.is_dir()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--cells", "3"), r"'cells' parameter of CountySettings must be a whole number of at least 12\. Got 3"),
        (("--years", "0"), "'years' parameter"),
        (("--first", "1999-01-01"), "'first' parameter"),
        (("--seed", "-1"), "'seed' parameter"),
    ],
)
def test_an_impossible_county_is_refused(words: tuple[str, ...], said: str, tmp_path: Path, run: Run) -> None:
    left = run("simulate", "--to", tmp_path / "out", *words)
    assert left.code == 2
    assert re.search(said, left.err)
    assert not (tmp_path / "out").exists()


def test_without_a_project_the_way_to_one_is_shown(tmp_path: Path, run: Run) -> None:
    left = run("--project", tmp_path / "nowhere", "ingest")
    assert left.code == 2
    assert "Run 'riskmodel init DIR --from FILE' to make a project, or pass --project DIR." in left.err


def test_every_fault_of_a_project_file_is_listed(tmp_path: Path, run: Run) -> None:
    run("init", tmp_path, "--county")
    path = tmp_path / "riskmodel.toml"
    text = path.read_text(encoding="utf-8").replace('time_zone = "Asia/Shanghai"', 'time_zone = "Asia/Shangai"\ncolour = "red"')
    path.write_text(text, encoding="utf-8")
    left = run("--project", tmp_path, "check")
    assert left.code == 2
    assert "riskmodel.toml has 2 faults" in left.err
    assert "time_zone: 'Asia/Shangai' is not a time zone" in left.err
    assert "colour: unknown key" in left.err


def test_what_to_try_after_the_demo_are_commands(tmp_path: Path, run: Run) -> None:
    run("init", tmp_path / "my county", "--county")
    lines = next_steps(load_project(tmp_path / "my county"), "theft")
    commands = [shlex.split(line) for line in lines if line.strip().startswith("riskmodel ")]
    assert len(commands) == 4
    assert commands[0][:3] == ["riskmodel", "--project", str(tmp_path / "my county")]
    for words in commands:
        name = words[3] if words[1] == "--project" else words[1]
        assert run(name, "--help").code == 0
