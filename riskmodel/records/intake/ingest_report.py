"""Reports of an ingest, which account for every row."""

from __future__ import annotations

from dataclasses import dataclass, field

from riskmodel.base.plurals import counted
from riskmodel.records.intake.kind_changes import KindChange


@dataclass(frozen=True)
class SourceReport:
    """The account of the rows of one source.

    Always ``rows = accepted + duplicates + quarantined``.

    Parameters
    ----------
    reasons
        Reason for quarantine to number of rows.
    unchanged
        Whether the table is that of the last ingest, under the same mapping and places; it was not read again.
    remapped
        Accepted rows that the history has already and that mean something else since the mapping or the places changed. The
        history counts them once.
    retried
        Rows that come from the quarantine.
    waiting
        Rows in quarantine that were not tried again, since neither mapping nor places changed. They are not part of ``rows``; one
        that is read again is a duplicate.
    expired
        Rows about days that the source no longer keeps; they are not part of ``rows``.
    removed
        Rows removed from the history for that reason.
    sudden
        Kinds that disappeared, appeared or jumped.
    rebuilt
        Files of the history that were missing or damaged and were rebuilt from the source.
    """

    source: str
    rows: int
    accepted: int
    duplicates: int
    quarantined: int
    reasons: dict[str, int] = field(default_factory=dict)
    unchanged: bool = False
    remapped: int = 0
    retried: int = 0
    waiting: int = 0
    expired: int = 0
    removed: int = 0
    sudden: tuple[KindChange, ...] = ()
    rebuilt: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.rows != self.accepted + self.duplicates + self.quarantined:
            raise AssertionError(f"rows of {self.source!r} do not add up: {self!r}")

    def __str__(self) -> str:
        waits = "waits" if self.waiting == 1 else "wait"
        are = "is" if self.expired == 1 else "are"
        return (
            f"{self.source}: {self.rows:,} = {self.accepted:,} accepted + {counted(self.duplicates, 'duplicate')} "
            f"+ {self.quarantined:,} quarantined"
            + ("".join(f"; {why} {n:,}" for why, n in self.reasons.items()))
            + (f" ({self.remapped:,} of the accepted were stored under another mapping)" if self.remapped else "")
            + (" (unchanged since the last ingest)" if self.unchanged else "")
            + (f"; {counted(self.waiting, 'earlier row')} {waits} in quarantine" if self.waiting else "")
            + (f"; {counted(self.expired, 'row')} {are} older than the source keeps" if self.expired else "")
            + (f"; {counted(self.removed, 'row')} removed from the history" if self.removed else "")
            + (f"; rebuilt from the source, since damaged: {', '.join(self.rebuilt)}" if self.rebuilt else "")
        )


@dataclass(frozen=True)
class IngestReport:
    """The account of an ingest, and the id of its manifest.

    ``absent`` are sources whose file is missing; nothing of them was ingested, and what was stored before stays. ``rebuilt`` are damaged
    files that all sources share and that were rebuilt. ``damaged`` are files of sources that were not ingested.
    """

    sources: tuple[SourceReport, ...]
    manifest: str
    absent: tuple[str, ...] = ()
    rebuilt: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()

    def total(self) -> SourceReport:
        """Return the sum over all sources."""

        def summed(name: str) -> int:
            return sum(getattr(one, name) for one in self.sources)

        return SourceReport(
            "total",
            summed("rows"),
            summed("accepted"),
            summed("duplicates"),
            summed("quarantined"),
            waiting=summed("waiting"),
            expired=summed("expired"),
            removed=summed("removed"),
        )

    def __repr__(self) -> str:
        lines = [str(s) for s in (*self.sources, self.total())]
        lines += [f"Warning: {s.source}: {one}" for s in self.sources for one in s.sudden]
        lines += [
            f"MISSING: {name}: its file does not exist; what was stored before stays. Provide the export, or correct its path in "
            f"riskmodel.toml, then run 'riskmodel ingest --source {name}'."
            for name in self.absent
        ]
        lines += [f"Rebuilt, since damaged: {file}" for file in self.rebuilt]
        lines += [
            f"DAMAGED: the file {file!r} of the history is missing or damaged, and its source was not ingested. Ingest the source, or copy "
            "the file from a backup to the same place."
            for file in self.damaged
        ]
        return "\n".join(lines)
