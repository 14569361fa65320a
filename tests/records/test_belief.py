"""Ends of states that are changed or taken back: what was known before stays, also in merged parts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskmodel.base.days import NEVER, to_day
from riskmodel.records.belief import within
from riskmodel.records.intake import ingest
from riskmodel.records.store import parts
from tests.worlds.police_table import REGISTER, REGISTER_HEADER, STATED, County, row, table

DATES = ("2024-01-15", "2024-02-02", "2024-02-03", "2024-03-05", "2024-03-10", "2024-03-11", "2024-04-15", "2024-06-30")


@pytest.fixture
def county(tmp_path: Path) -> County:
    return County(tmp_path / "county")


def take(county: County, ended: str, news: str, day: str, more: str = REGISTER + STATED) -> None:
    register = table([("7", "a", "2024-01-02", "2024-01-05", ended, news, "12")], REGISTER_HEADER)
    assert ingest(county.write(table([row()]), more=more, register=register), day).sources[1].accepted <= 1


def is_open(county: County) -> str:
    """For each date 1 if the state is open as of it, else 0."""
    rooms = county.history().of(kind="rooms")
    days = [to_day(day) for day in DATES]
    counts = [int(((rooms.known < t) & (t <= rooms.until) & (t <= rooms.ended)).sum()) for t in days]
    assert max(counts) <= 1
    return "".join(map(str, counts))


def test_an_end_that_is_taken_back_stays_known_until_then(county: County) -> None:
    take(county, "2024-02-01", "2024-02-02", "2024-03-01")
    assert is_open(county) == "11000000"
    take(county, "", "", "2024-03-10")
    assert is_open(county) == "11000111"
    # the same again changes nothing
    parts_before = county.parts()
    take(county, "", "", "2024-03-20")
    assert county.parts() == parts_before
    take(county, "2024-04-01", "2024-04-02", "2024-04-10")
    assert is_open(county) == "11000100"


def test_an_end_that_is_changed_counts_from_its_news(county: County) -> None:
    take(county, "2024-02-01", "2024-02-02", "2024-03-01")
    take(county, "2024-05-01", "2024-03-06", "2024-03-10")
    # from the day of the news on it was known that the state still lasts
    assert is_open(county) == "11001110"
    take(county, "2024-04-01", "2024-03-06", "2024-03-20")
    # a change without later news counts from the ingest on
    assert is_open(county) == "11001100"


def test_an_end_that_appears_counts_from_its_own_day_as_before(county: County) -> None:
    take(county, "", "", "2024-02-10")
    take(county, "2024-02-01", "2024-02-02", "2024-03-10")
    assert is_open(county) == "11000000"
    assert len(county.history().of(kind="rooms")) == 1


def test_former_ends_survive_the_merging_of_parts(county: County, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "MOST_PARTS", 2)
    take(county, "2024-02-01", "2024-02-02", "2024-03-01")
    take(county, "", "", "2024-03-10")
    for day in range(11, 20):
        take(county, "2024-05-01" if day % 2 else "", "2024-05-02" if day % 2 else "", f"2024-03-{day}")
        assert is_open(county)[:5] == "11000"
    assert len(county.parts()) < 8
    assert is_open(county) == "11000" + "110"


def test_another_mapping_holds_for_former_ends_too(county: County) -> None:
    take(county, "2024-02-01", "2024-02-02", "2024-03-01")
    take(county, "", "", "2024-03-10")
    take(
        county,
        "",
        "",
        "2024-03-20",
        more=REGISTER.replace('kind = "rooms"', 'kind = "rooms"\ndelay = 0\nlabel_delay = 3') + STATED,
    )
    assert is_open(county) == "11000111"
    rooms = county.history().of(kind="rooms")
    assert sorted(rooms.ended.tolist()) == [to_day("2024-02-02"), int(NEVER)]


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 9))), st.integers(0, 10))
def test_an_id_is_kept_or_left_out_as_a_whole(rows: list[tuple[int, int]], limit: int) -> None:
    """Rows are (id, last day), sorted by id."""
    rows = sorted(rows, key=lambda row: row[0])
    kept = {id for id, last in rows if last >= limit}
    identity, last = (np.array(values, dtype=np.int64) for values in ([id for id, _ in rows], [last for _, last in rows]))
    assert within(identity, last, limit).tolist() == [id in kept for id, _ in rows]
