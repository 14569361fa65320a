"""Rows of scores: their check, and a table of another model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from riskmodel.base.days import NEVER
from riskmodel.base.errors import UsageError, bad_argument, unknown_name
from riskmodel.base.given_values import Described
from riskmodel.base.native_frames import frame_argument
from riskmodel.base.personal_data.safe_texts import unknown_text
from riskmodel.records.frame_days import days_of
from riskmodel.records.frame_texts import texts_of
from riskmodel.records.places import Places

TABLE = "the table of scores"


def check_score_rows(rows: Any, cells: int) -> None:
    """Check the columns of scores: one length, cells that exist, possible numbers.

    Raises
    ------
    UsageError
        Naming the column, and the row of the first wrong value.
    """
    columns = {name: getattr(rows, name) for name in ("cell", "as_of", "mean", "dispersion")}
    for name, values in columns.items():
        whole = name in ("cell", "as_of")
        kinds = ("iu" if whole else "f") if np.size(values) else "iuf"
        if not isinstance(values, np.ndarray) or values.ndim != 1 or values.dtype.kind not in kinds:
            expected = f"an array of {'whole numbers' if whole else 'floating-point numbers'} [row]"
            raise bad_argument(name, "Scores", f"{expected} (Scores.from_frame reads a table)", values)
        if len(values) != len(rows.cell):
            raise bad_argument(name, "Scores", f"as long as cell, {len(rows.cell):,} rows", Described(f"{len(values):,}"))
    if len(rows.cell) and not 0 <= rows.cell.min() <= rows.cell.max() < cells:
        wrong = int(np.flatnonzero((rows.cell < 0) | (rows.cell >= cells))[0])
        raise bad_argument(
            "cell", "Scores", f"numbers of cells from 0 to {cells - 1}", Described(f"{rows.cell[wrong]} in row {wrong}")
        )
    for name in ("mean", "dispersion"):
        values = columns[name]
        wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)))
        if len(wrong):
            raise bad_argument(name, "Scores", "finite numbers from 0", Described(f"{values[wrong[0]]:g} in row {int(wrong[0])}"))


def read_score_frame(frame: Any, places: Places) -> dict[str, Any]:
    """Return the columns of a table of forecasts, by date and cell.

    The table is described at ``Scores.from_frame``.

    Raises
    ------
    UsageError
        If a column is missing, a cell is unknown, a date or number cannot be read, or a cell has two rows of one date.
    """
    table = frame_argument(frame, "frame", "Scores.from_frame")
    mean = next((name for name in ("mean", "expected") if name in table.columns), "mean")
    for column in ("cell", "as_of", mean):
        if column not in table.columns:
            raise unknown_name("column of the table of scores", column, table.columns)
    cell = _cells(texts_of(table["cell"].to_list(), "cell", TABLE), places)
    as_of = days_of(table["as_of"], int(NEVER), "as_of", TABLE)
    if np.any(as_of == NEVER):
        raise UsageError(
            f"Row {int(np.argmax(as_of == NEVER)) + 1:,} of {TABLE} has no date in 'as_of'. Give every row its date."
        )
    order = np.lexsort((cell, as_of))
    twice = np.flatnonzero((np.diff(cell[order]) == 0) & (np.diff(as_of[order]) == 0))
    if len(twice):
        raise UsageError(
            f"The cell {places.ids[cell[order[twice[0]]]]!r} has two rows of one date in {TABLE}. Keep one row for each cell and date."
        )
    columns = {"mean": _numbers(table, mean), "dispersion": np.zeros(len(cell))}
    if "dispersion" in table.columns:
        columns["dispersion"] = _numbers(table, "dispersion")
    return {"cell": cell[order], "as_of": as_of[order], **{name: values[order] for name, values in columns.items()}}


def _cells(names: Sequence[str], places: Places) -> Any:
    for row, name in enumerate(names, 1):
        if name not in places.index:
            raise unknown_text("cell", name, places.index, row)
    return np.array([places.index[name] for name in names], dtype=np.int32)


def _numbers(table: Any, column: str) -> Any:
    try:
        return np.array(table[column].to_list(), dtype=np.float64)
    except (TypeError, ValueError):
        raise UsageError(f"The column {column!r} of {TABLE} holds values that are no numbers. Convert it.") from None
