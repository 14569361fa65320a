"""A town whose lists are to be approved and sent: times of day, settings that are added, and what a receiver holds.

Use it for rules of delivery. ``drafted`` is the town with the drafts of one night.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from riskmodel.base.project import Project, load_project
from riskmodel.operations.nightly import Approval, approve
from riskmodel.operations.project_status import project_status
from tests.worlds.copied_project import copied_project
from tests.worlds.town import AS_OF

DUTY: Any = {"role": "duty officer"}


def drafted(once: Path, folder: Path) -> Project:
    return copied_project(once, folder / "town")


def at(hour: int, minute: int = 0, day: int = 31) -> int:
    """The time on a day of December 2025 in Shanghai, in seconds since 1970."""
    return int(datetime(2025, 12, day, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())


def with_settings(project: Project, toml: str) -> Project:
    path = project.folder / "riskmodel.toml"
    path.write_text(path.read_text(encoding="utf-8") + toml, encoding="utf-8")
    return load_project(project.folder)


def approved(project: Project, now: int) -> Approval:
    """Approve the night's lists."""
    return approve(project, AS_OF, day=AS_OF, clock=lambda: now, **DUTY)


def codes(project: Project, now: int) -> set[str]:
    return {one.code for one in project_status(project, AS_OF, now).items}


def sent(project: Project, folder: str = "outbox/sent") -> int:
    return len(list(project.path(folder).rglob("*.csv")))
