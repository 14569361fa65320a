"""The example projects with their open data ingested, each a copy in a folder of the test.

Use them with the fixture ``open_data``, which skips the test where there is no data.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from riskmodel.base.project import load_project
from riskmodel.records.history import History
from riskmodel.records.intake import IngestReport, ingest
from riskmodel.records.store import load_history

EXAMPLES = Path(__file__).parents[2] / "examples"


def take(name: str, data: Path, folder: Path, sources: Sequence[str] = ()) -> tuple[IngestReport, History]:
    """Ingest a copy of ``examples/<name>``, or some of its sources, and return its report and history."""
    left = shutil.ignore_patterns("data", "reports", "mlruns", "outbox")  # what anyone made there
    shutil.copytree(EXAMPLES / name, folder / name, ignore=left)
    project = load_project(folder / name, data)
    report = ingest(project, "2018-01-01", sources)
    assert ingest(project, "2018-01-01", sources).total().rows == 0
    return report, load_history(project)
