"""Nights in a row while things go wrong: the short version of benchmarks/year_of_nights.py."""

from __future__ import annotations

from pathlib import Path
from unittest.mock import patch

from riskmodel.base.days import to_day
from riskmodel.warning.formats import FORMATS
from tests.worlds.operated_year import operate, operated_year
from tests.worlds.operated_year_checks import approved_lists, disagreements

FIRST, NIGHTS = to_day("2026-01-05"), 9


def test_ledger_history_and_receivers_agree_after_nights_with_faults(empty_tracking: Path, tmp_path: Path) -> None:
    few = {name: FORMATS[name] for name in ("json", "csv")}
    with (
        patch.dict(FORMATS, few, clear=True),
        operated_year(tmp_path / "town", FIRST, seed=3, tracking_home=empty_tracking) as year,
    ):
        for _ in operate(year, FIRST, NIGHTS):
            pass
        done = year.settle(FIRST + NIGHTS)
        assert done.undelivered == ()
        assert list(disagreements(year, FIRST + NIGHTS, replayed=3)) == []
        assert len(approved_lists(year.project.ledger_file)) > NIGHTS
        assert len(year.given) > 10
        happened = year.faults.happened
        assert {"upgrade from 0006", "upgrade from 0007"} <= set(happened)
        assert sum(number for name, number in happened.items() if name.endswith("stopped")) > 0
        assert sum(number for name, number in happened.items() if name.endswith(("late", "silent", "gone", "off"))) > 1
        # what is taken away is noticed
        dropped = next((year.project.folder / "share" / "drop").iterdir())
        next(dropped.glob("*.csv")).unlink()
        year.effects.popitem()
        found = list(disagreements(year, FIRST + NIGHTS, replayed=1))
        assert len(found) == 2
        assert found[0] == f"{dropped.name} is not whole"
        assert found[1].startswith("the web receiver and the ledger differ: ")
