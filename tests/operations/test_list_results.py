"""Results from the ledger: stays, what was answered of them, and what the history says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from riskmodel.asof.target import last_complete_day
from riskmodel.base.answer_outcomes import AnswerOutcome
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project
from riskmodel.ledger import Answer, FiledAnswer, Ledger, ListedWarning
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.list_results import span_results, warning_results
from riskmodel.operations.list_results.listed_stays import ListedStays
from riskmodel.operations.list_results.stay_answers import with_answers
from riskmodel.operations.nightly import answer, approve
from riskmodel.records.history import History, IgnoredDays, without_days
from riskmodel.warning import WarningList
from riskmodel.warning.results import WarnedStay
from tests.worlds.copied_project import copied_project
from tests.worlds.town import AS_OF, history_of, run

DAY = 1000


def stay(first: int = DAY, last: int = DAY) -> WarnedStay:
    return WarnedStay("fire", "a/b", "c1", "", "red", first, last, first + 1, 7, 0.9, 0.6, "m")


def filed(number: int, warning: str, outcome: AnswerOutcome, day: int, place: str = "c1") -> FiledAnswer:
    return FiledAnswer(number, Answer(warning, day, outcome, day + 1), ListedWarning(warning, "fire", place, "red"), DAY)


def answered(*given: FiledAnswer, known: int = DAY + 50) -> WarnedStay:
    listed = ListedStays([stay(DAY, DAY + 2)], [["w1", "w2"]], [DAY + 8])
    return with_answers(listed, given, known)[0]


def test_what_a_visit_found_is_kept_when_a_later_one_closes_it() -> None:
    one = answered(filed(1, "w1", "needs_followup", DAY + 1), filed(2, "w1", "visited", DAY + 20))
    assert (one.result, one.visited_on, one.late, one.received) == ("needs_followup", DAY + 1, False, DAY + 2)


def test_of_one_day_the_last_answer_counts_and_a_visit_outweighs_that_nobody_went() -> None:
    same_day = answered(filed(1, "w1", "needs_followup", DAY + 3), filed(2, "w2", "nothing_found", DAY + 3))
    assert (same_day.result, same_day.late) == ("nothing_found", True)
    assert answered(filed(1, "w1", "not_done", DAY + 5), filed(2, "w1", "visited", DAY + 1)).result == "visited"
    nobody = answered(filed(1, "w1", "not_done", DAY + 1))
    assert (nobody.result, nobody.visited, nobody.visited_on, nobody.unanswered) == ("not_done", False, None, False)


def test_without_an_answer_a_place_waits_until_its_deadline_is_over() -> None:
    assert [answered(known=DAY + days).unanswered for days in (1, 2)] == [False, True]


def test_a_visit_under_another_warning_counts_in_the_stay_during_which_it_was_and_only_there() -> None:
    assert answered(filed(1, "older", "visited", DAY + 1)).visited_on == DAY + 1
    assert answered(filed(1, "older", "visited", DAY - 1)).result is None
    assert answered(filed(1, "older", "not_done", DAY + 1)).result is None
    assert answered(filed(1, "other", "visited", DAY + 1, place="c2")).result is None
    two = ListedStays([stay(), stay(DAY + 4, DAY + 4)], [["w1"], ["w3"]], [DAY + 6, DAY + 10])
    first, second = with_answers(two, [filed(1, "older", "visited", DAY + 5)], DAY + 50)
    assert (first.visited, second.visited) == (False, True)


@pytest.fixture(scope="module")
def answered_town(prepared: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, WarningList]:
    """Two nights, of the second only one list approved; one place needs follow-up, one was answered wrongly and corrected. Read only."""
    ready = copied_project(prepared[True], tmp_path_factory.mktemp("answered") / "ready")
    for day, centre in ((AS_OF, None), (AS_OF + 1, "a/b")):
        run(ready, day)
        approve(ready, day, centre, role="duty officer", day=day)
    with Ledger.of(ready).read() as book:
        newer = from_stored(book.lists.of(AS_OF + 1, "a/b")[0])
    first, second = list(newer)[:2]
    answer(ready, first.id, "needs_followup", AS_OF + 1)
    answer(ready, second.id, "visited", AS_OF + 1)
    answer(ready, second.id, "not_done", AS_OF + 1, correct=True)
    return ready, newer


def test_a_place_on_several_lists_is_one_stay_with_the_forecast_of_the_first(answered_town: tuple[Project, WarningList]) -> None:
    project, newer = answered_town
    found = warning_results(project, AS_OF, AS_OF + 5, known=AS_OF + 29)
    assert (found.span.approved, found.span.drafts, found.span.undelivered) == (4, 2, 0)
    stays = {(one.target, one.centre, one.place): one for one in found.stays if one.grade is not None}
    assert len(stays) == sum(one.grade is not None for one in found.stays)
    first, second = (stays["fire", "a/b", one.place] for one in list(newer)[:2])
    assert (first.first_listed, first.last_listed, first.result, first.visited_on) == (
        AS_OF,
        AS_OF + 1,
        "needs_followup",
        AS_OF + 1,
    )
    assert (second.result, second.visited) == ("not_done", False)
    with Ledger.of(project).read() as book:
        (older,) = (from_stored(one) for one in book.lists.of(AS_OF, "a/b"))
    assert first.probability == next(one.probability for one in older if one.place == first.place)
    told = found.frame("answers")
    assert told["standing"].tolist() == ["counts", "corrected", "counts"]
    assert told["outcome"].tolist() == ["needs_followup", "visited", "not_done"]
    assert [one["standing"] for one in found.to_json()["answers"]] == told["standing"].tolist()
    # the calls go no further than the data of the town, so no horizon of 28 days is known
    assert {one.period for one in found.stays} == {"not over"}


def test_events_at_listed_places_are_counted_day_by_day_as_far_as_the_data_go(
    answered_town: tuple[Project, WarningList],
) -> None:
    """Counted record by record; stays that began before the span are on its lists as well."""
    project, _ = answered_town
    history = history_of(project)
    with Ledger.of(project).read() as book:
        whole = [from_stored(one) for day in (AS_OF, AS_OF + 1) for one in book.lists.of(day) if one.approved]
    ids, fires = history.places.ids, history.kind == list(history.kinds).index("fire")
    for first in (AS_OF, AS_OF + 1):
        (covered,) = warning_results(project, first, AS_OF + 20, known=AS_OF + 29).coverage
        assert (covered.first, covered.through) == (first, AS_OF + 4)
        listed = {(w.place, day) for one in whole if one.as_of >= first for w in one for day in range(one.as_of, one.as_of + 28)}
        days = [
            (ids[history.cell[row]], int(history.occurred[row]))
            for row in np.flatnonzero(fires & (history.occurred >= first) & (history.occurred <= AS_OF + 4))
        ]
        assert (covered.events, covered.at_listed) == (len(days), sum(one in listed for one in days))
        assert (covered.places, covered.events > 0) == (60, True)
    alone = warning_results(project, AS_OF, AS_OF + 20, centre="a/b", known=AS_OF + 29)
    assert (alone.coverage[0].places, alone.frame("coverage").loc[0, "events"]) == (20, alone.coverage[0].events)
    assert warning_results(project, AS_OF, AS_OF + 20, known=AS_OF).coverage[0].flat()["events"] is None


def test_a_span_leaves_out_stays_that_began_on_an_approved_list_before_it(answered_town: tuple[Project, WarningList]) -> None:
    project, newer = answered_town
    found = warning_results(project, AS_OF + 1, AS_OF + 5, centre="a/b", known=AS_OF + 29)
    stayed = {one.place for one in newer if one.listed_since is not None}
    assert stayed
    assert not stayed & {one.place for one in found.stays if one.grade is not None}
    assert {one.centre for one in found.stays} <= {"a/b"}
    with pytest.raises(UsageError, match="Exchange the two nights"):
        warning_results(project, AS_OF + 1, AS_OF)
    with pytest.raises(UsageError, match="a/c"):
        warning_results(project, AS_OF, AS_OF, centre="a/c")


def test_lists_of_later_nights_are_not_known_yet(answered_town: tuple[Project, WarningList]) -> None:
    project, _ = answered_town
    found = warning_results(project, AS_OF, AS_OF + 20, known=AS_OF)
    assert (found.span.last, found.span.approved, found.answers) == (AS_OF, 3, ())
    assert all(one.waiting for one in found.stays)
    with pytest.raises(UsageError, match="from before 2025-12-30"):
        warning_results(project, AS_OF, AS_OF + 20, known=AS_OF - 1)


def test_events_are_those_of_the_history_within_the_horizon(answered_town: tuple[Project, WarningList]) -> None:
    """Counted record by record; an answer that came in later than the told day is not known."""
    project, _ = answered_town
    history, shifted = history_of(project), AS_OF - 60
    found = warning_results(project, AS_OF, AS_OF + 5, known=AS_OF + 29)
    experiment_of = span_results.experiments_of(project, Ledger.of(project))
    chosen = experiment_of(found.stays[0])
    told = span_results.with_events(
        [replace(one, first_listed=shifted) for one in found.stays], history, AS_OF + 29, lambda _: chosen
    )
    fires = history.kind == list(history.kinds).index("fire")
    for one in told:
        mine = fires & (history.cell == history.places.index[one.place]) & (history.occurred >= shifted)
        assert (one.period, one.events) == ("over", int(history.amount[mine & (history.occurred < shifted + 28)].sum()))
    gone = span_results.with_events([replace(found.stays[0], first_listed=shifted)], history, AS_OF + 29, lambda _: None)
    assert (gone[0].period, gone[0].events) == ("unknown", None)
    assert warning_results(project, AS_OF, AS_OF + 5, known=AS_OF + 1).grades[0].needs_followup == 0


def test_a_horizon_is_over_on_its_last_complete_day_and_unknown_without_records(
    answered_town: tuple[Project, WarningList],
) -> None:
    project, _ = answered_town
    history, known = history_of(project), AS_OF + 29
    found = warning_results(project, AS_OF, AS_OF + 5, known=known)
    chosen = span_results.experiments_of(project, Ledger.of(project))(found.stays[0])
    assert chosen is not None
    complete = last_complete_day(history, chosen.goal(), known)

    def told(first: int, seen: History, **changes: str) -> tuple[str, int | None]:
        one = replace(found.stays[0], first_listed=first, **changes)
        (after,) = span_results.with_events([one], seen, known, lambda _: chosen)
        return after.period, after.events

    assert told(complete - 27, history)[0] == "over"
    assert told(complete - 26, history) == ("not over", None)
    assert told(complete - 27, history, place="a place of no project") == ("unknown", None)
    # the first of its days is one of which no records are known
    gap = without_days(history, [IgnoredDays(source, complete - 27, complete - 27) for source in history.sources])
    assert told(complete - 27, gap) == ("unknown", None)
    assert told(complete - 26, gap) == ("not over", None)
