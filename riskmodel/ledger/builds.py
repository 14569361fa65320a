"""Builds of riskmodel that made nights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, insert, select

from riskmodel.base.files import canonical_json, sha256
from riskmodel.ledger.ledger_tables import BUILDS, NIGHTS


@dataclass(frozen=True)
class BuiltNights:
    """The nights that one build made.

    ``build`` is None where none was recorded, or it is not the one that was; ``first`` and ``last`` are as-of days.
    """

    build: Mapping[str, str] | None
    first: int
    last: int
    nights: int


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
        return None if row is None else _intact(row.digest, row.content)

    def nights(self) -> tuple[BuiltNights, ...]:
        """Return the nights of each build, those of the latest night last."""
        day = NIGHTS.c.as_of
        found = (
            select(NIGHTS.c.build, BUILDS.c.content, func.min(day), func.max(day), func.count(day.distinct()))
            .join(BUILDS, NIGHTS.c.build == BUILDS.c.digest, isouter=True)
            .group_by(NIGHTS.c.build, BUILDS.c.content)
            .order_by(func.max(day), func.min(day))
        )
        return tuple(
            BuiltNights(_intact(digest, content), first, last, number)
            for digest, content, first, last, number in self._connection.execute(found)
        )


def _intact(digest: str | None, content: str | None) -> Mapping[str, str] | None:
    """Return a recorded build, unless it is missing or was changed."""
    if digest is None or content is None or sha256(content.encode()) != digest:
        return None
    return dict(json.loads(content))
