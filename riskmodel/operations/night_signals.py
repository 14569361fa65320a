"""Signals of a run: metrics, log, heartbeat and ping.

A signal that fails is logged and changes nothing else: the night is done, and the watcher notices that the signal is missing.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.files import write_bytes
from riskmodel.base.project import Project
from riskmodel.operations.delivery import GuardedUrl

if TYPE_CHECKING:
    from riskmodel.warning import WarningList

DAY_SECONDS = 86_400
log = logging.getLogger("riskmodel")
MOST_LOG = 5_000_000
"""Bytes after which the log is renamed to ``.1`` and begun again."""
STATES = ("done", "degraded", "refused", "waiting", "failed")
GOOD_AT = "riskmodel_night_last_good_timestamp_seconds"


@dataclass(frozen=True)
class RunSignal:
    """What watchers learn of a run.

    ``began`` and ``ended`` are seconds since 1970; ``counts`` are what the run counted, by the name of its metric.
    """

    as_of: int
    state: str
    exit_code: int
    began: int
    ended: int
    lines: tuple[str, ...]
    counts: Mapping[str, int]

    @property
    def good(self) -> bool:
        """Whether everything is done and nothing is amiss."""
        return self.state == "done" and self.exit_code == 0


METRICS: dict[str, str] = {
    "riskmodel_night_last_run_timestamp_seconds": "When 'riskmodel night' last ended, in seconds since 1970.",
    GOOD_AT: "When a run last ended with nothing amiss, in seconds since 1970; 0: never.",
    "riskmodel_night_as_of_timestamp_seconds": "As-of date of the last run (00:00 UTC of that day), in seconds since 1970.",
    "riskmodel_night_duration_seconds": "How long the last run took.",
    "riskmodel_night_exit_code": "Exit code of the last run: 0 nothing amiss, 4 degraded.",
    "riskmodel_night_lists": "Lists of the night, unless it has none yet.",
    "riskmodel_night_warnings": "Warnings on these lists, unless no target could be scored.",
    "riskmodel_night_unscored_targets": "Targets on these lists that could not be scored: how many warnings they would have is unknown.",
    "riskmodel_night_held_lists": "Targets of lists that are held for review.",
    "riskmodel_night_stale_sources": "Sources that are stale.",
    "riskmodel_night_ingest_faults": "Sources whose last ingest failed or is incomplete.",
    "riskmodel_deliveries_overdue": "Deliveries that failed or were not tried.",
    "riskmodel_deliveries_waiting": "Deliveries held back by a silence or quiet hours.",
}
"""Metrics and their help; all are gauges."""


def list_counts(lists: Sequence[WarningList], held: Sequence[object], stale: int, faults: int) -> dict[str, int]:
    """Return what the lists of a night count, by the metric's name.

    Parameters
    ----------
    held
        Changes for which lists are held for review.
    stale, faults
        Number of stale sources, and of those with a failed or incomplete ingest.
    """
    sections = [section for one in lists for section in one.sections]
    scored = [section for section in sections if section.cannot_score is None]
    return {
        "riskmodel_night_lists": len(lists),
        **({"riskmodel_night_warnings": sum(len(section.warnings) for section in scored)} if scored else {}),
        "riskmodel_night_unscored_targets": len({one.target for one in sections} - {one.target for one in scored}),
        "riskmodel_night_held_lists": len(held),
        "riskmodel_night_stale_sources": stale,
        "riskmodel_night_ingest_faults": faults,
    }


def signal_run(project: Project, run: RunSignal, environment: Mapping[str, str], clock: Callable[[], int]) -> None:
    """Leave all signals of a run that the project asks for."""
    table = project.table.service
    steps: list[tuple[str, Callable[[], None]]] = []
    if table.metrics:
        steps.append(("metrics", lambda: write_metrics(project.path(table.metrics), run)))
    if table.log:
        steps.append(("log", lambda: _append(project.path(table.log), _log_line(project, run))))
    if run.good and table.heartbeat:
        steps.append(("heartbeat", lambda: write_bytes(project.path(table.heartbeat), f"{run.ended}\n".encode())))
    if run.good and table.ping:
        steps.append(("ping", lambda: ping(project, environment, clock)))
    for name, step in steps:
        try:
            step()
        except (OSError, ValueError, RiskmodelError) as error:
            log.warning("The %s of this run could not be left: %s", name, error)


def write_metrics(path: Path, run: RunSignal) -> None:
    """Write the metrics in Prometheus's text format, atomically."""
    good = run.ended if run.good else _last_good(path)
    write_bytes(path, "".join(metric_lines(run, good)).encode())


def metric_lines(run: RunSignal, good: int) -> Iterator[str]:
    """Yield the lines of the metrics, with help and type of each."""
    values = {
        "riskmodel_night_last_run_timestamp_seconds": run.ended,
        GOOD_AT: good,
        "riskmodel_night_as_of_timestamp_seconds": run.as_of * DAY_SECONDS,
        "riskmodel_night_duration_seconds": run.ended - run.began,
        "riskmodel_night_exit_code": run.exit_code,
        **run.counts,
    }
    for name, help in METRICS.items():
        if name in values:
            yield f"# HELP {name} {help}\n# TYPE {name} gauge\n{name} {values[name]}\n"
    yield "# HELP riskmodel_night_state State of the last run: 1 for the one that it ended in.\n# TYPE riskmodel_night_state gauge\n"
    for state in STATES:
        yield f'riskmodel_night_state{{state="{state}"}} {int(state == run.state)}\n'
    yield "# HELP riskmodel_build_info Version of riskmodel.\n# TYPE riskmodel_build_info gauge\n"
    yield f'riskmodel_build_info{{version="{version("riskmodel")}"}} 1\n'


def _last_good(path: Path) -> int:
    """Return when a run was last good, from its metrics."""
    try:
        found = re.search(rf"^{GOOD_AT} (\d+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    except (OSError, ValueError):
        return 0
    return int(found[1]) if found else 0


def _log_line(project: Project, run: RunSignal) -> dict[str, Any]:
    """Return a run as one line of the log."""
    zone = ZoneInfo(project.table.time_zone)
    return {
        "time": datetime.fromtimestamp(run.ended, zone).isoformat(),
        "as_of": datetime.fromtimestamp(run.as_of * DAY_SECONDS, ZoneInfo("UTC")).date().isoformat(),
        "state": run.state,
        "exit_code": run.exit_code,
        "seconds": run.ended - run.began,
        "lines": list(run.lines),
    }


def _append(path: Path, entry: Mapping[str, Any]) -> None:
    """Append a line to a log, which begins again when long."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > MOST_LOG:
        path.replace(path.with_name(f"{path.name}.1"))
    with open(path, "ab") as file:
        file.write(json.dumps(entry, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")


def ping(project: Project, environment: Mapping[str, str], clock: Callable[[], int]) -> None:
    """Request the URL of the watcher, as guarded as a webhook.

    Raises
    ------
    UsageError
        If its environment variable is not set, or holds no URL.
    RefusedError
        If its host or address is not allowed.
    OSError
        If it does not answer, or not with 2xx.
    """
    table = project.table.service
    url = environment.get(table.ping, "")
    parts = urlsplit(url)
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or parts.password:
        raise UsageError(
            f"The environment variable {table.ping!r} holds no URL such as https://host/path. Set it where riskmodel runs."
        )
    authority = str(project.path(table.authority)) if table.authority else ""
    status, _ = GuardedUrl(url, table.hosts, table.private, authority).post(b"", {"User-Agent": "riskmodel"})
    if not 200 <= status < 300:
        raise OSError(f"The watcher {parts.hostname!r} answered with status {status}.")
