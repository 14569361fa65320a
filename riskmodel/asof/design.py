"""The design: a table of features with keys, labels, exposure and groups."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float32, Int32

from riskmodel.asof import windows
from riskmodel.asof.aged_table import aged_table
from riskmodel.asof.blocks import Progress
from riskmodel.asof.engines import Engine, Threads
from riskmodel.asof.spilled import Spilled
from riskmodel.asof.target import Target, events_text, labels, mature
from riskmodel.asof.vocabulary import Feature, check_unique
from riskmodel.base.argument_types import checked
from riskmodel.base.days import DateLike, Days, as_days, frame_dates, to_iso
from riskmodel.base.errors import UsageError, unknown_name
from riskmodel.base.html_cards import HtmlCard
from riskmodel.base.plurals import counted
from riskmodel.records.history import History
from riskmodel.records.places import Places

if TYPE_CHECKING:
    import pandas as pd


@checked(target="Target | NoneType", places="Places")
@dataclass(frozen=True, eq=False)
class Design(HtmlCard):
    """Feature table with a row per cell and as-of date.

    Rows are ordered cell by cell, in date order.

    Attributes
    ----------
    X
        Features, float32 ``[row, feature]`` in Fortran order, NaN where a value cannot be known. A table that is too large for
        the engine's memory is a :class:`~riskmodel.asof.spilled.Spilled` one, in a file.
    features
        Definitions of the columns.
    cell, as_of
        Number of the cell and as-of day of each row.
    at_risk
        Whether the cell exists.
    y, mature
        Label and whether it is final; both empty without a target.
    target, places
        What the labels count, and the cells.

    Examples
    --------
    >>> rm.design(history, ["2023-10-15", "2023-10-22"], features, experiment.goal())
    <Design: 20 rows x 11 features, as of 2023-10-15 to 2023-10-22 (2 dates); 21 events in 7 days>
    """

    X: Float32[np.ndarray, "row feature"] | Spilled
    features: tuple[Feature, ...]
    cell: Int32[np.ndarray, " row"]
    as_of: Int32[np.ndarray, " row"]
    at_risk: Bool[np.ndarray, " row"]
    y: Int32[np.ndarray, " row"]
    mature: Bool[np.ndarray, " row"]
    target: Target | None
    places: Places

    def __len__(self) -> int:
        return len(self.cell)

    def __repr__(self) -> str:
        dates = np.unique(self.as_of)
        last = f" to {to_iso(dates[-1])}" if len(dates) > 1 else ""
        span = f"{to_iso(dates[0])}{last} ({counted(len(dates), 'date')})" if len(dates) else "no date"
        events = events_text(self.target, self.y, self.mature, self.at_risk) if self.target and len(self) else ""
        return f"<Design: {counted(len(self), 'row')} x {counted(len(self.features), 'feature')}, as of {span}{events}>"

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Feature names in the order of the columns of ``X``."""
        return tuple(feature.name for feature in self.features)

    def position(self, name: str) -> int:
        """Return the column of ``X`` that holds a feature.

        Raises
        ------
        UsageError
            If the design has no such feature; names are compared whole, never by prefix.
        """
        if name not in self.names:
            raise unknown_name("feature in the design", name, self.names)
        return self.names.index(name)

    def column(self, name: str) -> Float32[np.ndarray, " row"]:
        """Return the values of a feature."""
        return self.X[:, self.position(name)]

    def columns(self, names: Iterable[str]) -> Float32[np.ndarray, "row chosen"] | Spilled:
        """Return some features in Fortran order, in the order asked for.

        Of a spilled table the choice is a spilled table, too.
        """
        where = {name: j for j, name in enumerate(self.names)}
        positions = [where[name] if name in where else self.position(name) for name in names]
        if positions == list(range(len(self.features))):
            return self.X
        if isinstance(self.X, Spilled):
            return self.X.choose(positions)
        out = np.empty((len(self), len(positions)), dtype=np.float32, order="F")
        for j, position in enumerate(positions):
            out[:, j] = self.X[:, position]
        return out

    def take(self, rows: Any) -> Design:
        """Return the chosen rows (a mask, a slice or positions)."""
        chosen = self.cell[rows]
        if isinstance(self.X, Spilled):
            X = self.X.take(rows)
        else:
            X = np.empty((len(chosen), len(self.features)), dtype=np.float32, order="F")
            for j in range(len(self.features)):
                X[:, j] = self.X[:, j][rows]
        return replace(
            self,
            X=X,
            cell=chosen,
            as_of=self.as_of[rows],
            at_risk=self.at_risk[rows],
            y=self.y[rows] if self.target else self.y,
            mature=self.mature[rows] if self.target else self.mature,
        )

    def relabelled(self, history: History, now: DateLike | None = None) -> Design:
        """Return the design with labels and maturity as known at ``now``.

        For a design of all cells.
        """
        if self.target is None:
            raise UsageError("The design has no target, so there are no labels to renew. Build it with a target.")
        return self.labelled(history, self.target, now)

    def labelled(self, history: History, target: Target, now: DateLike | None = None) -> Design:
        """Return the design with the labels of ``target``; features are shared.

        So several targets share one table of features.
        """
        dates = np.unique(self.as_of)
        y = labels(history, target, dates)
        settled = mature(history, target, dates, now)
        at = np.searchsorted(dates, self.as_of)
        return replace(self, target=target, y=y[self.cell, at], mature=settled[at])

    def group(self, grouping: str) -> Int32[np.ndarray, " row"]:
        """Return each row's group number; -1 where the cell does not exist."""
        dates = np.unique(self.as_of)
        version = self.places.version_at(dates)
        return self.places.group(grouping, version)[self.cell, np.searchsorted(dates, self.as_of)]

    def frame(self) -> pd.DataFrame:
        """Return a data frame with one row per existing cell and date.

        Columns: cell, as_of, the features, and y (missing where it is not mature).
        """
        import pandas as pd

        rows = np.flatnonzero(self.at_risk)
        columns: dict[str, Any] = {
            "cell": np.array(self.places.ids, dtype=object)[self.cell[rows]],
            "as_of": frame_dates(self.as_of[rows]),
        }
        columns |= {name: self.X[rows, j] for j, name in enumerate(self.names)}
        if self.target is not None:
            columns["y"] = pd.array(np.where(self.mature[rows], self.y[rows], 0), dtype="Int64")
            columns["y"][~self.mature[rows]] = pd.NA
        return pd.DataFrame(columns)

    def identical(self, other: Design) -> bool:
        """Return whether all values are equal to the last bit.

        NaN equals NaN; labels are not compared.
        """
        return (
            self.names == other.names
            and np.array_equal(self.cell, other.cell)
            and np.array_equal(self.as_of, other.as_of)
            and np.array_equal(self.at_risk, other.at_risk)
            and all(np.array_equal(_bits(self.X[:, j]), _bits(other.X[:, j])) for j in range(len(self.features)))
        )


def _bits(column: Any) -> Any:
    """Return the bits of a column, all set where it is NaN.

    So every NaN looks the same.
    """
    return np.ascontiguousarray(column).view(np.uint32) | np.where(np.isnan(column), np.uint32(0xFFFFFFFF), np.uint32(0))


@checked(history="History", target="Target | NoneType", engine="Engine | NoneType")
def design(
    history: History,
    as_of: Any,
    features: Iterable[Feature],
    target: Target | None = None,
    *,
    now: DateLike | None = None,
    engine: Engine | None = None,
    progress: Progress | None = None,
) -> Design:
    """Compute features of all cells exactly as of the given dates.

    Parameters
    ----------
    history
        Records and places.
    as_of
        A date or increasing dates; as-of ``t`` is 00:00 of day ``t``.
    features
        Features to compute; equal definitions are computed once.
    target
        What to count as labels; None: no labels.
    now
        Day on which labels are judged mature; default: the history's last knowledge.
    engine
        Where blocks of cells are computed (threads, processes, a dask cluster), and from which size on the table is left in
        a file; changes no bit of the result. Default: two threads of this process, in memory.
    progress
        Callback that receives the finished share.

    Returns
    -------
    Design
        A row per cell and date, cell by cell in date order.

    Raises
    ------
    UsageError
        If a date, a feature, a kind or a grouping is faulty.

    Examples
    --------
    One theft in the second of two cells, on day 18000, known a day later:

    >>> import pandas as pd
    >>> from riskmodel.asof.vocabulary import Count
    >>> from riskmodel.base.days import NEVER
    >>> from riskmodel.base.project import Kind
    >>> from riskmodel.records.history import from_columns
    >>> from riskmodel.records.places import Places
    >>> places = Places.from_frame(pd.DataFrame({"cell": ["a", "b"]}))
    >>> kinds = {"theft": Kind(family="police", zh="盗窃", en="theft")}
    >>> days = {"occurred": [18000], "known": [18001], "until": [NEVER], "ended": [NEVER]}
    >>> history = from_columns(places, kinds, kind=[0], cell=[1], amount=[1], **days)
    >>> made = design(history, [18001, 18002], [Count("theft", 7)], Target(("theft",), 14))
    >>> made.X[:, 0].tolist()
    [0.0, 0.0, 0.0, 1.0]
    """
    dates = as_days(as_of)
    chosen = check_unique(features)
    _check_kinds(history, chosen)
    with ThreadPoolExecutor(1) as pool:
        keys = pool.submit(_keys, history, dates)
        X = aged_table(engine or Threads.in_memory(), history, dates, chosen, progress)
        cell, day, at_risk = keys.result()
    empty = np.zeros(0, dtype=np.int32)
    made = Design(
        X=X,
        features=chosen,
        cell=cell,
        as_of=day,
        at_risk=at_risk,
        y=empty,
        mature=empty.astype(bool),
        target=target,
        places=history.places,
    )
    return made if target is None else made.labelled(history, target, now)


def _keys(history: History, as_of: Days) -> tuple[Any, Any, Any]:
    """Return cell, date and whether the cell exists, one value per row."""
    version = history.places.version_at(as_of)
    cell, day = windows.empty(version.shape, np.int32), windows.empty(version.shape, np.int32)
    cell[...] = np.arange(version.shape[0], dtype=np.int32)[:, None]
    day[...] = as_of
    return cell.ravel(), day.ravel(), (version >= 0).ravel()


def _check_kinds(history: History, features: Iterable[Feature]) -> None:
    for feature in features:
        for name in feature.kinds_used():
            if name not in history.kinds:
                raise unknown_name(f"kind (read by the feature {feature.name!r})", name, history.kinds)
