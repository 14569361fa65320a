"""As-of dates before old events were entered in bulk: a fit and a backtest name them."""

from __future__ import annotations

import pytest

from riskmodel.asof.target import Target
from riskmodel.base.days import to_day
from riskmodel.forecasts.entry_notes import entry_notes
from riskmodel.forecasts.forecasters.fit_notes import BULK_ENTRY
from riskmodel.forecasts.record_notes import record_notes
from tests.worlds.late_calls import begun_calls

BEGIN = to_day("2022-09-01")
DAY = to_day("2023-01-10")


def test_the_note_says_when_to_begin() -> None:
    (note,) = entry_notes(begun_calls(BEGIN, "2021-01-01", "2022-12-31"), ["theft"], DAY, to_day("2021-06-01"))
    assert note.day == "2022-09-01"
    assert note.text.en == (
        "1,278 old events of source 'calls' (58%), from 2021-01-01 on, were entered at once by 2022-09-01; as-of dates until then see none of them, and a model takes those "
        "days for days without events. Let the experiment begin afterwards (first = 2022-09-02), or state no day of knowledge for the source."
    )
    assert "first = 2022-09-02" in note.text.zh
    assert "1,278起旧事件" in note.text.zh


@pytest.mark.parametrize(
    ("kinds", "as_of", "first"),
    [
        pytest.param(["theft"], DAY, BEGIN + 1, id="begins afterwards"),
        pytest.param(["noise"], DAY, BEGIN - 300, id="another kind"),
        pytest.param(["theft"], BEGIN, BEGIN - 300, id="not known yet"),
    ],
)
def test_nothing_is_said_where_nothing_is_wrong(kinds: list[str], as_of: int, first: int) -> None:
    assert entry_notes(begun_calls(BEGIN, "2021-01-01", "2022-12-31"), kinds, as_of, first) == ()


def test_a_target_that_was_recorded_later_is_named() -> None:
    town = begun_calls(to_day("2021-01-01"), "2021-01-01", "2022-12-31")
    later = town.take((town.kind != town.kind_number["theft"]) | (town.occurred >= BEGIN))
    (note,) = entry_notes(later, ["theft"], DAY, to_day("2021-06-01"))
    assert note.text.en == (
        "no event of the target in the 608 days before 2022-09-01, although its source has records from then; a model takes them for days without events. If it was not recorded "
        "then, let the experiment begin on that day: first = 2022-09-01."
    )
    assert "first = 2022-09-01" in note.text.zh
    assert entry_notes(later, ["theft"], DAY, BEGIN) == ()
    assert entry_notes(town, ["theft"], DAY, to_day("2021-01-02")) == ()
    assert entry_notes(town, ["theft"], DAY, to_day("2020-01-01")) == (), (
        "nothing is missing between the source's begin and the first event"
    )
    assert entry_notes(later, ["theft", "noise"], DAY, to_day("2021-06-01")) == ()


def test_the_notes_of_records_hold_it() -> None:
    history = begun_calls(BEGIN, "2021-01-01", "2022-12-31").known_by(DAY)
    assert BULK_ENTRY in {one.code for one in record_notes(history, Target("theft", 7), DAY, to_day("2021-06-01"))}
    assert BULK_ENTRY not in {one.code for one in record_notes(history, Target("theft", 7), DAY, BEGIN + 1)}
