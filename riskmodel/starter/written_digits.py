"""Numbers in the digits of other scripts, as plain ones."""

from __future__ import annotations

import re
import unicodedata

from riskmodel.starter.new_rows import NewRows
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues

_NUMBER = re.compile(r"[-+]?\d+(?:[.,\u066b\u066c]\d+)*")
_SIGNS = str.maketrans({"\u066b": ".", "\u066c": ","})
"""Arabic signs of decimals and thousands."""
LEAST = 0.9
"""Share of the different texts that are numbers, from which a column holds such."""


def plain_digits(table: ReadTable) -> NewRows | None:
    """Return the table with numbers in plain digits.

    Names of cells and kinds stay as they are written, unless all are numbers.
    """
    found = [name for name, column in table.columns.items() if _is_written_so(column)]
    if not found:
        return None
    columns: dict[str, list[str | None]] = {name: column.texts().tolist() for name, column in table.columns.items()}
    for name in found:
        columns[name] = [_plain(text) for text in table.columns[name].texts().tolist()]
    return NewRows(columns, f"{', '.join(found)} hold numbers in the digits of another script, which are written as 0 to 9")


def _is_written_so(column: TextValues) -> bool:
    """Return whether texts are numbers, some in other digits."""
    if not any(not text.isascii() and text[-1].isdecimal() for text in column.values[:50]):
        return False
    return sum(_NUMBER.fullmatch(text.strip()) is not None for text in column.values) >= LEAST * len(column.values)


def _plain(text: str) -> str:
    """Return a number in plain digits; another text as it is."""
    if text.isascii() or not _NUMBER.fullmatch(text.strip()):
        return text
    return "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in text.translate(_SIGNS))
