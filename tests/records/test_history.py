"""History: what was known when, parts, frames and coverage."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskmodel.base.days import NEVER, to_day
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Kind
from riskmodel.records.history import Coverage, History, from_columns
from riskmodel.records.places import Places
from tests import oracles
from tests.worlds.drawn_histories import FIRST, KINDS, as_of_days, cases, histories

PLACES = Places.from_frame(pd.DataFrame({"cell": ["a", "b"], "town": ["east", "west"]}), groupings=["town"])
ROWS = pd.DataFrame(
    {
        "cell": ["b", "a", "a", "b"],
        "kind": ["theft", "theft", "noise", "hazard"],
        "occurred": ["2020-02-29", "2020-02-27", "2020-03-02", "2020-01-05"],
        "known": ["2020-03-05", "2020-02-27", "2020-03-02", None],
        "until": [None, "2020-03-01", None, None],
        "ended": [None, None, None, "2020-03-20"],
        "amount": [1, 1, 2, 5],
    }
)
COLUMNS = ("kind", "cell", "occurred", "known", "until", "ended", "amount")


def make(rows: Any = ROWS, **more: Any) -> History:
    return History.from_frame(rows, PLACES, KINDS, **more)


def tuples(history: History) -> list[tuple[int, ...]]:
    return list(zip(*(getattr(history, name).tolist() for name in COLUMNS), strict=True))


@settings(deadline=None, max_examples=60)
@given(cases())
def test_what_was_known_is_what_the_definition_says(case: tuple[History, list[int]]) -> None:
    history, (t,) = case
    known = history.known_by(t)
    wanted = [r for r in oracles.records(history) if r.known < t]
    assert [(r.occurred, r.known) for r in oracles.records(known)] == [(r.occurred, r.known) for r in wanted]
    assert [r.until for r in oracles.records(known)] == [r.until if r.until < t else NEVER for r in wanted]
    assert [r.ended for r in oracles.records(known)] == [r.ended if r.ended < t else NEVER for r in wanted]
    assert known.known_by(t).fingerprint() == known.fingerprint()


@settings(deadline=None, max_examples=60)
@given(histories(), as_of_days, as_of_days)
def test_what_was_known_earlier_is_part_of_what_was_known_later(history: History, one: int, other: int) -> None:
    early, late = sorted((one, other))
    np.testing.assert_array_equal(
        history.known_by(late).known_by(early).missing(["theft"], 7, np.array([early], dtype=np.int32)),
        history.known_by(early).missing(["theft"], 7, np.array([early], dtype=np.int32)),
    )
    assert tuples(history.known_by(late).known_by(early)) == tuples(history.known_by(early))


@settings(deadline=None, max_examples=60)
@given(cases(), st.integers(1, 400), st.sampled_from([("theft",), ("noise",), ("theft", "hazard")]))
def test_gaps_and_stale_feeds_are_those_known_then(case: tuple[History, list[int]], window: int, kinds: tuple[str, ...]) -> None:
    history, (t,) = case
    at = np.array([t], dtype=np.int32)
    found = bool(history.missing(kinds, window, at)[0])
    assert found == oracles.missing(history, kinds, window, t)
    known = history.known_by(t)
    assert found == bool(known.missing(kinds, window, at)[0])
    assert known.stale(t) == history.stale(t)
    assert known.label_delay(kinds) == history.label_delay(kinds)


@settings(deadline=None, max_examples=40)
@given(histories(), st.integers(FIRST - 10, FIRST + 70), st.randoms(use_true_random=False))
def test_parts_joined_in_any_order_are_the_whole(history: History, day: int, random: Any) -> None:
    before, after = history.between(FIRST - 5000, day), history.between(day, FIRST + 5000)
    assert np.all(before.occurred < day)
    assert np.all(after.occurred >= day)
    assert after.append(before).fingerprint() == history.fingerprint()
    order = list(range(len(history)))
    random.shuffle(order)
    shuffled = {name: getattr(history, name)[order] for name in COLUMNS}
    assert (
        from_columns(history.places, history.kinds, coverage=history.coverage, **shuffled).fingerprint() == history.fingerprint()
    )


@settings(deadline=None, max_examples=40)
@given(histories())
def test_records_of_a_kind_and_cell_stand_together(history: History) -> None:
    for kind in range(len(KINDS)):
        for cell in range(len(history.places)):
            rows = slice(history.starts[kind, cell], history.starts[kind, cell + 1])
            assert set(history.kind[rows]) <= {kind}
            assert set(history.cell[rows]) <= {cell}
            assert history.occurred[rows].tolist() == sorted(history.occurred[rows].tolist())
    assert np.diff(history.starts, axis=1).sum() == len(history)


@settings(deadline=None, max_examples=30)
@given(histories())
def test_a_frame_comes_back(history: History) -> None:
    if len(history):
        again = History.from_frame(history.frame(), history.places, history.kinds, history.coverage)
        assert again.fingerprint() == history.fingerprint()


def test_frames_of_any_library_give_the_same_history() -> None:
    wanted = make().fingerprint()
    dated = ROWS.assign(**{name: pd.to_datetime(ROWS[name]) for name in ("occurred", "known", "until", "ended")})
    assert make(dated).fingerprint() == wanted
    assert make(ROWS.convert_dtypes()).fingerprint() == wanted
    assert make(pa.Table.from_pandas(ROWS)).fingerprint() == wanted
    assert make(pa.Table.from_pandas(dated)).fingerprint() == wanted
    assert make(ROWS.iloc[::-1]).fingerprint() == wanted


def test_polars_frames_are_accepted() -> None:
    polars = pytest.importorskip("polars")
    columns = {name: [None if value != value else value for value in column] for name, column in ROWS.to_dict("list").items()}
    assert make(polars.DataFrame(columns)).fingerprint() == make().fingerprint()


def test_levels_of_an_index_and_periods_of_one_day_are_read() -> None:
    wanted = make().fingerprint()
    days = ROWS.assign(occurred=pd.PeriodIndex(ROWS["occurred"], freq="D"), known=pd.to_datetime(ROWS["known"]).dt.to_period("D"))
    assert make(days).fingerprint() == wanted
    assert make(ROWS.set_index(["cell", "occurred"])).fingerprint() == wanted
    assert make(days.set_index("occurred")).fingerprint() == wanted
    # an index that repeats a column, and one without a name, say nothing new
    assert make(ROWS.set_index("cell", drop=False)).fingerprint() == wanted
    assert make(ROWS.set_index(pd.Index([9, 8, 7, 6]))).fingerprint() == wanted


@pytest.mark.parametrize("kinds", [["theft", "noise", "hazard"], {"theft": "theft"}])
def test_kinds_that_are_none_are_refused(kinds: Any) -> None:
    with pytest.raises(UsageError, match="'kinds' parameter of History.from_frame must be a mapping of names to Kind"):
        History.from_frame(ROWS, PLACES, kinds)


def test_an_empty_knowledge_date_is_the_day_itself_and_open_ends_are_never() -> None:
    hazard = make().of(kind="hazard")
    assert hazard.known.tolist() == hazard.occurred.tolist()
    assert hazard.until.tolist() == [NEVER]
    assert hazard.ended.tolist() == [to_day("2020-03-20")]
    bare = make(ROWS[["cell", "kind", "occurred"]])
    np.testing.assert_array_equal(bare.known, bare.occurred)
    assert set(bare.amount.tolist()) == {1}


def test_kinds_are_found_in_the_table_if_none_are_given() -> None:
    history = History.from_frame(ROWS.assign(family="police"), PLACES)
    assert history.kinds["theft"] == Kind(family="police", zh="theft", en="theft")
    assert list(history.kinds) == ["hazard", "noise", "theft"]


def test_a_part_is_taken_by_kind_or_family() -> None:
    history = make()
    assert len(history.of("police")) == 2
    assert len(history.of(kind="noise")) == 1
    assert len(history.of()) == 4
    with pytest.raises(UsageError, match=r"no kind named 'thefts'.*did you mean 'theft'\?"):
        history.of(kind="thefts")
    with pytest.raises(UsageError, match=r"no family named 'polise'.*did you mean 'police'\?"):
        history.of("polise")


def test_a_history_is_shown_in_four_lines() -> None:
    stated = (Coverage("calls", ("theft",), through=to_day("2020-03-04")), Coverage("web", ("noise",)))
    assert repr(make(coverage=stated)) == (
        "<History: 4 records of 3 kinds (police 2, online 1, rental 1)\n"
        "  occurred 2020-01-05 to 2020-03-02; known after 0 days (median), 4 (95 %)\n"
        "  1 corrected or withdrawn; 2 cells\n"
        "  complete through: calls 2020-03-04>"
    )
    assert "complete through: not stated" in repr(make(coverage=()))
    assert "complete through: police 2020-03-05, online 2020-03-05, rental 2020-03-05 (by the records)" in repr(make())
    assert repr(make().between("2021-01-01", "2021-02-01")) == "<History: no records; 2 cells>"


def test_stale_feeds_are_named_with_their_last_day() -> None:
    last = to_day("2020-03-10")
    history = make(
        coverage=[Coverage("calls", ("theft",), 0, last, last + 1, 7), Coverage("calls", ("theft",), 0, last - 1, last - 1, 7)]
    )
    assert history.stale(last + 8) == {}
    assert history.stale("2020-03-19") == {"calls": last}
    assert history.known_by(last).stale(last + 9) == {"calls": last - 1}
    assert make(coverage=()).stale("2030-01-01") == {}


def test_what_is_said_of_a_feed_holds_at_every_date() -> None:
    rows = [Coverage("calls", ("theft",), 100, 200, 201, 3, 5), Coverage("calls", ("theft", "noise"), 50, 300, 301, 9, 1)]
    for coverage in (rows, rows[::-1]):
        history = make(coverage=coverage)
        feed = history.known_by(250).sources["calls"]
        assert (set(feed.kinds), feed.since, feed.stale_after, feed.label_delay) == ({"theft", "noise"}, 50, 9, 5)
        assert history.sources_of(["noise"]) == history.known_by(250).sources_of(["noise"]) == ("calls",)
        assert history.through_at("calls", np.array([200, 201, 202, 302], dtype=np.int32)).tolist() == [NEVER, NEVER, 200, 300]


@pytest.mark.parametrize(
    "change",
    [
        {"cell": ["b", "a", "b", "b"]},
        {"kind": ["theft", "theft", "theft", "hazard"]},
        {"occurred": ["2020-02-28", "2020-02-27", "2020-03-02", "2020-01-05"]},
        {"known": ["2020-03-06", "2020-02-27", "2020-03-02", None]},
        {"until": [None, "2020-03-02", None, None]},
        {"ended": [None, None, None, "2020-03-21"]},
        {"amount": [1, 1, 3, 5]},
    ],
    ids=lambda change: next(iter(change)),
)
def test_every_column_moves_the_fingerprint(change: dict[str, Any]) -> None:
    assert make(ROWS.assign(**change)).fingerprint() != make().fingerprint()


def test_kinds_coverage_and_places_move_the_fingerprint() -> None:
    rows, places = ROWS.iloc[:1], Places.from_frame(pd.DataFrame({"cell": ["a", "b"]}))
    one, other = Kind(family="police", zh="x", en="x"), Kind(family="police", zh="y", en="y")
    found = [
        History.from_frame(rows, PLACES, {"theft": one, "noise": other}),
        History.from_frame(rows, PLACES, {"noise": other, "theft": one}),
        History.from_frame(rows, PLACES, {"theft": other, "noise": other}),
        History.from_frame(rows, places, {"theft": one, "noise": other}),
        History.from_frame(rows, PLACES, {"theft": one, "noise": other}, [Coverage("calls", ("theft",))]),
    ]
    assert len({history.fingerprint() for history in found}) == len(found)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            ROWS.rename(columns={"cell": "beat"}),
            r"no column of the table of records named 'cell'.* Rename the column that says it to 'cell', or let rm.quick",
        ),
        (
            ROWS.assign(cell=pd.Series(["a", None, "a", "b"])),
            r"Row 2 of the table of records has no cell\. Give every record its cell",
        ),
        (ROWS.assign(kind=["theft", "noise", "", "noise"]), r"Row 3 of the table of records has no kind\."),
        (
            ROWS.assign(occurred=pd.PeriodIndex(ROWS["occurred"], freq="W")),
            r"Row 1 of .* a period of several days in the column 'occurred'\. .*frame\['occurred'\]\.dt\.end_time",
        ),
        (ROWS.assign(kind="thefts"), r"no kind named <6 letters> \(row 1\).*did you mean 'theft'\?"),
        (ROWS.assign(cell="z"), r"no cell named 'z' \(row 1\)\. Available: a, b"),
        (ROWS.assign(cell="John Smith"), r"no cell named <[^>]+> \(row 1\)\."),
        (ROWS.assign(occurred="2024-13-01"), r"Row 1 of the table of records has no date such as .* column 'occurred'"),
        (ROWS.assign(occurred="today"), r"Row 1 of the table of records has no date such as .* column 'occurred'"),
        (
            ROWS.assign(occurred=pd.Series(["2020-02-29", None, "2020-03-02", "2020-01-05"])),
            r"Row 2 of the table of records has no date in 'occurred'",
        ),
        (ROWS.assign(amount=[1, -1, 1, 1]), r"Row 2 of the table of records has an amount that is not a whole number from 0"),
        (ROWS.assign(amount=[1, np.inf, 1, 1]), r"Row 2 of the table of records has an amount that is not a whole number from 0"),
        (ROWS.assign(amount=[1, 2**31, 1, 1]), r"An amount is negative or above 2,147,483,647"),
        (ROWS.assign(amount=[1, 1.5, 1, 1]), r"Row 2 of the table of records has an amount that is not a whole number"),
        (
            ROWS.assign(amount=pd.Series([1, None, 1, 1])),
            r"Row 2 of the table of records has an amount that is not a whole number",
        ),
    ],
)
def test_a_faulty_table_is_refused(rows: Any, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        make(rows)


def test_histories_of_other_places_cannot_be_joined() -> None:
    other = History.from_frame(ROWS.assign(cell="c"), Places.from_frame(pd.DataFrame({"cell": ["c"]})), KINDS)
    with pytest.raises(UsageError, match=r"The two histories have other kinds or cells"):
        make().append(other)


def test_kinds_that_no_source_delivers_are_unknown_and_not_zero() -> None:
    at = np.array([300], dtype=np.int32)
    history = make(coverage=[Coverage("calls", ("theft",), 0, 299, 299, 7)])
    assert not history.missing(["theft"], 30, at).any()
    assert history.missing(["noise"], 30, at).all()
    # a part is known, and so is what no kind decides
    assert not history.missing(["theft", "noise"], 30, at).any()
    assert not history.missing([], 30, at).any()
    assert not make(coverage=()).missing(["noise"], 30, at).any()
