"""Signed cookies: who is signed in, without anything kept on the server.

A cookie holds the access's id and when it ends. It is signed with a key that follows from the access's digest and from a secret of this server, so a new or removed access ends
all of its cookies, and whoever reads a backup can make none.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from riskmodel.base.files import write_private
from riskmodel.base.locks import exclusive
from riskmodel.base.project import Project
from riskmodel.desk.web.access_codes import Access

COOKIE = "riskmodel_desk"
LASTS = 12 * 3600
"""Seconds for which somebody stays signed in: a shift."""
SECRET_BYTES = 32


def server_secret(project: Project, random: bytes) -> bytes:
    """Return the secret with which this server signs.

    It lies in ``access.key`` beside the ledger and in no backup. Where it cannot be written, the secret lasts as long as the process: ``random``, of 32 bytes.
    """
    path = project.access_file.with_suffix(".key")
    try:
        with exclusive(path):
            kept = path.read_bytes() if path.exists() else b""
            if len(kept) == SECRET_BYTES:
                return kept
            write_private(path, random)
    except OSError:
        pass
    return random


def cookie_for(access: Access, now: int, secret: bytes) -> str:
    """Return the cookie's value for somebody who signed in now.

    Examples
    --------
    >>> night = Access("1a2b3c4d", "East", "duty officer", "1a2b3c4d" * 8, 20_000)
    >>> cookie = cookie_for(night, 1_000, b"a secret")
    >>> signed_in(cookie, [night], 1_000 + LASTS - 1, b"a secret") == night
    True
    >>> signed_in(cookie, [night], 1_000 + LASTS, b"a secret") is signed_in(cookie, [night], 1_000, b"another") is None
    True
    """
    content = f"{access.id}.{now + LASTS}"
    return f"{content}.{_signature(access, content, secret)}"


def signed_in(cookie: str, known: Iterable[Access], now: int, secret: bytes) -> Access | None:
    """Return who is signed in by a cookie; None if nobody is."""
    content, _, signature = cookie.rpartition(".")
    id, _, ends = content.partition(".")
    for one in known:
        if one.id == id and hmac.compare_digest(signature.encode(), _signature(one, content, secret).encode()):
            return one if ends.isascii() and ends.isdigit() and now < int(ends) <= now + LASTS else None
    return None


def _signature(access: Access, content: str, secret: bytes) -> str:
    key = hmac.new(secret, f"riskmodel desk {access.digest}".encode(), hashlib.sha256).digest()
    return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()
