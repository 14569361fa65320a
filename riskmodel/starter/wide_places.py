"""Wide places such as states, where no closer ones are named."""

from __future__ import annotations

import numpy as np

from riskmodel.base.accents import without_accents
from riskmodel.starter.case_states import are_case_states
from riskmodel.starter.column_words import plain_name
from riskmodel.starter.event_places import LEAST_POINTS, LEAST_ROWS, has_too_many
from riskmodel.starter.table_columns import ReadTable

MOST_OF_ONE = 0.8
"""Share of the rows in one state or city above which a table is about that one, and the others are its spellings or strays."""
_WIDE = frozenset(
    (
        "state", "us state", "states", "state name", "state abb", "state abbr", "state abbreviation", "state code", "state id", "statename", "state fips", "statefips", "fips", "fips code", "county fips",
        "countyfips", "countyid", "territory", "locality", "settlement", "metro", "metro area", "msa", "cbsa", "city", "cities", "city name", "cityname", "city town", "airport", "airport name", "airport code",
        "hospital", "facility", "school", "ciudad", "ville", "stadt", "cidade", "citta", "stad", "plaats", "kaupunki", "grad", "sehir", "il", "城市", "城市名称", "省", "省份", "省市", "地市", "市州", "州市",
    )
)  # fmt: skip
"""Names of wide places, which many tables of one city have as well."""


def is_wide(name: str) -> bool:
    """Return whether a column is called like a wide place."""
    return without_accents(plain_name(name)) in _WIDE


def wide_place(table: ReadTable, taken: set[str]) -> str | None:
    """Return the column of the narrowest wide places with rows enough.

    A table of one city says the same city in nearly all rows; these are no places to compare.
    """
    found = []
    for name, column in table.columns.items():
        if name in taken or not is_wide(name) or column.filled < LEAST_POINTS * table.rows:
            continue
        if has_too_many(table, column) or are_case_states(column):
            continue
        counts = np.asarray(column.counts)
        if counts.max() <= MOST_OF_ONE * column.filled and (counts >= LEAST_ROWS).sum() > 1:
            enough = column.filled / len(counts) >= LEAST_ROWS
            found.append((enough, len(counts) if enough else -len(counts), name))
    return max(found)[-1] if found else None
