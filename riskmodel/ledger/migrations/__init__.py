"""Migrations of the ledger's tables, one file per step.

alembic runs them. A new ledger has the tables of :mod:`riskmodel.ledger.ledger_tables` at once; a test compares the two.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

HEAD = "0012"
"""The last step, that of the tables in this version of the package."""

JOURNAL_SINCE = "0006"
"""The step that made the journal; what was written before is recorded after it."""


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the missing steps within the connection's transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
