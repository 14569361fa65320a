"""Silences: times in which a channel or centre gets nothing.

A silence has a role, a reason of a fixed list and an expiry. The last one of a channel and centre counts, so a silence is ended by another
that is over at once; nothing is deleted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, get_args

from sqlalchemy import Connection, select

from riskmodel.base.files import canonical_json, sha256
from riskmodel.ledger.column_types import row_of, value_of
from riskmodel.ledger.ledger_tables import SILENCES
from riskmodel.ledger.record_digests import record
from riskmodel.ledger.seals import add, check_all

SilenceReason = Literal["maintenance", "exercise", "holiday", "receiver_down", "wrong_lists", "ended"]
SILENCE_REASONS: tuple[SilenceReason, ...] = get_args(SilenceReason)
"""Why deliveries are silenced; the ledger keeps no free text, so that no name of a person gets into it."""

CLOCK_BACK = 86_400
"""Seconds by which a clock may be set back to before a silence without ending it, however short it is."""


@dataclass(frozen=True)
class Silence:
    """A time in which a channel gets no lists of a centre.

    An empty ``channel`` or ``centre`` stands for all. ``since`` and ``until`` are seconds since 1970; ``role`` is who decided it.
    """

    channel: str
    centre: str
    role: str
    reason: SilenceReason
    day: int
    since: int
    until: int

    @property
    def id(self) -> str:
        """Stable id from the content."""
        return sha256(canonical_json([self.channel, self.centre, self.role, self.reason, self.day, self.since, self.until]))

    def over(self, now: int) -> bool:
        """Return whether it is past; one that was ended stays so."""
        return self.reason == "ended" or self.until <= now

    def open(self, now: int) -> bool:
        """Return whether it holds.

        It also holds if the clock was set back to before its start, by up to its own length or one day, whichever is longer. One that begins later was recorded by a clock
        that ran far ahead, and holds nothing back until its time comes: otherwise a red list might wait for years.
        """
        return not self.over(now) and self.since - now <= max(self.until - self.since, CLOCK_BACK)

    def covers(self, channel: str, centre: str, now: int) -> bool:
        """Return whether a delivery is silenced now."""
        return self.channel in ("", channel) and self.centre in ("", centre) and self.open(now)


class Silences:
    """All silences, within one transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, silence: Silence) -> Silence:
        """Record a silence as the last one; return it.

        The last one of its channel and centre is not recorded again. One with the content of an earlier one of the same second begins in
        the next second that is free, so that it is a decision of its own.
        """
        if silence in self.last():
            return silence
        while self._connection.scalar(select(SILENCES.c.number).where(SILENCES.c.id == silence.id)) is not None:
            silence = replace(silence, since=silence.since + 1)
        add(self._connection, SILENCES, row_of(SILENCES, silence))
        record(self._connection, silence.day, "silence", silence.id)
        return silence

    def last(self) -> tuple[Silence, ...]:
        """Return the last silence of each channel and centre, ended or not.

        Raises
        ------
        IntegrityError
            If one was changed, removed or added.
        """
        check_all(self._connection, SILENCES)
        rows = self._connection.execute(select(SILENCES).order_by(SILENCES.c.number)).mappings()
        found = {(row["channel"], row["centre"]): value_of(Silence, row) for row in rows}
        return tuple(found[key] for key in sorted(found))

    def open(self, now: int) -> tuple[Silence, ...]:
        """Return the silences that hold."""
        return tuple(one for one in self.last() if one.open(now))
