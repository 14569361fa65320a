"""The command line in this process, and a project so small that a command takes a moment."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

PROJECT = """
name = "hamlet"
title = { zh = "小村", en = "Hamlet" }

[places]
path = "cells.csv"
id = "cell"
groupings = { town = "town", centre = "town" }
exposures = { households = "households" }

[kinds]
theft = { family = "police", zh = "盗窃", en = "theft" }
stop = { family = "police", zh = "盘查", en = "patrol stop", discretionary = true }
noise = { family = "online", zh = "噪音", en = "noise" }

[[sources]]
name = "police"
path = "police.csv"
columns = { id = "id", kind = "kind", cell = "cell", occurred = "day", known = "known", amount = "number" }
kinds = { "盗窃" = "theft", "盘查" = "stop" }

[[sources]]
name = "more"
path = "more.csv"
columns = { id = "id", cell = "cell", occurred = "day" }
kind = "noise"
"""

EXPERIMENT = """
title = { zh = "盗窃", en = "Theft" }
champion = "persistence"
features = ["all.*"]

[target]
kinds = ["theft"]
horizon = 7

[dates]
first = "2024-02-05"
step = 7
test_from = "2024-04-08"
test_to = "2024-05-06"

[[forecasters]]
type = "Persistence"
name = "persistence"
"""

CELLS = ("c1", "c2", "c3", "c4")
HEAD = "id,kind,cell,day,known,number"


def police() -> list[str]:
    """Rows of the table of police records, without its header."""
    days = [f"2024-{month:02d}-{day:02d}" for month in range(1, 6) for day in range(1, 29)]
    kinds = ("盗窃", "盘查")
    return [f"p{i},{kinds[i % 5 == 0]},{CELLS[i * i % 4]},{day},{day},{1 + i % 2}" for i, day in enumerate(days)]


def write(folder: Path, name: str, lines: list[str]) -> None:
    """Write a table."""
    (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def hamlet(tmp_path: Path) -> Path:
    """A project of four cells and two sources with tables, none of them ingested."""
    folder = tmp_path / "hamlet"
    for name in ("features", "experiments"):
        (folder / name).mkdir(parents=True)
    (folder / "riskmodel.toml").write_text(PROJECT, encoding="utf-8")
    (folder / "experiments" / "thefts.toml").write_text(EXPERIMENT, encoding="utf-8")
    features = '"""All."""\n\nfrom riskmodel.asof.vocabulary import Count\n\nFEATURES = (Count("theft", 28), Count("stop", 28))\n'
    (folder / "features" / "all.py").write_text(features, encoding="utf-8")
    write(
        folder,
        "cells.csv",
        ["cell,town,households", *(f"{cell},{'east' if i % 2 else 'west'},{40 + i}" for i, cell in enumerate(CELLS))],
    )
    write(folder, "police.csv", [HEAD, *police()])
    write(folder, "more.csv", ["id,cell,day", *(f"m{i},{CELLS[i % 4]},2024-03-{i:02d}" for i in range(1, 29))])
    return folder


@dataclass(frozen=True)
class Left:
    """Exit code, standard output and standard error of a command."""

    code: int
    out: str
    err: str


Run = Callable[..., Left]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """A function that runs the command line with some words, as its entry point does."""
    from riskmodel.cli.app import main

    def go(*words: object) -> Left:
        monkeypatch.setattr(sys, "argv", ["riskmodel", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as stop:
            main()
        found = capsys.readouterr()
        assert "Traceback" not in found.out + found.err
        assert isinstance(stop.value.code, int)
        return Left(stop.value.code, found.out, found.err)

    return go
