"""Records in columns, sorted and immutable, and what of them was known and believed when."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Int16, Int32, Int64

from riskmodel.base.days import ALWAYS, NEVER, to_day, to_iso
from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.base.files import canonical_json
from riskmodel.base.project import Kind
from riskmodel.records.history.coverage import Coverage, coverage_known_by, feeds, latest, missing, stale, through_at
from riskmodel.records.history.tables import read_records
from riskmodel.records.places import Places

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class History:
    """Records in columns, sorted by kind, cell, ``occurred``, ``known``.

    A record happened on day ``occurred``, became known on day ``known`` and was believed until day ``until`` (a correction
    or withdrawal became known then; NEVER if none did). A state ended, as far as known, on day ``ended`` (the later of its
    end and the day on which the end became known). ``amount`` counts events (1), units or another whole number. ``cell`` is the
    one that the record names; where cells were renamed, merged or split, ``heir`` is the one in which it ends.
    """

    places: Places
    kinds: Mapping[str, Kind]
    kind: Int16[np.ndarray, " record"]
    cell: Int32[np.ndarray, " record"]
    occurred: Int32[np.ndarray, " record"]
    known: Int32[np.ndarray, " record"]
    until: Int32[np.ndarray, " record"]
    ended: Int32[np.ndarray, " record"]
    amount: Int32[np.ndarray, " record"]
    coverage: tuple[Coverage, ...] = field(default=())
    heir: Int32[np.ndarray, " record"] | None = None

    def __len__(self) -> int:
        return len(self.kind)

    def __repr__(self) -> str:
        if not len(self):
            return f"<History: no records; {len(self.places):,} cells>"
        families: dict[str, int] = {}
        for name, count in zip(self.kinds, np.bincount(self.kind, minlength=len(self.kinds)), strict=True):
            family = self.kinds[name].family
            families[family] = families.get(family, 0) + int(count)
        delays = np.maximum(self.known.astype(np.int64) - self.occurred, 0)
        parts = ", ".join(f"{name} {count:,}" for name, count in families.items())
        through = [f"{c.source} {to_iso(c.through)}" for c in self.latest_coverage() if c.through != NEVER]
        return (
            f"<History: {len(self):,} records of {len(self.kinds)} kinds ({parts})\n"
            f"  occurred {to_iso(self.occurred.min())} to {to_iso(self.occurred.max())}; "
            f"known after {np.median(delays):.0f} days (median), {np.quantile(delays, 0.95):.0f} (95 %)\n"
            f"  {int((self.until != NEVER).sum()):,} corrected or withdrawn; {len(self.places):,} cells\n"
            f"  complete through: {', '.join(through) or 'not stated'}>"
        )

    @cached_property
    def kind_number(self) -> dict[str, int]:
        """Kind name to kind number."""
        return {name: i for i, name in enumerate(self.kinds)}

    def numbers(self, kinds: Iterable[str]) -> tuple[int, ...]:
        """Kind numbers of ``kinds``.

        Raises
        ------
        UsageError
            If there is no such kind.
        """
        found = []
        for name in kinds:
            if name not in self.kind_number:
                raise unknown_name("kind", name, self.kinds)
            found.append(self.kind_number[name])
        return tuple(found)

    def pieces(
        self,
    ) -> tuple[
        Int64[np.ndarray, " piece"], Int32[np.ndarray, " piece"], Int64[np.ndarray, " piece"], Int64[np.ndarray, " piece"]
    ]:
        """Where records are when: the number of the record, its cell, and the days after which and through which it is there.

        At as-of ``t`` a record is in the one of its pieces with ``after < t <= through``.
        """
        if self.heir is None:
            whole = np.arange(len(self)), self.cell
            return *whole, np.full(len(self), int(ALWAYS), np.int64), np.full(len(self), int(NEVER), np.int64)
        return self.places.successions.pieces(self.cell, self.heir)

    @cached_property
    def followed(self) -> History:
        """The records as features see them: each in the cell that it is in, and moved when a succession of cells became known.

        A record that moves is there twice, until and from the day after which the succession counts, and seen once at any date.
        """
        if self.heir is None:
            return self
        record, cell, after, through = self.pieces()
        known = np.maximum(self.known[record], after)
        until = np.minimum(self.until[record], through)
        # a record that was never seen where it was is not there
        seen = (known < until) | ((after == int(ALWAYS)) & (through == int(NEVER)))
        columns = {name: getattr(self, name)[record[seen]] for name in ("kind", "occurred", "ended", "amount")}
        return from_columns(
            self.places, self.kinds, cell=cell[seen], known=known[seen], until=until[seen], coverage=self.coverage, **columns
        )

    @cached_property
    def starts(self) -> Int64[np.ndarray, "kind cell_plus_one"]:
        """Where the records of each kind and cell begin: those of kind ``k`` in cell ``c`` are ``starts[k, c]:starts[k, c+1]``."""
        cells, kinds = len(self.places), len(self.kinds)
        keys = self.kind.astype(np.int64) * cells + self.cell
        edges = np.searchsorted(keys, np.arange(kinds * cells + 1, dtype=np.int64))
        return edges[np.arange(kinds)[:, None] * cells + np.arange(cells + 1)[None, :]]

    def known_by(self, as_of: str | int) -> History:
        """The history as it was known at 00:00 of day ``as_of``: ``known < as_of``, and later news undone."""
        day = to_day(as_of)
        keep = self.known < day
        kept = self if keep.all() else self._take(keep)
        return replace(
            kept,
            places=self.places.known_by(day),
            until=_undone(kept.until, day),
            ended=_undone(kept.ended, day),
            coverage=coverage_known_by(self.coverage, day),
        )

    @cached_property
    def feeds(self) -> dict[str, Coverage]:
        """What holds of each source at every as-of date, for it is said of the feed: its kinds, since when, how late."""
        return feeds(self.coverage)

    def between(self, first: str | int, stop: str | int) -> History:
        """The records with ``first <= occurred < stop``."""
        return self._take((self.occurred >= to_day(first)) & (self.occurred < to_day(stop)))

    def of(self, family: str | None = None, kind: str | None = None) -> History:
        """The records of a family or kind.

        Raises
        ------
        UsageError
            If there is no such family or kind.
        """
        if kind is not None:
            wanted = self.numbers([kind])
        else:
            wanted = tuple(i for i, k in enumerate(self.kinds.values()) if family is None or k.family == family)
            if not wanted:
                raise unknown_name("family", str(family), {k.family for k in self.kinds.values()})
        return self._take(np.isin(self.kind, wanted))

    def _take(self, keep: Bool[np.ndarray, " record"]) -> History:
        return replace(
            self,
            kind=self.kind[keep],
            cell=self.cell[keep],
            occurred=self.occurred[keep],
            known=self.known[keep],
            until=self.until[keep],
            ended=self.ended[keep],
            amount=self.amount[keep],
            heir=None if self.heir is None else self.heir[keep],
        )

    def latest_coverage(self) -> tuple[Coverage, ...]:
        """The last known coverage of each source."""
        return latest(self.coverage)

    def sources_of(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """The sources that bring any of ``kinds``."""
        wanted = set(kinds)
        return tuple(dict.fromkeys(c.source for c in self.coverage if wanted & set(c.kinds)))

    def through_at(self, source: str, as_of: Int32[np.ndarray, " date"]) -> Int64[np.ndarray, " date"]:
        """The day through which ``source`` was known to be complete at each as-of date; NEVER where nothing was known."""
        return through_at(self.coverage, source, as_of)

    def label_delay(self, kinds: Iterable[str]) -> int:
        """Days after which labels of ``kinds`` are mature: the longest of their sources'."""
        wanted = set(kinds)
        return max((feed.label_delay for feed in self.feeds.values() if wanted & set(feed.kinds)), default=0)

    def missing(self, kinds: Iterable[str], window: int, as_of: Int32[np.ndarray, " date"]) -> Bool[np.ndarray, " date"]:
        """Where a window of ``window`` days before each as-of date reaches into a gap of a feed of ``kinds``.

        A feed is in a gap where it had not begun, and at dates at which it was known to be stale.
        """
        return missing(self.coverage, self.feeds, set(kinds), window, as_of)

    def stale(self, as_of: str | int) -> dict[str, int]:
        """Sources that are stale at ``as_of``, with the last complete day of each."""
        return stale(self.coverage, to_day(as_of))

    def append(self, other: History) -> History:
        """This history with the records and coverage of ``other``, which has the same places and kinds."""
        if tuple(other.kinds) != tuple(self.kinds) or other.places.ids != self.places.ids:
            raise UsageError("The two histories have other kinds or cells. Build both with the same places and kinds.")
        columns = ("kind", "cell", "occurred", "known", "until", "ended", "amount")
        joined = {name: np.concatenate([getattr(self, name), getattr(other, name)]) for name in columns}
        if self.heir is not None and other.heir is not None:
            joined["heir"] = np.concatenate([self.heir, other.heir])
        return from_columns(self.places, self.kinds, coverage=tuple(dict.fromkeys(self.coverage + other.coverage)), **joined)

    def fingerprint(self) -> str:
        """Hexadecimal sha256 of records, coverage and places: the same content gives the same value."""
        head = canonical_json(
            {
                "kinds": [[name, kind.model_dump()] for name, kind in self.kinds.items()],
                "coverage": sorted(
                    [c.source, list(c.kinds), c.since, c.through, c.known, c.stale_after, c.label_delay] for c in self.coverage
                ),
                "places": self.places.fingerprint(),
            }
        )
        found = hashlib.sha256(head)
        columns = [self.kind, self.cell, self.occurred, self.known, self.until, self.ended, self.amount]
        for column in columns + ([] if self.heir is None else [self.heir]):
            found.update(np.ascontiguousarray(column).data)
        return found.hexdigest()

    def frame(self) -> pd.DataFrame:
        """A row a record: cell, kind, family, occurred, known, until, ended (NaT where open), amount."""
        import pandas as pd

        names = np.array(list(self.kinds), dtype=object)
        families = np.array([kind.family for kind in self.kinds.values()], dtype=object)
        return pd.DataFrame(
            {
                "cell": np.array(self.places.ids, dtype=object)[self.cell],
                "kind": names[self.kind],
                "family": families[self.kind],
                "occurred": _dates(self.occurred),
                "known": _dates(self.known),
                "until": _dates(self.until),
                "ended": _dates(self.ended),
                "amount": self.amount,
            }
        )

    @classmethod
    def from_frame(
        cls, records: Any, places: Places, kinds: Mapping[str, Kind] | None = None, coverage: Iterable[Coverage] = ()
    ) -> History:
        """A history from a table (pandas, polars or pyarrow) with ``cell, kind, occurred`` and, if there, ``family, known,
        until, ended, amount``. Where ``known`` is empty a record is known on the day on which it occurred.

        Raises
        ------
        UsageError
            If a column is missing, a cell or kind is unknown, a date cannot be read or an amount is no whole number from 0.
        """
        named, columns = read_records(records, places, kinds)
        return from_columns(places, named, coverage=tuple(coverage), **columns)


def from_columns(
    places: Places,
    kinds: Mapping[str, Kind],
    *,
    kind: Any,
    cell: Any,
    occurred: Any,
    known: Any,
    until: Any,
    ended: Any,
    amount: Any,
    heir: Any = None,
    coverage: tuple[Coverage, ...] = (),
) -> History:
    """A :class:`History` from unsorted columns of one length; their order does not matter to the result.

    Raises
    ------
    UsageError
        If an amount is negative or too large for int32.
    """
    amount = np.asarray(amount)
    if len(amount) and (amount.min() < 0 or amount.max() > np.iinfo(np.int32).max):
        raise UsageError("An amount is negative or above 2,147,483,647. Counts are whole numbers from 0; correct the table.")
    order = np.lexsort((*(() if heir is None else (heir,)), amount, ended, until, known, occurred, cell, kind))
    return History(
        places=places,
        kinds=dict(kinds),
        kind=np.asarray(kind, dtype=np.int16)[order],
        cell=np.asarray(cell, dtype=np.int32)[order],
        occurred=np.asarray(occurred, dtype=np.int32)[order],
        known=np.asarray(known, dtype=np.int32)[order],
        until=np.asarray(until, dtype=np.int32)[order],
        ended=np.asarray(ended, dtype=np.int32)[order],
        amount=amount.astype(np.int32)[order],
        coverage=coverage,
        heir=None if heir is None else np.asarray(heir, dtype=np.int32)[order],
    )


def _undone(news: Int32[np.ndarray, " record"], day: int) -> Int32[np.ndarray, " record"]:
    """``news`` without what was not known by ``day``; the same array where there is none of that."""
    late = (news >= day) & (news != NEVER)
    return np.where(late, NEVER, news) if late.any() else news


def _dates(days: Int32[np.ndarray, " record"]) -> Any:
    """``datetime64[s]`` of ``days``; NaT for NEVER."""
    dates = days.astype("datetime64[D]").astype("datetime64[s]")
    dates[days == NEVER] = np.datetime64("NaT")
    return dates
