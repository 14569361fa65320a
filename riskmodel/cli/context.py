"""The project and the machine that a command works with."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from riskmodel.base.project import Project


@dataclass
class Context:
    """Values of the global options."""

    folder: Path
    quiet: bool

    def project(self) -> Project:
        """Load the selected project, which may have been moved or copied."""
        from riskmodel.base.project import load_project
        from riskmodel.registry.home import follow_move

        data = os.environ.get("RISKMODEL_DATA")
        project = load_project(self.folder, Path(data).absolute() if data else None)
        follow_move(project)
        return project


current = Context(Path(), False)
"""Context of this process, set by the global options."""


def today(project: Project) -> int:
    """Return today's day number in the project's time zone."""
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from riskmodel.base.days import to_day

    return to_day(datetime.now(ZoneInfo(project.table.time_zone)).date())


def threads() -> int:
    """Return the number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
