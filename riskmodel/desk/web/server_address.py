"""The address on which the desk listens, and its certificate."""

from __future__ import annotations

import errno
import socket
import ssl
from pathlib import Path

from riskmodel.base.errors import UsageError

WAITING = 2048
"""Connections that wait until they are accepted."""


def listening_socket(host: str, port: int) -> socket.socket:
    """Return a socket that listens on an address of this machine.

    Raises
    ------
    UsageError
        If another program listens there, the machine has no such address, or the system does not allow the port.

    Examples
    --------
    >>> with listening_socket("127.0.0.1", 0) as there:
    ...     there.getsockname()[0]
    '127.0.0.1'
    """
    try:
        family, _, _, _, where = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except OSError as error:
        raise UsageError(_why(host, port, error)) from None
    # asyncio sends small answers at once only from sockets that name TCP; others wait 40 ms for the browser
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(where)
        made.listen(WAITING)
    except OSError as error:
        made.close()
        raise UsageError(_why(host, port, error)) from None
    return made


def _why(host: str, port: int, error: OSError) -> str:
    """Return why nothing can listen there, and what to do."""
    if error.errno == errno.EADDRINUSE:
        return f"Port {port} of {host} is taken: another program listens there, perhaps a desk that runs already. End that one, or pass another --port."
    if error.errno in (errno.EACCES, errno.EPERM):
        return f"The system does not let this account listen on port {port}. Pass a --port from 1024 on, and let a proxy stand before it."
    if error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
        return f"This machine has no address {host!r}. Pass one of its own with --host, or 0.0.0.0 for all of them."
    return f"Nothing can listen on port {port} of {host}: {error.strerror}. Pass another --host or --port."


def check_certificate(certificate: Path, key: Path) -> None:
    """Refuse files that are no certificate and its private key.

    Raises
    ------
    UsageError
        If they cannot be read, belong to different pairs, or the key has a password.
    """
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password=_no_password)
    except ssl.SSLError as error:
        why = "belong to different pairs" if "MISMATCH" in str(error.reason) else "are no certificate and its private key in PEM"
        raise UsageError(
            f"'{certificate}' and '{key}' {why}. Pass the certificate, with those between it and its issuer, as --certificate and its key as --key."
        ) from None


def _no_password() -> str:
    raise UsageError(
        "The private key has a password, which nobody types when the machine starts again. Write it without one, readable for the account of the desk only."
    )
