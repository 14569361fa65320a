"""The guard reads a body of several messages whole, and its own answers say what they are."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from riskmodel.desk.web.guard import MOST_BYTES, Guard, Message, Receive, Scope, Send


def posted(parts: list[Message], headers: dict[bytes, bytes] | None = None) -> tuple[list[bytes], list[Message]]:
    """The bodies that the application got, and what was answered."""
    got, sent, waiting = list[bytes](), list[Message](), iter(parts)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        got.append(scope["state"]["body"])
        await send({"type": "http.response.start", "status": 200})

    async def receive() -> Message:
        return next(waiting)

    async def send(message: Message) -> None:
        sent.append(message)

    scope: dict[str, Any] = {"type": "http", "method": "POST", "headers": [*(headers or {}).items()]}
    asyncio.run(Guard(app, b"<p>foreign")(scope, receive, send))
    return got, sent


def part(body: bytes, more: bool) -> Message:
    return {"type": "http.request", "body": body, "more_body": more}


def kind_of(answer: Message) -> bytes:
    return dict(answer["headers"])[b"content-type"]


def test_a_body_of_several_messages_is_read_whole() -> None:
    assert posted([part(b"outcome.", True), part(b"1=visited", True), part(b"", False), part(b"no more", False)])[0] == [
        b"outcome.1=visited"
    ]
    # whoever leaves in the middle has sent what there is
    assert posted([part(b"outcome.1=", True), {"type": "http.disconnect"}])[0] == [b"outcome.1="]


@pytest.mark.parametrize(("size", "status"), [(MOST_BYTES, 200), (MOST_BYTES + 1, 413)])
def test_a_body_is_too_large_from_its_first_byte_too_many(size: int, status: int) -> None:
    got, sent = posted([part(b"x" * (size - 1), True), part(b"x", True), part(b"", False)])
    assert (sent[0]["status"], len(got)) == (status, int(status == 200))
    if status == 413:
        assert kind_of(sent[0]) == b"text/plain; charset=utf-8"


def test_a_form_of_another_site_gets_a_page() -> None:
    got, sent = posted([part(b"", False)], {b"origin": b"https://evil.test", b"host": b"desk.test"})
    assert (sent[0]["status"], kind_of(sent[0]), sent[1]["body"], got) == (403, b"text/html; charset=utf-8", b"<p>foreign", [])
