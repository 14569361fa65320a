"""Names of columns of places and kinds that are exchanged are a doubt."""

from __future__ import annotations

from pathlib import Path
from shlex import quote

import numpy as np
import pandas as pd
import pytest

from riskmodel.base.errors import UsageError
from riskmodel.starter.first_project import init

DRAW = np.random.default_rng(8)
DATES = DRAW.choice(pd.date_range("2022-01-01", periods=400), 3_000)
ENGLISH = (["Theft", "Burglary", "Street robbery"], ["Ward 1", "Ward 2", "Fire Road", "Hill"])
CHINESE = (["入室盗窃", "邻里纠纷", "火灾"], ["东镇", "西镇", "南镇", "北镇"])


@pytest.mark.parametrize(
    ("words", "names"), [(ENGLISH, ("ward", "offence")), (CHINESE, ("乡镇", "类别"))], ids=["English", "Chinese"]
)
def test_places_that_say_what_happened_are_a_doubt(
    tmp_path: Path, words: tuple[list[str], list[str]], names: tuple[str, str]
) -> None:
    (kinds, places), (place, kind) = words, names
    right = pd.DataFrame({"date": DATES, place: DRAW.choice(places, 3_000), kind: DRAW.choice(kinds, 3_000)})
    exchanged = right.rename(columns={place: kind, kind: place})
    made = init(tmp_path / "a", exchanged)
    (doubt,) = [one for one in made.decisions.doubts if "says what happened" in one]
    assert doubt.startswith(f"'{place}' of ")
    assert doubt.endswith(f"state --cell {quote(kind)} --kind {quote(place)}.")
    assert not [one for one in init(tmp_path / "b", right).decisions.doubts if "says what happened" in one]
    stated = init(tmp_path / "c", exchanged, cell=kind, kind=place)
    assert {one.label.lower() for one in stated.plan.kinds} == {one.lower() for one in kinds}


def test_a_place_that_says_what_happened_without_kinds_is_a_doubt(tmp_path: Path) -> None:
    kinds, places = ENGLISH
    frame = pd.DataFrame({"date": DATES, "location": DRAW.choice(kinds, 3_000), "location type": DRAW.choice(places, 3_000)})
    (doubt,) = [one for one in init(tmp_path / "a", frame).decisions.doubts if "says what happened" in one]
    assert (
        "and no column is one of kinds. If it holds kinds, state --kind location, and the column of places with --cell." in doubt
    )
    stated = init(tmp_path / "b", frame, kind="location", cell="location type")
    assert {one.label for one in stated.plan.kinds} == set(kinds)


def test_exchanged_places_with_the_form_of_names_are_refused(tmp_path: Path) -> None:
    """As kinds, *Ward A* and others look like names of persons, so hardly a row would have one."""
    kinds, _ = ENGLISH
    places = [f"Ward {letter}" for letter in "ABCDEFGHIJKL"]
    frame = pd.DataFrame({"date": DATES, "ward": DRAW.choice(kinds, 3_000), "offence": DRAW.choice(places, 3_000)})
    with pytest.raises(
        UsageError,
        match=r"of 3,000 rows of 'the frame' are without a date or a place or a kind .*state --cell offence --kind ward",
    ):
        init(tmp_path / "a", frame)
