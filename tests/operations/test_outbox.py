"""The outbox of a project: queued with the approval, sent once, tried again, named until it arrives."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from riskmodel.base.errors import RefusedError, UsageError
from riskmodel.base.project import Project, load_project
from riskmodel.cli import app
from riskmodel.ledger import Ledger, audit_ledger
from riskmodel.operations.delivery import queue, routes, undelivered
from riskmodel.operations.nightly import approval as approval_module
from riskmodel.operations.nightly import approve, deliver_waiting, outbox
from riskmodel.operations.nightly.outbox import is_later
from riskmodel.operations.nightly.undelivered_lists import NEXT, undelivered_lists
from tests.worlds.receivers import Received, certificate, web_server
from tests.worlds.town import AS_OF, run

SECRET = "a canary that nobody may read"
ENVIRONMENT = {"TOWN_WEBHOOK": SECRET}
NOW = 1_767_139_200


def with_channels(project: Project, channels: str) -> Project:
    path = project.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8") + channels, encoding="utf-8")
    return load_project(project.folder)


def webhook(port: int, pem: Path) -> str:
    return f"""
[[delivery.channels]]
type = "webhook"
name = "centre system"
url = "https://localhost:{port}/lists"
hosts = ["localhost"]
private = ["127.0.0.0/8", "::1/128"]
secret = "TOWN_WEBHOOK"
authority = "{pem}"
centres = ["a/b", "West centre"]

[[delivery.channels]]
type = "drop"
name = "archive"
folder = "archive"
"""


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


def approved(project: Project, now: int = NOW) -> approval_module.Approval:
    return approve(project, AS_OF, role="duty officer", day=AS_OF, environment=ENVIRONMENT, clock=lambda: now)


def ids(receiver: Received) -> list[str]:
    return [headers["webhook-id"] for _, headers, _ in receiver.requests]


def test_every_receiver_gets_its_lists_once_and_the_receipts_quote_them(ready: Project, pem: Path) -> None:
    with web_server(pem) as receiver:
        project = with_channels(ready, webhook(receiver.port, pem))
        run(project)
        done = approved(project)
        again = approved(project)
        assert done.undelivered == again.undelivered == ()
        # three for the usual folder, three for the drop folder, two for the webhook
        assert sorted(receipt.channel for receipt in done.receipts) == ["drop"] * 3 + ["folder"] * 3 + ["webhook"] * 2
        assert again.receipts == done.receipts
    assert sorted(ids(receiver)) == sorted(one.id for one in done.receipts if one.channel == "webhook")
    assert len(list((project.folder / "archive").iterdir())) == 3
    with Ledger.of(project).read() as book:
        assert audit_ledger(book).faults == ()


def test_a_receiver_that_fails_holds_up_nobody_else_and_gets_its_lists_later(ready: Project, pem: Path) -> None:
    with web_server(pem) as receiver:
        project = with_channels(ready, webhook(receiver.port, pem))
        run(project)
        receiver.answer = lambda _count: (503, {}, b"")
        done = approved(project)
        # the second list waits, since the receiver has just failed
        assert len(receiver.requests) == 1
        assert [(one.centre, one.where) for one in done.undelivered] == [
            (centre, ("webhook", f"https://localhost:{receiver.port}/lists")) for centre in ("West centre", "a/b")
        ]
        assert len(done.receipts) == 6
        assert len(undelivered(Ledger.of(project))) == 2
        shown = CliRunner().invoke(app, ["--project", str(project.folder), "check"])
        assert shown.output.count("的名单已批准，尚未送达（webhook") == 2
        # a patient run leaves the receiver alone until the failed delivery is due
        receiver.answer = lambda _count: (200, {}, b"{}")
        early = run(project, AS_OF + 1, environment=ENVIRONMENT, clock=lambda: NOW + 30, patient=True)
        assert (early.exit_code, len(early.undelivered), len(receiver.requests)) == (4, 2, 1)
        assert is_later(NOW + 60, NOW)
        assert not is_later(NOW + 60, NOW - 10 * 86_400), "the clock was set back"
        late = run(project, AS_OF + 1, environment=ENVIRONMENT, clock=lambda: NOW + 90, patient=True)
        assert late.undelivered == ()
        assert (len(receiver.requests), len(set(ids(receiver)))) == (3, 2)
    assert undelivered(Ledger.of(project)) == ()


def test_a_list_that_a_receiver_never_takes_holds_up_no_other_list(
    ready: Project, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It fails whenever it is due; whatever failed less often is tried before it."""
    with web_server(pem) as receiver:
        project = with_channels(ready, webhook(receiver.port, pem))
        run(project)
        refused = "West centre"

        def answer(_count: int) -> tuple[int, dict[str, str], bytes]:
            return (500 if refused.encode() in receiver.requests[-1][2] else 200), {}, b"{}"

        receiver.answer = answer
        assert [one.centre for one in approved(project).undelivered] == [refused, "a/b"]
        for number in (1, 2):
            done = run(project, AS_OF + number, environment=ENVIRONMENT, clock=lambda n=number: NOW + n * 86_400, patient=True)
            assert [one.centre for one in done.undelivered] == [refused]
        # it is due again in some hours; a list that was approved meanwhile need not wait, since the receiver took another one since
        now = NOW + 3 * 86_400
        approve(project, AS_OF + 1, "a/b", role="duty officer", day=AS_OF + 3, environment=ENVIRONMENT, clock=lambda: now)
        monkeypatch.setattr(approval_module, "complete_deliveries", lambda *_: ())
        approve(project, AS_OF + 2, "a/b", role="duty officer", day=AS_OF + 3, environment=ENVIRONMENT, clock=lambda: now)
        left = deliver_waiting(project, AS_OF + 3, environment=ENVIRONMENT, clock=lambda: now + 30, patient=True)
        assert [(one.as_of, one.centre) for one in left] == [(AS_OF, refused)]
    assert {one.centre for one in undelivered_lists(project, Ledger.of(project), NOW)} == {refused}


def test_a_killed_approval_is_sent_with_the_approved_bytes_or_not_at_all(
    ready: Project, pem: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with web_server(pem) as receiver:
        project = with_channels(ready, webhook(receiver.port, pem))
        run(project)

        def killed(*_: object, **__: object) -> None:
            raise KeyboardInterrupt

        with monkeypatch.context() as patch:
            patch.setattr(approval_module, "write_outbox", killed)
            with pytest.raises(KeyboardInterrupt):
                approved(project)
        assert len(undelivered(Ledger.of(project))) == 3
        # the outbox folder still holds drafts only: what was approved is written again
        done = run(project, AS_OF + 1, environment=ENVIRONMENT, clock=lambda: NOW)
        assert done.undelivered == ()
        assert len(receiver.requests) == 2


def test_a_list_that_another_machine_delivered_meanwhile_is_not_named(drafted: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    one = outbox.deliver

    def late(*arguments: Any, **options: Any) -> None:
        one(*arguments, **options)
        raise RefusedError("another machine holds it")

    monkeypatch.setattr(outbox, "deliver", late)
    assert approved(drafted).undelivered == ()
    assert undelivered(Ledger.of(drafted)) == ()


def test_a_list_that_another_machine_queued_meanwhile_is_named(ready: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seeds 1027144 and 1027703 of the torture harness: nothing was said to wait, and a list did."""
    run(ready)
    ledger, one, queued = Ledger.of(ready), outbox.deliver, list[str]()

    def meanwhile(*arguments: Any, **options: Any) -> None:
        one(*arguments, **options)
        if not queued:
            with ledger.write() as book:
                (other,) = book.lists.of(AS_OF, "West centre")
                book.lists.approve([other.id], "duty officer", AS_OF)
                files = {other.centre: outbox.rendered_again(ready, ledger, AS_OF, other.centre)}
                queue(book, routes(ready, {}, lambda: NOW), [other], files, AS_OF)
                queued.append(other.id)

    monkeypatch.setattr(outbox, "deliver", meanwhile)
    (left,) = approve(ready, AS_OF, "a/b", role="duty officer", day=AS_OF, clock=lambda: NOW).undelivered
    assert (left.centre, left.why) == ("West centre", NEXT)
    assert deliver_waiting(ready, AS_OF, clock=lambda: NOW) == ()


def test_a_missing_secret_and_a_channel_that_is_gone_are_named(ready: Project, pem: Path) -> None:
    plain = (ready.folder / "riskmodel.toml").read_text(encoding="utf-8")
    project = with_channels(ready, webhook(1, pem))
    run(project)
    with pytest.raises(UsageError, match="'centre system' needs the environment variable 'TOWN_WEBHOOK', which is not set"):
        approve(project, AS_OF, role="duty officer", day=AS_OF, clock=lambda: NOW)
    (project.folder / "riskmodel.toml").write_text(plain, encoding="utf-8")
    left = run(load_project(project.folder), AS_OF + 1, clock=lambda: NOW).undelivered
    assert len(left) == 2
    assert all("is no longer in riskmodel.toml" in one.why for one in left)


def test_no_secret_is_kept_or_shown_anywhere(ready: Project, pem: Path) -> None:
    with web_server(pem) as receiver:
        project = with_channels(ready, webhook(receiver.port, pem))
        run(project)
        receiver.answer = lambda _count: (500, {}, b"")
        done = approved(project)
        assert SECRET not in json.dumps([one.to_json() for one in done.undelivered])
    kept = [path for path in project.folder.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()]
    assert kept == []


@pytest.mark.parametrize(
    ("channel", "message"),
    [
        ('type = "pigeon"\nname = "a"', "type"),
        (
            'type = "webhook"\nname = "a"\nurl = "https://u:p@a.example/"\nhosts = ["a.example"]\nsecret = "S"',
            "without a user, password",
        ),
        (
            'type = "webhook"\nname = "a"\nurl = "https://127.0.0.1/"\nhosts = ["127.0.0.1"]\nsecret = "S"',
            "its host must be a name",
        ),
        (
            'type = "webhook"\nname = "a"\nurl = "https://a.example/"\nhosts = ["a.example"]\nsecret = "whsec_canary=="',
            "never the secret itself",
        ),
        ('type = "email"\nname = "a"\nhost = "mail"\nsender = "a@b"\nreceivers = ["nobody"]', "must be a mail address"),
        (
            'type = "drop"\nname = "a"\nfolder = "x"\n[[delivery.channels]]\ntype = "drop"\nname = "a"\nfolder = "y"',
            "a name of its own",
        ),
    ],
)
def test_a_faulty_channel_is_named_with_what_it_must_be(project: Project, channel: str, message: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        with_channels(project, f"\n[[delivery.channels]]\n{channel}\n")
    assert "canary" not in str(caught.value)
