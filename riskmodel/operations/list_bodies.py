"""Warning lists as bodies of the ledger, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from riskmodel.base.files import canonical_json
from riskmodel.base.texts import Text
from riskmodel.ledger import ListedWarning, StoredList
from riskmodel.operations.errors import late_stays, nothing_known, preview_stays, replay_stays

if TYPE_CHECKING:
    from riskmodel.warning import WarningList


def to_stored(one: WarningList, approved_by: str | None = None, approved_on: int | None = None) -> StoredList:
    """Return a list as the ledger stores it."""
    listed = [warning for section in one.sections for warning in (*section.warnings, *section.spot_checks)]
    return StoredList(
        id=one.id,
        as_of=one.as_of,
        centre=one.centre,
        body=canonical_json(one.to_json()).decode(),
        warnings=tuple(sorted((ListedWarning(w.id, w.target, w.place, w.grade) for w in listed), key=lambda w: w.id)),
        approved_by=approved_by,
        approved_on=approved_on,
    )


def refuse_unsendable(one: WarningList) -> None:
    """Refuse a list that may never be approved or sent.

    Raises
    ------
    RefusedError
        If it is a replay, a preview or late, or nothing was known.
    """
    if one.timing == "replay":
        raise replay_stays(one.as_of, one.centre)
    if one.timing == "preview":
        raise preview_stays(one.as_of, one.centre)
    if one.timing == "late":
        raise late_stays(one.as_of, one.centre)
    if one.nothing_known():
        raise nothing_known(one.as_of, one.centre)


def is_sendable(one: WarningList) -> bool:
    """Return whether a list may be approved and sent."""
    return one.timing == "night" and not one.nothing_known()


def expected_numbers(stored: StoredList) -> Iterator[tuple[str, float, Text]]:
    """Yield id, expected number and title of each stored warning.

    Old lists are read for this alone, of which a night may need many: the whole list is not built.
    """
    from riskmodel.ledger.stored_lists import refuse_damage

    refuse_damage(stored)
    for section in json.loads(stored.body)["sections"]:
        title = Text(**section["title"])
        yield from ((one["id"], one["expected"], title) for one in (*section["warnings"], *section["spot_checks"]))


def from_stored(stored: StoredList) -> WarningList:
    """Return the list of a stored body, with its status."""
    from riskmodel.ledger.stored_lists import refuse_damage
    from riskmodel.warning import WarningList

    refuse_damage(stored)
    found = WarningList.from_text(stored.body)
    return found.approved() if stored.approved else found
