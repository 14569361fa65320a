"""A town of 60 cells as a project in a folder: tables, an experiment, and a bundle that is trained in a moment.

Two kinds, two sources, three command centres with names that no file system likes, and 400 days up to the night of
:data:`AS_OF`. Use it for everything about nights: registry, promotion, ledger, outbox, answers.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import numpy as np

from riskmodel import registry
from riskmodel.base.days import to_day, to_iso
from riskmodel.base.project import Project, load_project
from riskmodel.forecasts.experiment import Experiment
from riskmodel.forecasts.training import train
from riskmodel.ledger import Ledger
from riskmodel.operations.nightly import NightReport, run_nightly
from riskmodel.operations.promotion import promote
from riskmodel.operations.served_model import LOADER
from riskmodel.records.history import History
from riskmodel.records.intake import ingest
from riskmodel.records.store import load_history
from riskmodel.registry import Registered
from riskmodel.registry.recorded_champions import recorded_champions

FIRST = to_day("2024-12-01")
AS_OF = to_day("2025-12-31")

TOML = """
name = "town"
title = {{ zh = "小城", en = "A town" }}
time_zone = "Asia/Shanghai"

[places]
path = "data/cells.csv"
id = "cell"
groupings = {{ village = "village", town = "town", centre = "centre" }}
exposures = {{ households = "households" }}
households = "households"

[kinds]
fire = {{ family = "rental", zh = "火情", en = "fire" }}
hazard = {{ family = "rental", zh = "隐患", en = "hazard" }}

[[sources]]
name = "calls"
path = "data/calls.csv"
columns = {{ id = "id", cell = "cell", occurred = "day", known = "known" }}
kind = "fire"
stale_after = 7

[[sources]]
name = "checks"
path = "data/checks.csv"
columns = {{ id = "id", cell = "cell", occurred = "day", known = "known" }}
kind = "hazard"
stale_after = 7

[warnings]
grouping = "centre"
approval = {approval}
"""

ANSWERS = """
[kinds.visit]
family = "outcome"
zh = "已走访"
en = "visited"
discretionary = true

[[sources]]
name = "answers"
answers = true
kind = "visit"

[[sources]]
name = "followups"
answers = true
kinds = { needs_followup = "followup" }
only = { outcome = ["needs_followup"], target = ["fire"] }

[kinds.followup]
family = "outcome"
zh = "需跟进"
en = "needs follow-up"
discretionary = true
"""
"""Sources and kinds for answers of the centres that return as records; added to a project file."""

PROMISED = """
title = {{ zh = "目标 {name}", en = "Target {name}" }}
champion = "decayed"
target = {{ kinds = ["{kind}"], horizon = 28 }}
dates = {{ first = "2025-03-01", test_from = "2025-08-30", test_to = "2025-11-29", refit_every = 49 }}
[[forecasters]]
type = "DecayedRate"
name = "decayed"
"""


def make_project(folder: Path, tracking_home: Path | None = None, approval: bool = True) -> Project:
    """An empty project; MLflow's home is copied from ``tracking_home`` if given, which is quicker than making it."""
    folder.mkdir(parents=True)
    (folder / "riskmodel.toml").write_text(TOML.format(approval=str(approval).lower()), encoding="utf-8")
    if tracking_home is not None:
        shutil.copytree(tracking_home, folder / "mlruns")
    return load_project(folder)


def write_tables(folder: Path, *, shuffled: bool = False, checks_days: int = 400) -> None:
    """Tables of 60 cells and of 400 days of calls and checks from 2024-12-01 on, always the same.

    ``shuffled`` puts their rows into another order; ``checks_days`` cuts the checks off earlier.
    """
    cells, rng = 60, np.random.default_rng(7)
    data = folder / "data"
    data.mkdir(exist_ok=True)
    centres = ["东区中心", "West centre", "a/b"]
    rate = rng.gamma(0.6, 0.02, cells)
    tables = {"cells": [f"c{i:03d},v{i // 5},t{i // 10},{centres[i // 20]},{20 + i % 7}" for i in range(cells)]}
    for name, times, days in (("calls", 1.0, 400), ("checks", 3.0, checks_days)):
        happened = np.argwhere(rng.random((400, cells)) < rate * times)
        delays = rng.integers(0, 3, len(happened))
        rows = []
        for (day, cell), delay in zip(happened.tolist(), delays.tolist(), strict=True):
            if day + delay < days:
                rows.append(f"{len(rows)},c{cell:03d},{to_iso(FIRST + day)},{to_iso(FIRST + day + delay)}")
        tables[name] = rows
    heads = {"cells": "cell,village,town,centre,households", "calls": "id,cell,day,known", "checks": "id,cell,day,known"}
    for name, rows in tables.items():
        ordered = [rows[i] for i in rng.permutation(len(rows))] if shuffled else rows
        (data / f"{name}.csv").write_text("\n".join([heads[name], *ordered, ""]), encoding="utf-8")


def prepare(folder: Path, tracking_home: Path) -> Path:
    """A project with its tables ingested and a champion; takes seconds, so copy the folder where more than one is needed.

    MLflow was asked for the champion, as it is in the first night: copies need not ask again before they change it.
    """
    project = make_project(folder, tracking_home)
    write_tables(folder)
    ingest(project, AS_OF + 30)
    promoted(project)
    recorded_champions(project)
    return folder


def experiment(name: str = "fire", kind: str = "fire", half_life: float = 91) -> Experiment:
    """A small experiment; another half-life gives another bundle."""
    return Experiment.model_validate(
        {
            "name": name,
            "title": {"zh": f"目标 {name}", "en": f"Target {name}"},
            "target": {"kinds": [kind], "horizon": 28},
            "dates": {"first": "2025-03-01", "step": 7, "test_from": "2025-08-30", "test_to": "2025-11-29", "refit_every": 49},
            "forecasters": [
                {"type": "DecayedRate", "name": "decayed", "settings": {"half_lives": [half_life]}},
                {"type": "Persistence", "name": "persistence"},
            ],
            "champion": "decayed",
            "policy": {"capacity": 8, "cool_down": 7},
        }
    )


def history_of(project: Project) -> History:
    """The current history."""
    return load_history(project)


def trained(project: Project, chosen: Experiment) -> Registered:
    """A bundle of the experiment, registered."""
    history = history_of(project)
    bundle = train(chosen, history, (), as_of=AS_OF)
    return registry.record_training(project, chosen, bundle, loader=LOADER, fingerprint=history.fingerprint(), manifest="m")


def promoted(project: Project, chosen: Experiment | None = None) -> Registered:
    """A bundle of the experiment, registered and made champion."""
    one = trained(project, chosen or experiment())
    promote(project, one.experiment, one.version, role="analyst", day=AS_OF)
    return one


def run(project: Project, as_of: int = AS_OF, **options: object) -> NightReport:
    """A night that runs on its own date, at midnight of UTC."""
    return run_nightly(project, as_of, day=as_of, **{"clock": lambda: as_of * 86_400, **options})


def bodies(project: Project, as_of: int = AS_OF) -> Iterator[dict]:
    """The lists of a night as the ledger holds them."""
    with Ledger.of(project).read() as book:
        return (json.loads(one.body) for one in book.lists.of(as_of))


def left_by(project: Project) -> dict[str, object]:
    """Every byte of the outbox and every row of the ledger."""
    outbox = project.path(project.table.outbox)
    found: dict[str, object] = {p.relative_to(outbox).as_posix(): p.read_bytes() for p in outbox.rglob("*") if p.is_file()}
    with closing(sqlite3.connect(project.path(project.table.store))) as connection:
        found["store"] = list(connection.iterdump())
    return found


def promise(project: Project, **split: float) -> Project:
    """The project with a split of the capacity, and an experiment file for each of its names but 'typo'."""
    path = project.folder / "riskmodel.toml"
    shares = ", ".join(f"{name} = {share}" for name, share in split.items())
    path.write_text(path.read_text(encoding="utf-8") + f"split = {{ {shares} }}\n", encoding="utf-8")
    for name in set(split) - {"typo"}:
        content = PROMISED.format(name=name, kind="hazard" if name == "hazards" else "fire")
        (project.folder / "experiments").mkdir(exist_ok=True)
        (project.folder / "experiments" / f"{name}.toml").write_text(content, encoding="utf-8")
    return load_project(project.folder)
