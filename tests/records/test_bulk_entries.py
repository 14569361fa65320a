"""Old events that became known at once: found, named by check, and no measure of delays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from riskmodel.base.days import NEVER, to_day
from riskmodel.records.check import check_history
from riskmodel.records.history import bulk_entry, late_reports, source_entry
from tests.worlds.late_calls import begun_calls

DAYS = np.repeat(np.arange(1000), 3)
RNG = np.random.default_rng(3)


def test_a_system_that_began_with_old_events_is_found() -> None:
    entry = bulk_entry(DAYS, np.maximum(DAYS, 600))
    # those of more than 182 days before: 418 days with three each
    assert entry == (600, 1254, 1254 / 3000, 0)


def test_entries_of_several_days_are_one() -> None:
    known = np.where(DAYS < 600, 600 + np.arange(3000) % 20, DAYS)
    entry = bulk_entry(DAYS, known)
    assert entry is not None
    assert (entry.day, entry.since) == (619, 0)
    assert entry.events == (known - DAYS > 182).sum()


def test_a_district_that_joined_later_is_found() -> None:
    joined = (np.arange(3000) % 10 == 0) & (DAYS < 700)
    entry = bulk_entry(DAYS, np.where(joined, 700, DAYS + 1))
    assert entry is not None
    assert (entry.day, entry.events) == (700, int((joined & (DAYS < 518)).sum()))


@pytest.mark.parametrize(
    "known",
    [
        pytest.param(DAYS, id="at once"),
        pytest.param(DAYS + 400, id="always late"),
        pytest.param(DAYS + np.floor(RNG.exponential(90, 3000)).astype(int), id="some very late"),
        pytest.param((DAYS // 91 + 1) * 91 + 40, id="by quarters"),
        pytest.param(np.where(DAYS < 40, 600, DAYS), id="few"),
        pytest.param(np.where(DAYS < 600, np.maximum(600 - DAYS // 6, DAYS), DAYS), id="little by little"),
    ],
)
def test_late_reports_are_no_entry_in_bulk(known: Any) -> None:
    assert bulk_entry(DAYS, known) is None


def test_corrections_of_many_records_on_one_day_are_no_entry() -> None:
    """Each record of the first 700 days was corrected on day 900: all of them were known before."""
    corrected = DAYS[DAYS < 700]
    occurred, known = np.concatenate([DAYS, corrected]), np.concatenate([DAYS, np.full(len(corrected), 900)])
    until = np.concatenate([np.where(DAYS < 700, 900, NEVER), np.full(len(corrected), NEVER)])
    assert bulk_entry(occurred, known, until) is None
    assert late_reports({"occurred": occurred, "known": known, "until": until}, 1000).days == 0


def test_old_events_among_corrections_of_one_day_are_counted_alone() -> None:
    """On day 600, 300 old events are entered, and 500 known ones are corrected."""
    occurred = np.concatenate([DAYS, np.arange(300), DAYS[:500]])
    known = np.concatenate([DAYS, np.full(800, 600)])
    until = np.concatenate([np.where(np.arange(3000) < 500, 600, NEVER), np.full(800, NEVER)])
    assert bulk_entry(occurred, known, until) == (600, 300, 300 / 3300, 0)


@pytest.mark.parametrize("begin", [to_day("2022-09-01"), to_day("2022-12-30")])
def test_check_names_the_day(begin: int) -> None:
    history = begun_calls(begin, "2021-01-01", "2022-12-31")
    report = check_history(history, {"parts": [], "sources": {}}, to_day("2023-02-01"))
    (found,) = (one for one in report.findings if one.code == "RM115")
    entry = source_entry(history, "calls", "2023-02-01")
    assert entry is not None
    assert entry.day == begin
    day = np.datetime64(begin, "D")
    assert (
        found.said.en
        == f"{entry.events:,} old events ({entry.share:.0%}), from 2021-01-01 on, were entered at once by {day}: as-of dates until then see none of them."
    )
    assert found.said.zh.startswith("自 2021-01-01 起的 ")
    # delays are measured on the events after that day; where there are too few of them, the wait of labels is not judged
    assert not [one for one in report.findings if one.code == "RM114"]
    assert source_entry(history, "calls", np.datetime64(begin, "D").item()) is None  # not known yet
    assert source_entry(history, "calls", "2023-02-01", ["noise"]) is None


@pytest.mark.parametrize(
    ("late", "days"),
    [(lambda number: number % 5, 4), (lambda number: 0 * number, 0)],
)
def test_delays_are_those_of_the_events_after_it(late: Callable[[Any], Any], days: int) -> None:
    known = np.where(DAYS < 600, 600, DAYS + late(np.arange(3000)))
    assert late_reports({"occurred": DAYS, "known": known}, 1010).days == days


def test_delays_of_others_count_where_few_events_follow() -> None:
    joined = (np.arange(3000) % 10 == 0) & (DAYS < 990)
    known = np.where(joined, 990, DAYS + np.arange(3000) % 5)
    assert late_reports({"occurred": DAYS, "known": known}, 1010).days == 4
    assert late_reports({"occurred": DAYS, "known": np.full(3000, 1000)}, 1001).days == 0
