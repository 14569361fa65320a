"""An example project taken in from the open data, in a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from riskmodel.base.project import load_project
from riskmodel.records.history import History
from riskmodel.records.intake import IngestReport, ingest
from riskmodel.records.store import load_history

EXAMPLES = Path(__file__).parents[2] / "examples"


def take(name: str, data: Path, folder: Path) -> tuple[IngestReport, History]:
    """The report and the history of ``examples/<name>`` with the open data in ``data``."""
    left = shutil.ignore_patterns("data", "reports", "mlruns", "outbox")  # what anyone made there
    shutil.copytree(EXAMPLES / name, folder / name, ignore=left)
    project = load_project(folder / name, data)
    report = ingest(project, "2018-01-01")
    assert ingest(project, "2018-01-01").total().rows == 0
    return report, load_history(project)
