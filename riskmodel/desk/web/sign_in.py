"""Signed cookies: who is signed in, without anything kept on the server.

A cookie holds the access's id and when it ends, signed with a key that follows from the access's digest. A new or removed access so ends all of its cookies.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from riskmodel.desk.web.access_codes import Access

COOKIE = "riskmodel_desk"
LASTS = 12 * 3600
"""Seconds for which somebody stays signed in: a shift."""


def cookie_for(access: Access, now: int) -> str:
    """Return the cookie's value for somebody who signed in now.

    Examples
    --------
    >>> night = Access("1a2b3c4d", "East", "duty officer", "1a2b3c4d" * 8, 20_000)
    >>> signed_in(cookie_for(night, 1_000), [night], 1_000 + LASTS - 1) == night
    True
    >>> signed_in(cookie_for(night, 1_000), [night], 1_000 + LASTS) is None
    True
    """
    content = f"{access.id}.{now + LASTS}"
    return f"{content}.{_signature(access, content)}"


def signed_in(cookie: str, known: Iterable[Access], now: int) -> Access | None:
    """Return who is signed in by a cookie; None if nobody is."""
    content, _, signature = cookie.rpartition(".")
    id, _, ends = content.partition(".")
    for one in known:
        if one.id == id and hmac.compare_digest(signature.encode(), _signature(one, content).encode()):
            return one if ends.isascii() and ends.isdigit() and now < int(ends) <= now + LASTS else None
    return None


def _signature(access: Access, content: str) -> str:
    key = hashlib.sha256(f"riskmodel desk {access.digest}".encode()).digest()
    return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()
