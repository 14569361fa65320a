"""The webhook: one signed request per list.

It follows Standard Webhooks and CloudEvents.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from riskmodel.base.days import to_iso
from riskmodel.base.files import canonical_json, sha256
from riskmodel.operations.delivery.channel import Parcel
from riskmodel.operations.delivery.guarded_url import GuardedUrl
from riskmodel.operations.errors import delivery_conflict, other_acknowledged
from riskmodel.warning.formats import format_of

_PREFIX = "whsec_"


@dataclass(frozen=True)
class WebhookChannel:
    """Requests to one URL.

    ``secret`` is the key that receiver and sender share; it is never shown. ``now`` is the time in seconds since 1970.
    """

    to: GuardedUrl
    now: Callable[[], int]
    secret: str = field(repr=False)
    name: str = "webhook"

    @property
    def address(self) -> str:
        """The URL, as receipts name it."""
        return self.to.url

    def send(self, parcel: Parcel) -> None:
        """Post a list; a receiver that keeps ids takes it once.

        Raises
        ------
        OSError
            If the receiver cannot be reached, fails, redirects, or says with status 200 that it failed.
        RefusedError
            If the URL is not allowed, or the receiver holds or acknowledges another content.
        """
        body = envelope(parcel)
        status, answer = self.to.post(body, self._headers(parcel, body))
        if status == 409:
            raise delivery_conflict(parcel.as_of, parcel.centre, self.address)
        if not 200 <= status < 300:
            redirect = " Redirects are not followed; correct 'url'." if 300 <= status < 400 else ""
            raise OSError(f"The receiver {self.to.host!r} answered with status {status}.{redirect}")
        if why := denial(answer):
            raise OSError(f"The receiver {self.to.host!r} answered with status {status}, but did not take the list: {why}.")
        if not acknowledges(answer, parcel.id):
            raise other_acknowledged(parcel.as_of, parcel.centre, self.address)

    def check(self, parcel: Parcel) -> None:
        """Do nothing: the receiver acknowledged the digest when it was sent."""

    def _headers(self, parcel: Parcel, body: bytes) -> dict[str, str]:
        stamp = str(self.now())
        return {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "User-Agent": "riskmodel",
            "webhook-id": parcel.id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self.secret, parcel.id, stamp, body),
        }


def envelope(parcel: Parcel) -> bytes:
    """Return the CloudEvents envelope of a list and its digests.

    Its type is the same for an escalated list, so that a receiver which knows one type takes both.
    """
    jsons = [content for name, content in sorted(parcel.files.items()) if format_of(name) == "json"]
    return canonical_json(
        {
            "specversion": "1.0",
            "id": parcel.id,
            "source": "urn:riskmodel",
            "type": "riskmodel.list.approved",
            "subject": f"{to_iso(parcel.as_of)}/{parcel.centre}",
            "datacontenttype": "application/json",
            "data": {
                "id": parcel.id,
                "list": parcel.list_id,
                "as_of": to_iso(parcel.as_of),
                "centre": parcel.centre,
                "escalated": parcel.escalated,
                "sha256": {name: sha256(content) for name, content in parcel.files.items()},
                "content": json.loads(jsons[0]) if jsons else None,
            },
        }
    )


def signature(secret: str, id: str, stamp: str, body: bytes) -> str:
    """Return the signature of Standard Webhooks, version 1.

    Examples
    --------
    >>> signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    """
    key = base64.b64decode(secret.removeprefix(_PREFIX)) if secret.startswith(_PREFIX) else secret.encode()
    signed = hmac.new(key, f"{id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def acknowledges(answer: bytes, id: str) -> bool:
    """Return whether an answer has this id, or none."""
    return _fields(answer).get("id", id) == id


def denial(answer: bytes) -> str:
    """Return what in an answer of status 2xx says that it failed.

    It is empty for any other answer. Many services answer every request with 200 and state the failure inside; gateways answer with a page. Nothing that
    the receiver wrote is repeated.

    Examples
    --------
    >>> denial(b'{"errcode": 310000, "errmsg": "..."}'), denial(b'{"errcode": 0, "errmsg": "ok"}'), denial(b"ok")
    ("'errcode' is not 0", '', '')
    """
    if answer.lstrip(b"\xef\xbb\xbf \t\r\n")[:14].lower().startswith((b"<!doctype html", b"<html")):
        return "its answer is a web page"
    given = {name.lower().replace("_", ""): value for name, value in _fields(answer).items()}
    for name in ("success", "ok"):
        if given.get(name) in (False, "false"):
            return f"{name!r} is false"
    for name in ("error", "errors"):
        if given.get(name) not in (None, False, "", "0", 0, [], {}):
            return f"it has an {name!r}"
    for name in ("errcode", "errorcode", "errno"):
        if given.get(name) not in (None, "", "0", 0):
            return f"{name!r} is not 0"
    for name in ("code", "status"):
        value = given.get(name)
        if str(value).lower() in _FAILED or (str(value).isascii() and str(value).isdigit() and 400 <= int(str(value)) < 600):
            return f"{name!r} states a failure"
    return ""


_FAILED = {"error", "fail", "failed", "failure", "rejected"}
"""Words by which a receiver says that it failed."""


def _fields(answer: bytes) -> dict[str, Any]:
    """Return the fields of an answer in JSON, or none."""
    try:
        content = json.loads(answer)
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}
