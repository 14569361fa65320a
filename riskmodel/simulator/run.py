"""Simulation of a county, with memory independent of its years."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.base.days import to_date
from riskmodel.base.errors import UsageError
from riskmodel.simulator.expectation import LONGEST, ExpectedCounts
from riskmodel.simulator.exports import HEADERS, CountyExports
from riskmodel.simulator.geography import make_county
from riskmodel.simulator.life import Day, Life
from riskmodel.simulator.place_files import write_places
from riskmodel.simulator.plates import make_plates, write_plates
from riskmodel.simulator.profile import Climate, make_profile
from riskmodel.simulator.rates import TRUTH_TARGETS
from riskmodel.simulator.river_and_roads import write_layers
from riskmodel.simulator.settings import CountySettings, CountySummary, summary
from riskmodel.simulator.table_files import OpenTables, ParquetFile, TableFile, write_text

WARM_UP = 120
"""Days lived before the first, so that hazards and disputes are under way when the period begins."""

Progress = Callable[[str, float], None]


@checked(directory="Path | str", settings="CountySettings | NoneType")
def simulate(directory: Path | str, settings: CountySettings | None = None, progress: Progress | None = None) -> CountySummary:
    """Simulate a county and write its exports and its truth.

    Parameters
    ----------
    directory
        Folder of the tables; created if missing. Tables of an earlier run are replaced, each as a whole and only
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

    Examples
    --------
    >>> summary = rm.simulate(folder / "tables", rm.CountySettings(cells=12, first="2024-01-01", years=1, truth_every=7))
    >>> summary.rows["police"], summary.first, summary.last
    (553, '2024-01-01', '2024-12-31')
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
    truth = ExpectedCounts(climate)
    plates = make_plates(county, settings)
    exports = CountyExports(county, plates, settings, directory)
    answers = {outcome.name: _truth_table(directory, outcome.name, outcome.horizon, settings) for outcome in TRUTH_TARGETS}
    tables: dict[str, TableFile] = exports.tables | {f"truth/{name}": table for name, table in answers.items()}
    with OpenTables(tables):
        for begin, end in _months(start, first, last):
            days, dates, expected = _live(life, truth, settings, range(begin, end))
            if begin < first:
                exports.warm_up(begin, days)
            else:
                exports.month(begin, days, end - 1)
            for name, table in answers.items():
                _write_truth(table, dates, [values[name] for values in expected])
            report("days", (end - start) / (last + 1 - start))
    written = write_places(county, settings, directory) | write_layers(county, settings, directory)
    written["addresses"] = write_plates(plates, county, directory)
    written |= {name: (table.path, table.rows) for name, table in tables.items()}
    written["exports"] = _write_exports(exports, directory)
    report("done", 1.0)
    return summary(
        settings,
        directory,
        {name: rows for name, (_, rows) in written.items()},
        {name: path for name, (path, _) in written.items()},
    )


def _live(
    life: Life, truth: ExpectedCounts, settings: CountySettings, period: range
) -> tuple[list[Day], list[int], list[dict[str, np.ndarray]]]:
    """Simulate a period; return its days, as-of dates and expected counts."""
    days: list[Day] = []
    dates: list[int] = []
    expected: list[dict[str, np.ndarray]] = []

    def note() -> None:
        since = life.today - settings.first_day
        if since >= 0 and since % settings.truth_every == 0:
            dates.append(life.today)
            expected.append({name: values.astype(np.float32) for name, values in truth.expected(life).items()})

    for _ in period:
        note()
        days.append(life.step())
    if period.stop == settings.last_day + 1:
        note()
    return days, dates, expected


def _write_exports(exports: CountyExports, directory: Path) -> tuple[Path, int]:
    """Write ``exports.csv``; return its path and number of rows."""
    lines = ["数据源,起始日期,完整至,获知日期", *(",".join(row) for row in exports.completeness())]
    path = directory / "exports.csv"
    write_text(path, "\n".join(lines) + "\n")
    return path, len(lines) - 1


def _refuse_real(directory: Path) -> None:
    """Refuse to overwrite the tables of a real county.

    Simulated tables have a folder ``truth`` beside them from the start.
    """
    names = {*HEADERS, "cells", "neighbours", "addresses", "exports", "villages", "water", "roads"}
    there = sorted(path.name for path in directory.glob("*.*") if path.stem in names)
    if there and not (directory / "truth").is_dir():
        raise UsageError(
            f"The folder {str(directory)!r} holds tables that no simulation wrote ({', '.join(there)}): there is no truth/ beside them. "
            "Simulate into another folder, or move them away; nothing was written."
        )


def _months(start: int, first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the warm-up, then calendar months, as ``[begin, end)``."""
    yield start, first
    begin = first
    for day in range(first + 1, last + 2):
        if day == last + 1 or to_date(day).day == 1:
            yield begin, day
            begin = day


def _truth_table(directory: Path, outcome: str, horizon: int, settings: CountySettings) -> ParquetFile:
    """Open ``truth/<outcome>.parquet``.

    Its columns are the row of the cell in ``cells.csv``, the as-of date and the expected count.
    """
    import pyarrow as pa  # late: the package's help must not wait for it

    schema = pa.schema([("cell", pa.int32()), ("as_of", pa.date32()), ("expected", pa.float32())])
    metadata = {
        "outcome": outcome,
        "horizon": str(horizon),
        "every": str(settings.truth_every),
        "cells": str(settings.cells),
        "seed": str(settings.seed),
    }
    return ParquetFile(directory / "truth" / f"{outcome}.parquet", schema, metadata, split=("expected",))


def _write_truth(table: TableFile, dates: list[int], expected: list[np.ndarray]) -> None:
    """Append expected counts, date by date."""
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
