"""Successions of cells that were renamed, merged or split.

A record stays in the cell that it names until the succession of that cell took place and was known, and is in the successor
from then on: at as-of date ``t`` if ``date <= t`` and ``known < t``. Nothing changes at earlier as-of dates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float64, Int32, Int64

from riskmodel.base.days import ALWAYS, NEVER
from riskmodel.base.errors import UsageError
from riskmodel.base.files import sha256
from riskmodel.base.personal_data.safe_texts import safe_repr
from riskmodel.records.column_schema import Array, Schema

SUCCESSIONS = Schema("succession", {"old": np.int32, "new": np.int32, "date": np.int32, "known": np.int32, "share": np.float64})
"""The columns of successions."""
_DRAW = np.uint64(0x9E3779B97F4A7C15)
"""Odd multiplier (2^64 over the golden ratio) that spreads hashes evenly."""


class Pieces(NamedTuple):
    """The cells of records over time, one piece per record and cell.

    Record number ``record`` is in ``cell`` at as-of dates ``t`` with ``after < t <= through``.
    """

    record: Int64[np.ndarray, " piece"]
    cell: Int32[np.ndarray, " piece"]
    after: Int64[np.ndarray, " piece"]
    through: Int64[np.ndarray, " piece"]


def whole_pieces(cell: Int32[np.ndarray, " record"]) -> Pieces:
    """Return records that are in one cell at all as-of dates."""
    count = len(cell)
    return Pieces(np.arange(count), cell, np.full(count, int(ALWAYS), np.int64), np.full(count, int(NEVER), np.int64))


@dataclass(frozen=True, eq=False)
class Successions:
    """Cells and their successors, with the days of each succession.

    Cell ``old`` is replaced by cell ``new`` from day ``date`` on, which became known on day ``known``. Rows are sorted by ``old``
    and ``new``. A cell with several successors is split, in parts proportional to ``share``; the rows of one ``old`` have one
    date. A cell that was replaced is never used again.
    """

    old: Int32[np.ndarray, " succession"]
    new: Int32[np.ndarray, " succession"]
    date: Int32[np.ndarray, " succession"]
    known: Int32[np.ndarray, " succession"]
    share: Float64[np.ndarray, " succession"]

    def __len__(self) -> int:
        return len(self.old)

    def arrays(self) -> dict[str, Array]:
        """Return the columns by name."""
        return SUCCESSIONS.arrays(self)

    @property
    def holds_after(self) -> Int64[np.ndarray, " succession"]:
        """The day after which each succession counts.

        It is ``known``, or the day before ``date`` if that is later; NEVER if the succession is not known.
        """
        after = np.maximum(self.known.astype(np.int64), self.date.astype(np.int64) - 1)
        return np.where(self.date == NEVER, np.int64(NEVER), after)

    def known_by(self, as_of: int) -> Successions:
        """Return the successions as known at an as-of date.

        Those known later keep their rows, with NEVER as their date.
        """
        return replace(self, date=np.where(self.known < as_of, self.date, NEVER).astype(np.int32))

    @cached_property
    def order(self) -> list[int]:
        """The old cells, each before its successors.

        Raises
        ------
        UsageError
            If a cell is its own successor, directly or through others.
        """
        successors: dict[int, set[int]] = {}
        for old, new in zip(self.old.tolist(), self.new.tolist(), strict=True):
            successors.setdefault(old, set()).add(new)
        found: list[int] = []
        rest = dict(successors)
        while rest:
            first = sorted(set(rest) - {new for news in rest.values() for new in news})
            if not first:
                raise UsageError(
                    "The table of successions makes a cell its own successor. A cell that was replaced is never used again: give "
                    "the later cell a new id."
                )
            found += first
            for cell in first:
                del rest[cell]
        return found

    @cached_property
    def reach(self) -> dict[int, set[int]]:
        """Row number to its new cell and all later ones."""
        later: dict[int, set[int]] = {}
        found: dict[int, set[int]] = {}
        rows: dict[int, list[int]] = {}
        for row, old in enumerate(self.old.tolist()):
            rows.setdefault(old, []).append(row)
        for old in reversed(self.order):
            later[old] = {old}
            for row in rows[old]:
                new = int(self.new[row])
                found[row] = later.get(new, {new}) | {new}
                later[old] |= found[row]
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
        """Return the cells of records on the days when they occurred.

        For sources that name today's cells for all their records. Where a cell is the only successor of another one and did not
        exist before (``begun`` is the first day of each cell), a record is in the old cell until the succession counts.
        """
        found = cell.copy()
        holds = self.holds_after
        for old in reversed(self.order):
            for row in np.flatnonzero(self.old == old).tolist():
                new = int(self.new[row])
                if (self.new == new).sum() == 1 and begun[new] >= self.date[row]:
                    found[(found == new) & (occurred <= holds[row])] = old
        return found

    def successors(
        self,
        ids: Sequence[str],
        cell: Int32[np.ndarray, " record"],
        stated: Int32[np.ndarray, " record"],
        identity: Int64[np.ndarray, " record"],
    ) -> Int32[np.ndarray, " record"]:
        """Return the cell in which each record ends.

        Parameters
        ----------
        ids
            The ids of all cells.
        cell
            The cell that each record names.
        stated
            The cell in which the record's point or address lies now; -1 if that is not known. It decides where the record's cell
            leads there.
        identity
            A hash of each record's id. Elsewhere it draws, at every split, one of the parts, with the shares as probabilities.
        """
        at = cell.astype(np.int32).copy()
        for old in self.order:
            rows = np.flatnonzero(self.old == old)
            here = np.flatnonzero(at == old)
            if not len(here):
                continue
            part = self._drawn_part(ids[old], rows, identity[here])
            for number, row in reversed(list(enumerate(rows.tolist()))):
                part[np.isin(stated[here], sorted(self.reach[row]))] = number
            at[here] = self.new[rows[part]]
        return at

    def _drawn_part(self, name: str, rows: Any, identity: Any) -> Any:
        """Draw a part of a split cell for each record.

        The hash of the record's id draws it. Each split has draws of its own, which do not depend on the other cells of the table.
        """
        bounds = np.cumsum(self.share[rows]) / self.share[rows].sum()
        salt = np.uint64(int(sha256(name.encode())[:16], 16))
        uniform = ((identity.view(np.uint64) ^ salt) * _DRAW >> np.uint64(11)) / 2.0**53
        return np.minimum(np.searchsorted(bounds, uniform, side="right"), len(rows) - 1)

    def pieces(self, cell: Int32[np.ndarray, " record"], successor: Int32[np.ndarray, " record"]) -> Pieces:
        """Return in which cell each record is at which as-of dates.

        ``cell`` is the cell that a record names, ``successor`` the one in which it ends.
        """
        record, where, after, through = ([column] for column in whole_pieces(cell.astype(np.int32)))
        holds = self.holds_after
        for old in self.order:
            rows = np.flatnonzero(self.old == old)
            for part in range(len(where)):
                here = np.flatnonzero(where[part] == old)
                if not len(here):
                    continue
                goes = successor[record[part][here]]
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
        return Pieces(joined[0][there], joined[1][there], joined[2][there], joined[3][there])

    def inherit(self, first: Any, as_of: Any) -> None:
        """Give successors the first day of the cells that they replaced.

        ``first`` ``[cell, date]`` is the day since which a cell has existed, at each as-of date; it is changed in place, at the
        dates at which a succession counts.
        """
        holds = self.holds_after
        for old in self.order:
            for row in np.flatnonzero(self.old == old):
                dates = as_of > holds[row]
                first[self.new[row], dates] = np.minimum(first[self.new[row], dates], first[old, dates])


def successions(
    ids: Sequence[str], old: Sequence[str], new: Sequence[str], date: Any, known: Any, share: Any = None
) -> Successions:
    """Return successions of cells named by their ids.

    Parameters
    ----------
    ids
        The ids of all cells.
    share
        The part of a split cell that each successor gets; equal parts by default.

    Raises
    ------
    UsageError
        If a cell is unknown, used again, its own successor or replaced on two days, or if a share is not above 0.
    """
    number = {name: i for i, name in enumerate(ids)}
    for at, name in enumerate((*old, *new)):
        if name not in number:
            raise UsageError(
                f"Row {at % len(old) + 1} of the table of successions names the cell {safe_repr(name)}, which the table of cells does not have. Leave replaced "
                "cells, with their figures, in the table of cells; the succession closes them."
            )
    olds, news = (np.array([number[name] for name in names], dtype=np.int32) for names in (old, new))
    shares = np.ones(len(olds)) if share is None else share
    columns = SUCCESSIONS.convert({"old": olds, "new": news, "date": date, "known": known, "share": shares})
    order = np.lexsort((news, olds))
    made = Successions(**{name: values[order] for name, values in columns.items()})
    _check(made, ids)
    return made


def _check(made: Successions, ids: Sequence[str]) -> None:
    """Raise the first fault of a table of successions."""
    same = np.diff(made.old) == 0
    if np.any(same & (np.diff(made.new) == 0)):
        raise UsageError("The table of successions has the same old and new cell twice. Keep one of the rows.")
    other_day = same & ((np.diff(made.date) != 0) | (np.diff(made.known) != 0))
    if np.any(other_day):
        name = ids[made.old[:-1][other_day][0]]
        raise UsageError(f"The cell {name!r} is replaced on two days in the table of successions. A cell is replaced once.")
    if np.any(~(made.share > 0)):
        raise UsageError("A share in the table of successions is not above 0. Remove the row, or correct the share.")
    made.order  # noqa: B018  raises if a cell is its own successor


NONE = Successions(**SUCCESSIONS.convert(dict.fromkeys(SUCCESSIONS, ())))
