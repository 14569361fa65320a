"""Receivers on 127.0.0.1 for tests: a mail server and a web server with TLS, and the authority that both are certified by."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certificate(folder: Path) -> Path:
    """A certificate with its key for localhost and 127.0.0.1, which is its own authority."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    path = folder / "receiver.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return path


@dataclass
class Mailbox:
    """What a mail server took, and how it answers.

    Receivers in ``unknown`` must wait at first; each is taken the second time.
    """

    port: int = 0
    logins: list[str] = field(default_factory=list)
    messages: list[bytes] = field(default_factory=list)
    refuses: bool = False
    refused: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    farewell: str = "221 bye"
    greeting: str = "220 town ESMTP"
    hangs_up: bool = False


@contextmanager
def mail_server(pem: Path, security: str = "tls") -> Iterator[Mailbox]:
    """A small SMTP server: AUTH, MAIL, RCPT and DATA over TLS."""
    context, box = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), Mailbox()
    context.load_cert_chain(pem)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        box.port = listening.getsockname()[1]

        def serve() -> None:
            while True:
                try:
                    raw, _ = listening.accept()
                except OSError:
                    return
                try:
                    with context.wrap_socket(raw, server_side=True) if security == "tls" else raw as connected:
                        _mail_session(connected, box, None if security == "tls" else context)
                except OSError:
                    continue

        threading.Thread(target=serve, daemon=True).start()
        yield box


def _mail_session(connected: socket.socket, box: Mailbox, starttls: ssl.SSLContext | None, greets: bool = True) -> None:
    file = connected.makefile("rb")

    def say(text: str) -> None:
        connected.sendall(text.encode() + b"\r\n")

    if greets:
        say(box.greeting)
    while line := file.readline():
        word = line.split()[0].upper() if line.split() else b""
        if word == b"EHLO":
            say("250-town\r\n250 " + ("STARTTLS" if starttls else "AUTH PLAIN"))
        elif word == b"STARTTLS" and starttls:
            say("220 go on")
            with starttls.wrap_socket(connected, server_side=True) as encrypted:
                _mail_session(encrypted, box, None, greets=False)
            return
        elif word == b"AUTH":
            box.logins.append(line.decode().split()[-1])
            say("235 welcome")
        elif word == b"DATA" and box.hangs_up:
            return
        elif word == b"DATA":
            say("354 go on")
            lines = list(iter(file.readline, b".\r\n"))
            if box.refuses:
                say("451 try later")
            else:
                box.messages.append(b"".join(lines))
                say("250 taken")
        elif word == b"RCPT" and any(one.encode() in line for one in box.refused):
            say("550 no such user")
        elif word == b"RCPT" and any(one.encode() in line for one in box.unknown):
            box.unknown = tuple(one for one in box.unknown if one.encode() not in line)
            say("450 greylisted")
        elif word == b"QUIT":
            say(box.farewell)
            return
        else:
            say("250 ok")


@dataclass
class Received:
    """The requests that a web server got, and how it answers each of them."""

    port: int = 0
    requests: list[tuple[str, dict[str, str], bytes]] = field(default_factory=list)
    answer: Callable[[int], tuple[int, dict[str, str], bytes]] = lambda _count: (200, {}, b"{}")


@contextmanager
def web_server(pem: Path | None) -> Iterator[Received]:
    """A receiver of webhooks, with TLS if a certificate is given."""
    received = Received()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.requests.append((self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            status, headers, content = received.answer(len(received.requests))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if pem is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    received.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield received
    finally:
        server.shutdown()
        server.server_close()
