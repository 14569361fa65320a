"""Places from their stored head and arrays, and the digest over both."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np

from riskmodel.base.files import canonical_json
from riskmodel.records.column_schema import Array
from riskmodel.records.places.cell_table import Grouping
from riskmodel.records.places.cell_versions import VERSIONS
from riskmodel.records.places.map_layers import context_arrays, context_layers
from riskmodel.records.places.shapes import flat_shapes, nested_shapes
from riskmodel.records.successions import NONE, SUCCESSIONS, Successions


def head_of(places: Any) -> dict[str, Any]:
    """Return what is not an array, as plain values."""
    named: dict[str, Any] = {} if places.names is None else {"names": places.names.labels}
    if places.context:
        named["context"] = [layer.head() for layer in places.context]
    return named | {
        "ids": places.ids,
        "labels": [[name, grouping.labels] for name, grouping in places.groupings.items()],
        "exposures": list(places.exposures),
        "attributes": list(places.attributes),
        "shapes": places.shapes is not None,
        "households": places.households,
        "minimum_households": places.minimum_households,
    }


def arrays_of(places: Any) -> dict[str, Array]:
    """Return every array of places by name."""
    found = VERSIONS.arrays(places)
    found |= {"neighbour_start": places.neighbour_start, "neighbour_cells": places.neighbour_cells}
    found |= {f"grouping:{i}": grouping.codes for i, grouping in enumerate(places.groupings.values())}
    found |= {f"exposure:{i}": values for i, values in enumerate(places.exposures.values())}
    found |= {f"attribute:{i}": values for i, values in enumerate(places.attributes.values())}
    if places.names is not None:
        found["name"] = places.names.codes
    if len(places.successions):
        found |= {f"succession:{name}": values for name, values in places.successions.arrays().items()}
    found |= context_arrays(places.context)
    return found if places.shapes is None else found | flat_shapes(places.shapes)


def fields_of(head: Mapping[str, Any], arrays: Mapping[str, Array]) -> dict[str, Any]:
    """Return the fields that a head and arrays describe."""
    followed = "succession:old" in arrays
    return {
        **{name: arrays[name] for name in VERSIONS},
        "ids": tuple(head["ids"]),
        "groupings": {name: Grouping(tuple(labels), arrays[f"grouping:{i}"]) for i, (name, labels) in enumerate(head["labels"])},
        "exposures": {name: arrays[f"exposure:{i}"] for i, name in enumerate(head["exposures"])},
        "attributes": {name: arrays[f"attribute:{i}"] for i, name in enumerate(head["attributes"])},
        "neighbour_start": arrays["neighbour_start"],
        "neighbour_cells": arrays["neighbour_cells"],
        "shapes": nested_shapes(arrays) if head["shapes"] else None,
        "minimum_households": head["minimum_households"],
        "households": head["households"],
        "successions": Successions(**{name: arrays[f"succession:{name}"] for name in SUCCESSIONS}) if followed else NONE,
        "names": Grouping(tuple(head["names"]), arrays["name"]) if "names" in head else None,
        "context": context_layers(head.get("context", ()), arrays),
    }


def places_digest(places: Any, arrays: Mapping[str, Array]) -> str:
    """Return the sha256 over the head of places and arrays, in hexadecimal.

    The numbers of rings and points of shapes belong to the head; successions come last, after the context.
    """
    head = head_of(places) | {"exposures": sorted(places.exposures), "attributes": sorted(places.attributes)}
    head["minimum"] = head.pop("minimum_households")
    del head["shapes"]
    head["rings"] = None if places.shapes is None else [[len(ring) for ring in rings] for rings in places.shapes]
    last = [name for name in arrays if name.startswith("context:")] + [name for name in arrays if name.startswith("succession:")]
    names = [name for name in arrays if name not in (*last, "rings", "points")] + last
    found = hashlib.sha256(canonical_json(head))
    for name in names:
        found.update(np.ascontiguousarray(arrays[name]).data)
    return found.hexdigest()
