"""What the last lists promised and what was found, on the lists of a later night."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from riskmodel import registry
from riskmodel.base.project import Project
from riskmodel.desk import record_answer_table
from riskmodel.forecasts.training import train
from riskmodel.ledger import Ledger
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly import approve, past_lists
from riskmodel.operations.nightly.night_steps import NightProgress
from riskmodel.operations.promotion import promote
from riskmodel.operations.served_model import LOADER
from riskmodel.records.history import History
from riskmodel.warning import PastList, WarningList
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
        assert "2025-11-26" in page
    assert run(young).lists == run(young).lists


def test_of_places_that_are_there_no_more_nothing_is_told(young: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """What happened there is unknown, which is not none."""
    run(young, EARLIER)
    approve(young, EARLIER, role="duty officer", day=EARLIER)
    real, lost = past_lists.__dict__["_past"], list[PastList]()

    def past(night: NightProgress, one: WarningList, *known: object) -> PastList:
        (section,) = one.sections
        gone = (replace(section.warnings[0], place="gone"), *section.warnings[1:])
        lost.append(real(night, replace(one, sections=(replace(section, warnings=gone),)), *known))
        return real(night, one, *known)

    monkeypatch.setattr(past_lists, "_past", past)
    told = [one.past[0] for one in run(young).lists]
    assert all(one.found is not None and one.expected is not None for one in told)
    assert [(one.warnings, one.expected, one.found) for one in lost] == [(one.warnings, None, None) for one in told]


def test_a_list_whose_period_is_not_over_counts_nothing_yet(ready: Project) -> None:
    before = {whole.centre: whole for whole in run(ready).lists}
    assert all(whole.past == () for whole in before.values())
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    for whole in run(ready, AS_OF + 2).lists:
        (past,) = whole.past
        assert (past.expected, past.found, past.answered) == (None, None, 0)
        assert past.overdue == sum(w.grade == "red" for w in before[whole.centre])


def test_places_whose_answer_is_overdue_are_named(young: Project) -> None:
    run(young, AS_OF - 7)
    approve(young, AS_OF - 7, role="duty officer", day=AS_OF - 7)
    with Ledger.of(young).read() as book:
        before = {one.centre: from_stored(one) for one in book.lists.of(AS_OF - 7)}
    for one in run(young).lists:
        (past,) = one.past
        (section,) = before[one.centre].sections
        wanted = {w.id: section.deadline(w) for w in section.warnings if section.deadline(w) < AS_OF}
        assert {late.id: late.deadline for late in past.late} == wanted
        assert past.overdue == len(wanted)
        assert all(late.place in {w.place for w in section.warnings} and late.title == section.title for late in past.late)
        ranks = [("red", "orange", "yellow", "blue").index(late.grade or "") for late in past.late]
        assert ranks == sorted(ranks)
    assert any(one.past[0].late for one in run(young).lists)


def test_an_answer_answers_the_warnings_of_the_earlier_lists_that_the_place_was_on(ready: Project) -> None:
    """Only the newest list is answered; the earlier one, on which the place was too, is not overdue for it. Else whoever answers that
    nobody went would be asked for the same place again, under the older warning."""
    for day in (AS_OF, AS_OF + 1):
        run(ready, day)
        approve(ready, day, role="duty officer", day=day)
    with Ledger.of(ready).read() as book:
        older, newer = (from_stored(book.lists.of(day, "a/b")[0]) for day in (AS_OF, AS_OF + 1))
    both = [w for w in newer if w.place in {old.place for old in older}]
    table = ready.folder / "answers.csv"
    rows = [f"{both[0].id},nothing_found,2026-01-02", f"{both[1].id},not_done,2026-01-02"]
    table.write_text("\n".join(["warning,outcome,day", *rows, ""]), encoding="utf-8")
    assert record_answer_table(ready, table, AS_OF + 3).accepted == 2
    after = next(one for one in run(ready, AS_OF + 5).lists if one.centre == "a/b")
    assert [(past.as_of, past.answered) for past in after.past] == [(AS_OF + 1, 2), (AS_OF, 2)]
    late = [w for w in older if older.sections[0].deadline(w) < AS_OF + 5]
    assert len(late) > 1
    answered = {both[0].place, both[1].place}
    assert after.past[1].overdue == len([w for w in late if w.place not in answered])
    assert not answered & {w.place for past in after.past for w in past.late}


def test_that_nobody_went_for_an_earlier_list_says_nothing_of_a_later_one(ready: Project) -> None:
    for day in (AS_OF, AS_OF + 1):
        run(ready, day)
        approve(ready, day, role="duty officer", day=day)
    with Ledger.of(ready).read() as book:
        older, newer = (from_stored(book.lists.of(day, "a/b")[0]) for day in (AS_OF, AS_OF + 1))
    one = next(w for w in older if w.place in {new.place for new in newer})
    table = ready.folder / "answers.csv"
    table.write_text(f"warning,outcome,day\n{one.id},not_done,\n", encoding="utf-8")
    assert record_answer_table(ready, table, AS_OF + 3).accepted == 1
    after = next(each for each in run(ready, AS_OF + 5).lists if each.centre == "a/b")
    assert [(past.as_of, past.answered) for past in after.past] == [(AS_OF + 1, 0), (AS_OF, 1)]


def test_drafts_are_passed_over_for_the_last_lists_that_were_approved(drafted: Project) -> None:
    """A centre that approves one list in three has a record all the same."""
    approve(drafted, AS_OF, "a/b", role="duty officer", day=AS_OF)
    for day in (1, 2, 3):
        run(drafted, AS_OF + day)
    past = {one.centre: one.past for one in run(drafted, AS_OF + 4).lists}
    assert [record.as_of for record in past["a/b"]] == [AS_OF]
    assert past["West centre"] == ()
