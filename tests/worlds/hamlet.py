"""A project of four cells and two sources in a folder, so small that every command takes a moment.

Its tables are five months of police records with two kinds and amounts, and a month of noise; it has one feature module and one
experiment, and nothing is ingested. Use it for commands and project files, where the numbers are not the point.
"""

from __future__ import annotations

from pathlib import Path

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


def make_hamlet(folder: Path) -> Path:
    """Write the project into a new folder, and return that."""
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
