"""The history: records in columns, and what was known of them when."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, field, replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Int16, Int32, Int64

import riskmodel.records.history.coverage as statements
import riskmodel.records.history.record_columns as table
from riskmodel.base.argument_types import checked
from riskmodel.base.days import DateLike, day_argument, to_iso
from riskmodel.base.errors import UsageError, bad_argument, unknown_name
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.name_arguments import names_argument
from riskmodel.base.project import Kind
from riskmodel.records.column_schema import Array
from riskmodel.records.history.coverage import Coverage
from riskmodel.records.history.derived_coverage import derived_coverage, joined_coverage
from riskmodel.records.history.ignored_days import mostly_ignored
from riskmodel.records.history.record_table import read_records
from riskmodel.records.history.staleness import last_heard, stale
from riskmodel.records.places import Places
from riskmodel.records.successions import Pieces, whole_pieces

if TYPE_CHECKING:
    import pandas as pd


@checked(places="Places")
@dataclass(frozen=True, eq=False)
class History(HtmlCard):
    """Records in sorted columns, with their places and coverage.

    At 00:00 of as-of date ``t`` a record counts if ``occurred < t``, ``known < t <= until`` and, for a state, ``t <= ended``.

    Parameters
    ----------
    places, kinds
        The cells, and the kinds by name.
    kind, cell
        Number of each record's kind, and of the cell that it names.
    occurred, known, until
        Days on which it happened, became known, and was corrected or withdrawn as far as known (NEVER if it was not).
    ended
        Day on which a state ended as far as known: the later of its end and the day on which the end became known.
    amount, coverage
        Events (1), units or another whole number; statements about how far the sources are complete.
    successor
        Cell in which the record ends, where cells were renamed, merged or split.

    Notes
    -----
    A record holds one end. If a source changes or takes back an end that was known, there is one record per end, as with revisions: the
    former is believed until the change became known (:func:`riskmodel.records.belief.believed`).

    Examples
    --------
    >>> len(history), len(history.known_by("2023-06-01"))
    (600, 297)
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
    successor: Int32[np.ndarray, " record"] | None = None

    def __len__(self) -> int:
        return len(self.kind)

    def __repr__(self) -> str:
        return table.history_text(self.kinds, self.arrays(), len(self.places), statements.through_text(self.coverage))

    def arrays(self) -> dict[str, Array]:
        """Return the columns by name, in sorting order."""
        return table.RECORDS.arrays(self)

    @classmethod
    def from_arrays(
        cls, places: Places, kinds: Mapping[str, Kind], arrays: Mapping[str, Any], coverage: tuple[Coverage, ...] = ()
    ) -> History:
        """Return the history of sorted columns, as :meth:`arrays` gives them."""
        return cls(places=places, kinds=dict(kinds), coverage=coverage, **table.RECORDS.convert(arrays))

    @cached_property
    def kind_number(self) -> dict[str, int]:
        """Kind name to kind number."""
        return {name: i for i, name in enumerate(self.kinds)}

    def numbers(self, kinds: Iterable[str]) -> tuple[int, ...]:
        """Return the kind numbers of kind names.

        Raises
        ------
        UsageError
            If there is no such kind.
        """
        names = names_argument(kinds, "kinds", "History.numbers")
        for name in names:
            if name not in self.kind_number:
                raise unknown_name("kind", name, self.kinds)
        return tuple(self.kind_number[name] for name in names)

    def pieces(self) -> Pieces:
        """Return in which cell each record is at which as-of dates.

        At as-of date ``t`` a record is in that one of its pieces with ``after < t <= through``. A record of a cell without
        successors is one piece.
        """
        if self.successor is None:
            return whole_pieces(self.cell)
        return self.places.successions.pieces(self.cell, self.successor)

    @cached_property
    def relocated(self) -> History:
        """The records, each in its cell of the as-of date.

        Features and detectors read this history. A record whose cell has a successor is there twice: in the old cell until the succession counts, in the new one from
        then on. At every as-of date it is seen once.
        """
        if self.successor is None:
            return self
        columns = table.relocated_columns(self.arrays(), self.pieces())
        return from_columns(self.places, self.kinds, coverage=self.coverage, **columns)

    @cached_property
    def starts(self) -> Int64[np.ndarray, "kind cell_plus_one"]:
        """Where the records of each kind and cell begin.

        Those of kind ``k`` in cell ``c`` are ``starts[k, c]:starts[k, c + 1]``.
        """
        cells, kinds = len(self.places), len(self.kinds)
        keys = self.kind.astype(np.int64) * cells + self.cell
        edges = np.searchsorted(keys, np.arange(kinds * cells + 1, dtype=np.int64))
        return edges[np.arange(kinds)[:, None] * cells + np.arange(cells + 1)[None, :]]

    def known_by(self, as_of: DateLike) -> History:
        """Return the history as known at 00:00 of an as-of date.

        Records with ``known < as_of`` stay. A correction, a withdrawal or an end that became known on or after the day is
        removed from them, and places and coverage are those known before the day. The as-of rule is stated in terms of this
        history: whatever is computed as of ``t`` from the whole history equals what is computed from ``known_by(t)``.
        """
        day = day_argument(as_of, "as_of", "History.known_by")
        keep = self.known < day
        kept = self if keep.all() else self.take(keep)
        return replace(
            kept,
            places=self.places.known_by(day),
            until=table.without_later(kept.until, day),
            ended=table.without_later(kept.ended, day),
            coverage=statements.coverage_known_by(self.coverage, day),
        )

    @cached_property
    def sources(self) -> dict[str, Coverage]:
        """Kinds, first day and delays of each source."""
        return statements.lasting_coverage(self.coverage)

    def between(self, first: DateLike, stop: DateLike) -> History:
        """Return the records with ``first <= occurred < stop``."""
        begin, end = (day_argument(day, name, "History.between") for day, name in ((first, "first"), (stop, "stop")))
        if end < begin:
            raise bad_argument("stop", "History.between", f"a date not before first ({to_iso(begin)})", to_iso(end))
        return self.take((self.occurred >= begin) & (self.occurred < end))

    def of(self, family: str | None = None, kind: str | None = None) -> History:
        """Return the records of a family or kind."""
        if kind is not None:
            wanted = self.numbers([kind])
        else:
            wanted = table.family_numbers(self.kinds, family)
        return self.take(np.isin(self.kind, wanted))

    def take(self, keep: Bool[np.ndarray, " record"]) -> History:
        """Return the records where ``keep`` is true."""
        return replace(self, **table.RECORDS.take(self, keep))

    def latest_coverage(self) -> tuple[Coverage, ...]:
        """Return the last known coverage of each source."""
        return statements.latest(self.coverage)

    def sources_of(self, kinds: Iterable[str]) -> tuple[str, ...]:
        """Return the sources that deliver any of ``kinds``."""
        wanted = set(names_argument(kinds, "kinds", "History.sources_of"))
        return tuple(source for source, one in self.sources.items() if wanted & set(one.kinds))

    def through_at(self, source: str, as_of: Int32[np.ndarray, " date"]) -> Int64[np.ndarray, " date"]:
        """Return through which day a source was known to be complete."""
        return statements.at_steps(self._steps[source], as_of)

    @cached_property
    def _steps(self) -> dict[str, statements.Steps]:
        return {source: statements.through_steps(self.coverage, source) for source in self.sources}

    def label_delay(self, kinds: Iterable[str]) -> int:
        """Return the longest label delay of the sources of ``kinds``."""
        return max((self.sources[source].label_delay for source in self.sources_of(kinds)), default=0)

    def missing(self, kinds: Iterable[str], window: int, as_of: Int32[np.ndarray, " date"]) -> Bool[np.ndarray, " date"]:
        """Return where a window before an as-of date reaches into a gap.

        Gaps of a source of ``kinds``: before its first day, at dates at which it was stale, and ignored days, if they are more than a
        tenth of the ``window`` of so many days.
        """
        names = names_argument(kinds, "kinds", "History.missing")
        return self.unheard(names, window, as_of) | mostly_ignored(self.sources, set(names), window, as_of)

    def unheard(self, kinds: Iterable[str], window: int, as_of: Int32[np.ndarray, " date"]) -> Bool[np.ndarray, " date"]:
        """Return :meth:`missing` without ignored days, for sums over the whole past."""
        return statements.missing(self.coverage, self.sources, set(kinds), window, as_of)

    def stale(self, as_of: DateLike) -> dict[str, int | None]:
        """Return the sources that are stale, with their last complete days.

        The day is None where nothing was known of a source: neither a statement nor a record.
        """
        day = day_argument(as_of, "as_of", "History.stale")
        return stale(self.coverage, day, partial(last_heard, self.sources, self.kind_number, self.arrays(), day))

    def append(self, other: History) -> History:
        """Return this history with the records and coverage of another one.

        Coverage that nobody stated follows from all records.
        """
        if tuple(other.kinds) != tuple(self.kinds) or other.places.ids != self.places.ids:
            raise UsageError("The two histories have other kinds or cells. Build both with the same places and kinds.")
        mine, more = self.arrays(), other.arrays()
        joined = {name: np.concatenate([mine[name], more[name]]) for name in mine if name in more}
        coverage = joined_coverage(self.kinds, joined, self.coverage + other.coverage)
        return from_columns(self.places, self.kinds, coverage=coverage, **joined)

    def fingerprint(self) -> str:
        """Return the sha256 of records, coverage and places, alike everywhere."""
        stated = sorted(astuple(one)[: -1 if one.ignored else -2] for one in self.coverage)
        return table.history_digest(self.kinds, stated, self.places.fingerprint(), self.arrays())

    def frame(self) -> pd.DataFrame:
        """Return one row per record, with names and dates.

        Columns: cell, kind, family, occurred, known, until, ended (NaT where open), amount.
        """
        return table.record_frame(self.places.ids, self.kinds, self.arrays())

    @classmethod
    def from_frame(
        cls, records: Any, places: Places, kinds: Mapping[str, Kind] | None = None, coverage: Iterable[Coverage] | None = None
    ) -> History:
        """Return the history of a table of records.

        Days after those that the sources cover are unknown, and so are days before them: they are not taken for days without events.

        Parameters
        ----------
        records
            A pandas, polars or pyarrow table with the columns ``cell, kind, occurred`` and, optionally, ``family, known, until,
            ended, amount``. Where ``known`` is empty a record is known on the day on which it occurred.
        kinds
            Kind name to kind; without it the kinds of the table, with the names that stand there.
        coverage
            What each source covers. Left out, it follows from the records: every family is known from the first record of the table through the last day on
            which one became known, or through its own last one if it falls silent earlier, and its labels wait for late records. Empty, every day without records is one without events.

        Raises
        ------
        UsageError
            If a column is missing, a cell or kind is unknown, a date cannot be read or an amount is not a whole number from 0.
        """
        named, columns = read_records(records, places, kinds)
        stated = derived_coverage(named, columns) if coverage is None else tuple(coverage)
        return from_columns(places, named, coverage=stated, **columns)


def from_columns(places: Places, kinds: Mapping[str, Kind], *, coverage: tuple[Coverage, ...] = (), **columns: Any) -> History:
    """Return the history of unsorted columns of one length.

    Parameters
    ----------
    columns
        ``kind, cell, occurred, known, until, ended, amount`` and, optionally, ``successor``, as in :class:`History`, in any order.

    Raises
    ------
    UsageError
        If an amount is negative or too large for int32.
    TypeError
        If a column is missing or unknown.
    """
    return History.from_arrays(places, kinds, table.sorted_columns(columns), coverage)
