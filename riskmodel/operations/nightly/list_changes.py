"""Lists that shrink or grow beyond a bound, which a person reviews."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from riskmodel.base.days import to_iso
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.ledger import StoredList, Transaction
from riskmodel.operations.list_bodies import from_stored

if TYPE_CHECKING:
    from riskmodel.warning import WarningList

LEAST = 5
"""Warnings by which a list must change to be held; smaller lists change by chance."""


class ListChange(NamedTuple):
    """How the warnings of a target changed on a centre's list.

    ``title`` is what readers call the target. ``before`` is the number of its warnings on the list of the night ``since``, ``now`` that on the
    present list; None where the target cannot be scored, so that nobody knows how many there are.
    """

    as_of: int
    centre: str
    target: str
    title: Text
    before: int
    now: int | None
    since: int

    @property
    def said(self) -> Text:
        """The change in words."""
        if self.now is None:
            return Text(
                zh=f"{self.title.zh}：{to_iso(self.since)}有{self.before}条预警，现无法评分，须人工复核。",
                en=f"{self.title.en} cannot be scored, after {counted(self.before, 'warning')} on {to_iso(self.since)}; a person must review it.",
            )
        return Text(
            zh=f"{self.title.zh}：{to_iso(self.since)}有{self.before}条预警，现为{self.now}条，变化过大，须人工复核。",
            en=(
                f"{self.title.en} has {counted(self.now, 'warning')}, after {self.before} on {to_iso(self.since)}, "
                "a change so large that a person must review it."
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        days = {"as_of": to_iso(self.as_of), "since": to_iso(self.since)}
        return {**self._asdict(), **days, "title": self.title.model_dump()}


def list_changes(book: Transaction, project: Project, lists: Iterable[WarningList]) -> Iterator[ListChange]:
    """Yield the targets of lists that changed beyond ``delivery.review_change``.

    A list is compared with the earlier one named in the list. Without one, or where that one is damaged, nothing is compared.
    """
    bound = project.table.delivery.review_change
    for one in lists:
        scored = [(part, part.previous_as_of, len(part.warnings), part.cannot_score is None) for part in one.sections]
        for part, since, now, known in (*scored, *((each, each.last_scored, 0, False) for each in one.untrained)):
            earlier = None if since is None else _listed(book, since, one.centre)
            if earlier is None or since is None:
                continue
            before = sum(warning.target == part.target and warning.grade is not None for warning in earlier.warnings)
            if abs(now - before) >= LEAST and abs(now - before) > bound * max(before, 1):
                yield ListChange(one.as_of, one.centre, part.target, part.title, before, now if known else None, since)


def held_lists(book: Transaction, project: Project, as_of: int) -> tuple[ListChange, ...]:
    """Return the changes of a night's drafts that wait for review."""
    marks = {mark.centre for mark in book.lists.marks(as_of) if not mark.approved}
    if not marks:
        return ()
    drafts = [from_stored(one) for one in book.lists.of(as_of) if one.centre in marks]
    return tuple(list_changes(book, project, [one for one in drafts if one.timing == "night"]))


def _listed(book: Transaction, as_of: int, centre: str) -> StoredList | None:
    try:
        return book.lists.of(as_of, centre)[0]
    except RiskmodelError:
        return None
