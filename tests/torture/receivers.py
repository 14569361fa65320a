"""Receivers of lists that fail, stall, answer late, lie and repeat.

The web server and the mail server stand where the real channels connect to; what the channels send passes through the real code down to the
bytes of HTTP and of the message.
"""

from __future__ import annotations

import io
import json
import random
import smtplib
import ssl
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from itertools import count
from typing import Any

from riskmodel.base.files import canonical_json, sha256
from tests.torture.machine import Killed, Machine

HOST, SECRET = "10.9.8.7", "torture"

OTHER = 1_000_000
"""Runs of the other machine have numbers from here on."""

MOODS: Mapping[str, Mapping[str, float]] = {
    "good": {"takes": 1.0},
    "shaky": {"takes": 4, "down": 2, "fails": 2, "answer lost": 2, "twice": 2, "late": 1, "later again": 1},
    "slow": {"takes": 2, "late": 4, "answer lost": 2},
    "stalling": {"late": 1},
    "dead": {"down": 1},
    "failing": {"fails": 3, "down": 1, "redirects": 1},
    "lying": {"takes": 1, "other id": 3, "conflict": 1, "garbage": 1},
}
"""How a receiver behaves: what it does with a request, and how often."""


@dataclass
class Arrival:
    """What a receiver took at a time."""

    receiver: str
    id: str
    digests: dict[str, str]
    body: dict[str, Any]
    at: int


@dataclass
class Attempt:
    """A request: when, whether no answer came, in which run, and its place in the order of all beginnings and ends."""

    receiver: str
    id: str
    at: int
    until: int
    silent: bool
    run: int
    first: int
    last: int


@dataclass
class World:
    """Everything outside of the machine: the receivers and what reached them."""

    machine: Machine
    draw: random.Random
    now: int
    mood: str = "good"
    arrivals: list[Arrival] = field(default_factory=list)
    effects: dict[tuple[str, str], Arrival] = field(default_factory=dict)
    attempts: list[Attempt] = field(default_factory=list)
    acknowledged: set[tuple[str, str]] = field(default_factory=set)
    old: list[tuple[str, str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    collected: set[str] = field(default_factory=set)
    order: Iterator[int] = field(default_factory=count)
    run: int = 0
    joined: bool = False
    other_dies: bool = False
    meanwhile: Callable[[], None] | None = None

    def clock(self) -> int:
        """Return the time in seconds since 1970."""
        return self.now

    def request(self, receiver: str, id: str, digests: dict[str, str], body: dict[str, Any]) -> str:
        """Let a receiver have a request; return what it does."""
        self.machine.receiver_operation(f"request {receiver} {id[:8]}")
        moods = MOODS[self.mood]
        (how,) = self.draw.choices(list(moods), list(moods.values()))
        began, first = self.now, next(self.order)
        if self.run >= OTHER and self.other_dies:
            self._take(receiver, id, digests, body)
            self.attempts.append(Attempt(receiver, id, began, began, True, self.run, first, next(self.order)))
            raise Killed
        if how in ("takes", "answer lost", "twice", "late", "other id", "garbage", "later again"):
            self._take(receiver, id, digests, body)
            if how == "twice":
                self._take(receiver, id, digests, body)
            if how == "later again":
                self.old.append((receiver, id, digests, body))
        if how == "late":
            self._pass_time()
        failed = how not in ("takes", "twice", "garbage", "late", "later again")
        silent = failed and not (receiver == "webhook" and how in ("other id", "conflict"))
        self.attempts.append(Attempt(receiver, id, began, self.now, silent, self.run, first, next(self.order)))
        self.machine.receiver_operation(f"answer {receiver} {how}")
        if not failed:
            self.acknowledged.add((receiver, id))
        return how

    def repeat(self) -> None:
        """Let the network deliver an old request once more, out of order."""
        if self.old:
            receiver, id, digests, body = self.old.pop(self.draw.randrange(len(self.old)))
            self._take(receiver, id, digests, body)

    def _take(self, receiver: str, id: str, digests: dict[str, str], body: dict[str, Any]) -> None:
        one = Arrival(receiver, id, digests, body, self.now)
        self.arrivals.append(one)
        first = self.effects.setdefault((receiver, id), one)
        if first.digests != digests or first.body != body:
            self.problems.append(f"{receiver} got other content under the id {id[:12]}")

    def _pass_time(self) -> None:
        """Let a slow answer take its time; another machine may work meanwhile."""
        self.now += self.draw.choice((5, 20, 280, 301, 2000))
        if self.meanwhile is not None:
            work, self.meanwhile = self.meanwhile, None
            self.joined = True
            self.run += OTHER
            with self.machine.calm():
                work()
            self.run -= OTHER


class WebConnection:
    """A connected socket to the web receiver, down to the bytes of HTTP."""

    def __init__(self, world: World) -> None:
        self.world, self.sent, self.answered = world, b"", b""

    def getpeername(self) -> tuple[str, int]:
        return HOST, 80

    def sendall(self, content: bytes) -> None:
        self.sent += content

    def makefile(self, _mode: str) -> io.BytesIO:
        """Return the answer of the receiver."""
        head, _, body = self.sent.partition(b"\r\n\r\n")
        headers = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:])
        id, facts = headers[b"webhook-id"].decode(), json.loads(body)
        if facts["id"] != id:
            self.world.problems.append("the id of the envelope is not that of the header")
        if not headers.get(b"webhook-signature", b"").startswith(b"v1,"):
            self.world.problems.append("a request without a signature")
        how = self.world.request("webhook", id, facts["data"]["sha256"], facts["data"]["content"])
        if how in ("answer lost", "down"):
            raise ConnectionResetError("the connection was reset")
        status, text = {
            "fails": (503, b"try later"), "redirects": (302, b""), "conflict": (409, b""), "garbage": (200, b"OK"),
            "other id": (200, canonical_json({"id": 64 * "0"})),
        }.get(how, (200, canonical_json({"id": id})))  # fmt: skip
        return io.BytesIO(b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n\r\n" % (status, len(text)) + text)

    def dup(self) -> WebConnection:
        """Return what a timer would end, were the receiver too slow."""
        return self

    def close(self) -> None:
        """Close the connection."""


class MailConnection:
    """What stands where ``mail_session`` does."""

    world: World

    def __init__(self, *_: object, **__: object) -> None:
        if self.world.mood == "dead":
            raise ConnectionRefusedError("the mail server does not answer")

    def __enter__(self) -> MailConnection:
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""

    def send_message(self, message: EmailMessage) -> dict[str, object]:
        """Take a message as a server would."""
        contents = {str(part.get_filename()): bytes(part.get_payload(decode=True)) for part in message.iter_attachments()}
        digests = {name: sha256(content) for name, content in contents.items()}
        body = next(json.loads(content) for name, content in contents.items() if name.endswith(".json"))
        id = str(message["Message-ID"]).removeprefix("<").partition("@")[0]
        how = self.world.request(f"email {message['To']}", id, digests, body)
        if how in ("fails", "redirects", "conflict", "other id"):
            # the server took it in the last case, and says that it did not
            raise smtplib.SMTPResponseException(451, b"try later")
        if how in ("answer lost", "down"):
            raise smtplib.SMTPServerDisconnected("the connection was lost")
        return {}


def connected(world: World) -> Callable[..., WebConnection]:
    """Return what stands where the webhook connects."""

    def connect(_host: str, _port: int, *_: object) -> WebConnection:
        if world.mood == "dead":
            raise ConnectionRefusedError("the receiver does not answer")
        return WebConnection(world)

    return connect


def no_certificates(*_: object, **__: object) -> ssl.SSLContext:
    """Stand where certificates are loaded, which takes long."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
