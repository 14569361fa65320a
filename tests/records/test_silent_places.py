"""Places from which no record comes any more: found by what others report, named by check, and no season or slow place is one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from riskmodel.base.days import to_day
from riskmodel.records.check import check_history
from riskmodel.records.history import Coverage, History, SilentCell, silences, silent_places
from riskmodel.records.history.silent_cells import silent_cells
from tests.worlds.late_calls import KINDS
from tests.worlds.plain import make_cells, make_history

FIRST = to_day("2021-01-01")
LENGTH = 900
LAST = LENGTH - 1


def records(rates: Any, seed: int = 4) -> tuple[Any, Any]:
    """Return places and days of records; ``rates`` are those of each day and place."""
    counts = np.random.default_rng(seed).poisson(rates)
    day, place = np.nonzero(counts)
    times = counts[day, place]
    return np.repeat(place, times), np.repeat(day, times)


RATES = np.ones((LENGTH, 10))


def without(place: int, since: int, until: int = LENGTH, rates: Any = RATES) -> Any:
    """Return rates of a place that does not report on some days."""
    found = rates.copy()
    found[since:until, place] = 0.0
    return found


def test_a_place_that_stops_is_found_with_its_day() -> None:
    place, day = records(without(3, 800))
    (found,) = silent_cells(place, day, LAST)
    last = int(day[place == 3].max())
    assert (found.cell, found.since) == (3, last + 1)
    # a year of the place's records for those of the nine others, since its last one
    year = day > last - 364
    own, others = ((place[year & (day <= last)] == 3).sum(), (place[year & (day <= last)] != 3).sum())
    assert found.usual == pytest.approx(own / others * (day > last).sum(), abs=0.05)
    assert 85 < found.usual < 115


def test_the_most_missed_comes_first() -> None:
    rates = without(7, 700, rates=without(2, 820))
    assert [one.cell for one in silent_cells(*records(rates), LAST)] == [7, 2]


WINTER = np.where((np.arange(LENGTH) // 182) % 2 == 0, 1.0, 0.0)[:, None]


@pytest.mark.parametrize(
    "rates",
    [
        pytest.param(RATES, id="all report"),
        pytest.param(without(3, LENGTH - 15), id="two weeks"),
        pytest.param(without(3, 500, 700), id="came back"),
        pytest.param(np.hstack([RATES, np.full((LENGTH, 1), 0.03)]) * np.append(np.ones(10), 1), id="rare"),
        pytest.param(RATES * WINTER, id="all in one season"),
        pytest.param(np.hstack([RATES, WINTER * np.where(np.arange(LENGTH) < 900, 1, 0)[:, None]]), id="one in one season"),
        pytest.param(RATES * np.where(np.arange(LENGTH) < 800, 1, 0)[:, None], id="none reports"),
        pytest.param(np.zeros((LENGTH, 2)), id="nothing"),
    ],
)
def test_others_are_not_silent(rates: Any) -> None:
    assert silent_cells(*records(rates), LAST) == ()


def town(rates: Any, minimum: float = 0.0, noise: Any = None) -> History:
    place, day = records(rates)
    kind = np.zeros(len(place), dtype=np.int64)
    if noise is not None:
        more = records(noise, seed=5)
        place, day = np.append(place, more[0]), np.append(day, more[1])
        kind = np.append(kind, np.ones(len(more[0]), dtype=np.int64))
    cells = rates.shape[1]
    homes = np.full(cells, 50.0)
    homes[0] = 2.0
    places = make_cells(
        [f"c{one}" for one in range(cells)],
        [(a, b) for a in range(cells) for b in (a - 1, a + 1) if 0 <= b < cells],
        exposures={"households": homes},
        households="households",
        minimum_households=minimum,
    )
    kinds = ("theft", "rooms") if noise is None else ("theft", "rooms", "noise")
    coverage = (Coverage("calls", kinds, FIRST, FIRST + LAST),)
    occurred = day + FIRST
    return make_history(places, KINDS, occurred, kind=kind, cell=place, known=occurred, coverage=coverage)


def test_only_what_was_known_counts() -> None:
    history = town(without(3, 800))
    assert [one.cell for one in silent_places(history, "calls", FIRST + LENGTH)] == [3]
    assert silent_places(history, "calls", FIRST + 810) == ()
    assert silent_places(history, "calls", FIRST + 870) == silent_places(history.known_by(FIRST + 870), "calls", FIRST + 870)


def test_cells_that_are_shown_together_are_silent_together() -> None:
    alone = town(without(0, 800), minimum=0.0)
    assert [one.cell for one in silent_places(alone, "calls", FIRST + LENGTH)] == [0]
    assert silent_places(town(without(0, 800), minimum=5.0), "calls", FIRST + LENGTH) == ()
    both = town(without(1, 800, rates=without(0, 800)), minimum=5.0)
    (found,) = silent_places(both, "calls", FIRST + LENGTH)
    assert isinstance(found, SilentCell)
    assert found.cell == 1


def test_a_kind_that_stops_in_a_place_where_others_go_on_is_found_with_its_day() -> None:
    history = town(without(3, 800), noise=without(7, 700))
    found = silences(history, FIRST + LENGTH, ["theft", "noise", "rooms"])
    assert found.sources == {"calls": ()}
    assert {kind: [one.cell for one in cells] for kind, cells in found.kinds.items()} == {"theft": [3], "noise": [7]}
    (theft,) = found.kinds["theft"]
    mine = (history.cell == 3) & (history.kind == history.kind_number["theft"])
    assert theft.since == int(history.occurred[mine].max()) + 1
    assert 85 < theft.usual < 115
    assert set(silences(history, FIRST + LENGTH, ["theft"]).kinds) == {"theft"}
    assert silences(history, FIRST + 810, ["theft"]).kinds == {}


def test_a_place_without_any_record_is_not_named_again_for_each_kind() -> None:
    history = town(without(3, 800), noise=without(3, 800))
    found = silences(history, FIRST + LENGTH, ["theft", "noise"])
    assert [one.cell for one in found.sources["calls"]] == [3]
    assert found.kinds == {}
    assert silences(town(without(3, 800)), FIRST + LENGTH, ["theft"]).kinds == {}


@pytest.mark.parametrize("rates", [RATES * np.where(np.arange(LENGTH) < 800, 1, 0)[:, None], RATES * WINTER])
def test_a_kind_that_all_places_stop_or_that_has_a_season_is_none(rates: Any) -> None:
    assert silences(town(rates, noise=RATES), FIRST + LENGTH, ["theft", "noise"]).kinds == {}


def test_check_names_a_kind_that_fell_silent() -> None:
    history = town(without(3, 800), noise=RATES)
    (found,) = (
        one for one in check_history(history, {"parts": [], "sources": {}}, FIRST + LENGTH).findings if one.code == "RM303"
    )
    (cell,) = silences(history, FIRST + LENGTH, ["theft"]).kinds["theft"]
    day = np.datetime64(cell.since, "D")
    assert found.said.en == (
        f"No records of one kind any more from 1 cell, where many would be usual and others come (kind, first day without): c3 (theft, {day})."
    )
    assert (
        found.said.zh
        == f"1 个网格已没有某一类别的记录，而其他记录仍有，按以往应有很多（括号内为类别和首个无记录日）：c3 (theft, {day})。"
    )


def test_check_names_it() -> None:
    history = town(without(3, 800))
    (found,) = (
        one for one in check_history(history, {"parts": [], "sources": {}}, FIRST + LENGTH).findings if one.code == "RM303"
    )
    (cell,) = silent_places(history, "calls", FIRST + LENGTH)
    day = np.datetime64(cell.since, "D")
    assert found.said.en == f"No records any more from 1 cell, where many would be usual (first day without): c3 ({day})."
    assert found.said.zh == f"1 个网格已没有记录，而按以往应有很多（括号内为首个无记录日）：c3 ({day})。"
    quiet = check_history(town(RATES), {"parts": [], "sources": {}}, FIRST + LENGTH)
    assert [one.state for one in quiet.checks if one.code == "RM303"] == ["passed"]
