"""A packed history: one file, or one array of bytes, that other processes map into their memory without reading it.

A header in JSON says what is where; the columns follow as they lie in memory, each at a multiple of 64 bytes. It is made for
the processes of one run and is not kept: stored history is Parquet (``records/store.py``).
"""

from __future__ import annotations

import json
import mmap
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Kind
from riskmodel.records.history import Coverage, History
from riskmodel.records.places import Grouping, Places
from riskmodel.records.successions import Successions

MARK = b"riskmodel packed history 1\n"
ALIGNED = 64
COLUMNS = ("kind", "cell", "occurred", "known", "until", "ended", "amount")
FOLLOWED = ("old", "new", "date", "known", "share")
VERSIONS = ("cell", "valid_from", "valid_to", "known")


def pack(history: History, path: Path) -> None:
    """Write ``history`` with its places to ``path``."""
    arrays = _arrays(history)
    head = json.dumps({**_head(history), "arrays": _layout(arrays)}, ensure_ascii=False).encode()
    with open(path, "wb") as file:
        file.write(MARK + len(head).to_bytes(8, "little") + head)
        for values in arrays.values():
            file.write(b"\0" * (-file.tell() % ALIGNED))
            values.tofile(file)


def unpack(packed: Path | Any) -> History:
    """The history of a packed file, mapped into memory, or of an array of its bytes (uint8).

    The columns may be written to, which changes neither the file nor what other processes see.

    Raises
    ------
    RiskmodelError
        If it is no packed history.
    """
    if isinstance(packed, Path):
        with open(packed, "rb") as file:
            packed = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_COPY)
    start = len(MARK) + 8
    if bytes(packed[: len(MARK)]) != MARK:
        raise RiskmodelError("This is not a packed history of this version. Run the same version of riskmodel on all machines.")
    stop = start + int.from_bytes(bytes(packed[len(MARK) : start]), "little")
    head = json.loads(bytes(packed[start:stop]))
    found: dict[str, Any] = {}
    for name, dtype, length in head["arrays"]:
        stop += -stop % ALIGNED
        found[name] = np.frombuffer(packed, np.dtype(dtype), length, stop)
        stop += found[name].nbytes
    places = head["places"]
    made = History(
        places=Places(
            ids=tuple(places["ids"]),
            **{name: found[f"version {name}"] for name in VERSIONS},
            groupings={n: Grouping(tuple(labels), found[f"grouping {n}"]) for n, labels in places["groupings"]},
            exposures={name: found[f"exposure {name}"] for name in places["exposures"]},
            attributes={name: found[f"attribute {name}"] for name in places["attributes"]},
            neighbour_start=found["neighbour_start"],
            neighbour_cells=found["neighbour_cells"],
            shapes=_shapes(found) if places["shapes"] else None,
            minimum_households=places["minimum_households"],
            households=places["households"],
            successions=Successions(**{name: found[f"followed {name}"] for name in FOLLOWED}),
        ),
        kinds={name: Kind.model_validate(kind) for name, kind in head["kinds"]},
        **{name: found[name] for name in COLUMNS},
        heir=found.get("heir"),
        coverage=tuple(Coverage(**{**row, "kinds": tuple(row["kinds"])}) for row in head["coverage"]),
    )
    made.__dict__["starts"] = found["starts"].reshape(len(made.kinds), -1)  # searched for once, by the packer
    return made


def _head(history: History) -> dict[str, Any]:
    """What is said of the history apart from its arrays."""
    p = history.places
    return {
        "kinds": [[name, kind.model_dump()] for name, kind in history.kinds.items()],
        "coverage": [asdict(row) for row in history.coverage],
        "places": {
            "ids": p.ids,
            "groupings": [[name, grouping.labels] for name, grouping in p.groupings.items()],
            "exposures": list(p.exposures),
            "attributes": list(p.attributes),
            "shapes": p.shapes is not None,
            "minimum_households": p.minimum_households,
            "households": p.households,
        },
    }


def _arrays(history: History) -> dict[str, Any]:
    """The arrays by name, each flat and contiguous."""
    p = history.places
    rings = [ring for shape in p.shapes or () for ring in shape]
    named = {
        **{name: getattr(history, name) for name in COLUMNS},
        **({} if history.heir is None else {"heir": history.heir}),
        "starts": history.starts.ravel(),
        **{f"version {name}": getattr(p, name) for name in VERSIONS},
        **{f"followed {name}": getattr(p.successions, name) for name in FOLLOWED},
        **{f"grouping {name}": grouping.codes for name, grouping in p.groupings.items()},
        **{f"exposure {name}": values for name, values in p.exposures.items()},
        **{f"attribute {name}": values for name, values in p.attributes.items()},
        "neighbour_start": p.neighbour_start,
        "neighbour_cells": p.neighbour_cells,
        "points": np.concatenate([*rings, np.zeros((0, 2))]).astype(np.float64).ravel(),
        "points a ring": np.array([len(ring) for ring in rings], dtype=np.int64),
        "rings a cell": np.array([len(shape) for shape in p.shapes or ()], dtype=np.int64),
    }
    return {name: np.ascontiguousarray(values) for name, values in named.items()}


def _layout(arrays: dict[str, Any]) -> list[list[Any]]:
    return [[name, values.dtype.str, len(values)] for name, values in arrays.items()]


def _shapes(found: dict[str, Any]) -> tuple[Any, ...]:
    points = np.split(found["points"].reshape(-1, 2), np.cumsum(found["points a ring"])[:-1])
    rings = iter(points if len(found["points a ring"]) else [])
    return tuple(tuple(next(rings) for _ in range(count)) for count in found["rings a cell"].tolist())
