"""Builds of riskmodel that made nights."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from riskmodel.base.files import canonical_json, sha256
from riskmodel.ledger.ledger_tables import BUILDS, NIGHTS


class Builds:
    """The builds by digest, within one transaction.

    The journal does not hold them: the head that lists print follows from what was decided, whichever build decided it.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, build: Mapping[str, str]) -> str:
        """Record a build and return its digest."""
        content = canonical_json(list(build.items()))
        digest, key = sha256(content), BUILDS.c.digest
        if self._connection.scalar(select(key).where(key == digest)) is None:
            self._connection.execute(insert(BUILDS).values(digest=digest, content=content.decode()))
        return digest

    def of_night(self, as_of: int) -> Mapping[str, str] | None:
        """Return the build that made a night.

        None where none was recorded, or it is not the one that was.
        """
        of_night = select(BUILDS).join(NIGHTS, NIGHTS.c.build == BUILDS.c.digest).where(NIGHTS.c.as_of == as_of).limit(1)
        row = self._connection.execute(of_night).first()
        if row is None or sha256(row.content.encode()) != row.digest:
            return None
        return dict(json.loads(row.content))
