"""Places on disk: one compressed numpy file, data only, the same bytes for the same places."""

from __future__ import annotations

import io
import json
from typing import Any

import numpy as np

from riskmodel.base.files import canonical_json
from riskmodel.records.places import Grouping, Places
from riskmodel.records.successions import NONE, Successions

_SUCCESSION = ("old", "new", "date", "known", "share")


def to_bytes(places: Places) -> bytes:
    """The places as the content of an ``.npz`` file."""
    head = {
        "ids": places.ids,
        "labels": [[name, grouping.labels] for name, grouping in places.groupings.items()],
        "exposures": list(places.exposures),
        "attributes": list(places.attributes),
        "shapes": places.shapes is not None,
        "households": places.households,
        "minimum_households": places.minimum_households,
    }
    arrays: dict[str, Any] = {
        "head": np.frombuffer(canonical_json(head), dtype=np.uint8),
        "cell": places.cell,
        "valid_from": places.valid_from,
        "valid_to": places.valid_to,
        "known": places.known,
        "neighbour_start": places.neighbour_start,
        "neighbour_cells": places.neighbour_cells,
    }
    arrays |= {f"grouping:{i}": grouping.codes for i, grouping in enumerate(places.groupings.values())}
    arrays |= {f"exposure:{i}": values for i, values in enumerate(places.exposures.values())}
    arrays |= {f"attribute:{i}": values for i, values in enumerate(places.attributes.values())}
    if len(places.successions):
        arrays |= {f"succession:{name}": values for name, values in vars(places.successions).items() if name in _SUCCESSION}
    if places.shapes is not None:
        rings = [ring for shape in places.shapes for ring in shape]
        arrays["rings"] = np.array([len(shape) for shape in places.shapes], dtype=np.int32)
        arrays["points"] = np.array([len(ring) for ring in rings], dtype=np.int32)
        arrays["xy"] = np.concatenate(rings) if rings else np.zeros((0, 2))
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def from_bytes(content: bytes) -> Places:
    """The places that :func:`to_bytes` wrote."""
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = dict(file)
    head = json.loads(arrays["head"].tobytes())
    shapes = None
    if head["shapes"]:
        rings = np.split(arrays["xy"], np.cumsum(arrays["points"])[:-1]) if len(arrays["points"]) else []
        ends = np.cumsum(arrays["rings"])
        shapes = tuple(tuple(rings[end - count : end]) for count, end in zip(arrays["rings"], ends, strict=True))
    return Places(
        ids=tuple(head["ids"]),
        cell=arrays["cell"],
        valid_from=arrays["valid_from"],
        valid_to=arrays["valid_to"],
        known=arrays["known"],
        groupings={name: Grouping(tuple(labels), arrays[f"grouping:{i}"]) for i, (name, labels) in enumerate(head["labels"])},
        exposures={name: arrays[f"exposure:{i}"] for i, name in enumerate(head["exposures"])},
        attributes={name: arrays[f"attribute:{i}"] for i, name in enumerate(head["attributes"])},
        neighbour_start=arrays["neighbour_start"],
        neighbour_cells=arrays["neighbour_cells"],
        shapes=shapes,
        minimum_households=head["minimum_households"],
        households=head["households"],
        successions=Successions(*(arrays[f"succession:{name}"] for name in _SUCCESSION)) if "succession:old" in arrays else NONE,
    )
