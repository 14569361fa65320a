"""Tables of systems that began with the records of the one before: their day of entry is no day of knowledge."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import riskmodel as rm
from riskmodel.base.days import to_day
from riskmodel.starter.first_project import init

FIRST = pd.Timestamp("2020-01-01")
DAYS = 1400


def entered(begin: str) -> pd.DataFrame:
    """Return ten events a day in ten districts, entered a day later and not before ``begin``."""
    rng = np.random.default_rng(2)
    day = FIRST + pd.to_timedelta(np.repeat(np.arange(DAYS), 10), "D")
    created = (day + pd.Timedelta(days=1)).where(day >= pd.Timestamp(begin), pd.Timestamp(begin))
    return pd.DataFrame({"occurred": day, "created": created, "district": [f"D{one}" for one in rng.integers(0, 10, len(day))]})


def test_the_experiment_begins_after_the_entry() -> None:
    look = rm.quick(entered("2022-01-01"), date="occurred", cell="district")
    made = {one.subject: (one.choice, one.reason) for one in look.decisions.made}
    assert made["entered at once"] == (
        "2022-01-01",
        "5,490 old events (39%), from 2020-01-01 on, became known by then at once; nobody knew them before, so the experiment begins afterwards",
    )
    assert look.history.label_delay(look.experiment.target.kinds) == 1
    first = to_day(look.experiment.dates.first)
    assert to_day("2022-01-02") <= first < to_day("2022-01-02") + look.experiment.dates.step
    # all of its forecasters have this level; one of them takes a twentieth of the time
    decayed = tuple(one for one in look.experiment.forecasters if one.label == "decayed")
    stated = look.experiment.model_copy(update={"champion": "decayed", "forecasters": decayed})
    found = rm.backtest(stated, look.history, look.features, threads=1)
    assert float(found.evaluation.metrics["decayed"]["ratio"]) == pytest.approx(1.0, abs=0.05)
    assert not [note for fit in found.notes["records"] for note in fit if note.code == "bulk-entry"]


def test_where_too_little_follows_the_column_is_left_out(tmp_path: Path) -> None:
    made = init(tmp_path / "made", entered("2023-09-15"))
    known = next(one for one in made.decisions.made if one.subject == "known")
    assert known.choice == "the same day"
    assert (
        "'created' is called so, but 84% of its events, from 2020-01-01 on, were entered at once by 2023-09-15, and the 45 days after it are too few"
        in known.reason
    )
    assert any("a backtest sees late rows too early" in one for one in made.decisions.limits)


def test_a_stated_column_of_one_date_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        rm.UsageError,
        match=r"'created' .* cannot be the day of knowledge: 88% of its events.* Without it, rows count as known on the day itself",
    ):
        init(tmp_path / "made", entered("2023-11-20"), known="created")
