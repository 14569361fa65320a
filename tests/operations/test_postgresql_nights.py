"""Nights on a ledger in PostgreSQL: the same lists as with a file; approval, answers, replay and backup."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.ledger import Answer, Ledger, ListedWarning, Night, StoredList, audit_ledger
from riskmodel.operations.nightly import answer, approve
from riskmodel.operations.project_backup import back_up_project
from riskmodel.operations.project_restore import restore_lost, restore_project
from tests.records.postgres import emptied
from tests.worlds.town import AS_OF, bodies, run


def with_store(project: Project, store: str) -> Project:
    path = project.folder / "riskmodel.toml"
    path.write_text(f'store = "{store}"\n' + path.read_text(encoding="utf-8"), encoding="utf-8")
    return load_project(project.folder)


def test_a_lost_database_on_a_server_is_restored_into_it_and_what_is_lost_is_named(
    make_ready: Callable[..., Project], postgres: str, tmp_path: Path
) -> None:
    address = emptied(postgres)
    project = make_ready(tmp_path / "town")
    project.ledger_file.unlink()
    (project.ledger_file.parent / ".operations.db.lock").unlink()
    project = with_store(project, address)
    ledger = Ledger.of(project)
    night = Night(AS_OF, "fire", "m", 1, "x", 1.0, "centre", "scored", ("East",), None, 0)
    warned = StoredList(
        "l1", AS_OF, "East", "{}", (ListedWarning("w1", "fire", "c1", "red"), ListedWarning("w2", "fire", "c2", "red"))
    )
    with ledger.write() as book:
        book.save_night([night], [warned])
        book.lists.approve(["l1"], "duty officer", AS_OF)
        book.answers.record([Answer("w1", AS_OF, "visited", AS_OF)])
    back_up_project(project, tmp_path / "backup", AS_OF)
    (project.path("outbox") / "2026-01-01").mkdir(parents=True)
    emptied(address)
    with pytest.raises(RiskmodelError, match="missing or empty"):
        Ledger.of(project)
    done = restore_lost(tmp_path / "backup", project)
    assert (done.places, done.lost_nights) == (("PostgreSQL",), ("2026-01-01",))
    assert "LOST: the approvals, deliveries and answers of 2026-01-01" in repr(done)
    with Ledger.of(project).write() as book:
        assert audit_ledger(book).faults == ()
        # numbers go on after those of the backup
        book.answers.record([Answer("w2", AS_OF, "visited", AS_OF)])
        assert [one.number for one in book.answers.up_to()] == [1, 2]
    with pytest.raises(UsageError, match="nothing was changed"):
        restore_lost(tmp_path / "backup", project)


def test_nights_on_postgresql_are_those_on_a_file_and_can_be_moved_to_one(
    make_ready: Callable[..., Project], postgres: str, tmp_path: Path
) -> None:
    on_file, on_server = make_ready(tmp_path / "file"), make_ready(tmp_path / "server")
    # the champion was promoted in the file; its row moves with it
    with Ledger.of(on_server).read() as book:
        promotions = book.promotions.of("fire")
    on_server.ledger_file.unlink()
    (on_server.ledger_file.parent / ".operations.db.lock").unlink()
    on_server = with_store(on_server, emptied(postgres))
    with Ledger.of(on_server).write() as book:
        for promotion in promotions:
            book.promotions.record(promotion)
    run(on_file)
    run(on_server)
    assert not on_server.ledger_file.exists()
    expected = list(bodies(on_file))
    assert list(bodies(on_server)) == expected
    with Ledger.of(on_server).read() as book:
        (warning, *_) = [w.id for one in book.lists.of(AS_OF) for w in one.warnings]
    approve(on_server, AS_OF, role="duty officer", day=AS_OF)
    assert answer(on_server, warning, "visited", AS_OF + 1)
    assert not answer(on_server, warning, "visited", AS_OF + 1)
    # the closed night is replayed
    assert run(on_server).plan.replay
    back_up_project(on_server, tmp_path / "backup", AS_OF + 1)
    restore_project(tmp_path / "backup", tmp_path / "restored")
    restored = load_project(tmp_path / "restored")
    assert restored.ledger_address == ""
    assert run(restored).plan.replay
    assert list(bodies(restored)) == list(bodies(on_server))


@pytest.mark.parametrize(
    ("store", "message"),
    [
        ("mysql://root@127.0.0.1/county", "must be a path, or the address of a PostgreSQL database"),
        ("postgresql://me:canary@127.0.0.1/county", "an address with a password is not taken"),
        ("postgresql://127.0.0.1/county?user=me&password=canary", "an address with a password is not taken"),
    ],
)
def test_another_database_or_a_password_is_refused_and_not_repeated(project: Project, store: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        with_store(project, store)
    assert "canary" not in str(caught.value)
