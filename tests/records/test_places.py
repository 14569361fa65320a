"""Places: versions, groupings, neighbours, small cells and faults."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.days import to_day, to_iso
from riskmodel.base.errors import UsageError
from riskmodel.records.places import Places
from riskmodel.records.places.cell_versions import DayArrays, VersionSpans
from tests import oracles
from tests.worlds import drawn_histories
from tests.worlds.drawn_histories import as_of_days

CELLS = pd.DataFrame(
    {
        "cell": ["b", "a", "c", "d"],
        "village": ["V2", "V1", "V1", "V2"],
        "town": ["T1", "T1", "T1", "T2"],
        "households": [120.0, 3.0, 45.0, 2.0],
        "floors": [3, -1, None, 6],
    }
)
PAIRS = pd.DataFrame({"one": ["a", "b", "b", "c"], "other": ["b", "a", "c", "c"]})


def make(cells: Any = CELLS, **more: Any) -> Places:
    arguments: dict[str, Any] = {"groupings": ["village", "town"], "exposures": ["households"], "attributes": ["floors"], **more}
    return Places.from_frame(cells, **arguments)


def at(places: Places, *dates: str | int) -> Any:
    return places.version_at(np.array([to_day(date) for date in dates], dtype=np.int32))


@pytest.fixture
def versions() -> Places:
    """One cell that was reported bigger in March, as of May, and closed in July, known in June."""
    rows = pd.DataFrame(
        {
            "cell": ["a", "a", "a"],
            "town": ["east", "west", "west"],
            "homes": [10, 20, 20],
            "from": ["", "2024-05-01", "2024-05-01"],
            "to": ["", None, "2024-07-01"],
            "said": ["", "2024-03-10", "2024-06-10"],
        }
    )
    return Places.from_frame(rows, groupings=["town"], exposures=["homes"], valid_from="from", valid_to="to", known="said")


def test_ids_may_be_the_index_of_a_frame() -> None:
    indexed = make(CELLS.set_index("cell"), neighbours=PAIRS.set_axis(pd.Index([5, 6, 7, 8], name="pair"), axis=0))
    assert indexed.fingerprint() == make(neighbours=PAIRS).fingerprint()


def test_cells_are_sorted_and_carry_their_groups_and_figures() -> None:
    places = make(neighbours=PAIRS)
    assert places.ids == ("a", "b", "c", "d")
    frame = places.frame()
    assert frame["cell"].tolist() == ["a", "b", "c", "d"]
    assert frame["village"].tolist() == ["V1", "V2", "V1", "V2"]
    assert frame["households"].tolist() == [3, 120, 45, 2]
    np.testing.assert_array_equal(frame["floors"], [-1, 3, np.nan, 6])
    assert repr(places) == "<Places: 4 cells; groups: village (2), town (2); exposures: households; 2 neighbour pairs>"
    assert len(places) == 4
    assert places.numbers(["c", "a"]).tolist() == [2, 0]


def test_a_table_of_any_library_and_order_gives_the_same_places() -> None:
    wanted = make(neighbours=PAIRS).fingerprint()
    shuffled = CELLS.iloc[[3, 1, 0, 2]]
    assert make(shuffled, neighbours=PAIRS.iloc[::-1]).fingerprint() == wanted
    assert make(pa.Table.from_pandas(CELLS), neighbours=pa.Table.from_pandas(PAIRS)).fingerprint() == wanted
    nullable = CELLS.convert_dtypes()
    assert make(nullable, neighbours=PAIRS).fingerprint() == wanted


def test_a_version_counts_while_it_holds_and_is_known(versions: Places) -> None:
    assert at(versions, "2020-01-01", "2024-04-30", "2024-05-01", "2024-06-10", "2024-06-11", "2024-06-30").tolist() == [
        [0, 0, 1, 1, 2, 2]
    ]
    version = at(versions, "2024-04-30", "2024-05-01", "2024-07-01")
    assert versions.exposure("homes", version).tolist() == [[10, 20, 10]]
    assert versions.group("town", version).tolist() == [[0, 1, 0]]


def test_a_restated_version_closes_a_cell(versions: Places) -> None:
    # what remains is the version that always holds: it is about the time before May
    only = Places.from_frame(
        pd.DataFrame({"cell": ["a", "a"], "to": [None, "2024-07-01"], "said": [None, "2024-06-10"]}), valid_to="to", known="said"
    )
    assert at(only, "2024-06-10", "2024-06-11", "2024-06-30", "2024-07-01", "2025-01-01").tolist() == [[0, 1, 1, -1, -1]]


def test_versions_are_known_from_the_day_after(versions: Places) -> None:
    known = versions.known_by(to_day("2024-03-10"))
    assert at(known, "2024-06-01").tolist() == [[0]]
    assert at(versions.known_by(to_day("2024-03-11")), "2024-06-01").tolist() == [[1]]
    assert versions.known_by(to_day("2025-01-01")) is versions
    assert known.ids == versions.ids


@settings(deadline=None, max_examples=80)
@given(drawn_histories.places(), st.lists(as_of_days, min_size=1, max_size=5, unique=True).map(sorted))
def test_versions_are_those_of_the_oracle_and_do_not_depend_on_what_was_unknown(places: Places, dates: list[int]) -> None:
    found = places.version_at(np.array(dates, dtype=np.int32))
    wanted = [[oracles.version(places, cell, t) for t in dates] for cell in range(len(places))]
    np.testing.assert_array_equal(found, [[-1 if v is None else v for v in row] for row in wanted])
    for i, t in enumerate(dates):
        known = places.known_by(t)
        then = known.version_at(np.array([t], dtype=np.int32))
        np.testing.assert_array_equal(known.exposure("households", then)[:, 0], places.exposure("households", found)[:, i])
        np.testing.assert_array_equal(known.group("town", then)[:, 0], places.group("town", found)[:, i])


def test_many_versions_are_put_in_order_once_for_all_dates(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell with a version a day, as the weather has, is asked for its version on many days, one at a time."""
    days = list(range(to_day("2024-01-01"), to_day("2024-03-01")))
    places = Places.from_frame(
        pd.DataFrame({"cell": "a", "warmth": range(len(days)), "since": [to_iso(day) for day in days]}),
        attributes=["warmth"],
        valid_from="since",
        known="since",
    )
    made: list[object] = []
    of = VersionSpans.of
    monkeypatch.setattr(VersionSpans, "of", lambda versions: made.append(versions) or of(versions))
    for warmth, day in enumerate(days):
        version = places.version_at(np.array([day + 1], dtype=np.int32))
        assert places.attribute("warmth", version).tolist() == [[warmth]]
    assert len(made) == 1


@settings(deadline=None, max_examples=20)
@given(drawn_histories.places(), st.lists(as_of_days, min_size=2, max_size=5, unique=True).map(sorted))
def test_a_single_date_has_the_versions_that_it_has_among_others(places: Places, dates: list[int]) -> None:
    together = places.version_at(np.array(dates, dtype=np.int32))
    for i, t in enumerate(dates):
        np.testing.assert_array_equal(places.version_at(np.array([t], dtype=np.int32))[:, 0], together[:, i])


def test_arrays_of_days_are_computed_once_while_there_is_room() -> None:
    days, computed = DayArrays(room=3 * 40), list[int]()

    def array(day: int) -> np.ndarray:
        return days.once(("shown", day), lambda: computed.append(day) or np.full(10, day, dtype=np.int32))

    for day in (1, 2, 3, 1, 2, 3):
        assert array(day).tolist() == [day] * 10
    assert computed == [1, 2, 3]
    array(1)[:] = 0
    assert array(1)[0] == 1
    assert array(4)[0] == 4
    assert array(1)[0] == 1
    assert computed == [1, 2, 3, 4, 1]
    small = DayArrays(room=1)
    assert [small.once(("shown", 5), lambda: computed.append(5) or np.zeros(10, dtype=np.int32)).nbytes for _ in range(2)] == [
        40
    ] * 2
    assert computed == [1, 2, 3, 4, 1, 5]


def test_a_frame_shows_the_cells_of_a_date(versions: Places) -> None:
    assert versions.frame("2024-04-30")["homes"].tolist() == [10]
    assert versions.frame("2024-05-01")["town"].tolist() == ["west"]
    assert versions.frame()["homes"].tolist() == [20]


def test_neighbours_go_both_ways_and_never_to_themselves() -> None:
    places = make(neighbours=PAIRS)
    around = [places.neighbour_cells[places.neighbour_start[c] : places.neighbour_start[c + 1]].tolist() for c in range(4)]
    assert around == [[1], [0, 2], [1], []]


def test_small_cells_are_shown_under_a_larger_one() -> None:
    places = make(neighbours=PAIRS, households="households", minimum_households=5)
    # a joins its neighbour b; d has no neighbour and joins b, the largest of its village
    assert places.shown_as(0).tolist() == [1, 1, 2, 1]
    assert replace(places, minimum_households=50.0).shown_as(0).tolist() == [1, 1, 1, 1]
    assert replace(places, minimum_households=500.0).shown_as(0).tolist() == [-1, -1, -1, -1]
    assert make(neighbours=PAIRS).shown_as(0).tolist() == [0, 1, 2, 3]
    assert make(households="households", minimum_households=5, groupings=[]).shown_as(0).tolist() == [1, 1, 2, 1]


@settings(deadline=None, max_examples=60)
@given(drawn_histories.places(), as_of_days, st.sampled_from([1.0, 5.0, 100.0]))
def test_no_cell_is_shown_below_the_minimum(places: Places, t: int, minimum: float) -> None:
    places = replace(places, households="households", minimum_households=minimum)
    version = places.version_at(np.array([t], dtype=np.int32))
    units = places.shown_as(t)
    assert set(units[version[:, 0] < 0]) <= {-1}
    shown = units[units >= 0]
    assert np.all(places.exposure("households", version)[shown, 0] >= minimum)
    np.testing.assert_array_equal(units[shown], shown)


@pytest.mark.parametrize(
    "other",
    [
        {"exposures": {"homes": "households"}},
        {"exposures": [], "attributes": ["floors", "households"]},
        {"attributes": {"storeys": "floors"}},
        {"groupings": ["town", "village"]},
        {"groupings": ["town"]},
        {"neighbours": PAIRS},
        {"households": "households", "minimum_households": 5.0},
        {"shapes": {"a": [np.zeros((4, 2))]}},
        {"shapes": {"a": [np.zeros((3, 2)), np.zeros((1, 2))]}},
    ],
    ids=str,
)
def test_the_fingerprint_tells_places_apart(other: dict[str, Any]) -> None:
    assert make(**other).fingerprint() != make().fingerprint()
    assert make(**other).fingerprint() == make(**other).fingerprint()


def test_the_fingerprint_sees_how_points_are_shared_among_rings() -> None:
    one, two = {"a": [np.zeros((4, 2))]}, {"a": [np.zeros((3, 2)), np.zeros((1, 2))]}
    assert make(shapes=one).fingerprint() != make(shapes=two).fingerprint()


@pytest.mark.parametrize(
    ("change", "arguments", "message"),
    [
        (
            {},
            {"id": "cel"},
            r"no column of the table of cells named 'cel'.*did you mean 'cell'\? Name the column of their ids with id=",
        ),
        ({}, {"groupings": ["twon"]}, r"no column of the table of cells named 'twon'.*did you mean 'town'\?"),
        ({"cell": ["a", None, "c", "d"]}, {}, r"column 'cell' of the table of cells has an empty id"),
        ({"cell": ["a", "", "c", "d"]}, {}, r"has an empty id"),
        ({"cell": ["a", "b", "\u200b", "d"]}, {}, r"has an empty id \(row 3\)"),
        ({"cell": ["a", "a", "c", "d"]}, {}, r"cell 'a' stands twice in the table of cells with the same validity"),
        ({"households": [1, -2, 3, 4]}, {}, r"Row 2 of the column 'households' .* is negative"),
        ({"households": [1, "many", 3, 4]}, {}, r"Row 2 of the column 'households' .* is not a number"),
        ({"households": [1, float("inf"), 3, 4]}, {}, r"Row 2 of the column 'households' .* is infinite"),
        (
            {"to": ["2024-01-01", "soon", "", ""]},
            {"valid_to": "to"},
            r"Row 2 of the table of cells has no date such as 2024-01-02 in the column 'to'",
        ),
        (
            {"from": ["2024-01-02"] * 4, "to": ["2024-01-03", "2024-01-01", "", ""]},
            {"valid_from": "from", "valid_to": "to"},
            r"cell 'a' is valid to a day before the day it is valid from",
        ),
        ({}, {"neighbours": PAIRS.assign(more=1)}, r"table of neighbours has 3 columns\. Expected two"),
        ({}, {"neighbours": PAIRS.replace("c", "z")}, r"no cell \(named in the table of neighbours\) named 'z'"),
    ],
)
def test_a_faulty_table_is_refused(change: dict[str, Any], arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make(CELLS.assign(**change), **arguments)


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(UsageError, match=r"The table of cells has no rows"):
        make(CELLS.iloc[:0])


def test_an_unknown_name_gives_the_nearest_match() -> None:
    places, version = make(), np.zeros((4, 1), dtype=np.int32)
    with pytest.raises(UsageError, match=r"no cell named 'e'\. Available: a, b, c, d"):
        places.numbers(["a", "e"])
    with pytest.raises(UsageError, match=r"no exposure named 'household'.*did you mean 'households'\?"):
        places.exposure("household", version)
    with pytest.raises(UsageError, match=r"no attribute named 'floor'.*did you mean 'floors'\?"):
        places.attribute("floor", version)
    with pytest.raises(UsageError, match=r"no grouping named 'towns'.*did you mean 'town'\?"):
        places.group("towns", version)


@pytest.mark.parametrize(
    ("cells", "centres", "message"),
    [
        (
            ["a", "a\u200b"],
            ["x", "x"],
            r"Two names in the column 'cell' .* look the same: 'a' and 'a\\u200b' differ only in invisible characters",
        ),
        (["a", "b", "c"], ["east", "west", "east\u2060"], r"column 'centre' .* look the same: 'east' and 'east\\u2060'"),
        (["a", "b\x1b[2J"], ["x", "x"], r"Row 2 of the column 'cell' .* holds a control character or a line break: 'b\\x1b\[2J'"),
        (["a", "b"], ["x", "x\ny"], r"Row 2 of the column 'centre' .* holds a control character or a line break: 'x\\x0ay'"),
    ],
)
def test_names_that_look_alike_or_hold_control_characters_are_refused(cells: list[str], centres: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Places.from_frame(pd.DataFrame({"cell": cells, "centre": centres}), id="cell", groupings=["centre"])


def test_a_sign_that_is_not_seen_may_stand_in_one_name() -> None:
    places = Places.from_frame(pd.DataFrame({"cell": ["a", "b"], "centre": ["x\u200by", "z"]}), id="cell", groupings=["centre"])
    assert places.groupings["centre"].labels == ("x\u200by", "z")
