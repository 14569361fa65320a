"""Tokens in fetched pages, which lie on disk for a while."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from riskmodel.base.personal_data.personal_texts import speaks_of_person
from riskmodel.records.intake.columns.text_column import Column
from riskmodel.records.intake.columns.text_hashes import text_hash
from riskmodel.records.intake.privacy.value_check import suspects
from riskmodel.records.intake.rows.masked_columns import SourceMasks, masked_column

if TYPE_CHECKING:
    import pyarrow as pa

_DIGIT, _LETTER = re.compile(r"[0-9一二三四五六七八九十〇]"), re.compile(r"[^\W\d_]")


@dataclass(frozen=True)
class PageMasks:
    """The masks of a source's pages."""

    masks: SourceMasks

    def __call__(self, name: str, texts: pa.Array) -> pa.Array:
        """Return a page's column with tokens in place of unknown texts.

        Days, numbers and states are read only later. Of these, a text that has no digit or speaks of a person is a token, with the hash by which it is read.
        """
        import pyarrow as pa

        mask = self.masks.columns[name]
        encoded: Any = texts.dictionary_encode()
        codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
        alike = frozenset(suspects(encoded.dictionary)) if mask.is_id else frozenset[int]()
        column = Column(codes, encoded.dictionary, alike)
        if mask.early:
            column = masked_column(column, mask, self.masks.hashed)
        else:
            readable = replace(mask, words={*mask.words, *filter(_may_be_read, column.values)})
            column = masked_column(column, readable, text_hash)
        return pa.array(column.shown(slice(None)), pa.string())


def _may_be_read(text: str) -> bool:
    """Return whether a text may be a day or a number."""
    return _DIGIT.search(text) is not None and not (_LETTER.search(text) is not None and speaks_of_person(text, rare=True))
