"""What a night does must not grow with the nights before it: statements, files and calls are counted on an early and on a late night."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

from sqlalchemy import Engine, Pool, event

import riskmodel
from riskmodel.base.project import Project, load_project
from riskmodel.ledger import Answer, Ledger, Receipt
from riskmodel.ledger.ledger_audit import every_list
from riskmodel.operations.delivery import routes
from riskmodel.operations.list_bodies import expected_numbers, from_stored, to_stored
from riskmodel.operations.night_service import run_service
from riskmodel.operations.nightly import replay_night
from riskmodel.operations.project_status import project_status
from riskmodel.records.store import HistoryStore, stale_sources, stored_history
from riskmodel.warning import WarningList
from tests.worlds.town import ANSWERS, AS_OF, run

CODE = str(Path(riskmodel.__file__).parent)
EARLY, LATE = 40, 100
"""Nights before the one that is counted; what lists say of the ones before is complete after 40."""
MORE_FILES = 10
"""Files by which two nights may differ: small parts are merged now and then."""
MOST_ROWS = 400
"""Records that a replay or the status reads of a few lists, whatever came before. A night of the town has 60."""
MORE_CALLS = 16
"""Calls by which each night before makes a night longer: its statements of completeness are read. A night has 119,000."""
MORE_STEPS = 5
"""Hundreds of instructions of SQLite by which each night before makes a night longer: the last are found in indexes. A night has 320."""


def of_night(one: WarningList, day: int) -> WarningList:
    """The list as one of another night."""

    def renamed(warnings: Any) -> Any:
        return tuple(replace(warning, id=f"{warning.id}-{day}") for warning in warnings)

    sections = tuple(
        replace(part, warnings=renamed(part.warnings), spot_checks=renamed(part.spot_checks)) for part in one.sections
    )
    return replace(one, as_of=day, id=f"{one.id}-{day}", sections=sections)


def with_nights_before(project: Project, nights: int) -> None:
    """Add approved, delivered and answered nights to the ledger, which follow from the night of AS_OF."""
    (route,) = routes(project, {}, lambda: 0)
    with Ledger.of(project).write() as book:
        targets, lists = book.nights.of(AS_OF), [from_stored(one) for one in book.lists.of(AS_OF)]
        for day in range(AS_OF - nights, AS_OF):
            stored = [to_stored(of_night(one, day)) for one in lists]
            book.save_night([replace(one, as_of=day, previous=day - 1) for one in targets], stored, day)
            book.lists.approve([one.id for one in stored], "duty officer", day)
            for one in stored:
                where = route.destination
                book.receipts.record(Receipt(f"{one.id}-sent", one.id, where.channel, where.address, day, day))
            outcome = "needs_followup" if day % 10 == 0 else "visited"
            book.answers.record([Answer(stored[0].warnings[day % 3].id, day, outcome, day)])


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Count statements, SQLite's instructions in hundreds, opened and listed files, and calls of riskmodel's functions."""
    found = Counter[str]()

    def step() -> int:
        found["steps"] += 1
        return 0

    def connected(raw: Any, _record: object) -> None:
        raw.set_progress_handler(step, 100)

    def statement(*_: object) -> None:
        found["statements"] += 1

    def called(frame: FrameType, kind: str, argument: Any) -> None:
        if kind == "call" and frame.f_code.co_filename.startswith(CODE):
            found["calls"] += 1
            found[f"{Path(frame.f_code.co_filename).name}:{frame.f_code.co_name}"] += 1
        elif kind == "c_call" and argument.__name__ in ("open", "scandir", "listdir"):
            found["files"] += 1

    event.listen(Engine, "before_cursor_execute", statement)
    event.listen(Pool, "connect", connected)
    before = sys.getprofile()
    sys.setprofile(called)
    try:
        yield found
    finally:
        sys.setprofile(before)
        event.remove(Engine, "before_cursor_execute", statement)
        event.remove(Pool, "connect", connected)


def night_after(project: Project, nights: int) -> Counter[str]:
    """What the night after so many others does."""
    path = project.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8") + ANSWERS, encoding="utf-8")
    project = load_project(project.folder)
    run(project)
    with_nights_before(project, nights)
    # this one fills the caches of the process, and takes the answers in
    assert run_service(project, AS_OF + 1, clock=lambda: (AS_OF + 1) * 86_400).exit_code == 0
    with counted() as found:
        assert run_service(project, AS_OF + 2, clock=lambda: (AS_OF + 2) * 86_400).exit_code == 0
    return found


def test_a_late_night_does_what_an_early_one_does(make_ready: Callable[..., Project], tmp_path: Path) -> None:
    early, late = (night_after(make_ready(tmp_path / str(nights)), nights) for nights in (EARLY, LATE))
    grown = {key: late[key] - early[key] for key in late if late[key] - early[key] > 20}
    said = f"{early['calls']} calls, then {late['calls']}; {early['steps']} steps, then {late['steps']}: {sorted(grown.items(), key=lambda item: -item[1])}"
    assert late["statements"] == early["statements"], said
    assert abs(late["files"] - early["files"]) <= MORE_FILES, said
    assert late["calls"] - early["calls"] <= MORE_CALLS * (LATE - EARLY), said
    assert late["steps"] - early["steps"] <= MORE_STEPS * (LATE - EARLY), said


def test_the_short_ways_give_what_the_long_ones_give(ready: Project) -> None:
    run(ready)
    with Ledger.of(ready).read() as book:
        for stored in book.lists.of(AS_OF):
            sections = from_stored(stored).sections
            whole = [(one.id, one.expected, part.title) for part in sections for one in (*part.warnings, *part.spot_checks)]
            assert list(expected_numbers(stored)) == whole
            assert whole
    store = HistoryStore(ready.path(ready.table.history))
    for day in (AS_OF - 3000, AS_OF, AS_OF + 5, AS_OF + 13, AS_OF + 14, AS_OF + 300):
        assert stale_sources(store, day) == stored_history(store).stale(day)


def test_a_replay_and_the_status_read_their_own_nights_only(ready: Project) -> None:
    """A replay read the lists of ten years to compare those of one night."""
    run(ready)
    with_nights_before(ready, EARLY)
    with counted() as found:
        assert not replay_night(ready, AS_OF, AS_OF).different
    lists = found["column_types.py:value_of"]
    with counted() as found:
        assert project_status(ready, AS_OF).last_good_night == AS_OF
    assert (lists, found["column_types.py:value_of"]) <= (MOST_ROWS, MOST_ROWS)


def test_the_audit_reads_one_night_at_a_time(ready: Project) -> None:
    run(ready)
    with_nights_before(ready, 5)
    with Ledger.of(ready).read() as book:
        every = every_list(book)
        assert next(every).as_of == AS_OF - 5
        found = [next(every).as_of for _ in range(17)]
        assert found == sorted(found)
        assert list(every) == []
        assert book.lists.unchecked(AS_OF) == book.lists.of(AS_OF)


def test_the_last_good_night_is_found_behind_bad_ones(ready: Project) -> None:
    run(ready)
    with_nights_before(ready, 5)
    with Ledger.of(ready).write() as book:
        book.connection.exec_driver_sql("UPDATE nights SET status = 'stale' WHERE as_of > '2025-12-28'")
        assert book.nights.last_good(AS_OF - 4) == AS_OF - 4
        assert book.nights.last_good(AS_OF) == AS_OF - 3
        book.connection.exec_driver_sql("UPDATE nights SET status = 'stale'")
        assert book.nights.last_good(AS_OF) is None
