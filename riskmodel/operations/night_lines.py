"""Parts of the lines of a run: reviews, ages of models, deliveries."""

from __future__ import annotations

from collections.abc import Iterable

from riskmodel.base.days import to_iso
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.ledger import Ledger
from riskmodel.operations.list_bodies import from_stored
from riskmodel.operations.nightly import ListChange, NightReport, Undelivered, held_lists, overdue


def reviews(held: Iterable[ListChange]) -> dict[str, str]:
    """Return the first change of each centre's list that is held."""
    found: dict[str, str] = {}
    for one in held:
        found.setdefault(one.centre, one.said.en)
    return found


def left_to_people(project: Project, as_of: int) -> list[str]:
    """Return what a night that is done leaves to people."""
    if not Ledger.exists(project):
        return []
    with Ledger.of(project).read() as book:
        centres = reviews(held_lists(book, project, as_of))
        old = {section.target for one in book.lists.of(as_of) for section in from_stored(one).sections if section.outdated}
    return [
        *([f"Held for review: {', '.join(centres)}."] if centres else []),
        *(f"The model of {target} is old." for target in sorted(old)),
    ]


def timing_faults(night: NightReport) -> list[str]:
    """Return what is amiss with its day and its models' ages."""
    sections = {section.target: section for one in night.lists for section in one.sections}.values()
    return [
        *(["made before its date, so the lists are a preview that cannot be approved"] if night.timing == "preview" else []),
        *(
            f"the model of {one.target} was trained on {night.trained[one.target]}, after this night, so the lists are a replay that "
            "cannot be approved"
            for one in sections
            if one.hindsight
        ),
        *(f"the model of {one.target} is old" for one in sections if one.age is not None and one.outdated),
    ]


def delivery_line(left: Iterable[Undelivered], receipts: int | None = None) -> str:
    """Return how deliveries stand, in one line."""
    waiting = list(left)
    sent = "" if receipts is None else f"{counted(receipts, 'receipt')} of this night; "
    if not waiting:
        return f"Delivery: {sent}nothing waits."
    late = overdue(waiting)
    if not late:
        lists = _lists(waiting)
        return f"Delivery: {sent}{counted(lists, 'list')} {'waits' if lists == 1 else 'wait'} by rule: {waiting[0].why}"
    first = late[0]
    return (
        f"Delivery: {sent}NOT DELIVERED: {counted(_lists(late), 'list')}, the first that of {to_iso(first.as_of)} for {first.centre}: "
        f"{first.why}"
    )


def _lists(deliveries: Iterable[Undelivered]) -> int:
    """Return how many lists deliveries to several receivers carry."""
    return len({(one.as_of, one.centre) for one in deliveries})
