"""The truth of a simulated county: expected counts, for evaluation only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float64

from riskmodel.base.argument_types import checked
from riskmodel.base.days import Days, as_days, to_iso
from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.records.intake.columns.text_column import joined_column
from riskmodel.records.intake.readers.file_tables import read_table
from riskmodel.records.places import Places


@dataclass(frozen=True, eq=False)
class Truth:
    """Expected events of an outcome from each as-of date on.

    They are expected in the ``horizon`` days from the date. NaN where a cell has no figure.
    """

    outcome: str
    horizon: int
    as_of: Days
    expected: Float64[np.ndarray, "cell date"]

    def __repr__(self) -> str:
        return f"<Truth {self.outcome!r}: {counted(self.expected.shape[0], 'cell')}, {counted(len(self.as_of), 'date')}, {counted(self.horizon, 'day')} ahead>"

    def at(self, cell: Any, as_of: Any) -> Float64[np.ndarray, " row"]:
        """Return the expected events of rows (cells at as-of dates).

        Raises
        ------
        UsageError
            If there is no truth for a row.
        """
        date = np.searchsorted(self.as_of, as_of)
        there = date < len(self.as_of)
        there &= self.as_of[np.minimum(date, len(self.as_of) - 1)] == as_of
        found = np.where(there, self.expected[cell, np.where(there, date, 0)], np.nan)
        missing = np.flatnonzero(np.isnan(found))
        if len(missing):
            raise UsageError(
                f"The truth of {self.outcome!r} has no figure for {len(missing):,} of {len(found):,} rows; the first is as of "
                f"{to_iso(int(as_of[missing[0]]))}. Simulate with truth_every = 1, or take as-of dates that it has."
            )
        return found


def truth_names(project: Project) -> dict[str, Path]:
    """Return outcome to file of the project's folder of truth.

    Empty if the project has no such folder.
    """
    if project.table.truth is None:
        return {}
    folder = project.path(project.table.truth)
    return {path.stem: path for path in sorted(folder.glob("*.parquet"))}


@checked(project="Project", places="Places")
def read_truth(project: Project, places: Places, outcome: str, as_of: Any) -> Truth:
    """Return the truth of an outcome at as-of dates.

    Dates that its table lacks have no figure. The table numbers cells by their position in the project's table of places.

    Parameters
    ----------
    project
        A project with a folder of ``truth``.
    places
        Its places, as of the history.
    outcome
        Name of a table of the truth, such as ``"theft"``.
    as_of
        As-of dates.

    Returns
    -------
    Truth
        Expected events ``[cell, date]``, NaN where a cell has no figure.

    Raises
    ------
    UsageError
        If there is no such table, or its cells are not those of ``places``.

    Examples
    --------
    >>> truth = rm.read_truth(county, rm.load_history(county).places, "theft", ["2024-01-01", "2024-01-08"])
    >>> truth
    <Truth 'theft': 12 cells, 2 dates, 7 days ahead>
    >>> truth.expected.shape
    (12, 2)
    """
    from pyarrow import parquet

    there = truth_names(project)
    if outcome not in there:
        raise unknown_name("table of truth", outcome, there)
    dates = as_days(as_of)
    days = [np.datetime64(int(day), "D") for day in (dates[0], dates[-1])]
    table = parquet.read_table(
        there[outcome], filters=[("as_of", ">=", days[0].item()), ("as_of", "<=", days[1].item())], use_threads=False
    )
    position, day = (table.column(name).to_numpy().astype(np.int64) for name in ("cell", "as_of"))
    numbers = _numbers(project, places)
    if len(position) and position.max() >= len(numbers):
        raise UsageError(
            f"The truth of {outcome!r} is about {position.max() + 1:,} cells and the table of places has {len(numbers):,}. "
            "Simulate again: they are of different counties."
        )
    at = np.searchsorted(dates, day)
    asked = dates[np.minimum(at, len(dates) - 1)] == day
    expected = np.full((len(places), len(dates)), np.nan)
    expected[numbers[position[asked]], at[asked]] = table.column("expected").to_numpy()[asked]
    return Truth(outcome, int(parquet.read_schema(there[outcome]).metadata[b"horizon"]), dates, expected)


def _numbers(project: Project, places: Places) -> Any:
    """Return the number in ``places`` of each cell of the project's table.

    Cells are in the order of their first rows.
    """
    table = project.table.places
    key = (table.id,) if isinstance(table.id, str) else table.id
    raw = read_table(project.path(table.path), key, project.table.time_zone, table.encoding)
    column = joined_column([raw.columns[name] for name in key])
    _, first = np.unique(column.codes, return_index=True)
    return places.numbers([column.values[code] for code in column.codes[np.sort(first)]])
