"""Days of the month that stand for unknown days are named where a model learns from them."""

from __future__ import annotations

from riskmodel.asof.target import Target
from riskmodel.base.days import to_day
from riskmodel.forecasts.default_day_notes import default_day_notes
from riskmodel.forecasts.forecasters.fit_notes import DEFAULT_DAY
from riskmodel.forecasts.record_notes import record_notes
from tests.records.test_default_days import DAYS, moved, town

DAY = to_day("2024-01-05")


def test_the_note_says_what_it_does() -> None:
    history = town(moved(1, 0.2))
    (note,) = default_day_notes(history, ["theft"], DAY)
    assert (
        "stand on day 1 of a month, where 3% would be usual. If that day stands for an unknown one, forecasts of the days around it are too high"
        in note.text.en
    )
    assert "落在每月1日，而平常只占3%" in note.text.zh
    assert DEFAULT_DAY in {one.code for one in record_notes(history, Target("theft", 7), DAY, DAY - 400)}
    assert default_day_notes(town(DAYS), ["theft", "noise"], DAY) == ()
