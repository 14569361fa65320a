"""Matches of patterns that arrow found before: it compiles a pattern at each call, and tables of tests are small and alike.

Compiling takes up to two milliseconds, and an ingest asks a hundred times: a fifth of the ingest of a small table. Large arrays are not remembered.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import pyarrow as pa

from riskmodel.base.arrow_compute import arrow_compute

FEW, MOST = 100, 50_000
"""Values of an array whose matches are kept, and how many arrays are."""


@contextmanager
def remembered_patterns() -> Iterator[None]:
    """Let arrow match the same few values by the same pattern once."""
    pc = arrow_compute()
    match, known = pc.match_substring_regex, dict[tuple[Any, ...], Any]()

    def remembered(values: Any, pattern: str) -> Any:
        if len(values) > FEW or not isinstance(values, pa.Array):
            return match(values, pattern)
        key = (pattern, values.type, *values.to_pylist())
        if key not in known:
            if len(known) > MOST:
                known.clear()
            known[key] = match(values, pattern)
        return known[key]

    with patch.object(pc, "match_substring_regex", remembered):
        yield
