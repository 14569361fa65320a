"""Columns of a source, with tokens in place of unknown texts.

Ids, kinds, cells and addresses are masked as soon as they are read, so that nothing after it holds such a text: configured
words, cells and addresses of the project stay. Days, numbers and states are read first and masked where a row is kept. A token keeps the hash
of its text, which compares equal, and gives the text again once the project names it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Int32, Int64

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.personal_data.forbidden_values import LONGEST_TEXT, forbidden
from riskmodel.base.personal_data.person_columns import may_reach_person
from riskmodel.base.personal_data.personal_names import name_forms
from riskmodel.base.personal_data.safe_texts import TOKEN, is_harmless, token
from riskmodel.base.personal_data.separators import visible_text
from riskmodel.base.project import Source
from riskmodel.base.project.source_columns import column_names
from riskmodel.base.shown_texts import visible
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_column import BETWEEN, Column
from riskmodel.records.intake.columns.text_hashes import text_hash
from riskmodel.records.intake.privacy.value_check import suspects
from riskmodel.records.intake.rows.address_register import plain_addresses
from riskmodel.records.intake.rows.cell_locator import CellLocator
from riskmodel.records.intake.rows.number_masks import ids_of_persons, personal_numbers

if TYPE_CHECKING:
    import pyarrow as pa

Hash = Callable[[str], int]
"""Hash of a text, under the key of the history."""


@dataclass(frozen=True)
class ColumnMask:
    """How the values of one column are masked.

    Parameters
    ----------
    words
        Configured texts, which stay.
    early
        Whether it is masked when it is read, not where a row is kept.
    is_id, is_category, is_address
        Uses of the column.
    locator
        Knows the addresses of the project.
    reaches_person
        Whether the column's name says who, or how somebody is reached.
    """

    words: Collection[str] = frozenset()
    early: bool = True
    is_id: bool = False
    is_category: bool = False
    is_address: bool = False
    locator: CellLocator | None = field(default=None, repr=False)
    reaches_person: bool = False

    def known(self) -> Iterable[str]:
        """Return all texts that a token may stand for."""
        return self.locator.addresses() if self.is_address and self.locator is not None else self.words


@dataclass(frozen=True)
class SourceMasks:
    """The masks of a source's mapped columns, and the hash of tokens."""

    columns: Mapping[str, ColumnMask]
    hashed: Hash

    def masked(self, table: RawTable, whole: RawTable | None = None) -> RawTable:
        """Return a table with tokens in place of unknown texts.

        Parameters
        ----------
        whole
            The table that the rows are from, if they are kept in quarantine; else days, numbers and states are left, which are read first.
        """
        found = dict(table.columns)
        for name, mask in self.columns.items():
            if mask.early or whole is not None:
                found[name] = masked_column(found[name], mask, self.hashed, None if whole is None else whole.columns[name])
        return RawTable(table.rows, found, table.broken, table.numbers)

    def resolved(self, table: RawTable) -> RawTable:
        """Return a table with texts in place of known tokens."""
        found = {name: _resolved(column, self.columns[name], self.hashed) for name, column in table.columns.items()}
        return RawTable(table.rows, found, table.broken, table.numbers)


def column_masks(source: Source, locator: CellLocator) -> Mapping[str, ColumnMask]:
    """Return the mask of every mapped column of a source."""
    columns = source.columns
    read = {columns.known, columns.revision, columns.amount, columns.amount_per, columns.ended, columns.ended_known}
    # what a row says includes its state, whether the project knows it or not
    read |= {columns.status, columns.x, columns.y, *(() if columns.day is not None else column_names(columns.occurred))}
    cells, masks = column_names(columns.cell), {}
    for name in dict.fromkeys([*columns.mapped(), *source.only]):
        words: set[str] = set(source.only.get(name, ()))
        words |= set(source.kinds) if name == columns.kind else set()
        words |= set(source.withdrawn) if name == columns.status else set()
        if name in cells:
            at = cells.index(name)
            words |= set(locator.cells) if len(cells) == 1 else _parts(locator.cells, at)
        masks[name] = ColumnMask(
            words,
            early=name not in read,
            is_id=name in columns.ids(),
            is_category=name in (columns.kind, columns.status, *cells, *source.only),
            is_address=name == columns.address,
            locator=locator,
            reaches_person=may_reach_person(name),
        )
    return masks


def _parts(cells: Iterable[str], at: int) -> set[str]:
    """Return one part of the names of cells that several columns give."""
    return {parts[at] for cell in cells if len(parts := cell.split(BETWEEN)) > at}


def masked_column(column: Column, mask: ColumnMask, hashed: Hash, whole: Column | None = None) -> Column:
    """Return a column with tokens in place of unknown texts.

    Tokens that it holds already stay, in tables of the quarantine.

    Parameters
    ----------
    whole
        The column that its rows are from, if they are kept in quarantine: an id that may be a number of a person, and has not the form of many of them, becomes a token, too.
    """
    import pyarrow as pa

    column = _of_rows(column)
    hides = _is_hidden(column, mask, whole)
    if not hides.any():
        return column
    # each different text is hashed once, however many rows have it
    encoded: Any = column.array.filter(pa.array(hides)).dictionary_encode()
    at = encoded.indices.to_numpy(zero_copy_only=False)
    texts, counts = encoded.dictionary.to_pylist(), np.zeros(len(encoded.dictionary))
    if mask.is_category and not name_forms(texts):
        rows = np.bincount(column.codes[column.codes >= 0], minlength=len(column.texts))
        counts = np.bincount(at, weights=rows[hides], minlength=len(texts))
    plain = plain_addresses(encoded.dictionary).to_pylist() if mask.is_address else texts
    # a row that was read with its id is known again by that id's own hash
    hashed = text_hash if mask.is_id and whole is not None else hashed
    tokens = pa.array([_token(*one, hashed, mask) for one in zip(texts, plain, counts.tolist(), strict=True)], pa.string())
    replaced = arrow_compute().replace_with_mask(column.array, pa.array(hides), tokens.take(pa.array(at)))
    return _of_rows(Column(column.codes, replaced, column.alike), repeats=len(texts) < len(at))


def _token(text: str, plain: str, count: float, hashed: Hash, mask: ColumnMask) -> str:
    """Return the token of a text; a token stays."""
    if TOKEN.fullmatch(text) is not None:
        return text
    if mask.is_id and not mask.is_category:
        # there may be millions of ids
        return f"#{hashed(plain):016x} <{len(text)} characters>"
    return token(text, hashed(plain), int(count))


def _of_rows(column: Column, repeats: bool = False) -> Column:
    """Return a column without texts that no row has.

    With ``repeats``, equal texts become one.
    """
    if len(column.texts) > len(column.codes):
        used, back = np.unique(column.codes[column.codes >= 0], return_inverse=True)
        codes = np.full(len(column.codes), -1, dtype=np.int32)
        codes[column.codes >= 0] = back
        alike = frozenset(np.flatnonzero(np.isin(used, list(column.alike))).tolist()) if column.alike else frozenset()
        column = Column(codes, column.array.take(_positions(used)), alike)
    if not repeats:
        return column
    encoded: Any = column.array.dictionary_encode()
    codes = encoded.indices.to_numpy(zero_copy_only=False)
    return Column(np.where(column.codes < 0, -1, codes[column.codes]).astype(np.int32), encoded.dictionary)


def _positions(numbers: Int64[np.ndarray, " position"]) -> pa.Array:
    import pyarrow as pa

    return pa.array(numbers)


def _resolved(column: Column, mask: ColumnMask, hashed: Hash) -> Column:
    """Return a column with texts in place of known tokens."""
    tokens = {position for position, text in enumerate(column.values) if TOKEN.fullmatch(text)}
    if not tokens:
        return column
    known = {f"#{hashed(text):016x}": text for text in mask.known()}
    texts = [known.get(text[:17], text) if position in tokens else text for position, text in enumerate(column.values)]
    return Column(column.codes, texts, column.alike)


def _is_hidden(column: Column, mask: ColumnMask, whole: Column | None) -> Bool[np.ndarray, " value"]:
    """Return which values of a column are neither known nor harmless."""
    import pyarrow as pa

    array = column.array
    known = (
        np.array([text in mask.words for text in column.values], dtype=bool) if mask.words else np.zeros(len(array), dtype=bool)
    )
    if mask.is_address and mask.locator is not None:
        known |= mask.locator.has_addresses(array)
    known |= _known_with_hidden_signs(column, mask)
    rest = np.flatnonzero(~known)
    hidden = np.zeros(len(array), dtype=bool)
    if not len(rest):
        return hidden
    others = array.take(pa.array(rest)) if len(rest) < len(array) else array
    shown = is_harmless(others) & (not mask.is_address)
    asked = sorted(column.alike) if mask.is_id and len(rest) == len(array) else suspects(others)
    for position in asked:
        shown[position] = shown[position] and forbidden(others[position].as_py()) is None
    if mask.is_category or not (mask.is_id and mask.early):
        shown &= ~personal_numbers(others, shown, mask.is_category)
    elif whole is not None:
        shown &= ~ids_of_persons(others, shown, whole.array, mask.reaches_person)
    hidden[rest] = ~shown & (np.array(_lengths(others)) > 0)
    return hidden


def _known_with_hidden_signs(column: Column, mask: ColumnMask) -> Bool[np.ndarray, " value"]:
    """Return which values are known words or codes with hidden signs.

    They are shown with their signs escaped, since nobody would find the fault otherwise.
    """
    import pyarrow as pa

    found = np.zeros(len(column.texts), dtype=bool)
    if mask.is_address or _is_printable_ascii(column):
        return found
    signs = (
        arrow_compute().match_substring_regex(column.array, r"[^\x20-\x7E\x{3000}-\x{303F}\x{4E00}-\x{9FFF}]").fill_null(False)
    )
    signed = np.flatnonzero(signs.to_numpy(zero_copy_only=False))
    texts = column.array.take(pa.array(signed)).to_pylist()
    changed = [
        (at, text, seen)
        for at, text in zip(signed.tolist(), texts, strict=True)
        if (seen := visible(text).strip()) not in ("", text)
    ]
    if not changed:
        return found
    codes = is_harmless(pa.array([seen for _, _, seen in changed], pa.string()))
    codes &= ~_are_forbidden([text for _, text, _ in changed])
    for (position, _, seen), code in zip(changed, codes.tolist(), strict=True):
        found[position] = code or seen in mask.words
    return found


def _are_forbidden(texts: list[str]) -> Bool[np.ndarray, " text"]:
    """Return which texts are forbidden.

    They are judged in plain letters, where few look like it, and only these one by one.
    """
    import pyarrow as pa

    found = np.array([len(text) > LONGEST_TEXT for text in texts], dtype=bool)
    for position in suspects(pa.array(list(map(visible_text, texts)), pa.string())):
        found[position] = forbidden(texts[position]) is not None
    return found


def _is_printable_ascii(column: Column) -> bool:
    """Return whether all texts are ASCII without control characters."""
    start, length, content = column.bytes()
    content = content[start[0] : start[-1] + length[-1]] if len(start) else content[:0]
    return not len(content) or bool(content.min() >= 0x20 and content.max() <= 0x7E)


def _lengths(array: pa.Array) -> Int32[np.ndarray, " value"]:
    return arrow_compute().binary_length(array).fill_null(0).to_numpy(zero_copy_only=False)
