"""Cells with what is said of them, and which of it holds and is known when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float64, Int32

from riskmodel.base.days import to_day
from riskmodel.base.errors import unknown_name
from riskmodel.base.files import canonical_json, sha256
from riskmodel.records.places.tables import Grouping, Ring, read_cells
from riskmodel.records.successions import NONE, Successions

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Places:
    """Cells with any number of groupings, exposures and attributes, and their neighbours.

    What is said of a cell is a *version*: it holds from ``valid_from`` to ``valid_to`` (days, end excluded) and is known
    from the day after ``known``. Cells are sorted by id; versions by cell, then ``known``, then ``valid_from``.
    """

    ids: tuple[str, ...]
    cell: Int32[np.ndarray, " version"]
    valid_from: Int32[np.ndarray, " version"]
    valid_to: Int32[np.ndarray, " version"]
    known: Int32[np.ndarray, " version"]
    groupings: Mapping[str, Grouping]
    exposures: Mapping[str, Float64[np.ndarray, " version"]] = field(default_factory=dict)
    attributes: Mapping[str, Float64[np.ndarray, " version"]] = field(default_factory=dict)
    neighbour_start: Int32[np.ndarray, " cell_plus_one"] = field(default_factory=lambda: np.zeros(1, np.int32))
    neighbour_cells: Int32[np.ndarray, " pair"] = field(default_factory=lambda: np.zeros(0, np.int32))
    shapes: tuple[tuple[Ring, ...], ...] | None = None
    minimum_households: float = 0.0
    households: str | None = None
    successions: Successions = NONE

    def __len__(self) -> int:
        return len(self.ids)

    def __repr__(self) -> str:
        groups = ", ".join(f"{len(g.labels)} {name}" for name, g in self.groupings.items())
        exposures = ", ".join(self.exposures) or "none"
        return (
            f"<Places: {len(self):,} cells in {groups or 'no grouping'}; exposures: {exposures}; "
            f"{len(self.neighbour_cells) // 2:,} neighbour pairs{'; shapes' if self.shapes else ''}>"
        )

    @property
    def index(self) -> dict[str, int]:
        """Cell id to cell number."""
        return {name: i for i, name in enumerate(self.ids)}

    def numbers(self, ids: Sequence[str]) -> Int32[np.ndarray, " id"]:
        """Cell numbers of ``ids``.

        Raises
        ------
        UsageError
            If an id is not a cell.
        """
        index = self.index
        for name in ids:
            if name not in index:
                raise unknown_name("cell", name, self.ids)
        return np.array([index[name] for name in ids], dtype=np.int32)

    def version_at(self, as_of: Int32[np.ndarray, " date"]) -> Int32[np.ndarray, "cell date"]:
        """The version that holds for each cell at each as-of date as far as known then; -1 where the cell does not exist.

        A version counts at ``t`` if ``known < t`` and ``valid_from <= t < valid_to``; of several, the last known one. A later
        known version with the same ``valid_from`` takes the place of the earlier one, so that it can also close a cell. A cell
        that is followed exists until its succession counts.
        """
        cells, dates = len(self.ids), len(as_of)
        found = np.full((cells, dates), -1, dtype=np.int32)
        stop = self.valid_to.astype(np.int64)
        order = np.lexsort((self.known, self.valid_from, self.cell))
        restated = (np.diff(self.cell[order]) == 0) & (np.diff(self.valid_from[order].astype(np.int64)) == 0)
        earlier, later = order[:-1][restated], order[1:][restated]
        stop[earlier] = np.minimum(stop[earlier], self.known[later].astype(np.int64) + 1)
        first = np.maximum(self.valid_from.astype(np.int64), self.known.astype(np.int64) + 1)
        spans = zip(np.searchsorted(as_of, first).tolist(), np.searchsorted(as_of, stop).tolist(), strict=True)
        for version, (cell, (low, high)) in enumerate(zip(self.cell.tolist(), spans, strict=True)):
            found[cell, low:high] = version
        following = self.successions
        for old, after in zip(following.old.tolist(), following.holds_after.tolist(), strict=True):
            found[old, np.searchsorted(as_of, after, side="right") :] = -1
        return found

    def exposure(self, name: str, version: Int32[np.ndarray, "cell date"]) -> Float64[np.ndarray, "cell date"]:
        """Exposure ``name`` of each version number; NaN where the cell does not exist or the figure is missing.

        Raises
        ------
        UsageError
            If there is no such exposure.
        """
        return _of_version(self._figures(self.exposures, "exposure", name), version)

    def attribute(self, name: str, version: Int32[np.ndarray, "cell date"]) -> Float64[np.ndarray, "cell date"]:
        """Attribute ``name`` of each version number; NaN as for :meth:`exposure`."""
        return _of_version(self._figures(self.attributes, "attribute", name), version)

    def group(self, name: str, version: Int32[np.ndarray, "cell date"]) -> Int32[np.ndarray, "cell date"]:
        """Group number in grouping ``name`` of each version number; -1 where the cell does not exist."""
        codes = self.grouping(name).codes
        if not len(codes):
            return np.full(version.shape, -1, dtype=np.int32)
        return np.where(version >= 0, codes[np.maximum(version, 0)], np.int32(-1)).astype(np.int32)

    def grouping(self, name: str) -> Grouping:
        """The grouping ``name``.

        Raises
        ------
        UsageError
            If there is no such grouping.
        """
        if name not in self.groupings:
            raise unknown_name("grouping", name, self.groupings)
        return self.groupings[name]

    @staticmethod
    def _figures(figures: Mapping[str, Any], what: str, name: str) -> Any:
        if name not in figures:
            raise unknown_name(what, name, figures)
        return figures[name]

    def known_by(self, as_of: int) -> Places:
        """These places as known at 00:00 of day ``as_of``: versions with ``known < as_of``; the cell numbers stay."""
        keep = self.known < as_of
        following = self.successions
        if len(following) and np.any(following.known >= as_of):
            return replace(self, successions=following.known_by(as_of)).known_by_versions(keep)
        return self.known_by_versions(keep)

    def known_by_versions(self, keep: Bool[np.ndarray, " version"]) -> Places:
        """These places with the versions that are known; the cell numbers stay."""
        if keep.all():
            return self

        def cut(figures: Mapping[str, Any]) -> dict[str, Any]:
            return {name: values[keep] for name, values in figures.items()}

        return replace(
            self,
            cell=self.cell[keep],
            valid_from=self.valid_from[keep],
            valid_to=self.valid_to[keep],
            known=self.known[keep],
            groupings={name: Grouping(g.labels, g.codes[keep]) for name, g in self.groupings.items()},
            exposures=cut(self.exposures),
            attributes=cut(self.attributes),
        )

    def units(self, as_of: int) -> Int32[np.ndarray, " cell"]:
        """The cell under whose name each cell is shown at ``as_of``, so that no output shows too few households alone.

        A cell below ``minimum_households`` joins the neighbour with the most households, else the cell with the most
        households of its first grouping, else of all; a cell that need not join shows itself. -1 where the cell does not exist or
        there is no cell large enough to join.
        """
        version = self.version_at(np.array([as_of], dtype=np.int32))
        there = version[:, 0] >= 0
        own = np.where(there, np.arange(len(self.ids)), -1).astype(np.int32)
        if self.households is None or self.minimum_households <= 0:
            return own
        homes = np.nan_to_num(self.exposure(self.households, version)[:, 0])
        small = there & (homes < self.minimum_households)
        if not small.any():
            return own
        group = self.group(next(iter(self.groupings)), version)[:, 0] if self.groupings else np.zeros(len(self.ids), np.int32)
        largest: dict[int, int] = {}
        for cell in np.flatnonzero(there & ~small):
            code = int(group[cell])
            if code not in largest or homes[cell] > homes[largest[code]]:
                largest[code] = int(cell)
        everywhere = int(np.flatnonzero(there & ~small)[np.argmax(homes[there & ~small])]) if (there & ~small).any() else -1
        for cell in np.flatnonzero(small):
            around = self.neighbour_cells[self.neighbour_start[cell] : self.neighbour_start[cell + 1]]
            around = around[there[around] & ~small[around]]
            if len(around):
                own[cell] = around[np.argmax(homes[around])]
            else:
                own[cell] = largest.get(int(group[cell]), everywhere)
        return own

    def fingerprint(self) -> str:
        """Hexadecimal sha256 of all that is said here; the same places give the same value on every machine."""
        head = canonical_json(
            {
                "ids": self.ids,
                "labels": [[name, g.labels] for name, g in self.groupings.items()],
                "exposures": sorted(self.exposures),
                "attributes": sorted(self.attributes),
                "rings": None if self.shapes is None else [[len(ring) for ring in rings] for rings in self.shapes],
                "minimum": self.minimum_households,
                "households": self.households,
            }
        )
        arrays = [self.cell, self.valid_from, self.valid_to, self.known, self.neighbour_start, self.neighbour_cells]
        arrays += [self.groupings[name].codes for name in sorted(self.groupings)]
        arrays += [self.exposures[name] for name in sorted(self.exposures)]
        arrays += [self.attributes[name] for name in sorted(self.attributes)]
        arrays += [ring for rings in self.shapes or () for ring in rings]
        if len(self.successions):
            following = self.successions
            arrays += [following.old, following.new, following.date, following.known, following.share]
        return sha256(head + b"".join(np.ascontiguousarray(a).tobytes() for a in arrays))

    def frame(self, as_of: str | int | None = None) -> pd.DataFrame:
        """One row a cell that exists at ``as_of`` (default: the last known state): id, groupings, exposures, attributes."""
        import pandas as pd

        if as_of is None:
            last = np.full(len(self.ids), -1, dtype=np.int32)
            last[self.cell] = np.arange(len(self.cell), dtype=np.int32)
        else:
            last = self.version_at(np.array([to_day(as_of)], dtype=np.int32))[:, 0]
        there = np.flatnonzero(last >= 0)
        version = last[there]
        columns: dict[str, Any] = {"cell": np.array(self.ids, dtype=object)[there]}
        for name, grouping in self.groupings.items():
            columns[name] = np.array(grouping.labels, dtype=object)[grouping.codes[version]]
        columns |= {name: values[version] for name, values in {**self.exposures, **self.attributes}.items()}
        return pd.DataFrame(columns)

    @classmethod
    def from_frame(
        cls,
        cells: Any,
        *,
        id: str = "cell",
        groupings: Mapping[str, str] | Sequence[str] = (),
        exposures: Mapping[str, str] | Sequence[str] = (),
        attributes: Mapping[str, str] | Sequence[str] = (),
        valid_from: str | None = None,
        valid_to: str | None = None,
        known: str | None = None,
        neighbours: Any | None = None,
        shapes: Mapping[str, Sequence[Ring]] | None = None,
        households: str | None = None,
        minimum_households: float = 0.0,
    ) -> Places:
        """Places from a table (pandas, polars or pyarrow) of cells, a row a version of a cell.

        Parameters
        ----------
        cells
            The table; ``id`` names the column with the cell's id, the mappings give name to column (a sequence: both alike).
        valid_from, valid_to, known
            Columns with dates; an empty value or no column means always valid and always known.
        neighbours
            A two-column table of adjacent cells, each pair once or twice.
        shapes
            Cell id to polygon rings, each ``[point, 2]``.

        Raises
        ------
        UsageError
            If columns, ids or numbers are faulty; the message names which.
        """
        return cls(
            **read_cells(
                cells,
                id=id,
                groupings=groupings,
                exposures=exposures,
                attributes=attributes,
                valid_from=valid_from,
                valid_to=valid_to,
                known=known,
                neighbours=neighbours,
                shapes=shapes,
            ),
            households=households,
            minimum_households=minimum_households,
        )


def _of_version(values: Any, version: Any) -> Any:
    if not len(values):
        return np.full(version.shape, np.nan)
    return np.where(version >= 0, values[np.maximum(version, 0)], np.nan)
