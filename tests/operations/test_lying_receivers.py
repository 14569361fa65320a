"""Receivers that do not say what happened: a failure inside a status of 200, a half answer, a farewell that fails, a mail that must wait."""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from pathlib import Path

import pytest

from riskmodel.ledger.queued_deliveries import LEASE
from riskmodel.operations.delivery import email_channel
from tests.operations.test_channels import mail, rude_server, webhook
from tests.worlds.parcels import parcel
from tests.worlds.receivers import certificate, mail_server, web_server


@pytest.fixture(scope="module")
def pem(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return certificate(tmp_path_factory.mktemp("certificate"))


SAID = "but did not take the list"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b'{"errcode": 310000, "errmsg": "keywords not in content"}', "'errcode' is not 0"),
        (b'{"error_code": "5"}', "'errorcode' is not 0"),
        (b'{"success": false}', "'success' is false"),
        (b'{"ok": false}', "'ok' is false"),
        (b'{"error": "database is down"}', "it has an 'error'"),
        (b'{"code": 500, "msg": "..."}', "'code' states a failure"),
        (b'{"status": "FAILED"}', "'status' states a failure"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE HTML><title>login</title>", "its answer is a web page"),
        (b"<html><body>502</body></html>", "its answer is a web page"),
    ],
)
def test_a_status_of_200_with_a_failure_inside_does_not_count(pem: Path, content: bytes, why: str) -> None:
    with web_server(pem) as receiver:
        receiver.answer = lambda _count: (200, {}, content)
        with pytest.raises(OSError, match=f"answered with status 200, {SAID}: {why}") as caught:
            webhook(receiver.port, pem).send(parcel())
    assert "database" not in str(caught.value)


@pytest.mark.parametrize(
    "content",
    [b"", b"ok", b"[]", b"[" * 100_000, b'{"errcode": 0, "errmsg": "ok"}', b'{"code": 200}', b'{"code": "0", "error": null}',
     b'{"success": true, "errors": []}', b'{"status": "received", "code": 0}', b'{"error": false}'],
)  # fmt: skip
def test_answers_of_receivers_that_took_the_list_count(pem: Path, content: bytes) -> None:
    with web_server(pem) as receiver:
        receiver.answer = lambda _count: (200, {}, content)
        webhook(receiver.port, pem).send(parcel())
        assert len(receiver.requests) == 1


@pytest.mark.parametrize("header", ["Content-Length: 40", "Transfer-Encoding: chunked"])
def test_an_answer_that_breaks_off_does_not_count(header: str) -> None:
    def half(connected: socket.socket) -> None:
        connected.recv(1_000_000)
        begun = b"28\r\n" if "chunked" in header else b""
        connected.sendall(b"HTTP/1.1 200 OK\r\n" + header.encode() + b"\r\n\r\n" + begun + b'{"id": "')
        # what came in is read, so that the connection ends without a reset
        connected.settimeout(0.2)
        with suppress(OSError):
            while connected.recv(1_000_000):
                pass

    with rude_server(half) as port, pytest.raises(OSError, match="The receiver 'localhost' broke its answer off"):
        webhook(port, None).send(parcel())


def test_a_mail_that_was_taken_counts_whatever_the_farewell_says(pem: Path) -> None:
    """Else it would be sent again."""
    with mail_server(pem) as box:
        box.farewell = "421 too busy"
        mail(box.port, pem).send(parcel())
        assert len(box.messages) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_mail_server_that_takes_a_receiver_the_second_time_is_named_with_its_code(pem: Path, security: str) -> None:
    with mail_server(pem, security) as box:
        box.unknown = ("duty@east.invalid",)
        with pytest.raises(OSError, match=r"did not take the message \(refused, code 450\)"):
            mail(box.port, pem, security=security).send(parcel())
        assert box.messages == []
        mail(box.port, pem, security=security).send(parcel())
        assert len(box.messages) == 1


def test_a_mail_server_that_answers_a_byte_now_and_then_is_ended_in_time(pem: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert email_channel.LIMIT < LEASE
    monkeypatch.setattr(email_channel, "LIMIT", 0.5)

    def drips(connected: socket.socket) -> None:
        for _ in range(1000):
            connected.sendall(b"2")
            time.sleep(0.05)

    with rude_server(drips) as port, pytest.raises(OSError, match="The mail server '127.0.0.1' did not answer in time"):
        mail(port, pem, security="starttls").send(parcel())
