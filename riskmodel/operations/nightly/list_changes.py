"""Lists that shrink or grow beyond a bound, which a person reviews."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from riskmodel.base.days import to_iso
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.texts import Text
from riskmodel.ledger import Transaction
from riskmodel.operations.list_bodies import from_stored

if TYPE_CHECKING:
    from riskmodel.warning import WarningList
    from riskmodel.warning.warn import Section

LEAST = 5
"""Warnings by which a list must change to be held; smaller lists change by chance."""


class ListChange(NamedTuple):
    """How the warnings of a target changed on a centre's list.

    ``title`` is what readers call the target. ``before`` is the number of its warnings on the list of the night ``since``, ``now`` that on the
    present list; None where the target cannot be scored, so that nobody knows how many there are. If ``with_absent``, both count places that rest
    after an answer or wait for follow-up as well.
    """

    as_of: int
    centre: str
    target: str
    title: Text
    before: int
    now: int | None
    since: int
    with_absent: bool = False

    @property
    def said(self) -> Text:
        """The change in words."""
        if self.now is None:
            return Text(
                zh=f"{self.title.zh}：{to_iso(self.since)}有{self.before}条预警，现无法评分，须人工复核。",
                en=f"{self.title.en} cannot be scored, after {counted(self.before, 'warning')} on {to_iso(self.since)}; a person must review it.",
            )
        zh, en = (
            ("（含近期已走访或待跟进的地点）", " (with places that rest or wait for follow-up)") if self.with_absent else ("", "")
        )
        return Text(
            zh=f"{self.title.zh}：{to_iso(self.since)}有{self.before}条预警，现为{self.now}条{zh}，变化过大，须人工复核。",
            en=(
                f"{self.title.en} has {counted(self.now, 'warning')}, after {self.before} on {to_iso(self.since)}{en}, "
                "a change so large that a person must review it."
            ),
        )

    def to_json(self) -> dict[str, Any]:
        """Return JSON values."""
        days = {"as_of": to_iso(self.as_of), "since": to_iso(self.since)}
        return {**self._asdict(), **days, "title": self.title.model_dump()}


def list_changes(book: Transaction, project: Project, lists: Iterable[WarningList]) -> Iterator[ListChange]:
    """Yield the targets of lists that changed beyond ``delivery.review_change``.

    A list is compared with the earlier one named in the list. Without one, or where that one is damaged, nothing is compared. Places that rest after
    an answer or wait for follow-up count, and those that fill their room do not: that a centre was there is no reason for a review.
    """
    bound = project.table.delivery.review_change
    for one in lists:
        scored = [(part, part.previous_as_of, part if part.cannot_score is None else None) for part in one.sections]
        for part, since, known in (*scored, *((each, each.last_scored, None) for each in one.untrained)):
            earlier = None if since is None else _listed(book, since, one.centre)
            if earlier is None or since is None:
                continue
            old = earlier.section(part.target)
            before, now = _ranked(old), _ranked(known)
            if abs(now - before) >= LEAST and abs(now - before) > bound * max(before, 1):
                absent = any(each is not None and each.absent for each in (old, known))
                yield ListChange(
                    one.as_of, one.centre, part.target, part.title, before, now if known is not None else None, since, absent
                )


def held_lists(book: Transaction, project: Project, as_of: int) -> tuple[ListChange, ...]:
    """Return the changes of a night's drafts that wait for review."""
    marks = {mark.centre for mark in book.lists.marks(as_of) if not mark.approved}
    if not marks:
        return ()
    drafts = [from_stored(one) for one in book.lists.of(as_of) if one.centre in marks]
    return tuple(list_changes(book, project, [one for one in drafts if one.timing == "night"]))


def _ranked(section: Section | None) -> int:
    """Return how many places would be listed if nobody had been there.

    Lists of earlier versions do not say which grades absent places keep; their own warnings count.
    """
    if section is None:
        return 0
    filled = len(section.rules.get("freed capacity", ())) if section.absent else 0
    return len(section.warnings) + sum(section.absent.values()) - filled


def _listed(book: Transaction, as_of: int, centre: str) -> WarningList | None:
    try:
        return from_stored(book.lists.of(as_of, centre)[0])
    except RiskmodelError:
        return None
