"""A URL that takes requests, if its host and machine are allowed.

Redirects are not followed, and no proxy of the environment is used.
"""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from riskmodel.base.errors import RefusedError
from riskmodel.operations.delivery.network_guard import Resolver, connect, ended_after, named_failures, resolve, trusting

TIMEOUT = 15
"""Seconds after which a silent receiver has failed."""
LIMIT = 120
"""Seconds after which a request is ended, however slowly its answer comes; less than the lease of a delivery."""
MOST_ANSWER = 65_536
"""Bytes of an answer that are read."""


@dataclass(frozen=True)
class GuardedUrl:
    """A URL, and where it may lead.

    Parameters
    ----------
    url
        The URL.
    hosts
        Hosts that it may name.
    private
        Networks that are not public and that it may lead into; plain HTTP is for these only.
    authority
        File with the certificates that are trusted; the system's if empty.
    resolver
        How the addresses of a host are found.
    """

    url: str
    hosts: tuple[str, ...]
    private: tuple[str, ...] = ()
    authority: str = ""
    resolver: Resolver = resolve

    @property
    def host(self) -> str:
        """The host that the URL names."""
        return urlsplit(self.url).hostname or ""

    def post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        """Post a body to an allowed machine; return status and answer.

        Raises
        ------
        OSError
            If it cannot be reached.
        RefusedError
            If the URL is not allowed.
        """
        parts, host = urlsplit(self.url), self.host
        if host not in self.hosts:
            raise RefusedError(
                f"The host {host!r} of the URL is not one of its 'hosts'. Nothing was sent. Add it there if the receiver is the right one."
            )
        if parts.scheme != "https" and not self.private:
            raise RefusedError(
                f"The request to {host!r} is not encrypted. Nothing was sent. Use https://, or a network named in 'private'."
            )
        with named_failures("receiver", host):
            return self._answer(parts, host, body, headers)

    def _answer(self, parts: SplitResult, host: str, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        # plain HTTP goes to the named networks only
        raw = connect(host, port, self.private, TIMEOUT, self.resolver)
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        try:
            with ended_after(LIMIT, raw):
                if parts.scheme == "https":
                    raw = trusting(self.authority).wrap_socket(raw, server_hostname=host)
                elif not self._is_private(str(raw.getpeername()[0])):
                    raise RefusedError(
                        f"The request to {host!r} is not encrypted and leads out of the networks in 'private'. Nothing was sent."
                    )
                connection.sock = raw
                target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                connection.request("POST", target, body, dict(headers))
                return _read(connection.getresponse())
        except http.client.IncompleteRead:
            raise OSError(f"The receiver {host!r} broke its answer off.") from None
        except http.client.RemoteDisconnected:
            raise OSError(f"The receiver {host!r} closed the connection without an answer.") from None
        except http.client.HTTPException:
            raise OSError(f"The receiver {host!r} does not speak HTTP.") from None
        finally:
            connection.close()
            raw.close()

    def _is_private(self, address: str) -> bool:
        from ipaddress import ip_address, ip_network

        number = ip_address(address)
        return any(number in network for network in map(ip_network, self.private) if network.version == number.version)


def _read(response: http.client.HTTPResponse) -> tuple[int, bytes]:
    """Return status and body of a whole answer."""
    answer = response.read(MOST_ANSWER)
    if response.length and len(answer) < MOST_ANSWER:
        raise http.client.IncompleteRead(answer, response.length)
    return response.status, answer
