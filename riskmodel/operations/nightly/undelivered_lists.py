"""Approved lists that a receiver lacks, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from riskmodel.base.days import to_iso
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.ledger import Ledger, QueuedDelivery, Transaction
from riskmodel.operations.delivery import DeliveryHold, Receiver, Route, hold_of, routes


@dataclass(frozen=True)
class Undelivered:
    """A list that is approved and that a receiver lacks, and why.

    ``refusal`` is set where trying again does not help; ``hold`` where a rule lets it wait, which is as it should be.
    """

    as_of: int
    centre: str
    why: str = ""
    where: Receiver | None = None
    refusal: RiskmodelError | None = field(default=None, compare=False, repr=False)
    hold: DeliveryHold | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain values; ``rule`` lets it wait, if any."""
        where = ("", "") if self.where is None else self.where
        rule = "" if self.hold is None else self.hold.rule
        return {
            "as_of": to_iso(self.as_of),
            "centre": self.centre,
            "why": self.why,
            "channel": where[0],
            "address": where[1],
            "rule": rule,
        }


def overdue(left: Iterable[Undelivered]) -> list[Undelivered]:
    """Return those that no rule lets wait."""
    return [one for one in left if one.hold is None]


def why_text(one: Undelivered) -> Text:
    """Return why a list is not delivered, in words."""
    if one.hold is not None:
        return one.hold.said
    if one.why in ("", NEXT):
        return Text(zh="下次运行 riskmodel night 或 riskmodel approve 时送达。", en=one.why)
    return Text(zh=f"原因（英文）：{one.why}", en=one.why)


NEXT = "The next 'riskmodel night' or 'riskmodel approve' delivers it."
"""What becomes of a list that was not tried yet."""


def undelivered_lists(project: Project, ledger: Ledger, now: int) -> tuple[Undelivered, ...]:
    """Return what is approved and lacked by a receiver, the oldest first.

    Nothing is sent or written.

    Parameters
    ----------
    now
        The time in seconds since 1970, for silences and quiet hours.
    """
    with ledger.read() as book:
        waiting = book.deliveries.waiting()
        holds = waiting_holds(book, waiting, routes(project, {}, lambda: now), now)
        found = [Undelivered(as_of, centre, NEXT) for as_of, centre in book.deliveries.unqueued()]
    for row in waiting:
        hold = holds.get(row.id)
        why = row.error or NEXT if hold is None else hold.said.en
        found.append(Undelivered(row.as_of, row.centre, why, Receiver(row.channel, row.address), hold=hold))
    return tuple(sorted(found, key=lambda one: (one.as_of, one.centre)))


def waiting_holds(
    book: Transaction, waiting: Iterable[QueuedDelivery], routes: Iterable[Route], now: int
) -> dict[str, DeliveryHold]:
    """Return the rules that let deliveries wait now, by their ids.

    Lists that are damaged are left out; sending them names what is wrong.
    """
    silences, at = book.silences.open(now), {route.destination: route for route in routes}
    if not silences and not any(route.quiet.hours for route in at.values()):
        return {}
    found: dict[str, DeliveryHold] = {}
    for row in waiting:
        route = at.get(Receiver(row.channel, row.address))
        if route is None:
            continue
        try:
            hold = hold_of(route, book.lists.of(row.as_of, row.centre)[0], silences, now)
        except RiskmodelError:
            continue
        if hold is not None:
            found[row.id] = hold
    return found
