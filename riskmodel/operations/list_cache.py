"""Lists ready to be sent, kept by digest in bounded memory."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from typing import Any

MOST_BYTES = 32 * 2**20
"""Bytes of JSON that are kept; a list of a centre has a few dozen kilobytes, so these are months of nights."""


class ListCache:
    """JSON of approved lists by the digest of their body.

    What is kept under a digest never changes, so nothing has to be invalidated. The lists used longest ago leave first. Safe for
    several threads.

    Examples
    --------
    >>> cache = ListCache(most_bytes=40)
    >>> cache.keep("a", {"list": "first"})
    >>> cache.keep("b", {"list": "second"})
    >>> cache.keep("c", {"list": "third"})
    >>> cache.get("a"), cache.get("c")
    (None, {'list': 'third'})
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._texts: OrderedDict[str, bytes] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, digest: str) -> dict[str, Any] | None:
        """Return the list of a digest, if it is kept."""
        with self._lock:
            text = self._texts.get(digest)
            if text is not None:
                self._texts.move_to_end(digest)
        return None if text is None else json.loads(text)

    def keep(self, digest: str, content: dict[str, Any]) -> None:
        """Keep a list, and drop those used longest ago beyond the bound."""
        text = json.dumps(content, ensure_ascii=False).encode()
        with self._lock:
            self._bytes += len(text) - len(self._texts.pop(digest, b""))
            self._texts[digest] = text
            while self._bytes > self.most_bytes:
                self._bytes -= len(self._texts.popitem(last=False)[1])
