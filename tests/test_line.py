"""The whole line through the installed command line: from an empty folder to warning lists, and the same bytes again."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pandas as pd
import pytest

from tests.worlds.simulated_county import ROOT

NIGHT = "2024-01-01"
EXPERIMENT = """
title = { zh = "盗窃(14天)", en = "Theft (14 days)" }
champion = "boosted"
features = ["online.*", "calendar.*"]

[target]
kinds = ["theft"]
horizon = 14

[dates]
first = "2022-01-06"
step = 14
test_from = "2023-09-14"
test_to = "2023-11-09"
refit_every = 28

[[forecasters]]
type = "DecayedRate"
name = "decayed"
settings = { half_lives = [30, 182], exposure = "households" }

[[forecasters]]
type = "BoostedCount"
name = "boosted"
settings = { half_lives = [30, 182], exposure = "households", trees = 20, leaves = 5 }

[policy]
capacity = 8
"""
ELSEWHERE = {
    "PYTHONHASHSEED": "4711",
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "C",
    **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS"), "1"),
}
"""An environment that differs from this one in everything that must not matter."""


SEVERAL = """
import json, runpy, sys
program, commands = sys.argv[1], json.loads(sys.argv[2])
for words, code in commands:
    sys.argv = [program, *words]
    try:
        runpy.run_path(program, run_name="__main__")
    except SystemExit as stop:
        assert stop.code == code, (words, stop.code)
    sys.stdout.write(chr(0))
    sys.stdout.flush()
"""
"""Runs the installed program several times in one process, for a start takes longer than most commands."""


def riskmodel(*words: object, cwd: Path, env: Mapping[str, str] = {}, code: int = 0) -> str:
    """Run the installed command; return its standard output."""
    done = _run([_program(), *map(str, words)], cwd, env)
    assert done.returncode == code, (words, done.stdout, done.stderr)
    return done.stdout


def several(*commands: tuple[object, ...], cwd: Path, codes: Mapping[int, int] = {}) -> list[str]:
    """Run the installed command with several words; return the standard output of each."""
    words = [([str(word) for word in one], codes.get(at, 0)) for at, one in enumerate(commands)]
    done = _run([sys.executable, "-c", SEVERAL, _program(), json.dumps(words)], cwd, {})
    assert done.returncode == 0, (done.stdout, done.stderr)
    *said, rest = done.stdout.split("\0")
    assert (len(said), rest) == (len(commands), "")
    return said


def _program() -> str:
    program = shutil.which("riskmodel", path=str(Path(sys.executable).parent))
    assert program is not None, "the package is not installed beside this Python"
    return program


def _run(words: list[str], cwd: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("RISKMODEL_", "MLFLOW_"))}
    done = subprocess.run(words, cwd=cwd, env={**clean, **env}, capture_output=True, encoding="utf-8", check=False)
    assert "Traceback" not in done.stderr, done.stderr
    return done


def lists(folder: Path) -> dict[str, bytes]:
    """Every file of the outbox."""
    outbox = folder / "outbox"
    return {path.relative_to(outbox).as_posix(): path.read_bytes() for path in outbox.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project after init, simulate, ingest, train, promote and the night, run from another working directory."""
    where = tmp_path_factory.mktemp("line")
    riskmodel("init", "county", "--county", cwd=where)
    folder = where / "county"
    (folder / "experiments" / "thefts.toml").write_text(EXPERIMENT, encoding="utf-8")
    settings = (folder / "riskmodel.toml").read_text(encoding="utf-8")
    alone = re.sub(r"^split = .*$", "split = { thefts = 1 }", settings, flags=re.MULTILINE)
    (folder / "riskmodel.toml").write_text(alone, encoding="utf-8")
    at = ("--project", "county")
    _, report = several((*at, "simulate", "--cells", "60", "--years", "3"), (*at, "ingest", "--ingested", NIGHT), cwd=where)
    rows, accepted, duplicates, quarantined = (
        int(word.replace(",", "")) for word in report.splitlines()[-1].split() if word[0].isdigit()
    )
    assert rows == accepted + duplicates + quarantined
    assert min(rows, duplicates, quarantined) > 0
    return folder


@pytest.fixture(scope="module")
def night(line: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The lists of the night."""
    cwd = tmp_path_factory.mktemp("elsewhere")
    at = ("--project", line)
    trained, promoted, told = map(
        json.loads,
        several(
            ("train", "thefts", "--as-of", NIGHT, *at, "--json"),
            ("promote", "thefts", *at, "--json"),
            ("nightly", "--as-of", NIGHT, *at, "--json"),
            cwd=cwd,
        ),
    )
    assert (trained["version"], len(trained["bundle"])) == (1, 12)
    assert promoted["bundle"] == trained["bundle"]
    assert told["models"]["thefts"]["model"] == trained["bundle"]
    assert {Path(path).name for path in told["paths"]} == {Path(name).name for name in lists(line)}
    assert list(cwd.iterdir()) == []
    return lists(line)


def test_a_list_in_every_form_for_every_centre(line: Path, night: dict[str, bytes]) -> None:
    centres = set(pd.read_csv(line / "data" / "tables" / "cells.csv")["指挥中心"])
    summaries = {name: content for name, content in night.items() if "/_summaries/" in name}
    night = {name: content for name, content in night.items() if name not in summaries}
    towns = set(pd.read_csv(line / "data" / "tables" / "cells.csv")["乡镇街道"])
    assert {Path(name).suffix for name in summaries} == {".csv", ".json", ".html"}
    assert len(summaries) == 3 * (1 + len(towns))
    assert {name.split("/")[1] for name in night} == centres
    assert {Path(name).suffix for name in night} == {".csv", ".json", ".html", ".xlsx", ".xml"}
    assert all(".DRAFT." in name for name in night)
    assert all(name.startswith(f"{NIGHT}/") for name in night)
    for name, content in night.items():
        if name.endswith(".json"):
            (section,) = json.loads(content)["sections"]
            assert 0 < len(section["warnings"]) <= 8
            for warning in section["warnings"]:
                assert warning["reasons"]
                assert warning["model"]
                assert 0 < warning["probability"] < 1
        elif name.endswith(".csv"):
            assert len(list(csv.reader(content.decode("utf-8-sig").splitlines()))) > 1
        elif name.endswith(".xlsx"):
            assert openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].max_row > 2
        elif name.endswith(".cap.xml"):
            assert ElementTree.fromstring(content).tag.endswith("}alert")
        else:
            page = content.decode()
            assert "<svg" in page
            assert "src=" not in page


@pytest.fixture(scope="module")
def later(line: Path, night: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, list[str]]:
    """A copy of the project with a later night, the JSON of a backtest, and what the commands after the night said."""
    where = tmp_path_factory.mktemp("later")
    folder, out = shutil.copytree(line, where / "county"), where / "out.json"
    said = several(
        ("--project", line, "check", "--as-of", NIGHT),
        ("--project", line, "check", "--as-of", "2024-06-01"),
        ("warnings", "--project", line, "--json", "-"),
        ("warnings", "--project", line, "--as-of", NIGHT),
        ("--project", folder, "nightly", "--as-of", "2024-03-01", "--json"),
        ("--project", line, "backtest", "thefts", "--json", out),
        cwd=where,
        codes={1: 4, 4: 4},
    )
    return folder, out, said


def test_check_and_warnings_tell_of_it(night: dict[str, bytes], later: tuple[Path, Path, list[str]]) -> None:
    told, text = later[2][2:4]
    told = json.loads(told)
    of_file = json.loads(next(night[name] for name in night if name.endswith(".json") and "_summaries" not in name))
    shown = next(one for one in told if one["centre"] == of_file["centre"])
    assert [w["id"] for s in shown["sections"] for w in s["warnings"]] == [
        w["id"] for s in of_file["sections"] for w in s["warnings"]
    ]
    assert "(DRAFT, list " in text
    assert of_file["sections"][0]["warnings"][0]["place"] in text


def test_the_night_again_elsewhere_gives_the_same_bytes(line: Path, night: dict[str, bytes], tmp_path: Path) -> None:
    shutil.rmtree(line / "outbox")
    riskmodel("--project", line, "nightly", "--as-of", NIGHT, cwd=tmp_path, env=ELSEWHERE)
    assert lists(line) == night


ALL_IN_ONE = """
import sys
from riskmodel.cli import main
for words in (
    ["ingest", "--ingested", "NIGHT"], ["train", "thefts", "--as-of", "NIGHT"], ["promote", "thefts"], ["nightly", "--as-of", "NIGHT"]
):
    sys.argv = ["riskmodel", *words]
    try:
        main()
    except SystemExit as stop:
        assert stop.code == 0, words
"""


def test_from_scratch_with_shuffled_rows_elsewhere_gives_the_same_bytes(
    line: Path, night: dict[str, bytes], tmp_path: Path
) -> None:
    """Other threads, hash seed, time zone, locale and working directory, and every table's rows in another order."""
    folder = tmp_path / "again"
    for room in ("experiments", "features", "data/tables"):
        shutil.copytree(line / room, folder / room, ignore=shutil.ignore_patterns("truth", "__pycache__"))
    shutil.copy(line / "riskmodel.toml", folder)
    assert shuffled(folder / "data" / "tables") > 8
    env = {**os.environ, **ELSEWHERE, "PYTHONPATH": str(ROOT)}
    code = ALL_IN_ONE.replace("NIGHT", NIGHT)
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert lists(folder) == night


def shuffled(folder: Path) -> int:
    """Put the rows of every table of records and places in another order; the number of tables."""
    rng = np.random.default_rng(12)
    paths = [*sorted(folder.glob("*.csv")), *sorted(folder.glob("*.parquet"))]
    for path in paths:
        if path.suffix == ".csv":
            head, *rows = path.read_bytes().splitlines(keepends=True)
            path.write_bytes(b"".join([head, *(rows[i] for i in rng.permutation(len(rows)))]))
        else:
            table = pd.read_parquet(path)
            table.iloc[rng.permutation(len(table))].to_parquet(path, index=False)
    return len(paths)


def test_a_stale_night_says_so_and_ends_with_4(later: tuple[Path, Path, list[str]]) -> None:
    """Runs on a copy, whose tracking store is found by where the copy is."""
    folder = later[0]
    told = json.loads(later[2][4])
    assert "police" in told["stale"]
    for name, content in lists(folder).items():
        if name.startswith("2024-03-01/") and name.endswith(".json") and "_summaries" not in name:
            (section,) = json.loads(content)["sections"]
            assert section["cannot_score"]["en"]
            assert section["warnings"] == []


def test_backtest_writes_its_report_and_figures(line: Path, later: tuple[Path, Path, list[str]]) -> None:
    _, out, said = later
    text = said[5]
    assert "Report: " in text
    told = json.loads(out.read_bytes())
    assert told["rows"] == 4 * 60
    assert set(told["forecasters"]) == {"decayed", "boosted"}
    assert (line / "reports" / "thefts" / "report.html").is_file()
    assert (line / "mlruns" / "mlflow.db").is_file()


def test_an_approved_list_is_delivered_and_answered(line: Path, night: dict[str, bytes], tmp_path: Path) -> None:
    """Last in this file: after it the night is closed."""
    riskmodel("--project", line, "approve", "--as-of", NIGHT, "--role", "值班长", cwd=tmp_path)
    left = lists(line)
    assert not any(".DRAFT." in name for name in left)
    assert any(name.startswith("sent/") for name in left)
    sent = json.loads(next(content for name, content in left.items() if name.startswith("sent/") and name.endswith("心.json")))
    warning = sent["sections"][0]["warnings"][0]["id"]
    (tmp_path / "answers.csv").write_text(f"编号,结果,日期\n{warning},已走访,2024-01-03\n", encoding="utf-8")
    first, again = several(*[("--project", line, "answer", "answers.csv")] * 2, cwd=tmp_path)
    assert first.startswith("1条反馈＝采纳1条＋重复0条＋退回0条")
    assert "采纳0条＋重复1条＋退回0条" in again
