"""Which machines a webhook or a ping may reach.

Public ones, and private ones that a rule names. Addresses are judged as numbers after the name was resolved, and the machine that was really connected is judged once more. So neither a
spelling of an address nor a name that changes its mind leads anywhere else.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Event, Timer

from riskmodel.base.errors import RefusedError
from riskmodel.base.shown_texts import as_clause

Resolver = Callable[[str, int], Sequence[str]]
"""The addresses of a host and port."""

_NAT64 = ip_network("64:ff9b::/96")


def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, as the system resolves it.

    Raises
    ------
    OSError
        If the name is not known.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def is_allowed(address: str, private: Sequence[str]) -> bool:
    """Return whether a request may go to an address.

    Examples
    --------
    >>> is_allowed("93.184.216.34", ()), is_allowed("::ffff:127.0.0.1", ()), is_allowed("10.20.0.7", ("10.20.0.0/16",))
    (True, False, True)
    """
    number = ip_address(address.partition("%")[0])
    inner = _inner(number)
    if any(inner in network for network in map(ip_network, private) if network.version == inner.version):
        return True
    return inner is number and inner.is_global and not inner.is_multicast and not inner.is_reserved


def _inner(number: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """Return the IPv4 address that an IPv6 address stands for."""
    if isinstance(number, IPv4Address):
        return number
    if number in _NAT64:
        return IPv4Address(int(number) & 0xFFFFFFFF)
    return number.ipv4_mapped or number.sixtofour or (number.teredo[1] if number.teredo else None) or number


def connect(host: str, port: int, private: Sequence[str], timeout: float, resolver: Resolver = resolve) -> socket.socket:
    """Open a connection to an allowed address of a host.

    Raises
    ------
    RefusedError
        If an address of the host, or the machine that was connected, is not allowed.
    OSError
        If none of them answers.
    """
    addresses = resolver(host, port)
    for address in addresses:
        if not is_allowed(address, private):
            raise not_allowed(host, address)
    failure: OSError = OSError(f"The host {host!r} has no address.")
    for address in addresses:
        try:
            connected = socket.create_connection((address, port), timeout=timeout)
        except OSError as error:
            failure = error
            continue
        peer = str(connected.getpeername()[0])
        if not is_allowed(peer, private):
            connected.close()
            raise not_allowed(host, peer)
        return connected
    raise failure


@contextmanager
def ended_after(seconds: float, connected: socket.socket) -> Iterator[Event]:
    """End a connection after some time, and set the event.

    A machine that sends a byte now and then never lets a read time out. Encryption takes a socket over, so another one ends the connection.
    """
    ended, spare = Event(), connected.dup()

    def end() -> None:
        ended.set()
        with suppress(OSError):
            spare.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield ended
    finally:
        timer.cancel()
        spare.close()


@contextmanager
def named_failures(what: str, host: str) -> Iterator[None]:
    """Say who failed where the system only says how.

    Errors that have their own words pass.

    Raises
    ------
    OSError
        Naming the machine.
    """
    try:
        yield
    except TimeoutError:
        raise OSError(f"The {what} {host!r} did not answer in time.") from None
    except OSError as error:
        if error.errno is None:
            raise
        raise OSError(f"The {what} {host!r} cannot be used: {_failure(error)}.") from None


def _failure(error: OSError) -> str:
    """Return how a connection failed, in words."""
    if isinstance(error, ssl.SSLError) and error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST"):
        return "what answers on this port does not speak TLS"
    if isinstance(error, ssl.SSLEOFError):
        return "the connection broke off"
    return as_clause(getattr(error, "verify_message", "") or error.strerror or error)


def trusting(authority: str) -> ssl.SSLContext:
    """Return TLS settings that trust a file of certificates, or the system's.

    Raises
    ------
    OSError
        If the file cannot be read or holds no certificate.
    """
    try:
        return ssl.create_default_context(cafile=authority or None)
    except OSError as error:
        why = as_clause(error.strerror or error)
        raise OSError(
            f"The file of certificates {authority!r} ('authority') cannot be used: {why}. Correct it or its path."
        ) from None


def not_allowed(host: str, address: str) -> RefusedError:
    """A host leads to an address that is not allowed."""
    return RefusedError(
        f"The host {host!r} leads to {address}, which is not a public address. Nothing was sent. Correct the address, or name the network "
        "in 'private' beside 'hosts' if the receiver is meant to be inside it."
    )
