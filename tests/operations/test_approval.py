"""Approval: of the content that was read, of nothing damaged, and completed after an interruption."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from riskmodel.base.days import to_iso
from riskmodel.base.errors import IntegrityError, RefusedError, RiskmodelError, UsageError
from riskmodel.base.project import Project
from riskmodel.cli import app
from riskmodel.ledger import Ledger, StoredList, night_digest
from riskmodel.operations.delivery import undelivered
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly import approval as approval_module
from riskmodel.operations.nightly import approve
from riskmodel.records.intake import ingest
from riskmodel.warning.formats import FORMATS
from tests.worlds.town import AS_OF, left_by, run


def stored(project: Project, as_of: int = AS_OF) -> tuple[StoredList, ...]:
    with Ledger.of(project).read() as book:
        return book.lists.of(as_of)


def execute(project: Project, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(project.path("data/operations.db"))) as connection:
        connection.execute(statement, values)
        connection.commit()


def flip(project: Project, centre: str, at: int = 40) -> None:
    """Flip one bit of a stored body."""
    (one,) = [one for one in stored(project) if one.centre == centre]
    body = bytearray(one.body.encode())
    body[at] ^= 1
    execute(project, "UPDATE warning_lists SET body = CAST(? AS TEXT) WHERE id = ?", bytes(body), one.id)


def more_calls(project: Project) -> None:
    calls = project.path("data/calls.csv")
    more = [f"late{i},c{i % 60:03d},2025-12-{1 + i % 28:02d},2025-12-29" for i in range(60)]
    calls.write_text(calls.read_text(encoding="utf-8") + "\n".join(more) + "\n", encoding="utf-8")
    ingest(project, AS_OF + 31)


def test_a_damaged_draft_is_neither_shown_nor_approved_and_the_night_again_replaces_it(drafted: Project) -> None:
    before = left_by(drafted)
    flip(drafted, "a/b")
    message = r"stored list of 2025-12-31 for 'a/b' is damaged: .* Run 'riskmodel nightly --as-of 2025-12-31' again"
    with pytest.raises(IntegrityError, match=message):
        approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    with Ledger.of(drafted).read() as book:
        assert not any(one.approved for one in book.lists.intact(AS_OF))
        with pytest.raises(IntegrityError, match=message):
            book.lists.of(AS_OF, "a/b")
    assert not (drafted.path("outbox") / "sent").exists()
    with pytest.raises(IntegrityError, match=message):
        run(drafted, AS_OF + 1)
    run(drafted)
    left = left_by(drafted)
    assert {name: left[name] for name in left if name != "store"} == {name: before[name] for name in before if name != "store"}


@pytest.mark.parametrize("centre", ["West centre", "东区中心"])
def test_a_damaged_approved_list_is_restored_by_its_own_replay(drafted: Project, centre: str) -> None:
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    before = left_by(drafted)
    flip(drafted, centre)
    with pytest.raises(IntegrityError, match="restores it from its own manifest"):
        stored(drafted)
    run(drafted)
    assert left_by(drafted) == before


def test_a_changed_digest_is_refused_for_good(drafted: Project) -> None:
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    execute(drafted, "UPDATE warning_lists SET digest = ? WHERE centre = 'a/b'", "0" * 64)
    for _ in range(2):
        with pytest.raises(IntegrityError, match="'a/b' is damaged"):
            run(drafted)


def test_a_list_without_a_digest_is_shown_and_not_approved_until_the_night_runs_again(drafted: Project) -> None:
    execute(drafted, "UPDATE warning_lists SET digest = NULL, replaced = NULL")
    assert all(from_stored(one).centre == one.centre for one in stored(drafted))
    with pytest.raises(RefusedError, match=r"stored before digests were kept.*Run 'riskmodel nightly --as-of 2025-12-31' again"):
        approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    run(drafted)
    assert len(approve(drafted, AS_OF, role="duty officer", day=AS_OF).receipts) == 3


def _text_of(path: Path) -> str:
    """The text of a list's file; of a workbook, that of its cells."""
    if path.suffix != ".xlsx":
        return path.read_text(encoding="utf-8-sig")
    rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    return " ".join(str(value) for row in rows for value in row if value is not None)


def test_every_list_shows_the_digest_that_is_stored(ready: Project) -> None:
    report = run(ready)
    digests = {one.centre: one.digest or "" for one in stored(ready)}
    assert {one.centre: one.digest for one in report.lists} == digests
    assert report.digest == night_digest(stored(ready))
    for path in report.paths:
        content = _text_of(path)
        (centre,) = (
            [name for name in digests if name in content.replace("a/b", "a/b")][:1]
            if path.suffix != ".json"
            else [json.loads(content)["centre"]]
        )
        assert digests[centre][:8] in content
    approve(ready, AS_OF, role="duty officer", day=AS_OF)
    pages = [path.read_text(encoding="utf-8") for path in ready.path("outbox").glob("2025-12-31/*/*.html")]
    assert all(sum(digest[:8] in page for page in pages) == 1 for digest in digests.values())


def test_a_draft_that_changed_after_it_was_read_is_not_approved(ready: Project) -> None:
    read = run(ready).digest
    old = {one.centre: (one.digest or "")[:8] for one in stored(ready)}
    more_calls(ready)
    now = run(ready)
    new = {one.centre: (one.digest or "")[:8] for one in stored(ready)}
    changed = next(centre for centre in sorted(new) if new[centre] != old[centre])
    for given in (read, old[changed]):
        with pytest.raises(
            RefusedError, match=rf"has changed since it was read: it is list {new[changed]}, not .*--digest {new[changed]}"
        ):
            approve(ready, AS_OF, changed, role="duty officer", day=AS_OF, digest=given)
    with pytest.raises(RefusedError, match=rf"was replaced after it was first written; it is list {new[changed]} now"):
        approve(ready, AS_OF, changed, role="duty officer", day=AS_OF)
    assert not any(one.approved for one in stored(ready))
    assert approve(ready, AS_OF, changed, role="duty officer", day=AS_OF, digest=new[changed]).centres == (changed,)
    assert len(approve(ready, AS_OF, role="duty officer", day=AS_OF, digest=now.digest[:8]).receipts) == 3


def test_digests_of_all_lists_are_needed_to_approve_all(drafted: Project) -> None:
    first, *others = [one.digest or "" for one in stored(drafted)]
    with pytest.raises(RefusedError, match="has changed since it was read"):
        approve(drafted, AS_OF, role="duty officer", day=AS_OF, digest=first)
    with pytest.raises(UsageError, match="--digest must be the 8 to 64 digits"):
        approve(drafted, AS_OF, role="duty officer", day=AS_OF, digest="3f2a")
    assert len(approve(drafted, AS_OF, role="duty officer", day=AS_OF, digest=[first, *others]).receipts) == 3


def test_a_night_run_again_without_a_change_needs_no_digest(drafted: Project) -> None:
    run(drafted)
    assert len(approve(drafted, AS_OF, role="duty officer", day=AS_OF).receipts) == 3


@pytest.mark.parametrize("by", ["approve", "nightly"])
def test_what_is_approved_and_not_delivered_is_named_and_completed(
    drafted: Project, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(approval_module, "complete_deliveries", killed)
        with pytest.raises(KeyboardInterrupt):
            approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    ledger, sent = Ledger.of(drafted), drafted.path("outbox") / "sent"
    assert [centre for _, centre in undelivered(ledger)] == [one.centre for one in stored(drafted)]
    assert not sent.exists()
    for command, said in (("check", "的名单已批准，尚未送达"), ("warnings", "2025年12月31日的名单已批准，尚未送达。")):
        shown = CliRunner().invoke(app, ["--project", str(drafted.folder), command])
        assert shown.output.count(said) == 3
    sent.write_bytes(b"in the way")
    blocked = run(drafted, AS_OF + 1)
    assert (blocked.exit_code, len(blocked.undelivered)) == (4, 3)
    assert [one["as_of"] for one in blocked.to_json()["undelivered"]] == [to_iso(AS_OF)] * 3
    sent.unlink()
    if by == "nightly":
        assert run(drafted, AS_OF + 1).undelivered == ()
    else:
        assert approve(drafted, AS_OF + 1, "a/b", role="duty officer", day=AS_OF + 1).undelivered == ()
    assert undelivered(ledger) == ()
    assert len(list(sent.glob("2025-12-31/*/*"))) == 3 * len(FORMATS)


def test_a_lost_database_does_not_let_other_content_pass_for_what_was_delivered(drafted: Project) -> None:
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    sent = drafted.path("outbox") / "sent"
    before = {path: path.read_bytes() for path in sent.rglob("*.*")}
    for path in drafted.path("data").glob("operations.db*"):
        path.unlink()
    more_calls(drafted)
    with pytest.raises(RiskmodelError, match="missing or empty, although there was one"):
        run(drafted)
    (drafted.path("data") / ".operations.db.lock").unlink()  # the loss is accepted
    run(drafted)
    with pytest.raises(RefusedError, match="was already delivered"):
        approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    assert {path: path.read_bytes() for path in sent.rglob("*.*")} == before
    assert undelivered(Ledger.of(drafted)) != ()
    for path in sent.glob("2025-12-31/*/*"):
        path.unlink()
    assert len(approve(drafted, AS_OF, role="duty officer", day=AS_OF).receipts) == 3
    assert len(list((sent / "receipts").iterdir())) > 3
    assert undelivered(Ledger.of(drafted)) == ()


@pytest.mark.parametrize(
    "change",
    [
        "approved_by = '分析员'",
        "approved_by = NULL",
        "approved_on = '2025-12-30'",
        "approved_on = NULL",
        "status = 'draft'",
        "status = 'draft', approved_by = NULL, approved_on = NULL",
        "centre = 'a-b'",
        "seal = NULL",
        "seal = '" + "0" * 64 + "'",
    ],
)
def test_a_changed_approval_is_noticed_before_anything_is_done_with_it(drafted: Project, change: str) -> None:
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    execute(drafted, f"UPDATE warning_lists SET {change} WHERE centre = 'a/b'")
    changed = "is not the one that was recorded: its status, role or day was changed"
    left = left_by(drafted)
    with pytest.raises(IntegrityError, match=changed):
        approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    with pytest.raises(IntegrityError, match=changed), Ledger.of(drafted).read() as book:
        book.lists.of(AS_OF)
    with pytest.raises(IntegrityError, match=changed):
        run(drafted)
    assert left_by(drafted) == left


@pytest.mark.parametrize(
    "change",
    ["status = 'approved'", "approved_by = '值班长'", "status = 'approved', approved_by = '值班长', approved_on = '2025-12-31'"],
)
def test_a_draft_that_was_made_to_look_approved_is_not_sent(drafted: Project, change: str) -> None:
    execute(drafted, f"UPDATE warning_lists SET {change} WHERE centre = 'a/b'")
    with pytest.raises(IntegrityError, match="its status, role or day was changed"):
        approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    assert not (drafted.path("outbox") / "sent").exists()


def test_files_stay_as_they_were_approved_whatever_another_version_would_write(
    drafted: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    before = left_by(drafted)
    page = FORMATS["html"]
    other = replace(page, render=lambda one, places, language: page.render(one, places, language) + b"<!-- another version -->")
    monkeypatch.setitem(FORMATS, "html", other)
    again = approve(drafted, AS_OF, role="duty officer", day=AS_OF)
    assert (len(again.receipts), again.undelivered) == (3, ())
    assert run(drafted).exit_code == 0
    assert left_by(drafted) == before
    # where they are gone, nothing else passes for them
    for path in drafted.path("outbox/2025-12-31").rglob("*.html"):
        path.unlink()
    with pytest.raises(RefusedError, match="was already delivered"):
        approve(drafted, AS_OF, role="duty officer", day=AS_OF)
