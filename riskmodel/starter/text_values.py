"""A column as different texts, and the text of each row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.date_parts import date_part
from riskmodel.base.digit_groups import UNCLEAR, group_sign, is_round_group, ungrouped
from riskmodel.records.intake.columns.date_column import without_times
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.starter.kind_words import UNKNOWN

if TYPE_CHECKING:
    import pyarrow as pa

MOST_NUMBERS = 20_000
"""Different numbers of events that are looked at for a sign between thousands."""
MISSING = UNKNOWN | frozenset(
    ("na", "n/a", "#n/a", "nan", "null", "(null)", "none", "nil", "nd", "sd", "-", "--", ".", "?", "\\n", "无", "空")
)  # fmt: skip
"""Texts in lower case that stand for a number or a date that is missing."""

YES = frozenset(("1", "1.0", "y", "yes", "t", "true", "x", "✓", "√", "是", "有", "ja", "j", "oui", "sí", "si", "sim", "да"))
NO = frozenset(("0", "0.0", "n", "no", "f", "false", "-", "否", "无", "nein", "non", "não", "nao", "нет", ""))
"""Texts in lower case that say yes, or no."""


@dataclass(frozen=True, eq=False)
class TextValues:
    """A column: its different texts, and the text of each row.

    ``codes`` holds -1 for empty fields. ``thousands`` is the sign between groups of three digits, as in :func:`~riskmodel.base.digit_groups.group_sign`.
    """

    name: str
    values: list[str]
    codes: Any
    thousands: str | None = None

    @cached_property
    def array(self) -> pa.Array:
        """The different texts as an arrow array."""
        import pyarrow as pa

        return pa.array(self.values, pa.string())

    @cached_property
    def counts(self) -> Any:
        """Number of rows of every different text."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.values))

    @property
    def filled(self) -> int:
        """Number of rows that are not empty."""
        return int((self.codes >= 0).sum())

    @cached_property
    def stated(self) -> int:
        """Number of filled rows that do not say NA or the like."""
        import pyarrow as pa

        pc = arrow_compute()
        plain = pc.utf8_lower(pc.utf8_trim_whitespace(self.array))
        missing = pc.is_in(plain, pa.array(sorted(MISSING))).to_numpy(zero_copy_only=False)
        return self.filled - int(self.counts[missing].sum())

    @cached_property
    def numbers(self) -> Any:
        """Every different text as a number; NaN for other texts."""
        texts = self.values
        if self.thousands == UNCLEAR:
            texts = ["" if is_round_group(text) else text for text in texts]
        elif self.thousands:
            texts = [ungrouped(text, self.thousands) for text in texts]
        return _numbers(texts)

    @property
    def is_numeric(self) -> bool:
        """Whether nearly all rows that hold something hold numbers."""
        return self.stated > 0 and float(self.counts[np.isfinite(self.numbers)].sum()) >= 0.97 * self.stated

    @property
    def is_whole(self) -> bool:
        """Whether all numbers are whole and none is negative."""
        numbers = self.numbers[np.isfinite(self.numbers)]
        return bool(((numbers >= 0) & (numbers == np.rint(numbers))).all())

    @property
    def decimal_comma(self) -> bool:
        """Whether numbers are written with a decimal comma."""
        if self.thousands not in (None, UNCLEAR):
            return False
        commas = arrow_compute().match_substring(self.array, ",").to_numpy(zero_copy_only=False)
        return bool((commas & np.isfinite(self.numbers)).any())

    def as_counts(self, thousands: str | None = None) -> TextValues:
        """Return the column as whole numbers, perhaps with a sign between thousands.

        Parameters
        ----------
        thousands
            The sign, where it is stated.
        """
        sign = group_sign(self.values[:MOST_NUMBERS]) if thousands is None else thousands
        return self if sign == self.thousands else replace(self, thousands=sign)

    def as_date_parts(self) -> TextValues | None:
        """Return years, months or days as numbers; None if not all are."""
        if self.is_numeric:
            return self
        numbers = [date_part(text) for text in self.values]
        return TextValues(self.name, list(map(str, numbers)), self.codes) if numbers and None not in numbers else None

    def row_numbers(self) -> Any:
        """Return the number of every row; NaN for other texts."""
        return np.append(self.numbers, np.nan)[self.codes]

    def texts(self) -> Any:
        """Return the text of every row; empty where there is none."""
        return np.array([*self.values, ""], dtype=object)[self.codes]

    def of_rows(self, rows: Any) -> TextValues:
        """Return the column of some rows, with the texts that occur there."""
        there = self.codes[rows]
        used, back = np.unique(there[there >= 0], return_inverse=True)
        codes = np.full(len(there), -1, dtype=np.int64)
        codes[there >= 0] = back
        return TextValues(self.name, [self.values[at] for at in used], codes, self.thousands)

    def without_times(self) -> TextValues:
        """Return the column with the days of its instants."""
        import pyarrow as pa

        if not any(":" in text for text in self.values[:: max(1, len(self.values) // 200)]):
            return self
        days = without_times(pa.array(self.values, pa.string())).dictionary_encode()
        codes = np.append(days.indices.to_numpy(zero_copy_only=False), -1)[self.codes]
        return TextValues(self.name, days.dictionary.to_pylist(), codes)

    @classmethod
    def of(cls, name: str, column: Column) -> TextValues:
        """Return a text column with each different text once."""
        import pandas as pd

        texts = column.values
        codes, unique = pd.factorize(np.array([*texts, ""], dtype=object))
        unique = [str(text) for text in unique]
        found = codes[column.codes]
        if "" in unique:
            found = np.where(found == unique.index(""), -1, found)
        used, back = np.unique(found[found >= 0], return_inverse=True)
        rows = np.full(len(found), -1, dtype=np.int64)
        rows[found >= 0] = back
        return cls(name, [unique[at] for at in used], rows)


def _numbers(texts: list[str]) -> Any:
    """Return the numbers that texts write; NaN for others.

    A number beyond all that a computer holds is none.
    """
    import pyarrow as pa

    pc = arrow_compute()
    plain = pc.replace_substring_regex(pa.array(texts, pa.string()), r"^([-+]?[0-9]+),([0-9]+)$", r"\1.\2")
    good = pc.match_substring_regex(plain, r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$")
    # arrow reads no number with the sign +
    unsigned = pc.replace_substring_regex(pc.if_else(good, plain, None), r"^\+", "")
    numbers = pc.fill_null(unsigned.cast(pa.float64()), float("nan")).to_numpy(zero_copy_only=False)
    return np.where(np.isfinite(numbers), numbers, np.nan)
