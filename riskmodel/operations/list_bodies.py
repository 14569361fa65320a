"""Warning lists as bodies of the ledger, and back."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from riskmodel.base.files import canonical_json
from riskmodel.ledger import ListedWarning, StoredList

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


def from_stored(stored: StoredList) -> WarningList:
    """Return the list of a stored body, with its status."""
    from riskmodel.ledger.stored_lists import refuse_damage
    from riskmodel.warning import WarningList

    refuse_damage(stored)
    found = WarningList.from_json(json.loads(stored.body))
    return found.approved() if stored.approved else found
