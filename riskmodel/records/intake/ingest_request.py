"""What an ingest needs: shared by all sources, and of one source."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from jaxtyping import Bool

from riskmodel.base.days import ALWAYS
from riskmodel.base.errors import UsageError
from riskmodel.base.files import canonical_json, sha256
from riskmodel.base.personal_data.safe_texts import keyed_hash
from riskmodel.base.project import Project, Source
from riskmodel.records.intake.columns.raw_table import RawTable
from riskmodel.records.intake.columns.text_hashes import text_hash
from riskmodel.records.intake.readers.source_table import Cursor
from riskmodel.records.intake.readers.table_request import RowProgress, no_row_progress
from riskmodel.records.intake.rows.cell_locator import CellLocator
from riskmodel.records.intake.rows.masked_columns import SourceMasks, column_masks
from riskmodel.records.intake.rows.record_rows import RecordRows
from riskmodel.records.intake.rows.row_steps import RowContext, clean_rows
from riskmodel.records.intake.statements import Statements
from riskmodel.records.store import HistoryStore, newest_day

FAR = 92
"""Days after the newest row from which on the day of an ingest is doubted, unless a source may be older (``stale_after``)."""
ReadAnswers = Callable[[Cursor | None], tuple[Any, Cursor]]
"""Returns a frame of the answers after a cursor, and the cursor of the next ingest."""


@dataclass(frozen=True, eq=False)
class IngestRequest:
    """What all sources of an ingest share.

    Parameters
    ----------
    manifest
        Manifest of the history, to which the sources add.
    day
        Day of the ingest.
    stated
        Source to statements of how far it is complete.
    environment
        Environment variables, of which the project names those with addresses of databases and tokens.
    later
        Sources with statements that are known after the day of the ingest, and left out.
    damaged
        Files of the history that were missing or damaged when the ingest began.
    frame
        Table of the sources that are given as a frame.
    smaller
        Sources whose smaller table is right.
    answers
        Reads the rows of the sources of answers.
    """

    project: Project
    store: HistoryStore
    manifest: dict[str, Any]
    day: int
    locator: CellLocator
    stated: Mapping[str, Statements]
    environment: Mapping[str, str]
    later: tuple[str, ...] = ()
    damaged: frozenset[str] = frozenset()
    frame: Any = None
    smaller: frozenset[str] = frozenset()
    answers: ReadAnswers | None = None

    @property
    def newest(self) -> int | None:
        """Last day on which a stored row became known, answers left out.

        An answer becomes known by the clock of this machine, a row of a table by that of its source.
        """
        answers = {name for one in self.project.table.sources if one.answers for name in one.names}
        return newest_day(self.store, [part for part in self.manifest["parts"] if part["source"] not in answers])

    def is_far_after(self, day: int) -> bool:
        """Return whether the ingest is later than any table is late."""
        return self.day - day > max([FAR, *(one.stale_after for one in self.project.table.sources)])

    def hashed(self, text: str) -> int:
        """Return the hash of a text that may not be kept.

        Its key is drawn when it is first needed, and stands in the manifest. Histories that were begun without keys go on so.
        """
        if not self.manifest.get("keyed"):
            return text_hash(text)
        if "key" not in self.manifest:
            self.manifest["key"] = secrets.token_hex(16)
        return keyed_hash(text, bytes.fromhex(self.manifest["key"]))


@dataclass(frozen=True, eq=False)
class SourceRequest:
    """One source to ingest.

    Parameters
    ----------
    progress
        Callback for the rows read.
    """

    ingest: IngestRequest
    source: Source
    progress: RowProgress = no_row_progress

    @property
    def name(self) -> str:
        """Name of the source."""
        return self.source.name

    @property
    def project(self) -> Project:
        """The project."""
        return self.ingest.project

    @property
    def store(self) -> HistoryStore:
        """The stored history."""
        return self.ingest.store

    @property
    def manifest(self) -> dict[str, Any]:
        """Manifest of the history, changed by the source."""
        return self.ingest.manifest

    @property
    def limit(self) -> int:
        """First day for which the source keeps rows."""
        return self.limit_by(None)

    def limit_by(self, known: int | None) -> int:
        """Return the first day for which the source keeps rows.

        It follows from the day of the ingest. Where that is far after the newest row, a clock may run ahead: then no row leaves that would stay
        on the day on which the newest row became known.

        Parameters
        ----------
        known
            Last day on which a row that is not stored yet became known, if any.
        """
        if self.source.keep_days is None:
            return int(ALWAYS)
        by_day, newest = self.ingest.day - self.source.keep_days, self.ingest.newest
        days = [one for one in (newest, known) if one is not None]
        if not days or not self.ingest.is_far_after(max(days)):
            return by_day
        before = self.manifest["sources"].get(self.name, {}).get("limit", int(ALWAYS))
        return max(min(before, by_day), max(days) - self.source.keep_days)

    @property
    def spool(self) -> Path:
        """Folder of fetched pages, with which an interrupted ingest resumes."""
        return self.store.folder / "spool" / self.name

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """All columns that are read of the source."""
        return tuple(dict.fromkeys([*self.source.columns.mapped(), *self.source.only]))

    @property
    def zone(self) -> str:
        """The time zone in which the source's days are counted."""
        return self.source.time_zone or self.project.table.time_zone

    @property
    def zones_of_knowledge(self) -> dict[str, str]:
        """The columns of days of knowledge with a zone of their own."""
        zone, columns = self.source.known_time_zone, self.source.columns
        return {name: zone for name in (columns.known, columns.ended_known) if name is not None and zone is not None}

    @cached_property
    def masks(self) -> SourceMasks:
        """The masks of the source's columns."""
        return SourceMasks(column_masks(self.source, self.ingest.locator), self.ingest.hashed)

    @property
    def meaning(self) -> str:
        """Digest of the source's settings, cells and addresses."""
        locator = self.ingest.locator
        addresses = [] if self.source.columns.address is None else locator.addresses()
        return sha256(canonical_json([self.source.model_dump(mode="json"), list(locator.cells), addresses]))

    def states(self, rows: RecordRows) -> Bool[np.ndarray, " kind"]:
        """Return which kinds of ``rows`` last until they end."""
        ends = self.source.columns.ended is not None
        return np.array([ends or self.project.table.kinds[name].state for name in rows.kinds], dtype=bool)

    def clean(self, table: RawTable, source: Source | None = None) -> RecordRows:
        """Return a table's rows as records.

        They are those of another ``source`` if one is given.
        """
        read = source or self.source
        zone = read.time_zone or self.project.table.time_zone
        known = ZoneInfo(read.known_time_zone or zone)
        return clean_rows(RowContext(read, self.ingest.locator, self.ingest.day, ZoneInfo(zone), known), table)

    @property
    def reading(self) -> list[str | None]:
        """How dates are read: zone, zone of knowledge and form."""
        return [self.zone, self.source.known_time_zone, self.source.dates]

    def clean_as(self, table: RawTable, reading: Sequence[str | None]) -> RecordRows:
        """Return a table's rows with dates read in another way."""
        changes: dict[str, str | None] = dict(zip(("time_zone", "known_time_zone", "dates"), reading, strict=True))
        return self.clean(table, self.source.model_copy(update=changes))

    def environment(self, variable: str, what: str) -> str:
        """Return the value of an environment variable.

        Raises
        ------
        UsageError
            If it is not set; the message says ``what`` it gives.
        """
        value = self.ingest.environment.get(variable)
        if not value:
            raise UsageError(
                f"The environment variable {variable!r}, which gives {what}, is not set. Set it, or correct its name in riskmodel.toml."
            )
        return value
