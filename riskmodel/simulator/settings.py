"""Settings of a simulated county and the summary of a run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from riskmodel.base.argument_types import checked
from riskmodel.base.days import day_argument, to_date, to_day, to_iso
from riskmodel.base.errors import bad_argument

FIRST_YEAR, LAST_YEAR = 2015, 2035
"""Years covered by the tables of lunar holidays."""

PLATES_A_CELL, MOST_PLATES = 65, 800_000
"""Door plates in the register of addresses: mean per cell, and maximum in total."""

EVERY_DATE_UP_TO = 5_000
"""Counties of at most this many cells get expected counts for every as-of date, larger ones for every seventh."""


@checked(cells="int", villages="int", towns="int", centres="int", first="str", years="int", seed="int", truth_every="int")
@dataclass(frozen=True)
class CountySettings:
    """Size, period and seed of a simulated county.

    Parameters
    ----------
    cells
        Number of cells (grids), at least 12.
    villages, towns, centres
        Numbers of the groupings above; 0 (the default) means in proportion to the cells, as 358, 14 and 3 are to
        1,231.
    first
        First simulated day, an ISO date in 2015 or later.
    years
        Number of calendar years, so that the default runs through 2025-12-31.
    seed
        The only source of randomness: the same settings give the same bytes.
    truth_every
        Days between two as-of dates of the truth; 0 (the default) means 1, or 7 above 5,000 cells.

    Raises
    ------
    UsageError
        If a size is impossible, or the period leaves the years of the holiday table.

    Examples
    --------
    >>> settings = rm.CountySettings(cells=120, first="2024-01-01", years=2)
    >>> rm.to_iso(settings.last_day)
    '2025-12-31'
    """

    cells: int = 1231
    villages: int = 0
    towns: int = 0
    centres: int = 0
    first: str = "2021-01-01"
    years: int = 5
    seed: int = 20210101
    truth_every: int = 0

    def __post_init__(self) -> None:
        if self.cells < 12:
            raise bad_argument("cells", "CountySettings", "a whole number of at least 12", self.cells)
        defaults = {
            "villages": max(3, round(self.cells * 358 / 1231)),
            "towns": max(2, round(self.cells * 14 / 1231)),
            "centres": max(1, round(self.cells * 3 / 1231)),
            "truth_every": 1 if self.cells <= EVERY_DATE_UP_TO else 7,
        }
        for name, default in defaults.items():
            if getattr(self, name) < 0:
                raise bad_argument(
                    name, "CountySettings", "a whole number of at least 1 (or 0: in proportion)", getattr(self, name)
                )
            if getattr(self, name) == 0:
                object.__setattr__(self, name, default)
        for small, large in (("centres", "towns"), ("towns", "villages"), ("villages", "cells")):
            if getattr(self, small) > getattr(self, large):
                raise bad_argument(
                    small, "CountySettings", f"at most the number of {large}, {getattr(self, large)}", getattr(self, small)
                )
        if self.years < 1:
            raise bad_argument("years", "CountySettings", "a whole number of at least 1", self.years)
        if self.seed < 0:
            raise bad_argument("seed", "CountySettings", "a whole number of at least 0", self.seed)
        # a year near the end of the calendar has no last day of the county
        if not FIRST_YEAR <= to_date(self.first_day).year <= LAST_YEAR or to_date(self.last_day).year > LAST_YEAR:
            raise bad_argument(
                "first",
                "CountySettings",
                f"a day such that the {self.years} years lie in {FIRST_YEAR} to {LAST_YEAR}",
                self.first,
            )

    @property
    def plates(self) -> int:
        """Return the number of door plates (about 80,000 by default)."""
        return max(2 * self.cells, min(PLATES_A_CELL * self.cells, MOST_PLATES))

    @property
    def first_day(self) -> int:
        """Return the day number of the first simulated day."""
        return day_argument(self.first, "first", "CountySettings")

    @property
    def last_day(self) -> int:
        """Return the day number of the last simulated day."""
        start = to_date(self.first_day)
        year = start.year + self.years
        try:
            return to_day(start.replace(year=year)) - 1
        except ValueError:  # 29 February
            return to_day(start.replace(year=year, day=28))

    def stream(self, name: str) -> np.random.Generator:
        """Return an independent random generator for one part."""
        key = [self.seed, *name.encode()]
        return np.random.Generator(np.random.Philox(np.random.SeedSequence(key)))


@dataclass(frozen=True)
class CountySummary:
    """Summary of the tables that :func:`simulate` wrote.

    Attributes
    ----------
    directory
        The folder of the tables.
    first, last
        First and last simulated day, ISO dates.
    rows
        Rows by table (file stem), repeated and damaged rows included.
    paths
        Path by table; the truth stands as ``truth/<outcome>``.
    """

    directory: Path
    first: str
    last: str
    rows: Mapping[str, int]
    paths: Mapping[str, Path] = field(repr=False)

    @property
    def records(self) -> int:
        """Return the number of rows in record tables."""
        return sum(n for name, n in self.rows.items() if name in RECORD_TABLES)

    def __repr__(self) -> str:
        width = max(map(len, self.rows))
        lines = [f"CountySummary: {self.records:,} records, {self.first} to {self.last}, in {self.directory}"]
        lines += [f"  {name:<{width}} {n:>12,} rows" for name, n in self.rows.items()]
        return "\n".join(lines)


RECORD_TABLES: tuple[str, ...] = (
    "police",
    "online",
    "sentiment",
    "rental_inspections",
    "rental_hazards",
    "rental_register",
    "disputes",
    "mediations",
    "enterprise_register",
)
"""Tables whose rows are records, by file stem."""


def summary(settings: CountySettings, directory: Path, rows: Mapping[str, int], paths: Mapping[str, Path]) -> CountySummary:
    """Build the summary of a finished county."""
    return CountySummary(directory, to_iso(settings.first_day), to_iso(settings.last_day), dict(rows), dict(paths))
