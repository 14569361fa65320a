"""The webhook: one signed request per list.

It follows Standard Webhooks and CloudEvents. Redirects are not followed, and no proxy of the environment is used.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from riskmodel.base.days import to_iso
from riskmodel.base.errors import RefusedError
from riskmodel.base.files import canonical_json, sha256
from riskmodel.operations.delivery.channel import Parcel
from riskmodel.operations.delivery.network_guard import Resolver, connect, resolve
from riskmodel.operations.errors import delivery_conflict, other_acknowledged
from riskmodel.warning.formats import format_of

TIMEOUT = 15
"""Seconds after which a silent receiver has failed."""
MOST_ANSWER = 65_536
"""Bytes of an answer that are read."""
_PREFIX = "whsec_"


@dataclass(frozen=True)
class WebhookChannel:
    """Requests to one URL.

    ``hosts`` are the hosts that it may name and ``private`` the networks that it may lead into; plain HTTP is for the latter only.
    ``secret`` is the key that receiver and sender share; it is never shown. ``now`` is the time in seconds since 1970.
    """

    address: str
    hosts: tuple[str, ...]
    now: Callable[[], int]
    secret: str = field(repr=False)
    private: tuple[str, ...] = ()
    authority: str = ""
    resolver: Resolver = resolve
    name: str = "webhook"

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
        status, answer = self.post(body, self._headers(parcel, body))
        if status == 409:
            raise delivery_conflict(parcel.as_of, parcel.centre, self.address)
        if not 200 <= status < 300:
            redirect = " Redirects are not followed; correct 'url'." if 300 <= status < 400 else ""
            raise OSError(f"The receiver {self._host()!r} answered with status {status}.{redirect}")
        if not acknowledges(answer, parcel.id):
            raise other_acknowledged(parcel.as_of, parcel.centre, self.address)

    def check(self, parcel: Parcel) -> None:
        """Do nothing: the receiver acknowledged the digest when it was sent."""

    def _host(self) -> str:
        return urlsplit(self.address).hostname or ""

    def _headers(self, parcel: Parcel, body: bytes) -> dict[str, str]:
        stamp = str(self.now())
        return {
            "Content-Type": "application/cloudevents+json; charset=utf-8",
            "User-Agent": "riskmodel",
            "webhook-id": parcel.id,
            "webhook-timestamp": stamp,
            "webhook-signature": signature(self.secret, parcel.id, stamp, body),
        }

    def post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Post a body to an allowed machine; return status and answer.

        Raises
        ------
        OSError
            If it cannot be reached.
        RefusedError
            If the URL is not allowed.
        """
        parts, host = urlsplit(self.address), self._host()
        if host not in self.hosts:
            raise RefusedError(
                f"The webhook's host {host!r} is not one of its 'hosts'. Nothing was sent. Add it there if the receiver is the right one."
            )
        if parts.scheme != "https" and not self.private:
            raise RefusedError(
                f"The webhook to {host!r} is not encrypted. Nothing was sent. Use https://, or a network named in 'private'."
            )
        port = parts.port or (443 if parts.scheme == "https" else 80)
        # plain HTTP goes to the named networks only
        raw = connect(host, port, self.private, TIMEOUT, self.resolver)
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        try:
            if parts.scheme == "https":
                context = ssl.create_default_context(cafile=self.authority or None)
                raw = context.wrap_socket(raw, server_hostname=host)
            elif not self._is_private(str(raw.getpeername()[0])):
                raise RefusedError(
                    f"The webhook to {host!r} is not encrypted and leads out of the networks in 'private'. Nothing was sent."
                )
            connection.sock = raw
            target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("POST", target, body, dict(headers))
            response = connection.getresponse()
            return response.status, response.read(MOST_ANSWER)
        except http.client.HTTPException:
            raise OSError(f"The receiver {host!r} does not speak HTTP.") from None
        finally:
            connection.close()
            raw.close()

    def _is_private(self, address: str) -> bool:
        from ipaddress import ip_address, ip_network

        number = ip_address(address)
        return any(number in network for network in map(ip_network, self.private) if network.version == number.version)


def envelope(parcel: Parcel) -> bytes:
    """Return the CloudEvents envelope of a list and its digests."""
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
