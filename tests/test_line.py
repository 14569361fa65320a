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
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import openpyxl
import pandas as pd
import pytest

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
import json, os, runpy, shutil, sys
program, commands = sys.argv[1], json.loads(sys.argv[2])
for words, code in commands:
    if words[0] in ("cd", "cp"):
        os.chdir(words[1]) if words[0] == "cd" else shutil.copytree(*words[1:])
        continue
    sys.argv = [program, *words]
    try:
        runpy.run_path(program, run_name="__main__")
    except SystemExit as stop:
        assert stop.code == code, (words, stop.code)
    sys.stdout.write(chr(0))
    sys.stdout.flush()
"""
"""Runs the installed program several times in one process, for a start takes longer than most commands.

Between them it may change the working directory (``cd``) or copy a folder (``cp``).
"""


def riskmodel(*words: object, cwd: Path) -> str:
    """Run the installed command; return its standard output."""
    done = _run([_program(), *map(str, words)], cwd, {})
    assert done.returncode == 0, (words, done.stdout, done.stderr)
    return done.stdout


def several(*commands: tuple[object, ...], cwd: Path, env: Mapping[str, str] = {}, codes: Mapping[int, int] = {}) -> list[str]:
    """Run the installed command with several words; return the standard output of each."""
    words = [([str(word) for word in one], codes.get(at, 0)) for at, one in enumerate(commands)]
    done = _run([sys.executable, "-c", SEVERAL, _program(), json.dumps(words)], cwd, env)
    assert done.returncode == 0, (done.stdout, done.stderr)
    *said, rest = done.stdout.split("\0")
    assert (len(said), rest) == (len([one for one in commands if one[0] not in ("cd", "cp")]), "")
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


@dataclass(frozen=True)
class Line:
    """A project after the whole line, the lists of its night, a copy with a later night, the JSON of a backtest, and what was said."""

    folder: Path
    night: dict[str, bytes]
    later: Path
    backtest: Path
    said: list[str]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Line:
    """Init, simulate, ingest, train, promote and the night, run from other working directories, and what follows the night."""
    where, cwd = tmp_path_factory.mktemp("line"), tmp_path_factory.mktemp("elsewhere")
    riskmodel("init", "county", "--county", cwd=where)
    folder, later, out = where / "county", where / "later", where / "out.json"
    (folder / "experiments" / "thefts.toml").write_text(EXPERIMENT, encoding="utf-8")
    settings = (folder / "riskmodel.toml").read_text(encoding="utf-8")
    alone = re.sub(r"^split = .*$", "split = { thefts = 1 }", settings, flags=re.MULTILINE)
    (folder / "riskmodel.toml").write_text(alone, encoding="utf-8")
    relative, at = ("--project", "county"), ("--project", folder)
    said = several(
        (*relative, "simulate", "--cells", "60", "--years", "3"),
        (*relative, "ingest", "--ingested", NIGHT),
        ("cd", cwd),
        ("train", "thefts", "--as-of", NIGHT, *at, "--json"),
        ("promote", "thefts", *at, "--json"),
        ("nightly", "--as-of", NIGHT, *at, "--json"),
        ("cp", folder / "outbox", where / "night" / "outbox"),
        ("cp", folder, later),
        (*at, "check", "--as-of", NIGHT),
        (*at, "check", "--as-of", "2024-06-01"),
        ("warnings", *at, "--json", "-"),
        ("warnings", *at, "--as-of", NIGHT),
        ("--project", later, "nightly", "--as-of", "2024-03-01", "--json"),
        (*at, "backtest", "thefts", "--json", out),
        cwd=where,
        codes={9: 4, 12: 4},
    )
    assert list(cwd.iterdir()) == []
    return Line(folder, lists(where / "night"), later, out, said)


@pytest.fixture(scope="module")
def line(whole: Line) -> Path:
    """The project after the line."""
    return whole.folder


@pytest.fixture(scope="module")
def night(whole: Line) -> dict[str, bytes]:
    """The lists of the night."""
    return whole.night


def test_every_row_is_counted_once(whole: Line) -> None:
    rows, accepted, duplicates, quarantined = (
        int(word.replace(",", "")) for word in whole.said[1].splitlines()[-1].split() if word[0].isdigit()
    )
    assert rows == accepted + duplicates + quarantined
    assert min(rows, duplicates, quarantined) > 0


def test_training_promotion_and_night_agree(whole: Line) -> None:
    trained, promoted, told = map(json.loads, whole.said[2:5])
    assert (trained["version"], len(trained["bundle"])) == (1, 12)
    assert promoted["bundle"] == trained["bundle"]
    assert told["models"]["thefts"]["model"] == trained["bundle"]
    assert {Path(path).name for path in told["paths"]} == {Path(name).name for name in whole.night}


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


def test_check_and_warnings_tell_of_it(whole: Line, night: dict[str, bytes]) -> None:
    told, text = whole.said[7:9]
    told = json.loads(told)
    of_file = json.loads(next(night[name] for name in night if name.endswith(".json") and "_summaries" not in name))
    shown = next(one for one in told if one["centre"] == of_file["centre"])
    assert [w["id"] for s in shown["sections"] for w in s["warnings"]] == [
        w["id"] for s in of_file["sections"] for w in s["warnings"]
    ]
    assert "（草稿 DRAFT，名单 " in text
    assert of_file["sections"][0]["warnings"][0]["place"] in text


@dataclass(frozen=True)
class Elsewhere:
    """A project from the same tables, their rows shuffled, a copy whose night is approved and answered, and what the answers' command said.

    The project's line, and before it the night of the other project again, ran with other threads, hash seed, time zone, locale and working
    directory.
    """

    folder: Path
    approved: Path
    warning: str
    said: list[str]


@pytest.fixture(scope="module")
def elsewhere(line: Path, night: dict[str, bytes], empty_tracking: Path, tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    """The line again, elsewhere, with an empty home of MLflow; after it a copy's night is closed."""
    draft = next(json.loads(content) for name, content in night.items() if name.endswith("心.DRAFT.json"))
    warning = draft["sections"][0]["warnings"][0]["id"]
    where = tmp_path_factory.mktemp("scratch")
    folder = where / "again"
    for room in ("experiments", "features", "data/tables"):
        shutil.copytree(line / room, folder / room, ignore=shutil.ignore_patterns("truth", "__pycache__"))
    shutil.copy(line / "riskmodel.toml", folder)
    shutil.copytree(empty_tracking, folder / "mlruns")
    assert shuffled(folder / "data" / "tables") > 8
    shutil.rmtree(line / "outbox")
    approved, answers = where / "approved", where / "answers.csv"
    answers.write_text(f"编号,结果,日期\n{warning},已走访,2024-01-03\n", encoding="utf-8")
    said = several(
        ("--project", line, "nightly", "--as-of", NIGHT),
        ("cd", folder),
        ("ingest", "--ingested", NIGHT),
        ("train", "thefts", "--as-of", NIGHT),
        ("promote", "thefts"),
        ("nightly", "--as-of", NIGHT),
        ("cp", folder, approved),
        ("--project", approved, "approve", "--as-of", NIGHT, "--role", "值班长"),
        *[("--project", approved, "answer", answers)] * 2,
        cwd=where,
        env=ELSEWHERE,
    )
    return Elsewhere(folder, approved, warning, said[-2:])


def test_the_night_again_elsewhere_gives_the_same_bytes(line: Path, night: dict[str, bytes], elsewhere: Elsewhere) -> None:
    assert elsewhere.folder.is_dir()
    assert lists(line) == night


def test_from_scratch_with_shuffled_rows_elsewhere_gives_the_same_bytes(night: dict[str, bytes], elsewhere: Elsewhere) -> None:
    assert lists(elsewhere.folder) == night


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


def test_a_stale_night_says_so_and_ends_with_4(whole: Line) -> None:
    """Runs on a copy, whose tracking store is found by where the copy is."""
    told = json.loads(whole.said[9])
    assert "police" in told["stale"]
    stale = 0
    for name, content in lists(whole.later).items():
        if name.startswith("2024-03-01/") and name.endswith(".json") and "_summaries" not in name:
            (section,) = json.loads(content)["sections"]
            assert section["cannot_score"]["en"]
            assert section["warnings"] == []
            stale += 1
    assert stale > 0


def test_backtest_writes_its_report_and_figures(whole: Line) -> None:
    assert "Report: " in whole.said[10]
    told = json.loads(whole.backtest.read_bytes())
    assert told["rows"] == 4 * 60
    assert set(told["forecasters"]) == {"decayed", "boosted"}
    assert (whole.folder / "reports" / "thefts" / "report.html").is_file()
    assert (whole.folder / "mlruns" / "mlflow.db").is_file()


def test_an_approved_list_is_delivered_and_answered(elsewhere: Elsewhere) -> None:
    left = lists(elsewhere.approved)
    assert not any(".DRAFT." in name for name in left)
    sent = [json.loads(content) for name, content in left.items() if name.startswith("sent/") and name.endswith("心.json")]
    assert elsewhere.warning in [one["id"] for sent_list in sent for one in sent_list["sections"][0]["warnings"]]
    first, again = elsewhere.said
    assert first.startswith("1条反馈＝采纳1条＋重复0条＋退回0条")
    assert "采纳0条＋重复1条＋退回0条" in again
