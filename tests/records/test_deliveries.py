"""Days that come again and hold much of the events, as sums of a quarter do: no bursts, and named together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from riskmodel.asof.target import Target
from riskmodel.base.days import to_day
from riskmodel.forecasts.burst_dates import burst_dates
from riskmodel.forecasts.burst_notes import burst_notes
from riskmodel.records.check import check_history
from riskmodel.records.check.day_bursts import Delivery, bursts_or_delivery, find_bursts
from riskmodel.records.history import Coverage, History
from tests.worlds.late_calls import KINDS
from tests.worlds.plain import make_cells, make_history

FIRST = to_day("2021-01-01")
DAYS = 1095


def quarterly(events: int, quarters: int = 12) -> Any:
    """Return four events a day, and many on the last day of the first quarters."""
    counts = np.random.default_rng(2).poisson(4, DAYS)
    counts[90 : 90 + 91 * quarters : 91] = events
    return counts


def town(counts: Any) -> History:
    days = np.repeat(np.arange(DAYS) + FIRST, counts)
    coverage = (Coverage("calls", ("theft",), FIRST, FIRST + DAYS - 1),)
    return make_history(make_cells(["a", "b"]), KINDS, days, kind=0, cell=np.arange(len(days)) % 2, known=days, coverage=coverage)


def test_sums_of_quarters_are_a_delivery() -> None:
    counts = quarterly(200)
    share = 12 * 200 / counts.sum()
    assert bursts_or_delivery("theft", counts, FIRST) == (Delivery("theft", 12, "2023-12-28", 2400, share),)
    assert find_bursts("theft", counts, FIRST) == ()
    assert find_bursts("theft", counts, FIRST, (FIRST + 60, FIRST + 100)) == ()


@pytest.mark.parametrize(
    ("events", "quarters"), [pytest.param(200, 3, id="three days"), pytest.param(55, 12, id="hardly any of the events")]
)
def test_a_few_days_or_events_are_bursts(events: int, quarters: int) -> None:
    counts = quarterly(events, quarters)
    assert bursts_or_delivery("theft", counts, FIRST) == find_bursts("theft", counts, FIRST)
    assert len(find_bursts("theft", counts, FIRST)) == quarters


def test_several_days_of_one_cut_over_are_bursts() -> None:
    counts = np.random.default_rng(2).poisson(4, DAYS)
    counts[500:505] = 900
    assert bursts_or_delivery("theft", counts, FIRST) == find_bursts("theft", counts, FIRST)
    assert len(find_bursts("theft", counts, FIRST)) == 5


def test_models_learn_from_a_delivery_and_not_from_a_burst() -> None:
    dates = np.arange(FIRST + 28, FIRST + DAYS - 28, 7, dtype=np.int32)
    target = Target("theft", 7)
    assert not burst_dates(town(quarterly(200)), target, dates).any()
    assert burst_dates(town(quarterly(200, 2)), target, dates).sum() == 2


def test_check_and_fits_name_it_once_and_advise_no_ignored_days() -> None:
    counts = quarterly(200)
    history, day = town(counts), FIRST + DAYS
    (found,) = (one for one in check_history(history, {"parts": [], "sources": {}}, day).findings if one.code == "RM202")
    share = f"{2400 / counts.sum():.0%}"
    assert (
        found.said.en
        == f"2,400 records ({share}) stand on 12 days that come again, the last on 2023-12-28: they may be sums of weeks or months."
    )
    assert found.said.zh == f"2,400 条记录（{share}）集中在 12 天（最近 2023-12-28），并且反复出现：可能是一段时间的合计。"
    (note,) = burst_notes(history, ["theft"])
    assert note.text.en.startswith(f"2,400 events ({share}) stand on 12 days that come again")
    assert "ignore" not in note.text.en + note.text.zh + found.remedy.en
