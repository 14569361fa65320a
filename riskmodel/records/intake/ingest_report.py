"""Reports of an ingest, which account for every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from riskmodel.base.errors import RefusedError, RiskmodelError, StaleError
from riskmodel.base.plurals import counted
from riskmodel.records.intake.configured_values import UnseenValue
from riskmodel.records.intake.copied_rows import CopiedRows
from riskmodel.records.intake.date_doubts import DateDoubt
from riskmodel.records.intake.kind_changes import KindChange
from riskmodel.records.source_alerts import AlertCode, SourceAlert

_HEADS: Mapping[AlertCode, str] = {
    "missing": "MISSING",
    "empty": "FAILED",
    "unreadable": "FAILED",
    "refused": "REFUSED",
    "settings": "FAILED",
    "unknown kinds": "FAILED",
    "fewer rows": "FEWER ROWS",
    "quarantined": "QUARANTINED",
    "quarantine": "QUARANTINED",
}


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
    alert
        What is wrong with the table, until an ingest resolves it.
    unseen
        Configured values that never occur.
    copied
        New rows that agree with others in all but the id.
    left_out
        Rows of the last table that are no longer in this one. The history keeps them.
    doubts
        Columns whose dates may mean another day than they count as.
    stays
        Why rows older than the source keeps stay; empty if none do.
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
    alert: SourceAlert | None = None
    unseen: tuple[UnseenValue, ...] = ()
    copied: CopiedRows | None = None
    left_out: int = 0
    doubts: tuple[DateDoubt, ...] = ()
    stays: str = ""

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

    ``failed`` are the alerts of sources of which nothing was ingested; what was stored before stays. ``rebuilt`` are damaged files that
    all sources share and that were rebuilt. ``damaged`` are files of sources that were not ingested.
    ``shapeless`` are cells without a polygon where others have one.
    ``later`` are sources with rows of the table of exports that are known only after the day of the ingest.
    """

    sources: tuple[SourceReport, ...]
    manifest: str
    failed: tuple[SourceAlert, ...] = ()
    rebuilt: tuple[str, ...] = ()
    damaged: tuple[str, ...] = ()
    shapeless: tuple[str, ...] = ()
    later: tuple[str, ...] = ()

    @property
    def alerts(self) -> tuple[SourceAlert, ...]:
        """The alerts of all sources of this ingest."""
        return (*self.failed, *(one.alert for one in self.sources if one.alert is not None))

    @property
    def absent(self) -> tuple[str, ...]:
        """Names of sources whose file is missing."""
        return tuple(one.source for one in self.failed if one.code == "missing")

    @property
    def exit_code(self) -> int:
        """0 if all is well, else the code of the gravest alert.

        3 if the privacy door refused a source, 1 if files stay damaged, or nearly all rows of a source are in quarantine or
        would be, 4 for other alerts and for rows that were probably delivered twice.
        """
        codes = {one.code for one in self.alerts}
        if "refused" in codes:
            return RefusedError.exit_code
        if self.damaged or codes & {"quarantined", "unknown kinds"}:
            return RiskmodelError.exit_code
        return StaleError.exit_code if codes or any(one.copied for one in self.sources) else 0

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
        lines += [f"Warning: {s.source}: {one}" for s in self.sources for one in s.unseen if one.near or one.key == "only"]
        lines += [f"DATES: {s.source}: {one}" for s in self.sources for one in s.doubts]
        lines += [f"{_HEADS[one.code]}: {one.source}: {_said(one)}" for one in self.alerts]
        lines += [f"COPIED: {s.source}: {s.copied}" for s in self.sources if s.copied]
        lines += [_left_out(s) for s in self.sources if s.left_out and s.alert is None]
        lines += [f"KEPT: {s.source}: {s.stays}" for s in self.sources if s.stays]
        if self.later:
            lines.append(
                f"Rows of the table of exports that are known only after the day of the ingest do not count yet: {', '.join(self.later)}."
            )
        lines += [f"Rebuilt, since damaged: {file}" for file in self.rebuilt]
        lines += [
            f"DAMAGED: the file {file!r} of the history is missing or damaged, and its source was not ingested. Ingest the source, or copy "
            "the file from a backup to the same place."
            for file in self.damaged
        ]
        if self.shapeless:
            shown = ", ".join(self.shapeless[:5]) + (", …" if len(self.shapeless) > 5 else "")
            lines.append(
                f"Warning: places: {counted(len(self.shapeless), 'cell')} without a polygon in places.shapes ({shown}). Points that lie there "
                "are outside all cells. Add the polygons, or correct their ids."
            )
        return "\n".join(lines)


def _left_out(report: SourceReport) -> str:
    are, they, count = ("is", "It stays", "counts") if report.left_out == 1 else ("are", "They stay", "count")
    return (
        f"Note: {report.source}: {counted(report.left_out, 'row')} of the last table {are} no longer in it. {they} in the history and {count}. To take an event "
        "back, keep its row and say so in a column (status of columns, withdrawn of the source)."
    )


def _said(one: SourceAlert) -> str:
    """Return an alert in words; of a failed source, what to run."""
    if one.code == "missing":
        return (
            "its file does not exist; what was stored before stays. Provide the export, or correct its path in riskmodel.toml, then run "
            f"'riskmodel ingest --source {one.source}'."
        )
    if one.failed:
        return f"{one.said} Nothing of it was ingested; what was stored before stays. Then run 'riskmodel ingest --source {one.source}'."
    return one.said
