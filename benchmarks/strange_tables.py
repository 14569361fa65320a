"""Tables with one odd trait each, as a newcomer would bring them: ``python benchmarks/strange_tables.py``.

Counts are Poisson around fixed rates of 40 districts, so that the decayed rate is the best that can be known, but for what the trait changes. Each table
goes through ``init``, ``ingest`` and ``backtest`` with what ``init`` wrote.
"""

from __future__ import annotations

import csv
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).absolute().parent.parent
sys.path.insert(0, str(ROOT))

from riskmodel.asof.library import load_features  # noqa: E402
from riskmodel.base.project import load_project  # noqa: E402
from riskmodel.forecasts.backtesting import backtest  # noqa: E402
from riskmodel.forecasts.experiment import Experiment  # noqa: E402
from riskmodel.forecasts.experiment.experiment_file import load_experiment  # noqa: E402
from riskmodel.forecasts.reports.sentences import note_sentences  # noqa: E402
from riskmodel.records.intake import ingest  # noqa: E402
from riskmodel.records.store import load_history  # noqa: E402
from riskmodel.starter.first_project import init  # noqa: E402


@dataclass(frozen=True)
class Table:
    """Trait of a table of burglaries.

    ``season`` is the amplitude over the year, ``own_season`` that of each district around a day of its own, ``summer`` how many times as many events there are at the height of a
    summer of six weeks; of ``down`` days no row exists; from day ``doubled`` on each row stands twice under other ids;
    eight districts begin on day ``begins``; ``mondays`` dates each row by its week; ``zeros`` takes the days that are down for days without events, which ``init``
    leaves out.
    """

    name: str
    days: int = 900
    rate: float = 25.0
    districts: int = 40
    season: float = 0.0
    own_season: float = 0.0
    summer: float = 0.0
    down: tuple[int, int] = (0, 0)
    doubled: int | None = None
    begins: int = 0
    mondays: bool = False
    huge: bool = False
    zeros: bool = False

    header = ("Case No", "Reported on", "District")

    def rows(self) -> Iterator[tuple[str, str, str]]:
        """Yield id, date and district of each row."""
        rng = np.random.default_rng(1)
        share = rng.gamma(0.8, 1.0, self.districts)
        share /= share.sum()
        if self.huge:
            share = 0.3 * share + 0.7 * (np.arange(self.districts) == 0)
        heights = np.arange(self.districts) / self.districts
        number = 0
        for day in range(self.days):
            at = FIRST + timedelta(day)
            level = self.rate * (1 + self.season * np.cos(2 * np.pi * (at.timetuple().tm_yday - 200) / 365.25))
            level *= 1.25 if at.weekday() >= 5 else 0.9
            level *= 1 + self.summer * np.exp(-(((at.timetuple().tm_yday - 210) / 20) ** 2))
            own = 1 + self.own_season * np.cos(2 * np.pi * (at.timetuple().tm_yday / 365.25 + heights))
            counts = rng.poisson(level * own * share)
            if day < self.begins:
                counts[-8:] = 0
            if self.down[0] <= day < self.down[1]:
                continue
            told = at - timedelta(at.weekday()) if self.mondays else at
            copies = 2 if self.doubled is not None and day >= self.doubled else 1
            for district in np.repeat(np.arange(self.districts), copies * counts):
                yield f"C{number:06d}", told.isoformat(), f"District {district + 1:02d}"
                number += 1


FIRST = date(2022, 1, 10)
TABLES = (
    Table("nothing odd"),
    Table("60 days", days=60),
    Table("14 months, a strong season", days=425, season=0.7),
    Table("20 events a year", days=1200, rate=0.06, districts=30),
    Table("70 % in one district", rate=40.0, huge=True),
    Table("eight districts begin after 600 days", begins=600),
    Table("every date a Monday", mondays=True),
    Table("reported twice since 180 days", doubled=720),
    *(
        Table(name, down=down, zeros=zeros)
        for down, what in (
            ((640, 654), "14 days before"),
            ((600, 690), "90 days before"),
            ((780, 794), "14 days within"),
            ((780, 860), "80 days within"),
        )
        for zeros, name in ((False, f"no rows for {what} the window"), (True, "the same, taken for days without events"))
    ),
    Table("each district has its own season", days=1200, own_season=0.9),
    Table("a summer of six weeks", days=1000, summer=4.0),
)


def run(table: Any, folder: Path) -> str:
    """Take a table through the first commands; return its row, and the notes below.

    A table has a ``name``, a ``header`` and ``rows()``; of one whose ``zeros`` is true no day is left out.
    """
    folder.mkdir()
    with (folder / "table.csv").open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(table.header)
        rows.writerows(table.rows())
    return taken_through(table.name, folder / "table.csv", folder / "project", zeros=table.zeros)


def taken_through(name: str, table: Path, folder: Path, zeros: bool = False, **stated: Any) -> str:
    """Take a file through the first commands; return its row, and the notes below."""
    init(folder, table, **stated)
    project = load_project(folder)
    ingest(project, "2030-01-01")
    history, experiment = load_history(project), load_experiment(project, "main")
    if zeros:
        experiment = Experiment.model_validate(experiment.model_dump(mode="json", exclude_none=True) | {"ignore": []})
    result = backtest(experiment, history, load_features(project).choose(experiment.features), threads=1)
    metrics, champion = result.evaluation.metrics, experiment.champion
    by, low, high = result.relative_lift(over="decayed")[champion] if champion != "decayed" else (0.0, 0.0, 0.0)
    worst = max(metrics, key=lambda one: float(metrics[one]["log_score"]))
    best = min(metrics.keys() - {champion}, key=lambda one: float(metrics[one]["log_score"]))
    interval = f"{100 * low:.2f} to {100 * high:.2f}" if low == low else "too few dates"
    line = (
        f"| {name} | {int(result.y.sum()):,} | {metrics['decayed']['log_score']:.4f} | {metrics[champion]['log_score']:.4f} | "
        f"{100 * by:.2f} ({interval}) | {metrics[champion]['ratio']:.2f} | {100 * metrics[champion]['coverage_90']:.1f} % | {best} {metrics[best]['log_score']:.4f} | {worst} {metrics[worst]['log_score']:.4f} |"
    )
    return "\n".join([line, *(f"  note: {note}" for note in note_sentences(result))])


HEADER = (
    "| table | events | log score: decayed | champion | better, % (95 % interval) | forecast over events | 90 % intervals hold | best single | worst single |\n"
    "|---|---|---|---|---|---|---|---|---|"
)


def main(tables: Sequence[Any] = TABLES) -> int:
    """Print the table."""
    print(HEADER)
    with tempfile.TemporaryDirectory() as keep:
        for number, table in enumerate(tables):
            if all(asked in table.name for asked in sys.argv[1:]):
                print(run(table, Path(keep) / str(number)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
