"""The register of addresses and door-plate numbers, with the cell of each."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Int32

from riskmodel.base.arrow_compute import arrow_compute
from riskmodel.base.errors import UsageError
from riskmodel.base.plurals import counted, listed_rows
from riskmodel.records.intake.columns.text_column import Column

if TYPE_CHECKING:
    import pyarrow as pa

_PLAIN = r"^[\x00-\x7F\x{3007}\x{4E00}-\x{9FFF}]*$"
"""Texts that NFKC does not change: ASCII, and the Chinese characters that have no other form."""


@dataclass(frozen=True)
class AddressRegister:
    """The number of the cell of every address.

    Addresses are in their plain form and in the order in which they first occur in the register.
    """

    keys: pa.Array
    cells: Int32[np.ndarray, " address"]

    def __len__(self) -> int:
        return len(self.cells)

    def find(self, keys: pa.Array) -> Int32[np.ndarray, " key"]:
        """Return the number of each plain address's cell; -1 for unknown addresses."""
        pc = arrow_compute()
        at = pc.index_in(keys, value_set=self.keys).fill_null(-1).to_numpy(zero_copy_only=False)
        return np.append(self.cells, np.int32(-1))[at]


def plain_addresses(values: Sequence[str] | pa.Array) -> pa.Array:
    """Return addresses in their plain form.

    Letters, digits and signs of other widths become plain ones; the form is in lower case and without spaces.
    """
    import pyarrow as pa

    pc = arrow_compute()
    array: pa.Array = pa.array(values, pa.string())
    plain = pc.match_substring_regex(array, _PLAIN).to_numpy(zero_copy_only=False)
    shown = pc.utf8_lower(pc.replace_substring_regex(array, r"[\t-\r\x1c-\x20]+", ""))
    other = np.flatnonzero(~plain)
    if not len(other):
        return shown
    converted = ["".join(unicodedata.normalize("NFKC", text).split()).lower() for text in array.take(other).to_pylist()]
    return pc.replace_with_mask(shown, pa.array(~plain), pa.array(converted, pa.string()))


def read_register(address: Column, cell: Column, cells: Mapping[str, int]) -> AddressRegister:
    """Return the register with the columns ``address`` and ``cell``.

    Parameters
    ----------
    cells
        Cell id to number.

    Raises
    ------
    UsageError
        If a row lacks its address or cell, a cell is unknown, or an address has two cells.
    """
    import pyarrow as pa

    numbers = cell.map(lambda v: cells.get(v, -1), -1, np.int32)
    blank = np.flatnonzero((address.codes < 0) | (cell.codes < 0))
    if len(blank):
        raise UsageError(
            f"The register of addresses has {counted(len(blank), 'row')} without an address or a cell ({listed_rows(blank + 1)}). "
            "Complete them, or remove them from the register."
        )
    unknown = np.flatnonzero(numbers < 0)
    if len(unknown):
        raise UsageError(
            f"Row {unknown[0] + 1} of the register of addresses names a cell that the table of cells does not have "
            f"({len(unknown):,} such rows). Correct the register, or add the cell."
        )
    # two spellings of one address have one plain form
    encoded: Any = plain_addresses(address.array).dictionary_encode()
    form = encoded.indices.to_numpy(zero_copy_only=False)[address.codes]
    found = np.full(len(encoded.dictionary), -1, dtype=np.int32)
    # of several rows with an address the first counts
    found[form[::-1]] = numbers[::-1]
    twice = np.flatnonzero(found[form] != numbers)
    if len(twice):
        raise UsageError(f"The address in row {twice[0] + 1} of the register of addresses has two cells. Keep one of the rows.")
    used = found >= 0
    return AddressRegister(encoded.dictionary.filter(pa.array(used)), found[used])
