"""Metrics of a run, in Prometheus's text format."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from riskmodel.base.files import remove_unfinished, write_bytes
from riskmodel.base.own_build import source_digest
from riskmodel.operations.nightly import Undelivered, overdue

if TYPE_CHECKING:
    from riskmodel.warning import WarningList

DAY_SECONDS = 86_400
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
        """Whether everything is done and nothing is wrong."""
        return self.state == "done" and self.exit_code == 0


METRICS: dict[str, str] = {
    "riskmodel_night_last_run_timestamp_seconds": "When 'riskmodel night' last ended, in seconds since 1970.",
    GOOD_AT: "When a run last ended without a problem, in seconds since 1970; 0: never.",
    "riskmodel_night_as_of_timestamp_seconds": "As-of date of the last run (00:00 UTC of that day), in seconds since 1970.",
    "riskmodel_night_duration_seconds": "How long the last run took.",
    "riskmodel_night_exit_code": "Exit code of the last run: 0 no problem, 4 degraded.",
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


def list_counts(lists: Sequence[WarningList], held: Sequence[object]) -> dict[str, int]:
    """Return what the lists of a night count, by the metric's name.

    Parameters
    ----------
    held
        Changes for which lists are held for review.
    """
    sections = [section for one in lists for section in one.sections]
    scored = [section for section in sections if section.cannot_score is None]
    targets = {part.target for one in lists for part in (*one.sections, *one.untrained)}
    return {
        "riskmodel_night_lists": len(lists),
        **({"riskmodel_night_warnings": sum(len(section.warnings) for section in scored)} if scored else {}),
        "riskmodel_night_unscored_targets": len(targets - {one.target for one in scored}),
        "riskmodel_night_held_lists": len(held),
    }


def delivery_counts(left: Sequence[Undelivered]) -> dict[str, int]:
    """Return what waits for delivery, by the metric's name."""
    late = len(overdue(left))
    return {"riskmodel_deliveries_overdue": late, "riskmodel_deliveries_waiting": len(left) - late}


def source_counts(stale: int, faults: int) -> dict[str, int]:
    """Return the numbers of stale sources and of faulty ingests."""
    return {"riskmodel_night_stale_sources": stale, "riskmodel_night_ingest_faults": faults}


def write_metrics(path: Path, run: RunSignal) -> None:
    """Write the metrics in Prometheus's text format, atomically."""
    good = run.ended if run.good else _last_good(path)
    write_bytes(path, "".join(metric_lines(run, good)).encode())
    remove_unfinished(path)


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
    yield "# HELP riskmodel_build_info Version of riskmodel, and digest of its source.\n# TYPE riskmodel_build_info gauge\n"
    yield f'riskmodel_build_info{{version="{version("riskmodel")}",source="{source_digest()}"}} 1\n'


def _last_good(path: Path) -> int:
    """Return when a run was last good, from its metrics."""
    try:
        found = re.search(rf"^{GOOD_AT} (\d+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    except (OSError, ValueError):
        return 0
    return int(found[1]) if found else 0
