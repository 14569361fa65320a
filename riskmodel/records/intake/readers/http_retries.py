"""Requests over HTTP that are tried again after passing faults."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

ATTEMPTS = 4
"""Attempts per request. Only a failed connection, status 429 and server errors are retried."""
PAUSE = 0.5
"""Seconds before the second attempt; each further pause is twice as long."""
_SILENT = logging.NullHandler()


class UnavailableError(Exception):
    """The server gave no answer this time; the message is the cause."""


def fetched(client: httpx.Client, url: str, query: Mapping[str, str]) -> httpx.Response:
    """Return the answer to a request, with retries.

    Raises
    ------
    UnavailableError
        If all attempts failed; it names the cause of the last.
    """
    import stamina

    caller = stamina.RetryingCaller(attempts=ATTEMPTS, timeout=None, wait_initial=PAUSE, wait_exp_base=2, wait_jitter=0)
    with _logged_retries():
        return caller(UnavailableError, lambda: _tried_once(client, url, query))


def _tried_once(client: httpx.Client, url: str, query: Mapping[str, str]) -> httpx.Response:
    """Return the answer to one request.

    Raises
    ------
    UnavailableError
        If there is none, or it says to try again.
    """
    import httpx

    try:
        answer = client.get(url, params=query)
    except httpx.TransportError as error:
        late = isinstance(error, httpx.TimeoutException)
        raise UnavailableError("no answer in time" if late else "no connection, or one that broke off") from None
    if answer.status_code == 429 or answer.status_code >= 500:
        raise UnavailableError(f"status {answer.status_code}")
    return answer


@contextmanager
def _logged_retries() -> Iterator[None]:
    """Send notes of retries to the logger ``stamina`` only.

    By default stamina prints them to the standard output where structlog is installed.
    """
    from stamina import instrumentation

    logging.getLogger("stamina").addHandler(_SILENT)
    hooks = instrumentation.get_on_retry_hooks()
    instrumentation.set_on_retry_hooks((instrumentation.LoggingOnRetryHook,))
    try:
        yield
    finally:
        instrumentation.set_on_retry_hooks(hooks)
