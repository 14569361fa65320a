"""Answers become records: places, outcomes and days, known when answered, once each."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from riskmodel.asof.design import design
from riskmodel.asof.vocabulary import Count
from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.ledger import Answer, Ledger
from riskmodel.operations.answer_records import as_records, ingest_new_answers
from riskmodel.operations.nightly import NightReport, answer, approve, run_nightly
from riskmodel.records.ingest_lock import ingest_lock
from riskmodel.records.intake import ingest, read_quarantine
from riskmodel.records.store import HistoryStore, load_history
from tests.worlds.copied_project import copied_project
from tests.worlds.town import ANSWERS, AS_OF, bodies, history_of


class Interrupted(Exception):
    """What a failpoint raises."""


@pytest.fixture(scope="module")
def answered_once(prepared: dict[bool, Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """The folder of a project that takes answers in, with an approved night and three answers of it, and the warnings' places."""
    folder = copied_project(prepared[True], tmp_path_factory.mktemp("answered") / "answered").folder
    with open(folder / "riskmodel.toml", "a", encoding="utf-8") as file:
        file.write(ANSWERS)
    project = load_project(folder)
    run(project, AS_OF)
    approve(project, AS_OF, role="duty officer", day=AS_OF)
    warnings = [w for body in bodies(project) for s in body["sections"] for w in s["warnings"]]
    ids = [w["id"] for w in warnings]
    answer(project, ids[0], "visited", AS_OF + 1)
    answer(project, ids[1], "needs_followup", AS_OF, received=AS_OF + 2)
    answer(project, ids[2], "visited", AS_OF + 1, received=AS_OF + 5)
    return project.folder, [w["place"] for w in warnings[:3]]


@pytest.fixture
def answered(answered_once: tuple[Path, list[str]], tmp_path: Path) -> tuple[Project, list[str]]:
    """A project that takes answers in, with an approved night and three answers of it, and the warnings' places."""
    folder, places = answered_once
    return copied_project(folder, tmp_path / "answered"), list(places)


def run(project: Project, as_of: int, **options: object) -> NightReport:
    return run_nightly(project, as_of, day=as_of, **options)  # type: ignore[arg-type]


def taken(project: Project, kind: str = "visit") -> set[tuple[str, int, int]]:
    """Place, day and knowledge of every record of a kind."""
    history = history_of(project)
    mine = np.flatnonzero(history.kind == history.kind_number[kind])
    return {(history.places.ids[history.cell[i]], int(history.occurred[i]), int(history.known[i])) for i in mine}


def test_a_night_takes_in_what_came_in_before_it_and_says_so(answered: tuple[Project, list[str]]) -> None:
    project, places = answered
    report = run(project, AS_OF + 3)
    assert report.answers is not None
    assert [str(one) for one in report.answers.sources] == [
        "answers: 2 = 2 accepted + 0 duplicates + 0 quarantined",
        "followups: 1 = 1 accepted + 0 duplicates + 0 quarantined",
    ]
    assert [one["accepted"] for one in report.to_json()["answers"]] == [2, 1]
    assert taken(project) == {(places[0], AS_OF + 1, AS_OF + 1), (places[1], AS_OF, AS_OF + 2)}
    assert taken(project, "followup") == {(places[1], AS_OF, AS_OF + 2)}
    assert report.plan.manifest == HistoryStore(project.path(project.table.history)).manifest_id
    later = run(project, AS_OF + 6)
    assert [str(one) for one in later.answers.sources][0] == "answers: 1 = 1 accepted + 0 duplicates + 0 quarantined"  # type: ignore[union-attr]
    assert len(taken(project)) == 3


def test_features_count_them_from_the_day_on_which_they_were_answered(answered: tuple[Project, list[str]]) -> None:
    project, places = answered
    run(project, AS_OF + 6)
    history = history_of(project)
    cell, dates = history.places.index[places[0]], [AS_OF + t for t in range(1, 8)]
    made = design(history, dates, (Count("visit", 5),))
    seen = made.column(made.names[0])[made.cell == cell]
    # before the first list could be answered a window is missing and not zero
    assert np.isnan(seen[:4]).all()
    assert seen[4:].tolist() == [1, 1, 0]
    there = [design(history.known_by(t), [t], (Count("visit", 5),)) for t in dates]
    for t, one in zip(dates, there, strict=True):
        assert np.array_equal(one.column(one.names[0]), made.column(made.names[0])[made.as_of == t], equal_nan=True)


def test_the_source_is_fresh_where_nothing_was_answered(answered: tuple[Project, list[str]]) -> None:
    project, _ = answered
    report = run(project, AS_OF + 30)
    assert "answers" not in report.stale
    (rows,) = {tuple((row.source, row.through, row.stale) for row in one.freshness) for one in report.lists}
    assert ("answers", AS_OF + 29, False) in rows


def test_a_night_ahead_of_its_day_says_nothing_of_the_days_between(answered: tuple[Project, list[str]]) -> None:
    project, _ = answered
    run_nightly(project, AS_OF + 10, day=AS_OF + 3, preview=True)
    through = {one.source: int(one.through) for one in history_of(project).latest_coverage()}
    assert through["answers"] == AS_OF + 2


def test_the_source_begins_on_the_day_of_the_first_list(answered: tuple[Project, list[str]]) -> None:
    project, _ = answered
    assert ingest_new_answers(project, Ledger.of(project), AS_OF, AS_OF) is None
    assert ingest_new_answers(project, Ledger.of(project), AS_OF + 1, AS_OF + 1) is not None
    (coverage,) = [one for one in history_of(project).latest_coverage() if one.source == "answers"]
    assert (int(coverage.since), int(coverage.through)) == (AS_OF, AS_OF)


def test_a_repeated_or_interrupted_night_takes_each_in_once(answered: tuple[Project, list[str]]) -> None:
    project, _ = answered
    for point in ("answers", "plan", "read"):
        with pytest.raises(Interrupted):
            run(project, AS_OF + 6, failpoint=raise_at(point))
    first = run(project, AS_OF + 6)
    again = run(project, AS_OF + 6)
    assert (again.plan, len(taken(project))) == (first.plan, 3)
    assert again.answers is not None
    assert again.answers.total().accepted == 0


def raise_at(point: str) -> Callable[[str], None]:
    def check(reached: str) -> None:
        if reached == point:
            raise Interrupted

    return check


def test_an_earlier_night_does_not_learn_of_later_answers(answered: tuple[Project, list[str]]) -> None:
    project, places = answered
    run_nightly(project, AS_OF + 2, day=AS_OF + 40)
    assert taken(project) == {(places[0], AS_OF + 1, AS_OF + 1)}
    through = load_history(project).through_at
    assert through("answers", np.array([AS_OF + 2, AS_OF + 40], dtype=np.int32)).tolist() == [AS_OF + 1] * 2


def test_a_closed_night_takes_nothing_in(answered: tuple[Project, list[str]]) -> None:
    project, _ = answered
    store = HistoryStore(project.path(project.table.history))
    before = store.manifest_id
    assert run(project, AS_OF).answers is None
    assert store.manifest_id == before


def test_before_a_list_could_be_answered_there_is_nothing_to_take_in(ready: Project) -> None:
    assert ingest_new_answers(ready, Ledger.of(ready), AS_OF, AS_OF) is None
    with open(ready.folder / "riskmodel.toml", "a", encoding="utf-8") as file:
        file.write(ANSWERS)
    project = load_project(ready.folder)
    before = HistoryStore(project.path(project.table.history)).manifest_id
    assert run(project, AS_OF).answers is None
    assert HistoryStore(project.path(project.table.history)).manifest_id == before


def test_tables_of_places_are_not_read_at_night(answered: tuple[Project, list[str]]) -> None:
    project, _ = answered
    project.path("data/cells.csv").unlink()
    run(project, AS_OF + 6)
    assert len(taken(project)) == 3


def test_a_night_waits_for_an_ingest_that_runs(answered: tuple[Project, list[str]]) -> None:
    project, _ = answered
    holds, let_go = threading.Event(), threading.Event()

    def hold() -> None:
        with ingest_lock(project.path(project.table.history)):
            holds.set()
            let_go.wait(60)

    thread = threading.Thread(target=hold)
    thread.start()
    assert holds.wait(60)
    threading.Timer(0.3, let_go.set).start()
    run(project, AS_OF + 6)
    thread.join()
    assert let_go.is_set()
    assert len(taken(project)) == 3


def test_an_ingest_of_tables_leaves_answers_to_the_night(answered: tuple[Project, list[str]]) -> None:
    project, _ = answered
    run(project, AS_OF + 6)
    report = ingest(project, AS_OF + 31)
    assert [one.source for one in report.sources] == ["calls", "checks"]
    assert len(taken(project)) == 3
    with pytest.raises(UsageError, match=r"'answers' are the answers of the centres\. Run 'riskmodel nightly'"):
        ingest(project, AS_OF + 31, ("answers",))


def test_an_unmapped_outcome_is_in_quarantine(answered: tuple[Project, list[str]]) -> None:
    project, _ = answered
    path = project.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('kind = "visit"', 'kinds = { visited = "visit" }'), encoding="utf-8")
    report = run(load_project(project.folder), AS_OF + 6)
    assert report.answers is not None
    assert report.answers.sources[0].reasons == {"unknown kind": 1}
    assert [one.reason for one in read_quarantine(project, "answers").reasons] == ["unknown kind"]


def test_ids_hold_no_digits(answered: tuple[Project, list[str]]) -> None:
    """Digits could look like a telephone number by chance, and the door would refuse the source."""
    ids = as_records(Ledger.of(answered[0]))["id"]
    assert ids.is_unique
    assert ids.str.fullmatch("[a-p]{16}").all()


def test_what_a_correction_replaced_counts_from_its_answer_to_the_correction(answered: tuple[Project, list[str]]) -> None:
    project, places = answered
    run(project, AS_OF + 3)
    ledger = Ledger.of(project)
    with ledger.write() as book:
        (wrong,) = [one for one in book.answers.up_to() if one.warning.place == places[0]]
        book.answers.correct([Answer(wrong.warning.id, AS_OF + 1, "not_done", AS_OF + 3)])
        # corrected once more: what was replaced before is not replaced again
        book.answers.correct([Answer(wrong.warning.id, AS_OF + 2, "needs_followup", AS_OF + 4)])
    records = as_records(ledger)
    assert records["status"].tolist() == ["", "", "", "", "", "corrected", "corrected"]
    assert records["id"].nunique() == 5
    assert as_records(ledger, 4)[["outcome", "status"]].to_numpy().tolist() == [["needs_followup", ""], ["not_done", "corrected"]]
    run(project, AS_OF + 6)
    history = history_of(project)
    made = design(history, [AS_OF + t for t in (3, 4, 5, 6)], (Count("visit", 3), Count("followup", 3)))
    here = made.cell == history.places.index[places[0]]
    # the answers of days 1, 1 and 2, known on days 1, 3 and 4
    assert [made.column(name)[here].tolist() for name in made.names] == [[1, 1, 1, 0], [0, 0, 1, 0]]
