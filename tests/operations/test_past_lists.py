"""What the last lists promised and what was found, on the lists of a later night."""

from __future__ import annotations

import numpy as np
import pytest

from riskmodel import registry
from riskmodel.base.project import Project
from riskmodel.desk import record_answer_table
from riskmodel.forecasts.training import train
from riskmodel.ledger import Ledger
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly import approve
from riskmodel.operations.promotion import promote
from riskmodel.operations.served_model import LOADER
from riskmodel.records.history import History
from riskmodel.warning import WarningList
from riskmodel.warning.formats.html import render
from tests.worlds.town import AS_OF, experiment, history_of, run

EARLIER = AS_OF - 35
HORIZON = 28


@pytest.fixture
def young(ready: Project) -> Project:
    """The town with a champion that was trained before the earlier night."""
    chosen, history = experiment(), history_of(ready)
    bundle = train(chosen, history, (), as_of=EARLIER)
    one = registry.record_training(ready, chosen, bundle, loader=LOADER, fingerprint=history.fingerprint(), manifest="m")
    promote(ready, one.experiment, one.version, role="analyst", day=EARLIER)
    return ready


def counted(history: History, whole: WarningList) -> int:
    """Fires at the listed places in the period, counted record by record."""
    listed = {w.place for w in whole}
    period = range(whole.as_of, whole.as_of + HORIZON)
    fires = (history.kind == list(history.kinds).index("fire")) & (history.known < AS_OF)
    return sum(
        int(history.amount[row])
        for row in np.flatnonzero(fires)
        if history.places.ids[history.cell[row]] in listed and int(history.occurred[row]) in period
    )


def test_a_list_says_what_an_earlier_one_promised_and_what_was_found(young: Project) -> None:
    run(young, EARLIER)
    approve(young, EARLIER, role="duty officer", day=EARLIER)
    with Ledger.of(young).read() as book:
        before = {one.centre: from_stored(one) for one in book.lists.of(EARLIER)}
    first = next(iter(before["a/b"]))
    table = young.folder / "answers.csv"
    table.write_text(f"warning,outcome,day\n{first.id},visited,2025-12-01\n", encoding="utf-8")
    assert record_answer_table(young, table, AS_OF - 5).accepted == 1
    run(young, AS_OF - 7)
    for whole in run(young).lists:
        (past,) = whole.past
        earlier = before[whole.centre]
        assert (past.as_of, past.warnings) == (EARLIER, len(list(earlier)))
        assert past.expected == pytest.approx(sum(w.expected for w in earlier))
        assert past.found == counted(history_of(young), earlier)
        assert past.answered == (whole.centre == "a/b")
        assert past.overdue == past.warnings - past.answered
        page = render(whole, None, "en").decode()
        assert 'id="past"' in page
        assert "26 November 2025" in page
    assert run(young).lists == run(young).lists


def test_a_list_whose_period_is_not_over_counts_nothing_yet(ready: Project) -> None:
    before = {whole.centre: whole for whole in run(ready).lists}
    assert all(whole.past == () for whole in before.values())
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    for whole in run(ready, AS_OF + 2).lists:
        (past,) = whole.past
        assert (past.expected, past.found, past.answered) == (None, None, 0)
        assert past.overdue == sum(w.grade == "red" for w in before[whole.centre])
