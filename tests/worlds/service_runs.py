"""Runs of the night service at a time of day."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from riskmodel.base.project import Project
from riskmodel.operations.night_service import ServiceReport, run_service
from tests.worlds.town import AS_OF


def at(hour: int, minute: int = 0) -> int:
    return int(datetime(2025, 12, 31, hour, minute, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())


def serve(project: Project, as_of: int = AS_OF, hour: int = 5) -> ServiceReport:
    return run_service(project, as_of, clock=lambda: at(hour))
