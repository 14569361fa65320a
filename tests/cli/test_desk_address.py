"""The desk with a certificate of its own, asked over TLS as a browser would."""

from __future__ import annotations

import datetime
import ipaddress
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from riskmodel.base.errors import UsageError
from riskmodel.base.project import Project
from riskmodel.desk.web.access_codes import give_access
from riskmodel.desk.web.server_address import check_certificate, listening_socket
from tests.worlds.town import AS_OF

FROM = datetime.datetime(2020, 1, 1)


def written_pair(folder: Path, name: str, password: bytes | None = None) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 and its key."""
    key, subject = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "desk")])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(FROM)
        .not_valid_after(FROM.replace(year=2090))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )
    locked = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    certificate, private = folder / f"{name}.pem", folder / f"{name}.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, locked))
    return certificate, private


@pytest.fixture
def address(drafted: Project, tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """The address of a desk that runs as a process of its own, and its certificate."""
    certificate, key = written_pair(tmp_path, "desk")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = ["desk", "--port", str(port), "--certificate", str(certificate), "--key", str(key)]
    running = subprocess.Popen(
        [sys.executable, "-m", "riskmodel", "--project", str(drafted.folder), *command], stdout=subprocess.PIPE, encoding="utf-8"
    )
    try:
        assert running.stdout is not None
        found = re.search(r"https://127\.0\.0\.1:\d+", running.stdout.readline())
        assert found is not None
        yield found[0], certificate
    finally:
        running.terminate()
        running.communicate()


def test_a_shift_signs_in_over_tls_with_a_cookie_that_never_leaves_it(
    address: tuple[str, Path], drafted: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    url, certificate = address
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    code = give_access(drafted, "West centre", "duty officer", ["West centre"], b"\x01" * 10, AS_OF)
    with httpx.Client(base_url=url, timeout=30) as browser:
        assert browser.get("/").headers["location"] == "/sign-in"
        found = browser.post("/sign-in", data={"code": code}, headers={"Origin": url})
        assert found.status_code == 303
        kept = found.headers["set-cookie"]
        assert {"HttpOnly", "SameSite=strict", "Secure"} <= {part.strip() for part in kept.split(";")}
        assert browser.get("/").status_code == 200
    # the port is taken now
    with pytest.raises(UsageError, match="is taken"):
        listening_socket("127.0.0.1", int(url.rpartition(":")[2]))


def test_certificates_that_do_not_fit_are_refused_before_the_desk_starts(tmp_path: Path) -> None:
    (certificate, key), (_, other) = written_pair(tmp_path, "own"), written_pair(tmp_path, "other")
    _, locked = written_pair(tmp_path, "locked", b"secret")
    check_certificate(certificate, key)
    with pytest.raises(UsageError, match="belong to different pairs"):
        check_certificate(certificate, other)
    with pytest.raises(UsageError, match="has a password"):
        check_certificate(certificate, locked)
    with pytest.raises(UsageError, match="are no certificate and its private key in PEM"):
        check_certificate(key, key)


def test_an_address_that_is_none_of_the_machine_is_named() -> None:
    with pytest.raises(UsageError, match=r"This machine has no address '192\.0\.2\.1'"):
        listening_socket("192.0.2.1", 0)
    with pytest.raises(UsageError, match=r"This machine has no address 'no\.such\.host\.invalid'"):
        listening_socket("no.such.host.invalid", 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_small_answers_are_sent_at_once(host: str) -> None:
    """asyncio turns off Nagle's waiting only for sockets that name TCP; each page took 40 ms more before."""
    with listening_socket(host, 0) as there:
        assert there.proto == socket.IPPROTO_TCP
        socket.create_connection(there.getsockname()[:2]).close()
