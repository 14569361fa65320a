"""Cells that several columns name together, such as district and beat.

Where the names of beats or grids start again in every district or village, one column names places in different areas alike.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from typing import Any

import numpy as np

from riskmodel.records.intake.columns.text_column import BETWEEN
from riskmodel.starter.case_states import are_case_states
from riskmodel.starter.column_words import plain_name, rank
from riskmodel.starter.event_places import MOST_CELLS, event_cell
from riskmodel.starter.stated_columns import StatedColumns
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues

_MOST_LOCAL, _MOST_PAIRS = 500, 5_000_000
_WIDER = re.compile(
    r"\b(city|town|county|state|province|municipality|region|village|borough)\b|[省市县区镇乡村]$|街道|社区|派出所|中心$"
)
"""Names of columns whose areas are wider than cells."""
_NUMBER_OF = re.compile(r"\b(no|nr|num|number|id|code|name)\b|[编代]?[号码]$|编码|名称")
"""Words that only say that a name or a number follows."""
_NO_AREA = re.compile(
    r"\b(location|place|site|premises?|type|kind|category|level|priority|status|source|unit|station)\b|类|级|状态"
)
"""Names of columns that rather say what sort of place it was."""
_NUMBERED = re.compile(r"(\D{0,12}?)0*(\d{1,4})(\D{0,8})|()([A-Za-z])()")
"""A name that is a number, perhaps with one word, or a single letter."""
LEAST_SHARED, LEAST_NUMBERS, LEAST_NAMES = 0.75, 0.75, 0.8
"""Share of the rows with names that occur in several areas; and of the names that an area has, for numbers from the first on and for other names."""
_REAL, _TYPING = 0.2, 0.05
"""Share of the rows expected by chance that makes a name one of an area, and of the usual rows of an area below which its name is a slip."""


def with_whole_names(table: ReadTable, stated: StatedColumns) -> ReadTable:
    """Return a table whose cells have their whole names.

    A column is added that joins the columns which name a cell together, where the names of one start again in every area of the other.
    """
    cell = event_cell(table, set())
    if cell is None or stated.cell is not None or stated.x is not None:
        return table
    parts, whole = [cell], table.columns[cell]
    for other in area_columns(table):
        if other not in parts and _start_again(whole, table.columns[other]):
            parts = [name for name in table.columns if name in (*parts, other)]
            whole = _joined([table.columns[name] for name in parts])
    if len(parts) == 1 or len(whole.values) > MOST_CELLS:
        return table
    return replace(table, columns={**table.columns, whole.name: whole}, joined={whole.name: tuple(parts)})


def area_columns(table: ReadTable) -> list[str]:
    """Return the columns that may name areas."""
    found = []
    for name, column in table.columns.items():
        bare = _NUMBER_OF.sub(" ", plain_name(name)).strip()
        named = (rank(bare, "cell") >= 2 or _WIDER.search(plain_name(name)) is not None) and not are_case_states(column)
        if named and not _NO_AREA.search(bare) and 2 <= len(column.values) <= MOST_CELLS and column.filled >= 0.5 * table.rows:
            found.append(name)
    return found


def _start_again(one: TextValues, other: TextValues) -> bool:
    """Return whether names of one column start again in areas of another."""
    return are_local(one, other) or are_local(other, one)


def are_local(names: TextValues, areas: TextValues) -> bool:
    """Return whether the same names occur in all areas."""
    there = (names.codes >= 0) & (areas.codes >= 0)
    area = _spelt_alike(areas)[areas.codes[there]]
    many, size = int(area.max(initial=-1)) + 1, len(names.values)
    if size > _MOST_LOCAL or many * size > _MOST_PAIRS or many < 2:
        return False
    counts = np.bincount(area * size + names.codes[there], minlength=many * size).reshape(many, size)
    counts = counts[counts.sum(axis=1) >= _TYPING * counts.sum() / many]
    real = (counts > 0) & (counts >= _REAL * np.outer(counts.sum(axis=1), counts.sum(axis=0)) / max(1, counts.sum()))
    if counts[:, real.sum(axis=0) >= 2].sum() < LEAST_SHARED * counts.sum():
        return False
    order = _number_order(names.values)
    if order is not None:
        ordered = real[:, order]
        first_to_last = size - np.argmax(ordered[:, ::-1], axis=1)
        return bool(ordered.sum() >= LEAST_NUMBERS * first_to_last.sum())
    return _WIDER.search(plain_name(areas.name)) is not None and bool(real.mean() >= LEAST_NAMES)


def _spelt_alike(column: TextValues) -> Any:
    """Return a number for each text, the same for spellings of one."""
    plain = ["".join(unicodedata.normalize("NFKC", text).casefold().split()) for text in column.values]
    return np.unique(np.array(plain, dtype=object).astype(str), return_inverse=True)[1]


def _number_order(texts: list[str]) -> Any:
    """Return the order of numbered names; None for other names."""
    found = [_NUMBERED.fullmatch(text.strip()) for text in texts]
    words = {(one[1] or "", one[3] or "") for one in found if one is not None}
    if None in found or len(words) > 1:
        return None
    return np.lexsort(([one[5] or "" for one in found if one], [int(one[2] or 0) for one in found if one]))


def _joined(columns: list[TextValues]) -> TextValues:
    """Return columns as one, empty where one of them is."""
    codes = np.column_stack([column.codes for column in columns])
    pairs, back = np.unique(codes, axis=0, return_inverse=True)
    whole = (pairs >= 0).all(axis=1)
    number = np.where(whole, np.cumsum(whole) - 1, -1)
    texts = [BETWEEN.join(one.values[at] for one, at in zip(columns, pair, strict=True)) for pair in pairs[whole].tolist()]
    return TextValues(BETWEEN.join(column.name for column in columns), texts, number[back.reshape(-1)])
