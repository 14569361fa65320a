"""Gaps of sources, and begins and ends that differ from those of others, are named; what is usual is not."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from riskmodel.forecasts.source_spans import MOST_GAPS, span_lines
from riskmodel.starter.first_project import init
from tests.starter.test_doubtful_tables import events

DAYS = np.arange(20_000, 20_700)


def test_sources_that_cover_the_same_days_without_gaps_say_nothing() -> None:
    rng = np.random.default_rng(1)
    assert span_lines({"daily": np.repeat(DAYS, 3), "weekly": DAYS[::7], "random": rng.choice(DAYS, 2_000)}) == ()
    assert span_lines({"empty": DAYS[:0], "one": DAYS[:1]}) == ()


def test_weeks_without_rows_are_named() -> None:
    weeks = np.repeat(DAYS[::7], 8)
    (line,) = span_lines({"cases": weeks[(weeks < 20_350) | (weeks >= 20_385)]})
    assert line == "cases: no row from 2025-09-13 to 2025-10-23 (41 days; as many usual days have about 48)."


def test_many_gaps_are_counted() -> None:
    days = np.repeat(DAYS, 5)
    lines = span_lines({"calls": days[(days // 20) % 5 != 0]})
    assert len(lines) == MOST_GAPS + 1
    assert lines[-1] == "calls: 1 further gap until 2026-06-15."


def test_a_source_that_begins_later_or_ends_earlier_is_named() -> None:
    lines = span_lines(
        {"calls": DAYS, "register": np.append(DAYS, 9_000), "late": DAYS[DAYS >= 20_200], "short": DAYS[DAYS < 20_600]}
    )
    assert lines == (
        "late: it begins on 2025-04-22, 200 days after the other sources; nothing is known of it before.",
        "short: it ends on 2026-05-26, 100 days before the other sources.",
    )


def test_init_names_gaps_that_it_does_not_leave_out(tmp_path: Path) -> None:
    frame = events(rows=600)
    made = init(tmp_path / "made", frame[~frame["date"].between("2023-04-01", "2023-04-15")])
    assert [
        one
        for one in made.decisions.limits
        if one.startswith("frame: no row from 2023-04-01 to 2023-04-15 (15 days; as many usual days have about 30)")
    ]
