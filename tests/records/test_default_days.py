"""Days of the month that stand for unknown days: found, named by check, and no single burst is one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from riskmodel.base.days import NEVER, to_day
from riskmodel.base.months import month_begin, month_of
from riskmodel.records.check import check_history
from riskmodel.records.history import Coverage, History, default_day, source_default_day
from tests.worlds.late_calls import KINDS
from tests.worlds.plain import make_cells, make_history

RNG = np.random.default_rng(8)
DAYS = np.sort(RNG.integers(to_day("2021-01-01"), to_day("2023-12-31"), 6000))


def moved(day: int, share: float, days: Any = DAYS) -> Any:
    """Return days of which a share is put to one day of its month."""
    return np.where(RNG.random(len(days)) < share, month_begin(month_of(days)) + day - 1, days)


@pytest.mark.parametrize("day", [1, 15])
@pytest.mark.parametrize("share", [0.1, 0.3, 1.0])
def test_the_day_is_found(day: int, share: float) -> None:
    found = default_day(moved(day, share))
    assert found is not None
    assert found.day == day
    assert found.share == pytest.approx(share + (1 - share) / 30.4, abs=0.015)


@pytest.mark.parametrize(
    "days",
    [
        pytest.param(DAYS, id="even"),
        pytest.param(moved(1, 0.03), id="few"),
        pytest.param(moved(11, 0.3), id="another day"),
        pytest.param(np.concatenate([DAYS, np.full(4000, to_day("2022-03-01"))]), id="one burst"),
        pytest.param(np.concatenate([DAYS, np.repeat([to_day(f"202{year}-01-01") for year in (1, 2, 3)], 300)]), id="new year"),
        pytest.param(to_day("2021-01-04") + 7 * np.repeat(np.arange(150), 40), id="weeks"),
        pytest.param(DAYS[:20], id="too few events"),
        pytest.param(moved(1, 1.0, DAYS[to_day("2021-05-01") > DAYS]), id="too few months"),
        pytest.param(np.zeros(0, dtype=np.int64), id="none"),
    ],
)
def test_other_days_are_none(days: Any) -> None:
    assert default_day(days) is None


def town(days: Any) -> History:
    kind = np.arange(len(days)) % 2
    coverage = (Coverage("calls", ("theft", "noise"), days.min(), days.max()),)
    return make_history(make_cells(["a", "b"]), KINDS, days, kind=kind, cell=kind, known=days, coverage=coverage)


def test_dates_that_were_corrected_stand_for_themselves() -> None:
    """A default date that was put right a month later counts until then only."""
    wrong, late = moved(1, 0.5), to_day("2024-02-01")
    coverage = (Coverage("calls", ("theft", "noise"), DAYS.min(), DAYS.max()),)
    both = {"kind": np.zeros(12000, dtype=int), "cell": np.zeros(12000, dtype=int)}
    history = make_history(
        make_cells(["a", "b"]),
        KINDS,
        np.concatenate([wrong, DAYS]),
        known=np.concatenate([wrong, np.full(6000, late)]),
        until=np.concatenate([np.full(6000, late), np.full(6000, NEVER)]),
        coverage=coverage,
        **both,
    )
    assert source_default_day(history, "calls", late) is not None
    assert source_default_day(history, "calls", late + 1) is None


def test_check_says_so() -> None:
    history = town(moved(1, 0.2))
    (found,) = (
        one for one in check_history(history, {"parts": [], "sources": {}}, to_day("2024-01-05")).findings if one.code == "RM113"
    )
    entry = source_default_day(history, "calls", "2024-01-05")
    assert entry is not None
    assert (
        found.said.en
        == f"{entry.events:,} records ({entry.share:.0%}) stand on day 1 of a month, where 3% would be usual: the day may stand for an unknown one."
    )
    assert found.said.zh == f"有 {entry.events:,} 条（{entry.share:.0%}）落在每月 1 日，而平常只占 3%：可能是日期不详时的默认值。"
    assert found.severity == "warning"
    assert not [
        one
        for one in check_history(town(DAYS), {"parts": [], "sources": {}}, to_day("2024-01-05")).findings
        if one.code == "RM113"
    ]
