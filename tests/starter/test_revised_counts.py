"""Numbers that are published again are versions; numbers that come in parts add up."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.days import NEVER
from riskmodel.base.errors import UsageError
from riskmodel.records.intake import ingest
from riskmodel.starter.first_project import init
from riskmodel.starter.revised_counts import revised_counts
from riskmodel.starter.table_columns import read_frame_table

WEEKS = pd.date_range("2022-01-03", periods=60, freq="7D")


def published(
    rate: float, shares: tuple[float, ...], adding: bool = False, later: str = "report_date"
) -> tuple[pd.DataFrame, Counter[tuple[str, str]]]:
    """Return counts of weeks that come again each week, and the true ones."""
    draw = np.random.default_rng(2)
    rows, true = [], Counter[tuple[str, str]]()
    for county in ("Adams", "Brook", "Clay"):
        for week in WEEKS:
            parts = draw.multinomial(draw.poisson(rate), shares)
            true[(f"{week + pd.Timedelta(days=6):%Y-%m-%d}", county)] = int(parts.sum())
            for at, (part, whole) in enumerate(zip(parts, parts.cumsum(), strict=True)):
                day = week + pd.Timedelta(days=8 + 7 * at)
                rows.append((f"{week:%Y-%m-%d}", f"{day:%Y-%m-%d}", county, part if adding else whole))
    return pd.DataFrame(rows, columns=["week_start", later, "county", "cases"]).sample(frac=1, random_state=1), true


def started(folder: Path, frame: pd.DataFrame) -> tuple[Any, Any]:
    made = init(folder / "made", frame)
    assert ingest(made.project(), "2024-01-01").total().quarantined == 0
    return made, rm.load_history(made.project())


def counts(history: Any) -> Counter[tuple[str, str]]:
    found = Counter[tuple[str, str]]()
    frame = history.frame()
    for day, cell, amount in zip(frame["occurred"], frame["cell"], frame["amount"], strict=True):
        found[(str(day)[:10], cell)] += int(amount)
    return found


@pytest.mark.parametrize("later", ["report_date", "as of"])
def test_the_newest_version_counts_and_earlier_ones_until_it_was_known(tmp_path: Path, later: str) -> None:
    frame, true = published(20, (0.6, 0.25, 0.15), later=later)
    made, history = started(tmp_path, frame)
    assert counts(history.take(history.until == NEVER)) == true
    # sixteen days after the beginning of a week, its second version is known
    then = WEEKS[30] + pd.Timedelta(days=16)
    seen = history.known_by(f"{then:%Y-%m-%d}")
    week = counts(seen.take(seen.until == NEVER))[(f"{WEEKS[30] + pd.Timedelta(days=6):%Y-%m-%d}", "Clay")]
    [stated] = (
        frame.query("week_start == @WEEKS[30].strftime('%Y-%m-%d') and county == 'Clay'").sort_values(later)["cases"].iloc[1:2]
    )
    assert week == stated
    assert made.plan.sources[0].roles.revision == "version"
    assert any(f"come again with a later {later!r}" in one for one in made.decisions.doubts)


@pytest.mark.parametrize("shares", [(0.6, 0.25, 0.15), (0.3, 0.45, 0.25)])
def test_parts_add_up(tmp_path: Path, shares: tuple[float, ...]) -> None:
    frame, true = published(20, shares, adding=True)
    made, history = started(tmp_path, frame)
    assert counts(history) == true
    assert made.plan.sources[0].roles.revision is None


def test_numbers_that_hardly_change_are_versions_whether_they_rise_or_fall() -> None:
    frame, _ = published(40, (1.0, 0.0, 0.0))
    frame["cases"] += np.random.default_rng(1).integers(-2, 3, len(frame))
    found = revised_counts(read_frame_table(frame, "t"), None, None)
    assert found is not None
    assert len(found.columns["cases"]) == 3 * len(WEEKS)


def test_where_nothing_tells_it_is_asked() -> None:
    frame, _ = published(20, (0.1, 0.2, 0.7), adding=True)
    frame.loc[frame.sample(frac=0.25, random_state=3).index, "cases"] = 1
    with pytest.raises(
        UsageError,
        match=r"agree in 'week_start', 'county' and differ in 'report_date'\. Nothing tells whether later numbers in 'cases' replace",
    ):
        revised_counts(read_frame_table(frame, "t"), None, None)


def test_single_numbers_with_a_second_date_are_left() -> None:
    frame, _ = published(20, (1.0,))
    assert revised_counts(read_frame_table(frame, "t"), None, None) is None
