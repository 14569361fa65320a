"""Signals of a run: metrics, log, heartbeat and ping.

A signal that fails is logged and changes nothing else: the night is done, and the watcher notices that the signal is missing.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from riskmodel.base.errors import RiskmodelError, UsageError
from riskmodel.base.files import write_bytes
from riskmodel.base.project import Project
from riskmodel.operations.delivery import GuardedUrl, in_words
from riskmodel.operations.night_metrics import DAY_SECONDS, RunSignal, write_metrics

log = logging.getLogger("riskmodel")
MOST_LOG = 5_000_000
"""Bytes after which the log is renamed to ``.1`` and begun again."""


def signal_run(project: Project, run: RunSignal, environment: Mapping[str, str]) -> None:
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
        steps.append(("ping", lambda: ping(project, environment)))
    for name, step in steps:
        try:
            step()
        except (OSError, ValueError, RiskmodelError) as error:
            log.warning("The %s of this run could not be left: %s", name, in_words(error))


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


def ping(project: Project, environment: Mapping[str, str]) -> None:
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
