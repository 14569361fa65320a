"""Places by their id or by what lists call them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from riskmodel.base.errors import UsageError, unknown_name

if TYPE_CHECKING:
    from riskmodel.records.places import Places

MOST_NAMED = 6
"""Most places that a message names."""


def named_place(places: Places, text: str, day: int) -> str:
    """Return the id of a place.

    Parameters
    ----------
    text
        Its id, or its village and name as lists write them, with or without blanks and wider groups: ``南洲村 第2网格``.
    day
        The date of the list.

    Raises
    ------
    UsageError
        If there is no such place, or several are called so.
    """
    if text in places.index:
        return text
    wanted = "".join(text.split())
    found = [place for place, own, whole in _called(places, day) if whole.endswith(wanted) and len(wanted) > len(own)]
    if len(found) > 1:
        named = ", ".join(found[:MOST_NAMED]) + (", …" if len(found) > MOST_NAMED else "")
        raise UsageError(f"{len(found)} places are called {text!r}: {named}. Give the id of one of them.")
    if not found:
        raise unknown_name("place", text, places.ids)
    return found[0]


def _called(places: Places, day: int) -> Iterator[tuple[str, str, str]]:
    """Yield each named place, its own name, and that with groups."""
    versions = places.version_at(np.array([day], dtype=np.int32))[:, 0]
    groupings = sorted(places.groupings.values(), key=lambda grouping: len(grouping.labels))
    for place, version in zip(places.ids, versions.tolist(), strict=True):
        own = "".join(places.name(version).split())
        if own and version >= 0:
            labels = (grouping.labels[grouping.codes[version]] for grouping in groupings if grouping.codes[version] >= 0)
            yield place, own, "".join("".join(labels).split()) + own
