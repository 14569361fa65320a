"""Simulate a county from its first day to its last; the memory does not grow with the years."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from riskmodel.base.days import to_date
from riskmodel.base.errors import UsageError
from riskmodel.simulator.exports import HEADERS, Exports
from riskmodel.simulator.geography import make_county
from riskmodel.simulator.kinds import OUTCOMES
from riskmodel.simulator.places import write_places
from riskmodel.simulator.plates import make_plates, write_plates
from riskmodel.simulator.processes import Day, Life
from riskmodel.simulator.profile import Climate, make_profile
from riskmodel.simulator.settings import CountySettings, CountySummary, summary
from riskmodel.simulator.tables import ParquetTable, Shelf, Table, write_text
from riskmodel.simulator.truth import LONGEST, Truth

WARM_UP = 120
"""Days lived before the first, so that hazards and disputes are under way when the period begins."""

Progress = Callable[[str, float], None]


def simulate(directory: Path | str, settings: CountySettings | None = None, progress: Progress | None = None) -> CountySummary:
    """Simulate a county and write its exports and its truth.

    Parameters
    ----------
    directory
        Folder of the tables; made if it is not there. Tables of an earlier run are replaced, each as a whole and only
        when all days are done.
    settings
        Size, period and seed; the default is 1,231 cells over 2021 to 2025.
    progress
        Called with a label and the share done, from 0 to 1.

    Returns
    -------
    CountySummary
        Rows and paths by table. The same settings give the same bytes, whatever the machine's time zone, locale,
        hash seed or working directory.

    Raises
    ------
    UsageError
        If the folder holds tables of these names that no simulation wrote.
    """
    settings = settings or CountySettings()
    report = progress or (lambda label, share: None)
    directory = Path(directory)
    _refuse_real(directory)
    directory.mkdir(parents=True, exist_ok=True)
    report("places", 0.0)
    county = make_county(settings)

    start, first, last = settings.first_day - WARM_UP, settings.first_day, settings.last_day
    climate = Climate.over(start, last + 2 + LONGEST, first)
    life = Life(make_profile(county, settings.stream("profile")), climate, settings.stream("life"))
    truth = Truth(climate)
    plates = make_plates(county, settings)
    exports = Exports(county, plates, settings, directory)
    answers = {outcome.name: _truth_table(directory, outcome.name, outcome.horizon, settings) for outcome in OUTCOMES}
    tables: dict[str, Table] = exports.tables | {f"truth/{name}": table for name, table in answers.items()}
    with Shelf(tables):
        for begin, end in _months(start, first, last):
            days: list[Day] = []
            dates: list[int] = []
            expected: dict[str, list[np.ndarray]] = {name: [] for name in answers}
            for day in range(begin, end):
                if day >= first and (day - first) % settings.truth_every == 0:
                    dates.append(day)
                    for name, values in truth.expected(life).items():
                        expected[name].append(values.astype(np.float32))
                days.append(life.step())
            if end == last + 1 and (end - first) % settings.truth_every == 0:
                dates.append(end)
                for name, values in truth.expected(life).items():
                    expected[name].append(values.astype(np.float32))
            if begin < first:
                exports.warm_up(begin, days)
            else:
                exports.month(begin, days, end - 1)
            for name, table in answers.items():
                _write_truth(table, dates, expected[name])
            report("days", (end - start) / (last + 1 - start))
    written = write_places(county, settings, directory)
    written["addresses"] = write_plates(plates, county, directory)
    lines = ["数据源,起始日期,完整至,获知日期", *(",".join(row) for row in exports.completeness())]
    write_text(directory / "exports.csv", "\n".join(lines) + "\n")
    written |= {name: (table.path, table.rows) for name, table in tables.items()}
    written["exports"] = (directory / "exports.csv", len(lines) - 1)
    report("done", 1.0)
    return summary(
        settings,
        directory,
        {name: rows for name, (_, rows) in written.items()},
        {name: path for name, (path, _) in written.items()},
    )


def _refuse_real(directory: Path) -> None:
    """Refuse to write over tables of a county: those of a simulation have the truth beside them, from its beginning on."""
    names = {*HEADERS, "cells", "neighbours", "addresses", "exports"}
    there = sorted(path.name for path in directory.glob("*.*") if path.stem in names)
    if there and not (directory / "truth").is_dir():
        raise UsageError(
            f"The folder {str(directory)!r} holds tables that no simulation wrote ({', '.join(there)}): there is no truth/ beside them. "
            "Simulate into another folder, or move them away; nothing was written."
        )


def _months(start: int, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The warm-up, then calendar months, as ``[begin, end)``."""
    yield start, first
    begin = first
    for day in range(first + 1, last + 2):
        if day == last + 1 or to_date(day).day == 1:
            yield begin, day
            begin = day


def _truth_table(directory: Path, outcome: str, horizon: int, settings: CountySettings) -> ParquetTable:
    """``truth/<outcome>.parquet``: position of the cell in ``cells.csv``, as-of date, expected events."""
    import pyarrow as pa  # late: the package's help must not wait for it

    schema = pa.schema([("cell", pa.int32()), ("as_of", pa.date32()), ("expected", pa.float32())])
    metadata = {
        "outcome": outcome,
        "horizon": str(horizon),
        "every": str(settings.truth_every),
        "cells": str(settings.cells),
        "seed": str(settings.seed),
    }
    return ParquetTable(directory / "truth" / f"{outcome}.parquet", schema, metadata, split=("expected",))


def _write_truth(table: Table, dates: list[int], expected: list[np.ndarray]) -> None:
    """Append the dates' expectations, date by date."""
    import pyarrow as pa

    if not dates:
        return
    cells = len(expected[0])
    table.write(
        {
            "cell": np.tile(np.arange(cells, dtype=np.int32), len(dates)),
            "as_of": pa.array(np.repeat(np.array(dates, dtype=np.int32), cells)).cast(pa.date32()),
            "expected": np.concatenate(expected),
        }
    )
