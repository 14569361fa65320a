"""The guard before all requests: size, origin, and headers of every answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Asgi = Callable[[Scope, Receive, Send], Awaitable[None]]

MOST_BYTES = 256 * 1024
"""Bytes of a request's body; a list of a thousand places needs half."""

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""Of every answer: no script, no other site, nothing kept by a browser."""


class Guard:
    """Refuses what no page of ours sends.

    Browsers name where a form stands (``Origin``, ``Sec-Fetch-Site``); a form of another site is refused, whatever cookies came with it. The body is in ``request.state.body``.
    """

    def __init__(self, app: Asgi, foreign: bytes) -> None:
        self._app = app
        self._foreign = foreign

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]
                message["headers"] = [*message.get("headers", []), *own]
            await send(message)

        if scope["method"] == "POST":
            if _is_foreign({name: value.decode("latin-1") for name, value in scope["headers"]}):
                await _answer(sent, 403, self._foreign)
                return
            body = await _body(receive)
            if body is None:
                await _answer(sent, 413, b"The request is too large.")
                return
            scope.setdefault("state", {})["body"] = body
        await self._app(scope, receive, sent)


def _is_foreign(headers: dict[bytes, str]) -> bool:
    """Return whether a request comes from a page of another site.

    A browser that says where a form stands is believed; a proxy may have changed the host.
    """
    site = headers.get(b"sec-fetch-site")
    if site is not None:
        return site not in ("same-origin", "none")
    origin = headers.get(b"origin")
    return origin is not None and urlsplit(origin).netloc != headers.get(b"host", "")


async def _body(receive: Receive) -> bytes | None:
    """Return the body of a request; None if it is too large."""
    found = b""
    while True:
        message = await receive()
        found += message.get("body", b"")
        if len(found) > MOST_BYTES:
            return None
        if message["type"] != "http.request" or not message.get("more_body"):
            return found


async def _answer(send: Send, status: int, content: bytes) -> None:
    """Send a whole answer."""
    kind = b"text/html; charset=utf-8" if content.startswith(b"<") else b"text/plain; charset=utf-8"
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind)]})
    await send({"type": "http.response.body", "body": content})
