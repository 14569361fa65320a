"""Places on disk: one compressed numpy file, data only.

The same places give the same bytes.
"""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np

from riskmodel.base.files import canonical_json
from riskmodel.records.places import Places


def to_bytes(places: Places) -> bytes:
    """Return places as the content of an ``.npz`` file."""
    arrays: dict[str, Any] = {"head": np.frombuffer(canonical_json(places.head()), dtype=np.uint8), **places.arrays()}
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def from_bytes(content: bytes) -> Places:
    """Return the places that :func:`to_bytes` wrote."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = dict(file)
    return Places.from_arrays(json.loads(arrays.pop("head").tobytes()), arrays)
