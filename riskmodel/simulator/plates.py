"""Door plates: the register of standard addresses with their cells."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Int32, Int64

from riskmodel.simulator.geography import County
from riskmodel.simulator.settings import CountySettings
from riskmodel.simulator.table_files import ParquetFile

if TYPE_CHECKING:
    import pyarrow as pa

HEADERS = ("标准地址", "网格编号")
_LANE = 40
"""Doors per lane."""


@dataclass(frozen=True)
class Plates:
    """Plates sorted by cell; cell ``c`` has ``start[c]:start[c + 1]``."""

    addresses: pa.Array
    cell: Int32[np.ndarray, " plate"]
    start: Int64[np.ndarray, " cell_plus_one"]

    def draw(self, cell: Int64[np.ndarray, " row"], rng: np.random.Generator) -> Int64[np.ndarray, " row"]:
        """Draw one plate for each of the cells."""
        first = self.start[cell]
        return first + rng.integers(0, self.start[cell + 1] - first)


def make_plates(county: County, settings: CountySettings) -> Plates:
    """Distribute the plates over the cells.

    Every cell gets two, the rest go by households and enterprises. Numbers run along the lanes of each village.
    """
    import pyarrow as pa

    weight = (county.households + 3 * county.enterprises + 1).astype(np.float64)
    whole = np.floor(np.cumsum(weight) / weight.sum() * (settings.plates - 2 * len(weight)) + 1e-9).astype(np.int64)
    count = 2 + np.diff(whole, prepend=0)
    cell = np.repeat(np.arange(len(count), dtype=np.int32), count)
    village = county.village[cell]
    order = np.argsort(village, kind="stable")
    number = np.empty(len(cell), dtype=np.int64)
    begins = np.searchsorted(village[order], np.arange(len(county.village_names)))
    number[order] = np.arange(len(cell)) - begins[village[order]]
    names = [
        f"{county.town_names[county.town[c]]}{county.village_names[v]}{n // _LANE + 1}巷{n % _LANE + 1}号"
        for c, v, n in zip(cell.tolist(), village.tolist(), number.tolist(), strict=True)
    ]
    return Plates(pa.array(names), cell, np.concatenate([[0], np.cumsum(count)]))


def write_plates(plates: Plates, county: County, directory: Path) -> tuple[Path, int]:
    """Write ``addresses.parquet``; return its path and number of rows."""
    import pyarrow as pa

    table = ParquetFile(directory / "addresses.parquet", pa.schema([(name, pa.string()) for name in HEADERS]))
    table.write(dict(zip(HEADERS, (plates.addresses, pa.array(county.ids).take(pa.array(plates.cell))), strict=True)))
    table.close()
    return table.path, table.rows
