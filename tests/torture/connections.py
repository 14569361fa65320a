"""The simulated receivers in place of those that the code under test would reach."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from unittest.mock import patch

from riskmodel.ledger import database, ledger_engine
from riskmodel.operations.delivery import deliveries, email_channel, guarded_url
from tests.torture.actions import Actions
from tests.torture.receivers import MailConnection, connected, no_certificates

engine_of = cache(ledger_engine.sqlite_engine)
"""An engine holds no connection; with one for all seeds, statements are compiled once."""


@contextmanager
def connected_to(simulation: Actions) -> Iterator[None]:
    """Let the code under test reach the simulated receivers, and see the number of a process of its own."""
    MailConnection.world = simulation.world
    with ExitStack() as stack:
        for where, name, stand_in in (
            (guarded_url, "connect", connected(simulation.world)),
            (email_channel, "mail_session", MailConnection),
            (email_channel.ssl, "create_default_context", no_certificates),
            (database, "sqlite_engine", engine_of),
            # two machines are one process here, so that a wait for the other never ends well
            (ledger_engine, "LONGEST_WAIT", 1),
            (deliveries.socket, "gethostname", lambda: "own"),
            (os, "getpid", lambda: 1000 + simulation.starts),
        ):
            stack.enter_context(patch.object(where, name, stand_in))
        stack.enter_context(simulation.databases.registered())
        yield
