"""Alerts: what is wrong with the last ingest of a source.

The manifest keeps the alert of a source until an ingest resolves it, so the night, its lists and the check name it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

AlertCode = Literal["missing", "empty", "unreadable", "refused", "unknown kinds", "fewer rows", "quarantined", "quarantine"]
FAILED: tuple[AlertCode, ...] = ("missing", "empty", "unreadable", "refused", "unknown kinds")
"""Codes of sources of which nothing was ingested; what was stored before stays."""


@dataclass(frozen=True)
class SourceAlert:
    """What is wrong with the last ingest of a source.

    Parameters
    ----------
    code
        ``missing``, ``empty``, ``unreadable``, ``refused`` or ``unknown kinds``: nothing was ingested. ``fewer rows``: the table has clearly fewer
        rows than before. ``quarantined``: all or nearly all rows are in quarantine; ``quarantine``: clearly more than usual.
    since
        Day of the ingest, or of the first of several, at which something was wrong.
    said
        What is wrong and what to do.
    count, of
        Rows in the table now and at the last ingest, or rows in quarantine and in the table; None for other codes.
    """

    source: str
    code: AlertCode
    since: str
    said: str
    count: int | None = None
    of: int | None = None

    @property
    def failed(self) -> bool:
        """Whether nothing of the source was ingested."""
        return self.code in FAILED

    def __str__(self) -> str:
        return f"{self.source} (since {self.since}): {self.said}"


def source_alerts(manifest: Mapping[str, Any]) -> tuple[SourceAlert, ...]:
    """Return the unresolved alerts of a manifest, sorted by source."""
    stated = manifest.get("alerts", {})
    return tuple(SourceAlert(source=name, **stated[name]) for name in sorted(stated))


def set_alert(manifest: dict[str, Any], source: str, alert: SourceAlert | None) -> SourceAlert | None:
    """Put the alert of a source into ``manifest``.

    None removes it.

    An alert that follows a like one of the source keeps its first day. The alert as stored is returned.
    """
    stated = dict(manifest.get("alerts", {}))
    before = stated.pop(source, None)
    if alert is not None:
        if before is not None and (before["code"] == alert.code or (before["code"] in FAILED and alert.failed)):
            alert = replace(alert, since=min(alert.since, before["since"]))
        stated[source] = {key: value for key, value in asdict(alert).items() if key != "source"}
    _write(manifest, stated)
    return alert


def keep_alerts(manifest: dict[str, Any], names: Collection[str]) -> None:
    """Remove alerts of sources whose names are not among ``names``."""
    _write(manifest, {name: one for name, one in manifest.get("alerts", {}).items() if name in names})


def _write(manifest: dict[str, Any], stated: Mapping[str, Any]) -> None:
    """Put alerts into ``manifest``; without any it has no such key."""
    manifest.pop("alerts", None)
    if stated:
        manifest["alerts"] = stated
