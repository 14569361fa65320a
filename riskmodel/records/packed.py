"""Packed histories: files that other processes map into memory.

A header in JSON lists the arrays; the arrays follow as they lie in memory, each at a multiple of 64 bytes. A packed history
serves the processes of one run and is not kept: the stored history is Parquet (:mod:`riskmodel.records.store`).
"""

from __future__ import annotations

import json
import mmap
from dataclasses import asdict
from math import prod
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Kind
from riskmodel.records.column_schema import Array
from riskmodel.records.history import Coverage, History
from riskmodel.records.places import Places

MARK = b"riskmodel packed history 2\n"
ALIGNED = 64
_PLACES = "places "
_STARTS = "starts"


def pack(history: History, path: Path) -> None:
    """Write a history with its places to ``path``."""
    arrays = {name: np.ascontiguousarray(values) for name, values in _arrays(history).items()}
    head = {
        "kinds": [[name, kind.model_dump()] for name, kind in history.kinds.items()],
        "coverage": [asdict(row) for row in history.coverage],
        "places": history.places.head(),
        "arrays": [[name, values.dtype.str, values.shape] for name, values in arrays.items()],
    }
    content = json.dumps(head, ensure_ascii=False).encode()
    with open(path, "wb") as file:
        file.write(MARK + len(content).to_bytes(8, "little") + content)
        for values in arrays.values():
            file.write(b"\0" * (-file.tell() % ALIGNED))
            values.tofile(file)


def unpack(packed: Path | Any) -> History:
    """Return the history of a packed file or of its bytes.

    A file is mapped into memory; bytes are an array of uint8. The columns may be written to, which changes neither the file nor
    what other processes see.

    Raises
    ------
    RiskmodelError
        If it is not a packed history of this version.
    """
    if isinstance(packed, Path):
        with open(packed, "rb") as file:
            packed = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    start = len(MARK) + 8
    if bytes(packed[: len(MARK)]) != MARK:
        raise RiskmodelError("This is not a packed history of this version. Run the same version of riskmodel on all machines.")
    stop = start + int.from_bytes(bytes(packed[len(MARK) : start]), "little")
    head = json.loads(bytes(packed[start:stop]))
    found = _views(packed, head["arrays"], stop)
    starts = found.pop(_STARTS)
    places = {name.removeprefix(_PLACES): found.pop(name) for name in list(found) if name.startswith(_PLACES)}
    made = History.from_arrays(
        Places.from_arrays(head["places"], places),
        {name: Kind.model_validate(kind) for name, kind in head["kinds"]},
        found,
        tuple(
            Coverage(**{**row, "kinds": tuple(row["kinds"]), "ignored": tuple(map(tuple, row["ignored"]))})
            for row in head["coverage"]
        ),
    )
    made.__dict__["starts"] = starts  # the packer searched for them once
    return made


def _arrays(history: History) -> dict[str, Array]:
    """Return the arrays of a history and of its places by name."""
    places = {_PLACES + name: values for name, values in history.places.arrays().items()}
    return {**history.arrays(), _STARTS: history.starts, **places}


def _views(packed: Any, layout: list[tuple[str, str, list[int]]], at: int) -> dict[str, Array]:
    """Return the arrays behind byte ``at``, without copying them."""
    found: dict[str, Array] = {}
    for name, dtype, shape in layout:
        at += -at % ALIGNED
        found[name] = np.frombuffer(packed, np.dtype(dtype), prod(shape), at).reshape(shape)
        at += found[name].nbytes
    return found
