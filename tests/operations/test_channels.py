"""Channels: a drop folder with checksums, a feed, mail over TLS and a signed webhook; each takes effect once and leads nowhere else."""

from __future__ import annotations

import base64
import email
import hashlib
import hmac
import inspect
import json
import socket
import struct
import subprocess
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from riskmodel.base.errors import RefusedError
from riskmodel.base.files import canonical_json
from riskmodel.ledger.queued_deliveries import LEASE
from riskmodel.operations.delivery import (
    DropChannel,
    EmailChannel,
    FeedChannel,
    FolderChannel,
    GuardedUrl,
    MailServer,
    WebhookChannel,
    guarded_url,
)
from riskmodel.operations.delivery.feed_channel import ATOM
from riskmodel.operations.delivery.network_guard import connect, is_allowed, resolve
from riskmodel.warning.formats.list_summary import list_summary
from tests.worlds.full_list import full
from tests.worlds.parcels import AS_OF, FILES, parcel
from tests.worlds.receivers import certificate, mail_server, web_server

CANARY = "whsec_" + base64.b64encode(b"a canary that nobody may read").decode()


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


def test_a_drop_appears_whole_with_its_checksums_and_once(tmp_path: Path) -> None:
    channel = DropChannel(tmp_path / "drop", "drop")
    left = tmp_path / "drop" / f".2025-12-31_东区_centre_{parcel().id[:12]}.part"
    channel.send(parcel())
    (place,) = (tmp_path / "drop").iterdir()
    assert {path.name for path in place.iterdir()} == {*FILES, "SHA256SUMS"}
    subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=place, check=True)
    channel.send(parcel())
    assert [path.name for path in (tmp_path / "drop").iterdir()] == [place.name]
    assert not left.exists()
    (place / "list.csv").write_bytes(b"")
    with pytest.raises(RefusedError, match=r"list.csv' that was delivered .* is not what was sent.*outbox/home"):
        channel.send(parcel())


def test_an_interrupted_drop_is_not_visible_and_is_completed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    channel = DropChannel(tmp_path / "drop", "drop")

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.rename", killed)
        with pytest.raises(KeyboardInterrupt):
            channel.send(parcel())
    assert all(path.name.startswith(".") for path in (tmp_path / "drop").iterdir())
    channel.send(parcel())
    (place,) = (tmp_path / "drop").iterdir()
    assert (place / "list.csv").read_bytes() == FILES["list.csv"]


def test_a_feed_lists_the_newest_first_and_links_every_file_with_its_digest(tmp_path: Path) -> None:
    channel = FeedChannel(tmp_path / "feed", "feed", "县 county & co", most=2)
    for as_of in (AS_OF, AS_OF + 2, AS_OF + 1, AS_OF + 1):
        channel.send(parcel({**FILES, "list.csv": str(as_of).encode(), "list.cap.xml": b"<alert/>"}, as_of))
    feed = ET.parse(tmp_path / "feed" / "feed.xml").getroot()
    entries = feed.findall(f"{{{ATOM}}}entry")
    names = [feed.findtext(f"{{{ATOM}}}title"), *(entry.findtext(f"{{{ATOM}}}author/{{{ATOM}}}name") for entry in entries)]
    assert names == ["县 county & co"] * 3
    assert [entry.findtext(f"{{{ATOM}}}updated") for entry in entries] == ["2026-01-02T00:00:00Z", "2026-01-01T00:00:00Z"]
    for link in entries[0].findall(f"{{{ATOM}}}link"):
        content = (tmp_path / "feed" / link.attrib["href"]).read_bytes()
        assert link.attrib["title"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
        form = {"csv": "text/csv", "xml": "application/cap+xml"}.get(link.attrib["href"].rpartition(".")[2])
        assert form is None or link.attrib["type"] == form
        assert link.attrib["rel"] == ("alternate" if form == "application/cap+xml" else "related")
    before = (tmp_path / "feed" / "feed.xml").read_bytes()
    channel.send(parcel({**FILES, "list.csv": str(AS_OF + 2).encode(), "list.cap.xml": b"<alert/>"}, AS_OF + 2))
    assert (tmp_path / "feed" / "feed.xml").read_bytes() == before


def test_what_was_sent_and_then_changed_is_told_when_it_is_sent_again(tmp_path: Path) -> None:
    """Also where a folder has the name of a file; and another content of the list is never put over the first."""
    channel = FolderChannel(tmp_path / "sent", "outbox/sent")
    channel.send(parcel())
    (file,) = tmp_path.glob("sent/*/*/list.csv")
    with pytest.raises(
        RefusedError, match=r"Another list of 2025-12-31 for '东区 centre' was already delivered, to '.*list\.csv'"
    ):
        channel.send(parcel({**FILES, "list.csv": b"other"}))
    file.unlink()
    channel.send(parcel())
    file.mkdir()
    with pytest.raises(RefusedError, match="list.csv"):
        channel.send(parcel())


def test_what_a_killed_delivery_left_in_a_feed_is_removed(tmp_path: Path) -> None:
    """Found by seeds of ``tests/torture``; files of anybody else stay."""
    channel = FeedChannel(tmp_path / "feed", "feed", "county")
    channel.send(parcel())
    (place,) = (path.parent for path in tmp_path.glob("feed/*/*/*/list.csv"))
    ours = [place / ".list.csv.4711.part", tmp_path / "feed" / ".feed.xml.4711.part"]
    others = [place / ".list.csv.part", place / ".other.4711.part"]
    for path in (*ours, *others):
        path.write_bytes(b"half")
    channel.send(parcel())
    assert not any(path.exists() for path in ours)
    assert all(path.exists() for path in others)


@pytest.mark.parametrize("kind", [FolderChannel, DropChannel])
def test_what_a_stopped_delivery_renamed_is_synced_before_it_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: type[FolderChannel | DropChannel]
) -> None:
    """The machine may have been stopped between the renaming and the sync of the folder; a power cut would take the name away."""
    channel = kind(tmp_path / "there", "there")
    channel.send(parcel())
    synced: list[Path] = []
    monkeypatch.setattr(inspect.getmodule(kind), "sync_folder", synced.append)
    channel.send(parcel())
    assert synced == [tmp_path / "there" / "receipts" if kind is FolderChannel else tmp_path / "there"]


def mail(port: int, pem: Path, **changes: object) -> EmailChannel:
    server = replace(MailServer("127.0.0.1", port, "tls", "town", "canary-secret", str(pem)), **changes)
    return EmailChannel(server, "riskmodel@town.invalid", "duty@east.invalid")


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mail_arrives_with_every_file_under_the_id_of_its_delivery(pem: Path, security: str) -> None:
    with mail_server(pem, security) as box:
        mail(box.port, pem, security=security).send(parcel())
    (raw,) = box.messages
    message = email.message_from_bytes(raw, _class=EmailMessage, policy=default)
    assert message["Message-ID"] == f"<{parcel().id}@riskmodel.invalid>"
    assert (message["To"], message["From"]) == ("duty@east.invalid", "riskmodel@town.invalid")
    found = {part.get_filename(): part.get_payload(decode=True) for part in message.iter_attachments()}
    assert {name: content for name, content in found.items() if isinstance(content, bytes)} == FILES
    assert base64.b64decode(box.logins[0]) == b"\0town\0canary-secret"
    assert "canary-secret" not in repr(mail(box.port, pem))


def test_a_mail_says_how_many_places_and_that_red_ones_are_to_be_acknowledged() -> None:
    whole = full()
    red = sum(warning.grade == "red" for warning in whole)
    assert red
    one = parcel({"list.json": canonical_json(whole.to_json()), "list.csv": b""})
    message = EmailChannel(MailServer("localhost", 25, "tls"), "riskmodel@town.invalid", "duty@east.invalid").message(one)
    assert (
        message["Subject"]
        == f"预警名单 东区 centre 2025-12-31（红色{red}处，1项无法评分） / Warning list, {red} red, 1 target not scored {one.id[:12]}"
    )
    body = message.get_body()
    assert body is not None
    zh, en, last = body.get_content().split("\n\n")
    assert zh.splitlines() == [
        "东区 centre，数据截至2025年12月31日零时。名单见附件。",
        "出租房火灾：本期无法评分：数据源“calls”只完整到2024年12月7日。没有名单不代表没有风险；请补报数据后重新运行。",
        "数据源“calls”只完整到2024年12月7日，相关依据可能偏低或缺失。",
        list_summary(whole, "zh"),
        f"名单有红色预警{red}处。请阅后签收：riskmodel acknowledge --as-of 2025-12-31 --centre '东区 centre' --role 角色",
        "走访后请在附件表格（xlsx）中填写结果和走访日期，并交回。",
    ]
    assert list_summary(whole, "en") in en
    assert last == f"id: {one.id}\n"
    plain = EmailChannel(MailServer("localhost", 25, "tls"), "a@b.invalid", "c@d.invalid").message(parcel())
    assert plain["Subject"] == f"预警名单 东区 centre 2025-12-31 / Warning list {parcel().id[:12]}"


def test_a_mail_server_that_refuses_or_is_another_one_is_a_failure_without_secrets(pem: Path, tmp_path: Path) -> None:
    with mail_server(pem) as box:
        box.refuses = True
        with pytest.raises(OSError, match=r"did not take the message \(refused, code 451\)") as caught:
            mail(box.port, pem).send(parcel())
        assert "canary" not in str(caught.value)
        with pytest.raises(OSError, match="certificate"):
            mail(box.port, certificate(tmp_path)).send(parcel())
        box.hangs_up = True
        with pytest.raises(OSError, match=r"did not take the message \(the connection broke off\)"):
            mail(box.port, pem).send(parcel())
        box.greeting = "SSH-2.0-OpenSSH"
        with pytest.raises(OSError, match=r"did not take the message \(what answers there is no mail server\)"):
            mail(box.port, pem).send(parcel())
    assert box.messages == []
    with mail_server(pem, "starttls") as plain, pytest.raises(OSError, match="what answers on this port does not speak TLS"):
        mail(plain.port, pem).send(parcel())
    assert plain.messages == []


def webhook(port: int, pem: Path | None, **changes: object) -> WebhookChannel:
    scheme = "http" if pem is None else "https"
    to = GuardedUrl(
        url=f"{scheme}://localhost:{port}/lists",
        hosts=("localhost",),
        private=("127.0.0.0/8", "::1/128"),
        authority=str(pem or ""),
        resolver=lambda _host, _port: ["127.0.0.1"],
    )
    return WebhookChannel(replace(to, **changes), lambda: 1_767_139_200, CANARY)


def test_a_webhook_is_signed_and_carries_list_and_digests(pem: Path) -> None:
    with web_server(pem) as receiver:
        webhook(receiver.port, pem).send(parcel())
        webhook(receiver.port, pem).send(parcel())
    (path, headers, body), (_, again, other) = receiver.requests
    assert path == "/lists"
    assert headers["webhook-id"] == again["webhook-id"] == parcel().id
    assert body == other
    key = base64.b64decode(CANARY.removeprefix("whsec_"))
    signed = hmac.new(key, f"{parcel().id}.{headers['webhook-timestamp']}.".encode() + body, hashlib.sha256).digest()
    assert headers["webhook-signature"] == "v1," + base64.b64encode(signed).decode()
    event = json.loads(body)
    assert (event["specversion"], event["id"], event["data"]["content"]) == ("1.0", parcel().id, {"centre": "东"})
    assert event["data"]["sha256"]["list.csv"] == hashlib.sha256(FILES["list.csv"]).hexdigest()
    assert CANARY not in repr(webhook(1, pem)) + str(headers) + body.decode()


@pytest.mark.parametrize(
    ("status", "headers", "content", "error", "message"),
    [
        (500, {}, b"", OSError, "answered with status 500"),
        (302, {"Location": "http://169.254.169.254/latest"}, b"", OSError, "status 302. Redirects are not followed"),
        (409, {}, b"", RefusedError, "Another list of 2025-12-31 for '东区 centre' was already delivered"),
        (200, {}, b'{"id": "another"}', RefusedError, "acknowledged another id"),
    ],
)
def test_a_receiver_that_fails_redirects_or_lies_does_not_count(
    pem: Path, status: int, headers: dict[str, str], content: bytes, error: type[Exception], message: str
) -> None:
    with web_server(pem) as receiver:
        receiver.answer = lambda _count: (status, headers, content)
        with pytest.raises(error, match=message):
            webhook(receiver.port, pem).send(parcel())
        assert len(receiver.requests) == 1


INSIDE = (
    "127.0.0.1", "127.1.2.3", "0.0.0.0", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "224.0.0.1",
    "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
    "2002:0a00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2001:0:1:2:3:4:80ff:fffe",
)  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_reached_in_any_spelling(address: str) -> None:
    assert not is_allowed(address, ())
    with pytest.raises(RefusedError, match="which is not a public address. Nothing was sent"):
        webhook(
            443,
            None,
            url="https://lists.example.org/",
            hosts=("lists.example.org",),
            private=(),
            resolver=lambda _h, _p: [address],
        ).send(parcel())


def test_the_machine_that_was_really_connected_is_judged_too(monkeypatch: pytest.MonkeyPatch) -> None:
    connect_to, made = socket.create_connection, list[socket.socket]()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def elsewhere(_address: tuple[str, int], timeout: float) -> socket.socket:
            made.append(connect_to(listening.getsockname(), timeout=timeout))
            return made[0]

        monkeypatch.setattr(socket, "create_connection", elsewhere)
        with pytest.raises(RefusedError, match=r"'lists\.example\.org' leads to 127\.0\.0\.1, which is not a public address"):
            connect("lists.example.org", 443, (), 5.0, lambda _host, _port: ["93.184.216.34"])
    assert made[0].fileno() == -1, "it is closed"


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "localhost"])
def test_a_number_spelt_otherwise_is_judged_by_where_it_leads(host: str) -> None:
    """The system's own resolver reads decimal, octal and short spellings as addresses."""
    channel = webhook(443, None, url=f"https://{host}/", hosts=(host,), private=(), resolver=resolve)
    with pytest.raises(RefusedError, match="is not a public address"):
        channel.send(parcel())


def test_a_resolver_that_changes_its_mind_is_asked_once(pem: Path) -> None:
    asked: list[str] = []

    def changing(host: str, _port: int) -> Sequence[str]:
        asked.append(host)
        return ["93.184.216.34"] if len(asked) > 1 else ["127.0.0.1"]

    with web_server(pem) as receiver:
        webhook(receiver.port, pem, resolver=changing).send(parcel())
    assert asked == ["localhost"]
    assert len(receiver.requests) == 1


def test_one_address_inside_among_public_ones_is_refused() -> None:
    with pytest.raises(RefusedError, match="leads to 10.0.0.1"):
        webhook(
            443,
            None,
            url="https://a.example/",
            hosts=("a.example",),
            private=(),
            resolver=lambda _h, _p: ["93.184.216.34", "10.0.0.1"],
        ).send(parcel())


def test_a_host_that_is_not_listed_and_plain_http_are_refused(pem: Path) -> None:
    with web_server(None) as receiver:
        with pytest.raises(RefusedError, match="is not one of its 'hosts'"):
            webhook(receiver.port, None, hosts=("other",)).send(parcel())
        with pytest.raises(RefusedError, match="is not encrypted"):
            webhook(receiver.port, None, private=()).send(parcel())
        assert receiver.requests == []
        webhook(receiver.port, None).send(parcel())
        assert len(receiver.requests) == 1


@contextmanager
def rude_server(answer: Callable[[socket.socket], None]) -> Iterator[int]:
    """A receiver that does anything with a connection; its port."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connected, _ = listening.accept()
                except OSError:
                    return
                with connected, suppress(OSError):
                    answer(connected)

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]


def reset(connected: socket.socket) -> None:
    """Break the connection off while the request comes in."""
    connected.recv(10)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def test_a_receiver_that_breaks_off_or_says_nothing_is_named_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    plain = {"url": "http://localhost:PORT/lists"}
    for answer, said in (
        (
            reset,
            r"The receiver 'localhost' (cannot be used: (Connection reset by peer|Broken pipe)\.|closed the connection without an answer\.)",
        ),
        (lambda connected: connected.recv(1_000_000), r"The receiver 'localhost' (closed the connection without|cannot be used)"),
    ):
        with rude_server(answer) as port, pytest.raises(OSError, match=said):
            webhook(port, None, url=plain["url"].replace("PORT", str(port))).send(parcel())
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with pytest.raises(OSError, match=r"The receiver 'localhost' cannot be used: Connection refused\."):
        webhook(port, None).send(parcel())
    monkeypatch.setattr(guarded_url, "TIMEOUT", 0.2)
    with rude_server(lambda connected: time.sleep(2)) as port, pytest.raises(OSError, match="'localhost' did not answer in time"):
        webhook(port, None).send(parcel())


def test_a_receiver_that_answers_a_byte_now_and_then_is_ended_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    assert guarded_url.LIMIT < LEASE
    monkeypatch.setattr(guarded_url, "LIMIT", 0.5)
    answered = list[int]()

    def drip(connected: socket.socket) -> None:
        connected.recv(1_000_000)
        for sent in range(1000):
            connected.sendall(b"H")
            answered.append(sent)
            time.sleep(0.05)

    with rude_server(drip) as port, pytest.raises(OSError, match="The receiver 'localhost'"):
        webhook(port, None).send(parcel())
    assert 0 < len(answered) < 1000


def test_a_file_of_certificates_that_is_none_is_named(pem: Path, tmp_path: Path) -> None:
    with web_server(pem) as receiver:
        for path in (tmp_path / "absent.pem", tmp_path / "empty.pem"):
            if path.name == "empty.pem":
                path.write_bytes(b"")
            with pytest.raises(OSError, match=rf"file of certificates '.*{path.name}' \('authority'\) cannot be used"):
                webhook(receiver.port, pem, authority=str(path)).send(parcel())


def test_a_mail_server_that_refuses_one_receiver_keeps_no_other_from_its_list(pem: Path) -> None:
    with mail_server(pem) as box:
        box.refused = ("east@example.org",)
        server = MailServer("localhost", box.port, "tls", authority=str(pem))
        with pytest.raises(OSError, match="did not take the message"):
            EmailChannel(server, "lists@example.org", "east@example.org").send(parcel())
        EmailChannel(server, "lists@example.org", "west@example.org").send(parcel())
        assert len(box.messages) == 1
