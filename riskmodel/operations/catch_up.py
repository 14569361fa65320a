"""Missed nights that are caught up for the record.

The lists of a night that is caught up are marked as late and are never approved or sent: nobody could act on them on their day, and the list to
act on is the last one. Their scores are kept, so that calibration and drift have no gap. They follow from what was known on their day: records,
answers and champions. No later night is compared with them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from riskmodel.base.days import to_iso
from riskmodel.base.errors import RiskmodelError
from riskmodel.base.plurals import counted
from riskmodel.base.project import Project
from riskmodel.base.texts import Text, phrase
from riskmodel.ledger import Ledger
from riskmodel.operations.missed_nights import LOOKED_AT, kept_nights, missed_nights, note_caught_up, to_catch_up, usual_interval
from riskmodel.operations.nightly import run_nightly, seconds

KEPT = 1000
"""Days for which it is kept that a night was caught up; more than any project looks back."""


@dataclass(frozen=True)
class CaughtUp:
    """Which missed nights a run caught up.

    ``missed`` counts the nights missed since the one before (``last``), ``nights`` are those that were caught up now, ``failed`` those that could
    not be, and why.
    """

    last: int | None = None
    missed: tuple[int, ...] = ()
    nights: tuple[int, ...] = ()
    failed: tuple[tuple[int, str], ...] = ()

    @property
    def said(self) -> Text | None:
        """What was missed and caught up, in sentences; None if nothing was."""
        found = list[Text]()
        tried = {*self.nights, *(day for day, _ in self.failed)}
        skipped = len([day for day in self.missed if day not in tried])
        if self.missed and self.last is not None:
            count, since = len(self.missed), to_iso(self.last)
            rest = phrase("", "") if tried else phrase("，未补算", "; not caught up")
            found.append(
                Text(
                    zh=f"自{since}起漏跑{count}个夜间批次{rest.zh}。",
                    en=f"{counted(count, 'night')} since {since} not run{rest.en}.",
                )
            )
        if self.nights:
            count, first, last = len(self.nights), to_iso(self.nights[0]), to_iso(self.nights[-1])
            days = phrase(first, first) if first == last else phrase(f"{first}至{last}", f"{first} to {last}")
            found.append(
                Text(
                    zh=f"已补算存档：{count}个漏跑的夜间批次（{days.zh}）。",
                    en=f"Caught up for the record: {counted(count, 'missed night')} ({days.en}).",
                )
            )
        if skipped and tried:
            found.append(Text(zh=f"更早的{skipped}个跳过。", en=f"{counted(skipped, 'older one')} skipped."))
        return Text(zh="".join(one.zh for one in found), en=" ".join(one.en for one in found)) if found else None

    @property
    def faults(self) -> list[Text]:
        """What could not be caught up, and why."""
        return [
            Text(
                zh=f"{to_iso(day)}漏跑的夜间批次无法补算（原因，英文：{why.removesuffix('.')}）",
                en=f"the missed night of {to_iso(day)} cannot be caught up ({why.removesuffix('.')})",
            )
            for day, why in self.failed
        ]


def missed_before(project: Project, as_of: int) -> CaughtUp:
    """Return what was missed between the last night and this one."""
    if not Ledger.exists(project):
        return CaughtUp()
    with Ledger.of(project).read() as book:
        ran = book.nights.last_on_time(as_of, LOOKED_AT)
        done = kept_nights(project, book, ran)
    if not ran:
        return CaughtUp()
    return CaughtUp(ran[-1], tuple(day for day in missed_nights(ran, as_of) if day > ran[-1] and day not in done))


def catch_up(project: Project, as_of: int, before: CaughtUp, clock: Callable[[], int] = seconds) -> CaughtUp:
    """Compute the missed nights that the project wants caught up.

    It may be stopped anywhere: the next run computes those that lack. A night that fails is named, and the others are computed.

    Parameters
    ----------
    as_of
        The present night, which was computed before.
    before
        What was missed before it.
    clock
        The time in seconds since 1970.
    """
    wanted = project.table.service.catch_up
    if not wanted:
        return before
    with Ledger.of(project).read() as book:
        usual = usual_interval(book.nights.last_on_time(as_of, LOOKED_AT))
        ran = book.nights.last_on_time(as_of, LOOKED_AT + wanted * usual)
        days = to_catch_up(ran, kept_nights(project, book, ran), as_of, wanted)
    done, failed = list[int](), list[tuple[int, str]]()
    for day in days:
        try:
            run_nightly(project, day, day=as_of, late=True, clock=clock)
        except RiskmodelError as error:
            failed.append((day, str(error).partition(". ")[0]))
        else:
            note_caught_up(project, day, since=as_of - KEPT)
            done.append(day)
    return CaughtUp(before.last, before.missed, tuple(done), tuple(failed))
