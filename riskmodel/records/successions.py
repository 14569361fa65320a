"""Cells that follow others: renamed, merged and split ones, and where a record is at each as-of date.

A record stays with the cell that it names until the succession of that cell took place and was known, and counts in the
successor from then on: at as-of ``t`` if ``date <= t`` and ``known < t``. So nothing changes at an earlier as-of date.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float64, Int32, Int64

from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.base.errors import UsageError
from riskmodel.base.files import sha256

Numbers = Int32[np.ndarray, " succession"]


@dataclass(frozen=True, eq=False)
class Successions:
    """Cell ``old`` is followed by cell ``new`` from day ``date`` on, as became known on day ``known``.

    Rows are sorted by ``old`` and ``new``. A cell with several successors is split, in parts of ``share``; rows of one ``old``
    have one date. A cell that was followed does not come back.
    """

    old: Numbers
    new: Numbers
    date: Numbers
    known: Numbers
    share: Float64[np.ndarray, " succession"]

    def __len__(self) -> int:
        return len(self.old)

    @property
    def holds_after(self) -> Int64[np.ndarray, " succession"]:
        """The day after which each succession counts: ``known``, or the day before ``date``; NEVER if it is not known."""
        after = np.maximum(self.known.astype(np.int64), self.date.astype(np.int64) - 1)
        return np.where(self.date == NEVER, np.int64(NEVER), after)

    def known_by(self, as_of: int) -> Successions:
        """The successions as known at ``as_of``: the later known ones are still to come, on no stated day."""
        return replace(self, date=np.where(self.known < as_of, self.date, NEVER).astype(np.int32))

    @cached_property
    def order(self) -> list[int]:
        """The old cells, each before those that follow it."""
        follows: dict[int, set[int]] = {}
        for old, new in zip(self.old.tolist(), self.new.tolist(), strict=True):
            follows.setdefault(old, set()).add(new)
        found: list[int] = []
        left = dict(follows)
        while left:
            first = sorted(set(left) - {new for news in left.values() for new in news})
            if not first:
                raise UsageError(
                    "The table of successions lets a cell follow itself. A cell that was followed does not come back: give it a new id."
                )
            found += first
            for cell in first:
                del left[cell]
        return found

    @cached_property
    def reach(self) -> dict[int, set[int]]:
        """Each succession's number to the cells in which it can end: its new cell and all that follow it."""
        after: dict[int, set[int]] = {}
        found: dict[int, set[int]] = {}
        rows: dict[int, list[int]] = {}
        for row, old in enumerate(self.old.tolist()):
            rows.setdefault(old, []).append(row)
        for old in reversed(self.order):
            after[old] = {old}
            for row in rows[old]:
                new = int(self.new[row])
                found[row] = after.get(new, {new}) | {new}
                after[old] |= found[row]
        return found

    @cached_property
    def split(self) -> set[int]:
        """The cells whose records do not all end in one cell."""
        found: set[int] = set()
        for old in reversed(self.order):
            news = self.new[self.old == old].tolist()
            if len(news) > 1 or news[0] in found:
                found.add(old)
        return found

    def as_then(
        self,
        begun: Int64[np.ndarray, " cell"],
        cell: Int32[np.ndarray, " record"],
        occurred: Int32[np.ndarray, " record"],
    ) -> Int32[np.ndarray, " record"]:
        """The cells that records of days ``occurred`` were in then, of sources that name the cells of today for all their records.

        Where a cell follows one other and has not existed before that (``begun``, its first day), it is that one until the
        succession counts.
        """
        found = cell.copy()
        holds = self.holds_after
        for old in reversed(self.order):
            for row in np.flatnonzero(self.old == old).tolist():
                new = int(self.new[row])
                if (self.new == new).sum() == 1 and begun[new] >= self.date[row]:
                    found[(found == new) & (occurred <= holds[row])] = old
        return found

    def heirs(
        self,
        ids: Sequence[str],
        cell: Int32[np.ndarray, " record"],
        stated: Int32[np.ndarray, " record"],
        lot: Int64[np.ndarray, " record"],
    ) -> Int32[np.ndarray, " record"]:
        """The cell in which each record ends: the ``stated`` one (that its point lies in) where its cell leads there, else at
        every split the part that its ``lot``, a hash of its id, falls into, with the shares as chances.
        """
        at = cell.astype(np.int32).copy()
        for old in self.order:
            rows = np.flatnonzero(self.old == old)
            here = np.flatnonzero(at == old)
            if not len(here):
                continue
            bounds = np.cumsum(self.share[rows]) / self.share[rows].sum()
            # of every split another draw, which other cells of the table do not change
            salt = np.uint64(int(sha256(ids[old].encode())[:16], 16))
            chance = ((lot[here].view(np.uint64) ^ salt) * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(11)) / 2.0**53
            part = np.minimum(np.searchsorted(bounds, chance, side="right"), len(rows) - 1)
            for number, row in reversed(list(enumerate(rows.tolist()))):
                part[np.isin(stated[here], sorted(self.reach[row]))] = number
            at[here] = self.new[rows[part]]
        return at

    def pieces(
        self, cell: Int32[np.ndarray, " record"], heir: Int32[np.ndarray, " record"]
    ) -> tuple[
        Int64[np.ndarray, " piece"], Int32[np.ndarray, " piece"], Int64[np.ndarray, " piece"], Int64[np.ndarray, " piece"]
    ]:
        """Where records are when: the number of the record, its cell, and the days after which and through which it is there."""
        record = [np.arange(len(cell))]
        where, after = [cell.astype(np.int32)], [np.full(len(cell), int(ALWAYS), dtype=np.int64)]
        through = [np.full(len(cell), int(NEVER), dtype=np.int64)]
        holds = self.holds_after
        for old in self.order:
            rows = np.flatnonzero(self.old == old)
            for part in range(len(where)):
                here = np.flatnonzero(where[part] == old)
                if not len(here):
                    continue
                goes = heir[record[part][here]]
                row = np.full(len(here), rows[0])
                for one in rows[::-1].tolist():
                    row[np.isin(goes, sorted(self.reach[one]))] = one
                record.append(record[part][here])
                where.append(self.new[row])
                after.append(np.maximum(after[part][here], holds[row]))
                through.append(through[part][here])
                through[part][here] = np.minimum(through[part][here], holds[row])
        joined = [np.concatenate(parts) for parts in (record, where, after, through)]
        there = joined[2] < joined[3]
        return joined[0][there], joined[1][there], joined[2][there], joined[3][there]

    def inherit(self, first: Any, as_of: Any) -> None:
        """Let cells have existed since those that they follow did, in ``first`` ``[cell, date]``, at dates at which that counts."""
        holds = self.holds_after
        for old in self.order:
            for row in np.flatnonzero(self.old == old):
                dates = as_of > holds[row]
                first[self.new[row], dates] = np.minimum(first[self.new[row], dates], first[old, dates])


def successions(
    ids: Sequence[str], old: Sequence[str], new: Sequence[str], date: Any, known: Any, share: Any = None
) -> Successions:
    """Successions of cells named by their ids; parts are equal without ``share``.

    Raises
    ------
    UsageError
        If a cell is unknown, comes back, follows itself, is followed on two days, or a share is not above 0.
    """
    number = {name: i for i, name in enumerate(ids)}
    for name in (*old, *new):
        if name not in number:
            raise UsageError(
                f"The table of successions names the cell {name!r}, which the table of cells does not have. Keep cells that were "
                "followed there, with their figures; a succession closes them."
            )
    olds, news = (np.array([number[name] for name in names], dtype=np.int32) for names in (old, new))
    order = np.lexsort((news, olds))
    shares = np.ones(len(olds)) if share is None else np.asarray(share, dtype=np.float64)
    made = Successions(
        olds[order], news[order], np.asarray(date, np.int32)[order], np.asarray(known, np.int32)[order], shares[order]
    )
    same = np.diff(made.old) == 0
    if np.any(same & (np.diff(made.new) == 0)):
        raise UsageError("The table of successions has the same old and new cell twice. Keep one of the rows.")
    if np.any(same & ((np.diff(made.date) != 0) | (np.diff(made.known) != 0))):
        name = ids[made.old[:-1][same & ((np.diff(made.date) != 0) | (np.diff(made.known) != 0))][0]]
        raise UsageError(f"The cell {name!r} is followed on two days in the table of successions. A cell is followed once.")
    if np.any(~(made.share > 0)):
        raise UsageError("A share in the table of successions is not above 0. Remove the row, or correct the share.")
    made.order  # noqa: B018  a cell that follows itself is told of here
    return made


NONE = Successions(
    np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.int32), np.zeros(0, np.float64)
)
