"""Configurations: the settings of the project that were ever in use."""

from __future__ import annotations

from sqlalchemy import Connection, insert, select

from riskmodel.base.files import sha256
from riskmodel.ledger.errors import damaged_configuration
from riskmodel.ledger.journal import Journal
from riskmodel.ledger.ledger_tables import CONFIGURATIONS

SUBJECT = "riskmodel.toml"


class Configurations:
    """The settings of a project by digest, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, content: str, day: int) -> str:
        """Record the present settings and return their digest.

        The journal has an entry for each change, also back to earlier settings.
        """
        digest = sha256(content.encode())
        key = CONFIGURATIONS.c.digest
        if self._connection.scalar(select(key).where(key == digest)) is None:
            self._connection.execute(insert(CONFIGURATIONS).values(digest=digest, content=content))
        Journal(self._connection).append(day, "configuration", SUBJECT, digest)
        return digest

    def of(self, digest: str) -> str:
        """Return the settings of a digest.

        Raises
        ------
        IntegrityError
            If they are missing, or not those that were recorded.
        """
        content = self._connection.scalar(select(CONFIGURATIONS.c.content).where(CONFIGURATIONS.c.digest == digest))
        if content is None or sha256(content.encode()) != digest:
            raise damaged_configuration(digest)
        return content
