"""Places on disk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings

from riskmodel.records import places_file
from riskmodel.records.places import Places
from tests.worlds import drawn_histories

SQUARE = np.array([[0, 0], [1, 0], [1, 1], [0, 0]], dtype=np.float64)


@settings(deadline=None, max_examples=40)
@given(drawn_histories.places())
def test_places_come_back_and_have_one_form(places: Places) -> None:
    content = places_file.to_bytes(places)
    again = places_file.from_bytes(content)
    assert again.fingerprint() == places.fingerprint()
    assert list(again.groupings) == list(places.groupings)
    assert places_file.to_bytes(again) == content


@pytest.mark.parametrize(
    "rings", [[(), (), ()], [(SQUARE,), (), (SQUARE + 2, SQUARE * 3)], [(), (SQUARE, SQUARE), ()]], ids=["none", "some", "two"]
)
def test_shapes_come_back(rings: list[tuple[np.ndarray, ...]]) -> None:
    import pandas as pd

    plain = Places.from_frame(pd.DataFrame({"cell": ["a", "b", "c"]}))
    places = replace(plain, shapes=tuple(rings), households=None, minimum_households=2.5)
    again = places_file.from_bytes(places_file.to_bytes(places))
    assert again.fingerprint() == places.fingerprint() != plain.fingerprint()
    assert again.shapes is not None
    assert [len(shape) for shape in again.shapes] == [len(shape) for shape in rings]
    assert again.minimum_households == 2.5
