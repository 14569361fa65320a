"""Histories of frames without statements: later and earlier days are unknown, not empty."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.days import ALWAYS, NEVER, to_day
from riskmodel.records.history import Coverage, History

CELLS = list("abcd")
PLACES = rm.Places.from_frame(pd.DataFrame({"cell": CELLS}))
KINDS = {
    "theft": rm.Kind(family="police", en="theft"),
    "fight": rm.Kind(family="police", en="fight"),
    "complaint": rm.Kind(family="online", en="complaint"),
    "room": rm.Kind(family="rental", en="room", state=True),
}
FIRST, LAST = to_day("2023-01-01"), to_day("2023-12-31")


def records(kind: str, a_day: float, first: int = FIRST, last: int = LAST, step: int = 1, delay: int = 0) -> pd.DataFrame:
    """Records of a kind on every step-th day, as evenly as they go."""
    days = np.arange(first, last + 1, step)
    number = np.diff(np.floor(np.arange(len(days) + 1) * a_day * step)).astype(int)
    occurred = np.repeat(days, number)
    cell = np.array(CELLS)[np.arange(len(occurred)) % len(CELLS)]
    return pd.DataFrame({"cell": cell, "kind": kind, "occurred": occurred, "known": occurred + delay})


def history(*tables: pd.DataFrame, **more: Any) -> History:
    return History.from_frame(pd.concat(tables), PLACES, KINDS, **more)


def thefts(made: History, *days: int) -> np.ndarray:
    """The thefts of 28 days in every cell [cell, day]."""
    return np.asarray(rm.design(made, list(days), [rm.Count("theft", 28)]).X).reshape(len(CELLS), len(days))


def told(one: Coverage) -> tuple[str, int, int, int, int]:
    return one.source, one.since, one.through, one.known, one.stale_after


def test_days_after_the_last_record_are_unknown() -> None:
    made = history(records("theft", 5))
    assert told(made.coverage[0]) == ("police", FIRST, LAST, LAST, 7)
    assert made.stale(LAST + 8) == {"online": None, "rental": None}
    assert made.stale(LAST + 9)["police"] == LAST
    counts = thefts(made, LAST + 8, LAST + 9, LAST + 300)
    assert np.isnan(counts).tolist() == [[False, True, True]] * len(CELLS)


def test_days_before_the_first_record_are_unknown() -> None:
    counts = thefts(history(records("theft", 4)), FIRST + 27, FIRST + 28)
    assert np.isnan(counts[:, 0]).all()
    assert counts[:, 1].tolist() == [28.0] * len(CELLS)


def test_the_first_look_states_the_same() -> None:
    """``quick`` goes through an ingest, whose statement follows from the rows as well."""
    table = records("theft", 3, delay=2).assign(date=lambda t: pd.to_datetime(t["occurred"], unit="D"))
    table["reported"] = pd.to_datetime(table["known"], unit="D")
    (quick,) = rm.quick(table[["cell", "date", "reported"]], date="date", known="reported", cell="cell").history.coverage
    mine = history(records("theft", 3, delay=2)).coverage[0]
    assert (quick.since, quick.through, quick.known, quick.stale_after) == (
        mine.since,
        mine.through,
        mine.known,
        mine.stale_after,
    )
    assert mine.through == LAST + 2


def test_a_stated_coverage_holds_and_an_empty_one_means_no_gaps() -> None:
    one = Coverage("calls", ("theft",), since=FIRST, through=LAST + 30, known=LAST + 31)
    assert history(records("theft", 5), coverage=[one]).coverage == (one,)
    bare = history(records("theft", 5), coverage=())
    assert bare.coverage == ()
    assert bare.stale("2030-01-01") == {}
    assert thefts(bare, to_day("2030-01-01")).max() == 0


def test_rare_families_are_known_as_long_as_the_table() -> None:
    """Few complaints lie between the first and the last day; their silence says nothing."""
    rare = pd.DataFrame(
        {"cell": "a", "kind": "complaint", "occurred": [FIRST + 80, FIRST + 200], "known": [FIRST + 80, FIRST + 200]}
    )
    police, online, rental = history(records("theft", 5), rare).coverage
    assert (
        (online.since, online.through, online.stale_after)
        == (police.since, police.through, police.stale_after)
        == (FIRST, LAST, 7)
    )
    assert (rental.since, rental.through) == (NEVER, ALWAYS)


def test_a_family_that_falls_silent_is_known_through_its_last_record() -> None:
    late, early = FIRST + 60, LAST - 40
    police, online, _ = history(records("theft", 5), records("complaint", 2, late, early)).coverage
    assert (police.since, police.through) == (FIRST, LAST)
    assert (online.since, online.through) == (late, early)
    made = history(records("theft", 5), records("complaint", 2, late, early))
    assert made.stale(LAST + 1) == {"online": early, "rental": None}


def test_a_register_may_be_silent() -> None:
    """All rooms were entered in one week, and every one of them still stands."""
    _, _, rental = history(records("theft", 5), records("room", 30, FIRST, FIRST + 6)).coverage
    assert (rental.since, rental.through) == (FIRST, LAST)


@pytest.mark.parametrize(("step", "wait"), [(1, 7), (3, 7), (7, 14), (30, 60)])
def test_a_silence_is_stale_beside_the_usual_one(step: int, wait: int) -> None:
    assert history(records("theft", 2, step=step)).coverage[0].stale_after == wait


def test_default_dates_and_mistyped_years_do_not_count() -> None:
    odd = pd.DataFrame({"cell": "a", "kind": "theft", "occurred": ["1900-01-01", "2203-05-05"]}).assign(
        known=lambda t: t["occurred"]
    )
    odd[["occurred", "known"]] = odd[["occurred", "known"]].map(to_day)
    (police, *_) = history(odd, records("theft", 5)).coverage
    assert (police.since, police.through) == (FIRST, LAST)


def test_without_records_nothing_is_known() -> None:
    empty = records("theft", 5).iloc[:0]
    made = history(empty)
    assert made.stale("2024-01-01") == {"police": None, "online": None, "rental": None}
    assert History.from_frame(empty, PLACES).coverage == ()


def test_appended_records_extend_what_is_known() -> None:
    middle = FIRST + 180
    early, late = history(records("theft", 5, FIRST, middle)), history(records("theft", 5, middle + 1, LAST))
    joined = early.append(late)
    assert joined.coverage == late.append(early).coverage == history(records("theft", 5)).coverage
    dates = np.array([middle + 20], dtype=np.int32)
    assert not joined.missing(["theft"], 28, dates).any()


def test_appended_records_change_nothing_that_is_stated() -> None:
    stated = [Coverage("calls", ("theft", "fight"), FIRST, LAST, LAST + 1)]
    quiet = history(records("theft", 5), coverage=stated)
    planted = history(records("theft", 1, LAST - 5, LAST))
    assert set(quiet.append(planted).coverage) == set(planted.append(quiet).coverage)
    assert quiet.append(planted).coverage[0] == stated[0]
    assert {one.source for one in quiet.append(planted).coverage} == {"calls", "online", "rental"}
    assert quiet.append(history(records("complaint", 1, FIRST, LAST))).sources["online"].through == LAST


def test_what_was_known_then_is_told_by_the_statement() -> None:
    made = history(records("theft", 5))
    known = made.known_by(LAST - 100)
    assert known.stale(LAST - 100)["online"] is None
    assert "police" not in known.stale(LAST - 100)
    assert known.sources["police"].since == FIRST


def test_a_model_says_that_the_records_end() -> None:
    made = history(records("theft", 5), records("complaint", 5))
    experiment = rm.Experiment(
        name="theft",
        title="Theft",
        target={"kinds": ["theft"], "horizon": 7},
        dates={"first": "2023-03-07", "test_from": "2023-10-03", "test_to": "2023-12-06"},
        champion="decayed",
        forecasters=[{"type": "DecayedRate", "name": "decayed"}],
    )
    bundle = rm.train(experiment, made, [rm.Count("theft", 28)])
    assert len(bundle.score(made, LAST + 8)) == len(CELLS)
    with pytest.raises(
        rm.StaleError,
        match=r"by its records, the source 'police' is complete only through 2023-12-31\. Add its later records, or state",
    ):
        bundle.score(made, LAST + 9)
    with pytest.raises(
        rm.StaleError,
        match=r"'police' began on 2023-01-01, less than 7 days before\. Choose a later date, or add earlier records",
    ):
        bundle.score(made, FIRST + 3)
