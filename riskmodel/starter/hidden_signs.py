"""Values that look the same and differ in signs that nobody sees."""

from __future__ import annotations

import re

import numpy as np

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.plurals import counted
from riskmodel.base.shown_texts import CONTROLS, visible
from riskmodel.starter.column_words import has_role
from riskmodel.starter.new_rows import NewRows
from riskmodel.starter.table_columns import ReadTable
from riskmodel.starter.text_values import TextValues

FEW = 1_000
"""Different values of a column that is looked at whatever its name."""
_SPACES = re.compile(r"\s+")
_ODD = r"[\x00-\x1F\x7F]|[^\x00-\x7F]"
"""Pattern for arrow of texts that may hold a sign that is not seen, or a space of another form."""


def same_looks(table: ReadTable) -> NewRows | None:
    """Return the table with values that look the same written alike.

    Zero-width signs, soft hyphens, marks of direction, control characters and spaces of other forms make two values of one. A sign that stands in
    a value always, such as a joiner of Persian, stays.
    """
    found: dict[str, list[str]] = {}
    rows = 0
    for name, column in table.columns.items():
        if has_role(name) or len(column.values) <= FEW:
            seen = _seen(column, has_role(name))
            changed = [one != other for one, other in zip(seen, column.values, strict=True)]
            if any(changed):
                found[name] = seen
                rows += int(column.counts[np.array(changed)].sum())
    if not found:
        return None
    columns = {name: column.texts().tolist() for name, column in table.columns.items()}
    for name, seen in found.items():
        columns[name] = np.array([*seen, ""], dtype=object)[table.columns[name].codes].tolist()
    return NewRows(
        columns,
        f"{', '.join(found)} hold signs that nobody sees, such as zero-width or control characters or other spaces: {counted(rows, 'value')} are written like those that look the same",
    )


def _seen(column: TextValues, needed: bool) -> list[str]:
    """Return each different text as it is to be written.

    A text with control characters is changed where the column is ``needed``; else, as with a line break in a remark, only if it looks like another one.
    """
    odd = arrow_compute().match_substring_regex(column.array, _ODD).to_numpy(zero_copy_only=False)
    if not odd.any():
        return column.values
    plain = {text: _plain(text) for text in np.array(column.values, dtype=object)[odd].tolist()}
    spellings: dict[str, int] = {}
    for text in column.values:
        as_seen = plain.get(text, text)
        spellings[as_seen] = spellings.get(as_seen, 0) + 1
    return [
        as_seen
        if (as_seen := plain.get(text, text)) != text and (spellings[as_seen] > 1 or (needed and CONTROLS.search(text)))
        else text
        for text in column.values
    ]


def _plain(text: str) -> str:
    """Return a text as a reader sees it, with plain spaces."""
    return visible(_SPACES.sub(" ", text)).strip()
