"""Columns of a few words, which may hold kinds."""

from __future__ import annotations

import re

from riskmodel.base.personal_data.person_columns import is_about_persons
from riskmodel.base.personal_data.personal_names import name_forms
from riskmodel.starter.calendar_words import are_calendar_words
from riskmodel.starter.column_words import plain_name, rank
from riskmodel.starter.incident_ids import combined
from riskmodel.starter.other_words import is_circumstance
from riskmodel.starter.person_words import are_person_groups
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues

MOST_WORDS = 40
"""A column with more different words is not taken for kinds without a name that says so."""
_ANSWERS = frozenset(
    ("yes", "no", "y", "n", "true", "false", "t", "f", "0", "1", "m", "w", "是", "否", "有", "无", "unknown", "none", "")
)


_TEXTS = re.compile(
    r"\b(?:desc|description|descr|descripcion|name|label|text|title|bezeichnung|libelle|descrizione|descricao|omschrijving|opis)$|名称|描述|说明"
)
_CODE, _MOST_CODES, _LONGER = re.compile(r"[A-Z0-9._/-]{1,12}"), 0.9, 1.5
"""Names of texts of codes, a code, the share of values that must be codes, and how many times as long their texts are."""


def kinds_in_words(table: ReadTable, kind: str, taken: set[str]) -> str:
    """Return the column that says codes of kinds in words."""
    values = table.columns[kind].values
    codes = [_CODE.fullmatch(text.strip()) is not None for text in values]
    if sum(codes) < _MOST_CODES * len(codes):
        return kind
    least = _LONGER * sum(map(len, values))
    words = (
        name
        for name, column in table.columns.items()
        if name not in taken and name != kind and _TEXTS.search(plain_name(name)) and not is_circumstance(name)
        and sum(map(len, column.values)) >= least and _say_the_same(table, name, kind)
    )  # fmt: skip
    return next(words, kind)


def is_answer(column: TextValues) -> bool:
    """Return whether a column says yes or no."""
    return {text.strip().lower() for text in column.values} <= _ANSWERS


def few_words(table: ReadTable, taken: set[str]) -> tuple[list[str], list[str]]:
    """Return the columns of words that may be kinds, and of names.

    Of columns that say the same, such as a code and its text, it is the one in more words.
    """
    found = [
        name
        for name, column in table.columns.items()
        if name not in taken and not column.is_numeric and 2 <= len(column.values) <= min(MOST_WORDS, max(2, table.rows // 20))
        and column.filled >= 0.9 * table.rows and not rank(name, "cell") and not is_circumstance(name) and not is_about_persons(name)
        and not is_answer(column) and not are_calendar_words(column.values) and not are_person_groups(column.values) and sum(map(len, column.values)) <= 40 * len(column.values)
        and not any(rank(name, role) for role in ("date", "known", "ended", "changed", "id", "amount", "year", "month", "week"))
    ]  # fmt: skip
    found.sort(key=lambda name: -sum(map(len, table.columns[name].values)))
    own = [name for at, name in enumerate(found) if not any(_say_the_same(table, name, other) for other in found[:at])]
    named = {name for name in own if name_forms(table.columns[name].values)}
    return [name for name in table.columns if name in own and name not in named], [
        name for name in table.columns if name in named
    ]


def _say_the_same(table: ReadTable, one: str, other: str) -> bool:
    """Return whether each value of a column stands with one of another."""
    many = len(table.columns[one].values)
    return many == len(table.columns[other].values) == combined(table, (one, other)).max() + 1
