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
            If the receiver cannot be reached, fails, or redirects.
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
    try:
        content = json.loads(answer)
    except (ValueError, RecursionError):
        return True
    return not isinstance(content, dict) or content.get("id", id) == id
