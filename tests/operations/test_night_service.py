"""The night as one command: from new tables to delivered lists; any number of times, several at once, and after any interruption."""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from riskmodel import registry
from riskmodel.base import locks
from riskmodel.base.errors import IntegrityError, UsageError
from riskmodel.base.locks import StillLockedError, held, lock_beside
from riskmodel.base.project import Project, load_project
from riskmodel.cli import app
from riskmodel.ledger import Ledger, audit_ledger
from riskmodel.operations import night_service
from riskmodel.operations.delivery import undelivered
from riskmodel.operations.night_ingest import IngestAccount, ingest_tables
from riskmodel.operations.night_service import run_service
from riskmodel.operations.nightly import NightReport, approve
from riskmodel.operations.nightly.night import night_lock
from riskmodel.records.intake import ingest
from tests.worlds.edited_project import edited
from tests.worlds.service_runs import at, serve
from tests.worlds.town import AS_OF, left_by, run

Ready = Callable[..., Project]


def test_one_command_does_the_whole_night_in_five_lines(make_ready: Ready, tmp_path: Path) -> None:
    project = make_ready(tmp_path / "town", approval=False)
    done = serve(project)
    assert (done.state, done.exit_code, len(done.lines)) == ("done", 0, 5)
    assert done.lines[0].startswith("Night of 2025-12-31: 3 lists, ")
    assert done.lines[1] == "Ingested: 0 new records."
    assert done.lines[2:] == ("No problems.", "Delivery: 3 receipts of this night; nothing waits.", "Next: nothing.")
    assert json.loads(json.dumps(done.to_json()))["night"]["exit_code"] == 0
    before = left_by(project)
    again = serve(project, hour=6)
    assert (again.state, again.exit_code, again.lines[0]) == (
        "done",
        0,
        "The night of 2025-12-31 was done before; its lists stay.",
    )
    assert left_by(project) == before
    later = serve(project, AS_OF + 3)
    assert "2 nights since 2025-12-31 not run; not caught up." in later.lines[0]


def test_a_draft_that_may_be_read_does_not_change_although_tables_do(ready: Project) -> None:
    done = serve(ready)
    assert done.lines[-1].startswith("Next: riskmodel approve --as-of 2025-12-31 --role ROLE --digest ")
    drafts = left_by(ready)
    calls = ready.folder / "data" / "calls.csv"
    calls.write_text(calls.read_text(encoding="utf-8") + "99999,c001,2025-12-29,2025-12-30\n", encoding="utf-8")
    assert serve(ready, hour=9).state == "done"
    assert left_by(ready) == drafts


def test_a_run_for_a_closed_night_says_that_it_is_closed_and_what_holds(ready: Project) -> None:
    serve(ready)
    approve(ready, AS_OF, role="duty officer", day=AS_OF, clock=lambda: at(8))
    before = left_by(ready)
    # what says that the night is done is lost, so it runs again
    ready.ledger_file.with_name("night.json").unlink()
    again = serve(ready, hour=9)
    said = "The night is closed: its lists hold as they are, and new answers and records count from the next night on."
    assert (again.state, again.exit_code, again.lines[1]) == ("done", 0, f"Ingested: 0 new records. {said}")
    assert left_by(ready) == before
    assert run(ready).answers is None


def test_a_night_that_meets_a_busy_file_has_failed_and_does_not_say_that_another_works(
    ready: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN), "calls.csv")

    monkeypatch.setattr(night_service, "ingest_tables", busy)
    with pytest.raises(BlockingIOError, match=r"calls\.csv"):
        serve(ready)


def test_of_several_at_once_one_works_and_the_others_say_so(ready: Project) -> None:
    with held(lock_beside(ready.ledger_file.with_name("service"))):
        busy = serve(ready)
    assert (busy.state, busy.exit_code) == ("busy", 0)
    assert busy.lines == ("Another run works on the night of 2025-12-31; nothing was done here.",)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _number: serve(ready), range(8)))
    assert {one.exit_code for one in found} == {0}
    assert sum(one.night is not None for one in found) == 1
    with Ledger.of(ready).read() as book:
        assert audit_ledger(book).faults == ()
        assert len(book.lists.of(AS_OF)) == 3


def test_a_night_waits_for_an_ingest_for_a_time_and_then_says_so(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "LIMIT", 0.2)
    with held(ready.path(ready.table.history) / ".lock"):
        done = serve(ready)
    assert (done.state, done.exit_code) == ("degraded", 4)
    assert "problems: Another run of riskmodel still holds '" in done.lines[1]
    assert serve(ready).exit_code == 0


def test_a_night_that_another_run_holds_fails_once_and_not_three_times(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "LIMIT", 0.2)
    waits = list[Path]()

    class Counted(StillLockedError):
        def __init__(self, lock: Path, minutes: float) -> None:
            super().__init__(lock, minutes)
            waits.append(lock)

    monkeypatch.setattr(locks, "StillLockedError", Counted)
    night = lock_beside(night_lock(Ledger.of(ready)))
    with held(night), pytest.raises(StillLockedError, match="Another run of riskmodel still holds"):
        serve(ready)
    assert waits == [night]
    assert serve(ready).exit_code == 0


@pytest.mark.parametrize("step", ["ingest_tables", "_awaited", "run_nightly", "write_json", "night_lines"])
def test_a_run_that_was_stopped_anywhere_is_completed_by_the_next(
    ready: Project, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(night_service, step, killed)
        with pytest.raises(KeyboardInterrupt):
            serve(ready)
    done = serve(ready)
    assert (done.state, done.exit_code) == ("done", 0)
    with Ledger.of(ready).read() as book:
        assert len(book.lists.of(AS_OF)) == 3
        assert audit_ledger(book).faults == ()


def test_a_source_is_waited_for_until_its_deadline_and_then_named(ready: Project) -> None:
    project = edited(ready.folder, ('name = "calls"\n', 'name = "calls"\ndeadline = "06:30"\n'))
    calls = project.folder / "data" / "calls.csv"
    there = calls.read_text(encoding="utf-8")
    calls.unlink()
    early = serve(project, hour=6)
    assert (early.state, early.exit_code) == ("waiting", 0)
    assert early.lines[1:] == ("Waiting for calls until 06:30. The next run tries again.", "Delivery: nothing waits.")
    assert early.text("zh").splitlines() == [
        "导入：新增记录0条；异常：calls。",
        "等待数据源：calls（至06:30）。下次运行会再试。",
        "送达：无待送名单。",
    ]
    assert early.lines[0] == "Ingested: 0 new records; problems: calls."
    with Ledger.of(project).read() as book:
        assert book.nights.dates() == ()
    late = serve(project, hour=7)
    assert (late.state, late.exit_code) == ("degraded", 4)
    assert late.lines[2].startswith("Problems: calls: ingest failed or incomplete.")
    # a degraded night is computed again when the source is there
    calls.write_text(there, encoding="utf-8")
    assert serve(project, hour=8).exit_code == 0


def test_a_damaged_part_that_was_rebuilt_is_named(make_ready: Ready, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = make_ready(tmp_path / "town", approval=False)
    part = min((project.path("data/history") / "parts").glob("*.parquet"))
    part.write_bytes(part.read_bytes()[:-9])
    account = ingest_tables(project, AS_OF + 30, {})
    assert account == IngestAccount(rebuilt=(f"parts/{part.name}",))
    monkeypatch.setattr(night_service, "ingest_tables", lambda *_: account)
    done = serve(project)
    assert (done.state, done.exit_code) == ("done", 0)
    assert done.lines[1] == f"Ingested: 0 new records; rebuilt from the source, since damaged: parts/{part.name}."
    assert done.lines[2] == "No other problems."


FAULTS = (
    (
        "ingest of an error",
        IngestAccount(errors=("The statements of 'calls' are lost",)),
        "The statements of 'calls' are lost",
        "导入失败（英文：The statements of 'calls' are lost）",
    ),
    ("incomplete", IngestAccount(incomplete=("calls",)), "calls: ingest failed or incomplete", "“calls”导入失败或不完整"),
    ("copied rows", IngestAccount(copied=("calls",)), "calls: rows probably delivered twice", "“calls”有疑似重复报送的行"),
    (
        "a damaged file",
        IngestAccount(damaged=("parts/a.parquet",)),
        "the file 'parts/a.parquet' of the history is damaged",
        "历史数据文件“parts/a.parquet”已损坏",
    ),
)


@pytest.mark.parametrize(("account", "said", "zh"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS])
def test_what_an_ingest_leaves_amiss_degrades_the_night(
    ready: Project,
    monkeypatch: pytest.MonkeyPatch,
    account: IngestAccount,
    said: str,
    zh: str,
) -> None:
    monkeypatch.setattr(night_service, "ingest_tables", lambda *_: account)
    done = serve(ready)
    assert (done.state, done.exit_code) == ("degraded", 4)
    assert done.lines[2] == f"Problems: {said}. Run 'riskmodel status' and 'riskmodel check' for what to do."
    assert done.text("zh").splitlines()[2] == f"异常：{zh}。处理办法见 riskmodel status 和 riskmodel check。"


def test_an_ingest_that_fails_is_amiss(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object, **__: object) -> None:
        raise IntegrityError("The statements of 'calls' are lost. Copy them from a backup.")

    monkeypatch.setattr("riskmodel.records.intake.ingest", fails)
    done = serve(ready)
    assert done.exit_code == 4
    assert done.lines[1].startswith("Ingested: 0 new records; problems: The statements of 'calls' are lost.")
    assert done.lines[2].startswith("Problems: The statements of 'calls' are lost. Run")


def test_a_list_that_could_not_be_delivered_is_amiss(make_ready: Ready, tmp_path: Path) -> None:
    project = make_ready(tmp_path / "town", approval=False)
    (project.path("outbox") / "sent").parent.mkdir(parents=True, exist_ok=True)
    (project.path("outbox") / "sent").write_bytes(b"in the way")
    done = serve(project)
    assert (done.state, done.exit_code) == ("degraded", 4)
    assert done.lines[2] == "Problems: 3 lists not delivered. Run 'riskmodel status' and 'riskmodel check' for what to do."


def test_a_weekly_night_misses_nothing_in_between(ready: Project) -> None:
    for as_of in (AS_OF, AS_OF + 7):
        run(ready, as_of)
    assert "not run" not in serve(ready, AS_OF + 14).lines[0]
    assert "1 night since 2026-01-14 not run" in serve(ready, AS_OF + 28).lines[0]


def test_a_source_of_a_layer_is_waited_for(ready: Project) -> None:
    layer = """
[layers.fine.places]
path = "data/cells.csv"
id = "cell"
groupings = { town = "town" }

[[layers.fine.sources]]
name = "fine"
path = "data/calls.csv"
kind = "fire"
deadline = "06:30"
columns = { id = "id", cell = "cell", occurred = "day", known = "known" }
"""
    path = ready.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8") + layer, encoding="utf-8")
    project = load_project(ready.folder)
    ingest(project.layer("fine"), AS_OF)
    (ready.folder / "data" / "calls.csv").rename(ready.folder / "data" / "aside.csv")
    early = serve(project, hour=6)
    assert (early.state, early.lines[1]) == ("waiting", "Waiting for fine until 06:30. The next run tries again.")


def test_a_night_that_is_refused_says_why_and_still_delivers(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    assert serve(ready).exit_code == 0
    sent = ready.path("outbox") / "sent"
    sent.write_bytes(b"in the way")
    approve_failed = approve(ready, AS_OF, role="duty officer", day=AS_OF)
    assert len(approve_failed.undelivered) == 3
    blocked = run_service(ready, AS_OF, clock=lambda: at(23) + 86_400)
    assert (blocked.state, blocked.exit_code) == ("degraded", 4)
    assert "NOT DELIVERED: 3 lists, the first that of 2025-12-31" in blocked.lines[1]
    assert "Errno" not in blocked.lines[1]
    sent.unlink()

    def refused(*_: object, **__: object) -> NightReport:
        raise UsageError("The champion is gone. Promote one.")

    monkeypatch.setattr(night_service, "run_nightly", refused)
    done = run_service(ready, AS_OF + 1, clock=lambda: at(23) + 2 * 86_400)
    assert (done.state, done.exit_code) == ("refused", 2)
    assert done.lines[0].startswith("Night of 2026-01-01: no lists.")
    assert done.lines[2] == "Reason: The champion is gone. Promote one."
    assert done.lines[3] == "Delivery: nothing waits."
    assert done.text("zh").splitlines()[2] == "原因（英文）：The champion is gone. Promote one."
    assert undelivered(Ledger.of(ready)) == ()


def test_a_night_that_cannot_be_computed_again_keeps_its_lists_and_says_so(ready: Project) -> None:
    first = run_service(ready, AS_OF, clock=lambda: at(1))
    assert first.night is not None
    (ready.folder / "data" / "night.json").unlink()
    champion = registry.champion(ready, "fire").folder / "bundle.json"
    champion.write_bytes(champion.read_bytes() + b" ")
    again = run_service(ready, AS_OF, clock=lambda: at(2))
    assert (again.state, again.exit_code) == ("refused", 1)
    assert again.lines[0] == "Night of 2025-12-31: not computed again; its lists stay as they are."
    assert "2025-12-31夜间批次：未能重新计算，此前的名单保持不变。" in again.text("zh")
    with Ledger.of(ready).read() as book:
        assert len(book.lists.of(AS_OF)) == 3


def test_the_command_says_it_in_text_and_json(ready: Project) -> None:
    at_project = ["--project", str(ready.folder), "night", "--as-of", "2025-12-31"]
    done = CliRunner().invoke(app, at_project)
    assert done.exit_code == 0
    assert done.output.splitlines()[:3] == [
        "2025-12-31夜间批次：3份名单，21条预警。",
        "导入：新增记录0条。",
        "无异常。",
    ]
    assert done.output.splitlines()[3] == "送达：本批次回执0份；无待送名单。"
    assert done.output.splitlines()[4].startswith("下一步：riskmodel approve --as-of 2025-12-31 --role 角色 --digest ")
    again = CliRunner().invoke(app, [*at_project, "--json", "-"])
    assert (again.exit_code, json.loads(again.output)["state"]) == (0, "done")
    # what machines read is in English whatever the language of the lists
    assert json.loads(again.output)["lines"][0] == "The night of 2025-12-31 was done before; its lists stay."
    edited(ready.folder, ("approval = ", 'language = "en"\napproval = '))
    assert CliRunner().invoke(app, at_project).output.splitlines()[-1] == "Delivery: nothing waits."


@pytest.mark.parametrize("deadline", ["6:30", "24:00", "noon"])
def test_a_deadline_is_a_time_of_day(project: Project, deadline: str) -> None:
    with pytest.raises(UsageError, match="must be a time of day such as '06:30'"):
        edited(project.folder, ('name = "calls"\n', f'name = "calls"\ndeadline = "{deadline}"\n'))


def test_a_model_younger_than_the_night_is_amiss(make_ready: Ready, tmp_path: Path) -> None:
    project = make_ready(tmp_path / "town", approval=False)
    done = serve(project, AS_OF - 28)
    assert (done.state, done.exit_code) == ("degraded", 4)
    problems = next(line for line in done.lines if line.startswith("Problems: "))
    assert "was trained on 20" in problems
    assert "so the lists are a replay that cannot be approved" in problems
    assert done.lines[-1] == "Next: nothing."
